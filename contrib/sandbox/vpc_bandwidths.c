/*
 * Bandwidths: v1 shows and changes all of them, v2.0 makes shared ones.
 */
#include <string.h>

#include "contrib/sandbox/vpc.h"

#define SIZE_LIMIT 1000
#define SHARED_LEAST 5
#define NAME_LIMIT 64
#define EIPS_AT_ONCE 20

static GPtrArray *all_bandwidths(const Project *project)
{
	return project->network.bandwidths;
}

static void write_bandwidth(GString *out, const Project *project, const void *object)
{
	const Bandwidth *bandwidth = object;
	const GPtrArray *eips = project->network.eips;

	json_write(out, "{'id':%s,'name':%s,'size':%d,'share_type':%s,'publicip_info':[",
		   bandwidth->id, bandwidth->name, bandwidth->size,
		   bandwidth->shared ? "WHOLE" : "PER");
	for (unsigned i = 0; i < eips->len; i++) {
		const Eip *eip = eips->pdata[i];
		if (eip->bandwidth != bandwidth)
			continue;
		json_comma(out);
		json_write(out,
			   "{'publicip_id':%s,'publicip_address':%s,'ip_version':4,"
			   "'publicip_type':%s}",
			   eip->id, text_ip(eip->ip), eip->type);
	}
	json_write(out,
		   "],'tenant_id':%s,'bandwidth_type':%s,'charge_mode':'traffic',"
		   "'billing_info':'','enterprise_project_id':'0','status':'NORMAL',"
		   "'created_at':%s,'updated_at':%s}",
		   project->id, bandwidth->shared ? "share" : "bgp", time_z(bandwidth->created),
		   time_z(bandwidth->updated));
}

static bool wanted_bandwidth(const Request *req, const void *object)
{
	const char *share = request_arg(req, "share_type");

	return !share || strcmp(share, ((const Bandwidth *)object)->shared ? "WHOLE" : "PER") == 0;
}

static const VpcKind bandwidths = {
	"bandwidths",
	"bandwidth",
	all_bandwidths,
	write_bandwidth,
	wanted_bandwidth,
	"VPC.0306",
	"Bandwidth could not be found.",
};

void bandwidths_list(Request *req)
{
	vpc_write_list(req, &bandwidths);
}

void bandwidth_get(Request *req)
{
	vpc_write_one(req, &bandwidths);
}

static bool bad(Request *req, const char *what)
{
	return fail_vpc(req, 400, "VPC.0301", "bandwidth %s is invalid.", what);
}

/* Steps of 1 up to 300, of 50 up to 1000; numbers may be texts. @size: 0 if it is not there. */
static bool take_size(Request *req, const cJSON *wanted, bool shared, int *size)
{
	const cJSON *item = json_get(wanted, "size");

	*size = 0;
	if (!item)
		return true;
	if (json_is_int(item))
		*size = item->valueint;
	else if (!cJSON_IsString(item) || !text_int(item->valuestring, size))
		return bad(req, "size");
	if (*size < (shared ? SHARED_LEAST : 1) || *size > SIZE_LIMIT ||
	    (*size > 300 && *size % 50 != 0))
		return bad(req, "size");
	return true;
}

static bool name_ok(Request *req, const cJSON *wanted)
{
	const cJSON *name = json_get(wanted, "name");

	return (vpc_text_ok(name, NAME_LIMIT) &&
		(!name || (*name->valuestring && text_all_in(name->valuestring, "_-.")))) ||
	       bad(req, "name");
}

void bandwidth_update(Request *req)
{
	Bandwidth *bandwidth = vpc_object(req, &bandwidths, 1);
	const cJSON *wanted = bandwidth ? vpc_body(req, "bandwidth", "VPC.0301") : NULL;
	int size = 0;

	if (!wanted || !take_size(req, wanted, bandwidth->shared, &size) || !name_ok(req, wanted))
		return;
	if (!size && !json_get(wanted, "name")) {
		bad(req, "name or size");
		return;
	}
	if (size)
		bandwidth->size = size;
	vpc_take(&bandwidth->name, wanted, "name");
	bandwidth->updated = clock_now();
	vpc_reply(req, &bandwidths, bandwidth);
}

