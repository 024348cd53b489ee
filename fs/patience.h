/* SPDX-License-Identifier: MIT */
/*
 * patience - how long the kernel lets a request take. Where fs.fuse.default_request_timeout or
 * fs.fuse.max_request_timeout is set, a request that takes longer ends the whole mount, so what
 * waits here has to end before. Source: the kernel's admin-guide/sysctl/fs.rst.
 */
#pragma once

#include "fs/fs.h"

/* @default_s, @max_s: the two, seconds; 0: not set. Returns: at most this long a read may wait,
 * seconds; 0: as long as it likes. */
unsigned ecsfs_patience(unsigned default_s, unsigned max_s);

/* Shorten what may wait to what this kernel allows. */
void ecsfs_patience_apply(EcsfsOptions *options);
