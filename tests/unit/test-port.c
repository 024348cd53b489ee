/* SPDX-License-Identifier: MIT */
#include "client/port.h"

#include "tests/unit/calls.h"

#define PORTS "/eu-de/vpc/v2.0/ports"
#define ONE                                                                                        \
	"{\"port\":{\"id\":\"p\",\"device_owner\":\"compute:eu-de-01\",\"device_id\":\"s\","       \
	"\"fixed_ips\":[{\"subnet_id\":\"n\",\"ip_address\":\"10.0.0.7\"},7],"                     \
	"\"security_groups\":[\"a\",null,\"b\"]}}"

static const CallsAnswer answers[] = { { "GET " PORTS "?", 200, "neutron-ports.json" },
				       { "GET " PORTS "/none", 404, "error-neutron.json" },
				       { "GET " PORTS "/", 200, ONE },
				       { "POST " PORTS, 201, ONE },
				       { "PUT " PORTS "/", 200, ONE },
				       { "DELETE " PORTS "/", 204, NULL },
				       {} };

static void test_list(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_port_list(c.scope, NULL, wait_listed, &c.wait);
	calls_expect(&c, "GET " PORTS "?limit=2000", NULL);
	g_autoptr(GPtrArray) all = c.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsPort *port = all->pdata[0];
	g_assert_cmpstr(port->id, ==, "791870bd-36a7-4d9b-b015-a78e9b06af08");
	g_assert_cmpstr(port->name, ==, "port-test");
	g_assert_cmpstr(port->mac, ==, "fa:16:3e:01:e0:b2");
	g_assert_cmpuint(port->n_addresses, ==, 0);
	g_assert_cmpuint(port->n_groups, ==, 1);
	g_assert_true(port->enabled);
	g_assert_cmpint(port->created, ==, 1536803021);
	port = all->pdata[1];
	g_assert_cmpstr(port->device_owner, ==, "network:router_interface_distributed");
	g_assert_null(ecs_port_zone(port));
	g_assert_cmpstr(port->addresses[0].ip, ==, "2a07:b980:4030:14::1");
	calls_end(&c);
}

static void test_get(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_port_get(c.scope, "p", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " PORTS "/p", NULL);
	g_autoptr(EcsPort) port = c.wait.result;
	g_assert_cmpstr(ecs_port_zone(port), ==, "eu-de-01");
	g_assert_cmpuint(port->n_addresses, ==, 1);
	g_assert_cmpuint(port->n_groups, ==, 2);
	g_assert_cmpstr(port->groups[1], ==, "b");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_port_get(c.scope, "none", NULL, wait_object, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, NOT_FOUND);
	calls_end(&c);
}

static void test_create(void)
{
	static const char *const groups[] = { "a", "b", NULL };
	static const struct {
		EcsPortSpec spec;
		const char *body;
	} rows[] = {
		{ { .subnet = "n" }, "{\"port\":{\"network_id\":\"n\"}}" },
		{ { .subnet = "n", .name = "x", .ip = "10.0.0.7", .security_groups = groups },
		  "{\"port\":{\"network_id\":\"n\",\"name\":\"x\",\"fixed_ips\":[{\"ip_address\":"
		  "\"10.0.0.7\"}],\"security_groups\":[\"a\",\"b\"]}}" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Calls c;
		say_row(i, rows[i].body);
		calls_begin(&c, answers);
		ecs_port_create(c.scope, &rows[i].spec, NULL, wait_object, &c.wait);
		calls_expect(&c, "POST " PORTS, rows[i].body);
		ecs_port_unref(c.wait.result);
		calls_end(&c);
	}
}

static void test_change(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_port_rename(c.scope, "p", "n", NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT " PORTS "/p", "{\"port\":{\"name\":\"n\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_port_delete(c.scope, "p", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " PORTS "/p", NULL);
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/port/list", test_list);
	g_test_add_func("/port/get", test_get);
	g_test_add_func("/port/create", test_create);
	g_test_add_func("/port/change", test_change);
	return g_test_run();
}
