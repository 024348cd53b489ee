/* SPDX-License-Identifier: MIT */
/* handle - what an open file or directory remembers: the text it reads from, the listing it walks.
 */
#pragma once

#include "fs/kind.h"
#include "fs/view.h"

/* An open file. Only its own operations touch it, but several threads may at once: under the lock.
 */
typedef struct {
	GMutex lock;
	GString *text;	     /* as read from offset 0; NULL: not yet */
	EcsfsRecord *record; /* that it was made from; NULL: none */
	GString *document;   /* GATHER: what will be stored; NULL: nothing written yet */
	bool truncated;	     /* GATHER: starts empty */
	bool written;	     /* one-line values: a value has been stored through this handle */
} EcsfsFile;

struct fuse_file_info;

/* Fill @fi for a file of that row: pages are kept, because mtime and size tell when they are old;
 * what is written, or differs from read to read, goes past them, and so does everything while the
 * kernel has not been told yet what is old. fi->fh: an EcsfsFile. */
void ecsfs_file_open(EcsfsFs *fs, const EcsfsAttr *attr, struct fuse_file_info *fi);
/* @text: taken over; @record: that it was made from, or NULL. Under the file's lock. */
void ecsfs_file_keep(EcsfsFile *file, GString *text, EcsfsRecord *record);
void ecsfs_file_free(EcsfsFile *file);

/* One entry of a listing: what an EcsfsEntry borrows, kept. */
typedef struct {
	EcsfsEntry entry;
	char *name;
	char *id;
} EcsfsListed;

/* An open directory: the listing as of the last rewind. */
typedef struct {
	GMutex lock;
	GArray *listing; /* EcsfsListed; NULL: not read yet */
	int64_t expires; /* monotonic us: how long the listing is fresh; INT64_MAX: for ever */
	uint64_t queued; /* notifications when it was read */
} EcsfsDirectory;

EcsfsDirectory *ecsfs_directory_new(void);
/* Returns: how long what is further down in the listing may be kept, us: as what came first, unless
 * something has changed meanwhile; INT64_MAX: for ever. Under the directory's lock. */
int64_t ecsfs_directory_fresh(const EcsfsDirectory *directory, EcsfsNotify *notify);
void ecsfs_directory_free(EcsfsDirectory *directory);
/* EcsfsEmit: append to the GArray @data (of ecsfs_listing_new()). */
void ecsfs_listing_add(const EcsfsEntry *entry, void *data);
GArray *ecsfs_listing_new(void);
