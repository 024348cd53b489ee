/* SPDX-License-Identifier: MIT */

#include "fs/ops_change.h"

#include <errno.h>

#include "fs/entry.h"
#include "fs/handle.h"
#include "fs/inotify.h"
#include "fs/log.h"
#include "fs/mutate.h"
#include "fs/notify.h"
#include "fs/ops.h"

/* The end of a change whose answer is an errno. */
static void finish_plain(EcsfsOp *op, int err)
{
	ecsfs_ops_reply_error(op, err);
}

/* mv(1) takes EINVAL for a flag that is not known, tries again without it, and then calls the
 * target a subdirectory of what is moved. That is not to be done with what the cloud was asked
 * already. */
static void finish_rename(EcsfsOp *op, int err)
{
	ecsfs_ops_reply_error(op, err == EINVAL ? EBADRQC : err);
}

static void finish_write(EcsfsOp *op, int err)
{
	((EcsfsFile *)(uintptr_t)op->fi.fh)->failed = err;
	if (err != 0) {
		ecsfs_ops_reply_error(op, err);
		return;
	}
	ecsfs_log_operation(op->fs->log);
	fuse_reply_write(op->req, op->size);
	ecsfs_notify_inode(op->fs->notify, op->node->ino);
}

static void finish_mkdir(EcsfsOp *op, int err)
{
	struct fuse_entry_param out;

	if (err != 0) {
		ecsfs_ops_reply_error(op, err);
		return;
	}
	ecsfs_view_init(&op->view, op->fs, op->node);
	op->view.any_age = true;
	op->made.name = op->name;
	/* What is no object of its own is part of the directory's, as old as that may be. */
	bool there = op->made.collection == NULL && ecsfs_view_object(&op->view);
	if (op->made.collection != NULL) {
		op->made.record = ecsfs_view_find(&op->view, op->made.collection, op->made.id);
		there = op->made.record != NULL;
	}
	if (!there || !ecsfs_entry_enter(op, &op->made, &out)) {
		ecsfs_ops_reply_error(op, EIO);
		return;
	}
	ecsfs_log_operation(op->fs->log);
	fuse_reply_entry(op->req, &out);
}

/* Start a change: on the dispatch thread, where all of them run. */
static EcsfsOp *change_op(fuse_req_t req, fuse_ino_t ino, const char *name,
			  bool (*run)(EcsfsOp *op), void (*finish)(EcsfsOp *op, int err))
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run);

	op->name = g_strdup(name);
	op->finish = finish;
	return op;
}

/* Look, then let fs/mutate.c start the change: it says false if the view tells why not. */
static bool change_with(EcsfsOp *op, bool (*mutate)(EcsfsOp *op))
{
	op->view.any_age = !op->certain;
	return (ecsfs_ops_look(op) && mutate(op)) || ecsfs_ops_fail(op);
}

static bool run_mkdir(EcsfsOp *op)
{
	return change_with(op, ecsfs_mutate_mkdir);
}

static bool run_rmdir(EcsfsOp *op)
{
	return change_with(op, ecsfs_mutate_rmdir);
}

static bool run_unlink(EcsfsOp *op)
{
	return change_with(op, ecsfs_mutate_unlink);
}

static bool run_rename(EcsfsOp *op)
{
	return change_with(op, ecsfs_mutate_rename);
}

static bool run_write(EcsfsOp *op)
{
	return change_with(op, ecsfs_mutate_write);
}

void ecsfs_ops_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	ecsfs_op_submit(change_op(req, parent, name, run_mkdir, finish_mkdir));
}

void ecsfs_ops_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	ecsfs_op_submit(change_op(req, parent, name, run_rmdir, finish_plain));
}

void ecsfs_ops_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	ecsfs_op_submit(change_op(req, parent, name, run_unlink, finish_plain));
}

void ecsfs_ops_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		      const char *new_name, unsigned flags)
{
	EcsfsOp *op = change_op(req, parent, name, run_rename, finish_rename);

	op->new_parent = new_parent;
	op->new_name = g_strdup(new_name);
	op->to_set = (int)flags;
	ecsfs_op_submit(op);
}

void ecsfs_ops_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
		     struct fuse_file_info *fi)
{
	EcsfsOp *op = change_op(req, ino, NULL, run_write, finish_write);

