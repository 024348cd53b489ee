/* SPDX-License-Identifier: MIT */
/*
 * sweep - tell who means to empty a directory from who means to destroy what it stands for.
 *
 * rm -rf, find -delete, rsync --delete and the like list a directory, remove what is in it, and
 * then the directory; rm and rmdir with a name list nothing. So what a process has listed itself it
 * may not remove for a minute. And whoever was refused the removal of an object's files goes on to
 * the object itself, in the same process or, as with a shell's `rm` and `rmdir`, in the next of its
 * session.
 *
 * Tags and metadata can be written again, and scripts and file managers look at them before they
 * remove one: that is refused only to who walks, in whatever order and with however many threads.
 * Who walks has listed the object's directory on the way to theirs, without a pause; who has looked
 * at it a while ago was a person, and who lists the tags alone was told to.
 */
#pragma once

#include "fs/dispatch.h"

/* The view's caller has listed the view's directory. Any thread. */
void ecsfs_sweep_listed(const EcsfsView *view);
/* @thread begins an operation that came at @now (monotonic us); it is in one still. The latter is
 * to be said before it is answered: the next one may come before we go on. Any thread. */
void ecsfs_sweep_begins(pid_t thread, int64_t now);
void ecsfs_sweep_busy(pid_t thread);

/* The rest: on the dispatch thread. */
/* Returns: whether the caller of @op has listed the directory @ino itself. */
bool ecsfs_sweep_lists(const EcsfsOp *op, uint64_t ino);
/* The same, but not if it has paused since. */
bool ecsfs_sweep_walks(const EcsfsOp *op, uint64_t ino);
/* The caller of @op was refused the removal of something in its directory: of the object that this is
 * in, and of all around that; not of @id in @but (NULL: no exception). */
void ecsfs_sweep_refused(const EcsfsOp *op, const EcsfsCollection *but, const char *id);
/* Returns: whether the caller of @op is a program that removes a directory to put something else in
 * its place: mv from another file system, tar. Those call rmdir(2) as rmdir(1) does. */
bool ecsfs_sweep_replaces(const EcsfsOp *op);
/* Returns: whether something was refused to its session a moment ago, in that object. */
bool ecsfs_sweep_goes_on(const EcsfsOp *op, const EcsfsCollection *collection, const char *id);
