/* SPDX-License-Identifier: MIT */
#include "fs/ops.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs/cloud.h"
#include "fs/copy.h"
#include "fs/entry.h"
#include "fs/fault.h"
#include "fs/handle.h"
#include "fs/log.h"
#include "fs/ops_change.h"
#include "fs/ops_dir.h"
#include "fs/ops_open.h"
#include "fs/quotas.h"
#include "fs/name.h"
#include "fs/notify.h"
#include "fs/own.h"
#include "fs/secret.h"
#include "fs/stat.h"
#include "fs/watch.h"

#define NEVER_TIMEOUT ECSFS_TIMEOUT_MAX /* seconds: nobody will ever make a .git here */

void ecsfs_ops_reply_error(EcsfsOp *op, int err)
{
	ecsfs_log_operation(op->fs->log);
	fuse_reply_err(op->req, err);
}

bool ecsfs_ops_fail(EcsfsOp *op)
{
	EcsfsView *view = &op->view;

	if (view->fetch != NULL || view->wait_ms > 0)
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

bool ecsfs_ops_look(EcsfsOp *op)
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

	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	if (op->node->kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR) || ecsfs_ops_fail(op);
	if (strlen(op->name) > ECSFS_NAME_MAX) /* the kernel lets 1024 through */
		return ecsfs_view_fail(&op->view, ENAMETOOLONG) || ecsfs_ops_fail(op);
	if (!ecsfs_kind_find(&op->view, op->name, &entry))
		return ecsfs_ops_fail(op);
	if (entry.name == NULL &&
	    (ecsfs_name_probe(op->name) || ecsfs_kind_never(op->node->kind, op->name)))
		return reply_negative(op, NEVER_TIMEOUT);
	if (entry.name == NULL) /* for now: any change may give something that name */
		return reply_negative(op, 0);
	if (!ecsfs_entry_enter(op, &entry, &out))
		return ecsfs_ops_fail(op);
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

/* The link that the kernel has leads elsewhere now: on ESTALE it looks up its name. */
static bool look_up_again(EcsfsOp *op)
{
	op->view.told = true;
	return ecsfs_view_fail(&op->view, ESTALE) || ecsfs_ops_fail(op);
}

bool ecsfs_ops_reply_attr(EcsfsOp *op)
{
	EcsfsView *view = &op->view;
	const EcsfsAttr *attr = op->node->attr;
	struct stat st;
	double timeout = 0;

	if (!ecsfs_stat_node(view, &st))
		return ecsfs_ops_fail(op);
	if (op->node->link != NULL && !ecsfs_node_led(op->node, view->target))
		return look_up_again(op);
	if (attr == NULL)
		timeout = ecsfs_copy_timeout(view, op->node, ecsfs_stat_timeout(view));
	else if (view->since == 0)
		timeout = ecsfs_stat_attr_timeout(view, attr, &st);
	if (ecsfs_copy_is_old(view)) {
		ecsfs_copy_drop(op->node);
		ecsfs_notify_listing(op->fs->notify, op->ino);
	}
	ecsfs_log_operation(op->fs->log);
	fuse_reply_attr(op->req, &st, timeout);
	return true;
}

/* How old the length of a file with a call of its own may be while somebody reads it. */
#define FOLLOW_US (1 * G_USEC_PER_SEC)

static bool run_getattr(EcsfsOp *op)
{
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	const EcsfsAttr *attr = op->node->attr;
	if (attr != NULL && (attr->flags & ECSFS_OWN_CALL) != 0 &&
	    ecsfs_file_followed(op->fs, op->ino))
		op->view.since = op->since - FOLLOW_US;
	return ecsfs_ops_reply_attr(op);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	start(req, ino, NULL, run_getattr);
}

static bool run_readlink(EcsfsOp *op)
{
	g_autoptr(GString) target = g_string_new(NULL);

	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	if (op->view.key == NULL)
		op->view.key = op->node->id;
	if (!op->node->link->target(op->node->link, &op->view, target))
		return ecsfs_ops_fail(op);
	if (!ecsfs_node_led(op->node, g_str_hash(target->str)))
		return look_up_again(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_readlink(op->req, target->str);
	return true;
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	start(req, ino, NULL, run_readlink);
}

/* Look at the version of the object that the handle has seen, whatever came since. */
static void look_back(EcsfsView *view, EcsfsRecord *record)
{
	if (record == NULL || view->record == NULL)
		return;
	ecsfs_record_ref(record);
	ecsfs_record_unref(view->record);
	view->record = record;
	view->item = record->item;
}

/* Who reads on where the text of an OWN_CALL file ended, as tail -f does, gets what has been added
 * since, as far as it is known. */
static bool read_on(EcsfsOp *op, EcsfsFile *file)
{
	g_autoptr(GString) text = g_string_new(NULL);

	op->view.known = true;
	if (!op->node->attr->show(op->node->attr, &op->view, text))
		return false;
	if (text->len > file->text->len)
		ecsfs_file_keep(file, g_steal_pointer(&text), op->view.record);
	return true;
}

/* Copy what is to be answered into @data. A read from the start reads anew, as in sysfs; one
 * further on goes on in that, or, if its pages came from the kernel, in what was there at the open.
 * False: see the view. */
static bool read_text(EcsfsOp *op, EcsfsFile *file, GString *data)
{
	EcsfsView *view = &op->view;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&file->lock);
	bool anew = op->off == 0 && !file->ahead;
	/* One that waits sees to it itself that the object is asked for, after its first look. */
	view->any_age = !anew || (file->waits && op->serial != 0);
	view->opened = file->record;
	view->waited_us = g_get_monotonic_time() - op->since;
	view->known = file->walks;
	view->since = op->since;
	if (!ecsfs_ops_look(op)) {
		if (!file->waits || view->err != ESTALE)
			return false;
		view->err = 0; /* gone is an answer */
	}
	bool behind = !anew && file->record != view->record;
	if (anew || file->text == NULL) {
		if (!anew)
			look_back(view, file->record);
		g_autoptr(GString) text = g_string_new(NULL);
		if (!op->node->attr->show(op->node->attr, view, text))
			return false;
		ecsfs_file_keep(file, g_steal_pointer(&text), view->record);
	}
	if (op->off == 0)
		file->ahead = false;
	else if ((op->node->attr->flags & ECSFS_OWN_CALL) != 0 &&
		 (size_t)op->off >= file->text->len && !read_on(op, file))
		return false;
	size_t off = MIN((size_t)op->off, file->text->len);
	g_string_append_len(data, file->text->str + off,
			    (gssize)MIN(op->size, file->text->len - off));
	if ((op->node->attr->flags & ECSFS_ONCE) != 0 && off + op->size >= file->text->len)
		ecsfs_secret_forget(view->collection, view->record->id);
	if (behind) /* an old page behind new ones: not for the next reader */
		ecsfs_notify_inode(op->fs->notify, op->node->ino);
	return true;
}

/* A piece of a file that grows. */
static bool read_piece(EcsfsOp *op, EcsfsFile *file, GString *data)
{
	uint64_t off = (uint64_t)op->off;

	op->view.any_age = off > 0;
	if (!ecsfs_ops_look(op))
		return false;
	const EcsfsGrowing *growing = op->node->attr->growing;
	if (off >= growing->length(&op->view) && !file->walks && !growing->ask(&op->view))
		return false;
	growing->piece(&op->view, off, op->size, data);
	g_mutex_lock(&file->lock);
	file->end = off + data->len;
	g_mutex_unlock(&file->lock);
	return true;
}

/* Without a handle each read is made anew. The kernel sees by size and mtime what is old. */
static bool run_read_plain(EcsfsOp *op)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	const EcsfsAttr *attr = op->node->attr;
	if (attr == NULL || attr->show == NULL)
		return ecsfs_view_fail(&op->view, EACCES) || ecsfs_ops_fail(op);
	if (!attr->show(attr, &op->view, text))
		return ecsfs_ops_fail(op);
	size_t off = MIN((size_t)op->off, text->len);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, text->str + off, MIN(op->size, text->len - off));
	return true;
}

