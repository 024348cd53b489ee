/* SPDX-License-Identifier: MIT */
#include "client/login.h"

#include <string.h>

#include "client/core.h"
#include "client/retry.h"
#include "client/server.h"
#include "client/sign.h"
#include "tests/unit/fake-cloud.h"

#define SECRET "exampleSecretKeyForTestVectorsOnly000001"

/* What each kind of credentials becomes in the body of POST /v3/auth/tokens. */
static const struct {
	const char *name;
	EcsCloud cloud;
	const char *body; /* below "auth" */
} bodies[] = {
	{ "token",
	  { .token = (char *)"t\"1" },
	  "\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":\"t\\\"1\"}}" },
	{ "token, scoped",
	  { .token = (char *)"t",
	    .password = (char *)"p",
	    .auth_type = (char *)"v3token",
	    .project_id = (char *)"pid" },
	  "\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":\"t\"}},\"scope\":{\"project\":{"
	  "\"id\":\"pid\"}}" },
	{ "password beats token and access key",
	  { .token = (char *)"t",
	    .password = (char *)"p",
	    .user_id = (char *)"u",
	    .access_key = (char *)"a" },
	  "\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"id\":\"u\","
	  "\"password\":\"p\"}}}" },
	{ "password, project by name, domain by id",
	  { .username = (char *)"u",
	    .user_domain_id = (char *)"d",
	    .password = (char *)"p",
	    .project_name = (char *)"n",
	    .auth_type = (char *)"v3password" },
	  "\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":{\"name\":\"u\","
	  "\"domain\":{"
	  "\"id\":\"d\"},\"password\":\"p\"}}},\"scope\":{\"project\":{\"name\":\"n\",\"domain\":{"
	  "\"id\":\"d\"}}}" },
	{ "passcode",
	  { .user_id = (char *)"u", .password = (char *)"p", .passcode = (char *)"123456" },
	  "\"identity\":{\"methods\":[\"password\",\"totp\"],\"totp\":{\"user\":{\"id\":\"u\","
	  "\"passcode\":\"123456\"}},\"password\":{\"user\":{\"id\":\"u\",\"password\":\"p\"}}}" },
	{ "application credential, by id",
	  { .application_credential_id = (char *)"i",
	    .application_credential_secret = (char *)"s",
	    .auth_type = (char *)"v3applicationcredential",
	    .project_name = (char *)"ignored" },
	  "\"identity\":{\"methods\":[\"application_credential\"],\"application_credential\":{"
	  "\"id\":\"i\",\"secret\":\"s\"}}" },
	{ "application credential, by name",
	  { .application_credential_name = (char *)"n",
	    .username = (char *)"u",
	    .user_domain_name = (char *)"D",
	    .application_credential_secret = (char *)"s" },
	  "\"identity\":{\"methods\":[\"application_credential\"],\"application_credential\":{"
	  "\"name\":\"n\",\"user\":{\"name\":\"u\",\"domain\":{\"name\":\"D\"}},\"secret\":\"s\"}"
	  "}" },
	{},
};

static EcsClient *client_of(FakeCloud *cloud, const EcsCloud *credentials)
{
	g_autoptr(EcsCloud) config = ecs_cloud_copy(credentials);
	g_autoptr(GError) error = NULL;
	config->auth_url = g_strconcat(fake_cloud_url(cloud), "/v3", NULL);
	EcsClient *client = ecs_client_new(config, NULL, &error);
	g_assert_no_error(error);
	return client;
}

static void test_bodies(void)
{
	for (size_t i = 0; bodies[i].name; i++) {
		say_row(i, bodies[i].name);
		FakeCloud *cloud = fake_cloud_new(NULL, NULL);
		g_autoptr(EcsClient) client = client_of(cloud, &bodies[i].cloud);
		g_autoptr(GError) error = NULL;
		ecs_client_login(client, &error);
		g_assert_no_error(error);
		g_autofree char *body = fake_cloud_body(cloud, "POST /v3/auth/tokens");
		g_autofree char *expected = g_strdup_printf("{\"auth\":{%s}}", bodies[i].body);
		g_assert_cmpstr(body, ==, expected);
		fake_cloud_free(cloud);
	}
}

/* What is missing, and what is nothing to log in with. */
static const struct {
	EcsCloud cloud;
	const char *wrong; /* NULL: good */
} checks[] = {
	{ { .access_key = (char *)"a", .secret_key = (char *)"s", .region = (char *)"r" }, NULL },
	{ { .access_key = (char *)"a", .secret_key = (char *)"s", .project_id = (char *)"p" },
	  NULL },
	{ { .access_key = (char *)"a", .secret_key = (char *)"s" }, "needs a project_name" },
	{ { .access_key = (char *)"a" }, "no secret_key" },
	{ { .access_key = (char *)"a", .secret_key = (char *)"s", .project_id = (char *)"../x" },
	  "the project_id is not usable" },
	{ { .auth_type = (char *)"aksk", .password = (char *)"p" }, "no access_key" },
	{ { .auth_type = (char *)"v3applicationcredential" }, "no application_credential_secret" },
	{ { .application_credential_secret = (char *)"s" }, "no application_credential_id" },
	{ { .application_credential_secret = (char *)"s",
	    .application_credential_name = (char *)"n" },
	  "needs a username" },
	{ { .auth_type = (char *)"v3multifactor",
	    .username = (char *)"u",
	    .password = (char *)"p" },
	  "no passcode" },
	{ { .auth_type = (char *)"v3multifactor", .username = (char *)"u" }, "no password" },
	{ { .auth_type = (char *)"v3oidcpassword" }, "auth_type \"v3oidcpassword\" is not" },
	{ { .auth_type = NULL }, "no username" },
};

static void test_checks(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++) {
		g_autoptr(GError) error = NULL;
		say_row(i, checks[i].wrong);
		g_assert_true(ecs_login_check(&checks[i].cloud, &error) == !checks[i].wrong);
		if (!checks[i].wrong)
			continue;
		g_assert_error(error, ECS_ERROR, ECS_ERROR_CONFIG);
		g_assert_nonnull(strstr(error->message, checks[i].wrong));
	}
}

