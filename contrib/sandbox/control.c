#include "contrib/sandbox/control.h"

#include <string.h>

#include "contrib/sandbox/bms.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/http.h"
#include "contrib/sandbox/log.h"
#include "contrib/sandbox/router.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/volume.h"

static void text(Request *req, int status)
{
	req->status = status;
	req->type = "text/plain";
}

static void fail(Request *req, int status, const char *message)
{
	text(req, status);
	g_string_printf(req->out, "%s\n", message);
}

/* ---- log, faults, weather ---- */

static void requests_get(Request *req)
{
	text(req, 200);
	log_write(req->out);
}

static void requests_delete(Request *req)
{
	text(req, 200);
	log_clear();
}

static void count_get(Request *req)
{
	const char *match = request_arg(req, "match");

	text(req, 200);
	g_string_printf(req->out, "%u\n", log_count(match ? match : ""));
}

static void faults_get(Request *req)
{
	text(req, 200);
	fault_list(req->out);
}

static void faults_post(Request *req)
{
	g_auto(GStrv) lines = g_strsplit(req->body->str, "\n", -1);
	g_autoptr(GError) error = NULL;

	for (char **line = lines; *line; line++) {
		if (!fault_add(*line, &error)) {
			fail(req, 400, error->message);
			return;
		}
	}
	faults_get(req);
}

static void faults_delete(Request *req)
{
	text(req, 200);
	fault_clear();
}

static void expire_post(Request *req)
{
	text(req, 200);
	token_expire_all();
}

/* "USER PROJECT": rights are withdrawn while the user is at work; "USER" alone: none are */
static void bar_post(Request *req)
{
	g_autofree char *line = g_strstrip(g_strdup(req->body->str));
	g_auto(GStrv) word = g_strsplit(line, " ", 2);
	const Project *project = word[0] && word[1] ? world_project_by_name(word[1]) : NULL;

	for (int i = 0; i < WORLD_USERS; i++) {
		if (!word[0] || strcmp(world.users[i].name, word[0]) != 0 || (word[1] && !project))
			continue;
		world.users[i].barred = project ? project->name : NULL;
		text(req, 200);
		return;
	}
	fail(req, 400, "a user, and a project or none, are needed");
}

static void latency_post(Request *req)
{
	g_autofree char *number = g_strstrip(g_strdup(req->body->str));
	int ms = 0;

	if (!text_int(number, &ms) || ms < 0) {
		fail(req, 400, "a number of milliseconds is needed");
		return;
	}
	text(req, 200);
	http_latency(ms);
}

static void down_post(Request *req)
{
	text(req, 200);
	http_down(true);
}

static void up_post(Request *req)
{
	text(req, 200);
	http_down(false);
}

/* ---- servers ---- */

/* So that a line stays a line of five words, whatever a test has called the server */
static char *one_word(const char *name)
{
	GString *word = g_string_new(NULL);

	for (; *name; name++) {
		if ((unsigned char)*name <= ' ' || *name == '\\' || *name == 0x7f)
			g_string_append_printf(word, "\\x%02x", (unsigned char)*name);
		else
			g_string_append_c(word, *name);
	}
	return g_string_free(word, FALSE);
}

static void servers_get(Request *req)
{
	text(req, 200);
	for (int p = 0; p < WORLD_PROJECTS; p++) {
		const GPtrArray *servers = world.projects[p].servers;
		for (unsigned i = 0; i < servers->len; i++) {
			const Server *server = servers->pdata[i];
			g_autofree char *name = one_word(server->name);
			if (server_is_bare(server))
				continue;
			g_string_append_printf(req->out, "%s %s %s %s %s\n", server->id, name,
					       server_status(server), server->az,
					       server->project->id);
		}
	}
}

static bool set_name(Server *server, const cJSON *value)
{
	server_rename(server, cJSON_IsString(value) ? value->valuestring : "");
	return true;
}

static bool set_description(Server *server, const cJSON *value)
{
	g_free(server->description);
	server->description = g_strdup(cJSON_GetStringValue(value));
	return true;
}

static const char *interned(const cJSON *value)
{
	return cJSON_IsString(value) ? text_intern(value->valuestring) : NULL;
}

/* What was under way is over: the test says how the server is */
static bool set_status(Server *server, const cJSON *value)
{
	server_halt(server);
	server->visible = true;
	server->forced_status = interned(value);
	return true;
}

static bool set_vm_state(Server *server, const cJSON *value)
{
	server_halt(server);
	server->visible = true;
	server->vm = cJSON_IsString(value) ? interned(value) : "active";
	return true;
}

static bool set_task_state(Server *server, const cJSON *value)
{
	server_halt(server);
	server->visible = true;
	server->task = interned(value);
	return true;
}

static bool set_locked(Server *server, const cJSON *value)
{
	server->locked = cJSON_IsTrue(value);
	return true;
}

static bool set_key_name(Server *server, const cJSON *value)
{
	server->key_name = interned(value);
	return true;
}

