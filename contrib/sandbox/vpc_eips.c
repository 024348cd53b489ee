/*
 * Elastic IPs, v1.
 */
#include <string.h>

#include "contrib/sandbox/vpc.h"

#define SIZE_LIMIT 1000
#define NAME_LIMIT 64

static GPtrArray *all_eips(const Project *project)
{
	return project->network.eips;
}

/* PENDING_CREATE, ACTIVE (bound) or DOWN */
static const char *status_of(const Eip *eip)
{
	return clock_now() < eip->ready ? "PENDING_CREATE" : *eip->port_id ? "ACTIVE" : "DOWN";
}

/* This API writes times with a blank */
static const char *time_blank(int64_t us)
{
	return text_format("%.10s %s", time_plain(us), time_plain(us) + 11);
}

static void write_bound(GString *out, const Eip *eip)
{
	if (*eip->port_id)
		json_write(out, "'port_id':%s,'private_ip_address':%s,", eip->port_id,
			   text_ip(eip->private_ip));
}

static void write_eip(GString *out, const Project *project, const void *object)
{
	const Eip *eip = object;
	const Bandwidth *bandwidth = eip->bandwidth;

	json_write(out, "{'id':%s,'status':%s,'profile':{},'type':%s,'public_ip_address':%s,",
		   eip->id, status_of(eip), eip->type, text_ip(eip->ip));
	write_bound(out, eip);
	json_write(out,
		   "'tenant_id':%s,'create_time':%s,'bandwidth_id':%s,'bandwidth_name':%s,"
		   "'bandwidth_share_type':%s,'bandwidth_size':%d,'enterprise_project_id':'0',"
		   "'ip_version':4}",
		   project->id, time_blank(eip->created), bandwidth->id, bandwidth->name,
		   bandwidth->shared ? "WHOLE" : "PER", bandwidth->size);
}

static bool wanted_eip(const Request *req, const void *object)
{
	const char *port = request_arg(req, "port_id");
	const char *address = request_arg(req, "public_ip_address");
	const Eip *eip = object;

	return (!port || strcmp(eip->port_id, port) == 0) &&
	       (!address || strcmp(text_ip(eip->ip), address) == 0);
}

static const VpcKind eips = {
	"publicips",
	"publicip",
	all_eips,
	write_eip,
	wanted_eip,
	"VPC.0504",
	"Floating IP could not be found.",
};

void eips_list(Request *req)
{
	vpc_write_list(req, &eips);
}

void eip_get(Request *req)
{
	vpc_write_one(req, &eips);
}

static bool bad(Request *req, const char *what)
{
	return fail_vpc(req, 400, "VPC.0501", "%s is invalid.", what);
}

/* Numbers may be texts */
static bool take_size(const cJSON *item, int *size)
{
	if (json_is_int(item))
		*size = item->valueint;
	else if (!cJSON_IsString(item) || !text_int(item->valuestring, size))
		return false;
	return *size >= 1 && *size <= SIZE_LIMIT;
}

/* The shared bandwidth that is named, or a new one's size; @shared: NULL for a new one */
static bool take_bandwidth(Request *req, const cJSON *wanted, Bandwidth **shared, int *size)
{
	const char *type = json_string(wanted, "share_type"), *id = json_string(wanted, "id");
	const cJSON *name = json_get(wanted, "name");
	const Network *network = &req->project->network;

	if (g_strcmp0(type, "WHOLE") == 0) {
		*shared = id ? network_find(network->bandwidths, id) : NULL;
		if (!*shared || !(*shared)->shared)
			return fail_vpc(req, 404, "VPC.0306", "Bandwidth could not be found.");
		if (bandwidth_eips(network, *shared) >= network->max_shared_eips)
			return fail_vpc(req, 409, "VPC.0301",
					"Quota exceeded for resources: ['shareBandwidthIP'].");
		return true;
	}
	if (g_strcmp0(type, "PER") != 0)
		return fail_vpc(req, 400, "VPC.0301", "bandwidth share_type is invalid.");
	if (!cJSON_IsString(name) || !*name->valuestring || !vpc_text_ok(name, NAME_LIMIT) ||
	    !text_all_in(name->valuestring, "_-."))
		return fail_vpc(req, 400, "VPC.0301", "bandwidth name is invalid.");
	if (!take_size(json_get(wanted, "size"), size))
		return fail_vpc(req, 400, "VPC.0301", "bandwidth size is invalid.");
	return true;
}

