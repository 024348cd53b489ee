/* SPDX-License-Identifier: MIT */
/* handle - what an open file or directory remembers: the text it reads from, the listing it walks.
 */
#pragma once

#include "fs/kind.h"
#include "fs/view.h"

/* An open file. Only its own operations touch it, but several threads may at once: under the lock.
 */
struct EcsfsWatch; /* fs/watch.h */

typedef struct {
	EcsfsHandles *handles; /* that it is one of */
	uint64_t ino;
	pid_t opener; /* thread that opened it */
	bool waits;   /* of a row with ECSFS_WAITS */
	bool grows;   /* of a row that does */

	GMutex lock;
	EcsfsRecord *record; /* as of the open, then of the last read from offset 0; NULL: none */
	GString *text;	     /* made from it at that read; NULL: not yet */
	bool ahead;	     /* OWN_CALL: the text is the open's, and not read from the start yet */
	bool walks;	     /* OWN_CALL: by who walks the tree: no call for it */
	GString *document;   /* GATHER: what will be stored; NULL: nothing changed yet */
	GString *before;     /* GATHER: what was stored before that; NULL: likewise */
	bool written;	     /* one-line values: a value has been stored through this handle */
	uint64_t end;	     /* of a row that grows: how far it has been read */
	struct EcsfsWatch *watch; /* of whoever polls; NULL: nobody has */
	int failed;		  /* errno of the last write; 0: it was accepted, or none was */
} EcsfsFile;

struct fuse_file_info;

/* What is open. */
EcsfsHandles *ecsfs_handles_new(void);
/* Free what is open still. The kernel sends no release for what was closed just before the unmount.
 * Nothing may use a handle any more. */
void ecsfs_handles_close(EcsfsHandles *handles);
void ecsfs_handles_free(EcsfsHandles *handles);

/* Does the kernel keep pages of a file of the row @attr? Not of what differs from read to read. */
bool ecsfs_file_paged(const EcsfsAttr *attr);
/* Fill @fi for a file of the row @attr of the view's object, which the view's caller opens: pages
 * are kept, because mtime and size tell when they are old; what is written goes past them, and so
 * does everything while somebody writes it, or the kernel has not been told yet what is old, and
 * what is longer than ECSFS_BLOCK: pages, and the size, are the file's and not the handle's, so
 * that who reads it in blocks while it changes would be given parts of two texts. @length: bytes.
 * @nothing: it is empty for who opens it, and is not to be asked for, whatever row it is of.
 * fi->fh: an EcsfsFile. */
void ecsfs_file_open(EcsfsView *view, const EcsfsAttr *attr, uint64_t ino, uint64_t length,
		     bool nothing, struct fuse_file_info *fi);
/* open(2) with O_TRUNC by @caller, or ftruncate(2): the documents that it has begun, or will, with
 * these files start empty. @before: what is stored. */
void ecsfs_file_truncate(EcsfsFs *fs, uint64_t ino, pid_t caller, const GString *before);
/* Begin the document with what is stored, if it has not begun; @empty: drop its text. Under the
 * file's lock. */
void ecsfs_file_begin(EcsfsFile *file, const GString *before, bool empty);
/* @text: taken over; @record: that it was made from, or NULL. Under the file's lock. */
void ecsfs_file_keep(EcsfsFile *file, GString *text, EcsfsRecord *record);
/* OWN_CALL: what the open has brought. @text: taken over. */
void ecsfs_file_ahead(EcsfsFs *fs, EcsfsFile *file, GString *text, bool walks);
/* OWN_CALL: whether somebody has it open for reading: then its length matters, as to tail -f. */
bool ecsfs_file_followed(EcsfsFs *fs, uint64_t ino);
void ecsfs_file_free(EcsfsFile *file);

/* One entry of a listing: what an EcsfsEntry borrows, kept. */
typedef struct {
	EcsfsEntry entry;
	char *name;
	char *id;
} EcsfsListed;

/* The entries of a directory as they were at one time. */
typedef struct {
	GArray *entries; /* EcsfsListed; counted, and not to be changed; NULL: none was made */
	int64_t expires; /* monotonic us: how long it is fresh; INT64_MAX: for ever */
	uint64_t queued; /* notifications when it was made */
} EcsfsListing;

/* An open directory: the listing as of the last rewind. */
typedef struct {
	EcsfsHandles *handles; /* that it is one of */

	GMutex lock;
	EcsfsListing listing;
	EcsfsNodes *nodes;
	EcsfsNode *node; /* counted: of the kernel's copy that it may use or make; NULL: none */
} EcsfsDirectory;

EcsfsDirectory *ecsfs_directory_new(EcsfsHandles *handles);
void ecsfs_directory_free(EcsfsDirectory *directory);

/* Make one of the view's directory, whose object has been found. @queued: notifications before that
 * was looked for. False: see the view. */
bool ecsfs_listing_make(EcsfsView *view, uint64_t queued, EcsfsListing *listing);
void ecsfs_listing_clear(EcsfsListing *listing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EcsfsListing, ecsfs_listing_clear)
/* Returns: how long what is further down in the listing may be kept, us: as what came first, unless
 * something has changed meanwhile; INT64_MAX: for ever. */
int64_t ecsfs_listing_fresh(const EcsfsListing *listing, EcsfsNotify *notify);