/* O_NONBLOCK: who will not wait is told so. */
static bool read_later(EcsfsOp *op)
{
	if (op->view.wait_ms == 0 || (op->fi.flags & O_NONBLOCK) == 0)
		return ecsfs_ops_fail(op);
	op->view.wait_ms = 0;
	ecsfs_ops_reply_error(op, EAGAIN);
	return true;
}

/* Once it is answered, the handle may be released at any moment. */
static bool run_read(EcsfsOp *op)
{
	g_autoptr(GString) data = g_string_new(NULL);

	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	if (file->grows ? !read_piece(op, file, data) : !read_text(op, file, data))
		return read_later(op);
	ecsfs_log_operation(op->fs->log);
	fuse_reply_buf(op->req, data->str, data->len);
	return true;
}

static void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
		    struct fuse_file_info *fi)
{
	EcsfsOp *op =
		ecsfs_op_new(req, ino, ecsfs_ops_without_open(req) ? run_read_plain : run_read);

	op->size = size;
	op->off = off;
	op->fi = *fi;
	ecsfs_op_start(op);
}

static bool run_poll(EcsfsOp *op)
{
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;

	op->view.any_age = true; /* poll(2) is not to wait for the cloud */
	if (!ecsfs_ops_look(op))
		return ecsfs_ops_fail(op);
	unsigned events = ecsfs_watch_events(&op->view, file);
	if (op->ph != NULL)
		ecsfs_watch_start(&op->view, file, g_steal_pointer(&op->ph));
	op->view.wait_ms = 0; /* answered, whatever is so */
	ecsfs_log_operation(op->fs->log);
	fuse_reply_poll(op->req, events);
	return true;
}

