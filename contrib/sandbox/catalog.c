#include "contrib/sandbox/catalog.h"

#include <string.h>

#include "contrib/sandbox/bms.h"

/* iam.md section 3; %R and %P in a path stand for region and project */
static const struct {
	const char *type, *name, *path;
	bool openstack; /* plain OpenStack has it too */
} catalog[] = {
	{ "identity", "keystone", "/v3", true },
	{ "ecs", "ecs", "/%R/ecs/v1/%P", false },
	{ "compute", "nova", "/%R/ecs/v2.1/%P", true },
	{ "evs", "evs", "/%R/evs/v2/%P", false },
	{ "volume", "cinder", "/%R/evs/v2/%P", false },
	{ "volumev2", "cinderv2", "/%R/evs/v2/%P", false },
	{ "volumev3", "cinderv3", "/%R/evs/v3/%P", true },
	{ "image", "glance", "/%R/ims", true },
	{ "network", "neutron", "/%R/vpc", true },
	{ "vpc", "vpc", "/%R/vpc/v1/%P", false },
	{ "vpc2.0", "vpc2.0", "/%R/vpc/v2.0/%P", false },
	{ "bms", "bms", "/%R/bms/v1/%P", false },
	{},
};

#define IDENTITY 0

static char *url(int service, const char *region, const char *project)
{
	GString *text = g_string_new(world.base);

	g_string_append(text, catalog[service].path);
	g_string_replace(text, "%R", region, 0);
	g_string_replace(text, "%P", project, 0);
	return g_string_free(text, FALSE);
}

static bool is_there(int service)
{
	return catalog[service].openstack || !world.options.openstack;
}

static bool offered(int service, const char *region)
{
	if (!is_there(service))
		return false;
	return strcmp(catalog[service].type, "bms") != 0 || strcmp(region, BMS_REGION) == 0;
}

static const char *service_id(int service)
{
	return text_hex(world.key, text_format("service %s", catalog[service].type), 32);
}

static const char *endpoint_id(int service, const char *region)
{
	return text_hex(world.key, text_format("endpoint %s %s", catalog[service].type, region),
			32);
}

static void write_endpoint(GString *out, int service, const char *region, const char *project)
{
	g_autofree char *address = url(service, strcmp(region, "*") == 0 ? "" : region, project);

	json_comma(out);
	json_write(out, "{'id':%s,'interface':'public','region':%s,'region_id':%s,'url':%s}",
		   endpoint_id(service, region), region, region, address);
}

/* The endpoints of the other regions: there for the projects of the account that belong to them. */
static void write_elsewhere(GString *out, int service, const Project *project)
{
	for (int r = 0; r < WORLD_REGIONS; r++)
		if (&world.regions[r] != project->region && offered(service, world.regions[r].name))
			write_endpoint(out, service, world.regions[r].name, project->id);
}

void catalog_write(GString *out, const Project *project)
{
	g_string_append_c(out, '[');
	for (int i = 0; catalog[i].type; i++) {
		const char *region = project && project->region ? project->region->name : NULL;
		if (i != IDENTITY && (!region || !offered(i, region)))
			continue;
		json_comma(out);
		json_write(out, "{'type':%s,'name':%s,'id':%s,'endpoints':[", catalog[i].type,
			   catalog[i].name, service_id(i));
		if (i == IDENTITY)
			write_endpoint(out, i, "*", "");
		if (region) /* the project's own region first */
			write_endpoint(out, i, region, project->id);
		if (region && i != IDENTITY)
			write_elsewhere(out, i, project);
		g_string_append(out, "]}");
	}
	g_string_append_c(out, ']');
}

static void write_links(Request *req, const char *path)
{
	g_autofree char *self = g_strconcat(world.base, path, NULL);

	json_write(req->out, "'links':{'self':%s,'previous':null,'next':null}", self);
}

static void write_service(GString *out, int service)
{
	g_autofree char *self = g_strconcat(world.base, "/v3/services/", service_id(service), NULL);

	json_write(out,
		   "{'id':%s,'type':%s,'name':%s,'description':'','enabled':true,"
		   "'links':{'self':%s}}",
		   service_id(service), catalog[service].type, catalog[service].name, self);
}

void services_list(Request *req)
{
	const char *type = request_arg(req, "type");

	reply(req, 200, "{'services':[");
	for (int i = 0; catalog[i].type; i++) {
		if (!is_there(i) || (type && strcmp(type, catalog[i].type) != 0))
			continue;
		json_comma(req->out);
		write_service(req->out, i);
	}
	json_write(req->out, "],");
	write_links(req, "/v3/services");
	g_string_append_c(req->out, '}');
}

void services_get(Request *req)
{
	for (int i = 0; catalog[i].type; i++) {
		if (!is_there(i) || strcmp(service_id(i), req->param[0]) != 0)
			continue;
		reply(req, 200, "{'service':");
		write_service(req->out, i);
		g_string_append_c(req->out, '}');
		return;
	}
	fail_iam(req, 404, "Could not find service: %s.", req->param[0]);
}

/* The registry holds templates, not addresses */
static void write_registered(GString *out, int service, const char *region)
{
	const char *id = endpoint_id(service, region);
	g_autofree char *self = g_strconcat(world.base, "/v3/endpoints/", id, NULL);
	g_autofree char *address = url(service, region, "$(tenant_id)s");

	json_write(out,
		   "{'id':%s,'service_id':%s,'interface':'public','region':%s,'region_id':%s,"
		   "'url':%s,'name':'','description':'','enabled':true,'links':{'self':%s}}",
		   id, service_id(service), region, region, address, self);
}

void endpoints_list(Request *req)
{
	const char *interface = request_arg(req, "interface");
	const char *service = request_arg(req, "service_id");

	reply(req, 200, "{'endpoints':[");
	for (int i = 0; catalog[i].type; i++) {
		if ((interface && strcmp(interface, "public") != 0) ||
		    (service && strcmp(service, service_id(i)) != 0))
			continue;
		for (int r = 0; r < WORLD_REGIONS; r++) {
			if (!offered(i, world.regions[r].name))
				continue;
			json_comma(req->out);
			write_registered(req->out, i, world.regions[r].name);
		}
	}
	json_write(req->out, "],");
	write_links(req, "/v3/endpoints");
	g_string_append_c(req->out, '}');
}

void endpoints_get(Request *req)
{
	for (int i = 0; catalog[i].type; i++) {
		for (int r = 0; r < WORLD_REGIONS; r++) {
			const char *region = world.regions[r].name;
			if (!offered(i, region) ||
			    strcmp(endpoint_id(i, region), req->param[0]) != 0)
				continue;
			reply(req, 200, "{'endpoint':");
			write_registered(req->out, i, region);
			g_string_append_c(req->out, '}');
			return;
		}
	}
	fail_iam(req, 404, "Could not find endpoint: %s.", req->param[0]);
}