/* A cloud that takes signed calls only. */
typedef struct {
	const char *session; /* X-Security-Token that must come along; "" */
	int64_t ahead_s;     /* its clock */
	int catalog_status;  /* 0: as it should be */
} Gateway;

static void put_error(FakeAnswer *answer, int status, const char *code)
{
	answer->status = status;
	answer->body = g_strdup_printf("{\"error_code\":\"%s\",\"error_msg\":\"no\"}", code);
}

/* Is the request signed, with our key, and at the right time? */
static bool is_signed(FakeCloud *cloud, const FakeRequest *request, const Gateway *gateway)
{
	const char *given = fake_request_header(request, "Authorization");
	const char *start = strstr(given, "SignedHeaders=");
	const char *date = fake_request_header(request, "X-Sdk-Date");
	int64_t now = g_get_real_time() / G_USEC_PER_SEC + gateway->ahead_s;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(date, utc);
	if (!start || !time || ABS(g_date_time_to_unix(time) - now) > 900 || *request->token)
		return false;
	start += strlen("SignedHeaders=");
	g_autofree char *list = g_strndup(start, strcspn(start, ","));
	g_auto(GStrv) names = g_strsplit(list, ";", -1);
	if (!g_strv_contains((const char *const *)names, "host"))
		return false;
	for (size_t i = 0; names[i]; i++) {
		g_autofree char *name = names[i];
		names[i] = g_strconcat(name, ": ", fake_request_header(request, name), NULL);
	}
	g_autofree char *url = g_strconcat(fake_cloud_url(cloud), request->path, NULL);
	g_autofree char *expected = ecs_sign_authorization("AK1", SECRET, request->method, url,
							   (const char *const *)names,
							   request->body, strlen(request->body));
	return strcmp(given, expected) == 0 &&
	       strcmp(fake_request_header(request, "X-Security-Token"), gateway->session) == 0;
}

