/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/state.h"

static char *root; /* of this test */

static char *path_of(const char *name)
{
	return g_build_filename(root, "drafts", "place", name, NULL);
}

/* What was loaded: "name=text" or "name!", sorted, blanks between. */
static char *seen;
static char *failed;

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void loaded(const GPtrArray *files, const GError *error, void *data)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < files->len; i++) {
		const EcsfsStateFile *file = files->pdata[i];
		g_assert_true((file->text == NULL) == (file->error != NULL));
		g_ptr_array_add(all, g_strconcat(file->name, file->text != NULL ? "=" : "!",
						 file->text, NULL));
	}
	g_ptr_array_sort(all, by_text);
	g_ptr_array_add(all, NULL);
	g_free(seen);
	g_free(failed);
	seen = g_strjoinv(" ", (char **)all->pdata);
	failed = error != NULL ? g_strdup(error->message) : NULL;
}

static int saved, refused;

static void done(const GError *error, void *data)
{
	g_assert_null(data);
	saved += error == NULL;
	refused += error != NULL;
}

static void begin(void)
{
	root = g_dir_make_tmp("ecsfs-state-XXXXXX", NULL);
	g_assert_nonnull(root);
	saved = refused = 0;
}

/* Remove what the test has left. */
static void end(void)
{
	g_autofree char *place = path_of("");
	g_autofree char *drafts = g_build_filename(root, "drafts", NULL);
	GDir *dir = g_dir_open(place, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = path_of(name);
		g_remove(path);
	}
	g_clear_pointer(&dir, g_dir_close);
	g_rmdir(place);
	g_rmdir(drafts);
	g_rmdir(root);
	g_clear_pointer(&root, g_free);
	g_clear_pointer(&seen, g_free);
	g_clear_pointer(&failed, g_free);
}

/* Load the place in a mount of its own. */
static void look(void)
{
	EcsfsState *state = ecsfs_state_new(root);

	ecsfs_state_load(state, "place", loaded, NULL);
	ecsfs_state_free(state);
}

