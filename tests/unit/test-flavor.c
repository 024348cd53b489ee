/* SPDX-License-Identifier: MIT */
#include "client/flavor.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/cloudservers/flavors"))
		return;
	answer->status = 200;
	answer->body = g_str_has_suffix(data, ".json") ? fake_cloud_data(data) : g_strdup(data);
}

/* @data: a file of tests/data, or a body. Returns: owned, NULL if @wait has an error. */
static GPtrArray *list(const char *data, Wait *wait)
{
	FakeCloud *cloud = fake_cloud_new(serve, (void *)data);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	wait_init(wait);
	ecs_flavor_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_bad(void)
{
	static const char *const bodies[] = { "", "[]", "{}", "{\"flavors\":7}", "{\"flavors\":[",
					      "x" };
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		Wait wait;
		say_row(i, bodies[i]);
		g_assert_null(list(bodies[i], &wait));
		assert_error(&wait, BAD_REPLY);
		wait_clear(&wait);
	}
}

static void test_sample(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list("ecs-flavors.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 2);
	const EcsFlavor *c3 = all->pdata[0], *s3 = all->pdata[1];
	g_assert_cmpstr(c3->id, ==, "c3.2xlarge.2");
	g_assert_cmpint(c3->vcpus, ==, 8);
	g_assert_cmpint(c3->ram_mb, ==, 16384);
	g_assert_cmpint(c3->disk_gb, ==, 0);
	g_assert_false(c3->disabled);
	g_assert_true(c3->is_public);
	g_assert_cmpstr(c3->state, ==, "normal");
	g_assert_cmpstr(ecs_pairs_get(&c3->extra_specs, "quota:max_rate"), ==, "4500");
	g_assert_true(ecs_flavor_on_sale(c3, "eu-de-01"));
	g_assert_false(ecs_flavor_on_sale(c3, "eu-de-02"));
	g_assert_true(ecs_flavor_on_sale(c3, "eu-de-03"));
	g_assert_true(ecs_flavor_on_sale(s3, "eu-de-03"));  /* obt */
	g_assert_false(ecs_flavor_on_sale(s3, "eu-de-02")); /* the region's: abandon */
	g_assert_true(ecs_flavor_same(c3, c3));
	g_assert_false(ecs_flavor_same(c3, s3));
	wait_clear(&wait);
}

static const struct {
	const char *az; /* cond:operation:az */
	const char *zone;
	const char *state;
} states[] = {
	{ "a(normal),b(sellout)", "b", "sellout" },
	{ "a(normal), b(obt)", "b", "obt" },
	{ " a (normal) ,b(x", "a", "normal" },
	{ "b(x", "b", "x" },
	{ "ab(x)", "a", "region" },
	{ "a", "a", "region" },
	{ "a,b(x)", "a", "region" },
	{ "(x)", "", "region" },
	{ ",,,", "a", "region" },
	{ "", "a", "region" },
};

static void test_zone_state(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		EcsPair pair = { "cond:operation:az", states[i].az };
		EcsFlavor flavor = { .state = "region", .extra_specs = { 1, &pair } };
		say_row(i, states[i].az);
		g_autofree char *state = ecs_flavor_zone_state(&flavor, states[i].zone);
		g_assert_cmpstr(state, ==, states[i].state);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flavor/bad", test_bad);
	g_test_add_func("/flavor/sample", test_sample);
	g_test_add_func("/flavor/zone-state", test_zone_state);
	return g_test_run();
}
