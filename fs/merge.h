/* SPDX-License-Identifier: MIT */
/*
 * merge - what a list has brought, and what was known before, make the next snapshot. For
 * refresh.c; on the dispatch thread.
 */
#pragma once

#include "fs/collection.h"

/* Returns: whether the object @id, which the cloud has told of, is still to be hidden, because we
 * deleted it. @side: NULL: there is none. */
bool ecsfs_merge_hides(EcsfsCollection *collection, Side *side, const char *id, const void *item);

/* Returns: the snapshot of a whole list; takes over the fetch's items. */
EcsfsSnapshot *ecsfs_merge_list(EcsfsFetch *fetch);
/* The same of a list of what has changed; as a list it is as old as the last whole one. */
EcsfsSnapshot *ecsfs_merge_changes(EcsfsFetch *fetch);
