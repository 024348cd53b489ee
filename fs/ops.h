/* SPDX-License-Identifier: MIT */
/*
 * ops - every FUSE operation, and the only fuse_reply_*. Each is a function of a view: it answers,
 * or names a fetch and is run again (fs/dispatch.h).
 */
#pragma once

#include "fs/dispatch.h"

/* For fuse_session_new(); its userdata is the EcsfsFs. */
extern const struct fuse_lowlevel_ops ecsfs_ops;
