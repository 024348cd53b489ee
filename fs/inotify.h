/* SPDX-License-Identifier: MIT */
/*
 * inotify - events for inotify(7) when the cloud has changed something. The kernel makes such
 * events only for what is done through a mount. So who watches is found out (fs/watchers.h), what
 * is watched is looked at like a file that is polled, and what has changed is touched, through the
 * mount, by a thread of our own: IN_MODIFY for a file, IN_ATTRIB for a directory whose names have
 * changed. Nothing is looked at while nobody watches, and nothing can be touched with -o ro.
 */
#pragma once

#include "fs/fs.h"

EcsfsInotify *ecsfs_inotify_new(EcsfsFs *fs);
/* The thread starts. @mountpoint: absolute; borrowed until the end. */
void ecsfs_inotify_start(EcsfsInotify *inotify, const char *mountpoint);

/* Is somebody known to watch the inode? Any thread. */
bool ecsfs_inotify_watched(EcsfsInotify *inotify, uint64_t ino);
/* Is it our own thread that asks, which wants to change nothing? Any thread. */
bool ecsfs_inotify_asks(EcsfsInotify *inotify, pid_t caller);

/* Begin to stop the thread. It may wait for the answer to a request of its own: somebody has to
 * answer them until it has ended. */
void ecsfs_inotify_end(EcsfsInotify *inotify);
bool ecsfs_inotify_ended(EcsfsInotify *inotify);
void ecsfs_inotify_free(EcsfsInotify *inotify);
