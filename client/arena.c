/* SPDX-License-Identifier: MIT */
#include "client/arena.h"

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>

#define SIZE 65536 /* bytes; a server's tree needs a sixth */
#define ALIGNMENT 16

typedef struct {
	size_t used;
	bool on;
	char room[SIZE] __attribute__((aligned(ALIGNMENT)));
} Arena;

static __thread Arena *arena; /* NULL: the thread has none; owned by: */
static GPrivate owner = G_PRIVATE_INIT(g_free);

static void *allocate(size_t size)
{
	size_t taken = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	if (!arena || !arena->on || taken < size || taken > SIZE - arena->used)
		return malloc(size);
	void *p = arena->room + arena->used;
	arena->used += taken;
	return p;
}

static void deallocate(void *p)
{
	const char *at = p;

	if (!arena || at < arena->room || at >= arena->room + SIZE)
		free(p);
}

void ecs_arena_install(void)
{
	static size_t installed;
	cJSON_Hooks hooks = { allocate, deallocate };

	if (g_once_init_enter(&installed)) { /* for a moment it would be malloc() again */
		cJSON_InitHooks(&hooks);
		g_once_init_leave(&installed, 1);
	}
}

void ecs_arena_begin(void)
{
	if (!arena) {
		arena = g_new(Arena, 1);
		arena->used = 0;
		g_private_set(&owner, arena);
	}
	arena->on = true;
}

void ecs_arena_end(void)
{
	arena->on = false;
}

void ecs_arena_reset(void)
{
	arena->used = 0;
}
