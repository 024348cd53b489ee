/* SPDX-License-Identifier: MIT */
#include "fs/ops.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs/entry.h"
#include "fs/fault.h"
#include "fs/handle.h"
#include "fs/log.h"
#include "fs/mutate.h"
#include "fs/name.h"
#include "fs/notify.h"
#include "fs/stat.h"

#define PROBE_TIMEOUT ECSFS_TIMEOUT_MAX /* seconds: nobody will ever make a .git here */
#define NEGATIVE_TIMEOUT 5.0		/* seconds, at most: somebody else may make it */

void ecsfs_ops_reply_error(EcsfsOp *op, int err)
{
	ecsfs_log_operation(op->fs->log);
	fuse_reply_err(op->req, err);
}

/* Answer with what the view says went wrong. Returns true; false if it only has to wait. */
static bool fail(EcsfsOp *op)
{
	EcsfsView *view = &op->view;

	if (view->fetch != NULL)
		return false;
	int err = view->error != NULL ? ecsfs_fault_errno(view->error) : view->err;
	const char *why =
		view->error != NULL ? view->error->message : ecsfs_fault_sentence(view->err);
	if (op->node != NULL && why != NULL && !view->told) {
		g_autofree char *directory = ecsfs_node_path(op->node);
		g_autofree char *path = g_build_filename(directory, op->name, NULL);
		ecsfs_log_why(op->fs->log, path, getsid(fuse_req_ctx(op->req)->pid), why);
	}
	ecsfs_ops_reply_error(op, err != 0 ? err : EIO);
	return true;
}

/* Find node and object of the operation. Returns false if fail() is to be asked. */
static bool look(EcsfsOp *op)
{
	EcsfsView *view = &op->view;

	if (op->node == NULL) {
		op->node = ecsfs_node_get(op->fs->nodes, op->ino);
		if (op->node == NULL)
			return ecsfs_view_fail(view, ESTALE);
		view->node = op->node;
	}
	view->caller = fuse_req_ctx(op->req)->pid;
	return ecsfs_view_object(view);
}

static void start(fuse_req_t req, fuse_ino_t ino, const char *name, bool (*run)(EcsfsOp *op))
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run);

	op->name = g_strdup(name);
	ecsfs_op_start(op);
}

static bool reply_negative(EcsfsOp *op, double timeout)
{
	struct fuse_entry_param entry = { .entry_timeout = timeout };

	ecsfs_log_operation(op->fs->log);
	fuse_reply_entry(op->req, &entry);
	return true;
}

static bool run_lookup(EcsfsOp *op)
{
	struct fuse_entry_param out;
	EcsfsEntry entry;

	if (!look(op))
		return fail(op);
	if (op->node->kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR) || fail(op);
	if (strlen(op->name) > ECSFS_NAME_MAX) /* the kernel lets 1024 through */
		return ecsfs_view_fail(&op->view, ENAMETOOLONG) || fail(op);
	if (!ecsfs_kind_find(&op->view, op->name, &entry))
		return fail(op);
	if (entry.name == NULL && ecsfs_name_probe(op->name))
		return reply_negative(op, PROBE_TIMEOUT);
	if (entry.name == NULL)
		return reply_negative(op, MIN(ecsfs_stat_timeout(&op->view), NEGATIVE_TIMEOUT));
	if (!ecsfs_entry_enter(op, &entry, &out))
		return fail(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_entry(op->req, &out);
	return true;
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	start(req, parent, name, run_lookup);
}

static void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t n)
{
	EcsfsFs *fs = fuse_req_userdata(req);

	ecsfs_node_forget(fs->nodes, ino, n);
	fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	EcsfsFs *fs = fuse_req_userdata(req);

	for (size_t i = 0; i < count; i++)
		ecsfs_node_forget(fs->nodes, forgets[i].ino, forgets[i].nlookup);
	fuse_reply_none(req);
}

static bool reply_attr(EcsfsOp *op)
{
	struct stat st;
	const EcsfsAttr *attr = op->node->attr;
	bool passing = attr != NULL && (attr->flags & ECSFS_VOLATILE) != 0;

	if (!ecsfs_stat_node(&op->view, &st))
		return fail(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_attr(op->req, &st, passing ? 0 : ecsfs_stat_timeout(&op->view));
	return true;
}

static bool run_getattr(EcsfsOp *op)
{
	return look(op) ? reply_attr(op) : fail(op);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	start(req, ino, NULL, run_getattr);
}

#define TIMES (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME)

/* touch refreshes; truncation alone changes nothing; mode and owner are not ours to change. */
static bool run_setattr(EcsfsOp *op)
{
	op->view.any_age = true;
	if (!look(op))
		return fail(op);
	if ((op->to_set & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
		return ecsfs_view_fail(&op->view, EPERM) || fail(op);
	if ((op->to_set & FUSE_SET_ATTR_SIZE) != 0) {
		if (op->node->attr == NULL || op->node->attr->store == NULL)
			return ecsfs_view_fail(&op->view, EPERM) || fail(op);
		if (op->attr.st_size != 0)
			return ecsfs_view_fail(&op->view, EINVAL) || fail(op);
		if (op->has_fi)
			ecsfs_mutate_truncate((EcsfsFile *)(uintptr_t)op->fi.fh);
	}
	if ((op->to_set & TIMES) != 0)
		ecsfs_mutate_touch(&op->view);
	return reply_attr(op);
}

static void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
		       struct fuse_file_info *fi)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_setattr);

	op->attr = *attr;
	op->to_set = to_set;
	op->has_fi = fi != NULL;
	if (fi != NULL)
		op->fi = *fi;
	ecsfs_op_submit(op);
}

