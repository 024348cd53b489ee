/*
 * VPC v1 subnets.
 */
#include <string.h>

#include "contrib/sandbox/vpc.h"

#define NAME_LIMIT 64
#define PREFIX_LIMIT 28 /* the smallest subnet */

static GPtrArray *all_subnets(const Project *project)
{
	return project->network.subnets;
}

static const char *status_of(const Subnet *subnet)
{
	return clock_now() < subnet->ready ? "UNKNOWN" : "ACTIVE";
}

static void write_subnet(GString *out, const Project *project, const void *object)
{
	const Subnet *subnet = object;

	json_write(out, "{'id':%s,'name':%s,'description':%s,'cidr':%s,'dnsList':[", subnet->id,
		   subnet->name, subnet->description, subnet_cidr(subnet));
	for (int i = 0; i < 2; i++)
		if (subnet->dns[i]) {
			json_comma(out);
			json_write(out, "%s", subnet->dns[i]);
		}
	json_write(out,
		   "],'status':%s,'vpc_id':%s,'gateway_ip':%s,'ipv6_enable':false,"
		   "'dhcp_enable':%i,'primary_dns':%s,'secondary_dns':%s,'availability_zone':%s,",
		   status_of(subnet), subnet->vpc->id, text_ip(subnet->gateway), subnet->dhcp,
		   subnet->dns[0] ? subnet->dns[0] : "", subnet->dns[1] ? subnet->dns[1] : "",
		   subnet->az ? subnet->az : "");
	json_write(out,
		   "'neutron_network_id':%s,'neutron_subnet_id':%s,'extra_dhcp_opts':[],"
		   "'tenant_id':%s,'created_at':%s,'updated_at':%s}",
		   subnet->id, subnet->neutron_id, project->id, time_plain(subnet->created),
		   time_plain(subnet->updated));
}

static bool wanted_subnet(const Request *req, const void *object)
{
	const char *vpc = request_arg(req, "vpc_id");

	return !vpc || strcmp(((const Subnet *)object)->vpc->id, vpc) == 0;
}

static const VpcKind subnets = {
	"subnets",
	"subnet",
	all_subnets,
	write_subnet,
	wanted_subnet,
	"VPC.0202",
	"{\"NeutronError\":{\"message\":\"Network could not be found.\","
	"\"type\":\"NetworkNotFound\",\"detail\":\"\"}}",
};

void subnets_list(Request *req)
{
	vpc_write_list(req, &subnets);
}

void subnet_get(Request *req)
{
	vpc_write_one(req, &subnets);
}

static bool bad(Request *req, const char *what)
{
	return fail_vpc(req, 400, "VPC.0201", "%s is invalid.", what);
}

static bool dns_ok(const cJSON *wanted)
{
	static const char *const members[] = { "primary_dns", "secondary_dns" };
	const cJSON *item = NULL;
	uint32_t ip;

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
		const cJSON *dns = json_get(wanted, members[i]);
		const char *text = cJSON_GetStringValue(dns);
		if (dns && (!text || (*text && !text_parse_ip(text, &ip))))
			return false;
	}
	cJSON_ArrayForEach (item, json_get(wanted, "dnsList"))
		if (!cJSON_IsString(item) || !text_parse_ip(item->valuestring, &ip))
			return false;
	return true;
}

static void take_dns(Subnet *subnet, const cJSON *wanted)
{
	const cJSON *list = json_get(wanted, "dnsList");

	vpc_take(&subnet->dns[0], wanted, "primary_dns");
	vpc_take(&subnet->dns[1], wanted, "secondary_dns");
	for (int i = 0; list && i < 2; i++) {
		g_free(subnet->dns[i]);
		subnet->dns[i] = g_strdup(cJSON_GetStringValue(cJSON_GetArrayItem(list, i)));
	}
	for (int i = 0; i < 2; i++)
		if (subnet->dns[i] && !*subnet->dns[i])
			g_clear_pointer(&subnet->dns[i], g_free);
	if (json_get(wanted, "dhcp_enable")) {
		subnet->dhcp = cJSON_IsTrue(json_get(wanted, "dhcp_enable"));
	}
}

/* What a create and an update have in common */
static bool common_ok(Request *req, const cJSON *wanted)
{
	const cJSON *name = json_get(wanted, "name");
	const cJSON *dhcp = json_get(wanted, "dhcp_enable");

	if (!name || !vpc_text_ok(name, NAME_LIMIT) || !*name->valuestring ||
	    !text_all_in(name->valuestring, "_-."))
		return bad(req, "name");
	if (dhcp && !cJSON_IsBool(dhcp))
		return bad(req, "dhcp_enable");
	return dns_ok(wanted) || bad(req, "dns");
}

