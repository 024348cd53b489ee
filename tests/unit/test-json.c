/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <string.h>

#include "client/arena.h"
#include "client/error.h"
#include "client/json.h"
#include "tests/unit/fake-cloud.h"

static const struct {
	const char *text;
	int64_t expected;
} times[] = {
	{ "2018-09-13T07:03:44Z", 1536822224 },
	{ "2018-09-13T07:03:44", 1536822224 },
	{ "2018-09-13 07:03:44", 1536822224 },
	{ "2018-09-13t07:03:44.000000", 1536822224 },
	{ "2018-09-13T07:03:44.895237", 1536822224 },
	{ "2018-09-13T07:03:44.815000Z", 1536822224 },
	{ "2018-09-13T09:03:44+02:00", 1536822224 },
	{ "2018-09-13T07:03:44.000+00:00", 1536822224 },
	{ "2018-09-13T02:03:44-0500", 1536822224 },
	{ "1970-01-01T00:00:00Z", 0 },
	{ "", 0 },
	{ NULL, 0 },
	{ "null", 0 },
	{ "2018-09-13", 0 },
	{ "2018-13-13T07:03:44Z", 0 },
	{ "2018-09-13T25:03:44Z", 0 },
	{ "2018-09-13T07:03:44+xx", 0 },
	{ "99999999999999999999", 0 },
};

static void test_times(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		say_row(i, times[i].text);
		g_assert_cmpint(ecs_json_time(times[i].text), ==, times[i].expected);
	}
}

/* A document, its "count", and its elements joined by '|'; or what is wrong with it. */
static const struct {
	const char *text;
	int64_t count;
	const char *elements;
	const char *wrong;
	bool more;
} lists[] = {
	{ "{\"l\":[]}", -1, "", NULL },
	{ "{\"l\":null,\"count\":0}", 0, "", NULL },
	{ " { \"count\" : \"3\" , \"l\" : [ {\"a\":1} , 2 ,\"]}\" ] } ", 3, "{\"a\":1}|2|\"]}\"",
	  NULL },
	{ "{\"l\":[[[]],{\"b\":\"\\\"\"}]}", -1, "[[]]|{\"b\":\"\\\"\"}", NULL },
	{ "{\"x\":{\"l\":[1]},\"l\":[2]}", -1, "2", NULL },
	{ "{\"l\":[1],\"l\":[2]}", -1, "1", NULL },
	{ "{\"count\":-5,\"l\":[1]}", -1, "1", NULL },
	{ "{\"count\":99999999999999999999999,\"l\":[]}", INT64_MAX, "", NULL },
	{ "{\"l\":[1],\"next\":\"/v2/x?marker=1\"}", -1, "1", NULL, true },
	{ "{\"next\":null,\"l\":[1]}", -1, "1", NULL },
	{ "{\"next\":\"\",\"l\":[1]}", -1, "1", NULL },
	{ "{\"l\":[1],\"l_links\":[{\"rel\":\"self\"},{\"rel\":\"next\",\"href\":\"u\"}]}", -1, "1",
	  NULL, true },
	{ "{\"l\":[1],\"l_links\":[{\"rel\":\"previous\",\"href\":\"u\"},null,7]}", -1, "1", NULL },
	{ "{\"l\":[1],\"l_links\":{\"rel\":\"next\"}}", -1, "1", NULL },
	{ "{\"l\":[1],\"_links\":[{\"rel\":\"next\"}]}", -1, "1", NULL },
	{ "", -1, NULL, "not JSON" },
	{ "<html>", -1, NULL, "not JSON" },
	{ "[1]", -1, NULL, "not JSON" },
	{ "{}", -1, NULL, "not JSON" },
	{ "{\"m\":[]}", -1, NULL, "no \"l\"" },
	{ "{\"l\":{}}", -1, NULL, "no list" },
	{ "{\"l\":7}", -1, NULL, "no list" },
	{ "{\"l\":[1,", -1, NULL, "cut off" },
	{ "{\"l\":[1", -1, NULL, "cut off" },
	{ "{\"l\":[{\"a\":\"b", -1, NULL, "cut off" },
	{ "{\"l\":[{\"a\":\"b\\", -1, NULL, "cut off" },
	{ "{\"l\":[1]", -1, NULL, "cut off" },
	{ "{\"l", -1, NULL, "cut off" },
	{ "{\"l\":[1 2]}", -1, NULL, "not JSON" },
	{ "{\"l\":[{]]}", -1, NULL, "brackets" },
};

