/* SPDX-License-Identifier: MIT */
#include "fs/journal.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#define A "aaaaaaaa-0000-4000-8000-000000000000"
#define B "bbbbbbbb-0000-4000-8000-000000000000"

static char *root, *directory; /* of this test */

static void set_up(void)
{
	root = g_dir_make_tmp("ecsfs-journal-XXXXXX", NULL);
	directory = g_build_filename(root, "creates", NULL);
}

static int64_t sent_at; /* of what was taken last; 0: nobody had sent it */

static void take(const char *token, int64_t since, void *data)
{
	char **taken = data;

	sent_at = since;
	g_assert_null(*taken);
	*taken = g_strdup(token);
}

typedef enum { KILLED, REFUSED, ACCEPTED } End;

/* What one daemon is told to send @key with. */
static char *sent_with(const char *key, const char *token, End end)
{
	EcsfsState *state = ecsfs_state_new(root);
	char *taken = NULL;

	ecsfs_journal_begin(state, key, token, take, &taken);
	if (end != KILLED)
		ecsfs_journal_end(state, key, end == ACCEPTED);
	ecsfs_state_free(state);
	return taken;
}

static void expect(const char *key, const char *token, End end, const char *expected)
{
	g_autofree char *taken = sent_with(key, token, end);

	g_assert_cmpstr(taken, ==, expected);
}

/* Returns: the name of the only file, owned. */
static char *only_file(void)
{
	g_autoptr(GDir) all = g_dir_open(directory, 0, NULL);
	char *path = g_build_filename(directory, g_dir_read_name(all), NULL);

	g_assert_null(g_dir_read_name(all));
	return path;
}

static void tear_down(void)
{
	g_autoptr(GDir) all = g_dir_open(directory, 0, NULL);
	const char *name;

	while (all != NULL && (name = g_dir_read_name(all)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		unlink(path);
	}
	rmdir(directory);
	g_assert_cmpint(g_rmdir(root), ==, 0);
	g_free(directory);
	g_free(root);
}

static void test_survives(void)
{
	set_up();
	expect("zone/web", A, KILLED, A);
	expect("zone/web", B, KILLED, A);
	expect("zone/other", B, REFUSED, B);
	expect("zone/web", B, REFUSED, A);
	expect("zone/web", B, REFUSED, B);
	tear_down();
}

/* When it was sent is told, until it is known that this has made nothing. */
static void test_again(void)
{
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	char *taken = NULL;

	set_up();
	expect("zone/disk", A, KILLED, A);
	g_assert_cmpint(sent_at, ==, 0);
	g_autofree char *path = only_file();
	struct utimbuf earlier = { .modtime = now - 100 };
	g_assert_cmpint(utime(path, &earlier), ==, 0);
	expect("zone/disk", B, KILLED, A);
	g_assert_cmpint(sent_at, ==, now - 100);
	EcsfsState *state = ecsfs_state_new(root);
	ecsfs_journal_again(state, "zone/disk", B, take, &taken);
	ecsfs_state_free(state);
	g_assert_cmpstr(taken, ==, B);
	g_assert_cmpint(sent_at, ==, 0);
	g_free(taken);
	expect("zone/disk", A, KILLED, B);
	g_assert_cmpint(sent_at, >=, now);
	tear_down();
}

/* What was accepted is known to the next daemon, for a short while; to the same one it is over. */
static void test_accepted(void)
{
	char *first = NULL, *second = NULL;
	int64_t now = g_get_real_time() / G_USEC_PER_SEC;
	struct stat st;

	set_up();
	expect("zone/web", A, ACCEPTED, A);
	g_autofree char *path = only_file();
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(ABS(st.st_mtime + ECSFS_JOURNAL_KEEP_S - ECSFS_JOURNAL_LISTED_S - now), <,
			60);
	expect("zone/web", B, KILLED, A);
	unlink(path);
	EcsfsState *state = ecsfs_state_new(root);
	ecsfs_journal_begin(state, "zone/web", A, take, &first);
	ecsfs_journal_end(state, "zone/web", true);
	ecsfs_journal_begin(state, "zone/web", B, take, &second);
	ecsfs_state_free(state);
	g_assert_cmpstr(first, ==, A);
	g_assert_cmpstr(second, ==, B);
	g_free(first);
	g_free(second);
	tear_down();
}

static void test_private(void)
{
	struct stat st;

	set_up();
	expect("zone/secret", A, KILLED, A);
	g_autofree char *path = only_file();
	g_assert_null(strstr(path, "secret"));
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 07777, ==, 0600);
	g_assert_cmpint(stat(directory, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 07777, ==, 0700);
	tear_down();
}

/* Too old, damaged, short, a link: as if there were none. */
static void test_not_trusted(void)
{
	static const char *const texts[] = {
		"", "x", A, A " ", A "x" B, "cccccccc-0000-4000-8000-00000000000 " A, NULL
	};

	set_up();
	expect("zone/web", A, KILLED, A);
	g_autofree char *path = only_file();
	struct utimbuf old = { .modtime = g_get_real_time() / G_USEC_PER_SEC -
					  ECSFS_JOURNAL_KEEP_S - 2 };
	g_assert_cmpint(utime(path, &old), ==, 0);
	expect("zone/web", B, KILLED, B);
	for (size_t i = 0; texts[i] != NULL; i++) {
		g_assert_true(g_file_set_contents(path, texts[i], -1, NULL));
		expect("zone/web", A, KILLED, A);
	}
	unlink(path);
	g_assert_cmpint(symlink("/dev/zero", path), ==, 0);
	expect("zone/web", B, KILLED, B);
	expect("zone/web", A, KILLED, B);
	tear_down();
}

/* Where nothing can be kept, all goes on. */
static void test_nowhere(void)
{
	set_up();
	g_assert_true(g_file_set_contents(directory, "a file", -1, NULL));
	expect("zone/web", A, KILLED, A);
	expect("zone/web", B, REFUSED, B);
	unlink(directory);
	EcsfsState *state = ecsfs_state_new(NULL);
	char *taken = NULL;
	ecsfs_journal_begin(state, "zone/web", A, take, &taken);
	ecsfs_journal_end(state, "zone/web", true);
	ecsfs_state_free(state);
	g_assert_cmpstr(taken, ==, A);
	g_free(taken);
	tear_down();
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/survives", test_survives);
	g_test_add_func("/journal/again", test_again);
	g_test_add_func("/journal/accepted", test_accepted);
	g_test_add_func("/journal/private", test_private);
	g_test_add_func("/journal/not-trusted", test_not_trusted);
	g_test_add_func("/journal/nowhere", test_nowhere);
	return g_test_run();
}
