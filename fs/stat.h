/* SPDX-License-Identifier: MIT */
/* stat - what `ls -l` shows of an entry: mode, exact size, mtime, and how long the kernel may
 * believe it. */
#pragma once

#include "fs/kind.h"
#include "fs/view.h"

#define ECSFS_TIMEOUT_MAX 86400.0 /* seconds, for what never changes */
#define ECSFS_BLOCK 4096 /* bytes that programs read at once, or more: st_blksize, a page */

/* Fill @st (but for st_ino) for @entry of the directory that @view is on, whose object has been
 * found. Returns false if @view says why not. */
bool ecsfs_stat_entry(EcsfsView *view, const EcsfsEntry *entry, struct stat *st);
/* The same for the node that @view is on itself. */
bool ecsfs_stat_node(EcsfsView *view, struct stat *st);
/* The size alone, bytes, of a file. */
bool ecsfs_stat_length(EcsfsView *view, uint64_t *length);
/* Returns: the inode number that stat(2) shows for a node: its own, but for a file that grows,
 * where all that have been of its name have the same. */
uint64_t ecsfs_stat_number(const EcsfsNode *node);
/* Returns: if such a file has the number: its directory's; 0: it cannot be one's. */
uint64_t ecsfs_stat_where_it_grows(uint64_t number);
/* How long the kernel may keep what @view has shown, seconds. */
double ecsfs_stat_timeout(const EcsfsView *view);
/* The same for the attributes @st of a file of the row @attr: a text that is known for a while
 * only, or differs from read to read, has no length that may be kept. */
double ecsfs_stat_attr_timeout(const EcsfsView *view, const EcsfsAttr *attr, const struct stat *st);
