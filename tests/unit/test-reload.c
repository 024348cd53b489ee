/* SPDX-License-Identifier: MIT */
#include "client/reload.h"

#include <string.h>

#include "client/core.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

/* What the file says, and how often it was read. */
typedef struct {
	FakeCloud *cloud;
	const char *good; /* the password that the cloud takes */
	const char *password, *username, *project_name, *auth_type, *token;
	const char *path; /* of auth_url */
	const char *error;
	int reads;
} File;

static void check_password(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			   void *data)
{
	const File *file = data;
	if (strcmp(request->path, "/v3/auth/tokens") != 0) {
		answer->status = 401;
		answer->body = g_strdup("{\"error\":{\"message\":\"no\"}}");
		return;
	}
	g_autofree char *word = g_strdup_printf("\"%s\"", file->good);
	if (strstr(request->body, word))
		return;
	answer->status = 401;
	answer->body = g_strdup("{\"error\":{\"message\":\"The password is wrong.\"}}");
}

static EcsCloud *read_file(void *data, GError **error)
{
	File *file = data;
	g_atomic_int_inc(&file->reads);
	if (file->error) {
		g_set_error_literal(error, ECS_ERROR, ECS_ERROR_CONFIG, file->error);
		return NULL;
	}
	EcsCloud *cloud = ecs_cloud_new();
	cloud->name = g_strdup("fake");
	cloud->source = g_strdup("clouds.yaml");
	cloud->auth_url = g_strconcat(fake_cloud_url(file->cloud), file->path, NULL);
	cloud->username = g_strdup(file->username);
	cloud->password = g_strdup(file->password);
	cloud->user_domain_name = g_strdup("D");
	cloud->project_name = g_strdup(file->project_name);
	cloud->auth_type = g_strdup(file->auth_type);
	cloud->token = g_strdup(file->token);
	return cloud;
}

/* The client is made with the password Secret-1, and the cloud takes Secret-2. */
static const struct {
	const char *name;
	File file;
	const char *wrong; /* NULL: it gets in */
	unsigned logins;
} cases[] = {
	{ "another password",
	  { .good = "Secret-2",
	    .password = "Secret-2",
	    .username = "demo",
	    .project_name = "eu-de",
	    .path = "/v3/" },
	  NULL,
	  2 },
	{ "the same",
	  { .good = "Secret-2",
	    .password = "Secret-1",
	    .username = "demo",
	    .project_name = "eu-de",
	    .path = "/v3" },
	  "the password is wrong",
	  1 },
	{ "another that is wrong too",
	  { .good = "Secret-2",
	    .password = "Secret-3",
	    .username = "demo",
	    .project_name = "eu-de",
	    .path = "/v3" },
	  "the password is wrong",
	  2 },
	{ "another user",
	  { .good = "Secret-2",
	    .password = "Secret-2",
	    .username = "other",
	    .project_name = "eu-de",
	    .path = "/v3" },
	  "the password is wrong",
	  1 },
	{ "another project",
	  { .good = "Secret-2",
	    .password = "Secret-2",
	    .username = "demo",
	    .project_name = "eu-nl",
	    .path = "/v3" },
	  "the password is wrong",
	  1 },
	{ "another cloud",
	  { .good = "Secret-2",
	    .password = "Secret-2",
	    .username = "demo",
	    .project_name = "eu-de",
	    .path = "x/v3" },
	  "the password is wrong",
	  1 },
	{ "another way to log in",
	  { .good = "Secret-2",
	    .password = "Secret-2",
	    .username = "demo",
	    .project_name = "eu-de",
	    .auth_type = "token",
	    .token = "Secret-2",
	    .path = "/v3" },
	  "the password is wrong",
	  1 },
	{ "no password any more",
	  { .good = "Secret-2", .username = "demo", .project_name = "eu-de", .path = "/v3" },
	  "the password is wrong",
	  1 },
	{ "a broken file",
	  { .good = "Secret-2", .error = "clouds.yaml:3: no YAML" },
	  "to see if there is a new password: clouds.yaml:3: no YAML",
	  1 },
	{},
};

static EcsClient *client_of(FakeCloud *cloud, File *file)
{
	EcsClientOptions options = { .reload = read_file, .reload_data = file };
	file->cloud = cloud;
	return fake_cloud_client(cloud, &options);
}

static void test_cases(void)
{
	for (size_t i = 0; cases[i].name; i++) {
		File file = cases[i].file;
		FakeCloud *cloud = fake_cloud_new(check_password, &file);
		g_autoptr(EcsClient) client = client_of(cloud, &file);
		g_autoptr(GError) error = NULL;
		say_row(i, cases[i].name);
		g_assert_true(ecs_client_login(client, &error) == !cases[i].wrong);
		if (cases[i].wrong) {
			g_assert_error(error, ECS_ERROR, ECS_ERROR_AUTH);
			g_assert_nonnull(strstr(error->message, cases[i].wrong));
			g_assert_null(strstr(error->message, "Secret"));
		}
		g_assert_cmpint(g_atomic_int_get(&file.reads), ==, 1);
		g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, cases[i].logins);
		fake_cloud_free(cloud);
	}
}

