/*
 * Flavors: ECS's list with conditions (F1), resize targets (F2), Nova's lists.
 */
#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/view.h"

static void write_specs(GString *out, const Flavor *flavor, const Region *region, bool conditions)
{
	g_autofree char *az = flavor_az(flavor, region);

	json_write(out,
		   "{'ecs:virtualization_env_types':'CloudCompute','ecs:generation':%s,"
		   "'ecs:performancetype':%s,'resource_type':%s",
		   flavor->generation, flavor->performance, flavor->resource_type);
	if (conditions) {
		json_write(out, ",'cond:operation:status':%s", flavor->status);
		if (az)
			json_write(out, ",'cond:operation:az':%s", az);
		json_write(out,
			   ",'quota:max_rate':'%d','quota:min_rate':'%d','quota:max_pps':'%d',"
			   "'cond:compute':'autorecovery'",
			   flavor->max_rate_mb, flavor->min_rate_mb, flavor->max_pps);
	}
	if (flavor->extra) {
		g_string_append_c(out, ',');
		for (const char *c = flavor->extra; *c; c++)
			g_string_append_c(out, *c == '\'' ? '"' : *c);
	}
	g_string_append_c(out, '}');
}

/* F1 and F2 differ in the name of the map only */
static void write_ecs(GString *out, const Flavor *flavor, const Project *project, const char *specs)
{
	const char *host = view_host(project->region);
	g_autofree char *self =
		g_strdup_printf("%s/v1.0/%s/flavors/%s", host, project->id, flavor->id);
	g_autofree char *bookmark =
		g_strdup_printf("%s/%s/flavors/%s", host, project->id, flavor->id);

	json_comma(out);
	json_write(out, "{'id':%s,'name':%s,'vcpus':'%d','ram':%d,'disk':'0','swap':'',",
		   flavor->id, flavor->id, flavor->vcpus, flavor->ram_mb);
	json_write(out,
		   "'links':[{'rel':'self','href':%s,'type':null},"
		   "{'rel':'bookmark','href':%s,'type':null}],"
		   "'OS-FLV-EXT-DATA:ephemeral':0,'rxtx_factor':1.0,"
		   "'OS-FLV-DISABLED:disabled':false,'rxtx_quota':null,'rxtx_cap':null,"
		   "'os-flavor-access:is_public':true,%s:",
		   self, bookmark, specs);
	write_specs(out, flavor, project->region, true);
	g_string_append_c(out, '}');
}

void ecs_flavors_list(Request *req)
{
	const char *az = request_arg(req, "availability_zone");

	if (az && *az && !region_az(req->region, az)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter availability_zone is invalid.");
		return;
	}
	reply(req, 200, "{'flavors':[");
	for (const Flavor *flavor = world_flavors; flavor->id; flavor++)
		if (!az || !*az || flavor_usable(flavor, az))
			write_ecs(req->out, flavor, req->project, "os_extra_specs");
	g_string_append(req->out, "]}");
}

/* ---- sorting ---- */

static int by_id(const Flavor *a, const Flavor *b)
{
	return strcmp(a->id, b->id);
}

static int by_ram(const Flavor *a, const Flavor *b)
{
	return (a->ram_mb > b->ram_mb) - (a->ram_mb < b->ram_mb);
}

static int by_vcpus(const Flavor *a, const Flavor *b)
{
	return a->vcpus - b->vcpus;
}

static const struct {
	const char *key;
	int (*compare)(const Flavor *a, const Flavor *b);
} orders[] = {
	{ "flavorid", by_id }, { "name", by_id },    { "memory_mb", by_ram },
	{ "vcpus", by_vcpus }, { "root_gb", by_id }, {},
};

typedef struct {
	int (*compare)(const Flavor *a, const Flavor *b);
	bool descending;
} Sort;

static int compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const Sort *sort = data;
	const Flavor *left = *(const Flavor *const *)a, *right = *(const Flavor *const *)b;
	int result = sort->compare(left, right);

	if (!result)
		result = strcmp(left->id, right->id);
	return sort->descending ? -result : result;
}

/* All flavors in the order the query asks for; NULL if it asks for an unknown one */
static GPtrArray *sorted(const Request *req)
{
	const char *key = request_arg(req, "sort_key"), *direction = request_arg(req, "sort_dir");
	Sort sort = { .descending = g_strcmp0(direction, "desc") == 0 };

	if (direction && !sort.descending && strcmp(direction, "asc") != 0)
		return NULL;
	for (int i = 0; orders[i].key; i++)
		if (strcmp(orders[i].key, key ? key : "flavorid") == 0)
			sort.compare = orders[i].compare;
	if (!sort.compare)
		return NULL;
	GPtrArray *flavors = g_ptr_array_new();
	for (const Flavor *flavor = world_flavors; flavor->id; flavor++)
		g_ptr_array_add(flavors, (gpointer)flavor);
	g_ptr_array_sort_with_data(flavors, compare, &sort);
	return flavors;
}

/* Where to begin in @flavors: behind the marker; -1 if it is unknown */
static int after_marker(const GPtrArray *flavors, const char *marker)
{
	if (!marker || !*marker)
		return 0;
	for (unsigned i = 0; i < flavors->len; i++)
		if (strcmp(flavor_ref(flavors->pdata[i]), marker) == 0)
			return (int)i + 1;
	return -1;
}

