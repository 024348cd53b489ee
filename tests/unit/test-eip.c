/* SPDX-License-Identifier: MIT */
#include "client/eip.h"

#include "tests/unit/calls.h"

#define EIPS "/eu-de/vpc/v1/" CALLS_PROJECT "/publicips"

static const CallsAnswer answers[] = { { "GET " EIPS "?", 200, "vpc-publicips.json" },
				       { "GET " EIPS "/f631", 200, "vpc-publicip-bind.json" },
				       { "GET " EIPS "/2ec9", 200, "vpc-publicip-get.json" },
				       { "POST " EIPS, 200, "vpc-publicip-create.json" },
				       { "PUT " EIPS "/", 200, "vpc-publicip-bind.json" },
				       { "DELETE " EIPS "/bound", 409,
					 "{\"code\":\"VPC.0517\",\"message\":\"bound\"}" },
				       { "DELETE " EIPS "/", 204, NULL },
				       {} };

static void test_list(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_eip_list(c.scope, NULL, wait_listed, &c.wait);
	calls_expect(&c, "GET " EIPS "?limit=2000", NULL);
	g_autoptr(GPtrArray) all = c.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsEip *eip = all->pdata[0];
	g_assert_cmpstr(eip->id, ==, "6285e7be-fd9f-497c-bc2d-dd0bdea6efe0");
	g_assert_cmpstr(eip->address, ==, "203.0.113.9");
	g_assert_cmpstr(eip->status, ==, "DOWN");
	g_assert_cmpstr(eip->type, ==, "5_bgp");
	g_assert_cmpstr(eip->port, ==, "");
	g_assert_cmpint(eip->bandwidth_mbits, ==, 5);
	g_assert_cmpstr(eip->share_type, ==, "PER");
	g_assert_cmpint(eip->created, ==, 1437020552); /* with a blank instead of the T */
	calls_end(&c);
}

static void test_get(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_eip_get(c.scope, "f631", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " EIPS "/f631", NULL);
	g_autoptr(EcsEip) eip = c.wait.result;
	g_assert_cmpstr(eip->status, ==, "ACTIVE");
	g_assert_cmpstr(eip->port, ==, "a135e9b8-1630-40d2-a6c5-eb534a61efbe");
	g_assert_cmpstr(eip->private_address, ==, "192.168.1.131");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_eip_get(c.scope, "2ec9", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " EIPS "/2ec9", NULL);
	g_autoptr(EcsEip) free_one = c.wait.result;
	g_assert_cmpstr(free_one->port, ==, "");
	calls_end(&c);
}

static void test_create(void)
{
	static const struct {
		EcsEipSpec spec;
		const char *body;
	} rows[] = {
		{ { .type = "5_bgp", .bandwidth_name = "b", .bandwidth_mbits = 10 },
		  "{\"publicip\":{\"type\":\"5_bgp\"},\"bandwidth\":{\"share_type\":\"PER\","
		  "\"name\":\"b\",\"size\":10}}" },
		{ { .type = "5_bgp",
		    .bandwidth_name = "b",
		    .bandwidth_mbits = 10,
		    .charge_mode = "traffic" },
		  "{\"publicip\":{\"type\":\"5_bgp\"},\"bandwidth\":{\"share_type\":\"PER\","
		  "\"name\":\"b\",\"size\":10,\"charge_mode\":\"traffic\"}}" },
		{ { .type = "5_bgp", .bandwidth_name = "b", .shared_bandwidth = "w" },
		  "{\"publicip\":{\"type\":\"5_bgp\"},\"bandwidth\":{\"share_type\":\"WHOLE\","
		  "\"id\":\"w\"}}" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Calls c;
		say_row(i, rows[i].body);
		calls_begin(&c, answers);
		ecs_eip_create(c.scope, &rows[i].spec, NULL, wait_object, &c.wait);
		calls_expect(&c, "POST " EIPS, rows[i].body);
		g_autoptr(EcsEip) eip = c.wait.result;
		g_assert_cmpstr(eip->status, ==, "PENDING_CREATE");
		bool shared = rows[i].spec.shared_bandwidth != NULL;
		g_assert_cmpstr(eip->bandwidth, ==, shared ? "w" : "");
		g_assert_cmpstr(eip->bandwidth_name, ==, shared ? "" : "b");
		g_assert_cmpint(eip->bandwidth_mbits, ==, shared ? 0 : 10);
		g_assert_cmpstr(eip->share_type, ==, shared ? "WHOLE" : "PER");
		calls_end(&c);
	}
}

static void test_change(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_eip_bind(c.scope, "e", "p", NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT " EIPS "/e", "{\"publicip\":{\"port_id\":\"p\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_eip_bind(c.scope, "e", NULL, NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT " EIPS "/e", "{\"publicip\":{\"port_id\":\"\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_eip_delete(c.scope, "e", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " EIPS "/e", NULL);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_eip_delete(c.scope, "bound", NULL, wait_changed, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, BUSY);
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/eip/list", test_list);
	g_test_add_func("/eip/get", test_get);
	g_test_add_func("/eip/create", test_create);
	g_test_add_func("/eip/change", test_change);
	return g_test_run();
}