static void gate(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const Gateway *gateway = data;
	const char *project = fake_request_header(request, "X-Project-Id");
	g_autoptr(GDateTime) here = g_date_time_new_now_utc();
	g_autoptr(GDateTime) there = g_date_time_add_seconds(here, (double)gateway->ahead_s);
	g_autofree char *date = g_date_time_format(there, "%a, %d %b %Y %H:%M:%S GMT");
	answer->header = "Date";
	answer->value = g_intern_string(date);
	answer->status = 200;
	if (!is_signed(cloud, request, gateway))
		put_error(answer, 401, "APIG.0301");
	else if (g_str_has_prefix(request->path, "/v3/projects?name=eu-de") ||
		 strcmp(request->path, "/v3/projects") == 0)
		answer->body = g_strdup(
			"{\"projects\":[{\"id\":\"other\",\"name\":\"eu-de_dev\"},{\"id\":\"p1\","
			"\"name\":\"eu-de\",\"domain_id\":\"d\"},{\"id\":\"nl\",\"name\":\"eu-nl\"}"
			"]}");
	else if (strcmp(request->path, "/v3/projects/p1") == 0)
		answer->body = g_strdup("{\"project\":{\"id\":\"p1\",\"name\":\"eu-de\"}}");
	else if (strcmp(request->path, "/v3/projects/p2") == 0)
		put_error(answer, 403, "IAM.0003");
	else if (g_str_has_prefix(request->path, "/v3/projects/"))
		put_error(answer, 404, "IAM.0004");
	else if (strcmp(request->path, "/v3/auth/catalog") == 0 && gateway->catalog_status)
		put_error(answer, gateway->catalog_status, "IAM.0002");
	else if (strcmp(request->path, "/v3/auth/catalog") == 0)
		answer->body = g_strdup_printf(
			"{\"catalog\":[{\"type\":\"ecs\",\"endpoints\":[{\"interface\":\"public\","
			"\"region\":\"eu-de\",\"url\":\"%s/ecs/v1/%s\"},{\"interface\":\"public\","
			"\"region\":\"eu-nl\",\"url\":\"%s/nl/v1/%s\"}]}]}",
			fake_cloud_url(cloud), project, fake_cloud_url(cloud), project);
	else if (strstr(request->path, "/cloudservers/") && strstr(request->path, project))
		answer->body =
			g_strdup_printf("{\"server\":{\"id\":\"s\",\"name\":\"%s\"}}", project);
	else
		put_error(answer, 404, "APIG.0101");
}

static char *project_of_get(EcsScope *scope)
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

static const EcsCloud keys = {
	.verify = true,
	.access_key = (char *)"AK1",
	.secret_key = (char *)SECRET,
	.project_name = (char *)"eu-de",
};

/* Project and catalog are found, every call is signed, nobody asks for a token. */
static void test_keys(void)
{
	Gateway gateway = { "" };
	FakeCloud *cloud = fake_cloud_new(gate, &gateway);
	g_autoptr(EcsClient) client = client_of(cloud, &keys);
	g_assert_true(ecs_client_login(client, NULL));
	g_assert_cmpstr(ecs_client_home_region(client), ==, "eu-de");
	g_assert_cmpint(ecs_client_token_expires(client), ==, 0);
	g_autofree char *home = project_of_get(ecs_client_scope(client, "eu-de", NULL));
	g_assert_cmpstr(home, ==, "p1");
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 3);
	g_autofree char *other = project_of_get(ecs_client_scope(client, "eu-de", "eu-de_dev"));
	g_assert_cmpstr(other, ==, "other");
	g_autofree char *region = project_of_get(ecs_client_scope(client, "eu-nl", NULL));
	g_assert_cmpstr(region, ==, "nl");
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 0);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_update(scope, "s", "new", NULL, NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error); /* its body was signed */
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_temporary_keys(void)
{
	Gateway gateway = { "session-token-1" };
	FakeCloud *cloud = fake_cloud_new(gate, &gateway);
	EcsCloud temporary = keys;
	temporary.security_token = (char *)"session-token-1";
	g_autoptr(EcsClient) client = client_of(cloud, &temporary);
	g_assert_true(ecs_client_login(client, NULL));
	fake_cloud_free(cloud);
}

