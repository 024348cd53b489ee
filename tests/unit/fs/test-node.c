/* SPDX-License-Identifier: MIT */
#include "fs/node.h"

#include "tests/unit/fs/thing.h"

static EcsfsNode *root_of(EcsfsNodes *nodes)
{
	return ecsfs_node_get(nodes, ECSFS_ROOT_INO);
}

/* The same name gets the same number, also after it was forgotten: numbers survive a remount. */
static void test_numbers(void)
{
	EcsfsNodes *nodes = ecsfs_nodes_new(&thing_kind);
	EcsfsNode *root = root_of(nodes);
	const EcsfsEntry entry = { .name = "value", .attr = &thing_attrs[2] };
	EcsfsNode *first = ecsfs_node_enter(nodes, root, &entry, true);
	EcsfsNode *again = ecsfs_node_enter(nodes, root, &entry, true);
	uint64_t ino = first->ino;

	g_assert_cmpuint(first->ino, ==, again->ino);
	g_assert_cmpuint(ino, >, ECSFS_ROOT_INO);
	ecsfs_node_unref(nodes, first);
	ecsfs_node_unref(nodes, again);
	g_assert_cmpuint(ecsfs_nodes_count(nodes), ==, 1); /* a row is not kept */
	EcsfsNode *got = ecsfs_node_get(nodes, ino);
	g_assert_true(got->attr == &thing_attrs[2] && got->parent == root);
	ecsfs_node_unref(nodes, got);
	g_assert_null(ecsfs_node_get(nodes, ino + 1)); /* there is no such row */
	ecsfs_node_forget(nodes, ino, 1);
	ecsfs_node_forget(nodes, ino, 1);
	g_assert_cmpuint(ecsfs_nodes_count(nodes), ==, 1);
	EcsfsNode *later = ecsfs_node_enter(nodes, root, &entry, false);
	g_assert_cmpuint(later->ino, ==, ino);
	ecsfs_node_unref(nodes, later);
	ecsfs_node_forget(nodes, ECSFS_ROOT_INO, 1000); /* the root stays */
	g_assert_cmpuint(ecsfs_nodes_count(nodes), ==, 1);
	ecsfs_node_unref(nodes, root);
	ecsfs_nodes_free(nodes);
}

/* A directory lives as long as the kernel remembers a file of its table. */
static void test_rows_hold(void)
{
	EcsfsNodes *nodes = ecsfs_nodes_new(&thing_kind);
	EcsfsNode *root = root_of(nodes);
	EcsfsNode *directory = ecsfs_node_enter(
		nodes, root, &(EcsfsEntry){ .name = "d", .kind = &thing_kind }, true);
	EcsfsNode *row = ecsfs_node_enter(
		nodes, directory, &(EcsfsEntry){ .name = "id", .attr = &thing_attrs[0] }, true);
	uint64_t directory_ino = directory->ino, row_ino = row->ino;

	ecsfs_node_unref(nodes, row);
	ecsfs_node_unref(nodes, directory);
	ecsfs_node_forget(nodes, directory_ino, 1);
	g_assert_cmpuint(ecsfs_nodes_count(nodes), ==, 2);
	ecsfs_node_forget(nodes, row_ino, 1);
	g_assert_cmpuint(ecsfs_nodes_count(nodes), ==, 1);
	ecsfs_node_unref(nodes, root);
	ecsfs_nodes_free(nodes);
}

/* A name that comes to mean another object, or another type, gets another number. */
static void test_meaning(void)
{
	EcsfsNodes *nodes = ecsfs_nodes_new(&thing_kind);
	EcsfsNode *root = root_of(nodes);
	EcsfsNode *a = ecsfs_node_enter(
		nodes, root, &(EcsfsEntry){ .name = "x", .kind = &thing_kind, .id = "1" }, true);
	EcsfsNode *b = ecsfs_node_enter(
		nodes, root, &(EcsfsEntry){ .name = "x", .kind = &thing_kind, .id = "2" }, true);
	EcsfsNode *c = ecsfs_node_enter(
		nodes, root, &(EcsfsEntry){ .name = "x", .attr = &thing_attrs[0] }, true);

	g_assert_cmpuint(a->ino, !=, b->ino);
	g_assert_cmpuint(b->ino, !=, c->ino);
	g_assert_cmpuint(a->ino, !=, c->ino);
	ecsfs_node_unref(nodes, a);
	ecsfs_node_unref(nodes, b);
	ecsfs_node_unref(nodes, c);
	ecsfs_node_unref(nodes, root);
	ecsfs_nodes_free(nodes);
}

static void collect(const EcsfsNode *node, const char *path, void *data)
{
	g_string_append_printf(data, "[%s]", path);
}

static void test_of_object(void)
{
	EcsfsFs fs = { 0 };
	EcsfsNodes *nodes = ecsfs_nodes_new(&thing_kind);
	EcsfsCache *cache = ecsfs_cache_new(&fs);
	EcsfsCollection *things = ecsfs_cache_collection(cache, &thing_class, NULL);
	EcsfsNode *root = root_of(nodes);
	const EcsfsEntry entry = {
		.name = "1", .kind = &thing_kind, .id = "1", .collection = things
	};
	EcsfsNode *object = ecsfs_node_enter(nodes, root, &entry, true);
	EcsfsNode *file = ecsfs_node_enter(
		nodes, object, &(EcsfsEntry){ .name = "value", .attr = &thing_attrs[2] }, true);
	EcsfsNode *other = ecsfs_node_enter(
		nodes, object,
		&(EcsfsEntry){ .name = "2", .kind = &thing_kind, .id = "2", .collection = things },
		true);
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autofree char *path = ecsfs_node_path(file);

	ecsfs_nodes_of_object(nodes, things, "1", collect, seen);
	g_assert_cmpstr(seen->str, ==, "[][id][name][value]"); /* every row, kept or not */
	g_assert_cmpstr(path, ==, "/1/value");
	ecsfs_node_unref(nodes, other);
	ecsfs_node_unref(nodes, file);
	ecsfs_node_unref(nodes, object);
	ecsfs_node_unref(nodes, root);
	ecsfs_cache_free(cache);
	ecsfs_nodes_free(nodes);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/node/numbers", test_numbers);
	g_test_add_func("/node/rows-hold", test_rows_hold);
	g_test_add_func("/node/meaning", test_meaning);
	g_test_add_func("/node/of-object", test_of_object);
	return g_test_run();
}
