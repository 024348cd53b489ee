/* SPDX-License-Identifier: MIT */
#include "fs/bound.h"

#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "tests/unit/fs/thing.h"

#define FEW 10

static const EcsfsClass few_class;

static void few_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	g_assert_not_reached(); /* nothing is looked at here */
}

static const EcsfsClass few_class = {
	.name = "few",
	.kind = &thing_kind,
	.most = FEW,
	.get = few_get,
	.id = thing_id,
	.unref = thing_free,
};

typedef struct {
	EcsfsFs fs;
	EcsfsCollection *few;
} Fixture;

static void set_up(Fixture *f, const void *data)
{
	f->fs.notify = ecsfs_notify_new();
	f->fs.nodes = ecsfs_nodes_new(&thing_kind);
	f->fs.log = ecsfs_log_new();
	f->fs.cache = ecsfs_cache_new(&f->fs);
	f->few = ecsfs_cache_collection(f->fs.cache, &few_class, NULL);
}

static void tear_down(Fixture *f, const void *data)
{
	ecsfs_cache_free(f->fs.cache);
	ecsfs_nodes_free(f->fs.nodes);
	ecsfs_log_free(f->fs.log);
	ecsfs_notify_free(f->fs.notify);
}

static size_t sides(Fixture *f)
{
	EcsfsCacheCount count;

	ecsfs_cache_count(f->fs.cache, &count);
	return count.sides;
}

/* A hundred thousand ids that were asked for in vain. */
static void test_sides(Fixture *f, const void *data)
{
	ecsfs_collection_promise(f->few, "promised", NULL, NULL);
	g_mutex_lock(&f->fs.cache->lock);
	ecsfs_side_make(f->few, "leaving")->leaving = 1;
	ecsfs_side_make(f->few, "draft")->draft = true;
	ecsfs_side_make(f->few, "secret")->secret = g_strdup("told once");
	g_mutex_unlock(&f->fs.cache->lock);
	for (int i = 0; i < 100000; i++) {
		g_autofree char *id = g_strdup_printf("%d", i);
		g_mutex_lock(&f->fs.cache->lock);
		ecsfs_side_make(f->few, id)->missing = i;
		g_mutex_unlock(&f->fs.cache->lock);
		ecsfs_bound_sides(f->few);
		g_assert_cmpuint(sides(f), <=, SIDES_MAX + 4);
	}
	static const char *const kept[] = { "promised", "leaving", "draft", "secret", "99999" };
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		g_assert_nonnull(ecsfs_side_get(f->few, kept[i]));
	g_assert_null(ecsfs_side_get(f->few, "0"));
}

/* The note of an object that is there stays, that of one that is gone may go. */
static void test_notes(Fixture *f, const void *data)
{
	ecsfs_collection_put(f->few, thing_new("there", "a", "x"));
	ecsfs_collection_set_note(f->few, "there", "refused");
	ecsfs_collection_set_note(f->few, "gone", "refused");
	for (int i = 0; i < SIDES_MAX; i++) {
		g_autofree char *id = g_strdup_printf("%d", i);
		ecsfs_collection_set_note(f->few, id, "refused");
	}
	ecsfs_bound_sides(f->few);
	g_assert_nonnull(ecsfs_side_get(f->few, "there"));
	g_assert_null(ecsfs_side_get(f->few, "gone"));
}

/* The oldest of too many objects are forgotten, with what is known of them. */
static void test_objects(Fixture *f, const void *data)
{
	ecsfs_collection_promise(f->few, "first", NULL, NULL);
	for (int i = 0; i < 3 * FEW; i++) {
		g_autofree char *id = g_strdup_printf("%d", i);
		ecsfs_collection_promise(f->few, id, NULL, NULL);
		if (i == FEW / 2) /* told of again */
			ecsfs_collection_put(f->few, thing_new("0", "a", "x"));
		while (g_get_monotonic_time() == ecsfs_side_get(f->few, id)->promised)
			g_thread_yield();
	}
	g_assert_cmpuint(f->few->snapshot->n, ==, FEW);
	g_assert_cmpuint(sides(f), ==, FEW);
	g_assert_null(ecsfs_side_get(f->few, "first"));
	g_assert_nonnull(ecsfs_snapshot_find(f->few->snapshot, "29"));
	g_assert_null(ecsfs_snapshot_find(f->few->snapshot, "19"));
}

/* A token is the same until its create has settled, unless there are far too many. */
static void test_tokens(Fixture *f, const void *data)
{
	g_autofree char *first = ecsfs_collection_token(f->few, "first");
	g_autofree char *second = ecsfs_collection_token(f->few, "second");
	g_autofree char *again = ecsfs_collection_token(f->few, "first");

	g_assert_cmpstr(first, ==, again);
	for (int i = 0; i < TOKENS_MAX - 1; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		g_free(ecsfs_collection_token(f->few, name));
	}
	g_assert_cmpuint(g_hash_table_size(f->few->tokens), ==, TOKENS_MAX);
	g_autofree char *kept = ecsfs_collection_token(f->few, "second");
	g_assert_cmpstr(second, ==, kept);
	g_autofree char *another = ecsfs_collection_token(f->few, "first");
	g_assert_cmpstr(first, !=, another);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/bound/sides", Fixture, NULL, set_up, test_sides, tear_down);
	g_test_add("/bound/notes", Fixture, NULL, set_up, test_notes, tear_down);
	g_test_add("/bound/objects", Fixture, NULL, set_up, test_objects, tear_down);
	g_test_add("/bound/tokens", Fixture, NULL, set_up, test_tokens, tear_down);
	return g_test_run();
}
