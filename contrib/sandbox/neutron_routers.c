/*
 * Neutron: routers, which are v1's VPCs. The subnets of a VPC are the interfaces of its router.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"

#define NAME_LIMIT 255

static void write_router(Request *req, const void *object)
{
	const Vpc *vpc = object;

	json_write(req->out,
		   "{'id':%s,'name':%s,'description':%s,'status':'ACTIVE','admin_state_up':true,"
		   "'distributed':true,'ha':false,'availability_zones':[],'availability_zone_hints'"
		   ":[],",
		   vpc->id, vpc->name, vpc->description);
	if (vpc->snat)
		json_write(req->out,
			   "'external_gateway_info':{'network_id':%s,'enable_snat':true,"
			   "'external_fixed_ips':[]},",
			   neutron_outside());
	else
		json_write(req->out, "'external_gateway_info':null,");
	json_write(req->out, "'routes':[");
	for (unsigned i = 0; i < vpc->routes->len; i += 2) {
		json_comma(req->out);
		json_write(req->out, "{'destination':%s,'nexthop':%s}",
			   (char *)vpc->routes->pdata[i], (char *)vpc->routes->pdata[i + 1]);
	}
	g_string_append_c(req->out, ']');
	neutron_end(req, vpc->created, vpc->updated);
}

static const NeutronKind routers = { "routers", "router", "RouterNotFound", write_router };

void neutron_routers_list(Request *req)
{
	const GPtrArray *all = req->project->network.vpcs;
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (unsigned i = 0; i < all->len; i++) {
		Vpc *vpc = all->pdata[i];
		if (neutron_filter(req, "id", vpc->id) && neutron_filter(req, "name", vpc->name))
			g_ptr_array_add(found, vpc);
	}
	neutron_write(req, &routers, found);
}

static Vpc *router(Request *req)
{
	Vpc *vpc = network_find(req->project->network.vpcs, req->param[0]);

	if (!vpc)
		neutron_missing(req, &routers);
	return vpc;
}

void neutron_router_get(Request *req)
{
	const Vpc *vpc = router(req);

	if (vpc)
		neutron_reply(req, &routers, 200, vpc);
}

/* null: no way out; an object with the one network outside */
static bool take_gateway(Request *req, const cJSON *wanted, Vpc *vpc)
{
	const cJSON *gateway = json_get(wanted, "external_gateway_info");
	const char *network = json_string(gateway, "network_id");

	if (!gateway)
		return true;
	if (network && strcmp(network, neutron_outside()) != 0)
		return fail_neutron(req, 404, "NetworkNotFound", "Network %s could not be found.",
				    network);
	vpc->snat = network != NULL;
	return true;
}

static const cJSON *router_body(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "router");

	if (cJSON_IsObject(wanted) && vpc_text_ok(json_get(wanted, "name"), NAME_LIMIT) &&
	    vpc_text_ok(json_get(wanted, "description"), NAME_LIMIT))
		return wanted;
	fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for router");
	return NULL;
}

static void take_router(Request *req, const cJSON *wanted, Vpc *vpc, int status)
{
	vpc_take(&vpc->name, wanted, "name");
	vpc_take(&vpc->description, wanted, "description");
	vpc->updated = clock_now();
	if (take_gateway(req, wanted, vpc))
		neutron_reply(req, &routers, status, vpc);
}

void neutron_router_create(Request *req)
{
	const cJSON *wanted = router_body(req);
	const Network *network = &req->project->network;

	if (!wanted)
		return;
	if ((int)network->vpcs->len >= network->max_vpcs) {
		fail_neutron(req, 409, "OverQuota", "Quota exceeded for resources: ['router'].");
		return;
	}
	take_router(req, wanted, network_add_vpc(req->project, "", "", ""), 201);
}

void neutron_router_update(Request *req)
{
	Vpc *vpc = router(req);
	const cJSON *wanted = vpc ? router_body(req) : NULL;

	if (wanted)
		take_router(req, wanted, vpc, 200);
}

