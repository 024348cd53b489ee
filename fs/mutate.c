/* SPDX-License-Identifier: MIT */
#include "fs/mutate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/text.h"
#include "fs/brake.h"
#include "fs/draft.h"
#include "fs/fault.h"
#include "fs/log.h"
#include "fs/name.h"
#include "fs/refer.h"
#include "fs/sweep.h"
#include "fs/verb.h"

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

/* Find the entry that is to be changed. False: see the view. */
static bool find(EcsfsOp *op, const char *name, EcsfsEntry *entry)
{
	if (op->node->kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (!ecsfs_kind_find(&op->view, name, entry))
		return false;
	return entry->name != NULL || ecsfs_view_fail(&op->view, ENOENT);
}

/* May @op->name be made? False: see the view. */
static bool may_make(EcsfsOp *op)
{
	EcsfsEntry entry;

	if (op->node->kind->make == NULL || ecsfs_name_probe(op->name) ||
	    ecsfs_name_temporary(op->name))
		return ecsfs_view_fail(&op->view, EPERM);
	if (!ecsfs_kind_find(&op->view, op->name, &entry))
		return false;
	return entry.name == NULL || ecsfs_view_fail(&op->view, EEXIST);
}

bool ecsfs_mutate_mkdir(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry noted = { 0 };

	if (kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (kind->noted != NULL && !kind->noted(&op->view, &noted))
		return false;
	g_autofree char *id = g_strdup(noted.id); /* the next find may let go of it */
	if (!may_make(op)) {
		if (noted.collection != NULL && op->view.err != 0)
			ecsfs_collection_set_note(noted.collection, id,
						  ecsfs_fault_sentence(op->view.err));
		return false;
	}
	if (kind->prepare != NULL && !kind->prepare(&op->view))
		return false;
	EcsfsChange *change = ecsfs_change_new(op, op->node, NULL, "mkdir", op->name);
	if (noted.collection != NULL) {
		change->collection = noted.collection;
		g_free(change->id);
		change->id = g_steal_pointer(&id);
	}
	kind->make(change, op->name);
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

/* Has the caller itself listed what it removes now? */
static bool lists(EcsfsOp *op, const EcsfsEntry *entry)
{
	EcsfsNode *node = ecsfs_node_enter(op->fs->nodes, op->node, entry, false);
	bool listed = ecsfs_sweep_lists(op, node->ino);

	ecsfs_node_unref(op->fs->nodes, node);
	return listed;
}

/* EcsfsChange.ended. */
static void delete_ended(EcsfsChange *change, int err, bool uncertain)
{
	if (err != 0 && !uncertain)
		ecsfs_brake_refused(change->fs->brake, 1);
}

bool ecsfs_mutate_rmdir(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry entry = { 0 };

	if (!find(op, op->name, &entry))
		return false;
	if (entry.kind == NULL)
		return ecsfs_view_fail(&op->view, ENOTDIR);
	if (entry.collection != NULL && ecsfs_draft_is(entry.collection, entry.id)) {
		ecsfs_draft_drop(entry_change(op, &entry, "rmdir"));
		return true;
	}
	EcsfsEntry object = entry; /* that is changed: the directory's, if it is not one itself */
	if (entry.collection == NULL && op->view.record != NULL) {
		object.collection = op->view.collection;
		object.id = op->view.record->id;
	}
	if (kind->remove == NULL || object.collection == NULL || entry.id == NULL) {
		ecsfs_sweep_refused(op, NULL, NULL);
		return ecsfs_view_fail(&op->view, EPERM);
	}
	if (kind->costly && !op->fs->options.allow_delete)
		return refuse(
			op, &object, EPERM,
			"deleting what costs money or data needs a mount with -o allow_delete");
	if (ecsfs_sweep_goes_on(op, object.collection, object.id) || lists(op, &entry)) {
		/* Who tries it again and again is heard in the end. */
		ecsfs_sweep_refused(op, object.collection, object.id);
		return refuse(op, &object, EPERM,
			      "not deleted: its files were swept a moment ago, as rm -rf does; "
			      "use rmdir alone");
	}
	if (ecsfs_sweep_replaces(op))
		return refuse(
			op, &object, EPERM,
			"not deleted: who removes it would put something else in its place, as "
			"mv and tar do; use rmdir");
	bool counts = !ecsfs_collection_class(object.collection)->local;
	if (counts && !ecsfs_brake_allows(op->fs->brake, 1, g_get_monotonic_time()))
		return refuse(op, &object, EDQUOT,
			      "not deleted: so many were deleted in the last minute; to go on, "
			      "write how many more to .ecsfs/confirm");
	EcsfsChange *change = entry_change(op, &entry, "rmdir");
	if (counts)
		change->ended = delete_ended;
	kind->remove(change, &entry);
	return true;
}

/* Does the caller mean to remove more than this? */
static bool sweeps(EcsfsOp *op, const EcsfsEntry *entry)
{
	const EcsfsView *view = &op->view;

	if (view->record == NULL || ecsfs_collection_class(view->collection)->local)
		return false;
	if (ecsfs_sweep_goes_on(op, view->collection, view->record->id))
		return true;
	if (entry->id != NULL && op->node->kind->made != NULL) /* it can be written again */
		return ecsfs_sweep_walks(op, op->node->parent->ino);
	return ecsfs_sweep_lists(op, op->node->ino);
}

bool ecsfs_mutate_unlink(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	const EcsfsView *view = &op->view;
	EcsfsEntry entry = { 0 };

	if (!find(op, op->name, &entry))
		return false;
	if (entry.kind != NULL)
		return ecsfs_view_fail(&op->view, EISDIR);
	void (*drop)(EcsfsChange *, const EcsfsEntry *) =
		entry.attr != NULL && entry.attr->drop != NULL ? entry.attr->drop
		: entry.id != NULL			       ? kind->drop
							       : NULL;
	if (drop == NULL) {
		ecsfs_sweep_refused(op, NULL, NULL);
		return ecsfs_view_fail(&op->view, EPERM);
	}
	if (sweeps(op, &entry)) {
		EcsfsEntry object = { .collection = view->collection, .id = view->record->id };
		return refuse(
			op, &object, EPERM,
			"not removed: who removes it has walked to it, as rm -rf does; use rm with "
			"its name");
	}
	drop(entry_change(op, &entry, "unlink"), &entry);
	return true;
}

/* Is @to the directory that entries of this one may be moved to? */
static bool beside(const EcsfsNode *node, const EcsfsNode *to)
{
	return node->kind != NULL && node->kind->beside != NULL && node->kind->beside == to->kind &&
	       node->scope == to->scope && g_strcmp0(node->zone, to->zone) == 0;
}

/* What has the name in the directory @to? False: see the view. */
static bool find_there(EcsfsOp *op, EcsfsNode *to, EcsfsEntry *target)
{
	op->view.node = to;
	bool ok = ecsfs_kind_find(&op->view, op->new_name, target);
	op->view.node = op->node;
	return ok;
}

static bool move_to(EcsfsOp *op, EcsfsNode *to)
{
	EcsfsEntry entry = { 0 }, target = { 0 };

	if (to == NULL || !beside(op->node, to) || ecsfs_name_probe(op->new_name) ||
	    ecsfs_name_temporary(op->new_name))
		return ecsfs_view_fail(&op->view, EPERM);
	if (!find_there(op, to, &target))
		return false;
	bool taken = target.name != NULL;
	if (!find(op, op->name, &entry))
		return false;
	if (entry.collection == NULL)
		return ecsfs_view_fail(&op->view, EPERM);
	if (!op->node->kind->may_move(&op->view, &entry))
		return false;
	op->node->kind->move(entry_change(op, &entry, "rename"), &entry, op->new_name, taken);
	return true;
}

bool ecsfs_mutate_rename(EcsfsOp *op)
{
	const EcsfsKind *kind = op->node->kind;
	EcsfsEntry entry, target;

	if ((op->to_set & ~RENAME_NOREPLACE) != 0)
		return ecsfs_view_fail(&op->view, EINVAL);
	if (op->new_parent != op->ino) { /* never EXDEV: mv would then copy and delete */
		EcsfsNode *to = ecsfs_node_get(op->fs->nodes, op->new_parent);
		bool moving = move_to(op, to);
		ecsfs_node_unref(op->fs->nodes, to);
		return moving;
	}
	if (kind == NULL || kind->rename == NULL)
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
		return refuse(op, &entry, EEXIST, "something else has that name already");
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

	if (kind != NULL && kind->stale != NULL)
		kind->stale(view);
	else if (kind != NULL && kind->collection != NULL)
		ecsfs_collection_stale(kind->collection(view));
	else if (view->record != NULL)
		ecsfs_collection_touch(view->collection, view->record->id, NULL);
}

/* Returns: what is wrong with a one-line value, or NULL. */
static const char *wrong_value(const char *text, size_t len)
{
	if (!g_utf8_validate_len(text, len, NULL))
		return "the value is not UTF-8 text";
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n')
			return "one value, on one line, is expected here";
		if (text[i] == '\t')
			continue;
		if (((unsigned char)text[i] & 0xc0) != 0x80 &&
		    ecs_text_misleads(g_utf8_get_char(text + i)))
			return "the value holds control characters";
	}
	return NULL;
}

/* Verbs follow one another, a line each: the first is done now, and what is behind it is for the
 * caller to write again, as with any short write. Returns: bytes of the line, newline included. */
static size_t first_line(const EcsfsOp *op)
{
	const char *end = memchr(op->data, '\n', op->size);

	return end != NULL ? (size_t)(end - op->data) + 1 : op->size;
}

/* Store the one line @text; what it refers to has been found, or not. */
static void store_value(EcsfsChange *change, const char *text, size_t len, EcsfsReferred referred)
{
	const EcsfsAttr *attr = change->attr;
	const char *wrong = wrong_value(text, len);
	const char *where = attr->refers != NULL
				    ? ecsfs_collection_class(attr->refers(&change->view))->name
				    : "";

	if (len > ECSFS_VALUE_MAX)
		ecsfs_change_fail(change, EFBIG, "the value is longer than %d bytes",
				  ECSFS_VALUE_MAX);
	else if (wrong != NULL)
		ecsfs_change_fail(change, EINVAL, "%s", wrong);
	else if (referred == ECSFS_REFER_NONE)
		ecsfs_change_fail(change, EINVAL,
				  "nothing in %s is called \"%.255s\": write an id or a name",
				  where, text);
	else if (referred == ECSFS_REFER_SEVERAL)
		ecsfs_change_fail(
			change, ENOTUNIQ,
			"several in %s are called \"%.255s\": write an id, or the name, ~ and "
			"the start of the id",
			where, text);
	else
		attr->store(change, text, len);
}

/* Ask for the object anew. False: see the view. */
static bool make_certain(EcsfsOp *op)
{
	pid_t caller = op->view.caller;

	op->certain = true;
	ecsfs_collection_touch(op->view.collection, op->view.record->id, NULL);
	ecsfs_view_clear(&op->view);
	ecsfs_view_init(&op->view, op->fs, op->node);
	op->view.caller = caller;
	return ecsfs_view_object(&op->view);
}

static bool write_value(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	/* A shell writes line by line: a second line of a value is a mistake. */
	bool second = file->written && op->off > 0 && attr->verbs == NULL;
	EcsfsReferred referred = ECSFS_REFER_FOUND;
	g_autofree char *id = NULL;

	if (attr->prepare != NULL && !attr->prepare(&op->view))
		return false;
	/* What a shell still had to write behind a line that was refused. */
	if (file->failed != 0 && op->size == 1 && *op->data == '\n') {
		op->view.told = true;
		return ecsfs_view_fail(&op->view, file->failed);
	}
	bool copied = attr->verbs != NULL && ecsfs_verbs_copied(ecsfs_view_scope(&op->view),
								attr->verbs, op->data, op->size);
	if (attr->verbs != NULL && !copied)
		op->size = first_line(op);
	size_t len = op->size;
	op->data[len] = '\0';
	if (attr->refers != NULL && !second)
		referred = ecsfs_refer(&op->view, attr, op->data, &id);
	if (referred == ECSFS_REFER_WAIT)
		return false;
	if (len > 0 && op->data[len - 1] == '\n')
		len--;
	g_autofree char *value = g_memdup2(op->data, len + 1); /* what came is needed again */
	value[len] = '\0';
	const char *text = id != NULL ? id : value;
	bool so = attr->so != NULL && !second && attr->so(&op->view, text);
	if (so && !op->certain)
		return make_certain(op) && write_value(op);
	file->written = true;
	EcsfsChange *change = ecsfs_change_new(op, op->node, attr, "write", NULL);
	if (second)
		ecsfs_change_fail(change, EINVAL, "one value, on one line, is expected here");
	else if (copied)
		ecsfs_change_fail(
			change, EINVAL,
			"this is the list of verbs that such a file reads: write one of them");
	else if (so)
		ecsfs_change_done(change, NULL);
	else
		store_value(change, text, id != NULL ? strlen(id) : len, referred);
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

/* Returns: what is stored now, owned. NULL: see the view. */
static GString *stored(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;
	g_autoptr(GString) text = g_string_new(NULL);

	return attr->show(attr, &op->view, text) ? g_steal_pointer(&text) : NULL;
}

static bool write_document(EcsfsOp *op)
{
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	const EcsfsAttr *attr = op->node->attr;
	size_t most = attr->max != 0 ? attr->max : ECSFS_VALUE_MAX;
	g_autoptr(GString) before = stored(op);

	if (before == NULL)
		return false;
	EcsfsChange *change = ecsfs_change_new(op, op->node, attr, "write", NULL);
	g_mutex_lock(&file->lock);
	ecsfs_file_begin(file, before, false);
	bool fits = file->failed != EFBIG && (size_t)op->off <= most &&
		    (size_t)op->off + op->size <= most;
	if (fits)
		splice_document(file->document, op->data, op->size, (size_t)op->off);
	change->before = g_strdup(file->before->str);
	g_autoptr(GString) document =
		g_string_new_len(file->document->str, (gssize)file->document->len);
	g_mutex_unlock(&file->lock);
	if (!fits) {
		ecsfs_change_fail(change, EFBIG, "more than %zu bytes", most);
		return true;
	}
	bool blank = strcmp(document->str, "\n") == 0; /* echo > file: nothing */
	attr->store(change, blank ? "" : document->str, blank ? 0 : document->len);
	return true;
}

#define PIECE 4096 /* programs hand on what they have buffered in multiples of it */

/* Hand on the whole lines. A write that fills a buffer may end within a line: that is kept until
 * more comes, or the file is closed (@last). */
static bool write_lines(EcsfsOp *op, EcsfsFile *file, bool last)
{
	const EcsfsAttr *attr = op->node->attr;
	const EcsfsKind *kind = op->node->parent->kind;

	/* The names are looked up in it: it has to be there before the change begins. */
	if (ecsfs_view_snapshot(&op->view, kind->collection(&op->view)) == NULL)
		return false;
	g_mutex_lock(&file->lock);
	g_autoptr(GString) lines = g_string_new(file->document != NULL ? file->document->str : "");
	bool nul = op->data != NULL && memchr(op->data, '\0', op->size) != NULL;
	if (op->data != NULL)
		g_string_append_len(lines, op->data, (gssize)op->size);
	if (file->document == NULL)
		file->document = g_string_new(NULL);
	g_string_truncate(file->document, 0);
	const char *end = strrchr(lines->str, '\n');
	size_t whole = end != NULL ? (size_t)(end - lines->str) + 1 : 0;
	if (!nul && !last && op->size % PIECE == 0 && lines->len - whole <= ECSFS_VALUE_MAX) {
		g_string_append(file->document, lines->str + whole);
		g_string_truncate(lines, whole);
	}
	g_mutex_unlock(&file->lock);
	EcsfsChange *change = ecsfs_change_new(op, op->node, attr, "write", NULL);
	if (nul)
		ecsfs_change_fail(change, EINVAL, "the lines hold a NUL byte");
	else if (!g_utf8_validate_len(lines->str, lines->len, NULL))
		ecsfs_change_fail(change, EINVAL, "the lines are not UTF-8 text");
	else
		attr->store(change, lines->str, lines->len);
	return true;
}

bool ecsfs_mutate_flush(EcsfsOp *op)
{
	EcsfsFile *file = (EcsfsFile *)(uintptr_t)op->fi.fh;
	bool lines = (op->node->attr->flags & ECSFS_LINES) != 0;

	g_mutex_lock(&file->lock);
	bool left = lines && file->document != NULL && file->document->len > 0;
	g_mutex_unlock(&file->lock);
	return left ? write_lines(op, file, true) : ecsfs_view_fail(&op->view, 0);
}

bool ecsfs_mutate_truncate(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;
	g_autoptr(GString) before = stored(op);

	if (before == NULL)
		return false;
	ecsfs_file_truncate(op->fs, op->node->ino, op->view.caller, before);
	if (!ecsfs_collection_class(op->view.collection)->local)
		return ecsfs_view_fail(&op->view, 0);
	attr->store(ecsfs_change_new(op, op->node, attr, "truncate", NULL), "", 0);
	return true;
}

bool ecsfs_mutate_write(EcsfsOp *op)
{
	const EcsfsAttr *attr = op->node->attr;

	if (attr == NULL || attr->store == NULL)
		return ecsfs_view_fail(&op->view, EACCES);
	if ((attr->flags & ECSFS_LINES) != 0)
		return write_lines(op, (EcsfsFile *)(uintptr_t)op->fi.fh, false);
	return (attr->flags & ECSFS_GATHER) != 0 ? write_document(op) : write_value(op);
}