void bandwidth_create(Request *req)
{
	const cJSON *wanted = vpc_body(req, "bandwidth", "VPC.0301");
	const Network *network = &req->project->network;
	int size = 0;

	if (!wanted || !take_size(req, wanted, true, &size) || !name_ok(req, wanted))
		return;
	if (!size || !json_get(wanted, "name")) {
		bad(req, size ? "name" : "size");
		return;
	}
	if (network_shared(network) >= network->max_shared) {
		fail_vpc(req, 409, "VPC.0302", "Quota exceeded for resources: ['shareBandwidth'].");
		return;
	}
	vpc_reply(req, &bandwidths,
		  network_add_bandwidth(req->project, json_string(wanted, "name"), size, true));
}

/* The shared bandwidth of the path; NULL after an error */
static Bandwidth *shared_one(Request *req)
{
	Bandwidth *bandwidth = vpc_object(req, &bandwidths, 1);

	if (!bandwidth || bandwidth->shared)
		return bandwidth;
	bad(req, "share_type");
	return NULL;
}

void bandwidth_delete(Request *req)
{
	Bandwidth *bandwidth = shared_one(req);

	if (!bandwidth)
		return;
	if (bandwidth_eips(&req->project->network, bandwidth)) {
		fail_vpc(req, 409, "VPC.0302", "The shared bandwidth is in use by elastic IPs.");
		return;
	}
	network_drop(req->project, req->project->network.bandwidths, bandwidth);
	reply_empty(req, 204);
}

/* The EIPs of the body; NULL after an error; free with g_ptr_array_unref() */
static GPtrArray *take_eips(Request *req, const cJSON *wanted)
{
	g_autoptr(GPtrArray) eips = g_ptr_array_new();
	const cJSON *list = json_get(wanted, "publicip_info"), *item = NULL;

	if (!cJSON_IsArray(list) || !cJSON_GetArraySize(list) ||
	    cJSON_GetArraySize(list) > EIPS_AT_ONCE) {
		bad(req, "publicip_info");
		return NULL;
	}
	cJSON_ArrayForEach (item, list) {
		const char *id = json_string(item, "publicip_id");
		Eip *eip = id ? network_find(req->project->network.eips, id) : NULL;
		if (!eip) {
			fail_vpc(req, 404, "VPC.0504", "Floating IP could not be found.");
			return NULL;
		}
		g_ptr_array_add(eips, eip);
	}
	return g_steal_pointer(&eips);
}

void bandwidth_insert(Request *req)
{
	Bandwidth *bandwidth = shared_one(req);
	const cJSON *wanted = bandwidth ? vpc_body(req, "bandwidth", "VPC.0301") : NULL;
	g_autoptr(GPtrArray) eips = wanted ? take_eips(req, wanted) : NULL;
	Network *network = &req->project->network;

	if (!eips)
		return;
	if (bandwidth_eips(network, bandwidth) + (int)eips->len > network->max_shared_eips) {
		fail_vpc(req, 409, "VPC.0302",
			 "Quota exceeded for resources: ['shareBandwidthIP'].");
		return;
	}
	for (unsigned i = 0; i < eips->len; i++) {
		Eip *eip = eips->pdata[i];
		if (!eip->bandwidth->shared)
			network_drop(req->project, network->bandwidths, eip->bandwidth);
		eip->bandwidth = bandwidth;
	}
	bandwidth->updated = clock_now();
	vpc_reply(req, &bandwidths, bandwidth);
}

void bandwidth_remove(Request *req)
{
	Bandwidth *bandwidth = shared_one(req);
	const cJSON *wanted = bandwidth ? vpc_body(req, "bandwidth", "VPC.0301") : NULL;
	g_autoptr(GPtrArray) eips = wanted ? take_eips(req, wanted) : NULL;
	const char *charge = json_string(wanted, "charge_mode");
	int size = 0;

	if (!eips || !take_size(req, wanted, false, &size))
		return;
	if (!size ||
	    (charge && strcmp(charge, "traffic") != 0 && strcmp(charge, "bandwidth") != 0)) {
		bad(req, size ? "charge_mode" : "size");
		return;
	}
	for (unsigned i = 0; i < eips->len; i++)
		if (((Eip *)eips->pdata[i])->bandwidth != bandwidth) {
			bad(req, "publicip_info");
			return;
		}
	for (unsigned i = 0; i < eips->len; i++) {
		Eip *eip = eips->pdata[i];
		eip->bandwidth = network_add_bandwidth(
			req->project, text_format("bandwidth-%.8s", eip->id), size, false);
	}
	bandwidth->updated = clock_now();
	reply_empty(req, 204);
}
