/* SPDX-License-Identifier: MIT */
#include "fs/diff.h"

#include "fs/collection.h"
#include "fs/notify.h"
#include "tests/unit/fs/thing.h"

typedef struct {
	EcsfsFs fs;
	EcsfsCollection *things;
} Fixture;

static void set_up(Fixture *f, const void *data)
{
	f->fs.notify = ecsfs_notify_new();
	f->fs.nodes = ecsfs_nodes_new(&thing_kind);
	f->fs.cache = ecsfs_cache_new(&f->fs);
	f->things = ecsfs_cache_collection(f->fs.cache, &thing_class, NULL);
}

static void tear_down(Fixture *f, const void *data)
{
	ecsfs_cache_free(f->fs.cache);
	ecsfs_nodes_free(f->fs.nodes);
	ecsfs_notify_free(f->fs.notify);
}

static EcsfsRecord *next(Fixture *f, EcsfsRecord *old, const char *name, const char *value)
{
	return ecsfs_diff_record(&f->fs, f->things, old, "1", thing_new("1", name, value), 1);
}

/* A file's mtime moves exactly when its text changes; what was not seen to change keeps the first
 * one. */
static void test_mtimes(Fixture *f, const void *data)
{
	EcsfsRecord *first = next(f, NULL, "web", "x");
	EcsfsRecord *second = next(f, first, "web", "y");
	EcsfsRecord *third = next(f, second, "db", "y");

	g_assert_cmpint(first->base_ns, ==, 1000 * NS_PER_S);
	g_assert_cmpint(ecsfs_record_mtime(first, "value"), ==, 1000 * NS_PER_S);
	g_assert_cmpint(ecsfs_record_mtime(second, "name"), ==, 1000 * NS_PER_S);
	g_assert_cmpint(ecsfs_record_mtime(second, "value"), >, 1000 * NS_PER_S);
	g_assert_cmpint(ecsfs_record_mtime(third, "value"), ==,
			ecsfs_record_mtime(second, "value"));
	g_assert_cmpint(ecsfs_record_mtime(third, "name"), >=, ecsfs_record_mtime(second, "value"));
	g_assert_cmpint(ecsfs_record_mtime(third, "id"), ==, 1000 * NS_PER_S);
	ecsfs_record_unref(first);
	ecsfs_record_unref(second);
	ecsfs_record_unref(third);
}

/* An object that is known by its id only has nothing to compare: its files start when it comes. */
static void test_from_nothing(Fixture *f, const void *data)
{
	EcsfsRecord *bare = ecsfs_diff_record(&f->fs, f->things, NULL, "1", NULL, 0);
	EcsfsRecord *full = next(f, bare, "web", "x");

	g_assert_null(bare->item);
	g_assert_cmpint(ecsfs_record_mtime(full, "value"), ==, 1000 * NS_PER_S);
	g_assert_cmpstr(ecsfs_record_name(full), ==, "web");
	ecsfs_record_unref(bare);
	ecsfs_record_unref(full);
}

static int64_t for_ever(const void *item)
{
	return INT64_C(253402300799); /* 9999-12-31T23:59:59Z */
}

/* The cloud tells what time it likes. */
static void test_late(Fixture *f, const void *data)
{
	static const EcsfsClass class = {
		.name = "late",
		.kind = &thing_kind,
		.local = true,
		.id = thing_id,
		.updated = for_ever,
		.unref = thing_free,
	};
	EcsfsCollection *late = ecsfs_cache_collection(f->fs.cache, &class, NULL);
	EcsfsRecord *record =
		ecsfs_diff_record(&f->fs, late, NULL, "1", thing_new("1", "web", "x"), 1);

	g_assert_cmpint(record->base_ns, ==, INT64_C(9223372036) * NS_PER_S);
	g_assert_cmpint(ecsfs_record_updated(record), ==, record->base_ns);
	ecsfs_record_unref(record);
}

/* Where the cloud does not say when, nothing has just changed because we look for the first time.
 */
static void test_unsaid(Fixture *f, const void *data)
{
	static const EcsfsClass class = {
		.name = "unsaid",
		.kind = &thing_kind,
		.id = thing_id,
		.unref = thing_free,
	};
	EcsfsCollection *unsaid = ecsfs_cache_collection(f->fs.cache, &class, NULL);

	f->fs.started = 2000;
	unsaid->expires = 0;
	EcsfsRecord *first =
		ecsfs_diff_record(&f->fs, unsaid, NULL, "1", thing_new("1", "web", "x"), 1);
	unsaid->expires = 1;
	EcsfsRecord *later =
		ecsfs_diff_record(&f->fs, unsaid, NULL, "2", thing_new("2", "db", "x"), 1);

	g_assert_cmpint(first->base_ns, ==, 2000 * NS_PER_S);
	g_assert_cmpint(later->base_ns, >, 2000 * NS_PER_S);
	ecsfs_record_unref(first);
	ecsfs_record_unref(later);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/diff/mtimes", Fixture, NULL, set_up, test_mtimes, tear_down);
	g_test_add("/diff/from-nothing", Fixture, NULL, set_up, test_from_nothing, tear_down);
	g_test_add("/diff/late", Fixture, NULL, set_up, test_late, tear_down);
	g_test_add("/diff/unsaid", Fixture, NULL, set_up, test_unsaid, tear_down);
	return g_test_run();
}
