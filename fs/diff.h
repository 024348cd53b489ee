/* SPDX-License-Identifier: MIT */
/*
 * diff - what a new version of an object changes in the tree: exact mtimes, and the invalidations
 * that the kernel needs. Costs the rendering of the object's files twice, for changed objects only.
 */
#pragma once

#include "fs/cache.h"

/* Returns: the record of @item (taken over) as the successor of @old (NULL: it is new): @old
 * itself, with a reference, if nothing changed. The kernel is told. On the dispatch thread. */
EcsfsRecord *ecsfs_diff_record(EcsfsFs *fs, EcsfsCollection *collection, EcsfsRecord *old,
			       const char *id, void *item, int64_t fetched);
/* The object, as @old had it, is gone: its names are. */
void ecsfs_diff_gone(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *old);
/* The object was changed from here: whatever the kernel knows of it is in doubt. */
void ecsfs_diff_doubt(EcsfsFs *fs, EcsfsCollection *collection, const char *id);
/* Its `error` changed: the text of that file, wherever it is shown. */
void ecsfs_diff_note(EcsfsFs *fs, EcsfsCollection *collection, const char *id);
