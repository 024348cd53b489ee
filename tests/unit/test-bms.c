/* SPDX-License-Identifier: MIT */
#include "client/bms.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define BASE "/eu-de/bms/v1/0123456789abcdef/baremetalservers"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, BASE "/detail?limit=1000&offset=1&tags=__type_baremetal") == 0)
		answer->body = fake_cloud_data("bms-servers-detail.json");
	else if (strcmp(request->path, BASE "/53206ed0-56de-4d6b-b7ee-ffc62ca26f43") == 0 &&
		 strcmp(request->method, "GET") == 0)
		answer->body = fake_cloud_data("bms-server-get.json");
	else if (strstr(request->path, "/nobody"))
		answer->body = g_strdup("{\"error\":{\"code\":\"BMS.0040\",\"message\":\"No\"}}");
	else if (!strstr(request->path, "/v3/"))
		answer->body = g_strdup("{\"job_id\":\"j\"}");
	if (answer->body)
		answer->status = strstr(request->path, "/nobody") ? 400 : 200;
}

static void test_list(void)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_bms_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) all = wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsServer *first = all->pdata[0], *second = all->pdata[1];
	g_assert_cmpstr(first->name, ==, "bms-test1");
	g_assert_cmpstr(first->flavor, ==, "physical.s1.medium.ondemand");
	g_assert_cmpint(first->vcpus, ==, 32);
	g_assert_cmpint(first->ram_mb, ==, 193047);
	g_assert_cmpstr(first->vpc, ==, "5849fdf1-9d79-4589-80c2-fe557990c417");
	g_assert_cmpint(second->progress, ==, -1);
	g_assert_cmpstr(second->status, ==, "SHUTOFF");
	g_assert_cmpstr(ecs_pairs_get(&second->tags, "three"), ==, "3");
	/* a list of ids that is no JSON */
	g_assert_cmpstr(ecs_pairs_get(&second->metadata, "baremetalPortIDList"), ==,
			"[460aa585-9f83-4719-9527-fc39ebaca9aa]");
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_get(void)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_bms_get(scope, "53206ed0-56de-4d6b-b7ee-ffc62ca26f43", NULL, (EcsServerDone)wait_object,
		    &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(EcsServer) server = wait.result;
	g_assert_cmpstr(server->image_name, ==, "redhat_7_2");
	g_assert_cmpuint(server->n_addresses, ==, 2);
	g_assert_true(server->addresses[1].floating);
	ecs_bms_get(scope, "nobody", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 2);
	assert_error(&wait, NOT_FOUND);
	ecs_bms_get(scope, "", NULL, (EcsServerDone)wait_object, &wait);
	wait_for(&wait, 3);
	assert_error(&wait, INVALID);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

typedef void (*Power)(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data);

static void rename_it(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	ecs_bms_rename(scope, id, "a\"b", cancellable, done, data);
}

static void set_metadata(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsChangeDone done, void *data)
{
	ecs_bms_metadata_set(scope, id, "k", "v", cancellable, done, data);
}

static const struct {
	Power change;
	const char *request;
	const char *body;
} changes[] = {
	{ ecs_bms_start, "POST " BASE "/action", "{\"os-start\":{\"servers\":[{\"id\":\"x\"}]}}" },
	{ ecs_bms_stop, "POST " BASE "/action",
	  "{\"os-stop\":{\"type\":\"HARD\",\"servers\":[{\"id\":\"x\"}]}}" },
	{ ecs_bms_reboot, "POST " BASE "/action",
	  "{\"reboot\":{\"type\":\"HARD\",\"servers\":[{\"id\":\"x\"}]}}" },
	{ rename_it, "PUT " BASE "/x", "{\"server\":{\"name\":\"a\\\"b\"}}" },
	{ set_metadata, "POST " BASE "/x/metadata", "{\"metadata\":{\"k\":\"v\"}}" },
};

static void test_changes(void)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
		say_row(i, changes[i].body);
		changes[i].change(scope, "x", NULL, wait_changed, &wait);
		wait_for(&wait, 2 * i + 1);
		g_assert_no_error(wait.error);
		g_autofree char *body = fake_cloud_body(cloud, changes[i].request);
		g_assert_cmpstr(body, ==, changes[i].body);
		changes[i].change(scope, "", NULL, wait_changed, &wait);
		wait_for(&wait, 2 * i + 2);
		assert_error(&wait, INVALID);
	}
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_tags(void)
{
	static const char base[] = "/eu-de/ecs/v2.1/0123456789abcdef/servers/x/tags/";
	g_autofree char *put = g_strconcat("PUT ", base, "k=v/2", NULL);
	g_autofree char *put_key = g_strconcat("PUT ", base, "alone", NULL);
	g_autofree char *delete = g_strconcat("DELETE ", base, "k", NULL);
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_bms_tag_set(scope, "x", "k", "v/2", NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	ecs_bms_tag_set(scope, "x", "alone", "", NULL, wait_changed, &wait);
	wait_for(&wait, 2);
	ecs_bms_tag_delete(scope, "x", "k", NULL, wait_changed, &wait);
	wait_for(&wait, 3);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(fake_cloud_count(cloud, put), ==, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, put_key), ==, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, delete), ==, 1);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void no_bms(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/v3/auth/tokens") != 0)
		return;
	answer->status = 201;
	answer->header = "X-Subject-Token";
	answer->value = "t";
	answer->body = g_strdup_printf(
		"{\"token\":{\"project\":{\"id\":\"p\",\"name\":\"eu-nl\"},\"catalog\":[{\"type\":"
		"\"ecs\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"eu-nl\",\"url\":"
		"\"%s/ecs\"}]}]}}",
		fake_cloud_url(cloud));
}

/* A region without the service has none of them. */
static void test_no_service(void)
{
	FakeCloud *cloud = fake_cloud_new(no_bms, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_bms_list(ecs_client_scope(client, "eu-nl", "eu-nl"), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) all = wait.result;
	g_assert_cmpuint(all->len, ==, 0);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bms/list", test_list);
	g_test_add_func("/bms/get", test_get);
	g_test_add_func("/bms/changes", test_changes);
	g_test_add_func("/bms/tags", test_tags);
	g_test_add_func("/bms/no-service", test_no_service);
	return g_test_run();
}
