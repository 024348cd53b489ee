/*
 * VPC v1, the read-only part that creating servers needs: VPCs, subnets, security groups.
 */
#include <string.h>

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/world.h"

#define CREATED "2025-11-03T09:12:44" /* the networks were there before the servers */
#define PAGE_LIMIT 2000

/* One row of a list: writes item @index of the project */
typedef void (*WriteItem)(GString *out, const Project *project, int index);
typedef const char *(*ItemId)(const Project *project, int index);

static void write_vpc(GString *out, const Project *project, int index)
{
	const Vpc *vpc = &project->vpcs[index];

	json_write(out,
		   "{'id':%s,'name':%s,'description':%s,'cidr':%s,'status':'OK',"
		   "'enterprise_project_id':'0','routes':[],'enable_shared_snat':false,"
		   "'tenant_id':%s,'created_at':'" CREATED "','updated_at':'" CREATED "'}",
		   vpc->id, vpc->name, vpc->description, vpc->cidr, project->id);
}

static void write_subnet(GString *out, const Project *project, int index)
{
	const Subnet *subnet = &project->subnets[index];
	const char *cidr = text_format("%s/16", text_ip(subnet->net));

	json_write(out,
		   "{'id':%s,'name':%s,'description':'','cidr':%s,"
		   "'dnsList':['100.125.4.25','100.125.129.199'],'status':'ACTIVE','vpc_id':%s,"
		   "'gateway_ip':%s,'ipv6_enable':false,'dhcp_enable':true,",
		   subnet->id, subnet->name, cidr, subnet->vpc->id, text_ip(subnet->net + 1));
	json_write(out,
		   "'primary_dns':'100.125.4.25','secondary_dns':'100.125.129.199',"
		   "'availability_zone':%s,'neutron_network_id':%s,'neutron_subnet_id':%s,"
		   "'extra_dhcp_opts':[],'tenant_id':%s,'created_at':'" CREATED "',"
		   "'updated_at':'" CREATED "'}",
		   project->region->az[0], subnet->id, subnet->neutron_id, project->id);
}

static void write_rule(GString *out, const Project *project, const SecurityGroup *group,
		       const char *direction, const char *remote)
{
	json_comma(out);
	json_write(out,
		   "{'id':%s,'tenant_id':%s,'security_group_id':%s,'remote_group_id':%s,"
		   "'direction':%s,'protocol':null,'description':'','ethertype':'IPv4',"
		   "'remote_ip_prefix':null,'remote_address_group_id':null,"
		   "'port_range_max':null,'port_range_min':null}",
		   text_uuid(text_hash(world.key, group->id), direction), project->id, group->id,
		   remote, direction);
}

static void write_group(GString *out, const Project *project, int index)
{
	const SecurityGroup *group = &project->groups[index];

	json_write(out,
		   "{'id':%s,'name':%s,'description':%s,'vpc_id':%s,'enterprise_project_id':'0',"
		   "'security_group_rules':[",
		   group->id, group->name, group->description, project->vpcs[0].id);
	write_rule(out, project, group, "egress", NULL);
	write_rule(out, project, group, "ingress", group->id);
	g_string_append(out, "]}");
}

static const char *vpc_id(const Project *project, int index)
{
	return project->vpcs[index].id;
}

static const char *subnet_id(const Project *project, int index)
{
	return project->subnets[index].id;
}

static const char *group_id(const Project *project, int index)
{
	return project->groups[index].id;
}

static const char *subnet_vpc(const Project *project, int index)
{
	return project->subnets[index].vpc->id;
}

static const char *group_vpc(const Project *project, int index)
{
	return project->vpcs[0].id;
}

/* What the v1 lists have in common */
typedef struct {
	const char *many, *one;
	int count;
	WriteItem write;
	ItemId id;
	ItemId vpc;	     /* for the filter vpc_id, or NULL */
	const char *missing; /* error code of an unknown id */
} Kind;

static const Kind vpcs = { "vpcs", "vpc", PROJECT_VPCS, write_vpc, vpc_id, NULL, "VPC.0003" };
static const Kind subnets = { "subnets", "subnet",   PROJECT_SUBNETS, write_subnet,
			      subnet_id, subnet_vpc, "VPC.0202" };
static const Kind groups = { "security_groups", "security_group", PROJECT_GROUPS, write_group,
			     group_id,		group_vpc,	  "VPC.0603" };

static void write_list(Request *req, const Kind *kind)
{
	const char *marker = request_arg(req, "marker"), *vpc = request_arg(req, "vpc_id");
	const char *id = request_arg(req, "id");
	int limit = PAGE_LIMIT;
	bool started = !marker || !*marker;

	if (!request_int(req, "limit", 0, PAGE_LIMIT, &limit)) {
		fail_vpc(req, 400, "VPC.0101", "limit is invalid");
		return;
	}
	reply(req, 200, "{%s:[", kind->many);
	for (int i = 0; i < kind->count && limit > 0; i++) {
		if (!started) {
			started = strcmp(kind->id(req->project, i), marker) == 0;
			continue;
		}
		if ((id && strcmp(id, kind->id(req->project, i)) != 0) ||
		    (vpc && kind->vpc && strcmp(vpc, kind->vpc(req->project, i)) != 0))
			continue;
		json_comma(req->out);
		kind->write(req->out, req->project, i);
		limit--;
	}
	g_string_append(req->out, "]}");
}

static void write_one(Request *req, const Kind *kind)
{
	for (int i = 0; i < kind->count; i++) {
		if (strcmp(kind->id(req->project, i), req->param[1]) != 0)
			continue;
		reply(req, 200, "{%s:", kind->one);
		kind->write(req->out, req->project, i);
		g_string_append_c(req->out, '}');
		return;
	}
	fail_vpc(req, 404, kind->missing, "%s %s could not be found.", kind->one, req->param[1]);
}

static void vpcs_list(Request *req)
{
	write_list(req, &vpcs);
}

static void vpc_get(Request *req)
{
	write_one(req, &vpcs);
}

static void subnets_list(Request *req)
{
	write_list(req, &subnets);
}

static void subnet_get(Request *req)
{
	write_one(req, &subnets);
}

static void groups_list(Request *req)
{
	write_list(req, &groups);
}

static void group_get(Request *req)
{
	write_one(req, &groups);
}

static void mismatch(Request *req)
{
	fail_vpc(req, 400, "VPC.0007", "The project IDs in the URL and the token differ.");
}

static void forbidden(Request *req)
{
	fail_vpc(req, 403, "VPC.0010", "Rule on resource is invalid.");
}

static const Route routes[] = {
	{ "GET", "/v1/{p}/vpcs", vpcs_list },
	{ "GET", "/v1/{p}/vpcs/{id}", vpc_get },
	{ "GET", "/v1/{p}/subnets", subnets_list },
	{ "GET", "/v1/{p}/subnets/{id}", subnet_get },
	{ "GET", "/v1/{p}/security-groups", groups_list },
	{ "GET", "/v1/{p}/security-groups/{id}", group_get },
	{},
};

const Service vpc_service = {
	.mount = "vpc",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
