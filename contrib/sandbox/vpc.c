/*
 * VPC v1: the table of all network routes, what its lists have in common, and the VPCs themselves.
 */
#include "contrib/sandbox/vpc.h"

#include <string.h>

#define PAGE_LIMIT 2000
#define NAME_LIMIT 64
#define DESCRIPTION_LIMIT 255

void vpc_write_list(Request *req, const VpcKind *kind)
{
	const char *marker = request_arg(req, "marker"), *id = request_arg(req, "id");
	const GPtrArray *all = kind->all(req->project);
	bool started = !marker || !*marker;
	int limit = PAGE_LIMIT;

	if (!request_int(req, "limit", 0, PAGE_LIMIT, &limit)) {
		fail_vpc(req, 400, "VPC.0101", "limit is invalid");
		return;
	}
	reply(req, 200, "{%s:[", kind->many);
	for (unsigned i = 0; i < all->len && limit > 0; i++) {
		const void *object = all->pdata[i];
		if (!started) {
			started = strcmp(object, marker) == 0;
			continue;
		}
		if ((id && strcmp(id, object) != 0) || (kind->wanted && !kind->wanted(req, object)))
			continue;
		json_comma(req->out);
		kind->write(req->out, req->project, object);
		limit--;
	}
	g_string_append(req->out, "]}");
}

void *vpc_object(Request *req, const VpcKind *kind, int param)
{
	void *object = network_find(kind->all(req->project), req->param[param]);

	if (!object)
		fail_vpc(req, 404, kind->missing, "%s", kind->unknown);
	return object;
}

void vpc_reply(Request *req, const VpcKind *kind, const void *object)
{
	reply(req, 200, "{%s:", kind->one);
	kind->write(req->out, req->project, object);
	g_string_append_c(req->out, '}');
}

void vpc_write_one(Request *req, const VpcKind *kind)
{
	const void *object = vpc_object(req, kind, 1);

	if (object)
		vpc_reply(req, kind, object);
}

const cJSON *vpc_body(Request *req, const char *name, const char *code)
{
	const cJSON *object = json_get(request_json(req), name);

	if (cJSON_IsObject(object))
		return object;
	fail_vpc(req, 400, code, "request body is invalid: no %s", name);
	return NULL;
}

bool vpc_text_ok(const cJSON *item, size_t max)
{
	const char *text = cJSON_GetStringValue(item);

	return !item || (text && (size_t)g_utf8_strlen(text, -1) <= max && !strpbrk(text, "<>"));
}

void vpc_take(char **text, const cJSON *object, const char *member)
{
	const char *value = json_string(object, member);

	if (!value)
		return;
	g_free(*text);
	*text = g_strdup(value);
}

bool vpc_refuse(VpcRefusal *refusal, int status, const char *code, const char *type,
		const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*refusal = (VpcRefusal){ status, code, type, g_strdup_vprintf(format, args) };
	va_end(args);
	return false;
}

/* What Neutron says is quoted inside the message, as JSON */
void vpc_fail(Request *req, VpcRefusal *refusal)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (refusal->type)
		json_write(text, "{'NeutronError':{'message':%s,'type':%s,'detail':''}}",
			   refusal->text, refusal->type);
	fail_vpc(req, refusal->status, refusal->code, "%s",
		 refusal->type ? text->str : refusal->text);
	g_clear_pointer(&refusal->text, g_free);
}

void neutron_fail(Request *req, VpcRefusal *refusal)
{
	fail_neutron(req, refusal->status, refusal->type ? refusal->type : "BadRequest", "%s",
		     refusal->text);
	g_clear_pointer(&refusal->text, g_free);
}

/* ---- VPCs ---- */

static GPtrArray *all_vpcs(const Project *project)
{
	return project->network.vpcs;
}

