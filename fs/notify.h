/* SPDX-License-Identifier: MIT */
/*
 * notify - tell the kernel what has changed, from a thread of its own: a notification inside a
 * request, or with a lock held, can deadlock with the kernel (libfuse doc/README.notifications).
 */
#pragma once

#include "fs/fs.h"

struct fuse_session;

EcsfsNotify *ecsfs_notify_new(void);
/* @session: the thread starts. */
void ecsfs_notify_start(EcsfsNotify *notify, struct fuse_session *session);
/* Stops the thread; what is still queued is dropped. Before the session is destroyed. */
void ecsfs_notify_stop(EcsfsNotify *notify);
void ecsfs_notify_free(EcsfsNotify *notify);

/* All that queue: any thread, never block. */
/* Drop the attributes and pages of a file. */
void ecsfs_notify_inode(EcsfsNotify *notify, uint64_t ino);
/* Drop a name, and all that is known below it: it is gone, or another's. */
void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name);
/* Look a name up again at its next use; a shell that is in there stays. */
void ecsfs_notify_expire(EcsfsNotify *notify, uint64_t parent, const char *name);
/* Call @fn on the thread once the kernel has been told all that was queued before; also while
 * stopping. */
void ecsfs_notify_then(EcsfsNotify *notify, void (*fn)(void *data), void *data);

/* Returns: whether the kernel has been told everything. */
bool ecsfs_notify_idle(EcsfsNotify *notify);
/* Notifications so far: as long as it stays the same, nothing has changed. */
uint64_t ecsfs_notify_queued(EcsfsNotify *notify);
uint64_t ecsfs_notify_sent(EcsfsNotify *notify); /* notifications sent so far */