static void test_kept(void)
{
	struct stat st;

	begin();
	EcsfsState *state = ecsfs_state_new(root);
	ecsfs_state_load(state, "place", loaded, NULL);
	ecsfs_state_save(state, "place", "a", g_strdup("1"), done, NULL);
	ecsfs_state_save(state, "place", "a", g_strdup("2"), done, NULL);
	ecsfs_state_save(state, "place", "b", g_strdup("3"), NULL, NULL);
	ecsfs_state_save(state, "place", "c", g_strdup("4"), NULL, NULL);
	ecsfs_state_remove(state, "place", "c", done, NULL);
	ecsfs_state_remove(state, "place", "never", done, NULL);
	ecsfs_state_close(state);
	g_assert_cmpint(saved, ==, 4);
	g_assert_cmpstr(seen, ==, "");
	g_assert_cmpstr(failed, ==, NULL);
	ecsfs_state_save(state, "place", "d", g_strdup("5"), done, NULL); /* at once */
	g_assert_cmpint(saved, ==, 5);
	ecsfs_state_free(state);
	g_autofree char *a = path_of("a");
	g_assert_cmpint(stat(a, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_autofree char *place = path_of("");
	g_assert_cmpint(stat(place, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0700);
	look();
	g_assert_cmpstr(seen, ==, "a=2 b=3 d=5");
	end();
}

static void test_hostile(void)
{
	begin();
	look(); /* makes it */
	g_autofree char *good = path_of("good"), *link = path_of("link"), *pipe = path_of("pipe");
	g_autofree char *open_file = path_of("open"), *big = path_of("big"), *sub = path_of("sub");
	g_autofree char *left = path_of("good.new"), *empty = path_of("empty");
	g_assert_true(g_file_set_contents(good, "x", 1, NULL));
	g_assert_true(g_file_set_contents(left, "half", 4, NULL));
	g_assert_true(g_file_set_contents(empty, "", 0, NULL));
	g_assert_true(g_file_set_contents(open_file, "x", 1, NULL));
	g_assert_cmpint(chmod(good, 0600), ==, 0);
	g_assert_cmpint(chmod(open_file, 0666), ==, 0);
	g_assert_cmpint(symlink("good", link), ==, 0);
	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	g_assert_cmpint(g_mkdir(sub, 0700), ==, 0);
	g_assert_true(g_file_set_contents(big, "x", 1, NULL));
	g_assert_cmpint(truncate(big, ECSFS_STATE_FILE_MAX + 1), ==, 0);
	look();
	g_assert_cmpstr(seen, ==, "big! empty= good=x link! open! pipe! sub!");
	g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
	g_autofree char *place = path_of("");
	g_assert_cmpint(chmod(place, 0777), ==, 0);
	look();
	g_assert_cmpstr(seen, ==, "");
	g_assert_nonnull(strstr(failed, "only you can write"));
	end();
}

static void test_too_many(void)
{
	begin();
	look();
	for (int i = 0; i < ECSFS_STATE_FILES_MAX + 1; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		g_autofree char *path = path_of(name);
		g_assert_true(g_file_set_contents_full(path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600,
						       NULL));
	}
	look();
	g_assert_nonnull(strstr(failed, "more than"));
	end();
}

static void test_taken(void)
{
	begin();
	EcsfsState *first = ecsfs_state_new(root), *second = ecsfs_state_new(root);
	ecsfs_state_load(first, "place", loaded, NULL);
	ecsfs_state_close(first);
	g_assert_cmpstr(failed, ==, NULL);
	ecsfs_state_load(second, "place", loaded, NULL);
	ecsfs_state_save(second, "place", "a", g_strdup("1"), done, NULL);
	ecsfs_state_close(second);
	g_assert_nonnull(strstr(failed, "another mount"));
	g_assert_cmpint(saved, ==, 1); /* as told, it is not kept */
	ecsfs_state_free(second);
	ecsfs_state_free(first);
	look();
	g_assert_cmpstr(failed, ==, NULL);
	g_assert_cmpstr(seen, ==, "");
	end();
}

static void test_nowhere(void)
{
	begin();
	EcsfsState *state = ecsfs_state_new(NULL);
	ecsfs_state_load(state, "place", loaded, NULL);
	ecsfs_state_save(state, "place", "a", g_strdup("1"), done, NULL);
	ecsfs_state_remove(state, "place", "a", NULL, NULL);
	ecsfs_state_free(state);
	g_assert_cmpstr(seen, ==, "");
	g_assert_cmpstr(failed, ==, NULL);
	g_assert_cmpint(saved, ==, 1);

	/* A root that cannot be made. */
	state = ecsfs_state_new("/dev/null/ecsfs");
	ecsfs_state_load(state, "place", loaded, NULL);
	ecsfs_state_free(state);
	g_assert_nonnull(strstr(failed, "cannot make"));
	end();
}

static void test_refused(void)
{
	begin();
	EcsfsState *state = ecsfs_state_new(root);
	ecsfs_state_load(state, "place", loaded, NULL);
	ecsfs_state_save(state, "place", "a", g_strnfill(ECSFS_STATE_FILE_MAX + 1, 'x'), done,
			 NULL);
	ecsfs_state_close(state);
	g_assert_cmpint(refused, ==, 1);
	g_autofree char *in_the_way = path_of("a");
	g_assert_cmpint(g_mkdir(in_the_way, 0700), ==, 0);
	ecsfs_state_save(state, "place", "a", g_strdup("1"), done, NULL);
	g_assert_cmpint(refused, ==, 2);
	ecsfs_state_free(state);
	end();
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/state/kept", test_kept);
	g_test_add_func("/state/hostile", test_hostile);
	g_test_add_func("/state/too-many", test_too_many);
	g_test_add_func("/state/taken", test_taken);
	g_test_add_func("/state/nowhere", test_nowhere);
	g_test_add_func("/state/refused", test_refused);
	return g_test_run();
}
