/* SPDX-License-Identifier: MIT */
#include "fs/history.h"

#include <string.h>

#include "tests/unit/fs/thing.h"

/* A thing's name is its zone here, and its value its status. */
static const char *const told[] = { "value", "tags/*", "status", NULL };
static const EcsfsClass told_class = {
	.name = "told",
	.local = true,
	.id = thing_id,
	.name_of = thing_name,
	.status = STRING_AT(Thing, value),
	.zone = STRING_AT(Thing, name),
	.told = told,
	.making = "building",
	.unref = thing_free,
};

typedef struct {
	EcsfsFs fs;
	EcsfsCollection *things;
	EcsfsRecord *record;
	GHashTable *before, *after; /* of literals */
} Fixture;

static void set_up(Fixture *f, const void *data)
{
	f->fs.cache = ecsfs_cache_new(&f->fs);
	f->fs.history = ecsfs_history_new();
	f->things = ecsfs_cache_collection(f->fs.cache, &told_class, NULL);
	f->record = ecsfs_record_new(&told_class, "1", thing_new("1", "az1", "on"), 0);
	f->before = g_hash_table_new(g_str_hash, g_str_equal);
	f->after = g_hash_table_new(g_str_hash, g_str_equal);
}

static void tear_down(Fixture *f, const void *data)
{
	g_hash_table_unref(f->before);
	g_hash_table_unref(f->after);
	ecsfs_record_unref(f->record);
	ecsfs_history_free(f->fs.history);
	ecsfs_cache_free(f->fs.cache);
}

static EcsfsHistoryState state_of(Fixture *f)
{
	return ecsfs_history_state(f->fs.history, NULL, "az1");
}

/* Returns: what is kept, without the times; owned. */
static char *lines(Fixture *f)
{
	EcsfsHistoryState state = state_of(f);
	g_autoptr(GString) text = g_string_new(NULL);
	GString *bare = g_string_new(NULL);

	ecsfs_history_read(f->fs.history, NULL, "az1", state.start, ECSFS_HISTORY_MAX * 2, text);
	g_assert_cmpuint(text->len, ==, state.end - state.start);
	g_auto(GStrv) all = g_strsplit(text->str, "\n", -1);
	for (size_t i = 0; all[i] != NULL && *all[i] != '\0'; i++) {
		g_assert_cmpint(all[i][strlen("2026-01-31T23:59:59Z")], ==, '\t');
		g_string_append(bare, all[i] + strlen("2026-01-31T23:59:59Z") + 1);
		g_string_append_c(bare, '\n');
	}
	return g_string_free(bare, FALSE);
}

static void put(GHashTable *texts, const char *path, const char *text)
{
	g_hash_table_insert(texts, (char *)path, (char *)text);
}

static void change(Fixture *f)
{
	ecsfs_history_changed(&f->fs, f->things, f->record, f->before, f->after);
}

static void test_changed(Fixture *f, const void *data)
{
	put(f->before, "value", "off\n");
	put(f->after, "value", "on\n");
	put(f->before, "updated", "1\n");
	put(f->after, "updated", "2\n");
	put(f->before, "tags/gone", "x\n");
	put(f->after, "tags/came", "a\tb\nc\n");
	put(f->before, "tags/same", "y\n");
	put(f->after, "tags/same", "y\n");
	put(f->after, "tags/empty", "");
	change(f);
	g_autofree char *text = lines(f);
	g_assert_cmpstr(text, ==,
			"1\taz1\ttags/came\t-\ta b; c\n"
			"1\taz1\ttags/gone\tx\t-\n"
			"1\taz1\tvalue\toff\ton\n");
	g_assert_cmpint(state_of(f).changed_ns, >, 0);
	g_assert_cmpint(ecsfs_history_state(f->fs.history, NULL, "az2").end, ==, 0);
}

