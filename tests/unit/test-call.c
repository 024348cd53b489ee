/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/core.h"
#include "client/error.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

#define SERVER "{\"server\":{\"id\":\"s1\",\"name\":\"web\",\"status\":\"ACTIVE\"}}"
#define USER_DATA "IyEvYmluL2Jhc2gKZWNobyBwYXNzd29yZAo"
#define GET_S1 "GET /eu-de/ecs/v1/0123456789abcdef/cloudservers/s1"
#define POST_NEW "POST /eu-de/ecs/v1/0123456789abcdef/cloudservers"

/* Short waits, so that real time does not matter. */
static const EcsTuning quick = { .backoff_ms = 4, .login_hold_ms = 60000 };

/* What the cloud answers first, and what becomes of it. */
typedef struct {
	const char *name;
	bool create; /* POST; else GET */
	int bad;     /* how many times it answers so; -1: always */
	int status;
	int status_then; /* from the second time on; 0: the same */
	const char *body;
	const char *header, *value;
	FakeHow how;
	int expected; /* EcsError, or -1: success */
	unsigned requests;
	unsigned logins;
	const char *message; /* part of it */
} Case;

static const Case cases[] = {
	{ "good", .expected = -1, .requests = 1, .logins = 1 },
	{ "429 with Retry-After", .bad = 2, .status = 429, .body = "{}", .header = "Retry-After",
	  .value = "0", .expected = -1, .requests = 3, .logins = 1 },
	{ "429 without", .bad = 2, .status = 429, .body = "{}", .expected = -1, .requests = 3,
	  .logins = 1 },
	{ "429 beyond the deadline", .bad = -1, .status = 429, .header = "Retry-After",
	  .value = "3600",
	  .body = "{\"error_code\":\"APIG.0308\",\"error_msg\":\"Throttled.\",\"request_id\":"
		  "\"r\"}",
	  .expected = ECS_ERROR_RATE_LIMITED, .requests = 1, .logins = 1,
	  .message = "server s1: APIG.0308 throttled (request req-1)" },
	{ "create, 429", .create = true, .bad = 1, .status = 429, .body = "{}", .expected = -1,
	  .requests = 2, .logins = 1 },
	{ "create, 202 Common.0024", .create = true, .bad = 1, .status = 202,
	  .body = "{\"error\":{\"code\":\"Common.0024\",\"message\":\"try later\"}}",
	  .expected = -1, .requests = 2, .logins = 1 },
	{ "401 once", .bad = 1, .status = 401, .body = "{}", .expected = -1, .requests = 2,
	  .logins = 2 },
	{ "403 with APIG.0307", .bad = 1, .status = 403,
	  .body = "{\"error_code\":\"APIG.0307\",\"error_msg\":\"token must be updated\"}",
	  .expected = -1, .requests = 2, .logins = 2 },
	{ "create, 401 once", .create = true, .bad = 1, .status = 401, .body = "{}", .expected = -1,
	  .requests = 2, .logins = 2 },
	{ "401 always", .bad = -1, .status = 401, .body = "{}", .expected = ECS_ERROR_AUTH,
	  .requests = 2, .logins = 2, .message = "HTTP 401" },
	{ "403", .bad = -1, .status = 403,
	  .body = "{\"error\":{\"code\":\"Pdp.0001\",\"message\":\"No.\"}}",
	  .expected = ECS_ERROR_FORBIDDEN, .requests = 1, .logins = 1, .message = "Pdp.0001" },
	{ "503 once", .bad = 1, .status = 503, .body = "<html>", .expected = -1, .requests = 2,
	  .logins = 1 },
	{ "502 always", .bad = -1, .status = 502, .body = "<html><b>Bad Gateway</b></html>",
	  .expected = ECS_ERROR_FAILED, .requests = 4, .logins = 1, .message = "bad Gateway" },
	{ "create, 502", .create = true, .bad = 1, .status = 502, .body = "{}",
	  .expected = ECS_ERROR_FAILED, .requests = 1, .logins = 1, .message = "outcome unknown" },
	{ "create, 503", .create = true, .bad = 1, .status = 503, .body = "{}",
	  .expected = ECS_ERROR_RATE_LIMITED, .requests = 1, .logins = 1 },
	{ "500", .bad = 1, .status = 500, .body = "{}", .expected = ECS_ERROR_FAILED, .requests = 1,
	  .logins = 1 },
	{ "reset once", .bad = 1, .how = FAKE_RESET, .expected = -1, .logins = 1 },
	{ "reset always", .bad = -1, .how = FAKE_RESET, .expected = ECS_ERROR_UNREACHABLE,
	  .logins = 1, .message = "the connection broke to 127.0.0.1" },
	{ "create, reset", .create = true, .bad = -1, .how = FAKE_RESET,
	  .expected = ECS_ERROR_UNREACHABLE, .requests = 1, .logins = 1,
	  .message = "outcome unknown" },
	{ "cut off once", .bad = 1, .status = 200, .body = SERVER, .how = FAKE_TRUNCATE,
	  .expected = -1, .requests = 2, .logins = 1 },
	{ "cut off always", .bad = -1, .status = 200, .body = SERVER, .how = FAKE_TRUNCATE,
	  .expected = ECS_ERROR_UNREACHABLE, .requests = 4, .logins = 1,
	  .message = "the connection broke to 127.0.0.1" },
	{ "create, cut off", .create = true, .bad = -1, .status = 200, .body = SERVER,
	  .how = FAKE_TRUNCATE, .expected = ECS_ERROR_UNREACHABLE, .requests = 1, .logins = 1,
	  .message = "outcome unknown" },
	{ "no JSON", .bad = -1, .status = 200, .body = "<html>", .expected = ECS_ERROR_BAD_REPLY,
	  .requests = 1, .logins = 1 },
	{ "half of the JSON", .bad = -1, .status = 200, .body = "{\"server\":{\"id\":\"s1\",",
	  .expected = ECS_ERROR_BAD_REPLY, .requests = 1, .logins = 1 },
	{ "no server in it", .bad = -1, .status = 200, .body = "{\"server\":{\"name\":\"x\"}}",
	  .expected = ECS_ERROR_BAD_REPLY, .requests = 1, .logins = 1 },
	{ "404", .bad = -1, .status = 404,
	  .body = "{\"itemNotFound\":{\"code\":404,\"message\":\"Gone.\"}}",
	  .expected = ECS_ERROR_NOT_FOUND, .requests = 1, .logins = 1,
	  .message = "server s1: itemNotFound gone (request req-1)" },
	{ "create, nothing started", .create = true, .bad = -1, .status = 200, .body = "{}",
	  .expected = ECS_ERROR_BAD_REPLY, .requests = 1, .logins = 1 },
	{ "create, ids that are none", .create = true, .bad = -1, .status = 200,
	  .body = "{\"job_id\":\"j1\",\"serverIds\":[\"\",\"s1\",7,\"s2\"]}", .expected = -1,
	  .requests = 1, .logins = 1 },
	{ "create, a page", .create = true, .bad = -1, .status = 200, .body = "\n<html>Log in",
	  .expected = ECS_ERROR_BAD_REPLY, .requests = 1, .logins = 1,
	  .message = "outcome unknown" },
	{ "create, refused with 200", .create = true, .bad = -1, .status = 200,
	  .body = "{\"error\":{\"code\":\"Ecs.0001\",\"message\":\"quota\"}}",
	  .expected = ECS_ERROR_QUOTA, .requests = 1, .logins = 1 },
	{ "redirect", .bad = -1, .status = 302, .body = "{}", .header = "Location",
	  .value = "http://127.0.0.1:1/", .expected = ECS_ERROR_FAILED, .requests = 1,
	  .logins = 1 },
	{ "the token in the text", .bad = -1, .status = 400,
	  .body = "{\"error\":{\"code\":\"Ecs.0005\",\"message\":\"token-1 is bad\"}}",
	  .expected = ECS_ERROR_INVALID, .requests = 1, .logins = 1,
	  .message = "server s1: Ecs.0005 (request req-1)" },
	{ "a word that happens to be the password", .bad = -1, .status = 400,
	  .body = "{\"error\":{\"code\":\"Ecs.0005\",\"message\":\"Secret-1 is taken\"}}",
	  .expected = ECS_ERROR_INVALID, .requests = 1, .logins = 1,
	  .message = "server s1: Ecs.0005 secret-1 is taken (request req-1)" },
	{ "the token before that in the text", .bad = -1, .status = 401, .status_then = 400,
	  .body = "{\"error\":{\"code\":\"Ecs.0005\",\"message\":\"token-1 is bad\"}}",
	  .expected = ECS_ERROR_INVALID, .requests = 2, .logins = 2,
	  .message = "server s1: Ecs.0005 (request req-1)" },
	{ "create, user data in the text", .create = true, .bad = -1, .status = 400,
	  .body = "{\"badRequest\":{\"code\":400,\"message\":\"Invalid input for field/attribute "
		  "user_data. Value: " USER_DATA "...\"}}",
	  .expected = ECS_ERROR_INVALID, .requests = 1, .logins = 1,
	  .message = "new server new: badRequest (request req-1)" },
	{ "an escape sequence as request id", .bad = -1, .status = 400, .body = "{}",
	  .header = "X-OpenStack-Request-Id", .value = "\033[31mx", .expected = ECS_ERROR_INVALID,
	  .requests = 1, .logins = 1, .message = "server s1: HTTP 400 (request req-1)" },
	{},
};