/* By id: who may not ask for its name still gets in, and then the region must be known. */
static void test_project_id(void)
{
	static const char *const ids[] = { "p1", "p2" };
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		Gateway gateway = { "" };
		FakeCloud *cloud = fake_cloud_new(gate, &gateway);
		EcsCloud by_id = keys;
		by_id.project_name = NULL;
		by_id.project_id = (char *)ids[i];
		by_id.region = (char *)(i ? "eu-de" : NULL);
		g_autoptr(EcsClient) client = client_of(cloud, &by_id);
		g_assert_true(ecs_client_login(client, NULL));
		g_assert_cmpstr(ecs_client_home_region(client), ==, "eu-de");
		g_autofree char *project = project_of_get(ecs_client_scope(client, "eu-de", NULL));
		g_assert_cmpstr(project, ==, ids[i]);
		fake_cloud_free(cloud);
	}
}

/* Logins that fail, and what is said of them. */
static const struct {
	EcsCloud cloud;
	Gateway gateway;
	int code;
	const char *message;
	unsigned requests;
} failures[] = {
	{ { .access_key = (char *)"AK1", .secret_key = (char *)"wrong", .region = (char *)"r" },
	  { "" },
	  ECS_ERROR_AUTH,
	  "login of the access key at",
	  1 },
	{ { .access_key = (char *)"AK1", .secret_key = (char *)SECRET, .region = (char *)"eu-dex" },
	  { "" },
	  ECS_ERROR_AUTH,
	  "there is no project eu-dex",
	  1 },
	{ { .access_key = (char *)"AK1",
	    .secret_key = (char *)SECRET,
	    .project_id = (char *)"nosuch" },
	  { "" },
	  ECS_ERROR_AUTH,
	  "IAM.0004",
	  1 },
	{ { .access_key = (char *)"AK1", .secret_key = (char *)SECRET, .region = (char *)"eu-de" },
	  { "", 0, 403 },
	  ECS_ERROR_FORBIDDEN,
	  "IAM.0002",
	  2 },
	{ { .access_key = (char *)"AK1", .secret_key = (char *)"wrong", .region = (char *)"r" },
	  { "", 3630 },
	  ECS_ERROR_AUTH,
	  "this machine's clock is 60 minutes behind the cloud's",
	  2 },
	{ { .access_key = (char *)"AK1", .secret_key = (char *)"wrong", .region = (char *)"r" },
	  { "", -7230 },
	  ECS_ERROR_AUTH,
	  "this machine's clock is 120 minutes ahead of the cloud's",
	  2 },
};

static void test_failures(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(failures); i++) {
		FakeCloud *cloud = fake_cloud_new(gate, (void *)&failures[i].gateway);
		g_autoptr(EcsClient) client = client_of(cloud, &failures[i].cloud);
		g_autoptr(GError) error = NULL;
		say_row(i, failures[i].message);
		g_assert_false(ecs_client_login(client, &error));
		g_test_message("%s", error->message);
		g_assert_error(error, ECS_ERROR, failures[i].code);
		g_assert_nonnull(strstr(error->message, failures[i].message));
		g_assert_null(strstr(error->message, SECRET));
		g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, failures[i].requests);
		fake_cloud_free(cloud);
	}
}