static void op_poll(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
		    struct fuse_pollhandle *ph)
{
	if (ecsfs_ops_without_open(req)) { /* always ready: it is what the kernel says then */
		fuse_reply_err(req, ENOSYS);
		return;
	}
	EcsfsOp *op = ecsfs_op_new(req, ino, run_poll);

	op->fi = *fi;
	op->ph = ph;
	ecsfs_op_start(op);
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

#define BLOCK 4096	  /* bytes */
#define GIB_BLOCKS 262144 /* of them in a GiB */
#define GIB_MOST (INT64_C(1) << 40)

/* Whose usage a directory of that scope shows: above the regions that of each cloud's home.
 * Returns: EcsScope, borrowed; owned. */
static GPtrArray *used_scopes(const EcsfsFs *fs, EcsScope *scope)
{
	const EcsfsCloud *of = ecsfs_cloud_of(fs, scope);
	GPtrArray *scopes = g_ptr_array_new();

	if (scope != NULL && scope != of->scope) {
		g_ptr_array_add(scopes, scope);
		return scopes;
	}
	for (size_t i = 0; i < fs->n_clouds; i++) {
		EcsScope *home = ecsfs_cloud_home(&fs->clouds[i]);
		if (home != NULL && (of == NULL || of == &fs->clouds[i]))
			g_ptr_array_add(scopes, home);
	}
	return scopes;
}

/* df: disks of the project, in bytes; df -i: its servers. Without a limit nothing is free, and
 * without an answer within a second nothing is known: nobody is to hang here. `find` and `grep -r`
 * ask in every directory, so only the mount and its regions are worth a call. */
static bool run_statfs(EcsfsOp *op)
{
	struct statvfs st = { .f_bsize = BLOCK, .f_frsize = BLOCK, .f_namemax = ECSFS_NAME_MAX };
	bool patient = g_get_monotonic_time() - op->since < ECSFS_GRACE_MS * 1000;
	EcsfsUsage usage;

	if (op->node == NULL)
		op->node = ecsfs_node_get(op->fs->nodes, op->ino);
	if (op->node == NULL)
		return ecsfs_view_fail(&op->view, ESTALE) || ecsfs_ops_fail(op);
	op->view.node = op->node;
	EcsScope *scope = op->node->scope;
	bool ask = op->node->parent == NULL || scope != op->node->parent->scope;
	g_autoptr(GPtrArray) scopes = used_scopes(op->fs, scope);
	if (!ecsfs_quotas_usage(&op->view, (EcsScope *const *)scopes->pdata, scopes->len, ask,
				&usage) &&
	    op->view.fetch != NULL && patient)
		return false;
	if (usage.max_gb >= 0 && usage.used_gb >= 0) {
		usage.max_gb = MIN(usage.max_gb, GIB_MOST);
		st.f_blocks = (fsblkcnt_t)usage.max_gb * GIB_BLOCKS;
		st.f_bfree = (fsblkcnt_t)MAX(usage.max_gb - usage.used_gb, 0) * GIB_BLOCKS;
	}
	if (usage.max_servers >= 0 && usage.servers >= 0) {
		st.f_files = (fsfilcnt_t)usage.max_servers;
		st.f_ffree = (fsfilcnt_t)MAX(usage.max_servers - usage.servers, 0);
	}
	st.f_bavail = st.f_bfree;
	st.f_favail = st.f_ffree;
	ecsfs_log_operation(op->fs->log);
	fuse_reply_statfs(op->req, &st);
	return true;
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	start(req, ino, NULL, run_statfs);
}

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
	/* The pages of a file are dropped exactly when its size or mtime say that it has changed.
	 */
	conn->want |= conn->capable & FUSE_CAP_AUTO_INVAL_DATA;
	/* A link that leads elsewhere is another one: see ecsfs_node_leads(). */
	conn->want |= conn->capable & FUSE_CAP_CACHE_SYMLINKS;
	ecsfs_ops_dir_init(conn);
	conn->want |= conn->capable & FUSE_CAP_PARALLEL_DIROPS;
	conn->want |= conn->capable & FUSE_CAP_READDIRPLUS;
	conn->want &= ~(unsigned)FUSE_CAP_READDIRPLUS_AUTO;
	/* Else open(2) with O_TRUNC makes the file empty for everybody until it is looked at again,
	 * and a write is a change call, which takes a while. */
	conn->want &= ~(unsigned)FUSE_CAP_ATOMIC_O_TRUNC;
}

