/* SPDX-License-Identifier: MIT */
/* Where the services are said to be, in every way that clouds say it: each works, or a sentence
 * says what is wrong. */
#include <string.h>

#include "client/client.h"
#include "client/hello.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

/* One catalog: "^" is the cloud's own address. */
typedef struct {
	const char *name;
	const char *catalog;
	const char *path;   /* of the GET of a server that comes of it; NULL: none */
	const char *region; /* that there is; NULL: none */
	const char *wrong;  /* part of the sentence, where there is no region; NULL: it works */
	const char *own;    /* region_name of clouds.yaml; NULL: not said */
} Case;

#define ECS(url)                                                                                   \
	"[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"r\",\"url\":"    \
	"\"" url "\"}]}]"
#define PATH "/v1/p1/cloudservers/s"

static const Case cases[] = {
	{ "version and project", ECS("^/v1/p1"), PATH, "r" },
	{ "version alone", ECS("^/v1"), PATH, "r" },
	{ "another version", ECS("^/v2.1/p1"), PATH, "r" },
	{ "neither", ECS("^"), PATH, "r" },
	{ "trailing slash", ECS("^/"), PATH, "r" },
	{ "trailing slashes", ECS("^/v1/p1//"), PATH, "r" },
	{ "a prefix", ECS("^/ecs/v1/p1/"), "/ecs" PATH, "r" },
	{ "a prefix without a version", ECS("^/ecs/"), "/ecs" PATH, "r" },
	{ "project without a version", ECS("^/ecs/p1"), "/ecs" PATH, "r" },
	{ "a template", ECS("^/ecs/v1/$(tenant_id)s"), "/ecs" PATH, "r" },
	{ "a template without a version", ECS("^/ecs/%(project_id)s"), "/ecs" PATH, "r" },
	{ "no region, but of clouds.yaml",
	  "[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"url\":\"^/v1\"}]}]", PATH,
	  "mine", NULL, "mine" },
	{ "no region at all",
	  "[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":null,"
	  "\"region_id\":null,\"url\":\"^/v1\"}]}]",
	  PATH, "default" },
	{ "a broken one beside",
	  "[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"r\",\"url\":"
	  "\"nonsense\"},7,null,{\"interface\":\"public\",\"region\":\"r\",\"url\":\"^/v1\"}]},"
	  "{\"type\":7},[]]",
	  PATH, "r" },
	{ "the first of two",
	  "[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"r\",\"url\":"
	  "\"^/one\"},{\"interface\":\"public\",\"region\":\"r\",\"url\":\"^/two\"}]}]",
	  "/one" PATH, "r" },
	{ "URL of another kind", ECS("ftp://x/v1"), NULL, NULL,
	  "endpoint of the server API is no http or https URL" },
	{ "URL with a password", ECS("http://u:p@127.0.0.1/v1"), NULL, NULL,
	  "endpoint of the server API is no http or https URL" },
	{ "URL is null",
	  "[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"r\",\"url\":"
	  "null}]}]",
	  NULL, NULL, "endpoint of the server API is no http or https URL" },
	{ "another interface",
	  "[{\"type\":\"compute\",\"endpoints\":[{\"interface\":\"admin\",\"region\":\"r\",\"url\":"
	  "\"^/v1\"}]}]",
	  NULL, NULL, "a server API, but none with the interface public" },
	{ "other services",
	  "[{\"type\":\"identity\",\"endpoints\":[]},{\"type\":\"object-store\"},{\"type\":\"bad "
	  "\\n word\"}]",
	  NULL, NULL, "no server API (ecs or compute), only identity, object-store" },
	{ "empty", "[]", NULL, NULL, "the catalog is empty" },
	{ "null", "null", NULL, NULL, "the catalog is empty" },
	{ "a number", "7", NULL, NULL, "the catalog is empty" },
	{},
};

static void tell_catalog(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	const Case *c = data;
	if (strcmp(request->path, "/v3/auth/tokens") != 0) {
		answer->status = 200;
		answer->body = g_strdup("{\"server\":{\"id\":\"s\",\"name\":\"n\"}}");
		return;
	}
	GString *body = g_string_new("{\"token\":{\"project\":{\"id\":\"p1\",\"name\":\"x\"},");
	g_string_append_printf(body, "\"catalog\":%s}}", c->catalog);
	g_string_replace(body, "^", fake_cloud_url(cloud), 0);
	answer->status = 201;
	answer->header = "X-Subject-Token";
	answer->value = "t";
	answer->body = g_string_free(body, FALSE);
}

