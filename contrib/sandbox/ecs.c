#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/nova.h"

#include <string.h>

#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/view.h"

#define NAME_LIMIT 128
#define DESCRIPTION_LIMIT 85
#define TAG_KEY_LIMIT 36
#define TAG_VALUE_LIMIT 43
#define META_LIMIT 128 /* pairs; maxServerMeta */
#define META_TEXT_LIMIT 255

const cJSON *ecs_body(Request *req)
{
	const cJSON *body = request_json(req);

	if (!req->body->len)
		fail_ecs(req, 400, "Common.0002", "request body is null.");
	else if (!cJSON_IsObject(body))
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
	return cJSON_IsObject(body) ? body : NULL;
}

Server *ecs_server(Request *req)
{
	Server *server = server_find(req->project, req->param[1]);

	if (!server)
		fail_ecs(req, 404, "Ecs.0114", "Instance %s could not be found.", req->param[1]);
	return server;
}

bool ecs_name_ok(const char *name)
{
	return *name && strlen(name) <= NAME_LIMIT && text_all_in(name, "_-.");
}

bool ecs_description_ok(const char *description)
{
	return g_utf8_strlen(description, -1) <= DESCRIPTION_LIMIT && !strpbrk(description, "<>");
}

bool ecs_tag_ok(const char *key, const char *value)
{
	return *key && strlen(key) <= TAG_KEY_LIMIT && text_all_in(key, "_-") &&
	       strlen(value) <= TAG_VALUE_LIMIT && text_all_in(value, "_-");
}

void ecs_job_reply(Request *req, const Job *job)
{
	reply(req, 200, "{'job_id':%s}", job_id(job));
}

bool ecs_dry_run(Request *req)
{
	return cJSON_IsTrue(json_get(request_json(req), "dry_run"));
}

/* ---- list ---- */

/* In the name filter a dot stands for any one character */
static bool name_like(const char *name, const char *pattern)
{
	for (; *name || !*pattern; name++) {
		size_t i = 0;
		while (pattern[i] && name[i] &&
		       (pattern[i] == '.' ||
			g_ascii_tolower(pattern[i]) == g_ascii_tolower(name[i])))
			i++;
		if (!pattern[i])
			return true;
		if (!*name)
			break;
	}
	return false;
}

static bool by_name(const Server *server, const char *value)
{
	return name_like(server->name, value);
}

static bool by_flavor(const Server *server, const char *value)
{
	return strcmp(server->flavor->id, value) == 0;
}

static bool by_ip(const Server *server, const char *value)
{
	for (int i = 0; i < server->n_nics; i++)
		if (strstr(text_ip(server->nics[i].ip), value))
			return true;
	return false;
}

static bool by_ip_eq(const Server *server, const char *value)
{
	for (int i = 0; i < server->n_nics; i++)
		if (strcmp(text_ip(server->nics[i].ip), value) == 0)
			return true;
	return false;
}

static bool by_id(const Server *server, const char *value)
{
	g_auto(GStrv) ids = g_strsplit(value, ",", -1);

	return g_strv_contains((const char *const *)ids, server->id);
}

static bool by_reservation(const Server *server, const char *value)
{
	return strcmp(server->reservation_id, value) == 0;
}

static bool by_tags(const Server *server, const char *value)
{
	g_auto(GStrv) tags = g_strsplit(value, ",", -1);

	for (char **tag = tags; *tag; tag++)
		if (!server_has_tag(server, *tag))
			return false;
	return true;
}

static bool by_not_tags(const Server *server, const char *value)
{
	return !by_tags(server, value);
}

static bool by_enterprise_project(const Server *server, const char *value)
{
	return strcmp(value, "0") == 0 || strcmp(value, "all_granted_eps") == 0;
}

