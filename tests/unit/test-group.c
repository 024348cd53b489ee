/* SPDX-License-Identifier: MIT */
#include "client/group.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define P "/eu-de/ecs/v1/0123456789abcdef/cloudservers/os-server-groups"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!g_str_has_prefix(request->path, P))
		return;
	answer->status = strcmp(request->method, "DELETE") == 0 ? 204 : 200;
	if (strstr(request->path, "/members"))
		answer->body =
			g_strdup("{\"server_group\":{\"id\":\"g\",\"policies\":[],\"members\":"
				 "[\"a\",7,\"\",\"b\"]}}");
	else if (strstr(request->path, "/nothing"))
		answer->body = g_strdup("{\"server_group\":{\"name\":\"x\"}}");
	else if (strcmp(request->method, "GET") == 0)
		answer->body = fake_cloud_data("ecs-server-groups.json");
	else if (strcmp(request->method, "POST") == 0)
		answer->body = fake_cloud_data("ecs-server-group-create.json");
}

static void test_all(void)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;

	wait_init(&wait);
	ecs_group_list(scope, NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) all = wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpuint(fake_cloud_count(cloud, "GET " P), ==, 1);
	const EcsGroup *first = all->pdata[0];
	g_assert_cmpstr(first->id, ==, "318b44a7-f7a6-4c0b-8107-e8bd618b28dd");
	g_assert_cmpstr(first->name, ==, "SvrGrp-b9d6");
	g_assert_cmpstr(first->policy, ==, "anti-affinity");
	g_assert_cmpuint(first->n_members, ==, 0);

	ecs_group_create(scope, "te\"st", "anti-affinity", NULL, wait_object, &wait);
	wait_for(&wait, 2);
	g_assert_no_error(wait.error);
	g_autoptr(EcsGroup) created = wait.result;
	g_assert_cmpstr(created->name, ==, "test");
	g_autofree char *body = fake_cloud_body(cloud, "POST " P);
	g_assert_cmpstr(
		body, ==,
		"{\"server_group\":{\"name\":\"te\\\"st\",\"policies\":[\"anti-affinity\"]}}");

	ecs_group_get(scope, "members", NULL, wait_object, &wait);
	wait_for(&wait, 3);
	g_assert_no_error(wait.error);
	g_autoptr(EcsGroup) group = wait.result;
	g_assert_cmpstr(group->policy, ==, "");
	g_assert_cmpuint(group->n_members, ==, 2);
	g_assert_cmpstr(group->members[1], ==, "b");

	ecs_group_get(scope, "nothing", NULL, wait_object, &wait);
	wait_for(&wait, 4);
	g_assert_error(wait.error, ECS_ERROR, ECS_ERROR_BAD_REPLY);

	ecs_group_delete(scope, "g1", NULL, wait_changed, &wait);
	wait_for(&wait, 5);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(fake_cloud_count(cloud, "DELETE " P "/g1"), ==, 1);
	ecs_group_delete(scope, "", NULL, wait_changed, &wait);
	wait_for(&wait, 6);
	g_assert_error(wait.error, ECS_ERROR, ECS_ERROR_INVALID);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/group/all", test_all);
	return g_test_run();
}