static EcsClient *client_of(FakeCloud *cloud, const char *region, const char *url)
{
	g_autoptr(EcsCloud) config = ecs_cloud_new();
	config->auth_url = g_strdup(url ? url : fake_cloud_url(cloud));
	config->username = g_strdup("demo");
	config->password = g_strdup("Secret-1");
	config->region = g_strdup(region);
	return ecs_client_new(config, NULL, NULL);
}

static void get_server(EcsClient *client, const char *region, Wait *wait)
{
	wait_init(wait);
	ecs_server_get(ecs_client_scope(client, region, NULL), "s", NULL,
		       (EcsServerDone)wait_object, wait);
	wait_for(wait, 1);
	if (!wait->error)
		ecs_server_unref(wait->result);
}

static void test_catalogs(void)
{
	for (const Case *c = cases; c->name; c++) {
		say_row((size_t)(c - cases), c->name);
		FakeCloud *cloud = fake_cloud_new(tell_catalog, (void *)c);
		g_autoptr(EcsClient) client = client_of(cloud, c->own, NULL);
		g_assert_true(ecs_client_login(client, NULL));
		g_auto(GStrv) regions = ecs_client_regions(client);
		g_autofree char *lacking = ecs_client_lacking(client);
		g_assert_cmpstr(regions[0], ==, c->region);
		if (c->wrong) {
			g_assert_nonnull(lacking);
			g_assert_nonnull(strstr(lacking, c->wrong));
		} else {
			g_assert_null(lacking);
			g_autofree char *line = g_strconcat("GET ", c->path, NULL);
			Wait wait;
			get_server(client, c->region, &wait);
			g_assert_no_error(wait.error);
			g_assert_cmpuint(fake_cloud_count(cloud, line), ==, 1);
			wait_clear(&wait);
		}
		fake_cloud_free(cloud);
	}
}

static void no_project(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	answer->status = 201;
	answer->header = "X-Subject-Token";
	answer->value = "t";
	answer->body = g_strdup("{\"token\":{\"user\":{\"id\":\"u\"}}}");
}

static void test_no_project(void)
{
	FakeCloud *cloud = fake_cloud_new(no_project, NULL);
	g_autoptr(EcsClient) client = client_of(cloud, NULL, NULL);
	g_assert_true(ecs_client_login(client, NULL));
	g_autofree char *lacking = ecs_client_lacking(client);
	g_assert_cmpstr(lacking, ==, "the login is for no project: name a project_name");
	fake_cloud_free(cloud);
}

static void test_ipv6(void)
{
	static const Case c = { .catalog = ECS("^/ecs/v1/p1") };
	FakeCloud *cloud = fake_cloud_new_v6(tell_catalog, (void *)&c);
	if (!cloud) {
		g_test_skip("no IPv6 on this machine");
		return;
	}
	g_autofree char *url = g_strconcat(fake_cloud_url(cloud), "/v3/", NULL);
	g_autoptr(EcsClient) client = client_of(cloud, NULL, url);
	g_assert_true(ecs_client_login(client, NULL));
	Wait wait;
	get_server(client, "r", &wait);
	g_assert_no_error(wait.error);
	wait_clear(&wait);
	fake_cloud_free(cloud);
	g_autoptr(EcsClient) nobody = client_of(NULL, NULL, "http://[::1]:1/v3");
	g_autoptr(GError) error = NULL;
	g_assert_false(ecs_client_login(nobody, &error));
	g_assert_nonnull(strstr(error->message, "no connection to [::1]:1"));
}

/* Endpoints that send us elsewhere. */
typedef struct {
	const char *method;   /* whose answer it is */
	const char *path;     /* prefix */
	const char *location; /* "@" is the cloud's own address, "~" another cloud's */
	const char *wrong;    /* NULL: it is followed */
	unsigned requests;    /* to the first cloud */
} Redirect;

