/*
 * Neutron: networks and subnets made and deleted in its way. A network without a subnet is kept
 * beside the subnets of v1, and becomes one of them with its first subnet; until a router has it,
 * it is in no VPC that a list shows.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"

#define PREFIX_LIMIT 29
#define NAME_LIMIT 255

Vpc *neutron_nowhere(Project *project)
{
	Vpc *vpc = network_add_vpc(project, "", "", "");

	network_drop(project, project->network.vpcs, vpc);
	return vpc;
}

/* @subnet goes to the networks without a subnet, or comes from there */
static void set_bare(Project *project, Subnet *subnet, bool bare)
{
	Network *network = &project->network;
	GPtrArray *from = bare ? network->subnets : network->bare;
	unsigned at = 0;

	if (g_ptr_array_find(from, subnet, &at))
		g_ptr_array_steal_index(from, at);
	g_ptr_array_add(bare ? network->bare : network->subnets, subnet);
	network_changed(project);
}

bool neutron_uses_subnet(const Network *network, const Subnet *subnet)
{
	for (unsigned i = 0; i < network->ports->len; i++)
		if (((Port *)network->ports->pdata[i])->nic.subnet == subnet)
			return true;
	return g_hash_table_size(subnet->used) != 0;
}

void neutron_network_create(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "network");
	const cJSON *name = json_get(wanted, "name");

	if (!cJSON_IsObject(wanted) || !vpc_text_ok(name, NAME_LIMIT)) {
		fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for network");
		return;
	}
	if (req->project->network.subnets->len + req->project->network.bare->len >=
	    NEUTRON_NETWORKS) {
		fail_neutron(req, 409, "OverQuota", "Quota exceeded for resources: ['network'].");
		return;
	}
	Subnet *network = network_add_subnet(req->project, neutron_nowhere(req->project), "", 0, 0);
	network->network_name = g_strdup(name ? name->valuestring : "");
	vpc_take(&network->network_description, wanted, "description");
	set_bare(req->project, network, true);
	neutron_reply(req, &neutron_networks, 201, network);
}

void neutron_network_delete(Request *req)
{
	Project *project = req->project;
	Subnet *subnet = network_find(project->network.subnets, req->param[0]);
	Subnet *bare = network_find(project->network.bare, req->param[0]);

	if (!subnet && !bare) {
		neutron_missing(req, &neutron_networks);
		return;
	}
	if (subnet && (network_find(project->network.vpcs, subnet->vpc->id) ||
		       neutron_uses_subnet(&project->network, subnet))) {
		fail_neutron(
			req, 409, "NetworkInUse",
			"Unable to complete operation on network %s. There are one or more ports "
			"still in use on the network.",
			subnet->id);
		return;
	}
	if (subnet)
		set_bare(project, subnet, true);
	network_drop(project, project->network.bare, subnet ? subnet : bare);
	reply_empty(req, 204);
}

/* Where a new subnet's gateway is: the first address, unless the body says another */
static bool take_range(Request *req, const cJSON *wanted, Subnet *range)
{
	const char *cidr = json_string(wanted, "cidr"),
		   *gateway = json_string(wanted, "gateway_ip");

	if (!cidr || !network_parse_cidr(cidr, &range->net, &range->prefix) ||
	    range->prefix > PREFIX_LIMIT)
		return fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for cidr");
	range->gateway = range->net + 1;
	if (gateway && (!text_parse_ip(gateway, &range->gateway) ||
			!network_inside(range->gateway, 32, range->net, range->prefix)))
		return fail_neutron(req, 400, "GatewayConflictWithAllocationPools",
				    "Gateway ip %s is not in the subnet", gateway);
	return true;
}

void neutron_subnet_create(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "subnet");
	const cJSON *name = json_get(wanted, "name"), *dhcp = json_get(wanted, "enable_dhcp");
	const char *id = json_string(wanted, "network_id");
	Project *project = req->project;
	Subnet range = { 0 };

	if (!id || !vpc_text_ok(name, NAME_LIMIT)) {
		fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for subnet");
		return;
	}
	Subnet *subnet = network_find(project->network.bare, id);
	const Subnet *there = network_find(project->network.subnets, id);
	if (!subnet && !there) {
		fail_neutron(req, 404, "NetworkNotFound", "Network %s could not be found.", id);
		return;
	}
	if (!take_range(req, wanted, &range))
		return;
	if (there && (network_inside(there->net, there->prefix, range.net, range.prefix) ||
		      network_inside(range.net, range.prefix, there->net, there->prefix))) {
		fail_neutron(req, 400, "InvalidInput",
			     "Invalid input for operation: Requested subnet with cidr: %s for "
			     "network: %s overlaps with another subnet.",
			     json_string(wanted, "cidr"), id);
		return;
	}
	if (there) {
		fail_neutron(req, 409, "OverQuota", "A network has one subnet here.");
		return;
	}
	if (!neutron_take_dns(req, wanted, subnet))
		return;
	subnet->net = range.net;
	subnet->prefix = range.prefix;
	subnet->gateway = range.gateway;
	subnet->dhcp = !cJSON_IsFalse(dhcp);
	vpc_take(&subnet->name, wanted, "name");
	set_bare(project, subnet, false);
	neutron_reply(req, &neutron_subnets, 201, subnet->neutron_id);
}

Subnet *neutron_subnet(const Project *project, const char *id)
{
	const GPtrArray *all = project->network.subnets;

	for (unsigned i = 0; i < all->len; i++) {
		Subnet *subnet = all->pdata[i];
		if (strcmp(subnet->neutron_id, id) == 0)
			return subnet;
	}
	return NULL;
}

void neutron_subnet_delete(Request *req)
{
	Project *project = req->project;
	Subnet *subnet = neutron_subnet(project, req->param[0]);

	if (!subnet) {
		neutron_missing(req, &neutron_subnets);
		return;
	}
	if (network_find(project->network.vpcs, subnet->vpc->id) ||
	    neutron_uses_subnet(&project->network, subnet)) {
		fail_neutron(
			req, 409, "SubnetInUse",
			"Unable to complete operation on subnet %s: One or more ports have an IP "
			"allocation from this subnet.",
			subnet->neutron_id);
		return;
	}
	set_bare(project, subnet, true);
	subnet->prefix = 0;
	g_strlcpy(subnet->neutron_id, world_uuid(),
		  sizeof subnet->neutron_id); /* of the next one */
	reply_empty(req, 204);
}