/* A clock that is wrong costs one refusal; from then on the cloud's counts. */
static void test_clock(void)
{
	Gateway gateway = { "", -3630 };
	FakeCloud *cloud = fake_cloud_new(gate, &gateway);
	g_autoptr(EcsClient) client = client_of(cloud, &keys);
	g_assert_true(ecs_client_login(client, NULL));
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /v3/projects"), ==, 2);
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /v3/auth/catalog"), ==, 1);
	g_assert_cmpint(ABS(ecs_client_clock(client) + 3630), <=, 20);
	g_auto(GStrv) warnings = ecs_client_warnings(client);
	g_assert_cmpstr(warnings[0], ==, "this machine's clock is 60 minutes ahead of the cloud's");
	g_assert_null(warnings[1]);
	g_autofree char *project = project_of_get(ecs_client_scope(client, "eu-de", NULL));
	g_assert_cmpstr(project, ==, "p1");
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 4);
	fake_cloud_free(cloud);
}

/* An application credential has one project, in every region; others are refused unasked. */
static void test_one_project(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	EcsCloud credential = { .application_credential_id = (char *)"i",
				.application_credential_secret = (char *)"s" };
	g_autoptr(EcsClient) client = client_of(cloud, &credential);
	EcsScope *scopes[] = { ecs_client_scope(client, "eu-de", NULL),
			       ecs_client_scope(client, "eu-nl", NULL),
			       ecs_client_scope(client, "eu-de", "eu-de_dev") };
	static const int codes[] = { ECS_ERROR_NOT_FOUND, ECS_ERROR_NOT_SUPPORTED,
				     ECS_ERROR_FORBIDDEN };
	for (size_t i = 0; i < G_N_ELEMENTS(scopes); i++) {
		Wait wait;
		say_row(i, NULL);
		wait_init(&wait);
		ecs_server_get(scopes[i], "s", NULL, (EcsServerDone)wait_object, &wait);
		wait_for(&wait, 1);
		g_assert_error(wait.error, ECS_ERROR, codes[i]);
		wait_clear(&wait);
	}
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 1);
	fake_cloud_free(cloud);
}

static void no_serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/v3/auth/tokens") == 0)
		return;
	answer->status = 404;
	answer->body = g_strdup("{}");
}

/* A passcode is good once: other projects get their token from the first one. */
static void test_passcode_once(void)
{
	FakeCloud *cloud = fake_cloud_new(no_serve, NULL);
	EcsCloud twice = { .user_id = (char *)"u",
			   .password = (char *)"p",
			   .passcode = (char *)"123456" };
	g_autoptr(EcsClient) client = client_of(cloud, &twice);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(ecs_client_scope(client, "eu-de", "x"), "s", NULL,
		       (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, NOT_FOUND);
	wait_clear(&wait);
	g_autofree char *body = fake_cloud_body(cloud, "POST /v3/auth/tokens");
	g_assert_cmpstr(body, ==,
			"{\"auth\":{\"identity\":{\"methods\":[\"token\"],\"token\":{\"id\":"
			"\"token-1\"}},\"scope\":{\"project\":{\"name\":\"x\",\"domain\":{\"id\":"
			"\"d1\"}}}}}");
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 2);
	fake_cloud_free(cloud);
}

static const struct {
	const char *value;
	int64_t seconds;
} dates[] = {
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
	{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
	{ "Sunday, 06-Nov-94 08:49:37 GMT", -1 },
	{ "1994-11-06T08:49:37Z", -1 },
	{ "", -1 },
	{ ",", -1 },
	{ "Sun, 99 Nov 1994 08:49:37 GMT", -1 },
	{ "Sun, 06 ovD 1994 08:49:37 GMT", -1 },
};

static void test_dates(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		say_row(i, dates[i].value);
		g_assert_cmpint(ecs_retry_http_date(dates[i].value), ==, dates[i].seconds);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/login/bodies", test_bodies);
	g_test_add_func("/login/checks", test_checks);
	g_test_add_func("/login/keys", test_keys);
	g_test_add_func("/login/temporary-keys", test_temporary_keys);
	g_test_add_func("/login/project-id", test_project_id);
	g_test_add_func("/login/failures", test_failures);
	g_test_add_func("/login/clock", test_clock);
	g_test_add_func("/login/one-project", test_one_project);
	g_test_add_func("/login/passcode-once", test_passcode_once);
	g_test_add_func("/login/dates", test_dates);
	return g_test_run();
}
