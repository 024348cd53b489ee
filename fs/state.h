/* SPDX-License-Identifier: MIT */
/*
 * state - small files that outlive the mount, below $XDG_STATE_HOME/ecsfs. A *place* is a directory
 * of them that one process has at a time.
 *
 * Files are written and read on a thread of its own, one after the other, so that a slow disk holds
 * up only who waits for it. All functions but new, close and free: any thread. Callbacks are called
 * once, on that thread.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#define ECSFS_STATE_FILE_MAX (512 * 1024) /* bytes of a file */
#define ECSFS_STATE_FILES_MAX 1000	  /* of a place */

typedef struct EcsfsState EcsfsState;

/* Returns: $XDG_STATE_HOME/ecsfs, owned; NULL: there is no home. */
char *ecsfs_state_root(void);

/* @root: the directory, made when something is to be kept; NULL: nothing is kept, and all calls
 * succeed. */
EcsfsState *ecsfs_state_new(const char *root);
/* What is queued is done, and all callbacks were called, when this returns. From now on files are
 * written by the threads that ask for it. */
void ecsfs_state_close(EcsfsState *state);
void ecsfs_state_free(EcsfsState *state);
/* Returns: UUID, another one for each state, borrowed from it. */
const char *ecsfs_state_daemon(const EcsfsState *state);

typedef struct {
	char *name;
	char *text;    /* NUL-terminated; NULL: it cannot be read, or is not to be trusted */
	size_t len;    /* of the text */
	GError *error; /* why not */
} EcsfsStateFile;

/* @files: EcsfsStateFile, borrowed; @error: NULL, or why they are not all, or why nothing is kept
 * in this place (somebody else has it, it cannot be made, it is not the user's alone): saving
 * succeeds then, without a file. */
typedef void (*EcsfsStateLoaded)(const GPtrArray *files, const GError *error, void *data);

/* Take the place for this process, and read it. @place: a legal file name. */
void ecsfs_state_load(EcsfsState *state, const char *place, EcsfsStateLoaded loaded, void *data);

/* Something else to be done on the state's thread. @root: NULL: nothing is kept. */
typedef void (*EcsfsStateTask)(const char *root, void *data);
void ecsfs_state_run(EcsfsState *state, EcsfsStateTask task, void *data);

typedef void (*EcsfsStateDone)(const GError *error, void *data);
/* Put @text in place of the file, durably: either is there after a crash, never a part. @text:
 * taken over, wiped. @done: NULL: nobody waits. */
void ecsfs_state_save(EcsfsState *state, const char *place, const char *name, char *text,
		      EcsfsStateDone done, void *data);
void ecsfs_state_remove(EcsfsState *state, const char *place, const char *name, EcsfsStateDone done,
			void *data);
