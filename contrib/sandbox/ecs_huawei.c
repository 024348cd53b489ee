/*
 * ECS as Huawei's own clouds have it, which its SDK uses: version 1.1 of creating, resizing and
 * listing, and calls that Open Telekom Cloud has in the Nova dialect only (ecs.md section 13).
 */
#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/view.h"

#define PAGE_LIMIT 100
#define PAGE_DEFAULT 10
#define RENAME_LIMIT 1000

/* The position of the server named by the marker, from the newest; 0 without one, -1 if there is
 * none */
static int after_marker(const Request *req, const GPtrArray *servers)
{
	const char *marker = request_arg(req, "marker");

	if (!marker || !*marker)
		return 0;
	for (unsigned i = 0; i < servers->len; i++) {
		const Server *server = servers->pdata[servers->len - 1 - i];
		if (strcmp(server->id, marker) == 0)
			return (int)i + 1;
	}
	return -1;
}

void ecs_servers_page(Request *req)
{
	const GPtrArray *servers = req->project->servers;
	const Server *last = NULL;
	int limit = PAGE_DEFAULT, written = 0;
	int from = after_marker(req, servers);

	if (!request_int(req, "limit", 1, PAGE_LIMIT, &limit) || from < 0) {
		fail_ecs(req, 400, "Ecs.0005", "Parameter limit or marker is invalid.");
		return;
	}
	reply(req, 200, "{'servers':[");
	bool more = false;
	for (unsigned i = (unsigned)from; i < servers->len; i++) {
		const Server *server = servers->pdata[servers->len - 1 - i];
		if (!ecs_selected(req, server))
			continue;
		if (written == limit) {
			more = true;
			break;
		}
		json_comma(req->out);
		view_v1(req->out, server, true);
		last = server;
		written++;
	}
	json_write(req->out, "],'servers_links':[");
	if (more) {
		g_autofree char *next = g_strdup_printf("%s%s?limit=%d&marker=%s", world.base,
							req->path, limit, last->id);
		json_write(req->out, "{'rel':'next','href':%s}", next);
	}
	g_string_append(req->out, "]}");
}

void ecs_zones_list(Request *req)
{
	reply(req, 200, "{'availability_zones':[");
	for (int i = 0; i < REGION_AZS; i++) {
		json_comma(req->out);
		json_write(
			req->out,
			"{'availability_zone_id':%s,'type':'Core','mode':'dedicated',"
			"'alias':%s,'category':0,'public_border_group':'center','az_group_ids':[]}",
			req->region->az[i], req->region->az[i]);
	}
	g_string_append(req->out, "]}");
}

void ecs_remote_console(Request *req)
{
	const Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *wanted = json_get(body, "remote_console");

	if (!body)
		return;
	if (g_strcmp0(json_string(wanted, "protocol"), "vnc") != 0 ||
	    g_strcmp0(json_string(wanted, "type"), "novnc") != 0)
		fail_ecs(req, 400, "Ecs.0005", "Protocol or type of the console is invalid.");
	else if (strcmp(server_status(server), "ACTIVE") != 0)
		fail_ecs(req, 400, "Ecs.0100", "The ECS status %s does not allow the operation.",
			 server_status(server));
	else
		nova_console_reply(req);
}

void ecs_metadata_delete(Request *req)
{
	Server *server = ecs_server(req);

	if (!server)
		return;
	if (!pairs_remove(*server_own_meta(server), req->param[2])) {
		fail_ecs(req, 404, "Ecs.0005", "Metadata item was not found.");
		return;
	}
	server_touch(server);
	reply_empty(req, 204);
}

void ecs_servers_rename(Request *req)
{
	const cJSON *body = ecs_body(req);
	const cJSON *servers = json_get(body, "servers"), *item = NULL;
	const char *name = json_string(body, "name");

	if (!body)
		return;
	if (!name || !ecs_name_ok(name) || !cJSON_IsArray(servers) ||
	    cJSON_GetArraySize(servers) < 1 || cJSON_GetArraySize(servers) > RENAME_LIMIT) {
		fail_ecs(req, 400, "Ecs.0005", "Name or servers are invalid.");
		return;
	}
	cJSON_ArrayForEach (item, servers) {
		const char *id = json_string(item, "id");
		if (!id || !server_find(req->project, id)) {
			fail_ecs(req, 404, "Ecs.0114", "Instance %s could not be found.",
				 id ? id : "");
			return;
		}
	}
	reply(req, 200, "{'response':[");
	cJSON_ArrayForEach (item, servers) {
		Server *server = server_find(req->project, json_string(item, "id"));
		if (!ecs_dry_run(req)) {
			server_rename(server, name);
			server_touch(server);
		}
		json_comma(req->out);
		json_write(req->out, "{'id':%s}", server->id);
	}
	g_string_append(req->out, "]}");
}
