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
	/* Run on the dispatch thread in any case, after that; @err: 0, or why not; @uncertain: it
	 * may have been carried out all the same. NULL: nothing. */
	void (*ended)(EcsfsChange *change, int err, bool uncertain);
	bool aside; /* the object itself does not change: it only tells what went wrong */
	char *note; /* what is to stand in `error` instead of the sentence; owned; NULL: that */
	/* Of a document that this mount keeps, owned: stored again if the new one is refused, since
	 * opening the file has emptied it. NULL: nothing is put back. */
	char *before;
	/* What is put back is stored now: the caller gets this errno and sentence (owned). 0: no.
	 */
	int refused;
	char *refusal;
	EcsfsEntry made; /* mkdir: what now has the name; strings borrowed from the change */
};

/* Both: the change is over. Any thread, once; @change is not to be touched afterwards. */
void ecsfs_change_done(EcsfsChange *change, const GError *error); /* NULL: it was accepted */
void ecsfs_change_fail(EcsfsChange *change, int err, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* EcsChangeDone for changes of one existing object: notes the job, asks for the object anew, done.
 */
void ecsfs_change_accepted(const EcsAccepted *accepted, const GError *error, void *change);

/* For EcsfsChange.accepted, of deletes: the object is not shown any more. */
void ecsfs_change_removed(EcsfsChange *change);
/* The end of a mkdir that the cloud has carried out at once: @object (taken over), of the
 * directory's collection, is shown although no list has it yet; NULL: it was refused. */
void ecsfs_change_made(EcsfsChange *change, void *object, const GError *error);
/* Returns: the name that mkdir's @file stands for, owned; NULL: none, and the change has failed. */
char *ecsfs_change_name(EcsfsChange *change, const char *file);

/* ids of the one object, NULL-terminated, for the calls that take several; borrowed. */
#define ECSFS_CHANGE_IDS(change) ((const char *const[]){ (change)->id, NULL })

/* For ops: make a change for @op on @node (@attr: the row written to). */
EcsfsChange *ecsfs_change_new(EcsfsOp *op, EcsfsNode *node, const EcsfsAttr *attr, const char *what,
			      const char *name);
/* For ops, after an interrupt: nobody waits any more; the change goes on, and `error` says so. */
void ecsfs_change_abandon(EcsfsChange *change);
