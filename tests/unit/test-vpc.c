/* SPDX-License-Identifier: MIT */
#include "client/vpc.h"

#include "tests/unit/calls.h"

#define V1 "/eu-de/vpc/v1/" CALLS_PROJECT
#define VPCS V1 "/vpcs"
#define SUBNETS V1 "/subnets"

static void test_vpcs(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = fake_cloud_list(ecs_vpc_list, VPCS, "vpc-vpcs.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 3);
	const EcsVpc *vpc = all->pdata[0];
	g_assert_cmpstr(vpc->id, ==, "13551d6b-755d-4757-b956-536f674975c0");
	g_assert_cmpstr(vpc->name, ==, "default");
	g_assert_cmpstr(vpc->cidr, ==, "172.16.0.0/16");
	g_assert_cmpstr(vpc->status, ==, "OK");
	g_assert_cmpint(vpc->created, ==, 1671070273); /* no Z: UTC all the same */
	wait_clear(&wait);
}

static void test_subnets(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all =
		fake_cloud_list(ecs_subnet_list, SUBNETS, "vpc-subnets.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, >=, 2);
	const EcsSubnet *subnet = all->pdata[0];
	g_assert_cmpstr(subnet->id, ==, "4779ab1c-7c1a-44b1-a02e-93dfc361b32d");
	g_assert_cmpstr(subnet->vpc, ==, "3ec3b33f-ac1c-4630-ad1c-7dba1ed79d85");
	g_assert_cmpstr(subnet->cidr, ==, "192.168.20.0/24");
	g_assert_cmpstr(subnet->gateway, ==, "192.168.20.1");
	g_assert_cmpstr(subnet->dns2, ==, "203.0.113.115");
	g_assert_true(subnet->dhcp);
	wait_clear(&wait);
}

static void test_bad(void)
{
	fake_cloud_bad_lists(ecs_vpc_list, VPCS, "vpcs");
}

static const CallsAnswer answers[] = {
	{ "GET " V1 "/vpcs/", 200, "vpc-vpc-get.json" },
	{ "POST " V1 "/vpcs", 200, "vpc-vpc-create.json" },
	{ "DELETE " V1 "/vpcs/full", 409, "{\"code\":\"VPC.0104\",\"message\":\"subnets\"}" },
	{ "DELETE ", 204, NULL },
	{ "PUT " V1 "/vpcs/v/subnets/", 200, "vpc-subnet-update.json" },
	{ "PUT " V1 "/vpcs/", 200,
	  "{\"vpc\":{\"id\":\"v\",\"routes\":[7,{\"destination\":\"10.0.0.0/8\","
	  "\"nexthop\":\"10.1.1.1\"}]}}" },
	{ "GET " V1 "/subnets/", 200, "vpc-subnet-get.json" },
	{ "POST " V1 "/subnets", 200, "vpc-subnet-create.json" },
	{}
};

static void test_vpc_changes(void)
{
	static const EcsVpcSpec spec = { .name = "n", .cidr = "10.0.0.0/8" };
	Calls c;
	calls_begin(&c, answers);
	ecs_vpc_get(c.scope, "v", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " V1 "/vpcs/v", NULL);
	ecs_vpc_unref(c.wait.result);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_vpc_create(c.scope, &spec, NULL, wait_object, &c.wait);
	calls_expect(&c, "POST " V1 "/vpcs", "{\"vpc\":{\"name\":\"n\",\"cidr\":\"10.0.0.0/8\"}}");
	ecs_vpc_unref(c.wait.result);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_vpc_update(c.scope, "v", &(EcsVpcSpec){ .description = "" }, NULL, wait_changed,
		       &c.wait);
	calls_expect(&c, "PUT " V1 "/vpcs/v", "{\"vpc\":{\"description\":\"\"}}");
	calls_end(&c);
	static const EcsVpcRoute routes[] = { { "0.0.0.0/0", "10.1.1.1" } };
	calls_begin(&c, answers);
	ecs_vpc_update(c.scope, "v", &(EcsVpcSpec){ .routes = routes, .n_routes = 1 }, NULL,
		       wait_changed, &c.wait);
	calls_expect(&c, "PUT " V1 "/vpcs/v",
		     "{\"vpc\":{\"routes\":[{\"destination\":\"0.0.0.0/0\","
		     "\"nexthop\":\"10.1.1.1\"}]}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_vpc_update(c.scope, "v", &(EcsVpcSpec){ .routes = routes }, NULL, wait_changed,
		       &c.wait);
	calls_expect(&c, "PUT " V1 "/vpcs/v", "{\"vpc\":{\"routes\":[]}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_vpc_delete(c.scope, "full", NULL, wait_changed, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, NOT_EMPTY);
	calls_end(&c);
}

static void test_routes(void)
{
	static const CallsAnswer routed[] = {
		{ "GET ", 200,
		  "{\"vpc\":{\"id\":\"v\",\"routes\":[7,{\"destination\":\"10.0.0.0/8\","
		  "\"nexthop\":\"10.1.1.1\"}]}}" },
		{}
	};
	Calls c;
	calls_begin(&c, routed);
	ecs_vpc_get(c.scope, "v", NULL, wait_object, &c.wait);
	wait_for(&c.wait, 1);
	g_autoptr(EcsVpc) vpc = c.wait.result;
	g_assert_cmpuint(vpc->n_routes, ==, 1);
	g_assert_cmpstr(vpc->routes[0].next_hop, ==, "10.1.1.1");
	calls_end(&c);
}

static void test_subnet_changes(void)
{
	static const bool off = false;
	static const EcsSubnetSpec spec = { .name = "n",
					    .cidr = "10.1.0.0/24",
					    .gateway = "10.1.0.1",
					    .dns1 = "9.9.9.9",
					    .zone = "eu-de-01",
					    .dhcp = &off };
	Calls c;
	calls_begin(&c, answers);
	ecs_subnet_get(c.scope, "s", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " V1 "/subnets/s", NULL);
	ecs_subnet_unref(c.wait.result);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_subnet_create(c.scope, "v", &spec, NULL, wait_object, &c.wait);
	calls_expect(&c, "POST " V1 "/subnets",
		     "{\"subnet\":{\"name\":\"n\",\"vpc_id\":\"v\",\"cidr\":\"10.1.0.0/24\","
		     "\"gateway_ip\":\"10.1.0.1\",\"primary_dns\":\"9.9.9.9\","
		     "\"availability_zone\":\"eu-de-01\",\"dhcp_enable\":false}}");
	ecs_subnet_unref(c.wait.result);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_subnet_update(c.scope, "v", "s", &(EcsSubnetSpec){ .name = "n", .dns2 = "" }, NULL,
			  wait_changed, &c.wait);
	calls_expect(&c, "PUT " V1 "/vpcs/v/subnets/s",
		     "{\"subnet\":{\"name\":\"n\",\"secondary_dns\":\"\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_subnet_delete(c.scope, "v", "s", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " V1 "/vpcs/v/subnets/s", NULL);
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vpc/vpcs", test_vpcs);
	g_test_add_func("/vpc/subnets", test_subnets);
	g_test_add_func("/vpc/bad", test_bad);
	g_test_add_func("/vpc/vpc-changes", test_vpc_changes);
	g_test_add_func("/vpc/routes", test_routes);
	g_test_add_func("/vpc/subnet-changes", test_subnet_changes);
	return g_test_run();
}
