/* SPDX-License-Identifier: MIT */
/*
 * views - the objects of a directory in other orders, as relative links, from the list that is
 * already there: no view costs a call of its own.
 *
 * A label is what an object is found by: its name, an address, its status. A label of several
 * objects gets "~" and the first eight characters of the id where it has to be a link's name.
 *
 * A view is a kind with .viewed, .labels (NULL: the name) and the hooks below. It lies in the
 * directory of the objects, a view with groups a directory deeper.
 */
#pragma once

#include "fs/kind.h"

typedef void (*EcsfsRecordFn)(EcsfsRecord *record, void *data);
typedef void (*EcsfsNamedFn)(EcsfsRecord *record, const char *file, void *data);

/* The objects that a view shows. */
struct EcsfsViewed {
	EcsfsCollection *(*collection)(EcsfsView *view);
	/* Call @fn for every object that is shown here. NULL: for all of the collection. */
	bool (*each)(EcsfsView *view, EcsfsRecordFn fn, void *data);
	/* Set *@record to the one object of that file name; NULL: none. Returns false if the view
	 * says why not. NULL: all are looked through. */
	bool (*named)(EcsfsView *view, const char *file, EcsfsRecord **record);
};

/* Call @fn with every object of @viewed in the order of names, and the file name that it has by its
 * name; both borrowed for the call. False: see the view. */
bool ecsfs_views_each(EcsfsView *view, const EcsfsViewed *viewed, EcsfsNamedFn fn, void *data);

/* Hooks of a view whose entries are links (.entry_link, with ecsfs_views_target()), named by the
 * labels. */
bool ecsfs_views_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_views_list(EcsfsView *view, EcsfsEmit emit, void *data);
bool ecsfs_views_target(const EcsfsLink *link, EcsfsView *view, GString *out);

/* Hooks of a view with a directory (.entry) for each label, and of that: links to the objects with
 * the label, by name (.entry_link, with ecsfs_group_target()). Both have .viewed and .labels. */
bool ecsfs_groups_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_groups_list(EcsfsView *view, EcsfsEmit emit, void *data);
bool ecsfs_group_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_group_list(EcsfsView *view, EcsfsEmit emit, void *data);
bool ecsfs_group_target(const EcsfsLink *link, EcsfsView *view, GString *out);

/* Two kinds: ecsfs_@kind_, and what a directory in it is. */
#define ECSFS_GROUPS(kind_, viewed_, collection_, name_, group_, link_, labels_, help_)            \
	static const EcsfsKind kind_##_group = { .name = (group_),                                 \
						 .help = (help_),                                  \
						 .entry_link = (link_),                            \
						 .find = ecsfs_group_find,                         \
						 .list = ecsfs_group_list,                         \
						 .viewed = (viewed_),                              \
						 .labels = (labels_),                              \
						 .collection = (collection_) };                    \
	const EcsfsKind ecsfs_##kind_ = { .name = (name_),                                         \
					  .entry = &kind_##_group,                                 \
					  .find = ecsfs_groups_find,                               \
					  .list = ecsfs_groups_list,                               \
					  .viewed = (viewed_),                                     \
					  .labels = (labels_),                                     \
					  .collection = (collection_) }
