/* SPDX-License-Identifier: MIT */
#include "fs/attr.h"

#include <string.h>

#include "fs/view.h"

static const struct {
	const char *compact, *pretty;
} documents[] = {
	{ "{}", "{}\n" },
	{ "[]", "[]\n" },
	{ "{\"a\":1}", "{\n  \"a\": 1\n}\n" },
	{ "{\"a\":[],\"b\":{}}", "{\n  \"a\": [],\n  \"b\": {}\n}\n" },
	{ "[1,[2]]", "[\n  1,\n  [\n    2\n  ]\n]\n" },
	{ "{\"a\":\"x,{}[]:\\\"y\\\\\"}", "{\n  \"a\": \"x,{}[]:\\\"y\\\\\"\n}\n" },
	{ "\"open\\", "\"open\\\n" }, /* not JSON: nothing is read behind the end */
	{ "]]}", "\n]\n]\n}\n" },
	/* What would lead a terminal astray is escaped, which means the same. */
	{ "\"\x7f\xc2\x9b"
	  "2J\xe2\x80\xae\"",
	  "\"\\u007f\\u009b2J\\u202e\"\n" },
	{ "\"\x1b[2J\n\"", "\"\\u001b[2J\\u000a\"\n" },
	{ "\"a\xff\xc3\"", "\"a\\ufffd\\ufffd\"\n" },
	{ "\"a\xc3", "\"a\\ufffd\n" },
	{ "{\"\xc2\x85\":\"gr\xc3\xbc\xc3\x9f\"}",
	  "{\n  \"\\u0085\": \"gr\xc3\xbc\xc3\x9f\"\n}\n" },
};

static void test_pretty(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		ecsfs_pretty(out, documents[i].compact, strlen(documents[i].compact));
		g_assert_cmpstr(out->str, ==, documents[i].pretty);
	}
	g_autoptr(GString) plain = g_string_new(NULL);
	static const char compact[] = "[{\"a\":\"x\x7f\\\"\"},1,\"\xff\"]";
	ecsfs_plain(plain, compact, strlen(compact));
	g_assert_cmpstr(plain->str, ==, "[{\"a\":\"x\\u007f\\\"\"},1,\"\\ufffd\"]");
}

static const struct {
	const char *text, *value;
} values[] = {
	{ "", "" },
	{ "web", "web\n" },
	{ "two\nlines\tand\x7f", "two lines and \n" },
	{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f\n" },
	{ "a\xc2\x9b"
	  "31m\xe2\x80\xae"
	  "b\xe2\x80\xa8"
	  "c\xe2\x81\xa6",
	  "a 31m b c \n" },
	{ "\xd9\x85\xe2\x80\x8f", "\xd9\x85\xe2\x80\x8f\n" },
};

static void test_value(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		ecsfs_value(out, values[i].text);
		g_assert_cmpstr(out->str, ==, values[i].value);
	}
}

typedef struct {
	const char *name;
	int cpus;
	int64_t ram_mb;
	int64_t created;
	bool locked;
} Thing;

static const struct {
	EcsfsAttr attr;
	Thing thing;
	const char *text;
} shows[] = {
	{ { "name", SHOW_STRING(Thing, name) }, { .name = "x" }, "x\n" },
	{ { "name", SHOW_STRING(Thing, name) }, { .name = "" }, "" },
	{ { "cpus", SHOW_INT(Thing, cpus) }, { .cpus = -1 }, "-1\n" },
	{ { "ram_mb", SHOW_INT64(Thing, ram_mb) },
	  { .ram_mb = INT64_MAX },
	  "9223372036854775807\n" },
	{ { "locked", SHOW_BOOL(Thing, locked) }, { .locked = true }, "true\n" },
	{ { "locked", SHOW_BOOL(Thing, locked) }, { .locked = false }, "false\n" },
	{ { "created", SHOW_TIME(Thing, created) }, { .created = 0 }, "" },
	{ { "created", SHOW_TIME(Thing, created) },
	  { .created = 1767571200 },
	  "2026-01-05T00:00:00Z\n" },
};

static void test_shows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shows); i++) {
		EcsfsView view = { .item = &shows[i].thing };
		g_autoptr(GString) out = g_string_new(NULL);
		g_assert_true(shows[i].attr.show(&shows[i].attr, &view, out));
		g_assert_cmpstr(out->str, ==, shows[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/attr/pretty", test_pretty);
	g_test_add_func("/attr/value", test_value);
	g_test_add_func("/attr/shows", test_shows);
	return g_test_run();
}
