/* SPDX-License-Identifier: MIT */
#include "client/keypair.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define P "/eu-de/ecs/v2.1/0123456789abcdef/os-keypairs"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!g_str_has_prefix(request->path, P))
		return;
	answer->status = strcmp(request->method, "DELETE") == 0 ? 202 : 200;
	if (strstr(request->body, "taken")) {
		answer->status = 409;
		answer->body = g_strdup("{\"conflictingRequest\":{\"code\":409,\"message\":"
					"\"Key pair 'taken' already exists.\"}}");
	} else if (strstr(request->body, "many")) {
		answer->status = 403;
		answer->body = g_strdup("{\"forbidden\":{\"code\":403,\"message\":"
					"\"Quota exceeded, too many key pairs.\"}}");
	} else if (strstr(request->body, "nothing")) {
		answer->body = g_strdup("{\"private_key\":\"-----BEGIN\"}");
	} else if (strcmp(request->method, "POST") == 0) {
		answer->body = fake_cloud_data(strstr(request->body, "public_key")
						       ? "nova-keypair-import.json"
						       : "nova-keypair-create.json");
	} else if (strcmp(request->method, "GET") == 0) {
		answer->body =
			fake_cloud_data(strcmp(request->path, P) == 0 ? "nova-keypairs.json"
								      : "nova-keypair-get.json");
	}
}

/* What a create or get has brought. */
typedef struct {
	Wait wait;
	char *private_key;
} Got;

static void got(EcsKeypair *keypair, const char *private_key, const GError *error, void *data)
{
	Got *result = data;
	result->private_key = g_strdup(private_key);
	wait_object(keypair, error, &result->wait);
}

typedef struct {
	FakeCloud *cloud;
	EcsClient *client;
	EcsScope *scope;
	Got got;
} Fixture;

static void begin(Fixture *f, const void *data)
{
	f->cloud = fake_cloud_new(serve, NULL);
	f->client = fake_cloud_client(f->cloud, NULL);
	f->scope = ecs_client_scope(f->client, "eu-de", NULL);
	wait_init(&f->got.wait);
}

static void end(Fixture *f, const void *data)
{
	ecs_client_free(f->client);
	g_free(f->got.private_key);
	wait_clear(&f->got.wait);
	fake_cloud_free(f->cloud);
}

static void test_list(Fixture *f, const void *data)
{
	ecs_keypair_list(f->scope, NULL, wait_listed, &f->got.wait);
	wait_for(&f->got.wait, 1);
	g_assert_no_error(f->got.wait.error);
	g_autoptr(GPtrArray) all = f->got.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsKeypair *keypair = all->pdata[1];
	g_assert_cmpstr(keypair->name, ==, "KeyPair-d750");
	g_assert_cmpstr(keypair->type, ==, "ssh");
	g_assert_cmpstr(keypair->status, ==, "");
	g_assert_cmpstr(keypair->fingerprint, ==,
			"fc:47:b5:c3:7d:25:32:00:00:00:00:00:00:00:00:00");
	g_assert_true(g_str_has_suffix(keypair->public_key, " Generated-by-Nova"));
	g_assert_cmpuint(fake_cloud_count(f->cloud, "GET " P), ==, 1);
}

static void test_get(Fixture *f, const void *data)
{
	ecs_keypair_get(f->scope, "my key/1", NULL, got, &f->got);
	wait_for(&f->got.wait, 1);
	g_assert_no_error(f->got.wait.error);
	g_autoptr(EcsKeypair) keypair = f->got.wait.result;
	g_assert_cmpstr(keypair->user_id, ==, "fake");
	g_assert_cmpint(keypair->created, ==, 1399464373);
	g_assert_cmpstr(keypair->type, ==, "ssh"); /* not told below microversion 2.2 */
	g_assert_null(f->got.private_key);
	/* The fake cloud sees paths decoded; on the wire it is my%20key%2F1. */
	g_assert_cmpuint(fake_cloud_count(f->cloud, "GET " P "/my key/1"), ==, 1);
}

