/* SPDX-License-Identifier: MIT */
#include "fs/handle.h"

#include <fcntl.h>
#include <fuse3/fuse_lowlevel.h>

#include "fs/copy.h"
#include "fs/notify.h"
#include "fs/stat.h"
#include "fs/watch.h"

struct EcsfsHandles {
	GMutex lock;
	GHashTable *files;	 /* EcsfsFile */
	GHashTable *directories; /* EcsfsDirectory */
	GPtrArray *writers;	 /* EcsfsFile: open for writing */
	GPtrArray *readers;	 /* EcsfsFile: of OWN_CALL rows, open for reading */
};

EcsfsHandles *ecsfs_handles_new(void)
{
	EcsfsHandles *handles = g_new0(EcsfsHandles, 1);

	g_mutex_init(&handles->lock);
	handles->files = g_hash_table_new(NULL, NULL);
	handles->directories = g_hash_table_new(NULL, NULL);
	handles->writers = g_ptr_array_new();
	handles->readers = g_ptr_array_new();
	return handles;
}

void ecsfs_handles_close(EcsfsHandles *handles)
{
	g_autoptr(GList) files = g_hash_table_get_keys(handles->files);
	g_autoptr(GList) directories = g_hash_table_get_keys(handles->directories);

	for (GList *l = files; l != NULL; l = l->next)
		ecsfs_file_free(l->data);
	for (GList *l = directories; l != NULL; l = l->next)
		ecsfs_directory_free(l->data);
}

void ecsfs_handles_free(EcsfsHandles *handles)
{
	if (handles == NULL)
		return;
	g_hash_table_unref(handles->files);
	g_hash_table_unref(handles->directories);
	g_ptr_array_unref(handles->writers);
	g_ptr_array_unref(handles->readers);
	g_mutex_clear(&handles->lock);
	g_free(handles);
}

static bool holds(EcsfsHandles *handles, const GPtrArray *files, uint64_t ino)
{
	bool found = false;

	g_mutex_lock(&handles->lock);
	for (size_t i = 0; i < files->len && !found; i++)
		found = ((const EcsfsFile *)files->pdata[i])->ino == ino;
	g_mutex_unlock(&handles->lock);
	return found;
}

static bool written_now(EcsfsHandles *handles, uint64_t ino)
{
	return holds(handles, handles->writers, ino);
}

bool ecsfs_file_followed(EcsfsFs *fs, uint64_t ino)
{
	return holds(fs->handles, fs->handles->readers, ino);
}

bool ecsfs_file_paged(const EcsfsAttr *attr)
{
	return (attr->flags & (ECSFS_UNCACHED | ECSFS_OWN_CALL | ECSFS_WAITS)) == 0;
}

void ecsfs_file_open(EcsfsView *view, const EcsfsAttr *attr, uint64_t ino, uint64_t length,
		     bool nothing, struct fuse_file_info *fi)
{
	EcsfsFs *fs = view->fs;
	EcsfsFile *file = g_new0(EcsfsFile, 1);
	bool writes = (fi->flags & O_ACCMODE) != O_RDONLY;

	g_mutex_init(&file->lock);
	file->ino = ino;
	file->opener = view->caller;
	file->waits = (attr->flags & ECSFS_WAITS) != 0;
	file->grows = attr->growing != NULL;
	if (!writes && view->record != NULL)
		file->record = ecsfs_record_ref(view->record);
	fi->direct_io = writes || !(nothing || ecsfs_file_paged(attr)) || length > ECSFS_BLOCK ||
			written_now(fs->handles, ino) || !ecsfs_notify_idle(fs->notify);
	fi->keep_cache = !fi->direct_io;
	fi->noflush = (attr->flags & ECSFS_LINES) == 0;
	fi->fh = (uintptr_t)file;
	file->handles = fs->handles;
	g_mutex_lock(&fs->handles->lock);
	g_hash_table_add(fs->handles->files, file);
	if (writes)
		g_ptr_array_add(fs->handles->writers, file);
	g_mutex_unlock(&fs->handles->lock);
}

void ecsfs_file_begin(EcsfsFile *file, const GString *before, bool empty)
{
	if (file->document == NULL) {
		file->before = g_string_new_len(before->str, (gssize)before->len);
		file->document = g_string_new_len(before->str, (gssize)before->len);
	}
	if (empty)
		g_string_truncate(file->document, 0);
}

