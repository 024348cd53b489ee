/* SPDX-License-Identifier: MIT */
/* parallel - the same for many things, on as many cores as there are. Internal to client/. */
#pragma once

#include <stddef.h>

typedef struct {
	void *(*begin)(void *data); /* what a thread needs for itself */
	void (*each)(size_t i, void *own, void *data);
	void (*end)(void *own);
} EcsParallel;

/* Call work->each() for every i below @n, once, in any order and on several threads, this one among
 * them. Returns when that is done. If there are few it is done here. */
void ecs_parallel(size_t n, const EcsParallel *work, void *data);