static const struct {
	const char *name;
	bool (*keeps)(const Server *server, const char *value);
} filters[] = {
	{ "name", by_name },
	{ "flavor", by_flavor },
	{ "status", server_matches_status },
	{ "ip", by_ip },
	{ "ip_eq", by_ip_eq },
	{ "server_id", by_id },
	{ "reservation_id", by_reservation },
	{ "tags", by_tags },
	{ "not-tags", by_not_tags },
	{ "enterprise_project_id", by_enterprise_project },
	{},
};

bool ecs_selected(const Request *req, const Server *server)
{
	if (!server->visible)
		return false;
	for (int i = 0; filters[i].name; i++) {
		const char *value = request_arg(req, filters[i].name);
		if (value && *value && !filters[i].keeps(server, value))
			return false;
	}
	return true;
}

static void servers_detail(Request *req)
{
	int limit = 25, page = 1, count = 0;
	const char *status = request_arg(req, "status");
	const GPtrArray *servers = req->project->servers;

	if (!request_int(req, "limit", 1, 1000, &limit) ||
	    !request_int(req, "offset", 0, G_MAXINT, &page) ||
	    (status && *status && !server_status_known(status))) {
		fail_ecs(req, 400, "Ecs.0005", "Parameter limit, offset or status is invalid.");
		return;
	}
	int64_t from = (int64_t)(MAX(page, 1) - 1) * limit; /* offset is a page number, 0 is 1 */

	reply(req, 200, "{'servers':[");
	for (unsigned i = servers->len; i-- > 0;) {
		const Server *server = servers->pdata[i];
		if (!ecs_selected(req, server))
			continue;
		if (count >= from && count < from + limit) {
			json_comma(req->out);
			view_v1(req->out, server, true);
		}
		count++;
	}
	json_write(req->out, "],'count':%d}", count);
}

/* ---- one server ---- */

static void server_get(Request *req)
{
	const Server *server = ecs_server(req);

	if (!server)
		return;
	reply(req, 200, "{'server':");
	view_v1(req->out, server, false);
	g_string_append_c(req->out, '}');
}

static void server_update(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *change = json_get(body, "server");
	const cJSON *name = json_get(change, "name");
	const cJSON *description = json_get(change, "description");

	if (!body)
		return;
	if (!cJSON_IsObject(change)) {
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
		return;
	}
	if (name && (!cJSON_IsString(name) || !ecs_name_ok(name->valuestring))) {
		bool too_long = cJSON_IsString(name) && strlen(name->valuestring) > NAME_LIMIT;
		fail_ecs(req, 400, too_long ? "Ecs.0914" : "Ecs.0005", "Server name is invalid.");
		return;
	}
	if (description && !cJSON_IsNull(description) &&
	    (!cJSON_IsString(description) || !ecs_description_ok(description->valuestring))) {
		fail_ecs(req, 400, "Ecs.0041", "Server description is invalid.");
		return;
	}
	if (name)
		server_rename(server, name->valuestring);
	if (description) {
		g_free(server->description);
		server->description =
			g_strdup(cJSON_IsNull(description) ? "" : description->valuestring);
	}
	server_touch(server);
	reply(req, 200, "{'server':");
	view_updated(req->out, server);
	g_string_append_c(req->out, '}');
}

/* ---- metadata ---- */

static bool meta_ok(const cJSON *metadata)
{
	const cJSON *item = NULL;

	cJSON_ArrayForEach (item, metadata) {
		size_t len = strlen(item->string);
		if (!cJSON_IsString(item) || len < 1 || len > META_TEXT_LIMIT ||
		    strlen(item->valuestring) > META_TEXT_LIMIT ||
		    !text_all_in(item->string, "_:.-"))
			return false;
	}
	return true;
}

static const char *const meta_states[] = { "active", "stopped", "paused", "suspended", NULL };

