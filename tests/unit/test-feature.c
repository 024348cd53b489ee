/* SPDX-License-Identifier: MIT */
#include "client/feature.h"

#include "tests/unit/fake-cloud.h"

/* What the cloud has, once one has logged in. */
static const struct {
	EcsFeature feature;
	bool own, plain,
		forced; /* of the cloud's own APIs, of plain OpenStack, of the first with @plain */
} rows[] = {
	{ ECS_HAS_ANY, true, true, true },	{ ECS_HAS_ECS, true, false, false },
	{ ECS_HAS_EVS, true, false, false },	{ ECS_HAS_IMS, true, false, false },
	{ ECS_HAS_VPC, true, false, false },	{ ECS_HAS_IMAGES, true, true, true },
	{ ECS_HAS_NETWORK, true, true, false }, { ECS_HAS_VOLUMES, true, true, false },
	{ ECS_HAS_TAGS, true, false, false }, /* of the others it is not known yet */
};

static void check(bool plain, bool forced, size_t of)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	if (plain)
		fake_cloud_plain(cloud, 93);
	EcsClientOptions options = { .plain = forced };
	EcsClient *client = fake_cloud_client(cloud, &options);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_assert_true(ecs_scope_has(scope, ECS_HAS_VPC));
	g_assert_true(ecs_client_login(client, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const bool expected[] = { rows[i].own, rows[i].plain, rows[i].forced };
		g_test_message("feature %d of cloud %zu", (int)rows[i].feature, of);
		g_assert_true(ecs_scope_has(scope, rows[i].feature) == expected[of]);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void test_features(void)
{
	check(false, false, 0);
	check(true, false, 1);
	check(false, true, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feature/features", test_features);
	return g_test_run();
}
