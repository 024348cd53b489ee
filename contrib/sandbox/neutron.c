/*
 * Neutron: its lists, and the same networks, subnets, security groups and EIPs as v1 has.
 */
#include "contrib/sandbox/neutron.h"

#include <string.h>

#define PAGE_LIMIT 2000
#define OUTSIDE "admin_external_net"

static int by_id(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_link(Request *req, const NeutronKind *kind, const char *rel, int limit,
		       const char *marker)
{
	g_autofree char *path = g_strdelimit(g_strdup(kind->many), "_", '-');

	json_comma(req->out);
	json_write(req->out, "{'rel':%s,'href':", rel);
	g_string_append_printf(req->out, "\"%s/%s/vpc/v2.0/%s?limit=%d&marker=%s%s\"}", world.base,
			       req->region->name, path, limit, marker,
			       strcmp(rel, "previous") == 0 ? "&page_reverse=True" : "");
}

/* The page [*from, *to) of the sorted objects; false after 400 */
static bool find_page(Request *req, const GPtrArray *objects, int limit, unsigned *from,
		      unsigned *to)
{
	const char *marker = request_arg(req, "marker"), *back = request_arg(req, "page_reverse");
	unsigned at = 0;

	*from = 0;
	*to = objects->len;
	if (marker && *marker) {
		while (at < objects->len && strcmp(objects->pdata[at], marker) != 0)
			at++;
		if (at == objects->len)
			return fail_neutron(req, 400, "BadRequest", "Invalid marker %s", marker);
	}
	if (back && g_ascii_strcasecmp(back, "true") == 0) {
		*to = marker && *marker ? at : objects->len;
		*from = *to > (unsigned)limit ? *to - (unsigned)limit : 0;
		return true;
	}
	*from = marker && *marker ? at + 1 : 0;
	*to = MIN(objects->len, *from + (unsigned)limit);
	return true;
}

void neutron_write(Request *req, const NeutronKind *kind, GPtrArray *objects)
{
	int limit = PAGE_LIMIT;
	unsigned from = 0, to = 0;

	if (!request_int(req, "limit", 0, PAGE_LIMIT, &limit)) {
		fail_neutron(req, 400, "HTTPBadRequest", "Invalid input for operation: limit");
		return;
	}
	limit = limit ? limit : PAGE_LIMIT;
	g_ptr_array_sort(objects, by_id);
	if (!find_page(req, objects, limit, &from, &to))
		return;
	reply(req, 200, "{%s:[", kind->many);
	for (unsigned i = from; i < to; i++) {
		json_comma(req->out);
		kind->write(req, objects->pdata[i]);
	}
	g_string_append_c(req->out, ']');
	if (request_arg(req, "limit") && to > from) {
		json_write(req->out, ",%s:[", text_format("%s_links", kind->many));
		if (to < objects->len)
			write_link(req, kind, "next", limit, objects->pdata[to - 1]);
		write_link(req, kind, "previous", limit, objects->pdata[from]);
		g_string_append_c(req->out, ']');
	}
	g_string_append_c(req->out, '}');
}

void neutron_reply(Request *req, const NeutronKind *kind, int status, const void *object)
{
	reply(req, status, "{%s:", kind->one);
	kind->write(req, object);
	g_string_append_c(req->out, '}');
}

void neutron_missing(Request *req, const NeutronKind *kind)
{
	fail_neutron(req, 404, kind->missing, "%s %s could not be found.", kind->one,
		     req->param[0]);
}

bool neutron_filter(const Request *req, const char *name, const char *value)
{
	const char *wanted = request_arg(req, name);

	return !wanted || g_strcmp0(wanted, value) == 0;
}

/* A list of what v1 has, filtered by id and name */
static void write_all(Request *req, const NeutronKind *kind, const GPtrArray *of,
		      const char *(*name)(const void *object))
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (unsigned i = 0; i < of->len; i++)
		if (neutron_filter(req, "id", of->pdata[i]) &&
		    neutron_filter(req, "name", name(of->pdata[i])))
			g_ptr_array_add(found, of->pdata[i]);
	neutron_write(req, kind, found);
}

