/* SPDX-License-Identifier: MIT */
/*
 * object - how EcsServer, EcsFlavor, ... lie in memory: one block holds the struct, its strings,
 * its arrays and the API's own document, and is freed as one. Internal to client/.
 *
 * A block starts with a hidden header; the pointer that everybody else sees points behind it.
 * Strings that many objects of one list share (zone, flavor, image, ...) lie in a pool that the
 * objects of that list hold together, and so is a document that all others are packed with
 * (client/pack.h). Ten thousand servers cost about 20 MB this way.
 *
 * A builder is used by one thread at a time; finished objects are immutable, and counted
 * atomically.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/types.h"

typedef struct EcsPool EcsPool;
typedef struct EcsBuilder EcsBuilder;

/* Any thread may fill a pool; the next list of the same objects may go on with it, so that what
 * has not changed is there once, and many refreshes leave few pools. It lives as long as its last
 * object. */
EcsPool *ecs_pool_new(void);
EcsPool *ecs_pool_ref(EcsPool *pool);
void ecs_pool_unref(EcsPool *pool);
/* The list has ended. */
void ecs_pool_settle(EcsPool *pool);
/* Returns: whether most of what it has may be of objects that are gone. */
bool ecs_pool_worn(const EcsPool *pool);

/* @pool: referenced; NULL: shared strings become part of each object. */
EcsBuilder *ecs_builder_new(EcsPool *pool);
void ecs_builder_free(EcsBuilder *builder);

/**
 * ecs_builder_begin - start an object; what was begun before and not finished is dropped.
 * @size: of the public struct.
 *
 * Returns: the struct, zeroed, borrowed until ecs_builder_finish(); const char * members must be
 * set before that, "" at least.
 */
void *ecs_builder_begin(EcsBuilder *builder, size_t size);

/* Put a copy of @text (NULL: "") into the object and its address into @slot, which must lie in
 * memory that ecs_builder_begin() or ecs_builder_array() returned. @len: bytes; the text ends at a
 * NUL before. */
void ecs_builder_string(EcsBuilder *builder, const char **slot, const char *text, size_t len);

/* The same, for a string that other objects of the pool are likely to have too. */
void ecs_builder_shared(EcsBuilder *builder, const char **slot, const char *text);

/* Room for @n elements of @size bytes, zeroed. @slot: the address of the member that points to
 * them. Returns: the elements, or NULL for @n == 0. */
void *ecs_builder_array(EcsBuilder *builder, void *slot, size_t n, size_t size);

/* Fill @out, a member of the object, from @v: sorted, of equal keys the last one stays. @v is
 * sorted in place; its strings are borrowed. */
void ecs_builder_pairs(EcsBuilder *builder, EcsPairs *out, EcsPair *v, size_t n);

/**
 * ecs_builder_finish - make the object that was begun.
 * @raw: the API's document without its secrets, one line; copied.
 *
 * Returns: owned, one reference, ecs_object_unref().
 */
void *ecs_builder_finish(EcsBuilder *builder, const char *raw);

/* These take what ecs_builder_finish() returned, or NULL (unref only). Any thread. */
void *ecs_object_ref(void *object);
void ecs_object_unref(void *object);
void ecs_object_json(const void *object, GString *out);
/* Returns: whether the two documents are equal byte for byte. */
bool ecs_object_same(const void *a, const void *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsBuilder, ecs_builder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsPool, ecs_pool_unref)
