/* SPDX-License-Identifier: MIT */
/*
 * arena - where the nodes of a short-lived JSON tree lie: side by side in a piece of memory that
 * each thread has, so that making and freeing the two hundred pieces of a server's tree costs next
 * to nothing. Internal to client/json.c.
 */
#pragma once

/* Have cJSON allocate by this module, as malloc() does but for what is said below. Before any
 * thread uses cJSON; more than once is no harm. */
void ecs_arena_install(void);

/* From here on until the end this thread's allocations by cJSON are in its arena, as far as there
 * is room. What is made so is freed on this thread, by cJSON. */
void ecs_arena_begin(void);
void ecs_arena_end(void);

/* Nothing that was made so is left: its room is used again. */
void ecs_arena_reset(void);