static bool run_readlink(EcsfsOp *op)
{
	g_autoptr(GString) target = g_string_new(NULL);

	if (!look(op))
		return fail(op);
	if (op->view.key == NULL)
		op->view.key = op->node->id;
	if (!op->node->link->target(op->node->link, &op->view, target))
		return fail(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_readlink(op->req, target->str);
	return true;
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	start(req, ino, NULL, run_readlink);
}

/* Here and not in read it is found out whether the object is still there: on ESTALE from an open
 * the kernel looks the path up again, and the caller gets ENOENT. */
static bool run_open(EcsfsOp *op)
{
	int mode = op->fi.flags & O_ACCMODE;

	op->view.any_age = mode == O_WRONLY;
	if (!look(op))
		return fail(op);
	const EcsfsAttr *attr = op->node->attr;
	if (attr == NULL)
		return ecsfs_view_fail(&op->view, EISDIR) || fail(op);
	if ((mode != O_WRONLY && attr->show == NULL) || (mode != O_RDONLY && attr->store == NULL))
		return ecsfs_view_fail(&op->view, EACCES) || fail(op);
	ecsfs_file_open(op->fs, attr, &op->fi);
	ecsfs_log_operation(op->fs->log);
	if (fuse_reply_open(op->req, &op->fi) != 0) /* the caller is gone: no release will come */
		ecsfs_file_free((EcsfsFile *)(uintptr_t)op->fi.fh);
	return true;
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_open);

	op->fi = *fi;
	ecsfs_op_start(op);
}

static void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	ecsfs_file_free((EcsfsFile *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

/* Copy what is to be answered into @data. A read from the start reads anew, as in sysfs; one
 * further on goes on in what that gave. False: see the view. */
static bool read_text(EcsfsOp *op, EcsfsFile *file, GString *data)
{
	EcsfsView *view = &op->view;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&file->lock);
	bool anew = op->off == 0 || file->text == NULL;

	view->any_age = !anew;
	if (!look(op))
		return false;
	if (anew) {
		g_autoptr(GString) text = g_string_new(NULL);
		if (!op->node->attr->show(op->node->attr, view, text))
			return false;
		ecsfs_file_keep(file, g_steal_pointer(&text), view->record);
	}
	size_t off = MIN((size_t)op->off, file->text->len);
	g_string_append_len(data, file->text->str + off,
			    (gssize)MIN(op->size, file->text->len - off));
	if (file->record != view->record) /* an old page behind new ones: not for the next reader */
		ecsfs_notify_inode(op->fs->notify, op->node->ino);
	return true;
}

/* Once it is answered, the handle may be released at any moment. */
static bool run_read(EcsfsOp *op)
{
	g_autoptr(GString) data = g_string_new(NULL);

	if (!read_text(op, (EcsfsFile *)(uintptr_t)op->fi.fh, data))
		return fail(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, data->str, data->len);
	return true;
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		    struct fuse_file_info *fi)
{
	EcsfsOp *op = ecsfs_op_new(req, ino, run_read);

	op->size = size;
	op->off = off;
	op->fi = *fi;
	ecsfs_op_start(op);
}

static void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	EcsfsFs *fs = fuse_req_userdata(req);

	fi->fh = (uintptr_t)ecsfs_directory_new();
	ecsfs_log_operation(fs->log);
	if (fuse_reply_open(req, fi) != 0)
		ecsfs_directory_free((EcsfsDirectory *)(uintptr_t)fi->fh);
}

static void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	ecsfs_directory_free((EcsfsDirectory *)(uintptr_t)fi->fh);
	fuse_reply_err(req, 0);
}

