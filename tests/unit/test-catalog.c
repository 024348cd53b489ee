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
	{ "https://x.example/$(tenant_id)s", "https://x.example" },
	{ "https://x.example/a/%(project_id)s/b", "https://x.example/a" },
	{ "https://[2001:db8::1]:8774/v2.1/p", "https://[2001:db8::1]:8774" },
	{ "https://x.example//v1//p//", "https://x.example" },
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

/* Which service of which region is talked to how. */
static void test_dialects(void)
{
	static const char text[] =
		"[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"own\","
		"\"url\":\"https://ecs/v1\"}]},{\"type\":\"image\",\"endpoints\":[{\"interface\":"
		"\"public\",\"region\":\"*\",\"url\":\"https://"
		"image\"}]},{\"type\":\"block-storage\","
		"\"endpoints\":[{\"interface\":\"public\",\"region\":\"plain\",\"url\":"
		"\"https://x/volume/v3\"}]},{\"type\":\"volume\",\"endpoints\":[{\"interface\":"
		"\"public\",\"region\":\"*\",\"url\":\"https://old/v3/p\"}]},{\"type\":\"compute\","
		"\"endpoints\":[{\"interface\":\"public\",\"region\":\"plain\",\"url\":"
		"\"https://nova/v2.1/\"}]}]";
	static const struct {
		const char *region, *type;
		bool native, nova;
		const char *root;
	} dialects[] = {
		{ "own", "ecs", true, true, "https://ecs" },
		{ "own", "compute", true, true, "https://ecs" },
		{ "own", "image", true, true, "https://image" },
		{ "own", "volumev3", true, true, "https://old" },
		{ "own", "evs", false, false, NULL },
		{ "plain", "ecs", false, false, NULL },
		{ "plain", "compute", false, true, "https://nova" },
		{ "plain", "image", false, true, "https://image" },
		{ "plain", "volumev3", true, true, "https://x/volume" },
		{ "plain", "network", false, false, NULL },
	};
	g_autoptr(EcsCatalog) catalog = parse(text, "public");
	for (size_t i = 0; i < G_N_ELEMENTS(dialects); i++) {
		const char *region = dialects[i].region, *type = dialects[i].type;
		say_row(i, type);
		g_assert_true(ecs_catalog_speaks(catalog, ECS_DIALECT_NATIVE, type, region) ==
			      dialects[i].native);
		g_assert_true(ecs_catalog_speaks(catalog, ECS_DIALECT_NOVA, type, region) ==
			      dialects[i].nova);
		g_assert_cmpstr(ecs_catalog_root(catalog, type, region), ==, dialects[i].root);
	}
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

/* What the user says of endpoints counts in every region, and makes one where there is none. */
static void test_override(void)
{
	g_autoptr(EcsCatalog) catalog = parse(catalog_text, "public");
	ecs_catalog_override(catalog, "ecs", "https://own.example", "a");
	ecs_catalog_override(catalog, "evs", "https://disks.example", NULL);
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "a"), ==, "https://own.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "c"), ==, "https://own.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "evs", "c"), ==, "https://disks.example");
	g_auto(GStrv) regions = ecs_catalog_regions(catalog);
	g_autofree char *joined = g_strjoinv(",", regions);
	g_assert_cmpstr(joined, ==, "a,b,c");
	g_autoptr(EcsCatalog) empty = parse("[]", "public");
	ecs_catalog_override(empty, "ecs", "https://own.example", "r");
	g_auto(GStrv) region = ecs_catalog_regions(empty);
	g_assert_cmpstr(region[0], ==, "r");
	g_assert_null(region[1]);
}

static void test_plain(void)
{
	g_autoptr(EcsCatalog) catalog = parse(catalog_text, "public");
	g_assert_null(ecs_catalog_plain(catalog));
	ecs_catalog_override(catalog, "evs", "http://127.0.0.1:1", NULL);
	ecs_catalog_override(catalog, "ecs", "http://[::1]:1/ecs", NULL);
	g_assert_null(ecs_catalog_plain(catalog));
	ecs_catalog_override(catalog, "vpc", "HTTP://10.0.0.1/vpc", NULL);
	g_assert_cmpstr(ecs_catalog_plain(catalog), ==, "HTTP://10.0.0.1/vpc");
}

