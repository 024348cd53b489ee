/* SPDX-License-Identifier: MIT */
#include "fs/patience.h"

/* The rows follow init_server_timeout() of the kernel's fs/fuse/inode.c. */
static void test_limits(void)
{
	static const struct {
		unsigned default_s, max_s, expected;
	} rows[] = {
		{ 0, 0, 0 },	 { 60, 0, 55 },	 { 0, 60, 55 },	      { 60, 120, 55 },
		{ 120, 60, 55 }, { 1, 0, 10 },	 { 0, 1, 10 },	      { 15, 15, 10 },
		{ 16, 0, 11 },	 { 600, 3, 10 }, { 65535, 0, 65530 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpuint(ecsfs_patience(rows[i].default_s, rows[i].max_s), ==,
				 rows[i].expected);
}

/* This kernel's: never longer than what was asked for. */
static void test_apply(void)
{
	EcsfsOptions options = { .wait_s = 1 };

	ecsfs_patience_apply(&options);
	g_assert_cmpuint(options.wait_s, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/patience/limits", test_limits);
	g_test_add_func("/patience/apply", test_apply);
	return g_test_run();
}
