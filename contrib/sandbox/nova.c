#include "contrib/sandbox/nova.h"

#include <string.h>

#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/view.h"

#define MIN_MICROVERSION 1
#define PROJECT_OPTIONAL_SINCE 18
#define PAGE_DEFAULT 25 /* OTC's; Nova's own is the most */
#define PAGE_MOST 1000
#define NAME_LIMIT 128
#define DESCRIPTION_LIMIT 85

const cJSON *nova_body(Request *req)
{
	const cJSON *body = request_json(req);

	if (cJSON_IsObject(body))
		return body;
	fail_nova(req, 400, "Malformed request body");
	return NULL;
}

Server *nova_server(Request *req)
{
	Server *server = server_find(req->project, req->param[1]);

	if (!server)
		fail_nova(req, 404, "Instance %s could not be found.", req->param[1]);
	return server;
}

bool nova_unlocked(Request *req, const Server *server)
{
	return !server->locked || fail_nova(req, 409, "Instance %s is locked", server->id);
}

/* ---- microversions ---- */

/* "2.26" or "latest"; 0 if it is neither */
static int parse_microversion(const char *text)
{
	int minor = 0;

	if (strcmp(text, "latest") == 0)
		return world.options.microversion;
	if (!g_str_has_prefix(text, "2.") || !text_int(text + 2, &minor) || minor < 1)
		return 0;
	return minor;
}

static bool take_microversion(Request *req)
{
	const char *text = request_header(req, "x-openstack-nova-api-version");
	const char *newer = request_header(req, "openstack-api-version");

	if (strstr(req->path, "/ecs/v2/")) /* the old API knows no microversions */
		return true;
	if (newer && g_str_has_prefix(newer, "compute "))
		text = newer + strlen("compute ");
	if (!text)
		return true;
	int minor = parse_microversion(text);
	if (!minor)
		return fail_nova(req, 400,
				 "API Version String %s is of invalid format. Must be of format "
				 "MajorNum.MinorNum.",
				 text);
	if (minor < MIN_MICROVERSION || minor > world.options.microversion)
		return fail_nova(req, 406,
				 "Version %s is not supported by the API. Minimum is 2.%d and "
				 "maximum is 2.%d.",
				 text, MIN_MICROVERSION, world.options.microversion);
	req->microversion = minor;
	return true;
}

static bool prepare(Request *req)
{
	bool fine = take_microversion(req);
	const char *used = text_format("2.%d", req->microversion);

	reply_header(req, "X-OpenStack-Nova-API-Version", used);
	reply_header(req, "OpenStack-API-Version", text_format("compute %s", used));
	reply_header(req, "Vary", "X-OpenStack-Nova-API-Version");
	reply_header(req, "Vary", "OpenStack-API-Version");
	reply_header(req, "X-Compute-Request-Id", text_format("req-%s", req->id));
	reply_header(req, "X-Openstack-Request-Id", text_format("req-%s", req->id));
	if (fine && req->microversion < PROJECT_OPTIONAL_SINCE &&
	    strstr(req->route->pattern, "{p?}") && !*req->param[0])
		return fail_nova(req, 404, "The resource could not be found.");
	return fine;
}

static void write_version(GString *out, const Region *region, const char *id)
{
	bool old = strcmp(id, "v2.0") == 0;
	g_autofree char *self = g_strdup_printf("%s/%s/", view_host(region), old ? "v2" : id);

	json_write(out,
		   "'min_version':%s,'id':%s,'updated':%s,'version':%s,'status':%s,"
		   "'links':[{'rel':'self','href':%s}",
		   old ? "" : "2.1", id, old ? "2011-01-21T11:33:21Z" : "2013-07-23T11:33:21Z",
		   old ? "" : text_format("2.%d", world.options.microversion),
		   old ? "SUPPORTED" : "CURRENT", self);
}

static void versions_list(Request *req)
{
	reply(req, 200, "{'versions':[{");
	write_version(req->out, req->region, "v2.0");
	g_string_append(req->out, "]},{");
	write_version(req->out, req->region, "v2.1");
	g_string_append(req->out, "]}]}");
}

static void version_get(Request *req)
{
	bool old = strstr(req->path, "/v2.1") == NULL;

	reply(req, 200, "{'version':{");
	write_version(req->out, req->region, old ? "v2.0" : "v2.1");
	json_write(req->out,
		   ",{'rel':'describedby','href':'http://docs.openstack.org/',"
		   "'type':'text/html'}],'media-types':[{'base':'application/json',"
		   "'type':%s}]}}",
		   text_format("application/vnd.openstack.compute+json;version=%s",
			       old ? "2" : "2.1"));
}

