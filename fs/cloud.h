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
	char *asked;	 /* what clouds.yaml calls it; NULL: the one that is configured */
	char *directory; /* its file name in a mount of several; "": it is the mount's root */
	EcsClient *client;
	EcsScope *scope;   /* of what is of none of its regions */
	GError *refusal;   /* why it could not be logged in to when it was mounted; NULL: it was */
	EcsfsState *state; /* what outlives the mount */
	EcsfsTraffic *traffic;
	bool away; /* the last answer that was due never came; under the cache's lock */
};

/* Returns: the cloud of a scope; of NULL, which is above the regions, the mount's only one; NULL
 * there if it has several. */
EcsfsCloud *ecsfs_cloud_of(const EcsfsFs *fs, const EcsScope *scope);
/* Returns: whether it has been logged in to, and has regions. */
bool ecsfs_cloud_entered(const EcsfsCloud *cloud);
/* Returns: the scope of the home region; NULL before the login. */
EcsScope *ecsfs_cloud_home(const EcsfsCloud *cloud);
/* Returns: the file name for the cloud @name beside what the mount has itself; owned. */
char *ecsfs_cloud_directory(const char *name);

/* Make the clouds of the mount, and start their threads. @configured: of each, in order, @n.
 * Returns: false with nothing made, and the error. */
bool ecsfs_clouds_new(EcsfsFs *fs, const EcsfsCommand *command, EcsCloud *const *configured,
		      size_t n, GError **error);
/* Log in to all at once; as long as none lets us in, one is away, and -o retry= says, again.
 * Signals are blocked, and end it. Returns: false if none has let us in. */
bool ecsfs_clouds_login(EcsfsFs *fs, const EcsfsCommand *command, GError **error);

/* At the end, in this order. keep: files are written by who asks for it from now on. close: calls
 * are cancelled. end: no scope is valid any more. */
void ecsfs_clouds_keep(EcsfsFs *fs);
void ecsfs_clouds_close(EcsfsFs *fs);
void ecsfs_clouds_end(EcsfsFs *fs);
void ecsfs_clouds_free(EcsfsFs *fs);
