/* SPDX-License-Identifier: MIT */
/*
 * cloud - one cloud of a mount: how it is logged in to, and what is of it alone.
 *
 * Made by main, before any thread; immutable unless a field says otherwise. All that is below a
 * region leads to it by its scope.
 */
#pragma once

#include "fs/fs.h"
#include "fs/options.h"
#include "fs/state.h"
#include "fs/traffic.h"

struct EcsfsCloud {
	EcsfsFs *fs;
	char *asked; /* what clouds.yaml calls it; NULL: the one that is configured */
	EcsClient *client;
	EcsfsState *state; /* what outlives the mount */
	EcsfsTraffic *traffic;
	bool away; /* the last answer that was due never came; under the cache's lock */
};

/* Returns: the cloud of a scope; of NULL, which is above the regions, the mount's only one. */
EcsfsCloud *ecsfs_cloud_of(const EcsfsFs *fs, const EcsScope *scope);

/* Make the clouds of the mount, and start their threads. @configured: of each, in order, @n.
 * Returns: false with nothing made, and the error. */
bool ecsfs_clouds_new(EcsfsFs *fs, const EcsfsCommand *command, EcsCloud *const *configured,
		      size_t n, GError **error);
/* Log in; as long as a cloud is away, and -o retry= says, again. Signals are blocked, and end it.
 */
bool ecsfs_clouds_login(EcsfsFs *fs, const EcsfsCommand *command, GError **error);

/* At the end, in this order. keep: files are written by who asks for it from now on. close: calls
 * are cancelled. end: no scope is valid any more. */
void ecsfs_clouds_keep(EcsfsFs *fs);
void ecsfs_clouds_close(EcsfsFs *fs);
void ecsfs_clouds_end(EcsfsFs *fs);
void ecsfs_clouds_free(EcsfsFs *fs);
