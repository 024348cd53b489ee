/*
 * Neutron: floating IPs, which are v1's elastic IPs. One that is made here gets a small bandwidth
 * of its own.
 */
#include <string.h>

#include "contrib/sandbox/neutron.h"

#define BANDWIDTH_MBITS 5

static void write_eip(Request *req, const void *object)
{
	const Eip *eip = object;
	bool bound = *eip->port_id != '\0';

	json_write(req->out,
		   "{'id':%s,'status':%s,'router_id':null,'floating_network_id':%s,"
		   "'fixed_ip_address':%s,'floating_ip_address':%s,'port_id':%s,'dns_name':%s,"
		   "'dns_domain':'compute.sandbox.'",
		   eip->id, bound ? "ACTIVE" : "DOWN", neutron_outside(),
		   bound ? text_ip(eip->private_ip) : NULL, text_ip(eip->ip),
		   bound ? eip->port_id : NULL, text_format("ecs-%s", text_ip(eip->ip)));
	if (world.options.openstack)
		json_write(req->out, ",'description':%s", eip->bandwidth->name);
	neutron_end(req, eip->created, eip->updated);
}

static const NeutronKind eips = { "floatingips", "floatingip", "FloatingIPNotFound", write_eip };

void neutron_eips_list(Request *req)
{
	const GPtrArray *all = req->project->network.eips;
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (unsigned i = 0; i < all->len; i++) {
		Eip *eip = all->pdata[i];
		if (neutron_filter(req, "port_id", eip->port_id) &&
		    neutron_filter(req, "floating_ip_address", text_ip(eip->ip)))
			g_ptr_array_add(found, eip);
	}
	neutron_write(req, &eips, found);
}

static Eip *find(Request *req)
{
	Eip *eip = network_find(req->project->network.eips, req->param[0]);

	if (!eip)
		neutron_missing(req, &eips);
	return eip;
}

void neutron_eip_get(Request *req)
{
	const Eip *eip = find(req);

	if (eip)
		neutron_reply(req, &eips, 200, eip);
}

/* port_id: null takes it away from its port */
static bool take_port(Request *req, const cJSON *wanted, Eip *eip)
{
	const cJSON *item = json_get(wanted, "port_id");
	const char *id = cJSON_GetStringValue(item);
	PortRef port;

	if (!item || (id && strcmp(id, eip->port_id) == 0))
		return true;
	if (!id) {
		if (*eip->port_id)
			eip_unbind(req->project, eip);
		return true;
	}
	if (!network_port(req->project, id, &port) || port.service)
		return fail_neutron(req, 404, "PortNotFound", "Port %s could not be found.", id);
	if (port_nic(&port)->eip)
		return fail_neutron(
			req, 409, "FloatingIPPortAlreadyAssociated",
			"Cannot associate floating IP %s with port %s using fixed IP %s, as "
			"that fixed IP already has a floating IP.",
			text_ip(eip->ip), id, text_ip(port_nic(&port)->ip));
	if (*eip->port_id)
		eip_unbind(req->project, eip);
	eip_bind(eip, &port);
	return true;
}

void neutron_eip_create(Request *req)
{
	const cJSON *wanted = json_get(request_json(req), "floatingip");
	const char *from = json_string(wanted, "floating_network_id");
	const char *about = json_string(wanted, "description");
	const Network *network = &req->project->network;

	if (!from) {
		fail_neutron(
			req, 400, "HTTPBadRequest",
			"Failed to parse request. Required attribute 'floating_network_id' not "
			"specified");
		return;
	}
	if (strcmp(from, neutron_outside()) != 0) {
		fail_neutron(req, 404, "NetworkNotFound", "Network %s could not be found.", from);
		return;
	}
	if ((int)network->eips->len >= network->max_eips) {
		fail_neutron(req, 409, "OverQuota",
			     "Quota exceeded for resources: ['floatingip'].");
		return;
	}
	Eip *eip = network_add_eip(req->project, "5_bgp",
				   network_add_bandwidth(req->project,
							 about ? about : "bandwidth-neutron",
							 BANDWIDTH_MBITS, false),
				   0);
	if (take_port(req, wanted, eip))
		neutron_reply(req, &eips, 201, eip);
}

void neutron_eip_update(Request *req)
{
	Eip *eip = find(req);
	const cJSON *wanted = eip ? json_get(request_json(req), "floatingip") : NULL;

	if (!eip)
		return;
	if (!cJSON_IsObject(wanted))
		fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for floatingip");
	else if (take_port(req, wanted, eip))
		neutron_reply(req, &eips, 200, eip);
}

void neutron_eip_delete(Request *req)
{
	Eip *eip = find(req);

	if (!eip)
		return;
	if (*eip->port_id)
		eip_unbind(req->project, eip);
	network_drop_eip(req->project, eip);
	reply_empty(req, 204);
}
