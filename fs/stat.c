/* SPDX-License-Identifier: MIT */
#include "fs/stat.h"

#include "fs/memo.h"
#include "fs/snapshot.h"

#define GROWING 0xfe /* in the place of a row's number: see fs/node.c */

static void set_time(struct stat *st, int64_t ns)
{
	st->st_mtim.tv_sec = (time_t)(ns / NS_PER_S);
	st->st_mtim.tv_nsec = (long)(ns % NS_PER_S);
	st->st_ctim = st->st_mtim;
	st->st_atim = st->st_mtim;
}

/* Append the directory's part of the path below the object: "tags/" for a file in servers/x/tags.
 */
static void prefix(const EcsfsNode *directory, GString *path)
{
	for (; directory != NULL && directory->collection == NULL; directory = directory->parent) {
		g_string_prepend_c(path, '/');
		g_string_prepend(path, directory->name);
	}
}

static int64_t file_mtime(const EcsfsView *view, const EcsfsNode *directory,
			  const EcsfsEntry *entry)
{
	g_autoptr(GString) path = g_string_new(NULL);

	if (entry->attr->growing != NULL && view->changed_ns != 0)
		return view->changed_ns;
	if (entry->attr->growing == NULL && (entry->attr->flags & ECSFS_VOLATILE) != 0)
		return g_get_real_time() * 1000;
	if ((entry->attr->flags & ECSFS_LISTING) != 0)
		return view->changed_ns;
	if (view->record == NULL)
		return view->fs->started * NS_PER_S;
	if (view->record->stamps != NULL && entry->collection == NULL) {
		g_string_append(path, entry->name);
		prefix(directory, path);
	}
	int64_t ns = ecsfs_record_mtime(view->record, path->str);
	return (entry->attr->flags & ECSFS_NOTED) != 0 ? MAX(ns, view->note_ns) : ns;
}

/* Length of what @show appends; false if the view says why not. */
static bool measure(EcsfsView *view, const EcsfsNode *directory, const EcsfsEntry *entry,
		    off_t *size)
{
	g_autoptr(GString) text = g_string_sized_new(256);

	if (entry->attr != NULL && (entry->attr->flags & ECSFS_WAITS) != 0) {
		*size = 0;
		return true;
	}
	if (entry->attr != NULL && entry->attr->growing != NULL) {
		if (view->since != 0 && !view->known && !entry->attr->growing->ask(view))
			return false;
		*size = (off_t)entry->attr->growing->length(view);
		return true;
	}
	if (entry->attr != NULL && (entry->attr->flags & ECSFS_LISTING) != 0)
		return ecsfs_memo_length(view->fs->memo, view, directory, entry->attr, size);
	if (entry->attr != NULL && entry->attr->show != NULL) {
		bool was = view->known;
		view->known =
			was || ((entry->attr->flags & ECSFS_OWN_CALL) != 0 && view->since == 0);
		bool shown = entry->attr->show(entry->attr, view, text);
		view->known = was;
		if (!shown)
			return false;
	} else if (entry->link != NULL) {
		bool elsewhere = view->elsewhere;
		view->elsewhere = false;
		if (!entry->link->target(entry->link, view, text))
			return false;
		view->leads_apart = view->elsewhere;
		view->elsewhere |= elsewhere;
		view->target = g_str_hash(text->str);
	}
	*size = (off_t)text->len;
	return true;
}

static bool fill(EcsfsView *view, const EcsfsNode *directory, const EcsfsEntry *entry,
		 struct stat *st)
{
	*st = (struct stat){
		.st_uid = view->fs->uid,
		.st_gid = view->fs->gid,
		.st_nlink = 1,
		.st_blksize = ECSFS_BLOCK,
	};
	if (entry->kind != NULL) {
		st->st_mode = S_IFDIR | ecsfs_kind_mode(entry->kind);
		st->st_nlink = 2;
		set_time(st, view->record != NULL ? ecsfs_record_updated(view->record)
						  : view->fs->started * NS_PER_S);
		return true;
	}
	if (entry->link != NULL) {
		st->st_mode = S_IFLNK | 0777;
		set_time(st, view->record != NULL ? ecsfs_record_updated(view->record)
						  : view->fs->started * NS_PER_S);
	} else {
		st->st_mode = S_IFREG | entry->attr->mode;
	}
	if (!measure(view, directory, entry, &st->st_size))
		return false;
	if (entry->attr != NULL) /* now that it is known what it was made from */
		set_time(st, file_mtime(view, directory, entry));
	st->st_blocks = (st->st_size + 511) / 512;
	return true;
}

bool ecsfs_stat_entry(EcsfsView *view, const EcsfsEntry *entry, struct stat *st)
{
	const EcsfsView before = *view; /* of which what follows is put back */

	if (entry->id != NULL)
		view->key = entry->id;
	if (entry->record != NULL) {
		view->collection = entry->collection;
		view->record = entry->record;
		view->item = entry->record->item;
		view->note = NULL;
		view->note_ns = 0;
	}
	bool ok = fill(view, view->node, entry, st);
	view->key = before.key;
	view->collection = before.collection;
	view->record = before.record;
	view->item = before.item;
	view->note = before.note;
	view->note_ns = before.note_ns;
	return ok;
}

uint64_t ecsfs_stat_number(const EcsfsNode *node)
{
	return node->attr != NULL && node->attr->growing != NULL ? node->parent->ino + GROWING
								 : node->ino;
}

uint64_t ecsfs_stat_where_it_grows(uint64_t number)
{
	return (number & 0xff) == GROWING ? number - GROWING : 0;
}

static EcsfsEntry entry_of(const EcsfsNode *node)
{
	return (EcsfsEntry){
		.name = node->name,
		.kind = node->kind,
		.attr = node->attr,
		.link = node->link,
		.id = node->id,
		.collection = node->collection,
	};
}

bool ecsfs_stat_node(EcsfsView *view, struct stat *st)
{
	EcsfsEntry entry = entry_of(view->node);

	bool ok = fill(view, view->node->parent, &entry, st);
	st->st_ino = ecsfs_stat_number(view->node);
	return ok;
}

bool ecsfs_stat_length(EcsfsView *view, uint64_t *length)
{
	EcsfsEntry entry = entry_of(view->node);
	off_t size = 0;

	bool ok = measure(view, view->node->parent, &entry, &size);
	*length = (uint64_t)size;
	return ok;
}

double ecsfs_stat_timeout(const EcsfsView *view)
{
	if (view->any_age) /* nobody looked how old it is */
		return 0;
	if (view->fresh_us == INT64_MAX)
		return ECSFS_TIMEOUT_MAX;
	return (double)MAX(view->fresh_us, 0) / G_USEC_PER_SEC;
}

double ecsfs_stat_attr_timeout(const EcsfsView *view, const EcsfsAttr *attr, const struct stat *st)
{
	bool passing = (attr->flags & ECSFS_UNCACHED) != 0 ||
		       ((attr->flags & ECSFS_OWN_CALL) != 0 && st->st_size > 0);

	return passing ? 0 : ecsfs_stat_timeout(view);
}
