/*
 * Neutron ports: the network interfaces of servers, ports of their own, and those that every subnet
 * has for its gateway and its DHCP server.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"
#include "contrib/sandbox/server.h"

#define NAME_LIMIT 255

static const Subnet *subnet_of(const PortRef *port)
{
	return port->service ? port->service : port_nic(port)->subnet;
}

/* The port's own part, if it has one */
static const Port *own(const PortRef *port)
{
	return port->port ? port->port : port->server ? port->server->nics[port->nic].port : NULL;
}

static uint32_t address_of(const PortRef *port)
{
	const Subnet *subnet = port->service;

	if (!subnet)
		return port_nic(port)->ip;
	return port->gateway ? subnet->gateway
			     : subnet->net + (UINT32_C(1) << (32 - subnet->prefix)) - 2;
}

static const char *owner_of(const PortRef *port)
{
	if (port->server)
		return text_format("compute:%s", port->server->az);
	if (port->port)
		return port->port->owner;
	return port->gateway ? "network:router_interface_distributed" : "network:dhcp";
}

static const char *device_of(const PortRef *port)
{
	if (port->server)
		return port->server->id;
	if (port->port)
		return "";
	return port->gateway ? port->service->vpc->id : text_format("dhcp%s", port->service->id);
}

static void write_port(Request *req, const void *object)
{
	const PortRef *port = object;
	const Subnet *subnet = subnet_of(port);
	const Port *special = own(port);
	int64_t created = port->server ? port->server->created
			  : special    ? special->created
				       : subnet->created;
	SecurityGroup **groups = port_groups(port);

	json_write(req->out,
		   "{'id':%s,'name':%s,'status':%s,'admin_state_up':true,'fixed_ips':["
		   "{'subnet_id':%s,'ip_address':%s}],'mac_address':%s,'network_id':%s,"
		   "'tenant_id':%s,'project_id':%s,",
		   port->id, special ? special->name : "", port->port ? "DOWN" : "ACTIVE",
		   subnet->neutron_id, text_ip(address_of(port)), port_mac(port), subnet->id,
		   req->project->id, req->project->id);
	json_write(req->out, "'device_id':%s,'device_owner':%s,'security_groups':[",
		   device_of(port), owner_of(port));
	for (int i = 0; groups[i]; i++) {
		json_comma(req->out);
		json_write(req->out, "%s", groups[i]->id);
	}
	json_write(req->out,
		   "],'extra_dhcp_opts':[],'allowed_address_pairs':[],'binding:vnic_type':'normal',"
		   "'binding:vif_details':{},'binding:profile':{},'port_security_enabled':%i,"
		   "'created_at':%s,'updated_at':%s}",
		   !port->service, time_plain(created),
		   time_plain(special ? special->updated : created));
}

static const NeutronKind ports = { "ports", "port", "PortNotFound", write_port };

static bool fits(const Request *req, const PortRef *port)
{
	const char *ip = request_arg(req, "fixed_ips");
	const Port *special = own(port);

	return neutron_filter(req, "id", port->id) &&
	       neutron_filter(req, "network_id", subnet_of(port)->id) &&
	       neutron_filter(req, "device_id", device_of(port)) &&
	       neutron_filter(req, "device_owner", owner_of(port)) &&
	       neutron_filter(req, "mac_address", port_mac(port)) &&
	       neutron_filter(req, "name", special ? special->name : "") &&
	       (!ip || !g_str_has_prefix(ip, "ip_address=") ||
		strcmp(ip + strlen("ip_address="), text_ip(address_of(port))) == 0);
}

static bool filtered(const Request *req)
{
	static const char *const names[] = { "id",	     "network_id",  "device_id", "name",
					     "device_owner", "mac_address", "fixed_ips" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (request_arg(req, names[i]))
			return true;
	return false;
}

void neutron_ports_list(Request *req)
{
	const GArray *index = network_index(req->project);
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	bool some = filtered(req);

	for (unsigned i = 0; i < index->len; i++) {
		PortRef *port = &g_array_index(index, PortRef, i);
		if (!some || fits(req, port))
			g_ptr_array_add(found, port);
	}
	neutron_write(req, &ports, found);
}

/* The port of the path; false after 404 */
static bool find(Request *req, PortRef *port)
{
	if (network_port(req->project, req->param[0], port))
		return true;
	neutron_missing(req, &ports);
	return false;
}

void neutron_port_get(Request *req)
{
	PortRef port;

	if (find(req, &port))
		neutron_reply(req, &ports, 200, &port);
}

/* The groups of the body; false after an error. Without any: @groups stays as it is. */
static bool take_groups(Request *req, const cJSON *wanted, SecurityGroup **groups)
{
	const cJSON *list = json_get(wanted, "security_groups"), *item = NULL;
	SecurityGroup *taken[SERVER_GROUPS] = { NULL };
	int n = 0;

	if (!list)
		return true;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > SERVER_GROUPS)
		return fail_neutron(req, 400, "HTTPBadRequest",
				    "Invalid input for security_groups.");
	cJSON_ArrayForEach (item, list) {
		const char *id = cJSON_GetStringValue(item);
		taken[n] = id ? network_find(req->project->network.groups, id) : NULL;
		if (!taken[n++])
			return fail_neutron(req, 404, "SecurityGroupNotFound",
					    "Security group %s does not exist", id ? id : "");
	}
	if (!n && !world.options.openstack)
		return fail_neutron(req, 400, "HTTPBadRequest",
				    "A port needs at least one security group.");
	memcpy(groups, taken, sizeof taken);
	return true;
}