/* ---- lists ---- */

static bool by_name(const Server *server, const char *value)
{
	g_autoptr(GRegex) regex = g_regex_new(value, G_REGEX_CASELESS, 0, NULL);

	return regex && g_utf8_validate(server->name, -1, NULL)
		       ? g_regex_match(regex, server->name, 0, NULL)
		       : strstr(server->name, value) != NULL;
}

static bool by_flavor(const Server *server, const char *value)
{
	return strstr(flavor_ref(server->flavor), value) != NULL;
}

static bool by_ip(const Server *server, const char *value)
{
	for (int i = 0; i < server->n_nics; i++)
		if (strstr(text_ip(server->nics[i].ip), value))
			return true;
	return false;
}

static bool by_reservation(const Server *server, const char *value)
{
	return strcmp(server->reservation_id, value) == 0;
}

static bool by_image(const Server *server, const char *value)
{
	return strcmp(server->image->id, value) == 0;
}

static bool tags_match(const Server *server, const char *value, bool all)
{
	g_auto(GStrv) tags = g_strsplit(value, ",", -1);

	for (char **tag = tags; *tag; tag++)
		if (server_has_tag(server, *tag) != all)
			return !all;
	return all;
}

static bool by_tags(const Server *server, const char *value)
{
	return tags_match(server, value, true);
}

static bool by_tags_any(const Server *server, const char *value)
{
	return tags_match(server, value, false);
}

static bool by_not_tags(const Server *server, const char *value)
{
	return !tags_match(server, value, true);
}

static bool by_not_tags_any(const Server *server, const char *value)
{
	return !tags_match(server, value, false);
}

static bool by_changes(const Server *server, const char *value)
{
	int64_t since = 0;

	return !time_parse(value, &since) || server->updated / SECOND >= since / SECOND;
}

static const struct {
	const char *name;
	bool (*keeps)(const Server *server, const char *value);
	int from; /* microversion */
} filters[] = {
	{ "name", by_name },
	{ "status", server_matches_status },
	{ "flavor", by_flavor },
	{ "image", by_image },
	{ "ip", by_ip },
	{ "reservation_id", by_reservation },
	{ "changes-since", by_changes },
	{ "tags", by_tags },
	{ "not-tags", by_not_tags },
	{ "tags-any", by_tags_any, 26 },
	{ "not-tags-any", by_not_tags_any, 26 },
	{},
};

static bool selected(const Request *req, const Server *server)
{
	if (!server->visible)
		return false;
	for (int i = 0; filters[i].name; i++) {
		const char *value = request_arg(req, filters[i].name);
		if (value && *value && req->microversion >= filters[i].from &&
		    !filters[i].keeps(server, value))
			return false;
	}
	return true;
}

/* Newest first; with changes-since the deleted ones too */
static GPtrArray *candidates(const Request *req)
{
	const Project *project = req->project;
	GPtrArray *found = g_ptr_array_new();

	for (unsigned i = project->servers->len; i-- > 0;)
		if (selected(req, project->servers->pdata[i]))
			g_ptr_array_add(found, project->servers->pdata[i]);
	for (unsigned i = project->graves->len; request_arg(req, "changes-since") && i-- > 0;)
		if (selected(req, project->graves->pdata[i]))
			g_ptr_array_add(found, project->graves->pdata[i]);
	if (g_strcmp0(request_arg(req, "sort_dir"), "asc") == 0)
		for (unsigned i = 0; i < found->len / 2; i++) {
			gpointer swap = found->pdata[i];
			found->pdata[i] = found->pdata[found->len - 1 - i];
			found->pdata[found->len - 1 - i] = swap;
		}
	return found;
}

static bool list_ok(Request *req, int *limit)
{
	const char *status = request_arg(req, "status");
	const char *since = request_arg(req, "changes-since");
	int64_t time = 0;

	if (!request_int(req, "limit", 0, G_MAXINT, limit))
		return fail_nova(req, 400, "limit param must be an integer");
	*limit = CLAMP(*limit, 1, PAGE_MOST);
	if (since && !time_parse(since, &time))
		return fail_nova(req, 400, "Invalid changes-since value");
	if (status && *status && req->microversion >= 38 && !server_status_known(status))
		return fail_nova(req, 400, "Invalid status value");
	return true;
}

