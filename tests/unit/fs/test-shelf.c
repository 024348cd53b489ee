/* SPDX-License-Identifier: MIT */
#include "fs/shelf.h"

#define MANY 1000 /* more than a shelf keeps */

/* Returns: a listing of @n entries, to be cleared. */
static EcsfsListing listing_of(unsigned n)
{
	EcsfsListing listing = { .entries = g_array_new(FALSE, TRUE, sizeof(EcsfsListed)),
				 .expires = n };

	g_array_set_size(listing.entries, n);
	return listing;
}

static uint32_t put(EcsfsShelf *shelf, uint64_t ino, unsigned n)
{
	g_auto(EcsfsListing) listing = listing_of(n);

	return ecsfs_shelf_put(shelf, ino, &listing);
}

/* Returns: how many entries it has; -1: it is not there. */
static int count(EcsfsShelf *shelf, uint64_t ino, uint32_t number)
{
	g_auto(EcsfsListing) listing = { 0 };

	if (!ecsfs_shelf_get(shelf, ino, number, &listing))
		return -1;
	g_assert_cmpint(listing.expires, ==, listing.entries->len);
	return (int)listing.entries->len;
}

static void test_versions(void)
{
	EcsfsShelf *shelf = ecsfs_shelf_new();
	uint32_t first = put(shelf, 7, 1), second = put(shelf, 7, 2);

	g_assert_cmpuint(first, !=, second);
	g_assert_cmpint(count(shelf, 7, first), ==, 1); /* who began with it goes on in it */
	g_assert_cmpint(count(shelf, 7, second), ==, 2);
	g_assert_cmpint(count(shelf, 8, first), ==, -1);
	g_assert_cmpint(count(shelf, 7, 0), ==, -1);
	ecsfs_shelf_free(shelf);
}

static void test_full(void)
{
	EcsfsShelf *shelf = ecsfs_shelf_new();
	uint32_t first = put(shelf, 7, 3), last = 0;

	for (unsigned i = 0; i < MANY; i++)
		last = put(shelf, i, i);
	g_assert_cmpint(count(shelf, 7, first), ==, -1);
	g_assert_cmpint(count(shelf, MANY - 1, last), ==, MANY - 1);
	ecsfs_shelf_free(shelf);
}

/* One that was taken stays whole, whatever is put in its place. */
static void test_taken(void)
{
	EcsfsShelf *shelf = ecsfs_shelf_new();
	g_auto(EcsfsListing) listing = { 0 };

	g_assert_true(ecsfs_shelf_get(shelf, 7, put(shelf, 7, 3), &listing));
	for (unsigned i = 0; i < MANY; i++)
		put(shelf, i, i);
	ecsfs_shelf_free(shelf);
	g_assert_cmpuint(listing.entries->len, ==, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/shelf/versions", test_versions);
	g_test_add_func("/shelf/full", test_full);
	g_test_add_func("/shelf/taken", test_taken);
	return g_test_run();
}