static void write_one(Request *req, const NeutronKind *kind, const GPtrArray *of)
{
	const void *object = network_find(of, req->param[0]);

	if (object)
		neutron_reply(req, kind, 200, object);
	else
		neutron_missing(req, kind);
}

void neutron_end(Request *req, int64_t created, int64_t updated)
{
	json_write(req->out, ",'tenant_id':%s,'project_id':%s,'created_at':%s,'updated_at':%s}",
		   req->project->id, req->project->id, time_plain(created), time_plain(updated));
}

/* ---- networks and subnets: both are v1's subnets ---- */

/* In OTC what v1 made is named by the VPC's id */
static const char *network_name(const void *object)
{
	const Subnet *subnet = object;

	if (subnet->network_name)
		return subnet->network_name;
	return world.options.openstack ? subnet->name : subnet->vpc->id;
}

static void write_network(Request *req, const void *object)
{
	const Subnet *subnet = object;

	json_write(
		req->out,
		"{'id':%s,'name':%s,'status':'ACTIVE','shared':false,'availability_zone_hints':[],"
		"'availability_zones':[%s],'admin_state_up':true,"
		"'provider:network_type':'vxlan','router:external':false,"
		"'port_security_enabled':true,'subnets':[",
		subnet->id, network_name(subnet), subnet->az);
	if (subnet->prefix)
		json_write(req->out, "%s", subnet->neutron_id);
	g_string_append_c(req->out, ']');
	if (world.options.openstack) /* OTC's has none */
		json_write(req->out, ",'description':%s",
			   subnet->network_description ? subnet->network_description : "");
	neutron_end(req, subnet->created, subnet->updated);
}

const NeutronKind neutron_networks = { "networks", "network", "NetworkNotFound", write_network };

/* The network outside; shown to who asks for it */
static void write_outside(Request *req)
{
	json_write(req->out,
		   "{'id':%s,'name':'" OUTSIDE "','status':'ACTIVE','shared':false,'subnets':[],"
		   "'availability_zone_hints':[],'availability_zones':[],'admin_state_up':true,"
		   "'provider:network_type':'vxlan','router:external':true,"
		   "'port_security_enabled':true",
		   neutron_outside());
	neutron_end(req, 0, 0);
}

const char *neutron_outside(void)
{
	return text_uuid(world.key, "external");
}

static bool asks_for_outside(const Request *req)
{
	const char *external = request_arg(req, "router:external");

	if (external)
		return g_ascii_strcasecmp(external, "true") == 0;
	return g_strcmp0(request_arg(req, "name"), OUTSIDE) == 0 ||
	       g_strcmp0(request_arg(req, "id"), neutron_outside()) == 0;
}

void neutron_networks_list(Request *req)
{
	const Network *network = &req->project->network;
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	if (asks_for_outside(req)) {
		reply(req, 200, "{'networks':[");
		write_outside(req);
		g_string_append(req->out, "]}");
		return;
	}
	for (unsigned i = 0; i < network->subnets->len; i++)
		g_ptr_array_add(all, network->subnets->pdata[i]);
	for (unsigned i = 0; i < network->bare->len; i++)
		g_ptr_array_add(all, network->bare->pdata[i]);
	write_all(req, &neutron_networks, all, network_name);
}

void neutron_network_get(Request *req)
{
	const Network *network = &req->project->network;

	if (strcmp(req->param[0], neutron_outside()) == 0) {
		reply(req, 200, "{'network':");
		write_outside(req);
		g_string_append_c(req->out, '}');
		return;
	}
	write_one(req, &neutron_networks,
		  network_find(network->bare, req->param[0]) ? network->bare : network->subnets);
}

/* The same by their other id */
static void write_subnet(Request *req, const void *object)
{
	const Subnet *subnet =
		(const Subnet *)(const void *)((const char *)object - offsetof(Subnet, neutron_id));

	json_write(req->out,
		   "{'name':%s,'cidr':%s,'id':%s,'enable_dhcp':%i,'network_id':%s,"
		   "'dns_nameservers':[",
		   subnet->name, subnet_cidr(subnet), subnet->neutron_id, subnet->dhcp, subnet->id);
	for (int i = 0; i < 2; i++)
		if (subnet->dns[i]) {
			json_comma(req->out);
			json_write(req->out, "%s", subnet->dns[i]);
		}
	uint32_t size = UINT32_C(1) << (32 - subnet->prefix);
	json_write(req->out,
		   "],'allocation_pools':[{'start':%s,'end':%s}],'host_routes':[],'ip_version':4,"
		   "'gateway_ip':%s",
		   text_ip(subnet->net + 2), text_ip(subnet->net + size - 5),
		   text_ip(subnet->gateway));
	neutron_end(req, subnet->created, subnet->updated);
}

