/* SPDX-License-Identifier: MIT */
/*
 * node - inode number ↔ what it stands for. A node lives as long as the kernel remembers it, or an
 * operation holds it. Inode numbers are a hash of the path, so that they are the same after a
 * remount. A node never changes its type or its object: a name that comes to mean something else
 * gets a new node.
 *
 * Most files are rows of their directory's table: those are not kept at all. Their number is the
 * directory's and the row's, and a node is made for as long as an operation holds it; what the
 * kernel remembers of them is counted at the directory. Ten thousand servers have half a million of
 * them.
 */
#pragma once

#include "fs/cache.h"
#include "fs/fs.h"

struct EcsfsNode {
	uint64_t ino;
	uint64_t lookups;     /* the kernel's references; under the table's lock */
	uint64_t row_lookups; /* a directory: those of the files in its table; likewise */
	unsigned refs;	      /* ours: children and running operations; under the table's lock */
	bool alias;
	bool row; /* a file in its directory's table: made for an operation, not in any list */
	EcsfsNode *parent;				      /* counted; NULL: the root */
	EcsfsNode *first_child, *next_sibling, *prev_sibling; /* under the table's lock */
	const char *name; /* interned: the servers of a cloud have the same few; or the row's */
	const EcsfsKind *kind; /* exactly one of kind, attr, link */
	const EcsfsAttr *attr;
	const EcsfsLink *link;
	const char *id;		     /* interned; NULL: none */
	EcsfsCollection *collection; /* NULL: @id is a key, or nothing */
	EcsScope *scope;	     /* NULL: above the regions */
	const char *zone;	   /* of the nearest zone directory, itself included; NULL: none */
	EcsfsNode *next_of_object; /* under the table's lock */
	int64_t copy;		   /* fs/copy.h: a directory's listing in the kernel; atomic */
	uint64_t copy_version;	   /* likewise */
	unsigned copy_readers;	   /* who has it open with that; atomic */
	unsigned generation;	   /* how often it was gone; atomic */
	unsigned target; /* a link: hash of where it leads, as the kernel was told; 0: it was not */
};

#define ECSFS_ROOT_INO 1 /* FUSE_ROOT_ID */

EcsfsNodes *ecsfs_nodes_new(const EcsfsKind *root);
void ecsfs_nodes_free(EcsfsNodes *nodes);

/* Returns: the node of a number that the kernel knows; one reference, ecsfs_node_unref(). NULL:
 * unknown. */
EcsfsNode *ecsfs_node_get(EcsfsNodes *nodes, uint64_t ino);
EcsfsNode *ecsfs_node_ref(EcsfsNodes *nodes, EcsfsNode *node);
void ecsfs_node_unref(EcsfsNodes *nodes, EcsfsNode *node);

/* Returns: the node of an entry, new or as known, with one reference. @lookup: count one for the
 * kernel. */
EcsfsNode *ecsfs_node_enter(EcsfsNodes *nodes, EcsfsNode *parent, const EcsfsEntry *entry,
			    bool lookup);

/* What the node stands for is gone. Should it come back, the kernel is to take it for something
 * new: it may have marked what it has as deleted. Any thread. */
void ecsfs_node_deleted(const EcsfsNode *node);

/* The link leads to what has the hash @target, and the kernel is about to be told. It keeps where a
 * link leads as long as it knows it: if that is another place now, it is to take it for something
 * new. Any thread. */
void ecsfs_node_leads(EcsfsNode *node, unsigned target);
/* Returns: whether that is what the kernel was told last. Any thread. */
bool ecsfs_node_led(const EcsfsNode *node, unsigned target);

/* The kernel forgets @n of its references. */
void ecsfs_node_forget(EcsfsNodes *nodes, uint64_t ino, uint64_t n);

/* Returns: "/eu-de/eu-de-01/servers/x"; owned. */
char *ecsfs_node_path(const EcsfsNode *node);

/* Call @fn for every node of an object that the kernel knows, and for all below it that is not
 * another object's, under the table's lock: @fn must not call back into this module. @path: below
 * the object, "" for itself. */
typedef void (*EcsfsNodeFn)(const EcsfsNode *node, const char *path, void *data);
void ecsfs_nodes_of_object(EcsfsNodes *nodes, EcsfsCollection *collection, const char *id,
			   EcsfsNodeFn fn, void *data);

/* The same for every node that is kept but the root: directories, links, the entries of maps, not
 * the rows of tables. @path is "". */
void ecsfs_nodes_each(EcsfsNodes *nodes, EcsfsNodeFn fn, void *data);

size_t ecsfs_nodes_count(EcsfsNodes *nodes);
