/* SPDX-License-Identifier: MIT */
#include "client/nic.h"

#include "tests/unit/calls.h"

#define NOVA "/eu-de/ecs/v2.1/" CALLS_PROJECT "/servers/s"
#define V1 "/eu-de/ecs/v1/" CALLS_PROJECT "/cloudservers/s"

static const CallsAnswer answers[] = { { "POST " NOVA "/os-interface", 200,
					 "nova-interface-add.json" },
				       { "POST " NOVA "/action", 202, NULL },
				       { "POST " V1 "/nics/delete", 200, "ecs-nics-delete.json" },
				       {} };

static void test_add(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_nic_add(c.scope, "s", "n", NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " NOVA "/os-interface",
		     "{\"interfaceAttachment\":{\"net_id\":\"n\"}}");
	g_assert_cmpstr(c.wait.ids[0], ==, "ce531f90-199f-48c0-816c-13e38010b442");
	g_assert_cmpstr(c.wait.job, ==, "");
	calls_end(&c);
}

static void test_remove(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_nic_remove(c.scope, "s", "p", NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " V1 "/nics/delete", "{\"nics\":[{\"id\":\"p\"}]}");
	g_assert_cmpstr(c.wait.job, ==, "ff80808288d41e1b018990260955686a");
	calls_end(&c);
}

static void test_groups(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_nic_add_group(c.scope, "s", "g", NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " NOVA "/action", "{\"addSecurityGroup\":{\"name\":\"g\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_nic_remove_group(c.scope, "s", "g", NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST " NOVA "/action", "{\"removeSecurityGroup\":{\"name\":\"g\"}}");
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nic/add", test_add);
	g_test_add_func("/nic/remove", test_remove);
	g_test_add_func("/nic/groups", test_groups);
	return g_test_run();
}
