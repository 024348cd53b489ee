/* SPDX-License-Identifier: MIT */
#include "client/sign.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define OURS "EXAMPLEACCESSKEY0001", "exampleSecretKeyForTestVectorsOnly000001"
#define THEIRS "AccessKey", "SecretKey"
#define PROJECT "0123456789abcdef0123456789abcdef"
#define VPC "99d9d709-8478-4b46-9f3f-2206b1023fd3"

/*
 * The first three are computed with Python and openssl from the signing guide; the others are what
 * the unit tests of Huawei's SDKs for Go and Python expect, and the signing guide's own example.
 */
static const struct {
	const char *name;
	const char *access_key, *secret_key;
	const char *method, *url;
	const char *headers[8];
	const char *body;
	const char *hash;      /* of the canonical request; NULL: not known */
	const char *names;     /* SignedHeaders */
	const char *signature; /* NULL: not known */
} vectors[] = {
	{ "a list with a filter",
	  OURS,
	  "GET",
	  "https://ecs.eu-de.otc.t-systems.com/v1/" PROJECT
	  "/cloudservers/detail?limit=25&offset=1&name=web%201%2F%C3%A4",
	  { "Host: ecs.eu-de.otc.t-systems.com", "X-Sdk-Date: 20250102T030405Z" },
	  "",
	  "e50652f8c988ca5679d25eaf97d3265022a57123ca111ebe30b85be378e0c48c",
	  "host;x-sdk-date",
	  "841738bb9c4a6616e1909bcd16140c5bc84578ef000d45e9bbd32e7961527025" },
	{ "an action",
	  OURS,
	  "POST",
	  "https://ecs.eu-de.otc.t-systems.com/v1/" PROJECT "/cloudservers/action",
	  { "X-Sdk-Date: 20250102T030405Z", "Content-Type: application/json",
	    "Host: ecs.eu-de.otc.t-systems.com" },
	  "{\"os-start\":{\"servers\":[{\"id\":\"616fb98f-46ca-475e-917e-2563e5a8cd19\"}]}}",
	  "3c61c3f91293da3e5c99498907d6fe31eb3346f264b21b34ffd3baedf9b47f5d",
	  "content-type;host;x-sdk-date",
	  "7aa769d52cb12a98720d778cf069df3219ad4fd3c398ae5b856976ce7ee30b30" },
	{ "temporary keys",
	  OURS,
	  "DELETE",
	  "https://vpc.eu-de.otc.t-systems.com/v1/" PROJECT "/vpcs/" VPC,
	  { "Host: vpc.eu-de.otc.t-systems.com", "X-Project-Id:  " PROJECT " ",
	    "X-Sdk-Date: 20250102T030405Z", "X-Security-Token: exampleTemporaryToken==" },
	  "",
	  "06e4e66a1dbffa8576e21b69a027400cd373362cf9ceec205a78440f6b08ba7e",
	  "host;x-project-id;x-sdk-date;x-security-token",
	  "b23d68866c9220b41df016c9594e2b15852eb8b13598b3204258999c94b78ec1" },
	{ "Go SDK, GET",
	  THEIRS,
	  "GET",
	  "https://example.com/path?limit=1",
	  { "X-Sdk-Date: 20060102T150405Z" },
	  "",
	  NULL,
	  "x-sdk-date",
	  "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624" },
	{ "Go SDK, POST",
	  THEIRS,
	  "POST",
	  "https://example.com/path?key=value",
	  { "X-Sdk-Date: 20060102T150405Z" },
	  "{\"Name\":\"test\",\"Id\":1}\n",
	  NULL,
	  "x-sdk-date",
	  "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59" },
	{ "Python SDK, GET",
	  THEIRS,
	  "GET",
	  "https://service.endpoint.myhuaweicloud.com/resources?size=1",
	  { "X-Sdk-Date: 20200608T023900Z", "Host: service.endpoint.myhuaweicloud.com" },
	  "",
	  NULL,
	  "host;x-sdk-date",
	  "cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842" },
	{ "Python SDK, POST",
	  THEIRS,
	  "POST",
	  "https://service.endpoint.myhuaweicloud.com/resources?size=1",
	  { "X-Sdk-Date: 20200608T023900Z", "Host: service.endpoint.myhuaweicloud.com" },
	  "{\"name\":\"test\",\"id\":1}",
	  NULL,
	  "host;x-sdk-date",
	  "436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f" },
	{ "the signing guide",
	  THEIRS,
	  "GET",
	  "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&"
	  "marker=13551d6b-755d-4757-b956-536f674975c0",
	  { "content-type: application/json", "X-Sdk-Date: 20191115T033655Z",
	    "host: service.region.example.com" },
	  "",
	  "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a",
	  "content-type;host;x-sdk-date",
	  NULL },
	{},
};

