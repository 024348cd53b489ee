/* SPDX-License-Identifier: MIT */
/* list - stock find and list for directories whose entries are all the objects of one collection,
 * by id. */
#pragma once

#include "fs/change.h"

/* What such a directory's entries are: the kind (or the row) of an object of
 * kind->collection(view). */
bool ecsfs_list_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_list_list(EcsfsView *view, EcsfsEmit emit, void *data);

/* Set *@record to the one object called @name, borrowed from the view; NULL: none. @here: as in
 * EcsfsKind. Returns false if the view says why not (ENOTUNIQ: several are called that). */
bool ecsfs_list_named(EcsfsView *view, EcsfsCollection *collection,
		      bool (*here)(const EcsfsView *view, const void *item), const char *name,
		      EcsfsRecord **record);

/* The object @text, an id or a name, of a collection whose list is in the view of the change
 * (EcsfsKind.prepare). @what: "security group". Returns: borrowed from the view; NULL: the change
 * has failed. */
EcsfsRecord *ecsfs_change_find(EcsfsChange *change, EcsfsCollection *collection, const char *what,
			       const char *text);

/* The entry @name of such a directory, for @record of @collection; all borrowed. */
EcsfsEntry ecsfs_list_entry(EcsfsCollection *collection, const char *name, EcsfsRecord *record);
