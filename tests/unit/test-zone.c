/* SPDX-License-Identifier: MIT */
#include "client/zone.h"

#include "tests/unit/fake-cloud.h"

#define PATH "/os-availability-zone"

static GPtrArray *list(const char *body, Wait *wait)
{
	return fake_cloud_list(ecs_zone_list, PATH, body, wait);
}

static void test_bad(void)
{
	fake_cloud_bad_lists(ecs_zone_list, PATH, "availabilityZoneInfo");
}

static void test_sample(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list("nova-availability-zones.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpstr(((EcsZone *)all->pdata[0])->name, ==, "eu-de-01");
	g_assert_true(((EcsZone *)all->pdata[1])->available);
	wait_clear(&wait);
}

static void test_odd(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all =
		list("{\"availabilityZoneInfo\":[{\"zoneName\":\"internal\"},{\"zoneName\":"
		     "\"a\",\"zoneState\":null},{\"zoneState\":{}},null]}",
		     &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_false(((EcsZone *)all->pdata[0])->available);
	wait_clear(&wait);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zone/bad", test_bad);
	g_test_add_func("/zone/sample", test_sample);
	g_test_add_func("/zone/odd", test_odd);
	return g_test_run();
}
