/* SPDX-License-Identifier: MIT */
#include "client/client.h"

#include <string.h>

#include "client/core.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

/* Configurations that are refused before anything is sent. */
static const struct {
	const char *auth_url, *auth_type, *username, *password, *token;
	const char *wrong; /* NULL: good */
} configs[] = {
	{ "https://iam.example/v3", NULL, "u", "p", NULL, NULL },
	{ "https://iam.example", "password", "u", "p", NULL, NULL },
	{ "https://iam.example/v3/", "v3password", "u", "p", NULL, NULL },
	{ "https://iam.example/v3", "token", NULL, NULL, "t", NULL },
	{ "https://iam.example/v3", NULL, NULL, NULL, "t", NULL },
	{ NULL, NULL, "u", "p", NULL, "no auth_url" },
	{ "iam.example", NULL, "u", "p", NULL, "auth_url is no http" },
	{ "file:///etc/passwd", NULL, "u", "p", NULL, "auth_url is no http" },
	{ "https://u:p@iam.example/v3", NULL, "u", "p", NULL, "auth_url must not hold a password" },
	{ "https://iam.example/v3", "kerberos", "u", "p", NULL, "auth_type \"kerberos\"" },
	{ "https://iam.example/v3", NULL, NULL, "p", NULL, "no username" },
	{ "https://iam.example/v3", NULL, "u", NULL, NULL, "no password" },
	{ "https://iam.example/v3", "v3token", "u", "p", NULL, "no token" },
};

static void test_config(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(configs); i++) {
		g_autoptr(EcsCloud) cloud = ecs_cloud_new();
		g_autoptr(GError) error = NULL;
		cloud->auth_url = g_strdup(configs[i].auth_url);
		cloud->auth_type = g_strdup(configs[i].auth_type);
		cloud->username = g_strdup(configs[i].username);
		cloud->password = g_strdup(configs[i].password);
		cloud->token = g_strdup(configs[i].token);
		say_row(i, configs[i].wrong);
		g_autoptr(EcsClient) client = ecs_client_new(cloud, NULL, &error);
		g_assert_true((client == NULL) == (configs[i].wrong != NULL));
		if (client) {
			g_assert_cmpstr(ecs_client_home_region(client), ==, "");
			g_assert_cmpint(ecs_client_token_expires(client), ==, 0);
			continue;
		}
		g_assert_error(error, ECS_ERROR, ECS_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, configs[i].wrong));
	}
}

static void test_login(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	g_assert_true(ecs_client_login(client, NULL));
	g_assert_true(ecs_client_login(client, NULL)); /* has a token */
	g_auto(GStrv) regions = ecs_client_regions(client);
	g_assert_cmpuint(g_strv_length(regions), ==, 1);
	g_assert_cmpstr(regions[0], ==, "eu-de");
	g_assert_cmpstr(ecs_client_home_region(client), ==, "eu-de");
	g_assert_cmpint(ecs_client_token_expires(client), >, g_get_real_time() / G_USEC_PER_SEC);
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 1);
	g_autofree char *body = fake_cloud_body(cloud, "POST /v3/auth/tokens");
	g_assert_cmpstr(body, ==,
			"{\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{"
			"\"user\":{\"name\":"
			"\"demo\",\"domain\":{\"name\":\"D\"},\"password\":\"Secret-1\"}}},"
			"\"scope\":{\"project\":"
			"{\"name\":\"eu-de\",\"domain\":{\"name\":\"D\"}}}}}");
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_assert_true(scope == ecs_client_scope(client, "eu-de", NULL));
	g_assert_true(scope != ecs_client_scope(client, "eu-de", "eu-de_dev"));
	g_assert_cmpstr(ecs_scope_region(scope), ==, "eu-de");
	fake_cloud_free(cloud);
}

