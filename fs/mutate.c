/* SPDX-License-Identifier: MIT */
#include "fs/mutate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fs/log.h"
#include "fs/name.h"

/* Refuse to change the object @entry, with a sentence for its `error`, for `errors` and `why`.
 * Returns false. */
static bool refuse(EcsfsOp *op, const EcsfsEntry *entry, int err, const char *why)
{
	g_autofree char *directory = ecsfs_node_path(op->node);
	g_autofree char *path = g_build_filename(directory, op->name, NULL);

	ecsfs_collection_set_note(entry->collection, entry->id, why);
	ecsfs_log_failure(op->fs->log, path, getsid(fuse_req_ctx(op->req)->pid), err, why);
	op->view.told = true;
	return ecsfs_view_fail(&op->view, err);
}

/*
 * The mark of `rm -rf` and `find -delete`: a process that was just refused the removal of an
 * object's files goes on to the object itself. It meant to empty a directory, not to destroy a
 * server.
 */
#define SWEEP_US (2 * G_USEC_PER_SEC)
#define SWEEPS 64 /* refusals remembered */

static struct {
	pid_t pid;
	const EcsfsCollection *collection;
	char *id;
	int64_t at; /* monotonic us */
} sweeps[SWEEPS];   /* the dispatch thread's */
static unsigned next_sweep;

static void remember_sweep(const EcsfsOp *op)
{
	const EcsfsView *view = &op->view;

	if (view->record == NULL)
		return;
	unsigned i = next_sweep++ % SWEEPS;
	sweeps[i].pid = fuse_req_ctx(op->req)->pid;
	sweeps[i].collection = view->collection;
	g_free(sweeps[i].id);
	sweeps[i].id = g_strdup(view->record->id);
	sweeps[i].at = g_get_monotonic_time();
}

static bool sweeping(const EcsfsOp *op, const EcsfsCollection *collection, const char *id)
{
	pid_t pid = fuse_req_ctx(op->req)->pid;
	int64_t now = g_get_monotonic_time();

	for (unsigned i = 0; i < SWEEPS; i++)
		if (sweeps[i].pid == pid && sweeps[i].collection == collection &&
		    now - sweeps[i].at < SWEEP_US && g_strcmp0(sweeps[i].id, id) == 0)
			return true;
	return false;
}

