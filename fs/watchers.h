/* SPDX-License-Identifier: MIT */
/*
 * watchers - which inodes of a file system somebody watches with inotify(7). The kernel does not
 * tell a FUSE daemon; /proc/PID/fdinfo does (proc(5)), of the processes that we may look into:
 * root's of all, others' of their own.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

/* Returns: the numbers (uint64_t *, owned) of the inodes on @device (st_dev) that are watched;
 * owned, never NULL. Looks at every open file of every process. */
GHashTable *ecsfs_watchers_scan(dev_t device);