static void test_generate(Fixture *f, const void *data)
{
	ecs_keypair_create(f->scope, "demo", NULL, NULL, got, &f->got);
	wait_for(&f->got.wait, 1);
	g_assert_no_error(f->got.wait.error);
	g_autoptr(EcsKeypair) keypair = f->got.wait.result;
	g_autofree char *body = fake_cloud_body(f->cloud, "POST " P);
	g_assert_cmpstr(body, ==, "{\"keypair\":{\"name\":\"demo\"}}");
	g_assert_true(g_str_has_prefix(f->got.private_key, "-----BEGIN RSA PRIVATE KEY-----\n"));
	g_autoptr(GString) json = g_string_new(NULL);
	ecs_keypair_json(keypair, json);
	g_assert_null(strstr(json->str, "PRIVATE"));
	g_assert_null(strstr(json->str, "private_key"));
	g_assert_nonnull(strstr(json->str, "fingerprint"));
}

static void test_import(Fixture *f, const void *data)
{
	ecs_keypair_create(f->scope, "demo1", "ssh-rsa AAAA me \"here\"", NULL, got, &f->got);
	wait_for(&f->got.wait, 1);
	g_assert_no_error(f->got.wait.error);
	ecs_keypair_unref(f->got.wait.result);
	g_autofree char *body = fake_cloud_body(f->cloud, "POST " P);
	g_assert_cmpstr(body, ==,
			"{\"keypair\":{\"name\":\"demo1\",\"public_key\":\"ssh-rsa AAAA me "
			"\\\"here\\\"\"}}");
	g_assert_null(f->got.private_key);
}

static void test_refused(Fixture *f, const void *data)
{
	static const struct {
		const char *name;
		EcsError error;
	} rows[] = {
		{ "taken", ECS_ERROR_EXISTS },
		{ "many", ECS_ERROR_QUOTA },
		{ "nothing", ECS_ERROR_BAD_REPLY },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		say_row(i, rows[i].name);
		ecs_keypair_create(f->scope, rows[i].name, NULL, NULL, got, &f->got);
		wait_for(&f->got.wait, i + 1);
		g_assert_error(f->got.wait.error, ECS_ERROR, (gint)rows[i].error);
		g_assert_null(strstr(f->got.wait.error->message, "BEGIN"));
		g_assert_null(f->got.private_key);
	}
}

static void test_delete(Fixture *f, const void *data)
{
	ecs_keypair_delete(f->scope, "demo", NULL, wait_changed, &f->got.wait);
	wait_for(&f->got.wait, 1);
	g_assert_no_error(f->got.wait.error);
	g_assert_cmpuint(fake_cloud_count(f->cloud, "DELETE " P "/demo"), ==, 1);
	ecs_keypair_delete(f->scope, "", NULL, wait_changed, &f->got.wait);
	wait_for(&f->got.wait, 2);
	g_assert_error(f->got.wait.error, ECS_ERROR, ECS_ERROR_INVALID);
}

static void test_draft(void)
{
	g_autoptr(EcsKeypair) draft = ecs_keypair_draft("a \"b\"");
	g_assert_cmpstr(draft->name, ==, "a \"b\"");
	g_assert_cmpstr(draft->status, ==, "DRAFT");
	g_assert_cmpstr(draft->public_key, ==, "");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(Fixture *f, const void *data);
	} tests[] = {
		{ "/keypair/list", test_list },		{ "/keypair/get", test_get },
		{ "/keypair/generate", test_generate }, { "/keypair/import", test_import },
		{ "/keypair/refused", test_refused },	{ "/keypair/delete", test_delete },
	};
	g_test_init(&argc, &argv, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, begin, tests[i].test, end);
	g_test_add_func("/keypair/draft", test_draft);
	return g_test_run();
}
