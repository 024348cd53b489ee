/*
 * Neutron: networks and subnets changed, and the quotas with what is used of them.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"

#define NAME_LIMIT 255

/* The member @name of the body; NULL after 400 */
static const cJSON *body_of(Request *req, const char *name)
{
	const cJSON *wanted = json_get(request_json(req), name);

	if (cJSON_IsObject(wanted) && vpc_text_ok(json_get(wanted, "name"), NAME_LIMIT))
		return wanted;
	fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for %s.", name);
	return NULL;
}

void neutron_network_update(Request *req)
{
	const Network *network = &req->project->network;
	Subnet *subnet = network_find(network->bare, req->param[0]);

	if (!subnet)
		subnet = network_find(network->subnets, req->param[0]);
	if (!subnet) {
		neutron_missing(req, &neutron_networks);
		return;
	}
	const cJSON *wanted = body_of(req, "network");
	if (!wanted)
		return;
	vpc_take(&subnet->network_name, wanted, "name");
	vpc_take(&subnet->network_description, wanted, "description");
	subnet->updated = clock_now();
	neutron_reply(req, &neutron_networks, 200, subnet);
}

bool neutron_take_dns(Request *req, const cJSON *wanted, Subnet *subnet)
{
	const cJSON *list = json_get(wanted, "dns_nameservers"), *item = NULL;
	uint32_t ip;

	cJSON_ArrayForEach (item, list)
		if (!cJSON_IsString(item) || !text_parse_ip(item->valuestring, &ip))
			return fail_neutron(req, 400, "HTTPBadRequest",
					    "Invalid input for dns_nameservers.");
	for (int i = 0; list && i < 2; i++) {
		g_free(subnet->dns[i]);
		subnet->dns[i] = g_strdup(cJSON_GetStringValue(cJSON_GetArrayItem(list, i)));
	}
	return true;
}

void neutron_subnet_update(Request *req)
{
	Subnet *subnet = neutron_subnet(req->project, req->param[0]);
	const cJSON *wanted = subnet ? body_of(req, "subnet") : NULL;
	const cJSON *dhcp = json_get(wanted, "enable_dhcp");

	if (!subnet)
		neutron_missing(req, &neutron_subnets);
	if (!wanted || !neutron_take_dns(req, wanted, subnet))
		return;
	vpc_take(&subnet->name, wanted, "name");
	if (dhcp)
		subnet->dhcp = cJSON_IsTrue(dhcp);
	network_changed(req->project); /* its DHCP server */
	subnet->updated = clock_now();
	neutron_reply(req, &neutron_subnets, 200, subnet->neutron_id);
}

void neutron_details_get(Request *req)
{
	const Network *network = &req->project->network;
	const struct {
		const char *name;
		int used, limit;
	} quotas[] = {
		{ "network", (int)(network->subnets->len + network->bare->len), NEUTRON_NETWORKS },
		{ "subnet", (int)network->subnets->len, network->max_subnets },
		{ "port", (int)network_index(req->project)->len, 500 },
		{ "security_group", (int)network->groups->len, network->max_groups },
		{ "security_group_rule", network_rules(network), network->max_rules },
		{ "floatingip", (int)network->eips->len, network->max_eips },
	};

	if (strcmp(req->param[0], req->project->id) != 0) {
		fail_neutron(req, 403, "PolicyNotAuthorized", "get_quota is disallowed by policy");
		return;
	}
	reply(req, 200, "{'quota':{");
	for (size_t i = 0; i < G_N_ELEMENTS(quotas); i++) {
		json_comma(req->out);
		json_write(req->out, "%s:{'limit':%d,'used':%d,'reserved':0}", quotas[i].name,
			   quotas[i].limit, quotas[i].used);
	}
	g_string_append(req->out, "}}");
}
