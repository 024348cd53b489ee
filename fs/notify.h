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

/* Queue: drop the attributes and pages of a file; drop a name. Any thread, never blocks. */
void ecsfs_notify_inode(EcsfsNotify *notify, uint64_t ino);
void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name);
uint64_t ecsfs_notify_sent(EcsfsNotify *notify); /* notifications sent so far */