static void write_vpc(GString *out, const Project *project, const void *object)
{
	const Vpc *vpc = object;

	json_write(out,
		   "{'id':%s,'name':%s,'description':%s,'cidr':%s,'status':%s,"
		   "'enterprise_project_id':'0','routes':[",
		   vpc->id, vpc->name, vpc->description, vpc->cidr,
		   clock_now() < vpc->ready ? "CREATING" : "OK");
	for (unsigned i = 0; i < vpc->routes->len; i += 2) {
		json_comma(out);
		json_write(out, "{'destination':%s,'nexthop':%s}", (char *)vpc->routes->pdata[i],
			   (char *)vpc->routes->pdata[i + 1]);
	}
	json_write(out, "],'enable_shared_snat':%i,'tenant_id':%s,'created_at':%s,'updated_at':%s}",
		   vpc->snat, project->id, time_plain(vpc->created), time_plain(vpc->updated));
}

static const VpcKind vpcs = {
	"vpcs", "vpc", all_vpcs, write_vpc, NULL, "VPC.0003", "VPC does not exist."
};

static void vpcs_list(Request *req)
{
	vpc_write_list(req, &vpcs);
}

static void vpc_get(Request *req)
{
	vpc_write_one(req, &vpcs);
}

static bool bad(Request *req, const char *what)
{
	return fail_vpc(req, 400, "VPC.0101", "%s is invalid.", what);
}

/* vpc.md 3: one of the private networks, or none at all */
static bool cidr_ok(const char *cidr)
{
	static const struct {
		uint32_t net;
		int prefix;
	} private[] = { { 10U << 24, 8 },
			{ 172U << 24 | 16 << 16, 12 },
			{ 192U << 24 | 168 << 16, 16 } };
	uint32_t net = 0;
	int prefix = 0;

	if (!*cidr)
		return true;
	if (!network_parse_cidr(cidr, &net, &prefix) || prefix > 24)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(private); i++)
		if (network_inside(net, prefix, private[i].net, private[i].prefix))
			return true;
	return false;
}

static bool name_taken(const Project *project, const char *name, const Vpc *but)
{
	const GPtrArray *all = project->network.vpcs;

	for (unsigned i = 0; i < all->len; i++)
		if (all->pdata[i] != but && strcmp(((Vpc *)all->pdata[i])->name, name) == 0)
			return true;
	return false;
}

/* @vpc: that is changed; NULL: a new one */
static bool fields_ok(Request *req, const cJSON *wanted, const Vpc *vpc)
{
	const cJSON *name = json_get(wanted, "name"), *cidr = json_get(wanted, "cidr");

	if (!vpc_text_ok(name, NAME_LIMIT) || (name && !text_all_in(name->valuestring, "_-.")))
		return bad(req, "name");
	if (!vpc_text_ok(json_get(wanted, "description"), DESCRIPTION_LIMIT))
		return bad(req, "description");
	if (cidr && (!cJSON_IsString(cidr) || !cidr_ok(cidr->valuestring)))
		return bad(req, "cidr");
	if (name && *name->valuestring && name_taken(req->project, name->valuestring, vpc))
		return fail_vpc(req, 400, "VPC.0115", "The router name has exist.");
	return true;
}

static void vpc_create(Request *req)
{
	const cJSON *wanted = vpc_body(req, "vpc", "VPC.0101");
	const Network *network = &req->project->network;

	if (!wanted || !fields_ok(req, wanted, NULL))
		return;
	if ((int)network->vpcs->len >= network->max_vpcs) {
		fail_vpc(req, 409, "VPC.0114", "Quota exceeded for resources: ['router'].");
		return;
	}
	Vpc *vpc = network_add_vpc(req->project, "", "", "");
	vpc_take(&vpc->name, wanted, "name");
	vpc_take(&vpc->description, wanted, "description");
	vpc_take(&vpc->cidr, wanted, "cidr");
	vpc_reply(req, &vpcs, vpc);
}