/* Find the entry that is to be changed. False: see the view. */
static bool find(EcsfsOp *op, const char *name, EcsfsEntry *entry)
{
	if (op->node->kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (!ecsfs_kind_find(&op->view, name, entry))
		return false;
	return entry->name != NULL || ecsfs_view_fail(&op->view, ENOENT);
}

bool ecsfs_mutate_mkdir(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry entry;

	if (kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (kind->make == NULL)
		return ecsfs_view_fail(&op->view, EPERM);
	if (ecsfs_name_probe(op->name) || ecsfs_name_temporary(op->name))
		return ecsfs_view_fail(&op->view, EPERM);
	if (!ecsfs_kind_find(&op->view, op->name, &entry))
		return false;
	if (entry.name != NULL)
		return ecsfs_view_fail(&op->view, EEXIST);
	kind->make(ecsfs_change_new(op, op->node, NULL, "mkdir", op->name), op->name);
	return true;
}

/* A change of one entry, told at that entry if it is an object. */
static EcsfsChange *entry_change(EcsfsOp *op, const EcsfsEntry *entry, const char *what)
{
	EcsfsChange *change = ecsfs_change_new(op, op->node, NULL, what, op->name);

	if (entry->collection != NULL) {
		change->collection = entry->collection;
		g_free(change->id);
		change->id = g_strdup(entry->id);
	}
	return change;
}

bool ecsfs_mutate_rmdir(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry entry;

	if (!find(op, op->name, &entry))
		return false;
	if (entry.kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (kind->remove == NULL || entry.collection == NULL)
		return ecsfs_view_fail(&op->view, EPERM);
	if (kind->costly && !op->fs->options.allow_delete)
		return refuse(
			op, &entry, EPERM,
			"deleting what costs money or data needs a mount with -o allow_delete");
	if (kind->costly && sweeping(op, entry.collection, entry.id))
		return refuse(op, &entry, EPERM,
			      "not deleted: its files were swept a moment ago, as rm -rf does; "
			      "use rmdir alone");
	kind->remove(entry_change(op, &entry, "rmdir"), &entry);
	return true;
}

bool ecsfs_mutate_unlink(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	const EcsfsView *view = &op->view;
	EcsfsEntry entry;

	if (!find(op, op->name, &entry))
		return false;
	if (entry.kind != NULL)
		return ecsfs_view_fail(&op->view, EISDIR);
	if (kind->drop == NULL || entry.id == NULL) {
		remember_sweep(op);
		return ecsfs_view_fail(&op->view, EPERM);
	}
	if (view->record != NULL && sweeping(op, view->collection, view->record->id))
		return ecsfs_view_fail(&op->view, EPERM);
	kind->drop(entry_change(op, &entry, "unlink"), &entry);
	return true;
}

bool ecsfs_mutate_rename(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry entry, target;

	if ((op->to_set & ~RENAME_NOREPLACE) != 0)
		return ecsfs_view_fail(&op->view, EINVAL);
	/* Not EXDEV: mv would then copy and delete. */
	if (op->new_parent != op->ino || kind == NULL || kind->rename == NULL)
		return ecsfs_view_fail(&op->view, EPERM);
	if (!find(op, op->name, &entry))
		return false;
	if (entry.collection == NULL)
		return ecsfs_view_fail(&op->view, EPERM);
	g_autofree char *id = g_strdup(entry.id);
	entry.record = NULL; /* the next find may let go of both */
	entry.id = id;
	if (!ecsfs_kind_find(&op->view, op->new_name, &target))
		return false;
	if (target.name != NULL)
		return ecsfs_view_fail(&op->view, EEXIST);
	kind->rename(entry_change(op, &entry, "rename"), &entry, op->new_name);
	return true;
}

char *ecsfs_mutate_new_key(EcsfsOp *op)
{
	EcsfsEntry entry;

	if (op->node->kind == NULL || op->node->kind->made == NULL || ecsfs_name_probe(op->name) ||
	    ecsfs_name_temporary(op->name)) {
		ecsfs_view_fail(&op->view, EPERM);
		return NULL;
	}
	if (!ecsfs_kind_find(&op->view, op->name, &entry))
		return NULL;
	char *key = entry.name == NULL ? ecsfs_name_unescape(op->name) : NULL;
	if (key == NULL)
		ecsfs_view_fail(&op->view, entry.name != NULL ? EEXIST : EINVAL);
	return key;
}

void ecsfs_mutate_touch(EcsfsView *view)
{
	const EcsfsKind *kind = view->node->kind;

	if (kind != NULL && kind->collection != NULL)
		ecsfs_collection_stale(kind->collection(view));
	else if (view->record != NULL)
		ecsfs_collection_touch(view->collection, view->record->id, NULL);
}

void ecsfs_mutate_truncate(EcsfsFile *file)
{
	g_mutex_lock(&file->lock);
	file->truncated = true;
	if (file->document != NULL)
		g_string_truncate(file->document, 0);
	g_mutex_unlock(&file->lock);
}

/* Returns: what is wrong with a one-line value, or NULL. */
static const char *wrong_value(const char *text, size_t len)
{
	if (!g_utf8_validate_len(text, len, NULL))
		return "the value is not UTF-8 text";
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			return "one value, on one line, is expected here";
		if ((unsigned char)text[i] < 0x20 && text[i] != '\t')
			return "the value holds control characters";
	}
	return NULL;
}

static bool write_value(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;
	EcsfsChange *change = ecsfs_change_new(op, op->node, attr, "write", NULL);
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	/* A shell writes line by line. Verbs follow one another; a second line of a value is a
	 * mistake. */
	bool second = file->written && op->off > 0 && attr->verbs == NULL;
	size_t len = op->size;

	file->written = true;

	if (len > 0 && op->data[len - 1] == '\n')
		op->data[--len] = '\0';
	const char *wrong =
		second ? "one value, on one line, is expected here" : wrong_value(op->data, len);
	if (len > ECSFS_VALUE_MAX)
		ecsfs_change_fail(change, EFBIG, "the value is longer than %d bytes",
				  ECSFS_VALUE_MAX);
	else if (wrong != NULL)
		ecsfs_change_fail(change, EINVAL, "%s", wrong);
	else
		attr->store(change, op->data, len);
	return true;
}

/* Splice what was written into the document, as into a file. */
static void splice_document(GString *document, const char *data, size_t size, size_t off)
{
	if (document->len < off + size) {
		size_t was = document->len;
		g_string_set_size(document, off + size);
		if (was < off)
			memset(document->str + was, 0, off - was);
	}
	memcpy(document->str + off, data, size);
}

static bool write_document(EcsfsOp *op)
{
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	const EcsfsAttr *attr = op->node->attr;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new(&file->lock);

	if (file->document == NULL) {
		g_autoptr(GString) document = g_string_new(NULL);
		if (!file->truncated && !attr->show(attr, &op->view, document))
			return false;
		file->document = g_steal_pointer(&document);
	}
	size_t most = attr->max != 0 ? attr->max : ECSFS_VALUE_MAX;
	EcsfsChange *change = ecsfs_change_new(op, op->node, attr, "write", NULL);
	if ((size_t)op->off > most || (size_t)op->off + op->size > most) {
		ecsfs_change_fail(change, EFBIG, "more than %zu bytes", most);
		return true;
	}
	splice_document(file->document, op->data, op->size, (size_t)op->off);
	attr->store(change, file->document->str, file->document->len);
	return true;
}

bool ecsfs_mutate_write(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;

	if (attr == NULL || attr->store == NULL)
		return ecsfs_view_fail(&op->view, EACCES);
	return (attr->flags & ECSFS_GATHER) != 0 ? write_document(op) : write_value(op);
}
