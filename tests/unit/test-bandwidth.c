/* SPDX-License-Identifier: MIT */
#include "client/bandwidth.h"

#include "tests/unit/calls.h"

#define V1 "/eu-de/vpc/v1/" CALLS_PROJECT "/bandwidths"
#define V2 "/eu-de/vpc/v2.0/" CALLS_PROJECT "/bandwidths"

static const CallsAnswer answers[] = { { "GET " V1 "?", 200, "vpc-bandwidths.json" },
				       { "GET " V1 "/", 200, "vpc-bandwidth-get.json" },
				       { "PUT " V1 "/", 200, "vpc-bandwidth-get.json" },
				       { "POST " V2 "/w/remove", 204, NULL },
				       { "POST " V2, 200, "vpc-shared-bandwidth-create.json" },
				       { "DELETE " V2 "/", 204, NULL },
				       {} };

static void test_list(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_bandwidth_list(c.scope, NULL, wait_listed, &c.wait);
	calls_expect(&c, "GET " V1 "?limit=2000", NULL);
	g_autoptr(GPtrArray) all = c.wait.result;
	g_assert_cmpuint(all->len, ==, 4);
	const EcsBandwidth *bandwidth = all->pdata[0];
	g_assert_cmpstr(bandwidth->id, ==, "09b99c91-da7c-449f-94e2-f4934c5b2a71");
	g_assert_cmpint(bandwidth->mbits, ==, 200);
	g_assert_cmpstr(bandwidth->share_type, ==, "PER");
	g_assert_cmpuint(bandwidth->n_eips, ==, 1);
	g_assert_cmpstr(bandwidth->eips[0].address, ==, "203.0.113.3");
	g_assert_cmpint(bandwidth->created, ==, 0);
	calls_end(&c);
}

static void test_get(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_bandwidth_get(c.scope, "w", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " V1 "/w", NULL);
	g_autoptr(EcsBandwidth) bandwidth = c.wait.result;
	g_assert_cmpint(bandwidth->created, ==, 1587455882);
	calls_end(&c);
}

static void test_change(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_bandwidth_update(c.scope, "w", NULL, 20, NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT " V1 "/w", "{\"bandwidth\":{\"size\":20}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_bandwidth_update(c.scope, "w", "n", 0, NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT " V1 "/w", "{\"bandwidth\":{\"name\":\"n\"}}");
	calls_end(&c);
}

static void test_shared(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_bandwidth_create(c.scope, "n", 20, NULL, wait_object, &c.wait);
	calls_expect(&c, "POST " V2, "{\"bandwidth\":{\"name\":\"n\",\"size\":20}}");
	g_autoptr(EcsBandwidth) bandwidth = c.wait.result;
	g_assert_cmpstr(bandwidth->share_type, ==, "WHOLE");
	g_assert_cmpuint(bandwidth->n_eips, ==, 0);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_bandwidth_delete(c.scope, "w", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " V2 "/w", NULL);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_bandwidth_insert(c.scope, "w", "e", NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " V2 "/w/insert",
		     "{\"bandwidth\":{\"publicip_info\":[{\"publicip_id\":\"e\"}]}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_bandwidth_remove(c.scope, "w", "e", 5, NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " V2 "/w/remove",
		     "{\"bandwidth\":{\"charge_mode\":\"traffic\",\"size\":5,"
		     "\"publicip_info\":[{\"publicip_id\":\"e\"}]}}");
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bandwidth/list", test_list);
	g_test_add_func("/bandwidth/get", test_get);
	g_test_add_func("/bandwidth/change", test_change);
	g_test_add_func("/bandwidth/shared", test_shared);
	return g_test_run();
}