static void test_project(void)
{
	g_autoptr(EcsCatalog) catalog = parse(
		"[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":"
		"\"r\",\"url\":\"https://x.example/p1\"}]},{\"type\":\"vpc\",\"endpoints\":[{"
		"\"interface\":\"public\",\"region\":\"r\",\"url\":\"https://x.example/xp1\"}]}]",
		"public");
	ecs_catalog_cut_project(catalog, "");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "r"), ==, "https://x.example/p1");
	ecs_catalog_cut_project(catalog, "p1");
	g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", "r"), ==, "https://x.example");
	g_assert_cmpstr(ecs_catalog_root(catalog, "vpc", "r"), ==, "https://x.example/xp1");
}

static const struct {
	const char *auth_url, *region;
	const char *ecs, *image; /* NULL: nothing is known */
} known[] = {
	{ "https://iam.eu-de.otc.t-systems.com/v3", "eu-de", "https://ecs.eu-de.otc.t-systems.com",
	  "https://ims.eu-de.otc.t-systems.com" },
	{ "http://iam.r:8080/iam.r.x/v3", "r", NULL, NULL },
	{ "https://iam.eu-nl.otc.t-systems.com:443/v3", "eu-nl",
	  "https://ecs.eu-nl.otc.t-systems.com:443", "https://ims.eu-nl.otc.t-systems.com:443" },
	{ "https://iam.eu-de.otc.t-systems.com/v3", "eu-nl", NULL, NULL },
	{ "https://iam.eu-de.otc.t-systems.com/v3", "eu", NULL, NULL },
	{ "https://iam.eu-de.otc.t-systems.com/v3", "", NULL, NULL },
	{ "https://keystone.example/v3", "eu-de", NULL, NULL },
	{ "nonsense", "eu-de", NULL, NULL },
};

static void test_known(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		say_row(i, known[i].auth_url);
		g_autoptr(EcsCatalog) catalog =
			ecs_catalog_known(known[i].auth_url, known[i].region);
		g_assert_true((catalog == NULL) == (known[i].ecs == NULL));
		if (!catalog)
			continue;
		g_assert_cmpstr(ecs_catalog_root(catalog, "ecs", known[i].region), ==,
				known[i].ecs);
		g_assert_cmpstr(ecs_catalog_root(catalog, "image", known[i].region), ==,
				known[i].image);
		g_auto(GStrv) regions = ecs_catalog_regions(catalog);
		g_assert_cmpstr(regions[0], ==, known[i].region);
	}
}

static EcsCatalog *parse_file(const char *name, bool in_token)
{
	g_autofree char *text = fake_cloud_data(name);
	g_autoptr(EcsJson) json = ecs_json_parse(text, strlen(text), NULL);
	return ecs_catalog_parse(
		ecs_json_get(in_token ? ecs_json_get(json, "token") : json, "catalog"), "public");
}

static void test_other_samples(void)
{
	g_autoptr(EcsCatalog) alone = parse_file("iam-catalog.json", false);
	g_assert_cmpstr(ecs_catalog_root(alone, "evs", "eu-de"), ==,
			"https://evs.eu-de.otc.t-systems.com");
	g_assert_cmpstr(ecs_catalog_root(alone, "image", "eu-de"), ==,
			"https://ims.eu-de.otc.t-systems.com");
	g_autoptr(EcsCatalog) global = parse_file("iam-token-domain.json", true);
	g_assert_cmpstr(ecs_catalog_root(global, "identity", "eu-de"), ==,
			"https://iam.eu-de.otc.t-systems.com");
	g_assert_null(ecs_catalog_root(global, "ecs", "eu-de"));
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
	g_test_add_func("/catalog/dialects", test_dialects);
	g_test_add_func("/catalog/sample", test_sample);
	g_test_add_func("/catalog/override", test_override);
	g_test_add_func("/catalog/plain", test_plain);
	g_test_add_func("/catalog/project", test_project);
	g_test_add_func("/catalog/known", test_known);
	g_test_add_func("/catalog/other-samples", test_other_samples);
	g_test_add_func("/catalog/nothing", test_nothing);
	return g_test_run();
}
