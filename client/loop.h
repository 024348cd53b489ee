/* SPDX-License-Identifier: MIT */
/*
 * loop - the engine's thread: its main context, the work that other threads hand to it, its timers.
 * Internal to client/.
 *
 * Everything that client/ keeps about calls, tokens and connections is owned by this one thread,
 * and needs no lock. Timers lie in one queue behind one GSource, so that thousands of waiting calls
 * cost the context nothing.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct EcsLoop EcsLoop;
typedef struct EcsTimer EcsTimer;
typedef void (*EcsLoopFunc)(void *data);

/* Starts the thread; it blocks all signals (SIGPIPE too: TLS writes to dead sockets raise it). */
EcsLoop *ecs_loop_new(void);
EcsLoop *ecs_loop_ref(EcsLoop *loop);

/* Waits until all has run that is posted; the last one ends and joins the thread. Not on the loop's
 * thread. The timers of who lets go have been cancelled. */
void ecs_loop_unref(EcsLoop *loop);

/* Any thread. @func runs on the loop's thread, once, in the order of posting, never from inside
 * this. */
void ecs_loop_post(EcsLoop *loop, EcsLoopFunc func, void *data);

/* Loop's thread only. Returns: whether nothing is posted that has not run. */
bool ecs_loop_idle(EcsLoop *loop);

bool ecs_loop_is_current(EcsLoop *loop);
GMainContext *ecs_loop_context(EcsLoop *loop);

/* Loop's thread only. @when: g_get_monotonic_time(); @func runs once, then the handle is gone. */
EcsTimer *ecs_loop_timer(EcsLoop *loop, int64_t when, EcsLoopFunc func, void *data);
/* Before it has run. */
void ecs_timer_cancel(EcsTimer *timer);
