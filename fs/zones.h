/* SPDX-License-Identifier: MIT */
/* zones - the availability zones of a region, for the directories that show objects by zone. */
#pragma once

#include "fs/kind.h"

/* Borrowed. Elements are EcsZone, by name. */
EcsfsCollection *ecsfs_zones_collection(EcsfsFs *fs, EcsScope *scope);
/* Set *@here: whether an object in @zone belongs below the zone that @view is in. One that the
 * cloud has not placed yet ("") belongs to the first zone. Returns false if the view says why not.
 */
/* Returns: the zone that something belongs to that says it is in @zone ("": it does not), as far as
 * is known; owned; NULL: not known. Asks nobody. */
char *ecsfs_zones_place(EcsfsFs *fs, EcsScope *scope, const char *zone);
bool ecsfs_zones_here(EcsfsView *view, const char *zone, bool *here);