/* What IAM may answer to a login, and what the caller is told. */
static const struct {
	const char *name;
	FakeAnswer answer;
	int expected;
	const char *message;
} refusals[] = {
	{ "wrong password",
	  { 401, (char *)"{\"error\":{\"code\":401,\"title\":\"Unauthorized\",\"message\":\"The "
			 "username or "
			 "password is wrong.\"}}" },
	  ECS_ERROR_AUTH,
	  "HTTP 401 the username or password is wrong (request req-1)" },
	{ "the password in the text",
	  { 401, (char *)"{\"error\":{\"message\":\"Secret-1 is wrong\"}}" },
	  ECS_ERROR_AUTH,
	  "HTTP 401 (request req-1)" },
	{ "no such project",
	  { 404, (char *)"{\"error\":{\"code\":404,\"message\":\"Could not find\"}}" },
	  ECS_ERROR_AUTH,
	  "could not find" },
	{ "forbidden", { 403, (char *)"{}" }, ECS_ERROR_FORBIDDEN, "HTTP 403" },
	{ "too many",
	  { 429, (char *)"{\"error_code\":\"IAM.0012\",\"error_msg\":\"x\"}", 0, "Retry-After",
	    "3600" },
	  ECS_ERROR_RATE_LIMITED,
	  "IAM.0012" },
	{ "no header", { 201, (char *)"{\"token\":{}}" }, ECS_ERROR_BAD_REPLY, "X-Subject-Token" },
	{ "blank in the header",
	  { 201, (char *)"{\"token\":{}}", 0, "X-Subject-Token", "a b" },
	  ECS_ERROR_BAD_REPLY,
	  "X-Subject-Token" },
	{ "no document",
	  { 201, (char *)"{}", 0, "X-Subject-Token", "t" },
	  ECS_ERROR_BAD_REPLY,
	  "no token document" },
	{ "no JSON",
	  { 201, (char *)"<html>", 0, "X-Subject-Token", "t" },
	  ECS_ERROR_BAD_REPLY,
	  "not JSON" },
	{ "odd project",
	  { 201, (char *)"{\"token\":{\"project\":{\"id\":\"../x\"}}}", 0, "X-Subject-Token", "t" },
	  ECS_ERROR_BAD_REPLY,
	  "project's id" },
	{},
};

static void refuse(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	*answer = *(const FakeAnswer *)data;
	answer->body = g_strdup(answer->body);
}

static void test_refusals(void)
{
	for (size_t i = 0; refusals[i].name; i++) {
		FakeCloud *cloud = fake_cloud_new(refuse, (void *)&refusals[i].answer);
		g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
		g_autoptr(GError) error = NULL;
		say_row(i, refusals[i].name);
		g_assert_false(ecs_client_login(client, &error));
		g_test_message("%s", error->message);
		g_assert_error(error, ECS_ERROR, refusals[i].expected);
		g_assert_nonnull(strstr(error->message, refusals[i].message));
		g_assert_nonnull(strstr(error->message, "login of demo at http://127.0.0.1:"));
		g_assert_null(strstr(error->message, "Secret"));
		fake_cloud_free(cloud);
	}
}

/* A thousand calls are told of one failed login; an explicit one tries again. */
static void test_failure_is_held(void)
{
	FakeCloud *cloud = fake_cloud_new(refuse, (void *)&refusals[0].answer);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &(EcsTuning){ .login_hold_ms = 600000 });
	EcsScope *scope = ecs_client_scope(client, "eu-de", "eu-de");
	Wait wait;
	wait_init(&wait);
	for (int i = 0; i < 1000; i++)
		ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1000);
	ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1001);
	assert_error(&wait, AUTH);
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 1);
	g_assert_false(ecs_client_login(client, NULL));
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 2);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Credentials that are refused are shown to the cloud half as often each time. */
static void test_refused_again(void)
{
	const int64_t hold_ms = 20;
	FakeCloud *cloud = fake_cloud_new(refuse, (void *)&refusals[0].answer);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &(EcsTuning){ .login_hold_ms = (unsigned)hold_ms });
	EcsScope *scope = ecs_client_scope(client, "eu-de", "eu-de");
	Wait wait;
	wait_init(&wait);
	int64_t begin = g_get_monotonic_time(), ms = 0;
	for (unsigned n = 1; ms < 700 || fake_cloud_count(cloud, "") < 3; n++) {
		ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
		wait_for(&wait, n);
		assert_error(&wait, AUTH);
		ms = (g_get_monotonic_time() - begin) / G_TIME_SPAN_MILLISECOND;
	}
	unsigned logins = fake_cloud_count(cloud, "");
	g_assert_cmpint(hold_ms * ((1 << (logins - 1)) - 1), <=, ms);
	wait_clear(&wait);

	ecs_client_tune(client, &(EcsTuning){ .login_hold_ms = 600000 });
	ecs_client_forgive(client); /* the next one is the first again */
	wait_init(&wait);
	ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, logins + 1);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/cloudservers/"))
		return;
	answer->status = 200;
	answer->body =
		g_strdup_printf("{\"server\":{\"id\":\"s\",\"name\":\"%s\"}}", request->token);
}