/* Does every subnet of it fit into @cidr? */
static bool holds_subnets(const Project *project, const Vpc *vpc, const char *cidr)
{
	const GPtrArray *all = project->network.subnets;
	uint32_t net = 0;
	int prefix = 0;

	if (!*cidr || !network_parse_cidr(cidr, &net, &prefix))
		return true;
	for (unsigned i = 0; i < all->len; i++) {
		const Subnet *subnet = all->pdata[i];
		if (subnet->vpc == vpc && !network_inside(subnet->net, subnet->prefix, net, prefix))
			return false;
	}
	return true;
}

static bool take_routes(Request *req, const cJSON *routes, Vpc *vpc)
{
	g_autoptr(GPtrArray) taken = g_ptr_array_new_with_free_func(g_free);
	const cJSON *item = NULL;

	if (!routes)
		return true;
	cJSON_ArrayForEach (item, routes) {
		const char *to = json_string(item, "destination");
		const char *hop = json_string(item, "nexthop");
		uint32_t ip;
		int prefix;
		if (!to || !hop || !network_parse_cidr(to, &ip, &prefix) ||
		    !text_parse_ip(hop, &ip))
			return bad(req, "routes");
		g_ptr_array_add(taken, g_strdup(to));
		g_ptr_array_add(taken, g_strdup(hop));
	}
	g_ptr_array_unref(vpc->routes);
	vpc->routes = g_steal_pointer(&taken);
	return true;
}

static void vpc_update(Request *req)
{
	Vpc *vpc = vpc_object(req, &vpcs, 1);
	const cJSON *wanted = vpc ? vpc_body(req, "vpc", "VPC.0101") : NULL;
	const char *cidr = json_string(wanted, "cidr");

	if (!wanted || !fields_ok(req, wanted, vpc))
		return;
	if (clock_now() < vpc->ready) {
		fail_vpc(req, 400, "VPC.0004", "VPC is not active, please try later.");
		return;
	}
	if (cidr && !holds_subnets(req->project, vpc, cidr)) {
		fail_vpc(req, 400, "VPC.0117", "cidr can't contain subnet.");
		return;
	}
	if (!take_routes(req, json_get(wanted, "routes"), vpc))
		return;
	vpc_take(&vpc->name, wanted, "name");
	vpc_take(&vpc->description, wanted, "description");
	vpc_take(&vpc->cidr, wanted, "cidr");
	vpc->updated = clock_now();
	vpc_reply(req, &vpcs, vpc);
}

static void vpc_delete(Request *req)
{
	Vpc *vpc = vpc_object(req, &vpcs, 1);
	const GPtrArray *all = req->project->network.subnets;

	for (unsigned i = 0; vpc && i < all->len; i++)
		if (((Subnet *)all->pdata[i])->vpc == vpc) {
			fail_vpc(req, 409, "VPC.0104",
				 "Router contains subnets, please delete subnet before delete "
				 "router.");
			return;
		}
	if (!vpc)
		return;
	network_drop(req->project, req->project->network.vpcs, vpc);
	reply_empty(req, 204);
}

/* ---- quotas ---- */

static void quotas_get(Request *req)
{
	const Network *network = &req->project->network;
	const char *type = request_arg(req, "type");
	int shared_eips = 0;

	for (unsigned i = 0; i < network->eips->len; i++)
		shared_eips += ((Eip *)network->eips->pdata[i])->bandwidth->shared;
	const struct {
		const char *type;
		int used, quota;
	} quotas[] = {
		{ "vpc", (int)network->vpcs->len, network->max_vpcs },
		{ "subnet", (int)network->subnets->len, network->max_subnets },
		{ "securityGroup", (int)network->groups->len, network->max_groups },
		{ "securityGroupRule", network_rules(network), network->max_rules },
		{ "publicIp", (int)network->eips->len, network->max_eips },
		{ "vpn", 0, 5 },
		{ "vpcPeer", 0, 50 },
		{ "physicalConnect", 0, 10 },
		{ "virtualInterface", 0, 50 },
		{ "firewall", 0, 200 },
		{ "shareBandwidth", network_shared(network), network->max_shared },
		{ "shareBandwidthIP", shared_eips, network->max_shared_eips },
		{ "loadbalancer", 0, 10 },
		{ "listener", 0, 10 },
		{ "flow_log", 0, 10 },
		{ "vpcContainRoutetable", 0, 1 },
		{ "routetableContainRoutes", 0, 200 },
	};
	reply(req, 200, "{'quotas':{'resources':[");
	for (size_t i = 0; i < G_N_ELEMENTS(quotas); i++) {
		if (type && strcmp(type, quotas[i].type) != 0)
			continue;
		json_comma(req->out);
		json_write(req->out, "{'type':%s,'used':%d,'quota':%d,'min':0}", quotas[i].type,
			   quotas[i].used, quotas[i].quota);
	}
	g_string_append(req->out, "]}}");
}

