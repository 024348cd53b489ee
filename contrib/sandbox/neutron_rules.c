/*
 * Neutron: the rules of security groups, the same as v1's.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"

static void write_rule(Request *req, const void *object)
{
	rule_write(req->out, req->project, object);
}

static const NeutronKind rules = { "security_group_rules", "security_group_rule",
				   "SecurityGroupRuleNotFound", write_rule };

static bool wanted(const Request *req, const GroupRule *rule)
{
	return neutron_filter(req, "id", rule->id) &&
	       neutron_filter(req, "security_group_id", rule->group->id) &&
	       neutron_filter(req, "direction", rule->direction) &&
	       neutron_filter(req, "protocol", rule->protocol) &&
	       neutron_filter(req, "ethertype", rule->ethertype) &&
	       neutron_filter(req, "remote_ip_prefix", rule->remote_ip) &&
	       neutron_filter(req, "remote_group_id",
			      rule->remote_group ? rule->remote_group->id : NULL);
}

void neutron_rules_list(Request *req)
{
	g_autoptr(GPtrArray) all = rules_collect(req->project), found = g_ptr_array_new();

	for (unsigned i = 0; i < all->len; i++)
		if (wanted(req, all->pdata[i]))
			g_ptr_array_add(found, all->pdata[i]);
	neutron_write(req, &rules, found);
}

/* The rule {id}; NULL after 404 */
static GroupRule *find(Request *req)
{
	g_autoptr(GPtrArray) all = rules_collect(req->project);

	for (unsigned i = 0; i < all->len; i++)
		if (strcmp(((const GroupRule *)all->pdata[i])->id, req->param[0]) == 0)
			return all->pdata[i];
	neutron_missing(req, &rules);
	return NULL;
}

void neutron_rule_get(Request *req)
{
	const GroupRule *rule = find(req);

	if (rule)
		neutron_reply(req, &rules, 200, rule);
}

void neutron_rule_create(Request *req)
{
	const cJSON *body = json_get(request_json(req), "security_group_rule");
	VpcRefusal refusal;
	const GroupRule *rule = rule_make(req->project, body, &refusal);

	if (rule)
		neutron_reply(req, &rules, 201, rule);
	else
		neutron_fail(req, &refusal);
}

void neutron_rule_delete(Request *req)
{
	GroupRule *rule = find(req);

	if (!rule)
		return;
	rule->group->updated = clock_now();
	g_ptr_array_remove(rule->group->rules, rule);
	reply_empty(req, 204);
}