static void test_vectors(void)
{
	for (size_t i = 0; vectors[i].name; i++) {
		say_row(i, vectors[i].name);
		size_t len = strlen(vectors[i].body);
		g_autofree char *canonical =
			ecs_sign_canonical(vectors[i].method, vectors[i].url, vectors[i].headers,
					   vectors[i].body, len);
		g_autofree char *hash =
			g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical, -1);
		if (vectors[i].hash)
			g_assert_cmpstr(hash, ==, vectors[i].hash);
		g_autofree char *value = ecs_sign_authorization(
			vectors[i].access_key, vectors[i].secret_key, vectors[i].method,
			vectors[i].url, vectors[i].headers, vectors[i].body, len);
		g_autofree char *expected =
			g_strdup_printf("SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%s",
					vectors[i].access_key, vectors[i].names,
					vectors[i].signature ? vectors[i].signature : "");
		if (vectors[i].signature)
			g_assert_cmpstr(value, ==, expected);
		else
			g_assert_true(g_str_has_prefix(value, expected));
	}
}

/* What becomes of paths and queries: the second and third line of the canonical request. */
static const struct {
	const char *url;
	const char *path;
	const char *query;
} urls[] = {
	{ "https://h.example", "/", "" },
	{ "https://h.example/", "/", "" },
	{ "https://h.example/a", "/a/", "" },
	{ "https://h.example/a/", "/a/", "" },
	{ "https://h.example/a//b", "/a//b/", "" },
	{ "https://h.example?a=b", "/", "a=b" },
	{ "https://h.example/a?", "/a/", "" },
	{ "https://h.example/a?x", "/a/", "x=" },
	{ "https://h.example/a?x=&x", "/a/", "x=&x=" },
	{ "https://h.example/a?b=2&a=1&b=1&&", "/a/", "a=1&b=1&b=2" },
	{ "https://h.example/a?b=2&B=1", "/a/", "B=1&b=2" },
	{ "https://h.example/a?x=a=b", "/a/", "x=a%3Db" },
	{ "https://h.example/a?x=%7e%2d+%20", "/a/", "x=~-%2B%20" },
	{ "https://h.example/%7ea/%c3%a4/%2F/%zz%4", "/~a/%C3%A4/%2F/%25zz%254/", "" },
	{ "https://h.example/\xff\x01*", "/%FF%01%2A/", "" },
	{ "https://h.example/a%00b", "/a%00b/", "" },
	{ "https://h.example/a?b=c#d?e", "/a/", "b=c" },
	{ "https://h.example/a#b?c", "/a/", "" },
	{},
};

static void test_urls(void)
{
	static const char *const no_headers[] = { NULL };
	for (size_t i = 0; urls[i].url; i++) {
		say_row(i, urls[i].url);
		g_autofree char *text = ecs_sign_canonical("GET", urls[i].url, no_headers, NULL, 0);
		g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
		g_assert_cmpuint(g_strv_length(lines), ==, 6);
		g_assert_cmpstr(lines[1], ==, urls[i].path);
		g_assert_cmpstr(lines[2], ==, urls[i].query);
	}
}

/* The lines that are sent, and the headers that they say are signed. */
static const struct {
	const char *url, *project_id, *security_token, *content_type;
	const char *host, *names;
} requests[] = {
	{ "https://h.example/v1", NULL, NULL, NULL, "h.example", "host;x-sdk-date" },
	{ "https://h.example:443/v1", "", NULL, NULL, "h.example", "host;x-sdk-date" },
	{ "http://h.example:80", "p", NULL, NULL, "h.example", "host;x-project-id;x-sdk-date" },
	{ "http://h.example:443/", NULL, NULL, NULL, "h.example:443", "host;x-sdk-date" },
	{ "https://[fe80::1]:8443/v1", NULL, "t", NULL, "[fe80::1]:8443",
	  "host;x-sdk-date;x-security-token" },
	{ "http://127.0.0.1:1234?a", "p", "t", "application/json", "127.0.0.1:1234",
	  "content-type;host;x-project-id;x-sdk-date;x-security-token" },
	{},
};

static void test_lines(void)
{
	for (size_t i = 0; requests[i].url; i++) {
		say_row(i, requests[i].url);
		EcsSignature signature = {
			.access_key = "ak",
			.secret_key = "sk",
			.security_token = requests[i].security_token,
			.project_id = requests[i].project_id,
			.now = 1735787045,
			.method = "GET",
			.url = requests[i].url,
			.content_type = requests[i].content_type,
		};
		g_auto(GStrv) lines = ecs_sign_lines(&signature);
		g_autofree char *host = g_strconcat("Host: ", requests[i].host, NULL);
		g_assert_cmpstr(lines[0], ==, host);
		g_assert_cmpstr(lines[1], ==, "X-Sdk-Date: 20250102T030405Z");
		unsigned n = g_strv_length(lines);
		g_autofree char *start =
			g_strdup_printf("Authorization: SDK-HMAC-SHA256 Access=ak, "
					"SignedHeaders=%s, Signature=",
					requests[i].names);
		g_assert_true(g_str_has_prefix(lines[n - 1], start));
		g_assert_cmpuint(strlen(lines[n - 1]), ==, strlen(start) + 64);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sign/vectors", test_vectors);
	g_test_add_func("/sign/urls", test_urls);
	g_test_add_func("/sign/lines", test_lines);
	return g_test_run();
}