static bool set_flavor(Server *server, const cJSON *value)
{
	const Flavor *flavor = cJSON_IsString(value) ? world_flavor(value->valuestring) : NULL;

	if (!flavor)
		return false;
	server->project->cores_used += flavor->vcpus - server->flavor->vcpus;
	server->project->ram_mb_used += flavor->ram_mb - server->flavor->ram_mb;
	server->flavor = flavor;
	return true;
}

static bool set_zone(Server *server, const cJSON *value)
{
	if (!cJSON_IsString(value))
		return false;
	server->az = interned(value);
	return true;
}

/* A JSON merge: null removes one, the others are set */
static void merge(Pairs **pairs, const cJSON *value)
{
	const cJSON *item = NULL;

	cJSON_ArrayForEach (item, value) {
		if (cJSON_IsNull(item) && *pairs)
			pairs_remove(*pairs, item->string);
		else if (cJSON_IsString(item))
			pairs_set(pairs, item->string, item->valuestring);
	}
}

static bool set_metadata(Server *server, const cJSON *value)
{
	merge(server_own_meta(server), value);
	return cJSON_IsObject(value);
}

/* An object is merged; an array of "key=value" or "key" replaces all */
static bool set_tags(Server *server, const cJSON *value)
{
	const cJSON *item = NULL;

	if (cJSON_IsObject(value)) {
		merge(&server->tags, value);
		return true;
	}
	if (!cJSON_IsArray(value))
		return false;
	g_clear_pointer(&server->tags, g_ptr_array_unref);
	cJSON_ArrayForEach (item, value) {
		g_auto(GStrv) part =
			g_strsplit(cJSON_IsString(item) ? item->valuestring : "", "=", 2);
		pairs_set(&server->tags, part[0] ? part[0] : "", part[0] && part[1] ? part[1] : "");
	}
	return true;
}

static bool set_fault(Server *server, const cJSON *value)
{
	const cJSON *code = json_get(value, "code");
	const char *message = json_string(value, "message");

	server_set_fault(server, json_is_int(code) ? code->valueint : 500, message ? message : "",
			 json_string(value, "details"));
	return true;
}

static const struct {
	const char *key;
	bool (*set)(Server *server, const cJSON *value);
} members[] = {
	{ "name", set_name },
	{ "description", set_description },
	{ "status", set_status },
	{ "vm_state", set_vm_state },
	{ "task_state", set_task_state },
	{ "locked", set_locked },
	{ "key_name", set_key_name },
	{ "flavor", set_flavor },
	{ "availability_zone", set_zone },
	{ "metadata", set_metadata },
	{ "tags", set_tags },
	{ "fault", set_fault },
	{},
};

static bool set_member(Request *req, Server *server, const cJSON *item)
{
	for (int i = 0; members[i].key; i++) {
		if (strcmp(members[i].key, item->string) != 0)
			continue;
		if (members[i].set(server, item))
			return true;
		break;
	}
	fail(req, 400, text_format("cannot set \"%.80s\"", item->string));
	return false;
}

/* "\xNN" and plain hex both do: everything that is no hex digit is skipped, and the x of \x */
static char *from_hex(const char *hex)
{
	GString *bytes = g_string_new(NULL);

	while (hex[0] && hex[1]) {
		int high = g_ascii_xdigit_value(hex[0]), low = g_ascii_xdigit_value(hex[1]);
		if (high < 0 || low < 0) {
			hex++;
			continue;
		}
		g_string_append_c(bytes, (char)(high << 4 | low));
		hex += 2;
	}
	return g_string_free(bytes, FALSE);
}

static Server *find(Request *req)
{
	Server *server = g_hash_table_lookup(world.servers, req->param[0]);

	if (!server)
		fail(req, 404, "no such server");
	return server;
}

static void server_patch(Request *req)
{
	Server *server = find(req);
	const cJSON *body = request_json(req), *item = NULL;
	const char *hex = request_arg(req, "name_hex");

	if (!server)
		return;
	if (req->body->len && !cJSON_IsObject(body)) {
		fail(req, 400, "the body must be a JSON object");
		return;
	}
	cJSON_ArrayForEach (item, body)
		if (!set_member(req, server, item))
			return;
	if (hex) {
		g_autofree char *name = from_hex(hex);
		server_rename(server, name);
	}
	server_touch(server);
	text(req, 200);
}

static void server_delete_now(Request *req)
{
	Server *server = find(req);

	if (!server)
		return;
	server_drop(server, true);
	text(req, 200);
}

