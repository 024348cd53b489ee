/* SPDX-License-Identifier: MIT */
#include "fs/ops_dir.h"

#include <errno.h>

#include "fs/copy.h"
#include "fs/entry.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "fs/ops.h"
#include "fs/own.h"
#include "fs/shelf.h"
#include "fs/sweep.h"

static bool may_elide; /* since before the first request */

void ecsfs_ops_dir_init(const struct fuse_conn_info *conn)
{
	may_elide = (conn->capable & FUSE_CAP_NO_OPENDIR_SUPPORT) != 0;
}

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

static bool without_open(fuse_req_t req)
{
	const EcsfsFs *fs = fuse_req_userdata(req);

	return fs->options.no_open && may_elide;
}

void ecsfs_ops_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if (without_open(req)) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	EcsfsOp *op = ecsfs_op_new(req, ino, run_opendir);

	op->fi = *fi;
	ecsfs_op_start(op);
}

void ecsfs_ops_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	ecsfs_directory_free((EcsfsDirectory *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* From the start a listing is made anew. Further on it goes on; in one of the same object's
 * document if what came first was the kernel's copy. */
static bool run_readdir(EcsfsOp *op)
{
	EcsfsDirectory *directory = (EcsfsDirectory *)(uintptr_t)op->fi.fh;
	uint64_t queued = ecsfs_notify_queued(op->fs->notify);
	bool first = op->off == 0;
	int64_t begun = first ? ecsfs_copy_begin(directory, op->fs) : 0;
	EcsfsListing made = { 0 };

	g_mutex_lock(&directory->lock);
	bool make = first || directory->listing.entries == NULL;
	g_mutex_unlock(&directory->lock);
	op->view.any_age = !make;
	if (!ecsfs_ops_look(op) || (make && !ecsfs_listing_make(&op->view, queued, &made)))
		return ecsfs_ops_fail(op);
	if (first) {
		listed(&op->view);
		ecsfs_copy_end(directory, begun, &op->view);
	}
	g_autofree char *buf = g_malloc(op->size);
	g_mutex_lock(&directory->lock);
	if (make) {
		ecsfs_listing_clear(&directory->listing);
		directory->listing = made;
	} else {
		op->view.any_age = false;
		op->view.fresh_us = ecsfs_listing_fresh(&directory->listing, op->fs->notify);
		if (op->view.fresh_us == 0)
			ecsfs_copy_spoil(directory->node);
	}
	size_t used = ecsfs_entry_fill(op, directory->listing.entries, op->off, 0, buf);
	g_mutex_unlock(&directory->lock);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, buf, used);
	return true;
}

/* A position: the number of the listing, and that of the entry in it. */
#define NUMBER_SHIFT 32
#define ENTRY_MASK ((INT64_C(1) << NUMBER_SHIFT) - 1)

/* The same where nothing was opened. */
static bool run_readdir_plain(EcsfsOp *op)
{
	uint64_t version = ecsfs_cache_version(op->fs->cache);
	uint64_t queued = ecsfs_notify_queued(op->fs->notify);
	uint32_t number = (uint32_t)(op->off >> NUMBER_SHIFT);
	g_auto(EcsfsListing) listing = { 0 };

	bool make = !ecsfs_shelf_get(op->fs->shelf, op->ino, number, &listing);
	op->view.any_age = !make;
	if (!ecsfs_ops_look(op) || (make && !ecsfs_listing_make(&op->view, queued, &listing)))
		return ecsfs_ops_fail(op);
	if (make) {
		number = ecsfs_shelf_put(op->fs->shelf, op->ino, &listing);
		if (ecsfs_copy_made(&op->view, version))
			ecsfs_notify_listing(op->fs->notify, op->ino);
	} else {
		op->view.any_age = false;
		op->view.fresh_us = ecsfs_listing_fresh(&listing, op->fs->notify);
		if (op->view.fresh_us == 0)
			ecsfs_copy_spoil(op->node);
	}
	g_autofree char *buf = g_malloc(op->size);
	size_t used = ecsfs_entry_fill(op, listing.entries, op->off & ENTRY_MASK,
				       (off_t)number << NUMBER_SHIFT, buf);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, buf, used);
	return true;
}

static void read_directory(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi, bool plus)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, without_open(req) ? run_readdir_plain : run_readdir);

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