/* The address of a new port; 0 after an error */
static uint32_t take_address(Request *req, const cJSON *wanted, Subnet *subnet)
{
	const cJSON *fixed = cJSON_GetArrayItem(json_get(wanted, "fixed_ips"), 0);
	const char *text = json_string(fixed, "ip_address");
	uint32_t ip = 0;

	if (text && (!text_parse_ip(text, &ip) || !subnet_holds(subnet, ip)))
		return fail_neutron(req, 400, "InvalidIpForSubnet",
				    "IP address %s is not a valid IP for the specified subnet.",
				    text);
	if (!text && subnet_free(subnet) < 1)
		return fail_neutron(req, 409, "IpAddressGenerationFailure",
				    "No more IP addresses available on network %s.", subnet->id);
	ip = subnet_take(subnet, ip);
	if (!ip)
		fail_neutron(req, 409, "IpAddressInUse",
			     "Unable to complete operation for network %s. "
			     "The IP address %s is in use.",
			     subnet->id, text);
	return ip;
}

void neutron_port_create(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "port");
	const char *network = json_string(wanted, "network_id");
	Subnet *subnet = network ? project_subnet(req->project, network) : NULL;
	SecurityGroup *groups[SERVER_GROUPS] = { project_default_group(req->project) };

	if (!cJSON_IsObject(wanted) || !network ||
	    !vpc_text_ok(json_get(wanted, "name"), NAME_LIMIT)) {
		fail_neutron(req, 400, "HTTPBadRequest",
			     "Failed to parse request: network_id, name");
		return;
	}
	if (!subnet) {
		fail_neutron(req, 404, "NetworkNotFound", "Network %s could not be found.",
			     network);
		return;
	}
	if (!take_groups(req, wanted, groups))
		return;
	uint32_t ip = take_address(req, wanted, subnet);
	if (!ip)
		return;
	Port *port = network_add_port(req->project, subnet, ip);
	vpc_take(&port->name, wanted, "name");
	memcpy(port->groups, groups, sizeof groups);
	if (g_strcmp0(json_string(wanted, "device_owner"), "neutron:VIP_PORT") == 0)
		port->owner = "neutron:VIP_PORT";
	PortRef ref = { .port = port };
	g_strlcpy(ref.id, port->id, sizeof ref.id);
	neutron_reply(req, &ports, 201, &ref);
}

void neutron_port_update(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "port");
	SecurityGroup *groups[SERVER_GROUPS] = { NULL };
	PortRef ref;

	if (!find(req, &ref))
		return;
	if (!cJSON_IsObject(wanted) || !vpc_text_ok(json_get(wanted, "name"), NAME_LIMIT)) {
		fail_neutron(req, 400, "HTTPBadRequest", "Failed to parse request");
		return;
	}
	if (ref.service) {
		fail_neutron(req, 403, "PolicyNotAuthorized",
			     "update_port is disallowed by policy");
		return;
	}
	if (!take_groups(req, wanted, groups))
		return;
	Port *port = port_own(&ref);
	vpc_take(&port->name, wanted, "name");
	if (json_get(wanted, "security_groups"))
		memcpy(port->groups, groups, sizeof groups);
	port->updated = clock_now();
	neutron_reply(req, &ports, 200, &ref);
}

void neutron_port_delete(Request *req)
{
	PortRef port;

	if (!find(req, &port))
		return;
	if (!port.port) {
		fail_neutron(req, 409, "PortInUse",
			     "Unable to complete operation on port %s, port is already attached to "
			     "%s.",
			     port.id, device_of(&port));
		return;
	}
	network_drop_port(req->project, port.port);
	reply_empty(req, 204);
}
