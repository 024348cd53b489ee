/* SPDX-License-Identifier: MIT */
/* list - stock find and list for directories whose entries are all the objects of one collection,
 * by id. */
#pragma once

#include "fs/kind.h"

/* What such a directory's entries are: the kind (or the row) of an object of
 * kind->collection(view). */
bool ecsfs_list_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_list_list(EcsfsView *view, EcsfsEmit emit, void *data);
