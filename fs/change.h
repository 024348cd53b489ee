/* SPDX-License-Identifier: MIT */
/*
 * change - one write, mkdir, rmdir, unlink or rename on its way to the cloud and back: who asked,
 * for what, and how it ended. All of it runs on the dispatch thread, but for ecsfs_change_done()
 * and its kin.
 */
#pragma once

#include "fs/kind.h"
#include "fs/view.h"

struct EcsfsChange {
	EcsfsFs *fs;
	EcsfsView view;	       /* of the file written to, or the directory changed in */
	EcsfsNode *node;       /* counted */
	const EcsfsAttr *attr; /* the row written to; NULL: not a write */
	const char *what;      /* "write", "mkdir", ...: for messages */
	char *path;	       /* of what is changed, from the mount's root; for messages */
	pid_t session;	       /* of the caller, for .ecsfs/why; 0: not known */
	GCancellable *cancellable;
	EcsfsOp *op; /* waiting for the answer; NULL: it was interrupted, nobody waits */

	/* The object that errors are told at, and that is asked for anew afterwards; NULL: none. */
	EcsfsCollection *collection;
	char *id;
	char *job;		  /* the API's job that the change started; NULL: none */
	void *data;		  /* the hook's own */
	GDestroyNotify free_data; /* for data; NULL: nothing to free */
	/* Run on the dispatch thread once the cloud has accepted, before the caller is answered;
	 * NULL: nothing. */
	void (*accepted)(EcsfsChange *change);
	EcsfsEntry made; /* mkdir: what now has the name; strings borrowed from the change */
};

/* Both: the change is over. Any thread, once; @change is not to be touched afterwards. */
void ecsfs_change_done(EcsfsChange *change, const GError *error); /* NULL: it was accepted */
void ecsfs_change_fail(EcsfsChange *change, int err, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* EcsChangeDone for changes of one existing object: notes the job, asks for the object anew, done.
 */
void ecsfs_change_accepted(const EcsAccepted *accepted, const GError *error, void *change);

/* ids of the one object, NULL-terminated, for the calls that take several; borrowed. */
#define ECSFS_CHANGE_IDS(change) ((const char *const[]){ (change)->id, NULL })

/* For ops: make a change for @op on @node (@attr: the row written to). */
EcsfsChange *ecsfs_change_new(EcsfsOp *op, EcsfsNode *node, const EcsfsAttr *attr, const char *what,
			      const char *name);
/* For ops, after an interrupt: nobody waits any more; the change goes on, and `error` says so. */
void ecsfs_change_abandon(EcsfsChange *change);
