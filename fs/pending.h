/* SPDX-License-Identifier: MIT */
/*
 * pending - parts of an object (the disks of a server) that the cloud has accepted to add or to
 * take away, and that the object's document does not show as they will be yet. Read-your-own-writes
 * for what has no record of its own.
 *
 * An entry ends when the document shows it, when a change of the object has failed since, or after
 * a minute. Any thread.
 */
#pragma once

#include "fs/cache.h"

/* @part: a literal, such as "volumes"; @key: of the part. @coming: it is added; else taken away. */
void ecsfs_pending_set(EcsfsCollection *collection, const char *id, const char *part,
		       const char *key, bool coming);
/* Returns: whether the part is to be shown. @shown: whether the document has it. */
bool ecsfs_pending_shown(EcsfsCollection *collection, const char *id, const char *part,
			 const char *key, bool shown);
/* Returns: keys of the parts that are coming, NULL-terminated, owned. */
char **ecsfs_pending_coming(EcsfsCollection *collection, const char *id, const char *part);