/* ---- resize targets ---- */

static bool resize_source(Request *req, const Flavor **source, const char **az)
{
	const char *instance = request_arg(req, "instance_uuid");
	const char *flavor = request_arg(req, "source_flavor_id");

	if (instance) {
		const Server *server = server_find(req->project, instance);
		if (!server)
			return fail_ecs(req, 404, "Ecs.0114", "Instance %s could not be found.",
					instance);
		*source = server->flavor;
		*az = server->az;
		return true;
	}
	if (!flavor)
		flavor = request_arg(req, "source_flavor_name");
	if (!flavor)
		return fail_ecs(req, 400, "Ecs.0005",
				"instance_uuid or source_flavor_id is needed.");
	*source = world_flavor(flavor);
	if (!*source)
		return fail_ecs(req, 400, "Ecs.0029", "The flavor %s does not exist.", flavor);
	return true;
}

void ecs_resize_flavors(Request *req)
{
	const Flavor *source = NULL;
	const char *az = NULL;
	int limit = 1000;
	g_autoptr(GPtrArray) flavors = sorted(req);

	if (!resize_source(req, &source, &az))
		return;
	int from = flavors ? after_marker(flavors, request_arg(req, "marker")) : -1;
	if (from < 0 || !request_int(req, "limit", 1, 1000, &limit)) {
		fail_ecs(req, 400, "Ecs.0005", "Parameter limit, marker or sort_key is invalid.");
		return;
	}
	reply(req, 200, "{'flavors':[");
	for (unsigned i = (unsigned)from; i < flavors->len && limit > 0; i++) {
		const Flavor *flavor = flavors->pdata[i];
		bool usable = !az || flavor_usable(flavor, az);
		if (flavor == source || !usable)
			continue;
		write_ecs(req->out, flavor, req->project, "extra_specs");
		limit--;
	}
	g_string_append(req->out, "]}");
}

/* ---- Nova ---- */

static void write_nova(GString *out, const Request *req, const Flavor *flavor, bool detail)
{
	json_write(out, "{'id':%s,'name':%s,", flavor_ref(flavor), flavor->id);
	if (detail)
		json_write(out,
			   "'vcpus':%d,'ram':%d,'disk':0,'swap':'','rxtx_factor':1.0,"
			   "'OS-FLV-EXT-DATA:ephemeral':0,'OS-FLV-DISABLED:disabled':false,"
			   "'os-flavor-access:is_public':true,",
			   flavor->vcpus, flavor->ram_mb);
	if (detail && req->microversion >= 55)
		json_write(out, "'description':null,");
	view_links(out, req->project, "flavors", flavor_ref(flavor));
	g_string_append_c(out, '}');
}

static void write_page(Request *req, bool detail)
{
	g_autoptr(GPtrArray) flavors = sorted(req);
	int limit = 1000, min_ram = 0, min_disk = 0;
	int from = flavors ? after_marker(flavors, request_arg(req, "marker")) : -1;
	const Flavor *last = NULL;
	bool more = false;

	if (from < 0 || !request_int(req, "limit", 1, 1000, &limit) ||
	    !request_int(req, "minRam", 0, G_MAXINT, &min_ram) ||
	    !request_int(req, "minDisk", 0, G_MAXINT, &min_disk)) {
		fail_nova(req, 400,
			  "Invalid input for query parameters limit, marker or sort_key.");
		return;
	}
	reply(req, 200, "{'flavors':[");
	for (unsigned i = (unsigned)from; i < flavors->len; i++) {
		const Flavor *flavor = flavors->pdata[i];
		if (flavor->ram_mb < min_ram || min_disk > 0)
			continue;
		more = limit-- == 0;
		if (more)
			break;
		json_comma(req->out);
		write_nova(req->out, req, flavor, detail);
		last = flavor;
	}
	g_string_append_c(req->out, ']');
	if (more && last) {
		g_autofree char *href = g_strdup_printf(
			"%s/v2.1/%s/flavors%s?limit=%s&marker=%s", view_host(req->region),
			req->project->id, detail ? "/detail" : "", request_arg(req, "limit"),
			flavor_ref(last));
		json_write(req->out, ",'flavors_links':[{'rel':'next','href':%s}]", href);
	}
	g_string_append_c(req->out, '}');
}

void nova_flavors_list(Request *req)
{
	write_page(req, false);
}

void nova_flavors_detail(Request *req)
{
	write_page(req, true);
}

static const Flavor *find(Request *req)
{
	const Flavor *flavor = world_flavor_by_ref(req->param[1]);

	if (!flavor)
		fail_nova(req, 404, "Flavor %s could not be found.", req->param[1]);
	return flavor;
}

void nova_flavor_get(Request *req)
{
	const Flavor *flavor = find(req);

	if (!flavor)
		return;
	reply(req, 200, "{'flavor':");
	write_nova(req->out, req, flavor, true);
	g_string_append_c(req->out, '}');
}

void nova_flavor_specs(Request *req)
{
	const Flavor *flavor = find(req);

	if (!flavor)
		return;
	reply(req, 200, "{'extra_specs':");
	write_specs(req->out, flavor, req->region, true);
	g_string_append_c(req->out, '}');
}
