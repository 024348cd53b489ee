/* SPDX-License-Identifier: MIT */
/*
 * notify - tell the kernel what has changed, from a thread of its own: a notification inside a
 * request, or with a lock held, can deadlock with the kernel (libfuse doc/README.notifications).
 */
#pragma once

#include "fs/fs.h"

struct fuse_session;
struct fuse_pollhandle;

EcsfsNotify *ecsfs_notify_new(void);
/* @session: the thread starts. */
void ecsfs_notify_start(EcsfsNotify *notify, struct fuse_session *session);
/* Begin to stop the thread: what is still queued is dropped. What it is about to send can wait for
 * the lock of a directory, and that for the answer to a request: somebody has to answer requests
 * until it has ended. */
void ecsfs_notify_end(EcsfsNotify *notify);
bool ecsfs_notify_ended(EcsfsNotify *notify);
/* Stops the thread; what is still queued is dropped. Before the session is destroyed. */
void ecsfs_notify_stop(EcsfsNotify *notify);
void ecsfs_notify_free(EcsfsNotify *notify);

/* All that queue: any thread, never block. */
/* Drop the attributes and pages of a file. */
void ecsfs_notify_inode(EcsfsNotify *notify, uint64_t ino);
/* It has become that long, and ends with the byte @last: for splice(2), which believes what length
 * the kernel knows, also of a file that goes past its pages. 0: nothing is told. */
void ecsfs_notify_length(EcsfsNotify *notify, uint64_t ino, uint64_t length, char last);
/* Drop a name, and all that is known below it: it is gone, or another's. */
void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name);
/* The same for @child, which is gone: who watches it with inotify(7) is told. */
void ecsfs_notify_delete(EcsfsNotify *notify, uint64_t parent, uint64_t child, const char *name);
/* Look a name up again at its next use; a shell that is in there stays. */
void ecsfs_notify_expire(EcsfsNotify *notify, uint64_t parent, const char *name);
/* Wake whoever waits in poll(2) with @ph, taken over. */
void ecsfs_notify_poll(EcsfsNotify *notify, struct fuse_pollhandle *ph);
/* Call @fn on the thread once the kernel has been told all that was queued before; also while
 * stopping. */
void ecsfs_notify_then(EcsfsNotify *notify, void (*fn)(void *data), void *data);

/* Have the kernel drop the listing and the attributes of a directory before this returns. Not from
 * the thread and not behind what is queued, of which a name may wait for the lock of that
 * directory: it is for the one who is about to answer a request for it. The kernel waits for nobody
 * meanwhile: no page of a directory is locked while an answer of ours is waited for. */
void ecsfs_notify_listing(EcsfsNotify *notify, uint64_t ino);

/* Returns: whether the kernel has been told everything. */
bool ecsfs_notify_idle(EcsfsNotify *notify);
/* Notifications so far: as long as it stays the same, nothing has changed. */
uint64_t ecsfs_notify_queued(EcsfsNotify *notify);
uint64_t ecsfs_notify_sent(EcsfsNotify *notify); /* notifications sent so far */