static bool run_readdir(EcsfsOp *op)
{
	EcsfsDirectory *directory = (EcsfsDirectory *)(uintptr_t)op->fi.fh;
	uint64_t queued = ecsfs_notify_queued(op->fs->notify);

	op->view.any_age = op->off > 0;
	if (!look(op))
		return fail(op);
	g_autoptr(GArray) listing = NULL;
	if (op->off == 0) {
		listing = ecsfs_listing_new();
		if (!ecsfs_kind_list(&op->view, ecsfs_listing_add, listing))
			return fail(op);
	}
	g_autofree char *buf = g_malloc(op->size);
	g_mutex_lock(&directory->lock);
	if (listing != NULL || directory->listing == NULL) {
		g_clear_pointer(&directory->listing, g_array_unref);
		directory->listing =
			listing != NULL ? g_steal_pointer(&listing) : ecsfs_listing_new();
		directory->queued = queued;
		directory->expires = op->view.fresh_us == INT64_MAX
					     ? INT64_MAX
					     : g_get_monotonic_time() + op->view.fresh_us;
	} else {
		op->view.any_age = false;
		op->view.fresh_us = ecsfs_directory_fresh(directory, op->fs->notify);
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

static void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		       struct fuse_file_info *fi)
{
	read_directory(req, ino, size, off, fi, false);
}

static void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			   struct fuse_file_info *fi)
{
	read_directory(req, ino, size, off, fi, true);
}

/* The end of a change whose answer is an errno. */
static void finish_plain(EcsfsOp *op, int err)
{
	ecsfs_ops_reply_error(op, err);
}

static void finish_write(EcsfsOp *op, int err)
{
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
	op->made.record = ecsfs_view_find(&op->view, op->made.collection, op->made.id);
	if (op->made.record == NULL || !ecsfs_entry_enter(op, &op->made, &out)) {
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
	op->view.any_age = true;
	return (look(op) && mutate(op)) || fail(op);
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

static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	ecsfs_op_submit(change_op(req, parent, name, run_mkdir, finish_mkdir));
}

static void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	ecsfs_op_submit(change_op(req, parent, name, run_rmdir, finish_plain));
}

static void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	ecsfs_op_submit(change_op(req, parent, name, run_unlink, finish_plain));
}

static void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
		      const char *new_name, unsigned flags)
{
	EcsfsOp *op = change_op(req, parent, name, run_rename, finish_plain);

	op->new_parent = new_parent;
	op->new_name = g_strdup(new_name);
	op->to_set = (int)flags;
	ecsfs_op_submit(op);
}

static void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
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
	if (!look(op))
		return fail(op);
	EcsfsEntry entry = { .name = op->name, .attr = op->node->kind->made };
	g_autofree char *key = ecsfs_mutate_new_key(op);
	if (key == NULL)
		return fail(op);
	entry.id = key;
	if (!ecsfs_entry_enter(op, &entry, &out))
		return fail(op);
	ecsfs_file_open(op->fs, entry.attr, &op->fi);
	ecsfs_log_operation(op->fs->log);
	if (fuse_reply_create(op->req, &out, &op->fi) != 0)
		ecsfs_file_free((EcsfsFile *)(uintptr_t)op->fi.fh);
	return true;
}

static void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
		      struct fuse_file_info *fi)
{
	EcsfsOp *op = change_op(req, parent, name, run_create, finish_plain);

	op->fi = *fi;
	ecsfs_op_submit(op);
}

static void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t rdev)
{
	fuse_reply_err(req, EPERM);
}

static void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
	fuse_reply_err(req, EPERM);
}

static void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
	fuse_reply_err(req, EPERM);
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	struct statvfs st = { .f_bsize = 4096, .f_frsize = 4096, .f_namemax = ECSFS_NAME_MAX };

	fuse_reply_statfs(req, &st);
}

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
	/* The pages of a file are dropped exactly when its size or mtime say that it has changed.
	 */
	conn->want |= conn->capable & FUSE_CAP_AUTO_INVAL_DATA;
	conn->want |= conn->capable & FUSE_CAP_PARALLEL_DIROPS;
	conn->want |= conn->capable & FUSE_CAP_READDIRPLUS;
	conn->want &= ~(unsigned)FUSE_CAP_READDIRPLUS_AUTO;
	conn->want |= conn->capable & FUSE_CAP_ATOMIC_O_TRUNC;
}

/* What is not here is answered ENOSYS by libfuse, and the kernel then stops asking: extended
 * attributes (each `ls -l` would ask for them), flush and fsync (a write is done when write(2)
 * returns). */
const struct fuse_lowlevel_ops ecsfs_ops = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.readlink = op_readlink,
	.mknod = op_mknod,
	.mkdir = op_mkdir,
	.unlink = op_unlink,
	.rmdir = op_rmdir,
	.symlink = op_symlink,
	.rename = op_rename,
	.link = op_link,
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.release = op_release,
	.opendir = op_opendir,
	.readdir = op_readdir,
	.readdirplus = op_readdirplus,
	.releasedir = op_releasedir,
	.statfs = op_statfs,
	.create = op_create,
};
