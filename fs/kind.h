/* SPDX-License-Identifier: MIT */
/*
 * kind - what a directory is: a table of files, links and fixed subdirectories, and hooks for the
 * entries that the cloud names. A difference between kinds is a field or a hook here, never an
 * `if`.
 *
 * The registry of kinds is the table of children in each: ecsfs_root (fs/root.c) is where it
 * starts, or ecsfs_root_of_several.
 */
#pragma once

#include "fs/attr.h"
#include "fs/cache.h"

/* One entry of a directory, before it is a node: exactly one of kind, attr, link is set. */
struct EcsfsEntry {
	const char *name; /* borrowed; a legal file name */
	const EcsfsKind *kind;
	const EcsfsAttr *attr;
	const EcsfsLink *link;
	const char *id;		     /* object id, or the key in a map; borrowed; NULL: none */
	EcsfsCollection *collection; /* that @id is an object of; NULL: none */
	EcsfsRecord *record;	     /* the object, if at hand; borrowed from the view */
	EcsScope *scope;	     /* if the entry starts a new one; NULL: its parent's */
	bool alias;		     /* found by name; not listed under it */
};

typedef struct EcsfsViewed EcsfsViewed; /* fs/views.h */
typedef void (*EcsfsEmit)(const EcsfsEntry *entry, void *data);

typedef struct {
	const char *name;
	const EcsfsKind *kind;
	const char *help;
	/* If the directory stands for an object: complete the entry. False: the view says why not.
	 * NULL: not. */
	bool (*object)(EcsfsView *view, EcsfsEntry *entry);
	bool once;	  /* not in a directory that is `like` this one */
	EcsFeature needs; /* what a cloud must have for it to be there */
} EcsfsChild;

struct EcsfsKind {
	const char *name; /* of the directory, or what its name stands for: "<server>" */
	const EcsfsAttr *attrs;
	const EcsfsLink *links;
	const EcsfsChild *children;
	const char *help;	/* one line: what such a directory is */
	const EcsfsKind *entry; /* what its dynamic entries are, if directories: for --list-files */
	/* After its own, it has the children and the dynamic entries of that kind too; find and
	 * list are then left out. NULL: it has not. */
	const EcsfsKind *like;
	const EcsfsLink *entry_link; /* if links; files: see row */
	bool zone;  /* its id is an availability zone: the place of everything below */
	bool place; /* it is an object, but what lies below it is not part of that */

	/* The dynamic entries. find: set @entry and return true, or return true with @entry
	 * untouched (no such name), or return false (the view says why). list: emit each; false
	 * likewise. */
	bool (*find)(EcsfsView *view, const char *name, EcsfsEntry *entry);
	bool (*list)(EcsfsView *view, EcsfsEmit emit, void *data);
	/* For the stock find and list, fs/list.h: is this object of the collection one of the
	 * directory's? NULL: all are. */
	bool (*here)(const EcsfsView *view, const void *item);
	/* The collection that this directory lists: refreshing the directory refreshes it. */
	EcsfsCollection *(*collection)(EcsfsView *view);
	/* Where that are several: make all of them stale. */
	void (*stale)(EcsfsView *view);

	/* The object in whose `error` it is told why nothing could be made here; NULL: none. */
	bool (*noted)(EcsfsView *view, EcsfsEntry *entry);

	/* Before make: have in the view what it needs to know, such as the lists that names are
	 * looked up in. False: the view says why not yet. NULL: it needs nothing. */
	bool (*prepare)(EcsfsView *view);
	/* Changes; each ends in one ecsfs_change_done(). A hook left out is refused with EPERM. */
	void (*make)(EcsfsChange *change, const char *name); /* mkdir */
	/* rmdir; of an entry that is no object of its own, the change is one of the directory's
	 * object. */
	void (*remove)(EcsfsChange *change, const EcsfsEntry *entry);
	void (*drop)(EcsfsChange *change, const EcsfsEntry *entry); /* unlink */
	void (*rename)(EcsfsChange *change, const EcsfsEntry *entry,
		       const char *name); /* mv in place */
	/* Where mv may take an entry to, in the same zone of the same project: a directory of that
	 * kind. may_move: is all that move looks at at hand? False: see the view. move: @name:
	 * there; @taken: something has it already. NULL: nowhere. */
	const EcsfsKind *beside;
	bool (*may_move)(EcsfsView *view, const EcsfsEntry *entry);
	void (*move)(EcsfsChange *change, const EcsfsEntry *entry, const char *name, bool taken);
	bool costly; /* remove destroys what costs money or data: needs -o allow_delete */
	/* Of a view (fs/views.h): what it sorts, and by what: append the labels of @item, owned. */
	const EcsfsViewed *viewed;
	void (*labels)(const void *item, GPtrArray *labels);
	size_t pairs; /* of a map: PAIRS_AT() in the object; for the stock find and list, fs/map.h
		       */
	const EcsfsAttr *row; /* of a map: of its files */
	const EcsfsAttr
		*made; /* row of the files that can be made by writing to a new name; NULL: none */
};

/* Find the entry @name of the directory @view is on. Returns false if @view says why not yet; true
 * with entry->name NULL: there is none. */
bool ecsfs_kind_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
/* Returns: whether no such directory can ever have an entry of that name. */
bool ecsfs_kind_never(const EcsfsKind *kind, const char *name);
/* Returns: what an object that is called @name, a file name, is called in such a directory, owned:
 * with its first letter escaped if it has the name of a file of the table, so that both can be
 * reached. */
char *ecsfs_kind_beside(const EcsfsKind *kind, const char *name);
/* Emit every entry: attributes before links before directories, so that `rm -r` meets a refusal
 * first. */
bool ecsfs_kind_list(EcsfsView *view, EcsfsEmit emit, void *data);
/* Emit the files of its table only. */
void ecsfs_kind_rows(const EcsfsKind *kind, EcsfsEmit emit, void *data);

/* Returns: permissions of such a directory. One that holds files is writable although nothing can
 * be made in it: the kernel must ask us about every unlink, so that we know a sweep (fs/mutate.c)
 * when it begins. */
mode_t ecsfs_kind_mode(const EcsfsKind *kind);

extern const EcsfsKind ecsfs_root, ecsfs_root_of_several, ecsfs_regions;
extern const EcsfsKind ecsfs_region, ecsfs_zone, ecsfs_control;
extern const EcsfsKind ecsfs_servers;
extern const EcsfsKind ecsfs_template, ecsfs_server_drafts;
extern const EcsfsKind ecsfs_flavors, ecsfs_zone_flavors;
extern const EcsfsKind ecsfs_images, ecsfs_keypairs;
extern const EcsfsKind ecsfs_vpcs, ecsfs_subnets, ecsfs_security_groups;
extern const EcsfsKind ecsfs_ports, ecsfs_eips, ecsfs_bandwidths;
extern const EcsfsKind ecsfs_bms, ecsfs_projects;
extern const EcsfsKind ecsfs_quotas, ecsfs_jobs;
extern const EcsfsKind ecsfs_export;
