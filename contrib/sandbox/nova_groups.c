/*
 * Security groups and addresses as Nova shows them: those of a server, and, below
 * microversion 2.36, the project's, which newer clients find at Neutron (nova.md).
 */
#include <string.h>

#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/view.h"
#include "contrib/sandbox/vpc.h"

#define PROXIES_UNTIL 36

static void write_rule(GString *out, const Project *project, const GroupRule *rule)
{
	json_comma(out);
	json_write(out, "{'id':%s,'parent_group_id':%s,'ip_protocol':%s,", rule->id,
		   rule->group->id, rule->protocol);
	if (rule->min < 0)
		json_write(out, "'from_port':null,'to_port':null,");
	else
		json_write(out, "'from_port':%d,'to_port':%d,", rule->min, rule->max);
	if (rule->remote_group)
		json_write(out, "'group':{'tenant_id':%s,'name':%s},", project->id,
			   rule->remote_group->name);
	else
		json_write(out, "'group':{},");
	if (rule->remote_ip)
		json_write(out, "'ip_range':{'cidr':%s}}", rule->remote_ip);
	else
		json_write(out, "'ip_range':{}}");
}

/* Nova knows of rules for what comes in only */
static void write_group(GString *out, const Project *project, const SecurityGroup *group)
{
	json_comma(out);
	json_write(out, "{'id':%s,'name':%s,'description':%s,'tenant_id':%s,'rules':[", group->id,
		   group->name, group->description, project->id);
	for (unsigned i = 0; i < group->rules->len; i++) {
		const GroupRule *rule = group->rules->pdata[i];
		if (strcmp(rule->direction, "ingress") == 0)
			write_rule(out, project, rule);
	}
	g_string_append(out, "]}");
}

void nova_server_groups_list(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	g_autoptr(GPtrArray) groups = server_all_groups(server);
	reply(req, 200, "{'security_groups':[");
	for (unsigned i = 0; i < groups->len; i++)
		write_group(req->out, req->project, groups->pdata[i]);
	g_string_append(req->out, "]}");
}

static bool has_proxies(Request *req)
{
	return req->microversion < PROXIES_UNTIL ||
	       fail_nova(req, 404, "The resource could not be found.");
}

void nova_groups_proxy_list(Request *req)
{
	const GPtrArray *groups = req->project->network.groups;

	if (!has_proxies(req))
		return;
	reply(req, 200, "{'security_groups':[");
	for (unsigned i = 0; i < groups->len; i++)
		write_group(req->out, req->project, groups->pdata[i]);
	g_string_append(req->out, "]}");
}

void nova_group_proxy_get(Request *req)
{
	const SecurityGroup *group = NULL;

	if (!has_proxies(req))
		return;
	group = network_find(req->project->network.groups, req->param[1]);
	if (!group) {
		fail_nova(req, 404, "Security group %s could not be found.", req->param[1]);
		return;
	}
	reply(req, 200, "{'security_group':");
	write_group(req->out, req->project, group);
	g_string_append_c(req->out, '}');
}

void nova_ips_list(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	reply(req, 200, "{'addresses':{");
	if (server->n_nics) {
		json_write(req->out, "%s:[", server->vpc->id);
		view_ips(req->out, server);
		g_string_append_c(req->out, ']');
	}
	g_string_append(req->out, "}}");
}

void nova_ips_get(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	if (!server->n_nics || strcmp(server->vpc->id, req->param[2]) != 0) {
		fail_nova(req, 404, "Network name not found");
		return;
	}
	reply(req, 200, "{%s:[", server->vpc->id);
	view_ips(req->out, server);
	g_string_append(req->out, "]}");
}