/* ---- routes ---- */

static void mismatch(Request *req)
{
	fail_vpc(req, 400, "VPC.0007", "The project IDs in the URL and the token differ.");
}

static void forbidden(Request *req)
{
	if (strstr(req->route->pattern, "{p}"))
		fail_vpc(req, 403, "VPC.0010", "Rule on resource is invalid.");
	else
		fail_neutron(req, 403, "PolicyNotAuthorized", "%s %s is disallowed by policy",
			     req->method, req->route->pattern);
}

static const Route routes[] = {
	{ "GET", "/v1/{p}/vpcs", vpcs_list, ROUTE_OTC },
	{ "POST", "/v1/{p}/vpcs", vpc_create, ROUTE_OTC },
	{ "GET", "/v1/{p}/vpcs/{id}", vpc_get, ROUTE_OTC },
	{ "PUT", "/v1/{p}/vpcs/{id}", vpc_update, ROUTE_OTC },
	{ "DELETE", "/v1/{p}/vpcs/{id}", vpc_delete, ROUTE_OTC },
	{ "GET", "/v1/{p}/subnets", subnets_list, ROUTE_OTC },
	{ "POST", "/v1/{p}/subnets", subnet_create, ROUTE_OTC },
	{ "GET", "/v1/{p}/subnets/{id}", subnet_get, ROUTE_OTC },
	{ "PUT", "/v1/{p}/vpcs/{vpc}/subnets/{id}", subnet_update, ROUTE_OTC },
	{ "DELETE", "/v1/{p}/vpcs/{vpc}/subnets/{id}", subnet_delete, ROUTE_OTC },
	{ "GET", "/v1/{p}/security-groups", groups_list, ROUTE_OTC },
	{ "POST", "/v1/{p}/security-groups", group_create, ROUTE_OTC },
	{ "GET", "/v1/{p}/security-groups/{id}", group_get, ROUTE_OTC },
	{ "DELETE", "/v1/{p}/security-groups/{id}", group_delete, ROUTE_OTC },
	{ "GET", "/v1/{p}/security-group-rules", rules_list, ROUTE_OTC },
	{ "POST", "/v1/{p}/security-group-rules", rule_create, ROUTE_OTC },
	{ "GET", "/v1/{p}/security-group-rules/{id}", rule_get, ROUTE_OTC },
	{ "DELETE", "/v1/{p}/security-group-rules/{id}", rule_delete, ROUTE_OTC },
	{ "POST", "/v2.0/{p}/security-groups/{id}/instance/action", group_ports, ROUTE_OTC },
	{ "GET", "/v1/{p}/publicips", eips_list, ROUTE_OTC },
	{ "POST", "/v1/{p}/publicips", eip_create, ROUTE_OTC },
	{ "GET", "/v1/{p}/publicips/{id}", eip_get, ROUTE_OTC },
	{ "PUT", "/v1/{p}/publicips/{id}", eip_update, ROUTE_OTC },
	{ "DELETE", "/v1/{p}/publicips/{id}", eip_delete, ROUTE_OTC },
	{ "GET", "/v1/{p}/bandwidths", bandwidths_list, ROUTE_OTC },
	{ "GET", "/v1/{p}/bandwidths/{id}", bandwidth_get, ROUTE_OTC },
	{ "PUT", "/v1/{p}/bandwidths/{id}", bandwidth_update, ROUTE_OTC },
	{ "POST", "/v2.0/{p}/bandwidths", bandwidth_create, ROUTE_OTC },
	{ "DELETE", "/v2.0/{p}/bandwidths/{id}", bandwidth_delete, ROUTE_OTC },
	{ "POST", "/v2.0/{p}/bandwidths/{id}/insert", bandwidth_insert, ROUTE_OTC },
	{ "POST", "/v2.0/{p}/bandwidths/{id}/remove", bandwidth_remove, ROUTE_OTC },
	{ "GET", "/v1/{p}/quotas", quotas_get, ROUTE_OTC },
	{ "GET", "/v2.0/extensions", neutron_extensions_list },
	{ "GET", "/v2.0/quotas/{id}", neutron_quotas_get },
	{ "GET", "/v2.0/routers", neutron_routers_list },
	{ "POST", "/v2.0/routers", neutron_router_create },
	{ "GET", "/v2.0/routers/{id}", neutron_router_get },
	{ "PUT", "/v2.0/routers/{id}", neutron_router_update },
	{ "DELETE", "/v2.0/routers/{id}", neutron_router_delete },
	{ "PUT", "/v2.0/routers/{id}/add_router_interface", neutron_router_add },
	{ "PUT", "/v2.0/routers/{id}/remove_router_interface", neutron_router_remove },
	{ "POST", "/v2.0/networks", neutron_network_create },
	{ "DELETE", "/v2.0/networks/{id}", neutron_network_delete },
	{ "POST", "/v2.0/subnets", neutron_subnet_create },
	{ "DELETE", "/v2.0/subnets/{id}", neutron_subnet_delete },
	{ "POST", "/v2.0/floatingips", neutron_eip_create },
	{ "PUT", "/v2.0/floatingips/{id}", neutron_eip_update },
	{ "DELETE", "/v2.0/floatingips/{id}", neutron_eip_delete },
	{ "PUT", "/v2.0/networks/{id}", neutron_network_update },
	{ "PUT", "/v2.0/subnets/{id}", neutron_subnet_update },
	{ "GET", "/v2.0/quotas/{id}/details|details.json", neutron_details_get },
	{ "GET", "/v2.0/networks", neutron_networks_list },
	{ "GET", "/v2.0/networks/{id}", neutron_network_get },
	{ "GET", "/v2.0/subnets", neutron_subnets_list },
	{ "GET", "/v2.0/subnets/{id}", neutron_subnet_get },
	{ "GET", "/v2.0/security-groups", neutron_groups_list },
	{ "POST", "/v2.0/security-groups", neutron_group_create },
	{ "GET", "/v2.0/security-groups/{id}", neutron_group_get },
	{ "PUT", "/v2.0/security-groups/{id}", neutron_group_update },
	{ "DELETE", "/v2.0/security-groups/{id}", neutron_group_delete },
	{ "GET", "/v2.0/security-group-rules", neutron_rules_list },
	{ "POST", "/v2.0/security-group-rules", neutron_rule_create },
	{ "GET", "/v2.0/security-group-rules/{id}", neutron_rule_get },
	{ "DELETE", "/v2.0/security-group-rules/{id}", neutron_rule_delete },
	{ "GET", "/v2.0/floatingips", neutron_eips_list },
	{ "GET", "/v2.0/floatingips/{id}", neutron_eip_get },
	{ "GET", "/v2.0/ports", neutron_ports_list },
	{ "POST", "/v2.0/ports", neutron_port_create },
	{ "GET", "/v2.0/ports/{id}", neutron_port_get },
	{ "PUT", "/v2.0/ports/{id}", neutron_port_update },
	{ "DELETE", "/v2.0/ports/{id}", neutron_port_delete },
	{},
};

const Service vpc_service = {
	.mount = "vpc",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
