/* SPDX-License-Identifier: MIT */
#include "fs/name.h"

#include <string.h>

#define ID "0123456789abcdef"

static const struct {
	const char *what, *name, *file;
} rows[] = {
	{ "plain", "web-01", "web-01" },
	{ "slash", "a/b", "a%2Fb" },
	{ "percent", "50%", "50%25" },
	{ "dot", ".", "%2E" },
	{ "dots", "..", "%2E." },
	{ "parent", "../../etc", "%2E.%2F..%2Fetc" },
	{ "hidden", ".bashrc", "%2Ebashrc" },
	{ "option", "-rf", "%2Drf" },
	{ "dash inside", "a-b.c", "a-b.c" },
	{ "newline", "a\nb", "a%0Ab" },
	{ "delete", "a\x7f", "a%7F" },
	{ "a terminal's 8-bit escape",
	  "a\xc2\x9b"
	  "1m",
	  "a%C2%9B1m" },
	{ "from right to left",
	  "a\xe2\x80\xae"
	  "gpj",
	  "a%E2%80%AEgpj" },
	{ "another line",
	  "a\xe2\x80\xa8"
	  "b",
	  "a%E2%80%A8b" },
	{ "utf-8", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
	{ "not utf-8", "a\xff\xfe", "a%FF%FE" },
	{ "cut sequence", "a\xc3", "a%C3" },
	{ "blank", "a b", "a b" },
	{ "probed for", "HEAD", "%48EAD" },
	{ "like one of several", "web~f93a782a", "web%7Ef93a782a" },
	{ "tilde", "web~1", "web~1" },
};

static void test_escape(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_autofree char *file = ecsfs_name_escape(rows[i].name, ID);
		g_assert_cmpstr(file, ==, rows[i].file);
		g_autofree char *name = ecsfs_name_unescape(file);
		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void test_cut(void)
{
	g_autofree char *empty = ecsfs_name_escape("", ID);
	g_assert_cmpstr(empty, ==, "~01234567");

	for (size_t len = 250; len < 320; len++) {
		g_autofree char *name = g_strnfill(len, 'x');
		g_autofree char *file = ecsfs_name_escape(name, ID);
		g_assert_cmpuint(strlen(file), <=, ECSFS_NAME_MAX);
		g_assert_cmpint(strcmp(name, file) == 0, ==, len <= ECSFS_NAME_MAX);
		g_assert_cmpint(g_str_has_suffix(file, "~01234567"), ==, len > ECSFS_NAME_MAX);
	}
	g_autofree char *slashes = g_strnfill(300, '/');
	g_autofree char *file = ecsfs_name_escape(slashes, "/../");
	g_assert_cmpuint(strlen(file), <=, ECSFS_NAME_MAX);
	g_assert_null(strchr(file, '/'));
}

static void test_distinct(void)
{
	g_autofree char *one = ecsfs_name_distinct("web", ID);
	g_autofree char *two = ecsfs_name_distinct("web", "fedcba98");
	g_assert_cmpstr(one, ==, "web~01234567");
	g_assert_cmpstr(two, ==, "web~fedcba98");
}

static void test_unescape_refuses(void)
{
	static const char *const wrong[] = { "%", "a%2", "%zz", "a%00b", "%2" };

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *name = ecsfs_name_unescape(wrong[i]);
		g_assert_null(name);
	}
}

static void test_probes(void)
{
	static const char *const probes[] = { ".git", ".envrc", ".Trash-0", "HEAD", "autorun.inf" };
	static const char *const temporary[] = { ".name.swp", "4913", "name~", ".#name",
						 "sedAbc123" };

	for (size_t i = 0; i < G_N_ELEMENTS(probes); i++)
		g_assert_true(ecsfs_name_probe(probes[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(temporary); i++)
		g_assert_true(ecsfs_name_temporary(temporary[i]));
	g_assert_false(ecsfs_name_probe("web-01"));
	g_assert_false(ecsfs_name_temporary("web-01"));
	g_assert_false(ecsfs_name_temporary("%2Ename"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/name/escape", test_escape);
	g_test_add_func("/name/cut", test_cut);
	g_test_add_func("/name/distinct", test_distinct);
	g_test_add_func("/name/unescape-refuses", test_unescape_refuses);
	g_test_add_func("/name/probes", test_probes);
	return g_test_run();
}
