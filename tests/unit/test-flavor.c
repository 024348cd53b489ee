/* SPDX-License-Identifier: MIT */
#include "client/flavor.h"

#include "tests/unit/fake-cloud.h"

#define PATH "/cloudservers/flavors"

static GPtrArray *list(const char *body, Wait *wait)
{
	return fake_cloud_list(ecs_flavor_list, PATH, body, wait);
}

static void test_bad(void)
{
	fake_cloud_bad_lists(ecs_flavor_list, PATH, "flavors");
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