static int after_marker(const GPtrArray *servers, const char *marker)
{
	if (!marker || !*marker)
		return 0;
	for (unsigned i = 0; i < servers->len; i++)
		if (strcmp(((const Server *)servers->pdata[i])->id, marker) == 0)
			return (int)i + 1;
	return -1;
}

static void write_next(Request *req, bool detail, const Server *last)
{
	GString *href = g_string_new(NULL);
	GHashTableIter iter;
	gpointer key = NULL, value = NULL;

	g_string_printf(href, "%s/v2.1/%s/servers%s?", view_host(req->region), req->project->id,
			detail ? "/detail" : "");
	g_hash_table_iter_init(&iter, req->query);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (strcmp(key, "marker") == 0)
			continue;
		g_autofree char *name = g_uri_escape_string(key, NULL, FALSE);
		g_autofree char *text = g_uri_escape_string(value, NULL, FALSE);
		g_string_append_printf(href, "%s=%s&", name, text);
	}
	g_string_append_printf(href, "marker=%s", last->id);
	json_write(req->out, ",'servers_links':[{'rel':'next','href':%s}]", href->str);
	g_string_free(href, TRUE);
}

static void write_list(Request *req, bool detail)
{
	int limit = world.options.openstack ? PAGE_MOST : PAGE_DEFAULT, written = 0;
	g_autoptr(GPtrArray) servers = NULL;
	const Server *last = NULL;

	if (!list_ok(req, &limit))
		return;
	servers = candidates(req);
	int from = after_marker(servers, request_arg(req, "marker"));
	if (from < 0) {
		fail_nova(req, 400, "marker [%s] not found", request_arg(req, "marker"));
		return;
	}
	reply(req, 200, "{'servers':[");
	for (unsigned i = (unsigned)from; i < servers->len && written < limit; i++, written++) {
		last = servers->pdata[i];
		json_comma(req->out);
		if (detail)
			view_nova(req->out, last, req->microversion);
		else
			view_nova_brief(req->out, last);
	}
	g_string_append_c(req->out, ']');
	if (last && written == limit) /* also on a full last page */
		write_next(req, detail, last);
	g_string_append_c(req->out, '}');
}

static void servers_list(Request *req)
{
	write_list(req, false);
}

static void servers_detail(Request *req)
{
	write_list(req, true);
}

/* ---- one server ---- */

static void server_get(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	reply(req, 200, "{'server':");
	view_nova(req->out, server, req->microversion);
	g_string_append_c(req->out, '}');
}

static bool update_ok(Request *req, const cJSON *name, const cJSON *description)
{
	if (name &&
	    (!cJSON_IsString(name) || !*name->valuestring ||
	     strlen(name->valuestring) > NAME_LIMIT || !text_all_in(name->valuestring, "_-.")))
		return fail_nova(req, 400, "Invalid input for field/attribute name.");
	if (!description || cJSON_IsNull(description))
		return true;
	if (!cJSON_IsString(description) ||
	    g_utf8_strlen(description->valuestring, -1) > DESCRIPTION_LIMIT ||
	    strpbrk(description->valuestring, "<>"))
		return fail_nova(req, 400, "Invalid input for field/attribute description.");
	return true;
}

static void server_update(Request *req)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *change = json_get(body, "server");
	const cJSON *name = json_get(change, "name");
	const cJSON *description = req->microversion >= 19 ? json_get(change, "description") : NULL;

	if (!body)
		return;
	if (!cJSON_IsObject(change)) {
		fail_nova(req, 400, "Invalid input for field/attribute server.");
		return;
	}
	if (!update_ok(req, name, description))
		return;
	if (name)
		server_rename(server, name->valuestring);
	if (description) {
		g_free(server->description);
		server->description =
			g_strdup(cJSON_IsNull(description) ? "" : description->valuestring);
	}
	server_touch(server);
	reply(req, 200, "{'server':");
	view_nova(req->out, server, req->microversion);
	g_string_append_c(req->out, '}');
}

static void mismatch(Request *req)
{
	fail_nova(req, 400,
		  "Malformed request URL: URL's project_id '%s' doesn't match Context's "
		  "project_id '%s'",
		  req->param[0] ? req->param[0] : "", req->project ? req->project->id : "None");
}

static void forbidden(Request *req)
{
	fail_nova(req, 403, "Policy doesn't allow os_compute_api:%s to be performed.",
		  req->route->action ? req->route->action : "servers:update");
}

#define P "/v2|v2.1/{p?}"
#define S P "/servers/{id}"