static void join(const char *text, size_t len, void *data)
{
	GString *all = data;
	if (all->len)
		g_string_append_c(all, '|');
	g_string_append_len(all, text, (gssize)len);
}

static void test_lists(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(GString) all = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		EcsJsonTail tail;
		/* An exact copy, so that the sanitizer sees a read beyond it. */
		size_t len = strlen(lists[i].text);
		g_autofree char *exact = g_memdup2(lists[i].text, MAX(len, 1));
		say_row(i, lists[i].text);
		bool good = ecs_json_each(exact, len, "l", join, all, &tail, &error);
		g_assert_true(good == !lists[i].wrong);
		if (good) {
			g_assert_cmpstr(all->str, ==, lists[i].elements);
			g_assert_cmpint(tail.count, ==, lists[i].count);
			g_assert_true(tail.more == lists[i].more);
		} else {
			g_assert_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY);
			g_assert_nonnull(strstr(error->message, lists[i].wrong));
		}
	}
}

/* One that is nested too deep is passed over, and so is what is beside the list. */
static void test_deep(void)
{
	g_autofree char *opened = g_strnfill(100000, '['), *closed = g_strnfill(100000, ']');
	g_autofree char *text =
		g_strdup_printf("{\"other\":%s%s,\"l\":[1,{\"a\":%s%s},3],\"count\":3}", opened,
				closed, opened, closed);
	g_autofree char *torn = g_strdup_printf("{\"l\":[1,%s%s}]}", opened, closed);
	g_autofree char *alone = g_strconcat(opened, closed, NULL);
	g_autoptr(GString) all = g_string_new(NULL);
	EcsJsonTail tail;
	g_assert_true(ecs_json_each(text, strlen(text), "l", join, all, &tail, NULL));
	g_assert_nonnull(strstr(all->str, "null"));
	g_assert_null(strstr(all->str, "[["));
	g_assert_nonnull(strchr(all->str, '3'));
	g_assert_cmpint(tail.count, ==, 3);
	g_assert_false(ecs_json_each(torn, strlen(torn), "l", join, all, &tail, NULL));
	g_assert_null(ecs_json_parse(alone, strlen(alone), NULL));
}

/* Every prefix of a document must end in an error, not in a crash. */
static void test_prefixes(void)
{
	static const char text[] =
		"{\"count\":2,\"l\":[{\"a\":[1,{\"b\":\"c\\u00e9\\\"\"}]},null],\"z\":1.5e3}";
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		g_autofree char *exact = g_memdup2(text, MAX(len, 1));
		g_autoptr(GString) all = g_string_new(NULL);
		EcsJsonTail tail;
		g_assert_false(ecs_json_each(exact, len, "l", join, all, &tail, NULL));
		g_autoptr(EcsJson) json = ecs_json_parse(exact, len, NULL);
		g_assert_null(json);
	}
}

static void test_depth(void)
{
	for (unsigned depth = ECS_JSON_DEPTH_MAX - 1; depth < 100000; depth = depth * 3 / 2) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (unsigned i = 0; i < depth; i++)
			g_string_append_c(text, '[');
		for (unsigned i = 0; i < depth; i++)
			g_string_append_c(text, ']');
		g_autoptr(EcsJson) json = ecs_json_parse(text->str, text->len, NULL);
		g_assert_true((json != NULL) == (depth <= ECS_JSON_DEPTH_MAX));
	}
}

typedef struct {
	const char *name;
	const char *shared;
	int small;
	int64_t big;
	bool truth;
	int64_t time;
	EcsPairs pairs;
	int inner;
} Thing;

static const EcsJsonField inner_fields[] = {
	{ "n", ECS_JSON_INT, offsetof(Thing, inner), .fallback = -1 },
	{},
};

static const EcsJsonField fields[] = {
	{ "name", ECS_JSON_STRING, offsetof(Thing, name), .required = true },
	{ "shared", ECS_JSON_SHARED, offsetof(Thing, shared) },
	{ "small", ECS_JSON_INT, offsetof(Thing, small), .fallback = 7 },
	{ "big", ECS_JSON_INT64, offsetof(Thing, big) },
	{ "truth", ECS_JSON_BOOL, offsetof(Thing, truth) },
	{ "time", ECS_JSON_TIME, offsetof(Thing, time) },
	{ "pairs", ECS_JSON_PAIRS, offsetof(Thing, pairs) },
	{ "in", ECS_JSON_OBJECT, .sub = inner_fields },
	{},
};

