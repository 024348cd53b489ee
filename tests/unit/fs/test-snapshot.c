/* SPDX-License-Identifier: MIT */
#include "tests/unit/fs/thing.h"

#include <string.h>

static EcsfsRecord *record(const char *id, const char *name)
{
	return ecsfs_record_new(&thing_class, id, thing_new(id, name, ""), 0);
}

static EcsfsSnapshot *three(void)
{
	GPtrArray *records = g_ptr_array_new();

	g_ptr_array_add(records, record("c", "web"));
	g_ptr_array_add(records, record("a", "web"));
	g_ptr_array_add(records, record("b", "db"));
	return ecsfs_snapshot_new(records, 7);
}

static void test_find(void)
{
	EcsfsSnapshot *snapshot = three();
	size_t count;

	g_assert_cmpuint(snapshot->n, ==, 3);
	g_assert_cmpstr(snapshot->by_id[0]->id, ==, "a");
	g_assert_cmpstr(ecsfs_snapshot_find(snapshot, "b")->id, ==, "b");
	g_assert_null(ecsfs_snapshot_find(snapshot, "d"));
	g_assert_cmpuint(ecsfs_snapshot_named(snapshot, "web", &count), ==, 1);
	g_assert_cmpuint(count, ==, 2);
	ecsfs_snapshot_named(snapshot, "nobody", &count);
	g_assert_cmpuint(count, ==, 0);
	ecsfs_snapshot_unref(snapshot);
}

static void test_empty(void)
{
	EcsfsSnapshot *snapshot = ecsfs_snapshot_new(g_ptr_array_new(), 0);
	size_t count;

	g_assert_null(ecsfs_snapshot_find(snapshot, "a"));
	ecsfs_snapshot_named(snapshot, "web", &count);
	g_assert_cmpuint(count, ==, 0);
	EcsfsRecord *first = record("a", "web");
	EcsfsSnapshot *next = ecsfs_snapshot_replace(snapshot, NULL, first);
	ecsfs_record_unref(first);
	g_assert_cmpuint(next->n, ==, 1);
	ecsfs_snapshot_named(next, "web", &count);
	g_assert_cmpuint(count, ==, 1);
	ecsfs_snapshot_unref(snapshot);
	ecsfs_snapshot_unref(next);
}

/* Replacing renames in the order by name, removes and inserts; the old snapshot stays as it was. */
static void test_replace(void)
{
	EcsfsSnapshot *before = three();
	EcsfsRecord *renamed = record("a", "aaa");
	EcsfsSnapshot *after =
		ecsfs_snapshot_replace(before, ecsfs_snapshot_find(before, "a"), renamed);
	EcsfsSnapshot *less = ecsfs_snapshot_replace(after, ecsfs_snapshot_find(after, "b"), NULL);
	size_t count;

	ecsfs_record_unref(renamed);
	g_assert_cmpuint(after->n, ==, 3);
	g_assert_cmpstr(after->by_name[0]->id, ==, "a");
	ecsfs_snapshot_named(after, "web", &count);
	g_assert_cmpuint(count, ==, 1);
	ecsfs_snapshot_named(before, "web", &count);
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpuint(less->n, ==, 2);
	g_assert_null(ecsfs_snapshot_find(less, "b"));
	ecsfs_snapshot_unref(before);
	ecsfs_snapshot_unref(after);
	ecsfs_snapshot_unref(less);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot/find", test_find);
	g_test_add_func("/snapshot/empty", test_empty);
	g_test_add_func("/snapshot/replace", test_replace);
	return g_test_run();
}
