/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/catalog.h"
#include "tests/unit/fake-cloud.h"

static const struct {
	const char *url;
	const char *root;
} strips[] = {
	{ "https://ecs.eu-de.otc.t-systems.com/v1/0391e4486e864c26",
	  "https://ecs.eu-de.otc.t-systems.com" },
	{ "https://ecs.example/v2.1/p", "https://ecs.example" },
	{ "http://127.0.0.1:1234/eu-de/ecs/v1/p", "http://127.0.0.1:1234/eu-de/ecs" },
	{ "https://ims.example", "https://ims.example" },
	{ "https://ims.example///", "https://ims.example" },
	{ "https://x.example/image/", "https://x.example/image" },
	{ "https://x.example/volume/v3/$(tenant_id)s", "https://x.example/volume" },
	{ "https://x.example/$(tenant_id)s", "https://x.example/$(tenant_id)s" },
	{ "https://x.example/vpc/v2.0", "https://x.example/vpc" },
	{ "https://v1.example/p", "https://v1.example/p" },
	{ "https://x.example/a?b=/v1", "https://x.example/a" },
	{ "HTTPS://X.example/v3", "HTTPS://X.example" },
	{ "ftp://x.example/v1", NULL },
	{ "https://", NULL },
	{ "https:///v1", NULL },
	{ "//x.example", NULL },
	{ "https://x.example/ v1", NULL },
	{ "https://x.example/\r\nX: y", NULL },
	{ "https://x.example/\xff", NULL },
	{ "", NULL },
};

static void test_strip(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(strips); i++) {
		say_row(i, strips[i].url);
		g_autofree char *root = ecs_catalog_strip(strips[i].url);
		g_assert_cmpstr(root, ==, strips[i].root);
	}
}

static EcsCatalog *parse(const char *text, const char *interface)
{
	g_autoptr(EcsJson) json = ecs_json_parse(text, strlen(text), NULL);
	g_assert_nonnull(json);
	return ecs_catalog_parse(json, interface);
}

static const char catalog_text[] =
	"[{\"type\":\"ecs\",\"endpoints\":["
	"  {\"interface\":\"admin\",\"region\":\"a\",\"url\":\"https://admin.example/v1/p\"},"
	"  {\"interface\":\"public\",\"region\":\"b\",\"url\":\"not a url\"},"
	"  {\"interface\":\"public\",\"region_id\":\"b\",\"url\":\"https://ecs.b.example/v1/p\"},"
	"  {\"interface\":\"publicURL\",\"region\":\"a\",\"url\":\"https://ecs.a.example/v1/p\"},"
	"  {\"interface\":\"public\",\"url\":\"https://nowhere.example/v1/p\"}, null, 7]},"
	" {\"type\":\"compute\",\"endpoints\":["
	"  {\"interface\":\"public\",\"region\":\"c\",\"url\":\"https://nova.c.example/v2.1/p\"}]},"
	" {\"type\":\"identity\",\"endpoints\":["
	"  {\"interface\":\"public\",\"region\":\"*\",\"url\":\"https://iam.example/v3\"}]},"
	" {\"type\":\"odd\"}, null, {\"endpoints\":{}}]";

static void test_lookup(void)
{
	g_autoptr(EcsCatalog) catalog = parse(catalog_text, "public");
	g_autoptr(EcsCatalog) admin = parse(catalog_text, "adminURL");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "a"), ==, "https://ecs.a.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "b"), ==, "https://ecs.b.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "compute", "a"), ==, "https://ecs.a.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "compute", "c"), ==, "https://nova.c.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "identity", "x"), ==, "https://iam.example");
	g_assert_null(ecs_catalog_root(catalog, "ecs", "c"));
	g_assert_cmpstr(ecs_catalog_root(admin, "ecs", "a"), ==, "https://admin.example");
	g_assert_cmpint(ecs_catalog_dialect(catalog, "a"), ==, ECS_DIALECT_NATIVE);
	g_assert_cmpint(ecs_catalog_dialect(catalog, "c"), ==, ECS_DIALECT_NOVA);
	g_assert_cmpint(ecs_catalog_dialect(catalog, "x"), ==, ECS_DIALECT_NONE);
	g_auto(GStrv) regions = ecs_catalog_regions(catalog);
	g_autofree char *joined = g_strjoinv(",", regions);
	g_assert_cmpstr(joined, ==, "a,b,c");
}

static void test_sample(void)
{
	g_autofree char *text = fake_cloud_data("iam-token-project.json");
	g_autoptr(EcsJson) json = ecs_json_parse(text, strlen(text), NULL);
	const EcsJson *list = ecs_json_get(ecs_json_get(json, "token"), "catalog");
	g_autoptr(EcsCatalog) catalog = ecs_catalog_parse(list, "public");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "eu-de"), ==,
			"https://ecs.eu-de.otc.t-systems.com");
	g_assert_cmpstr(ecs_catalog_root(catalog, "identity", "eu-de"), ==,
			"https://iam.eu-de.otc.t-systems.com");
}

static void test_nothing(void)
{
	static const char *const texts[] = { "[]", "{}", "null", "7", "\"x\"", "[[[]]]" };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(EcsCatalog) catalog = parse(texts[i], "public");
		g_auto(GStrv) regions = ecs_catalog_regions(catalog);
		g_assert_null(regions[0]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/catalog/strip", test_strip);
	g_test_add_func("/catalog/lookup", test_lookup);
	g_test_add_func("/catalog/sample", test_sample);
	g_test_add_func("/catalog/nothing", test_nothing);
	return g_test_run();
}
