/* SPDX-License-Identifier: MIT */
#include "fs/handle.h"

#include <fcntl.h>
#include <fuse3/fuse_lowlevel.h>

#include "fs/notify.h"

static EcsfsFile *file_new(bool truncated)
{
	EcsfsFile *file = g_new0(EcsfsFile, 1);

	g_mutex_init(&file->lock);
	file->truncated = truncated;
	return file;
}

void ecsfs_file_open(EcsfsFs *fs, const EcsfsAttr *attr, struct fuse_file_info *fi)
{
	bool writes = (fi->flags & O_ACCMODE) != O_RDONLY;

	fi->direct_io =
		writes || (attr->flags & ECSFS_VOLATILE) != 0 || !ecsfs_notify_idle(fs->notify);
	fi->keep_cache = !fi->direct_io;
	fi->noflush = 1;
	fi->fh = (uintptr_t)file_new((fi->flags & O_TRUNC) != 0);
}

void ecsfs_file_keep(EcsfsFile *file, GString *text, EcsfsRecord *record)
{
	if (file->text != NULL)
		g_string_free(file->text, TRUE);
	file->text = text;
	ecsfs_record_unref(file->record);
	file->record = record != NULL ? ecsfs_record_ref(record) : NULL;
}

static void free_text(GString *text)
{
	if (text != NULL)
		g_string_free(text, TRUE);
}

void ecsfs_file_free(EcsfsFile *file)
{
	free_text(file->text);
	free_text(file->document);
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

GArray *ecsfs_listing_new(void)
{
	GArray *listing = g_array_new(FALSE, FALSE, sizeof(EcsfsListed));

	g_array_set_clear_func(listing, listed_clear);
	return listing;
}

void ecsfs_listing_add(const EcsfsEntry *entry, void *data)
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

EcsfsDirectory *ecsfs_directory_new(void)
{
	EcsfsDirectory *directory = g_new0(EcsfsDirectory, 1);

	g_mutex_init(&directory->lock);
	return directory;
}

void ecsfs_directory_free(EcsfsDirectory *directory)
{
	g_clear_pointer(&directory->listing, g_array_unref);
	g_mutex_clear(&directory->lock);
	g_free(directory);
}

int64_t ecsfs_directory_fresh(const EcsfsDirectory *directory, EcsfsNotify *notify)
{
	if (directory->queued != ecsfs_notify_queued(notify))
		return 0;
	if (directory->expires == INT64_MAX)
		return INT64_MAX;
	return MAX(directory->expires - g_get_monotonic_time(), 0);
}