static void metadata_merge(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *metadata = json_get(body, "metadata");
	const cJSON *item = NULL;
	unsigned added = 0;

	if (!body)
		return;
	if (!cJSON_IsObject(metadata) || !meta_ok(metadata)) {
		fail_ecs(req, 400, "Ecs.0005", "Metadata is invalid.");
		return;
	}
	if (!g_strv_contains(meta_states, server->vm)) {
		fail_ecs(req, 400, "Ecs.0100", "The ECS status %s does not allow the operation.",
			 server_status(server));
		return;
	}
	Pairs **pairs = server_own_meta(server);
	cJSON_ArrayForEach (item, metadata)
		added += !pairs_get(*pairs, item->string);
	if (pairs_count(*pairs) + added > META_LIMIT) {
		fail_ecs(req, 400, "Ecs.0005", "More than %d metadata items.", META_LIMIT);
		return;
	}
	reply(req, 200, "{'metadata':{");
	cJSON_ArrayForEach (item, metadata) {
		pairs_set(pairs, item->string, item->valuestring);
		json_comma(req->out);
		json_write(req->out, "%s:%s", item->string, item->valuestring);
	}
	g_string_append(req->out, "}}");
	if (cJSON_GetArraySize(metadata))
		server_touch(server);
}

/* ---- quotas and jobs ---- */

static void limits_get(Request *req)
{
	const Project *project = req->project;

	reply(req, 200,
	      "{'absolute':{'maxServerMeta':%d,'maxPersonality':5,'maxImageMeta':128,"
	      "'maxPersonalitySize':10240,'maxSecurityGroupRules':20,'maxTotalKeypairs':%d,",
	      META_LIMIT, 100);
	json_write(req->out,
		   "'totalRAMUsed':%d,'totalInstancesUsed':%d,'maxSecurityGroups':%d,"
		   "'totalFloatingIpsUsed':%d,'maxTotalCores':%d,'totalSecurityGroupsUsed':%d,",
		   project->ram_mb_used, project->servers_used, project->network.max_groups,
		   (int)project->network.eips->len, project->max_cores,
		   (int)project->network.groups->len);
	json_write(req->out,
		   "'maxTotalFloatingIps':%d,'maxTotalInstances':%d,'totalCoresUsed':%d,"
		   "'maxTotalRAMSize':%d,'maxServerGroups':%d,'maxServerGroupMembers':%d,"
		   "'totalServerGroupsUsed':%d}}",
		   project->network.max_eips, project->max_servers, project->cores_used,
		   project->max_ram_mb, GROUP_QUOTA, GROUP_MEMBERS, server_groups_used(project));
}

static void job_get(Request *req)
{
	const Job *job = job_find(req->project, "ecs", req->param[1]);

	if (!job) {
		fail_ecs(req, 400, "Common.0011", "Failed to query system tasks.");
		return;
	}
	reply(req, 200, "%p", "");
	job_write(req->out, job, clock_now());
}

static void mismatch(Request *req)
{
	fail_ecs(req, 400, "Common.0018",
		 "The project ID in the URL is different from that in the token.");
}

static void forbidden(Request *req)
{
	fail_ecs(req, 403, "Pdp.0001", "Policy does not allow %s to be performed.",
		 req->route->action ? req->route->action : "ecs:cloudServers:update");
}

#define P "/v1/{p}/cloudservers"

