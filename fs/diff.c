/* SPDX-License-Identifier: MIT */
#include "fs/diff.h"

#include <string.h>

#include "fs/collection.h"
#include "fs/copy.h"
#include "fs/history.h"
#include "fs/inotify.h"
#include "fs/kind.h"
#include "fs/notify.h"
#include "fs/snapshot.h"
#include "fs/stat.h"
#include "fs/view.h"

/* The files of one version of an object: path → text. */
typedef struct {
	EcsfsView view;
	GHashTable *texts; /* char * → char *, both owned */
	GString *path; /* of the directory at hand, with a '/' behind it; "" for the object's own */
} Leaves;

static void add_directory(Leaves *leaves, const EcsfsKind *kind);

static void add_file(Leaves *leaves, const EcsfsEntry *entry)
{
	unsigned unknown = ECSFS_UNCACHED | ECSFS_OWN_CALL | ECSFS_WAITS;

	if (entry->attr->show == NULL || (entry->attr->flags & unknown) != 0)
		return;
	g_autoptr(GString) text = g_string_new(NULL);
	if (!entry->attr->show(entry->attr, &leaves->view, text))
		return;
	g_hash_table_replace(leaves->texts, g_strconcat(leaves->path->str, entry->name, NULL),
			     g_string_free(g_steal_pointer(&text), FALSE));
}

/* EcsfsEmit. */
static void add_leaf(const EcsfsEntry *entry, void *data)
{
	Leaves *leaves = data;
	const char *key = leaves->view.key;
	size_t len = leaves->path->len;

	if (entry->id != NULL)
		leaves->view.key = entry->id;
	if (entry->attr != NULL) {
		add_file(leaves, entry);
	} else if (entry->kind != NULL) {
		g_string_append(leaves->path, entry->name);
		g_string_append_c(leaves->path, '/');
		add_directory(leaves, entry->kind);
		g_string_truncate(leaves->path, len);
	}
	leaves->view.key = key;
}

/* What a collection of its own is listed in, or lies below a place, are other objects. */
static void add_directory(Leaves *leaves, const EcsfsKind *kind)
{
	EcsfsNode node = { .kind = kind, .scope = ecsfs_collection_scope(leaves->view.collection) };
	EcsfsNode *above = leaves->view.node;

	leaves->view.node = &node;
	if (kind->place || kind->collection != NULL || kind->stale != NULL)
		ecsfs_kind_rows(kind, add_leaf, leaves);
	else
		ecsfs_kind_list(&leaves->view, add_leaf, leaves);
	leaves->view.node = above;
}

/* Returns: owned; borrows @item. */
static GHashTable *render(EcsfsFs *fs, EcsfsCollection *collection, void *item)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);
	g_autoptr(GString) path = g_string_new(NULL);
	Leaves leaves = {
		.view = { .fs = fs, .collection = collection, .item = item, .known = true },
		.texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.path = path,
	};

	if (item == NULL)
		return leaves.texts;
	if (class->kind != NULL)
		add_directory(&leaves, class->kind);
	else if (class->attr != NULL)
		add_leaf(&(EcsfsEntry){ .name = "", .attr = class->attr }, &leaves);
	ecsfs_view_clear(&leaves.view);
	return leaves.texts;
}

static void stamp_free(void *data)
{
	EcsfsStamp *stamp = data;

	g_ref_string_release(stamp->path);
	g_free(stamp);
}

static void stamp(EcsfsRecord *record, const char *path, int64_t ns)
{
	if (record->stamps == NULL)
		record->stamps = g_ptr_array_new_with_free_func(stamp_free);
	EcsfsStamp *entry = g_new(EcsfsStamp, 1);
	*entry = (EcsfsStamp){ .path = g_ref_string_new(path), .ns = ns };
	g_ptr_array_add(record->stamps, entry);
}

typedef struct {
	EcsfsFs *fs;
	GHashTable *before, *after;
	bool renamed;
} Change;

static bool differs(const Change *change, const char *path)
{
	return g_strcmp0(g_hash_table_lookup(change->before, path),
			 g_hash_table_lookup(change->after, path)) != 0;
}

/* Drop what the kernel knows of a file, a directory and its listing. */
static void tell_inode(EcsfsNotify *notify, const EcsfsNode *node)
{
	ecsfs_copy_drop(node);
	ecsfs_notify_inode(notify, node->ino);
}

static void tell_node(const EcsfsNode *node, const char *path, void *data)
{
	const Change *change = data;
	EcsfsNotify *notify = change->fs->notify;

	if (*path == '\0' && change->renamed && (node->alias || node->link != NULL))
		ecsfs_notify_entry(notify, node->parent->ino, node->name);
	else if (node->link != NULL) /* it may belong to another group now */
		ecsfs_notify_expire(notify, node->parent->ino, node->name);
	else if (node->kind != NULL)
		tell_inode(notify, node);
	else if (node->attr == NULL || !differs(change, path))
		return;
	else if (*path != '\0' && g_hash_table_lookup(change->after, path) == NULL)
		ecsfs_notify_entry(notify, node->parent->ino, node->name);
	else
		tell_inode(notify, node);
}

