/* SPDX-License-Identifier: MIT */
#include "client/microversion.h"

#include <string.h>

#include "client/feature.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

#define SERVERS "GET /compute/v2.1/0123456789abcdef/servers/detail"
#define CONSOLES "POST /compute/v2.1/0123456789abcdef/servers/s/remote-consoles"

/* What a cloud says of itself, what it is then asked for, and whether it has tags. */
static const struct {
	const char *name;
	unsigned micro; /* 0: see below */
	int status;
	const char *body;
	const char *asked;   /* of the list */
	const char *console; /* of the console; NULL: it is not asked for */
	bool tags;
} clouds[] = {
	{ "Debian 12", 93, 0, NULL, "2.47", "2.6", true },
	{ "just new enough for tags", 26, 0, NULL, "2.26", "2.6", true },
	{ "too old for tags", 25, 0, NULL, "2.25", "2.6", false },
	{ "the oldest", 1, 0, NULL, "2.1", NULL, false },
	{ "says nothing", 0, 404, "{}", "2.1", NULL, false },
	{ "says no", 0, 403, "{}", "2.1", NULL, false },
	{ "another document", 0, 200, "{\"versions\":[]}", "2.1", NULL, false },
	{ "no document", 0, 200, "<html>", "2.1", NULL, false },
	{ "a number that is none", 0, 200, "{\"version\":{\"version\":\"2.x\"}}", "2.1", NULL,
	  false },
	{ "another major", 0, 200, "{\"version\":{\"version\":\"3.50\"}}", "2.1", NULL, false },
	{ "no microversions", 0, 200, "{\"version\":{\"version\":\"\"}}", "2.1", NULL, false },
	{ "too many of them", 0, 200, "{\"version\":{\"version\":\"2.99999999999999999999\"}}",
	  "2.1", NULL, false },
};

static size_t row;
static char *asked, *console;

static void play(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	char **micro = strstr(request->path, "/servers/detail")	   ? &asked
		       : strstr(request->path, "/remote-consoles") ? &console
								   : NULL;
	if (micro) {
		g_free(*micro);
		*micro = g_strdup(fake_request_header(request, "X-OpenStack-Nova-API-Version"));
		answer->status = 200;
		answer->body = g_strdup("{\"servers\":[],\"remote_console\":{\"url\":\"u\"}}");
	} else if (clouds[row].status && strcmp(request->path, "/compute/v2.1/") == 0) {
		answer->status = clouds[row].status;
		answer->body = g_strdup(clouds[row].body);
	}
}

static void noted(const char *text, const GError *error, void *data)
{
	wait_object((void *)text, error, data);
}

/* EcsListDone: nobody wants to see them. */
static void dropped(GPtrArray *items, const GError *error, void *data)
{
	wait_listed(items, error, data);
	if (items != NULL)
		g_ptr_array_unref(items);
}

static void test_clouds(void)
{
	for (row = 0; row < G_N_ELEMENTS(clouds); row++) {
		FakeCloud *cloud = fake_cloud_new(play, NULL);
		fake_cloud_plain(cloud, clouds[row].micro);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
		Wait wait;
		wait_init(&wait);
		say_row(row, clouds[row].name);
		g_assert_cmpuint(ecs_microversion_known(scope), ==, 0);
		for (unsigned i = 0; i < 5; i++)
			ecs_server_list(scope, NULL, dropped, &wait);
		wait_for(&wait, 5);
		g_assert_no_error(wait.error);
		g_assert_cmpstr(asked, ==, clouds[row].asked);
		g_assert_true(ecs_scope_has(scope, ECS_HAS_TAGS) == clouds[row].tags);
		g_assert_cmpuint(fake_cloud_count(cloud, SERVERS), ==, 5);
		ecs_server_console_url(scope, "s", NULL, noted, &wait);
		wait_for(&wait, 6);
		if (clouds[row].console) {
			g_assert_no_error(wait.error);
			g_assert_cmpstr(console, ==, clouds[row].console);
		} else {
			assert_error(&wait, NOT_SUPPORTED);
			g_assert_nonnull(strstr(wait.error->message, "2.6 is needed"));
			g_assert_cmpuint(fake_cloud_count(cloud, CONSOLES), ==, 0);
		}
		g_assert_cmpuint(fake_cloud_count(cloud, "GET /compute/v2.1/") - 5, ==, 1);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
	g_free(asked);
	g_free(console);
	row = 0; /* for the tests that follow */
}

static void stall(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/compute/v2.1/") == 0)
		answer->how = FAKE_STALL;
}

/* Who waits for the answer can be cancelled, and all others with the client. */
static void test_cancelled(void)
{
	FakeCloud *cloud = fake_cloud_new(stall, NULL);
	fake_cloud_plain(cloud, 93);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	Wait first, other;
	wait_init(&first);
	wait_init(&other);
	ecs_server_list(scope, cancellable, wait_listed, &first);
	ecs_server_list(scope, NULL, wait_listed, &other);
	fake_cloud_wait(cloud, "GET /compute/v2.1/", 1);
	g_cancellable_cancel(cancellable);
	wait_for(&first, 1);
	assert_error(&first, CANCELLED);
	g_assert_cmpuint(other.done, ==, 0);
	ecs_client_free(client);
	g_assert_cmpuint(other.done, ==, 1);
	assert_error(&other, CANCELLED);
	wait_clear(&first);
	wait_clear(&other);
	fake_cloud_free(cloud);
}

static void fail_once(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/compute/v2.1/") != 0) {
		play(cloud, request, answer, data);
		return;
	}
	if (request->n > 1)
		return;
	answer->status = 500;
	answer->body = g_strdup("{\"computeFault\":{\"message\":\"no\",\"code\":500}}");
}

/* A failure is that of the call, and asked again by the next one. */
static void test_failure(void)
{
	FakeCloud *cloud = fake_cloud_new(fail_once, NULL);
	fake_cloud_plain(cloud, 30);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	asked = NULL;
	ecs_server_list(scope, NULL, dropped, &wait);
	wait_for(&wait, 1);
	g_assert_nonnull(wait.error);
	ecs_server_list(scope, NULL, dropped, &wait);
	wait_for(&wait, 2);
	g_assert_no_error(wait.error);
	g_assert_cmpstr(asked, ==, "2.30");
	g_free(asked);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/microversion/clouds", test_clouds);
	g_test_add_func("/microversion/cancelled", test_cancelled);
	g_test_add_func("/microversion/failure", test_failure);
	return g_test_run();
}
