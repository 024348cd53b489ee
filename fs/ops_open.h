/* SPDX-License-Identifier: MIT */
/* ops_open - the operations that open and close files. */
#pragma once

#include <fuse3/fuse_lowlevel.h>
#include <stdbool.h>

void ecsfs_ops_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void ecsfs_ops_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
/* Returns: whether files are read without a handle. With -o noopen the first open is answered
 * ENOSYS, and the kernel sends no more of them, nor releases: it reads what it has not in its
 * pages. */
bool ecsfs_ops_without_open(fuse_req_t req);
