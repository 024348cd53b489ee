/* SPDX-License-Identifier: MIT */
#include "fs/shelf.h"

#define PLACES 64	      /* listings that may be read at the same time */
#define NUMBER_MAX 0x3fffffff /* of a listing: half of a position, which is never below 0 */

struct EcsfsShelf {
	GMutex lock;
	uint32_t last; /* number that was given */
	struct {
		uint64_t ino;
		uint32_t number; /* 0: nothing is here */
		EcsfsListing listing;
	} places[PLACES];
};

EcsfsShelf *ecsfs_shelf_new(void)
{
	EcsfsShelf *shelf = g_new0(EcsfsShelf, 1);

	g_mutex_init(&shelf->lock);
	return shelf;
}

void ecsfs_shelf_free(EcsfsShelf *shelf)
{
	if (shelf == NULL)
		return;
	for (size_t i = 0; i < PLACES; i++)
		ecsfs_listing_clear(&shelf->places[i].listing);
	g_mutex_clear(&shelf->lock);
	g_free(shelf);
}

uint32_t ecsfs_shelf_put(EcsfsShelf *shelf, uint64_t ino, const EcsfsListing *listing)
{
	g_mutex_lock(&shelf->lock);
	uint32_t number = shelf->last = shelf->last % NUMBER_MAX + 1;
	size_t i = number % PLACES;
	EcsfsListing before = shelf->places[i].listing;
	shelf->places[i].ino = ino;
	shelf->places[i].number = number;
	shelf->places[i].listing = *listing;
	g_array_ref(listing->entries);
	g_mutex_unlock(&shelf->lock);
	ecsfs_listing_clear(&before);
	return number;
}

bool ecsfs_shelf_get(EcsfsShelf *shelf, uint64_t ino, uint32_t number, EcsfsListing *listing)
{
	size_t i = number % PLACES;

	g_mutex_lock(&shelf->lock);
	bool found =
		number != 0 && shelf->places[i].number == number && shelf->places[i].ino == ino;
	if (found) {
		*listing = shelf->places[i].listing;
		g_array_ref(listing->entries);
	}
	g_mutex_unlock(&shelf->lock);
	return found;
}