static const Redirect redirects[] = {
	{ "GET", "/ecs/v1/p1/cloudservers", "/moved" PATH, NULL, 3 },
	{ "GET", "/ecs/v1/p1/cloudservers", "@/moved" PATH, NULL, 3 },
	{ "GET", "/ecs/v1/p1/cloudservers", "~/moved" PATH, "HTTP 302 sends us to http://127.0.0.1",
	  2 },
	{ "GET", "/ecs/v1/p1/cloudservers", "https://evil.example/?token=x",
	  "HTTP 302 sends us to https://evil.example/, where no credentials are sent", 2 },
	{ "GET", "/", "@/ecs/v1/p1/cloudservers/s", "HTTP 302 sends us to", 3 },
	{ "POST", "/v3/auth/tokens", "@/v3/auth/tokens/", "HTTP 302 sends us to", 1 },
	{},
};

typedef struct {
	const Redirect *row;
	const char *other;
} Sender;

static void send_elsewhere(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			   void *data)
{
	static const Case c = { .catalog = ECS("^/ecs/v1/p1") };
	const Sender *sender = data;
	if (strcmp(request->method, sender->row->method) != 0 ||
	    !g_str_has_prefix(request->path, sender->row->path)) {
		tell_catalog(cloud, request, answer, (void *)&c);
		return;
	}
	g_autoptr(GString) to = g_string_new(sender->row->location);
	g_string_replace(to, "@", fake_cloud_url(cloud), 0);
	g_string_replace(to, "~", sender->other, 0);
	answer->status = 302;
	answer->header = "Location";
	answer->value = g_intern_string(to->str);
}

static void test_redirects(void)
{
	FakeCloud *other = fake_cloud_new(NULL, NULL);
	for (const Redirect *row = redirects; row->method; row++) {
		Sender sender = { row, fake_cloud_url(other) };
		FakeCloud *cloud = fake_cloud_new(send_elsewhere, &sender);
		g_autoptr(EcsClient) client = client_of(cloud, NULL, NULL);
		Wait wait;
		say_row((size_t)(row - redirects), row->location);
		get_server(client, "r", &wait);
		if (row->wrong) {
			assert_error(&wait, FAILED);
			g_assert_nonnull(strstr(wait.error->message, row->wrong));
			g_assert_null(strstr(wait.error->message, "token=x"));
		} else {
			g_assert_no_error(wait.error);
		}
		g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, row->requests);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
	g_assert_cmpuint(fake_cloud_count(other, ""), ==, 0);
	fake_cloud_free(other);
}

/* What may be at auth_url, and what is said of it. */
static const struct {
	FakeAnswer answer;
	const char *version; /* NULL: an error */
	int code;
} hellos[] = {
	{ { 200, (char *)"{\"version\":{\"id\":\"v3.14\"}}" }, "v3.14", 0 },
	{ { 200, (char *)"{\"version\":{}}" }, "", 0 },
	{ { 200, (char *)"<html>Log in</html>" }, NULL, ECS_ERROR_BAD_REPLY },
	{ { 200, (char *)"{\"versions\":[]}" }, NULL, ECS_ERROR_BAD_REPLY },
	{ { 404, (char *)"nothing here" }, NULL, ECS_ERROR_NOT_FOUND },
	{ { 401, (char *)"{}" }, NULL, ECS_ERROR_AUTH },
};

static void answer_hello(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	g_assert_cmpstr(request->path, ==, "/v3");
	*answer = *(const FakeAnswer *)data;
	answer->body = g_strdup(answer->body);
}

static void greeted(const char *version, const GError *error, void *data)
{
	wait_object(g_strdup(version), error, data);
}

static void test_hello(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(hellos); i++) {
		FakeCloud *cloud = fake_cloud_new(answer_hello, (void *)&hellos[i].answer);
		g_autoptr(EcsClient) client = client_of(cloud, NULL, NULL);
		Wait wait;
		say_row(i, hellos[i].answer.body);
		wait_init(&wait);
		ecs_client_hello(client, greeted, &wait);
		wait_for(&wait, 1);
		g_autofree char *version = wait.result;
		g_assert_cmpstr(version, ==, hellos[i].version);
		if (!version)
			g_assert_error(wait.error, ECS_ERROR, hellos[i].code);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/endpoint/catalogs", test_catalogs);
	g_test_add_func("/endpoint/no-project", test_no_project);
	g_test_add_func("/endpoint/ipv6", test_ipv6);
	g_test_add_func("/endpoint/redirects", test_redirects);
	g_test_add_func("/endpoint/hello", test_hello);
	return g_test_run();
}