static void play(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const Case *c = data;
	if (strstr(request->path, "/cloudservers") == NULL)
		return;
	if (c->bad < 0 || request->n <= (unsigned)c->bad) {
		answer->status = c->status_then != 0 && request->n > 1 ? c->status_then : c->status;
		answer->body = g_strdup(c->body);
		answer->header = c->header;
		answer->value = c->value;
		answer->how = c->how;
		return;
	}
	answer->status = 200;
	answer->body =
		g_strdup(c->create ? "{\"job_id\":\"j1\",\"serverIds\":[\"s1\",\"s2\"]}" : SERVER);
}

static void test_case(const void *data)
{
	const Case *c = data;
	FakeCloud *cloud = fake_cloud_new(play, (void *)c);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &quick);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	EcsServerSpec spec = { .name = "new", .user_data = USER_DATA "cGFzc3dvcmQK" };
	Wait wait;
	wait_init(&wait);
	if (c->create)
		ecs_server_create(scope, &spec, NULL, wait_changed, &wait);
	else
		ecs_server_get(scope, "s1", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	if (c->expected < 0) {
		g_assert_no_error(wait.error);
		if (c->create)
			g_assert_cmpstr(wait.ids[1], ==, "s2");
		else
			ecs_server_unref(wait.result);
	} else {
		g_assert_error(wait.error, ECS_ERROR, c->expected);
		g_test_message("%s", wait.error->message);
		g_assert_null(strstr(wait.error->message, "token-"));
		if (c->message)
			g_assert_nonnull(strstr(wait.error->message, c->message));
	}
	if (c->requests)
		g_assert_cmpuint(fake_cloud_count(cloud, c->create ? POST_NEW : GET_S1), ==,
				 c->requests);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, c->logins);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* What becomes of the attempts to delete. */
