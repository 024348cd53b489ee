/* SPDX-License-Identifier: MIT */
/*
 * ops - every FUSE operation, and, with fs/ops_change.c, fs/ops_dir.c and fs/ops_open.c, the only
 * fuse_reply_*. Each is a function of a view: it answers, or names a fetch and is run again
 * (fs/dispatch.h).
 */
#pragma once

#include "fs/dispatch.h"

/* For fuse_session_new(); its userdata is the EcsfsFs. */
extern const struct fuse_lowlevel_ops ecsfs_ops;

/* For these: */
/* Find node and object of the operation. Returns false if ecsfs_ops_fail() is to be asked. */
bool ecsfs_ops_look(EcsfsOp *op);
/* Answer with the attributes of the node. Returns as ecsfs_ops_fail(). */
bool ecsfs_ops_reply_attr(EcsfsOp *op);