/* The range of a new subnet in @vpc */
static bool range_ok(Request *req, const cJSON *wanted, const Vpc *vpc, Subnet *range)
{
	const char *cidr = json_string(wanted, "cidr"),
		   *gateway = json_string(wanted, "gateway_ip");
	const GPtrArray *all = req->project->network.subnets;
	uint32_t net = 0;
	int prefix = 0;

	if (!cidr || !network_parse_cidr(cidr, &range->net, &range->prefix) ||
	    range->prefix > PREFIX_LIMIT)
		return fail_vpc(req, 400, "VPC.0203", "Network is not a valid CIDR.");
	if (*vpc->cidr && network_parse_cidr(vpc->cidr, &net, &prefix) &&
	    !network_inside(range->net, range->prefix, net, prefix))
		return fail_vpc(req, 400, "VPC.0212", "The subnet cidr is not in the VPC's.");
	if (!gateway || !text_parse_ip(gateway, &range->gateway) ||
	    !network_inside(range->gateway, 32, range->net, range->prefix) ||
	    range->gateway == range->net ||
	    range->gateway == range->net + (UINT32_C(1) << (32 - range->prefix)) - 1)
		return bad(req, "gateway_ip");
	for (unsigned i = 0; i < all->len; i++) {
		const Subnet *other = all->pdata[i];
		if (other->vpc == vpc &&
		    (network_inside(range->net, range->prefix, other->net, other->prefix) ||
		     network_inside(other->net, other->prefix, range->net, range->prefix)))
			return fail_vpc(req, 400, "VPC.0204",
					"The subnet has already existed in the VPC, or has been in "
					"conflict with the VPC subnet.");
	}
	return true;
}

void subnet_create(Request *req)
{
	const cJSON *wanted = vpc_body(req, "subnet", "VPC.0201");
	const char *az = json_string(wanted, "availability_zone"),
		   *in = json_string(wanted, "vpc_id");
	const Network *network = &req->project->network;
	Subnet range = { 0 };

	if (!wanted || !common_ok(req, wanted))
		return;
	Vpc *vpc = in ? project_vpc(req->project, in) : NULL;
	if (!vpc) {
		fail_vpc(req, in ? 404 : 400, in ? "VPC.0003" : "VPC.0201",
			 in ? "VPC does not exist." : "vpc_id is invalid.");
		return;
	}
	if (clock_now() < vpc->ready) {
		fail_vpc(req, 400, "VPC.0004", "VPC is not active, please try later.");
		return;
	}
	if (!range_ok(req, wanted, vpc, &range))
		return;
	if (az && *az && !region_az(req->region, az)) {
		fail_vpc(req, 400, "VPC.0002", "Available zone Name is invalid.");
		return;
	}
	if ((int)network->subnets->len >= network->max_subnets) {
		VpcRefusal refusal;
		vpc_refuse(&refusal, 409, "VPC.0202", "OverQuota",
			   "Quota exceeded for resources: ['subnet'].");
		vpc_fail(req, &refusal);
		return;
	}
	Subnet *subnet = network_add_subnet(req->project, vpc, json_string(wanted, "name"),
					    range.net, range.prefix);
	subnet->gateway = range.gateway;
	subnet->az = az && *az ? region_az(req->region, az) : NULL;
	vpc_take(&subnet->description, wanted, "description");
	take_dns(subnet, wanted);
	vpc_reply(req, &subnets, subnet);
}

/* The subnet of the path, which names its VPC too; NULL after an error */
static Subnet *subnet_in(Request *req)
{
	Subnet *subnet = vpc_object(req, &subnets, 2);

	if (!subnet || strcmp(subnet->vpc->id, req->param[1]) == 0)
		return subnet;
	fail_vpc(req, 400, "VPC.0207", "Subnet does not belong to the VPC.");
	return NULL;
}

void subnet_update(Request *req)
{
	Subnet *subnet = subnet_in(req);
	const cJSON *wanted = subnet ? vpc_body(req, "subnet", "VPC.0201") : NULL;

	if (!wanted || !common_ok(req, wanted))
		return;
	if (clock_now() < subnet->ready) {
		fail_vpc(req, 500, "VPC.0205", "Subnet states is invalid, please try again later.");
		return;
	}
	vpc_take(&subnet->name, wanted, "name");
	vpc_take(&subnet->description, wanted, "description");
	take_dns(subnet, wanted);
	network_changed(req->project); /* its DHCP server */
	subnet->updated = clock_now();
	reply(req, 200, "{'subnet':{'id':%s,'status':%s}}", subnet->id, status_of(subnet));
}

static bool has_port(const Network *network, const Subnet *subnet)
{
	for (unsigned i = 0; i < network->ports->len; i++)
		if (((Port *)network->ports->pdata[i])->nic.subnet == subnet)
			return true;
	return false;
}

void subnet_delete(Request *req)
{
	Subnet *subnet = subnet_in(req);

	if (!subnet)
		return;
	if (has_port(&req->project->network, subnet))
		fail_vpc(req, 500, "VPC.0208",
			 "Subnet used by ports: private IP address is in use.");
	else if (g_hash_table_size(subnet->used))
		fail_vpc(req, 500, "VPC.0209", "subnet is still used by computing instances.");
	else {
		network_drop(req->project, req->project->network.subnets, subnet);
		reply_empty(req, 204);
	}
}
