/* SPDX-License-Identifier: MIT */
#include "client/quota.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

typedef void (*List)(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* Every service: its call, a file of tests/data, and what becomes of it. */
static const struct {
	List list;
	const char *path;
	const char *data;
	const char *expected;
} services[] = {
	{ ecs_quota_list, "/eu-de/ecs/v1/0123456789abcdef/cloudservers/limits", "ecs-limits.json",
	  "instances 21 2048\ncores 40 20480\nram_mb 75776 25165824\nkey_pairs -1 -1\n"
	  "server_groups 2 10\nserver_group_members -1 16\nserver_metadata -1 128\n"
	  "security_groups 1 10\nsecurity_group_rules -1 20\nfloating_ips 0 10\n"
	  "personality -1 5\npersonality_size -1 10240\nimage_metadata -1 128\n" },
	{ ecs_quota_list_volumes,
	  "/eu-de/evs/v2/0123456789abcdef/os-quota-sets/0123456789abcdef?usage=True",
	  "evs-quota-set.json",
	  "gigabytes_SSD 21 -1\ngigabytes 2792 42790\nbackup_gigabytes 51 5120\n"
	  "snapshots_SSD 0 -1\nvolumes_SSD 28 -1\nsnapshots 6 10\nvolumes_ESSD 2 -1\n"
	  "snapshots_ESSD 0 -1\nvolumes 108 -1\nbackups 10 100\ngigabytes_ESSD 1085 -1\n" },
	{ ecs_quota_list_network, "/eu-de/vpc/v1/0123456789abcdef/quotas", "vpc-quotas.json",
	  "vpc 4 150\nsubnet 5 400\nsecurityGroup 1 100\nsecurityGroupRule 6 5000\n"
	  "publicIp 2 10\nvpn 0 5\nvpcPeer 0 50\nphysicalConnect 0 10\nvirtualInterface 0 50\n"
	  "firewall 0 200\nshareBandwidth 0 5\nshareBandwidthIP 0 20\nloadbalancer 0 10\n"
	  "listener 0 10\nflow_log 0 10\nvpcContainRoutetable 0 1\n"
	  "routetableContainRoutes 0 200\n" },
	{ ecs_quota_list_images, "/eu-de/ims/v1/cloudimages/quota", "ims-quota.json",
	  "image 0 20\n" },
};

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strstr(request->path, "/v3/"))
		return;
	answer->status = 200;
	answer->body = g_str_has_suffix(data, ".json") ? fake_cloud_data(data) : g_strdup(data);
}

/* @data: a file of tests/data, or a body. Returns: owned, NULL if @wait has an error. */
static GPtrArray *list(size_t service, const char *data, Wait *wait)
{
	FakeCloud *cloud = fake_cloud_new(serve, (void *)data);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	g_autofree char *request = g_strconcat("GET ", services[service].path, NULL);
	wait_init(wait);
	services[service].list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	g_assert_cmpuint(fake_cloud_count(cloud, request), ==, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_bad(void)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"{}",
		"{\"absolute\":7,\"quota_set\":[],\"quotas\":\"x\"}",
		"{\"absolute\":[",
		"x",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(services) * G_N_ELEMENTS(bodies); i++) {
		Wait wait;
		say_row(i, bodies[i / G_N_ELEMENTS(services)]);
		g_assert_null(list(i % G_N_ELEMENTS(services), bodies[i / G_N_ELEMENTS(services)],
				   &wait));
		assert_error(&wait, BAD_REPLY);
		wait_clear(&wait);
	}
}

/* Returns: "name used max", one a line; owned. */
static char *text_of(const GPtrArray *all)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < all->len; i++) {
		const EcsQuota *quota = all->pdata[i];
		g_string_append_printf(text, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
				       quota->name, quota->used, quota->max);
	}
	return g_string_free(text, FALSE);
}

static void test_samples(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		Wait wait;
		say_row(i, services[i].data);
		g_autoptr(GPtrArray) all = list(i, services[i].data, &wait);
		g_assert_no_error(wait.error);
		g_autofree char *text = text_of(all);
		g_assert_cmpstr(text, ==, services[i].expected);
		wait_clear(&wait);
	}
}

/* Elements that are none are left out. */
static void test_hostile(void)
{
	static const char body[] =
		"{\"absolute\":{\"maxTotalInstances\":\"7\",\"maxTotalCores\":{}},"
		"\"quota_set\":{\"id\":\"p\",\"a/b\":{\"limit\":\"7\"},\"x\":{\"limit\":null},"
		"\"\":{\"limit\":1},\"l\":[1]},"
		"\"quotas\":{\"resources\":[7,null,{},{\"type\":\"t\"},{\"quota\":1},"
		"{\"type\":\"ok\",\"quota\":-1,\"used\":\"x\"}]}}";
	static const char *const expected[] = { "instances -1 7\n", "a/b -1 7\n", "ok -1 -1\n",
						"ok -1 -1\n" };
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		Wait wait;
		g_autoptr(GPtrArray) all = list(i, body, &wait);
		g_assert_no_error(wait.error);
		g_autofree char *text = text_of(all);
		g_assert_cmpstr(text, ==, expected[i]);
		wait_clear(&wait);
	}
}

static void only_nova(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/v3/auth/tokens") != 0)
		return;
	answer->status = 201;
	answer->header = "X-Subject-Token";
	answer->value = "t";
	answer->body = g_strdup_printf(
		"{\"token\":{\"project\":{\"id\":\"p\",\"name\":\"eu-nl\"},\"catalog\":[{\"type\":"
		"\"compute\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"eu-nl\","
		"\"url\":\"%s/compute\"}]}]}}",
		fake_cloud_url(cloud));
}

/* What a region has not is not there; but that there are no servers is said. */
static void test_no_service(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		FakeCloud *cloud = fake_cloud_new(only_nova, NULL);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		Wait wait;
		wait_init(&wait);
		services[i].list(ecs_client_scope(client, "eu-nl", "eu-nl"), NULL, wait_listed,
				 &wait);
		wait_for(&wait, 1);
		g_autoptr(GPtrArray) all = wait.result;
		if (services[i].list == ecs_quota_list)
			assert_error(&wait, NOT_FOUND);
		else
			g_assert_cmpuint(all->len, ==, 0);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/quota/bad", test_bad);
	g_test_add_func("/quota/samples", test_samples);
	g_test_add_func("/quota/hostile", test_hostile);
	g_test_add_func("/quota/no-service", test_no_service);
	return g_test_run();
}