static char *token_of_get(EcsScope *scope)
{
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(EcsServer) server = wait.result;
	wait_clear(&wait);
	return g_strdup(server->name);
}

/* Renewal ahead of the end goes on behind a call that still uses the old token. */
static void test_renewal(void)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &(EcsTuning){ .renew_after_ms = -1 }); /* at once */
	EcsScope *scope = ecs_client_scope(client, "eu-de", "eu-de");
	g_autofree char *first = token_of_get(scope);
	g_assert_cmpstr(first, ==, "token-1");
	fake_cloud_wait(cloud, "POST /v3/auth/tokens", 2);
	for (;;) { /* the answer comes when it comes */
		g_autofree char *next = token_of_get(scope);
		if (strcmp(next, "token-1") != 0)
			break;
	}
	fake_cloud_free(cloud);
}

/* The first login is good; the others are what a broken identity service says. */
static void broken_login(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (strcmp(request->path, "/v3/auth/tokens") != 0) {
		serve(cloud, request, answer, NULL);
	} else if (request->n > 1) {
		answer->status = 201;
		answer->header = "X-Subject-Token";
		answer->value = "broken";
		answer->body = g_strdup(data);
	}
}

/* A token without a catalog, or for nothing, is none: what there is would seem to be gone. */
static void test_broken_login(void)
{
	static const char *const bodies[] = {
		"{\"error\":{\"code\":\"Common.0001\",\"message\":\"System error.\"}}",
		"{\"token\":[]}",
		"{\"token\":{\"project\":{\"id\":\"0123456789abcdef\"}}}",
		"{\"token\":{\"project\":{\"id\":\"0123456789abcdef\"},\"catalog\":{}}}",
		"{\"token\":{\"project\":[],\"catalog\":[{\"type\":\"ecs\",\"endpoints\":[{"
		"\"interface\":"
		"\"public\",\"region\":\"eu-de\",\"url\":\"http://127.0.0.1:1/v1/x\"}]}]}}",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		FakeCloud *cloud = fake_cloud_new(broken_login, (void *)bodies[i]);
		g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
		ecs_client_tune(client, &(EcsTuning){ .renew_after_ms = -1 }); /* at once */
		EcsScope *scope = ecs_client_scope(client, "eu-de", "eu-de");
		g_autofree char *first = token_of_get(scope);
		g_assert_cmpstr(first, ==, "token-1");
		fake_cloud_wait(cloud, "POST /v3/auth/tokens", 2);
		for (int n = 0; n < 20; n++) {
			g_autofree char *next = token_of_get(scope);
			g_assert_cmpstr(next, ==, "token-1");
		}
		g_auto(GStrv) regions = ecs_client_regions(client);
		g_assert_cmpuint(g_strv_length(regions), >, 0);
		fake_cloud_free(cloud);
	}
}

/* Two regions in the cloud, of which the home token sees one; the other has its own project. */
static void two_regions(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	if (strcmp(request->path, "/v3/auth/projects") == 0) {
		answer->status = 200;
		answer->body = g_strdup(
			"{\"projects\":[{\"id\":\"nl1\",\"name\":\"eu-nl\"},{\"name\":\"x\"},7]}");
	} else if (strstr(request->body, "\"id\":\"nl1\"")) {
		answer->status = 201;
		answer->header = "X-Subject-Token";
		answer->value = "nl-token";
		answer->body = g_strdup_printf("{\"token\":{\"project\":{\"id\":\"nl1\",\"name\":"
					       "\"eu-nl\"},\"catalog\":[{\"type\":\"ecs\","
					       "\"endpoints\":[{\"interface\":\"public\","
					       "\"region\":\"eu-nl\",\"url\":\"%s/eu-nl/ecs/v1/x\"}"
					       "]}]}}",
					       fake_cloud_url(cloud));
	} else {
		serve(cloud, request, answer, data);
	}
}

