/* SPDX-License-Identifier: MIT */
#include "client/security_group.h"

#include "tests/unit/calls.h"

#define V1 "/eu-de/vpc/v1/" CALLS_PROJECT

static const CallsAnswer answers[] = {
	{ "GET " V1 "/security-groups?", 200, "vpc-security-groups.json" },
	{ "GET " V1 "/security-groups/", 200, "vpc-security-group-get.json" },
	{ "POST " V1 "/security-groups", 200, "vpc-security-group-create.json" },
	{ "PUT /eu-de/vpc/v2.0/security-groups/", 200, "vpc-security-group-get.json" },
	{ "DELETE " V1 "/security-groups/used", 409,
	  "{\"code\":\"VPC.9902\",\"message\":\"{\\\"NeutronError\\\":{\\\"message\\\":"
	  "\\\"Security Group x in use.\\\",\\\"type\\\":\\\"SecurityGroupInUse\\\"}}\"}" },
	{ "DELETE ", 204, NULL },
	{ "POST " V1 "/security-group-rules", 200, "vpc-security-group-rule-create.json" },
	{}
};

static void test_list(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_security_group_list(c.scope, NULL, wait_listed, &c.wait);
	calls_expect(&c, "GET " V1 "/security-groups?limit=2000", NULL);
	g_autoptr(GPtrArray) all = c.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsSecurityGroup *group = all->pdata[0];
	g_assert_cmpstr(group->id, ==, "16b6e77a-08fa-42c7-aa8b-106c048884e6");
	g_assert_cmpstr(group->name, ==, "qq");
	g_assert_cmpuint(group->n_rules, ==, 4);
	const EcsRule *rule = &group->rules[0];
	g_assert_cmpstr(rule->direction, ==, "ingress");
	g_assert_cmpstr(rule->ethertype, ==, "IPv6");
	g_assert_cmpstr(rule->protocol, ==, "");
	g_assert_cmpint(rule->port_min, ==, -1);
	g_assert_cmpstr(rule->remote_group, ==, "69c999ad-d9ef-4d79-94fd-35e6ceb75325");
	g_assert_cmpstr(rule->remote_ip, ==, "");
	group = all->pdata[1]; /* its rules leave out what is null */
	g_assert_cmpuint(group->n_rules, ==, 2);
	g_assert_cmpint(group->rules[0].port_max, ==, -1);
	calls_end(&c);
}

static void test_get(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_security_group_get(c.scope, "16b6", NULL, wait_object, &c.wait);
	calls_expect(&c, "GET " V1 "/security-groups/16b6", NULL);
	g_autoptr(EcsSecurityGroup) group = c.wait.result;
	g_assert_cmpstr(group->description, ==, "qq");
	calls_end(&c);
}