static const Route routes[] = {
	{ "GET", "/", versions_list, ROUTE_PUBLIC },
	{ "GET", "/v2|v2.1", version_get, ROUTE_PUBLIC },
	{ "GET", P "/servers", servers_list },
	{ "GET", P "/servers/detail", servers_detail },
	{ "POST", P "/servers", nova_servers_create, .action = "servers:create" },
	{ "GET", S, server_get },
	{ "PUT", S, server_update, .action = "servers:update" },
	{ "DELETE", S, nova_server_delete, .action = "servers:delete" },
	{ "POST", S "/action", nova_server_action, .action = "servers:action" },
	{ "GET", S "/os-volume_attachments", nova_disks_list },
	{ "GET", S "/os-volume_attachments/{volume}", nova_disk_get },
	{ "POST", S "/os-volume_attachments", nova_disk_attach,
	  .action = "os-volumes-attachments:create" },
	{ "DELETE", S "/os-volume_attachments/{volume}", nova_disk_detach,
	  .action = "os-volumes-attachments:delete" },
	{ "GET", S "/block_device", nova_block_devices, ROUTE_OTC },
	{ "GET", S "/block_device/{volume}", nova_block_device, ROUTE_OTC },
	{ "GET", S "/ips", nova_ips_list },
	{ "GET", S "/ips/{network}", nova_ips_get },
	{ "GET", S "/os-security-groups", nova_server_groups_list },
	{ "GET", S "/metadata", nova_meta_list },
	{ "PUT", S "/metadata", nova_meta_replace },
	{ "POST", S "/metadata", nova_meta_merge },
	{ "GET", S "/metadata/{key}", nova_meta_get },
	{ "PUT", S "/metadata/{key}", nova_meta_put },
	{ "DELETE", S "/metadata/{key}", nova_meta_delete },
	{ "GET", S "/tags", nova_tags_list },
	{ "PUT", S "/tags", nova_tags_replace },
	{ "DELETE", S "/tags", nova_tags_clear },
	{ "GET", S "/tags/{tag}", nova_tag_get },
	{ "PUT", S "/tags/{tag}", nova_tag_put },
	{ "DELETE", S "/tags/{tag}", nova_tag_delete },
	{ "POST", S "/remote-consoles", nova_remote_console, .action = "os-remote-consoles" },
	{ "GET", S "/os-server-password", nova_password_get },
	{ "DELETE", S "/os-server-password", nova_password_delete, .action = "os-server-password" },
	{ "GET", S "/os-interface", nova_nics_list },
	{ "POST", S "/os-interface", nova_nic_add, .action = "os-attach-interfaces:create" },
	{ "GET", S "/os-interface/{port}", nova_nic_get },
	{ "DELETE", S "/os-interface/{port}", nova_nic_delete,
	  .action = "os-attach-interfaces:delete" },
	{ "GET", S "/os-instance-actions", nova_events_list },
	{ "GET", S "/os-instance-actions/{request_id}", nova_event_get },
	{ "GET", P "/flavors", nova_flavors_list },
	{ "GET", P "/flavors/detail", nova_flavors_detail },
	{ "GET", P "/flavors/{id}", nova_flavor_get },
	{ "GET", P "/flavors/{id}/os-extra_specs", nova_flavor_specs },
	{ "GET", P "/limits", nova_limits_get },
	{ "GET", P "/os-quota-sets/{id}", nova_quota_get },
	{ "GET", P "/os-quota-sets/{id}/defaults", nova_quota_get },
	{ "GET", P "/os-availability-zone", nova_zones_list },
	{ "GET", P "/os-availability-zone/detail", nova_zones_detail },
	{ "GET", P "/os-server-groups", nova_groups_list },
	{ "POST", P "/os-server-groups", nova_groups_create, .action = "os-server-groups:create" },
	{ "GET", P "/os-server-groups/{id}", nova_group_get },
	{ "DELETE", P "/os-server-groups/{id}", nova_group_delete,
	  .action = "os-server-groups:delete" },
	{ "GET", P "/os-security-groups", nova_groups_proxy_list },
	{ "GET", P "/os-security-groups/{id}", nova_group_proxy_get },
	{ "GET", P "/os-keypairs", nova_keypairs_list },
	{ "POST", P "/os-keypairs", nova_keypairs_create, .action = "os-keypairs:create" },
	{ "GET", P "/os-keypairs/{name}", nova_keypair_get },
	{ "DELETE", P "/os-keypairs/{name}", nova_keypair_delete, .action = "os-keypairs:delete" },
	{},
};

const Service nova_service = {
	.mount = "ecs",
	.routes = routes,
	.prepare = prepare,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
