/* SPDX-License-Identifier: MIT */
/*
 * copy - when the kernel may answer from the listing of a directory that it has kept.
 *
 * It keeps listings of directories whose entries come from one object's document and from nothing
 * else, as fs/diff.c sees to it that such a directory is dropped when the document has changed; and
 * of those whose entries come from lists (collections and views of them), for as long as no list
 * changes, and none of those is too old. Who opens one is told so with each open, and all that is
 * left of a listing are OPENDIR and RELEASEDIR, by which fs/own.c and fs/sweep.c know who has
 * listed what.
 *
 * One open directory at a time fills the kernel's copy, so that it never has two versions in it.
 */
#pragma once

#include "fs/handle.h"

struct fuse_file_info;

/* @directory, new, of the view's node, is being opened: set in @fi what the kernel may do.
 * Returns: whether it may answer from its copy, and READDIR may never come. Any thread. */
bool ecsfs_copy_open(EcsfsView *view, EcsfsDirectory *directory, struct fuse_file_info *fi);
/* Around the making of a listing, from the start of the directory: begin before anything is looked
 * at, end with what begin returned. */
int64_t ecsfs_copy_begin(EcsfsDirectory *directory, const EcsfsFs *fs);
void ecsfs_copy_end(EcsfsDirectory *directory, int64_t begun, const EcsfsView *view);
/* What is further down was given with a shorter time than what came first: not for others. @node:
 * the directory's; NULL: nothing is kept. */
void ecsfs_copy_spoil(const EcsfsNode *node);
/* @directory is closed. */
void ecsfs_copy_close(EcsfsDirectory *directory);

/* With -o noopen no directory is opened, and the kernel keeps each listing that it is given. One
 * has been made of the view's directory, which began at that ecsfs_cache_version(). Returns:
 * whether the kernel has to drop the one that it has before it is given this. */
bool ecsfs_copy_made(const EcsfsView *view, uint64_t version);

/* Who opens nothing, or keeps a directory open and rewinds it, asks for its attributes once they
 * are too old, and not for its entries. So those of @node, the view's or one in it, are kept no
 * longer than its listing, @timeout at most. Returns: seconds. */
double ecsfs_copy_timeout(const EcsfsView *view, const EcsfsNode *node, double timeout);
/* Returns: whether the kernel has to drop the listing of the view's node before it is told that. */
bool ecsfs_copy_is_old(const EcsfsView *view);

/* The kernel is about to be told to drop what it knows of the directory @node. Under the lock of
 * the nodes, or with a reference. */
void ecsfs_copy_drop(const EcsfsNode *node);