void eip_create(Request *req)
{
	static const char *const types[] = { "5_bgp", "5_mailbgp", "5_gray", NULL };
	const cJSON *wanted = vpc_body(req, "publicip", "VPC.0501");
	const cJSON *order = wanted ? vpc_body(req, "bandwidth", "VPC.0301") : NULL;
	const char *type = json_string(wanted, "type"), *charge = json_string(order, "charge_mode");
	const Network *network = &req->project->network;
	Bandwidth *bandwidth = NULL;
	int size = 0;

	if (!order)
		return;
	if (!type || !g_strv_contains(types, type)) {
		bad(req, "publicip type");
		return;
	}
	if (charge && strcmp(charge, "traffic") != 0 && strcmp(charge, "bandwidth") != 0) {
		fail_vpc(req, 400, "VPC.0301", "bandwidth charge_mode is invalid.");
		return;
	}
	if (!take_bandwidth(req, order, &bandwidth, &size))
		return;
	if ((int)network->eips->len >= network->max_eips) {
		fail_vpc(req, 409, "VPC.0521", "Quota exceeded for resources: ['floatingip'].");
		return;
	}
	if (!bandwidth)
		bandwidth = network_add_bandwidth(req->project, json_string(order, "name"), size,
						  false);
	const Eip *eip = network_add_eip(req->project, type, bandwidth, 0);
	reply(req, 200,
	      "{'publicip':{'id':%s,'status':%s,'type':%s,'public_ip_address':%s,'tenant_id':%s,"
	      "'ip_version':4,'create_time':%s,'bandwidth_size':0,'enterprise_project_id':'0'}}",
	      eip->id, status_of(eip), eip->type, text_ip(eip->ip), req->project->id,
	      time_blank(eip->created));
}

static bool bind_allowed(Request *req, const Eip *eip, const char *id, PortRef *port)
{
	if (*eip->port_id)
		return fail_vpc(req, 409, "VPC.0510",
				"Floatingip has already associated with port.");
	if (!network_port(req->project, id, port) || port->service)
		return fail_vpc(req, 404, "VPC.0501", "Port %s could not be found.", id);
	if (port_nic(port)->eip)
		return fail_vpc(req, 409, "VPC.0511",
				"Port has already associated with floatingip.");
	return true;
}

void eip_update(Request *req)
{
	Eip *eip = vpc_object(req, &eips, 1);
	const cJSON *wanted = eip ? vpc_body(req, "publicip", "VPC.0501") : NULL;
	const cJSON *port_id = json_get(wanted, "port_id");
	const char *id = cJSON_GetStringValue(port_id);
	PortRef port;

	if (!wanted)
		return;
	if (port_id && !id && !cJSON_IsNull(port_id)) {
		bad(req, "port_id");
		return;
	}
	if (clock_now() < eip->ready) {
		fail_vpc(req, 409, "VPC.0512", "Floating IP is busy, please try again later.");
		return;
	}
	if (!id || !*id) {
		if (*eip->port_id)
			eip_unbind(req->project, eip);
	} else {
		if (!bind_allowed(req, eip, id, &port))
			return;
		eip_bind(eip, &port);
	}
	vpc_reply(req, &eips, eip);
}

void eip_delete(Request *req)
{
	Eip *eip = vpc_object(req, &eips, 1);

	if (!eip)
		return;
	if (*eip->port_id) {
		fail_vpc(req, 409, "VPC.0517",
			 "Floating IP has associated with port, please disassociate it firstly.");
		return;
	}
	network_drop_eip(req->project, eip);
	reply_empty(req, 204);
}
