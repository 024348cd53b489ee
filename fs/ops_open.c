/* SPDX-License-Identifier: MIT */
#include "fs/ops_open.h"

#include <errno.h>

#include "fs/handle.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "fs/ops.h"
#include "fs/own.h"
#include "fs/stat.h"

/* What is read from a file with a call of its own is fetched when it is opened: fstat(2), which
 * comes next, then has its length. False: see the view. */
static bool read_ahead(EcsfsOp *op, GString *text)
{
	const EcsfsAttr *attr = op->node->attr;

	op->view.known = ecsfs_own_walks(&op->view);
	op->view.since = op->since;
	if (attr->growing != NULL)
		return op->view.known || attr->growing->ask(&op->view);
	return attr->show(attr, &op->view, text);
}

/* Returns: the length of such a file, as read_ahead() has left it. */
static uint64_t length_of(EcsfsOp *op, const GString *text)
{
	const EcsfsGrowing *growing = op->node->attr->growing;

	return growing != NULL ? growing->length(&op->view) : text->len;
}

/* Let the kernel forget what length it knew, and know the one that there is now. */
static void tell_length(EcsfsOp *op, uint64_t length, const GString *text)
{
	char last = text->len > 0 ? text->str[text->len - 1] : '\n';

	ecsfs_notify_inode(op->fs->notify, op->ino);
	ecsfs_notify_length(op->fs->notify, op->ino, length, last);
}

/* An open that is answered when the kernel has been told. */
typedef struct {
	fuse_req_t req;
	struct fuse_file_info fi;
} Opened;

static void reply_open(fuse_req_t req, struct fuse_file_info *fi)
{
	if (fuse_reply_open(req, fi) != 0) /* the caller is gone: no release will come */
		ecsfs_file_free((EcsfsFile *)(uintptr_t)fi->fh);
}

static void kernel_told(void *data)
{
	g_autofree Opened *opened = data;

	reply_open(opened->req, &opened->fi);
}

/* Here and not in read it is found out whether the object is still there: on ESTALE from an open
 * the kernel looks the path up again, and the caller gets ENOENT. */
static bool run_open(EcsfsOp *op)
{
	int mode = op->fi.flags & O_ACCMODE;

	op->view.any_age = mode == O_WRONLY;
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	const EcsfsAttr *attr = op->node->attr;
	if (attr == NULL)
		return ecsfs_view_fail(&op->view, EISDIR) || ecsfs_ops_fail(op);
	if ((mode != O_WRONLY && attr->show == NULL) || (mode != O_RDONLY && attr->store == NULL))
		return ecsfs_view_fail(&op->view, EACCES) || ecsfs_ops_fail(op);
	bool ahead = mode != O_WRONLY && (attr->flags & ECSFS_OWN_CALL) != 0;
	g_autoptr(GString) text = g_string_new(NULL);
	if (ahead && !read_ahead(op, text))
		return ecsfs_ops_fail(op);
	uint64_t length = ahead ? length_of(op, text) : 0;
	if (mode == O_RDONLY && ecsfs_file_paged(attr) && !ecsfs_stat_length(&op->view, &length))
		return ecsfs_ops_fail(op);
	/* What has no text for who walks: the kernel has not been told to keep another length. */
	bool nothing = ahead && op->view.known && length == 0;
	ecsfs_file_open(&op->view, attr, op->ino, length, nothing, &op->fi);
	ecsfs_log_operation(op->fs->log);
	if (ahead && !nothing)
		tell_length(op, length, text);
	if (ahead)
		ecsfs_file_ahead(op->fs, (EcsfsFile *)(uintptr_t)op->fi.fh, g_steal_pointer(&text),
				 op->view.known);
	if (!ahead || nothing) {
		reply_open(op->req, &op->fi);
		return true;
	}
	Opened *opened = g_new(Opened, 1);
	*opened = (Opened){ op->req, op->fi };
	ecsfs_notify_then(op->fs->notify, kernel_told, opened);
	return true;
}

void ecsfs_ops_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if (ecsfs_ops_without_open(req)) {
		fuse_reply_err(req, ENOSYS);
		return;
	}
	EcsfsOp *op = ecsfs_op_new(req, ino, run_open);

	op->fi = *fi;
	ecsfs_op_start(op);
}

void ecsfs_ops_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	ecsfs_file_free((EcsfsFile *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

bool ecsfs_ops_without_open(fuse_req_t req)
{
	const EcsfsFs *fs = fuse_req_userdata(req);

	return fs->options.no_open;
}
