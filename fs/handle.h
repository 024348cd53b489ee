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

EcsfsFile *ecsfs_file_new(bool truncated);
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
	double timeout;	 /* of the entries, when it was read */
} EcsfsDirectory;

EcsfsDirectory *ecsfs_directory_new(void);
void ecsfs_directory_free(EcsfsDirectory *directory);
/* EcsfsEmit: append to the GArray @data (of ecsfs_listing_new()). */
void ecsfs_listing_add(const EcsfsEntry *entry, void *data);
GArray *ecsfs_listing_new(void);
