/* SPDX-License-Identifier: MIT */
/* ops_dir - the operations on open directories. */
#pragma once

#include <fuse3/fuse_lowlevel.h>

/* What the kernel can do: before the first request. */
void ecsfs_ops_dir_init(const struct fuse_conn_info *conn);
/* With -o noopen, if the kernel can, the first one is answered ENOSYS, and no more of them come:
 * the kernel keeps every listing, and asks by reading the directory's attributes whether it still
 * may. */
void ecsfs_ops_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void ecsfs_ops_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		       struct fuse_file_info *fi);
void ecsfs_ops_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi);
void ecsfs_ops_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