static void test_change(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_security_group_update(c.scope, "16b6", "n", NULL, NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT /eu-de/vpc/v2.0/security-groups/16b6",
		     "{\"security_group\":{\"name\":\"n\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_security_group_update(c.scope, "16b6", NULL, "d", NULL, wait_changed, &c.wait);
	calls_expect(&c, "PUT /eu-de/vpc/v2.0/security-groups/16b6",
		     "{\"security_group\":{\"description\":\"d\"}}");
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_security_group_create(c.scope, "qq", NULL, wait_object, &c.wait);
	calls_expect(&c, "POST " V1 "/security-groups", "{\"security_group\":{\"name\":\"qq\"}}");
	ecs_security_group_unref(c.wait.result);
	calls_end(&c);
	calls_begin(&c, answers);
	ecs_security_group_delete(c.scope, "16b6", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " V1 "/security-groups/16b6", NULL);
	calls_end(&c);
}

static void test_in_use(void)
{
	Calls c;
	calls_begin(&c, answers);
	ecs_security_group_delete(c.scope, "used", NULL, wait_changed, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, BUSY);
	g_assert_nonnull(strstr(c.wait.error->message, "in use"));
	calls_end(&c);
}

static void test_rules(void)
{
	static const struct {
		EcsRule rule;
		const char *body;
	} rows[] = {
		{ { .direction = "ingress", .port_min = -1, .port_max = -1 },
		  "\"direction\":\"ingress\"" },
		{ { .direction = "ingress",
		    .ethertype = "IPv4",
		    .protocol = "tcp",
		    .port_min = 80,
		    .port_max = 90,
		    .remote_ip = "10.0.0.0/8" },
		  "\"direction\":\"ingress\",\"ethertype\":\"IPv4\",\"protocol\":\"tcp\","
		  "\"port_range_min\":80,\"port_range_max\":90,\"remote_ip_prefix\":\"10.0.0.0/"
		  "8\"" },
		{ { .direction = "egress",
		    .protocol = "icmp",
		    .port_min = 0,
		    .port_max = -1,
		    .remote_group = "g",
		    .description = "d" },
		  "\"direction\":\"egress\",\"protocol\":\"icmp\",\"port_range_min\":0,"
		  "\"remote_group_id\":\"g\",\"description\":\"d\"" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Calls c;
		say_row(i, rows[i].body);
		g_autofree char *body = g_strdup_printf(
			"{\"security_group_rule\":{\"security_group_id\":\"16b6\",%s}}",
			rows[i].body);
		calls_begin(&c, answers);
		ecs_rule_create(c.scope, "16b6", &rows[i].rule, NULL, wait_changed, &c.wait);
		calls_expect(&c, "POST " V1 "/security-group-rules", body);
		calls_end(&c);
	}
	Calls c;
	calls_begin(&c, answers);
	ecs_rule_delete(c.scope, "r/1", NULL, wait_changed, &c.wait);
	calls_expect(&c, "DELETE " V1 "/security-group-rules/r/1", NULL); /* r%2F1 on the wire */
	calls_end(&c);
}

/* The answer is 200, and what went wrong is in it. */
static void test_ports(void)
{
	static const CallsAnswer good[] = { { "/action", 200, "{\"fail\":[]}" }, {} };
	static const CallsAnswer last[] = { { "/action", 200,
					      "{\"fail\":[{\"id\":\"p\",\"error_code\":\"VPC."
					      "0607\",\"error_msg\":\"An instance "
					      "must belong to at least one security group\"}]}" },
					    {} };
	static const CallsAnswer sample[] = { { "/action", 200, "vpc-sg-port-action.json" }, {} };
	Calls c;
	calls_begin(&c, good);
	ecs_security_group_port(c.scope, "g", "p", true, NULL, wait_changed, &c.wait);
	calls_expect(&c, "POST /eu-de/vpc/v2.0/" CALLS_PROJECT "/security-groups/g/instance/action",
		     "{\"ports\":[{\"id\":\"p\"}],\"action\":\"add\"}");
	calls_end(&c);
	calls_begin(&c, last);
	ecs_security_group_port(c.scope, "g", "p", false, NULL, wait_changed, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, INVALID);
	calls_end(&c);
	calls_begin(&c, sample);
	ecs_security_group_port(c.scope, "g", "p", false, NULL, wait_changed, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, NOT_FOUND);
	calls_end(&c);
}

/* A rule that nobody can read must not make a group look safer than it is. */
static void test_bad(void)
{
	static const CallsAnswer bad[] = {
		{ "GET ", 200,
		  "{\"security_group\":{\"id\":\"x\",\"security_group_rules\":[{}]}}" },
		{}
	};
	Calls c;
	calls_begin(&c, bad);
	ecs_security_group_get(c.scope, "x", NULL, wait_object, &c.wait);
	wait_for(&c.wait, 1);
	assert_error(&c.wait, BAD_REPLY);
	calls_end(&c);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/security-group/list", test_list);
	g_test_add_func("/security-group/get", test_get);
	g_test_add_func("/security-group/change", test_change);
	g_test_add_func("/security-group/in-use", test_in_use);
	g_test_add_func("/security-group/rules", test_rules);
	g_test_add_func("/security-group/ports", test_ports);
	g_test_add_func("/security-group/bad", test_bad);
	return g_test_run();
}