typedef struct {
	const char *name;
	FakeAnswer first; /* status 0: carried out, but nobody is told */
	int expected;	  /* EcsError, or -1: success */
} Deletion;

static const Deletion deletions[] = {
	{ "there is none", { .status = 404 }, ECS_ERROR_NOT_FOUND },
	{ "throttled, and then there is none", { .status = 429 }, ECS_ERROR_NOT_FOUND },
	{ "the answer is lost", { .how = FAKE_RESET }, -1 },
	{ "a gateway loses the answer", { .status = 502 }, -1 },
	{},
};

static void play_deletion(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	const Deletion *d = data;
	if (strcmp(request->method, "DELETE") != 0)
		return;
	*answer = request->n == 1 ? d->first : (FakeAnswer){ .status = 404 };
	if (answer->how == FAKE_WHOLE)
		answer->body = g_strdup("{}");
}

static void test_deletion(const void *data)
{
	const Deletion *d = data;
	FakeCloud *cloud = fake_cloud_new(play_deletion, (void *)d);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &quick);
	Wait wait;
	wait_init(&wait);
	ecs_server_metadata_delete(ecs_client_scope(client, "eu-de", NULL), "s1", "key", NULL,
				   wait_changed, &wait);
	wait_for(&wait, 1);
	if (d->expected < 0)
		g_assert_no_error(wait.error);
	else
		g_assert_error(wait.error, ECS_ERROR, d->expected);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Refuses the first token, for everybody. */
