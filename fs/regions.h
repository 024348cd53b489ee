/* SPDX-License-Identifier: MIT */
/* regions - a cloud's directory, or the root of the mount of one: the regions of its catalog. They
 * are known since the login; a cloud that could not be logged in to is when somebody looks. */
#pragma once

#include "fs/cloud.h"
#include "fs/kind.h"

/* EcsfsKind.find and .list, for both directories. */
bool ecsfs_regions_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_regions_list(EcsfsView *view, EcsfsEmit emit, void *data);

/* What one list has: a login. Borrowed. */
EcsfsCollection *ecsfs_regions_collection(const EcsfsCloud *cloud);

/* Have those clouds tried that could not be logged in to, so that health tells of them. */
void ecsfs_regions_look(const EcsfsFs *fs);