/* A copy of the project's first kind of everything, running at once */
static void servers_post(Request *req)
{
	const cJSON *body = request_json(req), *item = NULL;
	const char *name = json_string(body, "project");
	Project *project = world_project_by_name(name ? name : "eu-de");

	if (!cJSON_IsObject(body) || !project || !project->region ||
	    !project->network.subnets->len) {
		fail(req, 400, "a JSON object with a known project that has a subnet is needed");
		return;
	}
	Server *server = server_new(project);
	Subnet *subnet = project->network.subnets->pdata[0];
	server->name = g_strdup("added");
	server->user = &world.users[0];
	server->visible = true;
	server->vm = "active";
	server->launched = server->created;
	server->az = project->region->az[0];
	server->flavor = world_flavor("s3.medium.1");
	server->image = project->region->images->pdata[0];
	server->vpc = subnet->vpc;
	server->groups[0] = project_default_group(project);
	server_add_nic(server, subnet, subnet_take(subnet, 0));
	server_add_disk(server, "SSD", 40);
	server_enter(server);
	cJSON_ArrayForEach (item, body)
		if (strcmp(item->string, "project") != 0 && !set_member(req, server, item))
			return;
	g_clear_pointer(&server->hostname, g_free); /* it began with the name just set */
	text(req, 200);
	g_string_printf(req->out, "%s\n", server->id);
}

/* ---- ids ---- */

/* "" if it has been deleted */
static const char *image_id(const Region *region, unsigned index)
{
	return index < region->images->len ? ((const Image *)region->images->pdata[index])->id : "";
}

/* The id of one of the first day's objects, as far as there are that many */
static const char *nth(const GPtrArray *of, unsigned n)
{
	return n < of->len ? of->pdata[n] : "";
}

/* A network is what OTC calls a VPC's subnet, and a subnet is inside of it */
static const char *nth_subnet(const Project *project, unsigned n)
{
	const Subnet *subnet =
		n < project->network.subnets->len ? project->network.subnets->pdata[n] : NULL;

	if (!subnet)
		return "";
	return world.options.openstack ? subnet->neutron_id : subnet->id;
}

static const char *nth_vpc(const Project *project, unsigned n)
{
	/* the VPCs of the first day have two subnets each */
	return world.options.openstack ? nth(project->network.subnets, 2 * n)
				       : nth(project->network.vpcs, n);
}

static void ids_get(Request *req)
{
	const char *name = request_arg(req, "region"), *of = request_arg(req, "project");
	const Project *project = world_project_by_name(of ? of : name ? name : "eu-de");

	if (!project || !project->region) {
		fail(req, 404, "no such region or project");
		return;
	}
	const Region *region = project->region;
	const struct {
		const char *key, *value;
	} ids[] = {
		{ "region", region->name },
		{ "project", project->id },
		{ "project_name", project->name },
		{ "domain", world.domain_id },
		{ "domain_name", world.domain_name },
		{ "user", world.users[0].id },
		{ "az", region->az[0] },
		{ "az_soldout", region->az[1] },
		{ "image", image_id(region, 0) },
		{ "image_private", image_id(region, 5) },
		{ "image_queued", image_id(region, 6) },
		{ "image_windows", image_id(region, 4) },
		{ "vpc", nth_vpc(project, 0) },
		{ "vpc_other", nth_vpc(project, 1) },
		{ "subnet", nth_subnet(project, 0) },
		{ "subnet_other", nth_subnet(project, 2) },
		{ "security_group", nth(project->network.groups, 0) },
		{ "security_group_other", nth(project->network.groups, 1) },
		{ "flavor", "s3.medium.1" },
		{ "flavor_other", "s3.large.2" },
		{ "flavor_soldout", "c3.2xlarge.2" },
		{ "flavor_nocapacity", "e3.7xlarge.12" },
		{ "key_name", "KeyPair-demo" },
		{ "dedicated_host", project_dedicated_hosts(project, 0) },
		{ "dedicated_host_other", project_dedicated_hosts(project, 1) },
	};
	text(req, 200);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++)
		g_string_append_printf(req->out, "%s %s\n", ids[i].key, ids[i].value);
}

#define P CONTROL_PREFIX

static const Route routes[] = {
	{ "GET", P "requests", requests_get },
	{ "DELETE", P "requests", requests_delete },
	{ "GET", P "count", count_get },
	{ "GET", P "faults", faults_get },
	{ "POST", P "faults", faults_post },
	{ "DELETE", P "faults", faults_delete },
	{ "POST", P "expire-tokens", expire_post },
	{ "POST", P "bar", bar_post },
	{ "POST", P "latency", latency_post },
	{ "POST", P "down", down_post },
	{ "POST", P "up", up_post },
	{ "GET", P "servers", servers_get },
	{ "POST", P "servers", servers_post },
	{ "PATCH", P "servers/{id}", server_patch },
	{ "DELETE", P "servers/{id}", server_delete_now },
	{ "GET", P "ids", ids_get },
	{},
};

void control_answer(Request *req)
{
	world_settle(clock_now());
	for (const Route *route = routes; route->method; route++) {
		if (strcmp(route->method, req->method) == 0 &&
		    router_match(route->pattern, req->path, req)) {
			route->handler(req);
			return;
		}
	}
	fail(req, 404, "no such control request");
}
