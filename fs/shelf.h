/* SPDX-License-Identifier: MIT */
/*
 * shelf - the listings that directories are read from if the kernel opens none (-o noopen): there
 * is no handle then to keep one. A position in a listing says which one it is in, so that who goes
 * on in one is not given parts of another, and the kernel does not keep such a mixture. The last
 * few are here.
 */
#pragma once

#include "fs/handle.h"

EcsfsShelf *ecsfs_shelf_new(void);
void ecsfs_shelf_free(EcsfsShelf *shelf);

/* Put a copy of @listing, of the directory @ino, there. Returns: its number, never 0. Any thread.
 */
uint32_t ecsfs_shelf_put(EcsfsShelf *shelf, uint64_t ino, const EcsfsListing *listing);
/* Set *@listing, to be cleared, to the one of that number. Returns: whether it is still there. Any
 * thread. */
bool ecsfs_shelf_get(EcsfsShelf *shelf, uint64_t ino, uint32_t number, EcsfsListing *listing);