/* JSON → "name shared small big truth inner pairs...", or NULL: undecodable */
static const struct {
	const char *json;
	const char *expected;
} decodes[] = {
	{ "{\"name\":\"a\"}", "a||7|0|0|-1" },
	{ "{\"name\":\"a\",\"shared\":null,\"small\":null,\"in\":null}", "a||7|0|0|-1" },
	{ "{\"name\":\"a\",\"small\":\"12\",\"big\":\"9007199254740993\",\"truth\":\"True\"}",
	  "a||12|9007199254740993|1|-1" },
	{ "{\"name\":5,\"shared\":true,\"small\":1e99,\"big\":-3.7,\"truth\":1}",
	  "5|true|7|-3|1|-1" },
	{ "{\"name\":\"a\",\"small\":99999999999,\"in\":{\"n\":\"4\"}}", "a||2147483647|0|0|4" },
	{ "{\"name\":\"a\",\"small\":{},\"big\":[],\"truth\":\"no\",\"in\":[1],\"pairs\":[1]}",
	  "a||7|0|0|-1" },
	{ "{\"name\":\"a\",\"pairs\":{\"z\":1,\"b\":\"x\",\"a\":true,\"b\":\"y\",\"n\":null}}",
	  "a||7|0|0|-1|a=true|b=y|n=|z=1" },
	{ "{\"name\":\"a\\u0000b\"}", "a||7|0|0|-1" },
	{ "{\"name\":\"\xff\xfe\"}", "\xff\xfe||7|0|0|-1" },
	{ "{\"name\":\"\"}", NULL },
	{ "{\"name\":null}", NULL },
	{ "{\"name\":{}}", NULL },
	{ "{\"Name\":\"a\"}", NULL },
	{ "[\"name\"]", NULL },
	{ "7", NULL },
};

static void test_decode(void)
{
	g_autoptr(EcsPool) pool = ecs_pool_new();
	g_autoptr(EcsBuilder) builder = ecs_builder_new(pool);
	for (size_t i = 0; i < G_N_ELEMENTS(decodes); i++) {
		say_row(i, decodes[i].json);
		g_autoptr(EcsJson) json =
			ecs_json_parse(decodes[i].json, strlen(decodes[i].json), NULL);
		g_assert_nonnull(json);
		Thing *thing = ecs_builder_begin(builder, sizeof(Thing));
		if (!ecs_json_decode(json, fields, thing, builder)) {
			g_assert_null(decodes[i].expected);
			continue;
		}
		thing = ecs_builder_finish(builder, decodes[i].json);
		g_autoptr(GString) text = g_string_new(NULL);
		g_string_printf(text, "%s|%s|%d|%" G_GINT64_FORMAT "|%d|%d", thing->name,
				thing->shared, thing->small, thing->big, thing->truth,
				thing->inner);
		for (size_t k = 0; k < thing->pairs.n; k++)
			g_string_append_printf(text, "|%s=%s", thing->pairs.v[k].key,
					       thing->pairs.v[k].value);
		g_assert_cmpstr(text->str, ==, decodes[i].expected);
		g_string_truncate(text, 0);
		ecs_object_json(thing, text);
		g_assert_cmpstr(text->str, ==, decodes[i].json);
		ecs_object_unref(thing);
	}
}

/* Longer than the caps: what identifies is refused, the rest is cut. */
static void test_long(void)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	g_autofree char *x = g_strnfill(ECS_JSON_STRING_MAX + 10, 'x');
	g_autofree char *good = g_strdup_printf("{\"name\":\"a\",\"pairs\":{\"k\":\"%s\"}}", x);
	g_autofree char *bad = g_strdup_printf("{\"name\":\"%s\"}", x);
	g_autoptr(EcsJson) json = ecs_json_parse(good, strlen(good), NULL);
	g_autoptr(EcsJson) worse = ecs_json_parse(bad, strlen(bad), NULL);
	Thing *thing = ecs_builder_begin(builder, sizeof(Thing));
	g_assert_true(ecs_json_decode(json, fields, thing, builder));
	thing = ecs_builder_finish(builder, "{}");
	g_assert_cmpstr(thing->name, ==, "a");
	g_assert_cmpuint(strlen(ecs_pairs_get(&thing->pairs, "k")), >=, ECS_JSON_STRING_MAX);
	ecs_object_unref(thing);
	g_assert_false(
		ecs_json_decode(worse, fields, ecs_builder_begin(builder, sizeof(Thing)), builder));
}