/* A token that is refused in the middle leads there as well, once for all who wait. */
static void test_later(void)
{
	File file = { .good = "Secret-1",
		      .password = "Secret-2",
		      .username = "demo",
		      .project_name = "eu-de",
		      .path = "/v3" };
	FakeCloud *cloud = fake_cloud_new(check_password, &file);
	g_autoptr(EcsClient) client = client_of(cloud, &file);
	g_assert_true(ecs_client_login(client, NULL));
	g_assert_cmpint(g_atomic_int_get(&file.reads), ==, 0);
	file.good = "Secret-2";
	Wait wait;
	wait_init(&wait);
	for (int i = 0; i < 100; i++)
		ecs_server_get(ecs_client_scope(client, "eu-de", NULL), "s", NULL,
			       (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 100);
	assert_error(&wait, AUTH); /* this cloud refuses each token */
	g_autofree char *body = fake_cloud_body(cloud, "POST /v3/auth/tokens");
	g_assert_nonnull(strstr(body, "Secret-2"));
	g_assert_cmpint(g_atomic_int_get(&file.reads), ==, 1);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* As long as the file says the same, the cloud is not asked again; then at once. */
static void test_refused(void)
{
	File file = { .good = "Secret-2",
		      .password = "Secret-1",
		      .username = "demo",
		      .project_name = "eu-de",
		      .path = "/v3" };
	FakeCloud *cloud = fake_cloud_new(check_password, &file);
	g_autoptr(EcsClient) client = client_of(cloud, &file);
	ecs_client_tune(client, &(EcsTuning){ .login_hold_ms = 1 });
	g_assert_false(ecs_client_login(client, NULL));
	EcsScope *scope = ecs_client_scope(client, "eu-de", "eu-de");
	Wait wait;
	wait_init(&wait);
	unsigned asked = 0, logins;
	do { /* a hold of a second: nothing but the file is looked at */
		ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
		wait_for(&wait, ++asked);
		assert_error(&wait, AUTH);
		logins = fake_cloud_count(cloud, "POST /v3/auth/tokens");
	} while (logins < 11);
	int reads = g_atomic_int_get(&file.reads);
	while (g_atomic_int_get(&file.reads) < reads + 3) {
		ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
		wait_for(&wait, ++asked);
	}
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /v3/auth/tokens"), ==, logins);
	file.password = "Secret-2";
	while (fake_cloud_count(cloud, "POST /v3/auth/tokens") == logins) {
		ecs_server_get(scope, "s", NULL, (EcsServerDone)wait_object, &wait);
		wait_for(&wait, ++asked);
	}
	g_autofree char *body = fake_cloud_body(cloud, "POST /v3/auth/tokens");
	g_assert_nonnull(strstr(body, "Secret-2"));
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

typedef struct {
	File file;
	GMutex lock;
	GCond cond;
	bool reading, go;
} Slow;

static EcsCloud *read_slowly(void *data, GError **error)
{
	Slow *slow = data;
	g_mutex_lock(&slow->lock);
	slow->reading = true;
	g_cond_broadcast(&slow->cond);
	while (!slow->go)
		g_cond_wait(&slow->cond, &slow->lock);
	g_mutex_unlock(&slow->lock);
	return read_file(&slow->file, error);
}

static void *let_go(void *data)
{
	Slow *slow = data;
	g_mutex_lock(&slow->lock);
	slow->go = true;
	g_cond_broadcast(&slow->cond);
	g_mutex_unlock(&slow->lock);
	return NULL;
}

/* Closing waits for whoever reads, and the callers are told. */
static void test_close(void)
{
	Slow slow = { .file = { .good = "Secret-2",
				.password = "Secret-2",
				.username = "demo",
				.project_name = "eu-de",
				.path = "/v3" } };
	g_mutex_init(&slow.lock);
	g_cond_init(&slow.cond);
	FakeCloud *cloud = fake_cloud_new(check_password, &slow.file);
	slow.file.cloud = cloud;
	EcsClientOptions options = { .reload = read_slowly, .reload_data = &slow };
	EcsClient *client = fake_cloud_client(cloud, &options);
	Wait wait;
	wait_init(&wait);
	ecs_server_get(ecs_client_scope(client, "eu-de", "eu-de"), "s", NULL,
		       (EcsServerDone)wait_object, &wait);
	g_mutex_lock(&slow.lock);
	while (!slow.reading)
		g_cond_wait(&slow.cond, &slow.lock);
	g_mutex_unlock(&slow.lock);
	GThread *other = g_thread_new("let-go", let_go, &slow);
	ecs_client_free(client);
	g_thread_join(other);
	wait_for(&wait, 1);
	g_assert_nonnull(wait.error);
	wait_clear(&wait);
	g_mutex_clear(&slow.lock);
	g_cond_clear(&slow.cond);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reload/cases", test_cases);
	g_test_add_func("/reload/later", test_later);
	g_test_add_func("/reload/refused", test_refused);
	g_test_add_func("/reload/close", test_close);
	return g_test_run();
}
