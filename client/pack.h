/* SPDX-License-Identifier: MIT */
/*
 * pack - documents made small that are much like another one, their model: the objects of a list
 * have the same members in the same order. Not a format: it never leaves the memory of one process,
 * and is not made to be read from elsewhere.
 */
#pragma once

#include <stddef.h>

#define ECS_PACK_MODEL_MAX 16384 /* bytes of a model that are used */

typedef struct EcsPacker EcsPacker;

/* @model: copied; as long as it is, at most ECS_PACK_MODEL_MAX. A packer is used by one thread at a
 * time. */
EcsPacker *ecs_packer_new(const char *model, size_t model_len);
void ecs_packer_free(EcsPacker *packer);

/* Pack the @n bytes @in into @out, which has room for as many. Returns: bytes used, less than @n;
 * 0: it would not become smaller, or is too long. The same input gives the same output. */
size_t ecs_packer_pack(EcsPacker *packer, const char *in, size_t n, char *out);

/* The reverse: @in is what was packed with that model, @n what was packed. Any thread. */
void ecs_unpack(const char *model, size_t model_len, const char *in, char *out, size_t n);
