/* SPDX-License-Identifier: MIT */
/* ops_change - the FUSE operations that change something: all of them run on the dispatch thread.
 */
#pragma once

#include <fuse3/fuse_lowlevel.h>

void ecsfs_ops_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
		       struct fuse_file_info *fi);
void ecsfs_ops_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void ecsfs_ops_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);
void ecsfs_ops_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void ecsfs_ops_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		      const char *new_name, unsigned flags);
void ecsfs_ops_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
		     struct fuse_file_info *fi);
void ecsfs_ops_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void ecsfs_ops_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		      struct fuse_file_info *fi);