	op->data = g_malloc(size + 1);
	memcpy(op->data, buf, size);
	op->data[size] = '\0';
	op->size = size;
	op->off = off;
	op->fi = *fi;
	ecsfs_op_submit(op);
}

/* A new file exists here until its first write makes it exist in the cloud. */
static bool run_create(EcsfsOp *op)
{
	struct fuse_entry_param out;

	op->view.any_age = true;
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	EcsfsEntry entry = { .name = op->name, .attr = op->node->kind->made };
	g_autofree char *key = ecsfs_mutate_new_key(op);
	if (key == NULL)
		return ecsfs_ops_fail(op);
	entry.id = key;
	if (!ecsfs_entry_enter(op, &entry, &out))
		return ecsfs_ops_fail(op);
	ecsfs_file_open(&op->view, entry.attr, out.ino, 0, false, &op->fi);
	ecsfs_log_operation(op->fs->log);
	if (fuse_reply_create(op->req, &out, &op->fi) != 0)
		ecsfs_file_free((EcsfsFile *)(uintptr_t)op->fi.fh);
	return true;
}

static bool run_flush(EcsfsOp *op)
{
	op->view.any_age = true;
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	if (ecsfs_mutate_flush(op))
		return true;
	if (op->view.fetch == NULL && op->view.error == NULL && op->view.err == 0) {
		ecsfs_ops_reply_error(op, 0); /* fuse_reply_err(0) is success */
		return true;
	}
	return ecsfs_ops_fail(op);
}

/* Only of files that want it: fi->noflush of the others. */
void ecsfs_ops_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if (fi->fh == 0) { /* never opened: the kernel asks no more */
		fuse_reply_err(req, ENOSYS);
		return;
	}
	EcsfsOp *op = change_op(req, ino, NULL, run_flush, finish_plain);

	op->fi = *fi;
	ecsfs_op_submit(op);
}

void ecsfs_ops_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		      struct fuse_file_info *fi)
{
	EcsfsOp *op = change_op(req, parent, name, run_create, finish_plain);

	op->fi = *fi;
	ecsfs_op_submit(op);
}

#define TIMES (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME)

static void finish_truncate(EcsfsOp *op, int err)
{
	if (err != 0) {
		ecsfs_ops_reply_error(op, err);
		return;
	}
	ecsfs_view_init(&op->view, op->fs, op->node);
	op->view.any_age = true;
	if ((!ecsfs_ops_look(op) || !ecsfs_ops_reply_attr(op)) &&
	    !ecsfs_ops_fail(op)) /* it was there a moment ago */
		ecsfs_ops_reply_error(op, ESTALE);
	ecsfs_notify_inode(op->fs->notify, op->node->ino);
}

/* Emptying a document of the mount's own stores an empty one; of anything else it changes nothing,
 * and the size is told. */
static bool truncate_node(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;

	if (attr == NULL || attr->store == NULL)
		return ecsfs_view_fail(&op->view, EPERM) || ecsfs_ops_fail(op);
	if (op->attr.st_size != 0)
		return ecsfs_view_fail(&op->view, EINVAL) || ecsfs_ops_fail(op);
	if ((attr->flags & ECSFS_GATHER) == 0)
		return ecsfs_ops_reply_attr(op);
	op->finish = finish_truncate;
	if (ecsfs_mutate_truncate(op))
		return true;
	if (op->view.fetch == NULL && op->view.error == NULL && op->view.err == 0)
		return ecsfs_ops_reply_attr(op);
	return ecsfs_ops_fail(op);
}

/* touch refreshes; mode and owner are not ours to change. */
static bool run_setattr(EcsfsOp *op)
{
	op->view.any_age = true;
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	if ((op->to_set & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
		return ecsfs_view_fail(&op->view, EPERM) || ecsfs_ops_fail(op);
	if ((op->to_set & FUSE_SET_ATTR_SIZE) != 0)
		return truncate_node(op);
	if ((op->to_set & TIMES) != 0 && !ecsfs_inotify_asks(op->fs->inotify, op->caller))
		ecsfs_mutate_touch(&op->view);
	return ecsfs_ops_reply_attr(op);
}

void ecsfs_ops_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
		       struct fuse_file_info *fi)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_setattr);

	op->attr = *attr;
	op->to_set = to_set;
	ecsfs_op_submit(op);
}
