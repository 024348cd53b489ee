/* SPDX-License-Identifier: MIT */
/*
 * reload - the configuration read again while mounted, for a password that was changed. Internal to
 * client/.
 *
 * Only secrets are taken over, and only if the file still means the same account and the same way
 * to log in: who wants another cloud has to mount it. Files are read on a thread of its own, which
 * ends with that; all the rest is on the loop's thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "client/client.h"

/* @changed: there are other secrets now, which have been taken over. @error: why it could not be
 * read, borrowed, or NULL. */
typedef void (*EcsReloadDone)(bool changed, const GError *error, void *data);

/* Is there a file that can be read again? */
bool ecs_reload_possible(const EcsClient *client);
/* @done: once, later, on the loop's thread. Who asks while it is read gets the same answer. */
void ecs_reload_start(EcsClient *client, EcsReloadDone done, void *data);
/* The client is closed: wait for the thread. What it has read is told as ever. */
void ecs_reload_join(EcsClient *client);
