/* SPDX-License-Identifier: MIT */
/* zones - the availability zones of a region, for the directories that show objects by zone. */
#pragma once

#include "fs/kind.h"

/* Borrowed. Elements are EcsZone, by name. */
EcsfsCollection *ecsfs_zones_collection(EcsfsFs *fs, EcsScope *scope);
/* Set *@here: whether an object in @zone belongs below the zone that @view is in. One that the
 * cloud has not placed yet ("") belongs to the first zone. Returns false if the view says why not.
 */
bool ecsfs_zones_here(EcsfsView *view, const char *zone, bool *here);