static void test_other_region(void)
{
	FakeCloud *cloud = fake_cloud_new(two_regions, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	EcsScope *nl = ecs_client_scope(client, "eu-nl", NULL);
	g_autofree char *before = ecs_scope_project(nl);
	g_assert_cmpstr(before, ==, "");
	g_autofree char *token = token_of_get(nl);
	g_assert_cmpstr(token, ==, "nl-token");
	g_autofree char *project = ecs_scope_project(nl);
	g_assert_cmpstr(project, ==, "eu-nl");
	g_autofree char *again = token_of_get(nl);
	g_assert_cmpstr(again, ==, "nl-token");
	EcsScope *home = ecs_client_scope(client, "eu-de", NULL);
	g_autofree char *home_token = token_of_get(home);
	g_assert_cmpstr(home_token, ==, "token-1");
	EcsScope *named = ecs_client_scope(client, "eu-de", "eu-de");
	g_autofree char *named_token = token_of_get(named);
	g_assert_cmpstr(named_token, ==, "token-1");
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /v3/auth/projects"), ==, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 2);
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /eu-nl/ecs/v1/nl1/cloudservers/s"), ==, 2);
	EcsScope *mars = ecs_client_scope(client, "mars", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(mars, "s", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, NOT_SUPPORTED);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Every login: which project was asked for by id; some are refused, one is not answered. */
static void by_id(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const char *id = strstr(request->body, "\"scope\":{\"project\":{\"id\":\"");
	if (!id || strcmp(request->path, "/v3/auth/tokens") != 0) {
		serve(cloud, request, answer, data);
		return;
	}
	g_auto(GStrv) part = g_strsplit(id, "\"", 9);
	if (strcmp(part[7], "stuck") == 0) {
		answer->how = FAKE_STALL;
		answer->status = 401;
	} else if (strcmp(part[7], "barred") == 0 || strcmp(part[7], "gone") == 0) {
		answer->status = *part[7] == 'b' ? 401 : 404;
		answer->body = g_strdup("{\"error\":{\"message\":\"No access\"}}");
	} else {
		answer->status = 201;
		answer->header = "X-Subject-Token";
		answer->value = "id-token";
		answer->body = g_strdup_printf(
			"{\"token\":{\"project\":{\"id\":\"%s\",\"name\":\"n\"},\"catalog\":"
			"[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":"
			"\"eu-de\",\"url\":\"%s/own/v1/x\"}]}]}}",
			part[7], fake_cloud_url(cloud));
	}
}

/* EcsServerDone, where only the outcome matters: wait->result is not to be looked at. */
static void got_one(EcsServer *server, const GError *error, void *data)
{
	wait_object(server, error, data);
	ecs_server_unref(server);
}

/* Projects by id: a token each, got once, and what is wrong with one is no other's concern. */
static void test_projects(void)
{
	FakeCloud *cloud = fake_cloud_new(by_id, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	g_assert_true(ecs_client_login(client, NULL));
	EcsScope *home = ecs_client_scope(client, "eu-de", NULL);
	g_assert_true(ecs_scope_in(home, "0123456789abcdef", "eu-de") == home);
	g_assert_null(ecs_scope_made_for(home));
	EcsScope *nl = ecs_client_scope(client, "eu-nl", NULL);
	g_assert_true(ecs_scope_in(nl, "nl1", "eu-nl") == nl);
	EcsScope *dev = ecs_scope_in(home, "dev", "eu-de_dev");
	g_assert_true(dev != home && dev == ecs_scope_in(home, "dev", "renamed"));
	g_assert_cmpstr(ecs_scope_made_for(dev), ==, "eu-de_dev");
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 1);

	Wait stuck, wait;
	wait_init(&stuck);
	ecs_server_get(ecs_scope_in(home, "stuck", "eu-de_stuck"), "s", NULL,
		       (EcsServerDone)wait_object, &stuck);
	fake_cloud_wait(cloud, "POST /v3/auth/tokens", 2);
	wait_init(&wait);
	for (int i = 0; i < 100; i++)
		ecs_server_get(dev, "s", NULL, got_one, &wait);
	wait_for(&wait, 100);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 3);
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /own/v1/dev/cloudservers/s"), ==, 100);
	static const char *const refused[] = { "barred", "gone" };
	for (unsigned i = 0; i < G_N_ELEMENTS(refused); i++) {
		ecs_server_get(ecs_scope_in(home, refused[i], "eu-de_x"), "s", NULL,
			       (EcsServerDone)wait_object, &wait);
		wait_for(&wait, 101 + i);
		assert_error(&wait, AUTH);
		g_assert_nonnull(strstr(wait.error->message, "for project eu-de_x"));
		g_assert_nonnull(strstr(wait.error->message, "no access"));
	}
	g_autofree char *token = token_of_get(home);
	g_assert_cmpstr(token, ==, "token-1");
	fake_cloud_resume(cloud);
	wait_for(&stuck, 1);
	wait_clear(&stuck);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void nova_only(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	answer->status =
		strcmp(request->method, "POST") == 0 && strstr(request->path, "tokens") ? 201 : 202;
	if (answer->status == 202)
		return;
	answer->header = "X-Subject-Token";
	answer->value = "t";
	answer->body = g_strdup_printf(
		"{\"token\":{\"project\":{\"id\":\"p\",\"name\":\"demo\"},\"catalog\":"
		"[{\"type\":\"compute\",\"endpoints\":[{\"interface\":\"public\","
		"\"region\":\"RegionOne\",\"url\":\"%s/compute/v2.1\"}]}]}}",
		fake_cloud_url(cloud));
}

/* Plain OpenStack: the rest says so. */
static void test_nova(void)
{
	FakeCloud *cloud = fake_cloud_new(nova_only, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	g_assert_true(ecs_client_login(client, NULL));
	g_assert_cmpstr(ecs_client_home_region(client), ==, "RegionOne");
	EcsScope *scope = ecs_client_scope(client, "RegionOne", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_monitor(scope, "s", NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, NOT_SUPPORTED);
	g_assert_nonnull(strstr(wait.error->message, "plain OpenStack"));
	ecs_server_lock(scope, "s", true, NULL, wait_changed, &wait);
	wait_for(&wait, 2);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /compute/v2.1/p/servers/s/action"), ==, 1);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_warnings(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	for (int verify = 0; verify < 2; verify++) {
		g_autoptr(EcsCloud) config = ecs_cloud_new();
		config->auth_url = g_strdup(fake_cloud_url(cloud));
		config->username = g_strdup("demo");
		config->password = g_strdup("Secret-1");
		config->verify = verify;
		g_autoptr(EcsClient) client = ecs_client_new(config, NULL, NULL);
		g_assert_true(ecs_client_login(client, NULL));
		g_auto(GStrv) warnings = ecs_client_warnings(client);
		g_assert_cmpuint(g_strv_length(warnings), ==, verify ? 0 : 1);
		if (!verify)
			g_assert_nonnull(strstr(warnings[0], "verify: false"));
	}
	fake_cloud_free(cloud);
}

typedef struct {
	unsigned n;
	GString *lines;
} Traced;

static void traced(const EcsTrace *trace, void *data)
{
	Traced *all = data;
	all->n++;
	g_assert_cmpint(trace->start_us, >, 0);
	g_assert_cmpint(trace->duration_us, >=, 0);
	g_string_append_printf(all->lines, "%s %s %s %d %s %s %s %d\n", trace->service,
			       trace->method, trace->path, trace->status, trace->request_id,
			       trace->project, trace->failure, trace->attempt);
}

static void test_trace(void)
{
	Traced all = { 0, g_string_new(NULL) };
	EcsClientOptions options = { .tracer = traced, .tracer_data = &all };
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, &options);
	g_autofree char *token = token_of_get(ecs_client_scope(client, "eu-de", NULL));
	g_assert_cmpstr(token, ==, "token-1");
	ecs_client_free(client);
	g_assert_cmpstr(
		all.lines->str, ==,
		"identity POST /v3/auth/tokens 201 req-1 eu-de  1\n"
		"ecs GET /eu-de/ecs/v1/0123456789abcdef/cloudservers/s 200 req-1 eu-de  1\n");
	g_string_free(all.lines, TRUE);
	fake_cloud_free(cloud);
}

static void huge(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	answer->status = 201;
	answer->len = 65u << 20;
	answer->body = g_malloc0(answer->len);
}

static void test_too_large(void)
{
	FakeCloud *cloud = fake_cloud_new(huge, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	g_autoptr(GError) error = NULL;
	g_assert_false(ecs_client_login(client, &error));
	g_assert_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY);
	g_assert_nonnull(strstr(error->message, "larger than 64 MiB"));
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/config", test_config);
	g_test_add_func("/client/login", test_login);
	g_test_add_func("/client/refusals", test_refusals);
	g_test_add_func("/client/failure-is-held", test_failure_is_held);
	g_test_add_func("/client/refused-again", test_refused_again);
	g_test_add_func("/client/renewal", test_renewal);
	g_test_add_func("/client/broken-login", test_broken_login);
	g_test_add_func("/client/other-region", test_other_region);
	g_test_add_func("/client/projects", test_projects);
	g_test_add_func("/client/nova", test_nova);
	g_test_add_func("/client/warnings", test_warnings);
	g_test_add_func("/client/trace", test_trace);
	g_test_add_func("/client/too-large", test_too_large);
	return g_test_run();
}
