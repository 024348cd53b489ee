/* SPDX-License-Identifier: MIT */
/* bound - what the cache knows beside the cloud's lists does not grow without end: of what may be
 * forgotten, that which was looked at longest ago goes first. */
#pragma once

#include "fs/collection.h"

#define SIDES_MAX 1000 /* of a collection, those that say something important not counted */
#define JOBS_MAX 1000  /* of a project: the cloud tells of a job again when it is asked for */

/* On the dispatch thread, which must hold no side of the collection. */
void ecsfs_bound_sides(EcsfsCollection *collection);
/* Classes without a list: at most EcsfsClass.most objects. On the dispatch thread. */
void ecsfs_bound_objects(EcsfsCollection *collection);
/* Under the cache's lock: make room for one more token. */
void ecsfs_bound_tokens(EcsfsCollection *collection);
