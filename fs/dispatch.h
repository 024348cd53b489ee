/* SPDX-License-Identifier: MIT */
/*
 * dispatch - run an operation; if it names a fetch, park it there and run it again from the start
 * when that has ended; answer it if its caller loses patience.
 *
 * An operation runs first on the FUSE thread that read it, later (and every change always) on the
 * one dispatch thread, which never blocks. EINTR: an interrupted operation gets a second of grace
 * (a reader's fetch often ends within it; languages that send themselves SIGURG or SIGALRM do not
 * notice), then its caller goes free; the fetch goes on into the cache, a change that was sent goes
 * on too.
 */
#pragma once

#include <fuse3/fuse_lowlevel.h>

#include "fs/change.h"

#define ECSFS_GRACE_MS                                                                             \
	1000 /* patience after an interrupt, and with a refresh while there is older data */

struct EcsfsOp {
	gatomicrefcount refs;
	EcsfsFs *fs;
	fuse_req_t req;
	/* Answer, or return false with view.fetch set. Called again from the start. */
	bool (*run)(EcsfsOp *op);
	/* The change ended: answer. @err: 0 or an errno. */
	void (*finish)(EcsfsOp *op, int err);

	/* Arguments, owned. */
	fuse_ino_t ino, new_parent;
	char *name, *new_name;
	size_t size;
	off_t off;
	char *data; /* size bytes, NUL-terminated */
	struct fuse_file_info fi;
	int to_set;
	struct stat attr;
	struct fuse_pollhandle *ph; /* owned until it is watched; NULL: the caller does not wait */
	bool plus;
	bool certain; /* a write that seemed to have nothing to do: no old object will do */

	EcsfsNode *node; /* of ino; counted */
	EcsfsView view;
	EcsfsChange *change; /* under way; NULL: none */
	EcsfsEntry made;     /* for finish: what a mkdir made */

	pid_t caller;  /* thread that asks; 0: of another pid namespace */
	int64_t since; /* monotonic us: when it came */
	int64_t began; /* monotonic us: of its view; 0: when it is run next */

	/* Under the dispatch lock. */
	uint64_t serial;
	bool answered;
	bool interrupted;
	GSource *patience; /* NULL: not interrupted */
	GSource *again;	   /* of one that waits: when it looks again; NULL: it does not */
};

EcsfsDispatch *ecsfs_dispatch_new(EcsfsFs *fs);
/* Answer every parked operation with EINTR, before this returns, and from now on each new one with
 * ENOTCONN. When no FUSE thread runs any more. */
void ecsfs_dispatch_abort(EcsfsDispatch *dispatch);
/* Run what is queued, and stop the thread. What is queued later never runs. */
void ecsfs_dispatch_end(EcsfsDispatch *dispatch);
/* After ecsfs_dispatch_end(), and when nobody queues any more. */
void ecsfs_dispatch_free(EcsfsDispatch *dispatch);

EcsfsOp *ecsfs_op_new(fuse_req_t req, fuse_ino_t ino, bool (*run)(EcsfsOp *op));
EcsfsOp *ecsfs_op_ref(EcsfsOp *op);
void ecsfs_op_unref(EcsfsOp *op);
/* Run it now, on this thread; takes over the reference. */
void ecsfs_op_start(EcsfsOp *op);
/* Run it on the dispatch thread: for changes. Takes over the reference. */
void ecsfs_op_submit(EcsfsOp *op);
/* Run it again: its fetch has ended. On the dispatch thread. */
void ecsfs_op_again(EcsfsOp *op);
/* A change is under way for @op: from now on an interrupt abandons it. */
void ecsfs_op_changing(EcsfsOp *op, EcsfsChange *change);
/* The change of @op ended: finish it, unless its caller is gone. On the dispatch thread. */
void ecsfs_op_changed(EcsfsOp *op, int err);

/* Run @fn(@data) on the dispatch thread, soon; never before this returns. */
void ecsfs_dispatch_call(EcsfsDispatch *dispatch, GSourceFunc fn, void *data);
/* The same in @ms milliseconds; @destroy is called afterwards, or if it comes no more to that. */
void ecsfs_dispatch_later(EcsfsDispatch *dispatch, unsigned ms, GSourceFunc fn, void *data,
			  GDestroyNotify destroy);
size_t ecsfs_dispatch_parked(EcsfsDispatch *dispatch);

/* For dispatch, in ops.c, where every fuse_reply_* is. */
void ecsfs_ops_reply_error(EcsfsOp *op, int err);
/* Answer with what the view says went wrong. Returns true; false if it only has to wait. */
bool ecsfs_ops_fail(EcsfsOp *op);