static const Route routes[] = {
	{ "GET", P "/detail", servers_detail },
	{ "GET", P "/flavors", ecs_flavors_list },
	{ "GET", P "/limits", limits_get },
	{ "GET", P "/tags", ecs_project_tags },
	{ "GET", P "/resize_flavors", ecs_resize_flavors }, /* Huawei's path */
	{ "GET", "/v2|v2.1/{p}/resize_flavors", ecs_resize_flavors },
	{ "GET", P "/os-server-groups", server_groups_list },
	{ "POST", P "/os-server-groups", server_groups_create,
	  .action = "ecs:serverGroups:manage" },
	{ "GET", P "/os-server-groups/{id}", server_group_get },
	{ "DELETE", P "/os-server-groups/{id}", server_group_delete,
	  .action = "ecs:serverGroups:manage" },
	{ "POST", P "/os-server-groups/{id}/action", server_group_action,
	  .action = "ecs:serverGroups:manage" },
	{ "POST", "/v1|v1.1/{p}/cloudservers", ecs_servers_create,
	  .action = "ecs:cloudServers:createServers" },
	{ "POST", P "/delete", ecs_servers_delete, .action = "ecs:cloudServers:deleteServers" },
	{ "POST", P "/action", ecs_servers_action, .action = "ecs:cloudServers:batchAction" },
	{ "POST", "/v1|v1.1/{p}/cloudservers/{id}/resize", ecs_server_resize,
	  .action = "ecs:cloudServers:resize" },
	{ "POST", "/v2/{p}/cloudservers/{id}/changeos", ecs_server_change_os,
	  .action = "ecs:cloudServers:changeOS" },
	{ "POST", "/v2/{p}/cloudservers/{id}/reinstallos", ecs_server_reinstall,
	  .action = "ecs:cloudServers:rebuild" },
	{ "POST", P "/{id}/migrate", ecs_server_migrate, .action = "ecs:cloudServers:migrate" },
	{ "GET", P "/{id}/autorecovery", ecs_recovery_get },
	{ "PUT", P "/{id}/autorecovery", ecs_recovery_put,
	  .action = "ecs:cloudServers:setAutoRecovery" },
	{ "POST", "/v1.0/servers/{id}/action", ecs_server_monitor,
	  .action = "ecs:cloudServers:addMonitor" },
	{ "POST", P "/{id}/metadata", metadata_merge, .action = "ecs:cloudServers:updateMetadata" },
	{ "POST", P "/{id}/attachvolume", ecs_disk_attach, .action = "ecs:cloudServers:attach" },
	{ "DELETE", P "/{id}/detachvolume/{volume}", ecs_disk_detach,
	  .action = "ecs:cloudServers:detachVolume" },
	{ "GET", P "/{id}/block_device", ecs_disks_list },
	{ "GET", P "/{id}/block_device/{volume}", ecs_disk_get },
	{ "POST", P "/{id}/nics", ecs_nics_add, .action = "ecs:cloudServers:addNics" },
	{ "POST", P "/{id}/nics/delete", ecs_nics_delete, .action = "ecs:cloudServers:deleteNics" },
	{ "GET", P "/{id}/os-interface", ecs_nics_list },
	{ "GET", P "/{id}/tags", ecs_tags_get },
	{ "POST", P "/{id}/tags/action", ecs_tags_action, .action = "ecs:serverTags:batch" },
	{ "PUT", P "/server-name", ecs_servers_rename, .action = "ecs:cloudServers:modify" },
	{ "GET", P "/{id}", server_get },
	{ "PUT", P "/{id}", server_update, .action = "ecs:cloudServers:modify" },
	{ "POST", "/v1/{p}/servers/resource_instances/action", ecs_servers_by_tag, ROUTE_READ },
	{ "POST", P "/resource_instances/action", ecs_servers_by_tag, ROUTE_READ },
	{ "GET", "/v1/{p}/jobs/{id}", job_get },
	/* Huawei's */
	{ "GET", "/v1.1/{p}/cloudservers/detail", ecs_servers_page },
	{ "GET", "/v1/{p}/availability-zones", ecs_zones_list },
	{ "POST", P "/{id}/remote_console", ecs_remote_console, .action = "ecs:cloudServers:vnc" },
	{ "DELETE", P "/{id}/metadata/{key}", ecs_metadata_delete,
	  .action = "ecs:cloudServers:deleteMetadata" },
	{ "GET", P "/{id}/os-server-password", nova_password_get },
	{ "DELETE", P "/{id}/os-server-password", nova_password_delete,
	  .action = "ecs:cloudServers:deletePassword" },
	{ "GET", P "/{id}/os-volume_attachments", nova_disks_list },
	{},
};

const Service ecs_service = {
	.mount = "ecs",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
	.otc = true,
};
