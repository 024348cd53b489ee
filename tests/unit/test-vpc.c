/* SPDX-License-Identifier: MIT */
#include "client/vpc.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	bool vpcs = strstr(request->path, "/v1/0123456789abcdef/vpcs") != NULL;
	if (!vpcs && !strstr(request->path, "/v1/0123456789abcdef/subnets"))
		return;
	answer->status = 200;
	answer->body = data ? g_strdup(data)
			    : fake_cloud_data(vpcs ? "vpc-vpcs.json" : "vpc-subnets.json");
}

/* @body: NULL: the document's sample. Returns: owned; NULL if @wait has an error. */
static GPtrArray *list(bool subnets, const char *body, Wait *wait)
{
	FakeCloud *cloud = fake_cloud_new(serve, (void *)body);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	wait_init(wait);
	(subnets ? ecs_subnet_list : ecs_vpc_list)(scope, NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_vpcs(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list(false, NULL, &wait);
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
	g_autoptr(GPtrArray) all = list(true, NULL, &wait);
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
	static const char *const bodies[] = { "", "{}", "{\"vpcs\":7}", "{\"vpcs\":[{\"id\":" };
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		Wait wait;
		say_row(i, bodies[i]);
		g_assert_null(list(false, bodies[i], &wait));
		assert_error(&wait, BAD_REPLY);
		wait_clear(&wait);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vpc/vpcs", test_vpcs);
	g_test_add_func("/vpc/subnets", test_subnets);
	g_test_add_func("/vpc/bad", test_bad);
	return g_test_run();
}
