/* SPDX-License-Identifier: MIT */
/*
 * mutate - what a write, mkdir, rmdir, unlink or rename is allowed to be, before a kind's hook
 * starts it. All on the dispatch thread. Each returns true if a change is under way, else false
 * with the view's err, error or fetch set.
 */
#pragma once

#include "fs/dispatch.h"
#include "fs/handle.h"

bool ecsfs_mutate_mkdir(EcsfsOp *op);
bool ecsfs_mutate_rmdir(EcsfsOp *op);
bool ecsfs_mutate_unlink(EcsfsOp *op);
bool ecsfs_mutate_rename(EcsfsOp *op);
bool ecsfs_mutate_write(EcsfsOp *op);
/* close(2) of a LINES file: the line that had no end. err 0 in the view: there is none. */
bool ecsfs_mutate_flush(EcsfsOp *op);
/* Of a GATHER file: what is stored becomes empty. err 0 in the view: the cloud keeps it, and is told
 * what to have in its place by the first write. */
bool ecsfs_mutate_truncate(EcsfsOp *op);

/* Returns: the key that a new file of this name will have, owned; NULL: it may not be made. */
char *ecsfs_mutate_new_key(EcsfsOp *op);
/* touch: fetch the object, or what the directory lists, anew before it is next shown. */
void ecsfs_mutate_touch(EcsfsView *view);
