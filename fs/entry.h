/* SPDX-License-Identifier: MIT */
/* entry - what the kernel is told of a directory's entries: one by one (lookup) and in bulk
 * (readdir). */
#pragma once

#include "fs/dispatch.h"
#include "fs/handle.h"

/* Make the node of @entry of the operation's directory, with one lookup more, and describe it in
 * @out. False: the view says why not, and nothing was made. */
bool ecsfs_entry_enter(EcsfsOp *op, const EcsfsEntry *entry, struct fuse_entry_param *out);

/* Fill @buf (op->size bytes) from entry number @from on: "." and "..", then @entries (EcsfsListed),
 * with attributes if op->plus. What the kernel calls their positions is @base more than their
 * numbers. Returns: bytes used. */
size_t ecsfs_entry_fill(EcsfsOp *op, const GArray *entries, off_t from, off_t base, char *buf);