static void refuse_first(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (strstr(request->path, "/cloudservers/") == NULL)
		return;
	bool old = strcmp(request->token, "token-1") == 0;
	answer->status = old ? 401 : 200;
	answer->body = g_strdup(old ? "{}" : SERVER);
}

static void count_good(EcsServer *server, const GError *error, void *data)
{
	g_assert_no_error(error);
	ecs_server_unref(server);
	wait_object((void *)1, NULL, data);
}

static void test_one_renewal(void)
{
	FakeCloud *cloud = fake_cloud_new(refuse_first, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	for (int i = 0; i < 50; i++)
		ecs_server_get(scope, "s1", NULL, count_good, &wait);
	wait_for(&wait, 50);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, 2);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void stall(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strstr(request->path, data))
		answer->how = FAKE_STALL;
}

static void cancel_and_count(EcsServer *server, const GError *error, void *data)
{
	g_assert_error(error, ECS_ERROR, ECS_ERROR_CANCELLED);
	wait_object(NULL, error, data);
}

/* @at: which answer is withheld: the token's, or the server's. */
static void test_cancel(const void *at)
{
	FakeCloud *cloud = fake_cloud_new(stall, (void *)at);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autofree char *prefix = g_strconcat(strstr(at, "tokens") ? "POST " : "GET ", at, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "s1", cancellable, cancel_and_count, &wait);
	fake_cloud_wait(cloud, prefix, 1);
	g_assert_cmpuint(wait.done, ==, 0);
	g_cancellable_cancel(cancellable);
	wait_for(&wait, 1);
	ecs_server_get(scope, "s1", cancellable, cancel_and_count,
		       &wait); /* is cancelled already */
	wait_for(&wait, 2);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Every callback has run when ecs_client_free() returns: those under way, those that wait for their
 * turn, those that wait for a token, and those started in the last moment. */
static void restart(EcsServer *server, const GError *error, void *data)
{
	void **both = data;
	g_assert_error(error, ECS_ERROR, ECS_ERROR_CANCELLED);
	ecs_server_get(both[1], "s2", NULL, cancel_and_count, both[0]);
}

static void test_free_in_flight(const void *at)
{
	FakeCloud *cloud = fake_cloud_new(stall, (void *)at);
	EcsClient *client = fake_cloud_client(cloud, &(EcsClientOptions){ .parallel = 2 });
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	EcsScope *other = ecs_client_scope(client, "eu-nl", NULL);
	g_autofree char *prefix = g_strconcat(strstr(at, "tokens") ? "POST " : "GET ", at, NULL);
	Wait wait;
	wait_init(&wait);
	void *both[] = { &wait, scope };
	for (int i = 0; i < 20; i++)
		ecs_server_get(scope, "s1", NULL, cancel_and_count, &wait);
	ecs_server_get(other, "s1", NULL, cancel_and_count, &wait);
	ecs_server_list(scope, NULL, wait_listed, &wait);
	ecs_server_get(scope, "s1", NULL, restart, both);
	fake_cloud_wait(cloud, prefix, 1);
	ecs_client_free(client);
	g_assert_cmpuint(wait.done, ==, 23);
	assert_error(&wait, CANCELLED);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* The first request is throttled, and those for servers called "slow..." are not answered yet. */
static void throttle(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strstr(request->path, "/slow")) {
		answer->how = FAKE_STALL;
	} else if (strstr(request->path, "/cloudservers/first") && request->n == 1) {
		answer->status = 429;
		answer->header = "Retry-After";
		answer->value = "0";
	}
}

static void trace_slow3(const EcsTrace *trace, void *data)
{
	if (strstr(trace->path, "/slow3"))
		g_atomic_int_inc((int *)data);
}

static void counted(EcsServer *server, const GError *error, void *data)
{
	wait_object(NULL, error, data);
}

static void test_throttled_host(void)
{
	FakeCloud *cloud = fake_cloud_new(throttle, NULL);
	int sent = 0;
	EcsClient *client = fake_cloud_client(
		cloud,
		&(EcsClientOptions){ .parallel = 4, .tracer = trace_slow3, .tracer_data = &sent });
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "first", NULL, counted, &wait);
	wait_for(&wait, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /eu-de/ecs"), ==, 2);
	/* The second answer was good, so they are two at a time now, and the third waits. */
	ecs_server_get(scope, "slow1", NULL, counted, &wait);
	ecs_server_get(scope, "slow2", NULL, counted, &wait);
	ecs_server_get(scope, "slow3", cancellable, counted, &wait);
	fake_cloud_wait(cloud, "GET /eu-de/ecs", 4);
	g_cancellable_cancel(cancellable);
	wait_for(&wait, 2);
	assert_error(&wait, CANCELLED);
	g_assert_cmpint(g_atomic_int_get(&sent), ==, 0);
	fake_cloud_resume(cloud);
	wait_for(&wait, 4);
	/* What goes well makes them more again. */
	for (unsigned i = 0; i < 4; i++) {
		ecs_server_get(scope, "fine", NULL, counted, &wait);
		wait_for(&wait, 5 + i);
	}
	for (int i = 0; i < 4; i++)
		ecs_server_get(scope, "slow4", NULL, counted, &wait);
	fake_cloud_wait(cloud, "GET /eu-de/ecs", 12);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Twelve at four a second: the first four at once, the last two seconds later at the earliest. */
static void test_rate(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	EcsClient *client = fake_cloud_client(cloud, &(EcsClientOptions){ .rate = 4 });
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	int64_t began = g_get_monotonic_time();
	Wait wait;
	wait_init(&wait);
	for (int i = 0; i < 12; i++)
		ecs_server_get(scope, "s1", NULL, counted, &wait);
	wait_for(&wait, 12);
	g_assert_cmpint(g_get_monotonic_time() - began, >=, 1900000);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Who is told of the end may still look at its scope, and even call. */
static void test_close(void)
{
	FakeCloud *cloud = fake_cloud_new(stall, (void *)"/cloudservers");
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "s1", NULL, cancel_and_count, &wait);
	fake_cloud_wait(cloud, "GET /eu-de/ecs", 1);
	ecs_client_close(client);
	g_assert_cmpuint(wait.done, ==, 1);
	assert_error(&wait, CANCELLED);
	g_autofree char *project = ecs_scope_project_id(scope);
	g_assert_cmpstr(project, !=, "");
	ecs_server_get(scope, "s1", NULL, cancel_and_count, &wait);
	wait_for(&wait, 2);
	assert_error(&wait, CANCELLED);
	ecs_client_close(client);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* A caller with many calls to make, one after the other, whatever becomes of them. */
typedef struct {
	EcsScope *scope;
	unsigned left; /* atomic */
} Chain;

static void call_next(EcsServer *server, const GError *error, void *data)
{
	Chain *chain = data;
	g_assert_error(error, ECS_ERROR, ECS_ERROR_CANCELLED);
	if (g_atomic_int_dec_and_test(&chain->left))
		return;
	ecs_server_get(chain->scope, "s1", NULL, call_next, chain);
}

/* What callbacks start while it is being closed has ended as well. */
static void test_close_chain(void)
{
	FakeCloud *cloud = fake_cloud_new(stall, (void *)"/cloudservers");
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Chain chain = { ecs_client_scope(client, "eu-de", NULL), 20000 };
	ecs_server_get(chain.scope, "s1", NULL, call_next, &chain);
	fake_cloud_wait(cloud, "GET /eu-de/ecs", 1);
	ecs_client_close(client);
	g_assert_cmpuint(g_atomic_int_get(&chain.left), ==, 0);
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void test_deadline(void)
{
	FakeCloud *cloud = fake_cloud_new(stall, (void *)"/cloudservers");
	EcsClientOptions options = { .read_ms = 50, .change_ms = 50 };
	EcsClient *client = fake_cloud_client(cloud, &options);
	g_assert_true(ecs_client_login(client, NULL));
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "s1", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, TIMED_OUT);
	g_assert_null(strstr(wait.error->message, "unknown"));
	ecs_server_create(scope, &(EcsServerSpec){ .name = "n" }, NULL, wait_changed, &wait);
	wait_for(&wait, 2);
	assert_error(&wait, TIMED_OUT);
	g_assert_nonnull(strstr(wait.error->message, "outcome unknown"));
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_refused_arguments(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	const char *none[] = { NULL };
	Wait wait;
	wait_init(&wait);
	ecs_server_get(scope, "", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, INVALID);
	ecs_server_delete(scope, none, NULL, wait_changed, &wait);
	wait_for(&wait, 2);
	assert_error(&wait, INVALID);
	ecs_server_update(scope, "s1", NULL, NULL, NULL, wait_changed, &wait);
	wait_for(&wait, 3);
	assert_error(&wait, INVALID);
	g_assert_true(wait.thread != g_thread_self());
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 0);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_nobody_there(void)
{
	g_autoptr(EcsCloud) config = ecs_cloud_new();
	config->auth_url = g_strdup("http://127.0.0.1:1/v3"); /* tcpmux: nobody's */
	config->username = g_strdup("demo");
	config->password = g_strdup("Secret-1");
	EcsClient *client = ecs_client_new(config, NULL, NULL);
	ecs_client_tune(client, &quick);
	g_autoptr(GError) error = NULL;
	g_assert_false(ecs_client_login(client, &error));
	g_assert_error(error, ECS_ERROR, ECS_ERROR_UNREACHABLE);
	g_assert_nonnull(strstr(error->message, "login of demo at http://127.0.0.1:1/v3"));
	g_assert_null(strstr(error->message, "Secret"));
	ecs_client_free(client);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (const Case *c = cases; c->name; c++) {
		g_autofree char *path = g_strdup_printf("/call/answers/%s", c->name);
		g_test_add_data_func(path, c, test_case);
	}
	for (const Deletion *d = deletions; d->name; d++) {
		g_autofree char *path = g_strconcat("/call/delete/", d->name, NULL);
		g_test_add_data_func(path, d, test_deletion);
	}
	g_test_add_func("/call/one-renewal-for-all", test_one_renewal);
	g_test_add_data_func("/call/cancel/login", "/v3/auth/tokens", test_cancel);
	g_test_add_data_func("/call/cancel/call", "/eu-de/ecs", test_cancel);
	g_test_add_data_func("/call/free/login", "/v3/auth/tokens", test_free_in_flight);
	g_test_add_data_func("/call/free/call", "/eu-de/ecs", test_free_in_flight);
	g_test_add_func("/call/close", test_close);
	g_test_add_func("/call/throttled-host", test_throttled_host);
	g_test_add_func("/call/rate", test_rate);
	g_test_add_func("/call/close-chain", test_close_chain);
	g_test_add_func("/call/deadline", test_deadline);
	g_test_add_func("/call/refused-arguments", test_refused_arguments);
	g_test_add_func("/call/nobody-there", test_nobody_there);
	return g_test_run();
}