/* Returns: path → EcsfsStamp, borrowed from @record; owned. An object may have thousands. */
static GHashTable *stamps_of(const EcsfsRecord *record)
{
	GHashTable *stamps = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t i = 0; record->stamps != NULL && i < record->stamps->len; i++) {
		EcsfsStamp *stamp = record->stamps->pdata[i];
		g_hash_table_insert(stamps, stamp->path, stamp);
	}
	return stamps;
}

/* Carry the stamps of @old over to @record, with @now for what changed. */
static void stamp_all(EcsfsRecord *record, const EcsfsRecord *old, const Change *change,
		      int64_t now)
{
	g_autoptr(GHashTable) stamps = stamps_of(old);
	GHashTableIter iter;
	void *path;

	g_hash_table_iter_init(&iter, change->after);
	while (g_hash_table_iter_next(&iter, &path, NULL)) {
		const EcsfsStamp *was = g_hash_table_lookup(stamps, path);
		if (differs(change, path))
			stamp(record, path, now);
		else if (was != NULL && was->ns != old->base_ns)
			stamp(record, path, was->ns);
	}
	record->base_ns = old->base_ns;
}

EcsfsRecord *ecsfs_diff_record(EcsfsFs *fs, EcsfsCollection *collection, EcsfsRecord *old,
			       const char *id, void *item, int64_t fetched)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);
	int64_t now = g_get_real_time() * 1000;

	if (old != NULL && old->item != NULL && item != NULL && class->same != NULL &&
	    class->same(old->item, item)) {
		class->unref(item);
		__atomic_store_n(&old->fetched, fetched, __ATOMIC_RELAXED);
		return ecsfs_record_ref(old);
	}

	if (old != NULL && old->item != NULL && item != NULL && class->differs != NULL)
		class->differs(fs, ecsfs_collection_scope(collection), old->item, item);
	EcsfsRecord *record = ecsfs_record_new(class, id, item, fetched);
	if (old == NULL || old->item == NULL) {
		int64_t s = item != NULL && class->updated != NULL ? class->updated(item) : 0;
		bool listed = collection->expires != 0; /* else it is in the first list */
		int64_t unsaid = old != NULL || listed ? now : ecsfs_ns(fs->started);
		record->base_ns = s > 0 ? ecsfs_ns(s) : unsaid;
		if (listed)
			ecsfs_history_came(fs, collection, record);
		if (old == NULL)
			return record;
	}
	Change change = { .fs = fs };
	change.before = render(fs, collection, old->item);
	change.after = render(fs, collection, item);
	change.renamed = strcmp(ecsfs_record_name(old), ecsfs_record_name(record)) != 0;
	if (old->item != NULL) {
		stamp_all(record, old, &change, now);
		ecsfs_history_changed(fs, collection, record, change.before, change.after);
	}
	ecsfs_nodes_of_object(fs->nodes, collection, id, tell_node, &change);
	g_hash_table_unref(change.before);
	g_hash_table_unref(change.after);
	return record;
}

/* Tell who watches it, if anybody does. Returns: whether. */
static bool tell_watchers(EcsfsFs *fs, const EcsfsNode *node)
{
	if (!ecsfs_inotify_watched(fs->inotify, ecsfs_stat_number(node)))
		return false;
	ecsfs_node_deleted(node);
	ecsfs_notify_delete(fs->notify, node->parent->ino, node->ino, node->name);
	return true;
}

/* First what is below it, while the kernel still finds it there. */
static void tell_below(const EcsfsNode *node, const char *path, void *data)
{
	if (*path != '\0')
		tell_watchers(data, node);
}

static void tell_gone(const EcsfsNode *node, const char *path, void *data)
{
	EcsfsFs *fs = data;

	if (*path == '\0' && !tell_watchers(fs, node))
		ecsfs_notify_entry(fs->notify, node->parent->ino, node->name);
}

void ecsfs_diff_gone(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *old)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);

	ecsfs_history_gone(fs, collection, old);
	if (class->differs != NULL)
		class->differs(fs, ecsfs_collection_scope(collection), NULL, NULL);
	ecsfs_nodes_of_object(fs->nodes, collection, old->id, tell_below, fs);
	ecsfs_nodes_of_object(fs->nodes, collection, old->id, tell_gone, fs);
}

static void tell_doubt(const EcsfsNode *node, const char *path, void *data)
{
	EcsfsFs *fs = data;

	tell_inode(fs->notify, node);
}

void ecsfs_diff_doubt(EcsfsFs *fs, EcsfsCollection *collection, const char *id)
{
	ecsfs_nodes_of_object(fs->nodes, collection, id, tell_doubt, fs);
}

static void tell_note(const EcsfsNode *node, const char *path, void *data)
{
	EcsfsFs *fs = data;

	if (node->attr != NULL && (node->attr->flags & ECSFS_NOTED) != 0)
		tell_inode(fs->notify, node);
}

void ecsfs_diff_note(EcsfsFs *fs, EcsfsCollection *collection, const char *id)
{
	ecsfs_nodes_of_object(fs->nodes, collection, id, tell_note, fs);
}