void ecsfs_file_truncate(EcsfsFs *fs, uint64_t ino, pid_t caller, const GString *before)
{
	EcsfsHandles *handles = fs->handles;

	g_mutex_lock(&handles->lock);
	for (size_t i = 0; i < handles->writers->len; i++) {
		EcsfsFile *file = handles->writers->pdata[i];
		if (file->ino != ino || file->opener != caller)
			continue;
		g_mutex_lock(&file->lock);
		ecsfs_file_begin(file, before, true);
		g_mutex_unlock(&file->lock);
	}
	g_mutex_unlock(&handles->lock);
}

void ecsfs_file_keep(EcsfsFile *file, GString *text, EcsfsRecord *record)
{
	if (file->text != NULL)
		g_string_free(file->text, TRUE);
	file->text = text;
	if (record != NULL)
		ecsfs_record_ref(record);
	ecsfs_record_unref(file->record);
	file->record = record;
}

void ecsfs_file_ahead(EcsfsFs *fs, EcsfsFile *file, GString *text, bool walks)
{
	file->text = text;
	file->ahead = true;
	file->walks = walks;
	if (walks)
		return;
	g_mutex_lock(&fs->handles->lock);
	g_ptr_array_add(fs->handles->readers, file);
	g_mutex_unlock(&fs->handles->lock);
}

static void free_text(GString *text)
{
	if (text != NULL)
		g_string_free(text, TRUE);
}

void ecsfs_file_free(EcsfsFile *file)
{
	EcsfsHandles *handles = file->handles;

	g_mutex_lock(&handles->lock);
	g_hash_table_remove(handles->files, file);
	g_ptr_array_remove_fast(handles->writers, file);
	g_ptr_array_remove_fast(handles->readers, file);
	g_mutex_unlock(&handles->lock);
	ecsfs_watch_end(file->watch);
	free_text(file->text);
	free_text(file->document);
	free_text(file->before);
	ecsfs_record_unref(file->record);
	g_mutex_clear(&file->lock);
	g_free(file);
}

static void listed_clear(void *data)
{
	EcsfsListed *listed = data;

	g_free(listed->name);
	g_free(listed->id);
	ecsfs_record_unref(listed->entry.record);
}

/* EcsfsEmit. */
static void add_listed(const EcsfsEntry *entry, void *data)
{
	EcsfsListed listed = { .entry = *entry, .name = g_strdup(entry->name) };

	listed.entry.name = listed.name;
	if (entry->record != NULL) {
		ecsfs_record_ref(entry->record);
		listed.entry.id = entry->record->id;
	} else {
		listed.id = g_strdup(entry->id);
		listed.entry.id = listed.id;
	}
	g_array_append_val((GArray *)data, listed);
}

bool ecsfs_listing_make(EcsfsView *view, uint64_t queued, EcsfsListing *listing)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(EcsfsListed));

	g_array_set_clear_func(entries, listed_clear);
	if (!ecsfs_kind_list(view, add_listed, entries))
		return false;
	bool ever = view->fresh_us == INT64_MAX;
	*listing = (EcsfsListing){ .entries = g_steal_pointer(&entries), .queued = queued };
	listing->expires = ever ? INT64_MAX : g_get_monotonic_time() + view->fresh_us;
	return true;
}

void ecsfs_listing_clear(EcsfsListing *listing)
{
	g_clear_pointer(&listing->entries, g_array_unref);
}

int64_t ecsfs_listing_fresh(const EcsfsListing *listing, EcsfsNotify *notify)
{
	if (listing->queued != ecsfs_notify_queued(notify))
		return 0;
	if (listing->expires == INT64_MAX)
		return INT64_MAX;
	return MAX(listing->expires - g_get_monotonic_time(), 0);
}

EcsfsDirectory *ecsfs_directory_new(EcsfsHandles *handles)
{
	EcsfsDirectory *directory = g_new0(EcsfsDirectory, 1);

	g_mutex_init(&directory->lock);
	directory->handles = handles;
	g_mutex_lock(&handles->lock);
	g_hash_table_add(handles->directories, directory);
	g_mutex_unlock(&handles->lock);
	return directory;
}

void ecsfs_directory_free(EcsfsDirectory *directory)
{
	EcsfsHandles *handles = directory->handles;

	g_mutex_lock(&handles->lock);
	g_hash_table_remove(handles->directories, directory);
	g_mutex_unlock(&handles->lock);
	ecsfs_copy_close(directory);
	ecsfs_listing_clear(&directory->listing);
	g_mutex_clear(&directory->lock);
	g_free(directory);
}
