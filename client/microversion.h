/* SPDX-License-Identifier: MIT */
/*
 * microversion - how new Nova's API is in a region: asked once, when a call first wants to know.
 * Internal to client/; on the loop's thread, but for ecs_microversion_known().
 *
 * Only minors are kept: Nova's major is 2. What the cloud does not tell is 1, which every Nova
 * speaks. Source: Nova's API reference, "Show Details of Specific API Version".
 */
#pragma once

#include "client/call.h"

typedef struct EcsMicroWait EcsMicroWait;

/* @error: NULL, or why it is not known; borrowed. */
typedef void (*EcsMicroDone)(const GError *error, void *data);

/* Returns: the newest minor that the region's Nova speaks; 0: nobody has asked yet. Any thread. */
unsigned ecs_microversion_known(EcsScope *scope);

/* Ask, unless that is under way. @done: once, later. Returns: borrowed until @done. */
EcsMicroWait *ecs_microversion_wait(EcsScope *scope, EcsMicroDone done, void *data);
void ecs_microversion_wait_cancel(EcsMicroWait *wait); /* @done will not run */