static void test_same(void)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	static const char *const raws[] = { "{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "" };
	void *objects[4];
	for (size_t i = 0; i < 4; i++) {
		ecs_builder_begin(builder, sizeof(Thing));
		objects[i] = ecs_builder_finish(builder, raws[i]);
	}
	g_assert_true(ecs_object_same(objects[0], objects[0]));
	g_assert_true(ecs_object_same(objects[0], objects[2]));
	g_assert_false(ecs_object_same(objects[0], objects[1]));
	g_assert_false(ecs_object_same(objects[0], objects[3]));
	for (size_t i = 0; i < 4; i++)
		ecs_object_unref(objects[i]);
}

static const struct {
	const char *text;
	const char *quoted;
} quotes[] = {
	{ "", "\"\"" },
	{ "a b", "\"a b\"" },
	{ "\"\\\n\x01", "\"\\\"\\\\\\n\\u0001\"" },
	{ "\xc3\xa4", "\"\xc3\xa4\"" },
	{ "a\xff", "\"a\xef\xbf\xbd\"" },
};

static void test_quote(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(quotes); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		ecs_json_quote(out, quotes[i].text);
		g_assert_cmpstr(out->str, ==, quotes[i].quoted);
	}
}

/* What is printed is what cJSON prints. */
static void test_compact(void)
{
	static const char *const documents[] = {
		"{}",
		"[]",
		"null",
		"[true,false,null]",
		"{\"a\":[{\"b\":{\"c\":[]}},1,\"\"]}",
		"[0,-0,-0.0,-1,2147483647,-2147483648,2147483648,1e3,1.5,-0.25,1e300,123456789012]",
		"[\"plain text that is longer than eight\",\"a\\\"b\",\"\\\\\",\"/\"]",
		"{\"key \\\"quoted\\\"\":\"\\u00e9 \\ud83d\\ude00 \xc3\xa9 \x7f\"}",
		"[\"\\b\\f\\n\\r\\t\",\"a line\\nand another\\n\"]",
		"[\"\\u001b[31m\",\"1234567\\u0001\",\"12345678\\u001f9\"]",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(EcsJson) json = ecs_json_parse(documents[i], strlen(documents[i]), NULL);
		g_assert_nonnull(json);
		g_autofree char *expected = cJSON_PrintUnformatted(json);
		g_autofree char *printed = ecs_json_compact(json);
		g_assert_cmpstr(printed, ==, expected);
	}
}

/* One after the other, of any size, in memory that is used again. */
static void test_elements(void)
{
	ecs_arena_install();
	for (size_t n = 1; n < 100000; n *= 7) {
		g_autoptr(GString) text = g_string_new("[");
		for (size_t i = 0; i < n; i++)
			g_string_append_printf(text, "%s{\"number\":\"%zu\"}", i ? "," : "", i);
		g_string_append_c(text, ']');
		EcsJson *json = ecs_json_parse_element(text->str, text->len);
		g_autoptr(EcsJson) other = ecs_json_parse("[1,\"two\"]", 9, NULL);
		g_autofree char *printed = ecs_json_compact(json);
		g_assert_cmpstr(printed, ==, text->str);
		cJSON_DeleteItemFromArray(json, 0);
		ecs_json_free_element(json);
		g_assert_null(ecs_json_parse_element(text->str, text->len - 1));
		ecs_json_free_element(NULL);
		g_autofree char *kept = ecs_json_compact(other);
		g_assert_cmpstr(kept, ==, "[1,\"two\"]");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/times", test_times);
	g_test_add_func("/json/lists", test_lists);
	g_test_add_func("/json/deep", test_deep);
	g_test_add_func("/json/prefixes", test_prefixes);
	g_test_add_func("/json/depth", test_depth);
	g_test_add_func("/json/decode", test_decode);
	g_test_add_func("/json/long", test_long);
	g_test_add_func("/json/same", test_same);
	g_test_add_func("/json/quote", test_quote);
	g_test_add_func("/json/compact", test_compact);
	g_test_add_func("/json/elements", test_elements);
	return g_test_run();
}