const NeutronKind neutron_subnets = { "subnets", "subnet", "SubnetNotFound", write_subnet };

void neutron_subnets_list(Request *req)
{
	const GPtrArray *all = req->project->network.subnets;
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (unsigned i = 0; i < all->len; i++) {
		Subnet *subnet = all->pdata[i];
		if (neutron_filter(req, "network_id", subnet->id) &&
		    neutron_filter(req, "name", subnet->name))
			g_ptr_array_add(found, subnet->neutron_id);
	}
	neutron_write(req, &neutron_subnets, found);
}

void neutron_subnet_get(Request *req)
{
	const GPtrArray *all = req->project->network.subnets;

	for (unsigned i = 0; i < all->len; i++) {
		Subnet *subnet = all->pdata[i];
		if (strcmp(subnet->neutron_id, req->param[0]) == 0) {
			neutron_reply(req, &neutron_subnets, 200, subnet->neutron_id);
			return;
		}
	}
	neutron_missing(req, &neutron_subnets);
}

/* ---- security groups ---- */

static void write_group(Request *req, const void *object)
{
	const SecurityGroup *group = object;

	json_write(req->out, "{'id':%s,'name':%s,'description':%s,'security_group_rules':[",
		   group->id, group->name, group->description);
	for (unsigned i = 0; i < group->rules->len; i++) {
		json_comma(req->out);
		rule_write(req->out, req->project, group->rules->pdata[i]);
	}
	g_string_append_c(req->out, ']');
	neutron_end(req, group->created, group->updated);
}

static const NeutronKind groups = { "security_groups", "security_group", "SecurityGroupNotFound",
				    write_group };

static const char *group_name(const void *object)
{
	return ((const SecurityGroup *)object)->name;
}

void neutron_groups_list(Request *req)
{
	write_all(req, &groups, req->project->network.groups, group_name);
}

void neutron_group_get(Request *req)
{
	write_one(req, &groups, req->project->network.groups);
}

void neutron_group_create(Request *req)
{
	VpcRefusal refusal;
	const SecurityGroup *group =
		group_make(req->project, json_get(request_json(req), "security_group"), &refusal);

	if (group)
		neutron_reply(req, &groups, 201, group);
	else
		neutron_fail(req, &refusal);
}

void neutron_group_update(Request *req)
{
	SecurityGroup *group = network_find(req->project->network.groups, req->param[0]);
	const cJSON *wanted = json_get(request_json(req), "security_group");
	const cJSON *name = json_get(wanted, "name"), *about = json_get(wanted, "description");

	if (!group) {
		neutron_missing(req, &groups);
		return;
	}
	if (!cJSON_IsObject(wanted) || !vpc_text_ok(name, 64) || (name && !*name->valuestring) ||
	    !vpc_text_ok(about, 255)) {
		fail_neutron(req, 400, "HTTPBadRequest",
			     "Invalid input for security group name or description");
		return;
	}
	if (name && group == project_default_group(req->project)) {
		fail_neutron(req, 409, "SecurityGroupCannotUpdateDefault",
			     "Updating default security group not allowed.");
		return;
	}
	vpc_take(&group->name, wanted, "name");
	vpc_take(&group->description, wanted, "description");
	group->updated = clock_now();
	neutron_reply(req, &groups, 200, group);
}

void neutron_group_delete(Request *req)
{
	SecurityGroup *group = network_find(req->project->network.groups, req->param[0]);
	VpcRefusal refusal;

	if (!group)
		neutron_missing(req, &groups);
	else if (group_unmake(req->project, group, &refusal))
		reply_empty(req, 204);
	else
		neutron_fail(req, &refusal);
}
