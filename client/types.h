/* SPDX-License-Identifier: MIT */
/*
 * types - the few shapes that every service of client/ shares.
 *
 * Objects (EcsServer, EcsFlavor, ...) are immutable once a callback got them, and reference-counted
 * (atomically): any thread may read, _ref and _unref them. Their strings are UTF-8 as far as the
 * cloud kept to it: a name can hold any byte but NUL, and is never NULL ("" when the API sent null
 * or nothing). Times are seconds since 1970, UTC; 0 when the API sent none.
 *
 * Every call that starts work keeps one contract. It returns at once and does not block. Its
 * callback runs exactly once, on the engine's thread, never from inside the call, also after
 * cancellation, on a refused argument, and when the client is freed (ECS_ERROR_CANCELLED). Exactly
 * one of result and error is set; the error is borrowed for the callback. A callback must not
 * block.
 * @cancellable may be NULL.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/error.h"

/* A key and its value: tags, metadata, extra specs. */
typedef struct {
	const char *key;   /* unique within its list */
	const char *value; /* "" if the API has a key only */
} EcsPair;

typedef struct {
	size_t n;
	const EcsPair *v; /* sorted by key (strcmp) */
} EcsPairs;

/* Returns: the value of @key, borrowed from @pairs; NULL if it is not there. */
const char *ecs_pairs_get(const EcsPairs *pairs, const char *key);

/* @items: owned, free with g_ptr_array_unref(); the element type is the call's; never NULL
 * elements. */
typedef void (*EcsListDone)(GPtrArray *items, const GError *error, void *data);

/* @text: NUL-terminated, "" if there is none; @names: NULL-terminated. Both are borrowed for the
 * callback, and NULL on error. */
typedef void (*EcsTextDone)(const char *text, const GError *error, void *data);
typedef void (*EcsNamesDone)(const char *const *names, const GError *error, void *data);

/* For changes. @job_id: the job that the API started; "" when it answered without one. */
typedef struct {
	const char *job_id;
	const char *const
		*ids; /* NULL-terminated: the objects that a create promised; else empty */
} EcsAccepted;

/* @accepted: borrowed for the callback, NULL on error. The API has accepted; the work may go on. */
typedef void (*EcsChangeDone)(const EcsAccepted *accepted, const GError *error, void *data);

/* For calls whose answer is one object. @object: owned, of the call's type; NULL on error. */
typedef void (*EcsObjectDone)(void *object, const GError *error, void *data);