/* What is not here is answered ENOSYS by libfuse, and the kernel then stops asking: extended
 * attributes (each `ls -l` would ask for them), fsync (a write is done when write(2) returns; flush
 * is for what a close(2) may still complete). */
const struct fuse_lowlevel_ops ecsfs_ops = {
	.init = op_init,
	.lookup = op_lookup,
	.forget = op_forget,
	.forget_multi = op_forget_multi,
	.getattr = op_getattr,
	.setattr = ecsfs_ops_setattr,
	.readlink = op_readlink,
	.mknod = op_mknod,
	.mkdir = ecsfs_ops_mkdir,
	.unlink = ecsfs_ops_unlink,
	.rmdir = ecsfs_ops_rmdir,
	.symlink = op_symlink,
	.rename = ecsfs_ops_rename,
	.link = op_link,
	.open = ecsfs_ops_open,
	.read = op_read,
	.write = ecsfs_ops_write,
	.flush = ecsfs_ops_flush,
	.poll = op_poll,
	.release = ecsfs_ops_release,
	.opendir = ecsfs_ops_opendir,
	.readdir = ecsfs_ops_readdir,
	.readdirplus = ecsfs_ops_readdirplus,
	.releasedir = ecsfs_ops_releasedir,
	.statfs = op_statfs,
	.create = ecsfs_ops_create,
};
