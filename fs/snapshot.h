/* SPDX-License-Identifier: MIT */
/* snapshot - making records and snapshots: what only the cache does (reading them: fs/cache.h). */
#pragma once

#include "fs/cache.h"

#define NS_PER_S INT64_C(1000000000)

/* Returns: @s, seconds since 1970, in ns; of what is later than the year 2262 the last second that
 * can be told so. */
int64_t ecsfs_ns(int64_t s);

/* @item: taken over; NULL: only the id is known. Returns: one reference. */
EcsfsRecord *ecsfs_record_new(const EcsfsClass *class, const char *id, void *item, int64_t fetched);

/* Returns: a copy of @from without @out (which is in it; NULL: nothing) and with @in (borrowed;
 * NULL: nothing). */
EcsfsSnapshot *ecsfs_snapshot_replace(const EcsfsSnapshot *from, EcsfsRecord *out, EcsfsRecord *in);
