/* SPDX-License-Identifier: MIT */
/*
 * pending - parts of an object (the disks of a server) that the cloud has accepted to add or to
 * take away, and that the object's document does not show as they will be yet. Read-your-own-writes
 * for what has no record of its own.
 *
 * An entry ends when the document shows it, when a change of the object has failed since, or after
 * a minute. Until then the object is in transition: see wants_single() in fs/cache.c. Any thread.
 */
#pragma once

#include "fs/cache.h"

/* Does the document of an object (@item) have the part? */
typedef bool (*EcsfsPendingHas)(const void *item, const char *key);

/* @part: a literal, such as "volumes"; @key: of the part. @coming: it is added; else taken away. */
void ecsfs_pending_set(EcsfsCollection *collection, const char *id, const char *part,
		       const char *key, bool coming, EcsfsPendingHas has);
/* Returns: whether the part is to be shown. @shown: whether the document has it. */
bool ecsfs_pending_shown(EcsfsCollection *collection, const char *id, const char *part,
			 const char *key, bool shown);
/* Returns: keys of the parts that are coming, NULL-terminated, owned. */
char **ecsfs_pending_coming(EcsfsCollection *collection, const char *id, const char *part);
/* Returns: whether there is any of the object, which may change by itself so. */
bool ecsfs_pending_any(const EcsfsCollection *collection, const char *id);
/* @item: the object's document, asked for at @started (monotonic us): what that shows has ended. */
void ecsfs_pending_settle(const EcsfsCollection *collection, const char *id, const void *item,
			  int64_t started);