static void test_making(Fixture *f, const void *data)
{
	put(f->before, "status", "building\n");
	put(f->after, "status", "on\n");
	put(f->before, "value", "");
	put(f->after, "value", "on\n");
	put(f->before, "tags/given", "x\n");
	put(f->after, "tags/given", "y\n");
	put(f->after, "tags/came", "z\n");
	change(f);
	g_autofree char *text = lines(f);
	g_assert_cmpstr(text, ==,
			"1\taz1\tstatus\tbuilding\ton\n"
			"1\taz1\ttags/given\tx\ty\n");
}

static void test_came_and_gone(Fixture *f, const void *data)
{
	ecsfs_history_came(&f->fs, f->things, f->record);
	ecsfs_history_gone(&f->fs, f->things, f->record);
	g_autofree char *text = lines(f);
	g_assert_cmpstr(text, ==, "1\taz1\tstatus\t-\ton\n1\taz1\tstatus\ton\t-\n");
}

static void test_hostile(Fixture *f, const void *data)
{
	g_autofree char *flood = g_strnfill(100000, 'x');
	g_autoptr(GString) umlauts = g_string_new("y"); /* the cut is in the middle of one */

	for (int i = 0; i < 200; i++)
		g_string_append(umlauts, "\xc3\xa4");
	put(f->before, "value", flood);
	put(f->after, "value", umlauts->str);
	put(f->after, "tags/bad", "\xff\x01\x7f\r\n\n");
	change(f);
	g_autofree char *text = lines(f);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_assert_cmpuint(strlen(text), <, 600);
	g_assert_true(g_str_has_prefix(text, "1\taz1\ttags/bad\t-\t\xef\xbf\xbd   \n"));
	g_assert_true(g_str_has_suffix(text, "\xc3\xa4...\n"));
}

/* What is kept is bounded, whole lines, and each byte keeps its place; what is dropped reads as
 * empty lines. */
static void test_bound(Fixture *f, const void *data)
{
	EcsfsHistoryState state = { 0 };

	for (int i = 0; i < 5000; i++) {
		uint64_t end = state.end;
		g_autofree char *value = g_strdup_printf("%d\n", i);
		put(f->after, "value", value);
		change(f);
		state = state_of(f);
		g_assert_cmpuint(state.end - state.start, <=, ECSFS_HISTORY_MAX);
		g_autoptr(GString) text = g_string_new(NULL);
		ecsfs_history_read(f->fs.history, NULL, "az1", end, SIZE_MAX, text);
		g_autofree char *tail = g_strdup_printf("\t-\t%s", value);
		g_assert_true(g_str_has_suffix(text->str, tail));
		g_assert_cmpuint(text->len, ==, state.end - end);
	}
	g_assert_cmpuint(state.start, >, 0);
	g_assert_cmpuint(state.end - state.start, >, ECSFS_HISTORY_MAX / 2);
	g_autoptr(GString) text = g_string_new(NULL);
	ecsfs_history_read(f->fs.history, NULL, "az1", state.start - 3, 5, text);
	g_assert_cmpstr(text->str, ==, "\n\n\n20");
	g_string_truncate(text, 0);
	ecsfs_history_read(f->fs.history, NULL, "az1", state.start - 3, 2, text);
	g_assert_cmpstr(text->str, ==, "\n\n");
	g_string_truncate(text, 0);
	ecsfs_history_read(f->fs.history, NULL, "az1", state.end, 10, text);
	ecsfs_history_read(f->fs.history, NULL, "az1", state.end + 10, 10, text);
	g_assert_cmpstr(text->str, ==, "");
	g_hash_table_remove_all(f->after);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/history/changed", Fixture, NULL, set_up, test_changed, tear_down);
	g_test_add("/history/making", Fixture, NULL, set_up, test_making, tear_down);
	g_test_add("/history/came-and-gone", Fixture, NULL, set_up, test_came_and_gone, tear_down);
	g_test_add("/history/hostile", Fixture, NULL, set_up, test_hostile, tear_down);
	g_test_add("/history/bound", Fixture, NULL, set_up, test_bound, tear_down);
	return g_test_run();
}
