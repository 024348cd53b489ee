/* SPDX-License-Identifier: MIT */
#include "fs/ops_dir.h"

#include "fs/copy.h"
#include "fs/entry.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "fs/ops.h"
#include "fs/own.h"
#include "fs/sweep.h"

static void listed(const EcsfsView *view)
{
	ecsfs_own_listed(view);
	ecsfs_sweep_listed(view);
}

/* Never waits and never fails: what is wrong with the directory is told by the first READDIR. */
static bool run_opendir(EcsfsOp *op)
{
	EcsfsDirectory *directory = ecsfs_directory_new(op->fs->handles);

	op->view.any_age = true;
	if (ecsfs_ops_look(op) && ecsfs_copy_open(&op->view, directory, &op->fi))
		listed(&op->view);
	op->fi.fh = (uintptr_t)directory;
	ecsfs_log_operation(op->fs->log);
	if (fuse_reply_open(op->req, &op->fi) != 0)
		ecsfs_directory_free(directory);
	return true;
}

void ecsfs_ops_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_opendir);

	op->fi = *fi;
	ecsfs_op_start(op);
}

void ecsfs_ops_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	ecsfs_directory_free((EcsfsDirectory *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* Returns: owned; NULL: see the view. */
static GArray *make_listing(EcsfsOp *op)
{
	g_autoptr(GArray) listing = ecsfs_listing_new();

	if (!ecsfs_kind_list(&op->view, ecsfs_listing_add, listing))
		return NULL;
	return g_steal_pointer(&listing);
}

/* @listing: taken over. Under the directory's lock. */
static void keep_listing(EcsfsOp *op, EcsfsDirectory *directory, GArray *listing, uint64_t queued)
{
	g_clear_pointer(&directory->listing, g_array_unref);
	directory->listing = listing;
	directory->queued = queued;
	directory->expires = op->view.fresh_us == INT64_MAX
				     ? INT64_MAX
				     : g_get_monotonic_time() + op->view.fresh_us;
}

/* From the start a listing is made anew. Further on it goes on; in one of the same object's
 * document if what came first was the kernel's copy. */
static bool run_readdir(EcsfsOp *op)
{
	EcsfsDirectory *directory = (EcsfsDirectory *)(uintptr_t)op->fi.fh;
	uint64_t queued = ecsfs_notify_queued(op->fs->notify);
	bool first = op->off == 0;
	int64_t begun = first ? ecsfs_copy_begin(directory, op->fs) : 0;

	g_mutex_lock(&directory->lock);
	bool make = first || directory->listing == NULL;
	g_mutex_unlock(&directory->lock);
	op->view.any_age = !make;
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	g_autoptr(GArray) listing = make ? make_listing(op) : NULL;
	if (make && listing == NULL)
		return ecsfs_ops_fail(op);
	if (first) {
		listed(&op->view);
		ecsfs_copy_end(directory, begun, &op->view);
	}
	g_autofree char *buf = g_malloc(op->size);
	g_mutex_lock(&directory->lock);
	if (listing != NULL) {
		keep_listing(op, directory, g_steal_pointer(&listing), queued);
	} else {
		op->view.any_age = false;
		op->view.fresh_us = ecsfs_directory_fresh(directory, op->fs->notify);
		if (op->view.fresh_us == 0)
			ecsfs_copy_spoil(directory);
	}
	size_t used = ecsfs_entry_fill(op, directory->listing, buf);
	g_mutex_unlock(&directory->lock);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, buf, used);
	return true;
}

static void read_directory(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi, bool plus)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_readdir);

	op->size = size;
	op->off = off;
	op->fi = *fi;
	op->plus = plus;
	ecsfs_op_start(op);
}

void ecsfs_ops_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		       struct fuse_file_info *fi)
{
	read_directory(req, ino, size, off, fi, false);
}

void ecsfs_ops_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi)
{
	read_directory(req, ino, size, off, fi, true);
}
