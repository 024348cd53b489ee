/* SPDX-License-Identifier: MIT */
/*
 * wire - what goes over /dev/fuse, below libfuse: every request of the kernel is counted there by
 * its opcode, for .ecsfs/stats, also those that libfuse answers itself and those without an answer.
 */
#pragma once

#include "fs/fs.h"

struct fuse_session;

/* Once @session is mounted, before its first request is read; its userdata is the EcsfsFs. Returns:
 * 0 or -errno. */
int ecsfs_wire_attach(struct fuse_session *session);