void neutron_router_delete(Request *req)
{
	Vpc *vpc = router(req);
	const GPtrArray *all = req->project->network.subnets;

	for (unsigned i = 0; vpc && i < all->len; i++)
		if (((Subnet *)all->pdata[i])->vpc == vpc) {
			fail_neutron(req, 409, "RouterInUse", "Router %s still has ports", vpc->id);
			return;
		}
	if (!vpc)
		return;
	network_drop(req->project, req->project->network.vpcs, vpc);
	reply_empty(req, 204);
}

/* ---- interfaces ---- */

static void reply_interface(Request *req, const Vpc *vpc, const Subnet *subnet)
{
	const GArray *ports = network_index(req->project);
	const char *id = "";

	for (unsigned i = 0; i < ports->len; i++) {
		const PortRef *port = &g_array_index(ports, PortRef, i);
		if (port->service == subnet && port->gateway)
			id = port->id;
	}
	reply(req, 200,
	      "{'id':%s,'tenant_id':%s,'network_id':%s,'port_id':%s,'subnet_id':%s,'subnet_ids':[%"
	      "s]}",
	      vpc->id, req->project->id, subnet->id, id, subnet->neutron_id, subnet->neutron_id);
}

static Subnet *interface_subnet(Request *req)
{
	const char *id = json_string(request_json(req), "subnet_id");
	Subnet *subnet = id ? neutron_subnet(req->project, id) : NULL;

	if (!id)
		fail_neutron(req, 400, "BadRequest",
			     "Either subnet_id or port_id must be specified");
	else if (!subnet)
		fail_neutron(req, 404, "SubnetNotFound", "Subnet %s could not be found.", id);
	return subnet;
}

void neutron_router_add(Request *req)
{
	Vpc *vpc = router(req);
	Subnet *subnet = vpc ? interface_subnet(req) : NULL;

	if (!subnet)
		return;
	if (network_find(req->project->network.vpcs, subnet->vpc->id)) {
		fail_neutron(req, 409, "SubnetInUse", "Router already has a port on subnet %s",
			     subnet->neutron_id);
		return;
	}
	subnet->vpc = vpc;
	network_changed(req->project);
	reply_interface(req, vpc, subnet);
}

void neutron_router_remove(Request *req)
{
	Vpc *vpc = router(req);
	Subnet *subnet = vpc ? interface_subnet(req) : NULL;

	if (!subnet)
		return;
	if (subnet->vpc != vpc) {
		fail_neutron(req, 404, "RouterInterfaceNotFoundForSubnet",
			     "Router %s has no interface on subnet %s", vpc->id,
			     subnet->neutron_id);
		return;
	}
	if (neutron_uses_subnet(&req->project->network, subnet)) {
		fail_neutron(req, 409, "RouterInterfaceInUseByFloatingIP",
			     "Router interface for subnet %s cannot be deleted: it is in use.",
			     subnet->neutron_id);
		return;
	}
	reply_interface(req, vpc, subnet);
	subnet->vpc = neutron_nowhere(req->project);
	network_changed(req->project);
}

/* ---- what there is beside the core ---- */

void neutron_quotas_get(Request *req)
{
	const Network *network = &req->project->network;

	if (strcmp(req->param[0], req->project->id) != 0) {
		fail_neutron(req, 403, "PolicyNotAuthorized", "disallowed by policy");
		return;
	}
	reply(req, 200,
	      "{'quota':{'network':%d,'subnet':%d,'port':-1,'router':%d,'floatingip':%d,"
	      "'security_group':%d,'security_group_rule':%d,'rbac_policy':-1,'subnetpool':-1}}",
	      NEUTRON_NETWORKS, network->max_subnets, network->max_vpcs, network->max_eips,
	      network->max_groups, network->max_rules);
}

void neutron_extensions_list(Request *req)
{
	static const char *const aliases[] = { "router", "security-group", "port-security",
					       "external-net", NULL };

	reply(req, 200, "{'extensions':[");
	for (int i = 0; aliases[i]; i++) {
		json_comma(req->out);
		json_write(req->out,
			   "{'alias':%s,'name':%s,'description':'','links':[],"
			   "'updated':'2016-01-01T00:00:00-00:00'}",
			   aliases[i], aliases[i]);
	}
	g_string_append(req->out, "]}");
}
