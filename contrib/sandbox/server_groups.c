#include "contrib/sandbox/server_groups.h"

#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/token.h"

#define NAME_LIMIT 255
#define PAGE_LIMIT 1000
#define GROUP_OWNER_SINCE 13 /* microversion */

typedef struct {
	char id[37];
	char *name;
	const Project *project;
	const char *user; /* id */
} Group;

static GPtrArray *groups; /* Group, owned, oldest first */

static void free_group(gpointer data)
{
	Group *group = data;

	g_free(group->name);
	g_free(group);
}

void server_groups_clear(void)
{
	g_clear_pointer(&groups, g_ptr_array_unref);
}

static Group *find(const Project *project, const char *id)
{
	for (unsigned i = 0; groups && i < groups->len; i++) {
		Group *group = groups->pdata[i];
		if (group->project == project && strcmp(group->id, id) == 0)
			return group;
	}
	return NULL;
}

int server_groups_used(const Project *project)
{
	int used = 0;

	for (unsigned i = 0; groups && i < groups->len; i++)
		used += ((const Group *)groups->pdata[i])->project == project;
	return used;
}

static bool is_member(const Server *server, const char *id)
{
	return server->group_hint && strcmp(server->group_hint, id) == 0;
}

static int members(const Project *project, const char *id)
{
	int count = 0;

	for (unsigned i = 0; i < project->servers->len; i++)
		count += is_member(project->servers->pdata[i], id);
	return count;
}

const char *server_group_room(const Project *project, const char *id, int more)
{
	if (!find(project, id))
		return "The server group does not exist.";
	if (members(project, id) + more > GROUP_MEMBERS)
		return "The quota of server group members is used up.";
	return NULL;
}

/* @owned: say whose it is, as Nova does from a microversion on */
static void write_group(GString *out, const Group *group, bool owned)
{
	json_write(out, "{'id':%s,'name':%s,'policies':['anti-affinity'],'metadata':{},'members':[",
		   group->id, group->name);
	for (unsigned i = 0; i < group->project->servers->len; i++) {
		const Server *server = group->project->servers->pdata[i];
		if (!server->visible || !is_member(server, group->id))
			continue;
		json_comma(out);
		json_write(out, "%s", server->id);
	}
	g_string_append_c(out, ']');
	if (owned)
		json_write(out, ",'project_id':%s,'user_id':%s", group->project->id, group->user);
	g_string_append_c(out, '}');
}

/* Paged only if both limit and marker are given */
void server_groups_list(Request *req)
{
	const char *marker = request_arg(req, "marker");
	bool paged = marker && request_arg(req, "limit");
	int limit = PAGE_LIMIT;
	bool started = !paged || !*marker;
	const Group *last = NULL;

	if (!request_int(req, "limit", 1, PAGE_LIMIT, &limit)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter limit is invalid.");
		return;
	}
	reply(req, 200, "{'server_groups':[");
	for (unsigned i = 0; groups && i < groups->len; i++) {
		const Group *group = groups->pdata[i];
		if (group->project != req->project)
			continue;
		if (!started) {
			started = strcmp(group->id, marker) == 0;
			continue;
		}
		if (paged && limit-- == 0)
			break;
		json_comma(req->out);
		write_group(req->out, group, false);
		last = group;
	}
	g_string_append_c(req->out, ']');
	if (paged && limit < 0)
		json_write(req->out, ",'page_info':{'next_marker':%s}", last ? last->id : NULL);
	g_string_append_c(req->out, '}');
}

static bool policy_ok(const cJSON *policies)
{
	const cJSON *first = cJSON_IsArray(policies) ? policies->child : NULL;

	return first && !first->next &&
	       g_strcmp0(cJSON_GetStringValue(first), "anti-affinity") == 0;
}

static const Group *add(const Request *req, const char *name)
{
	Group *group = g_new0(Group, 1);

	*group = (Group){ .name = g_strdup(name),
			  .project = req->project,
			  .user = req->token->user->id };
	g_strlcpy(group->id, world_uuid(), sizeof group->id);
	if (!groups)
		groups = g_ptr_array_new_with_free_func(free_group);
	g_ptr_array_add(groups, group);
	return group;
}

static void reply_group(Request *req, const Group *group, bool owned)
{
	reply(req, 200, "{'server_group':");
	write_group(req->out, group, owned);
	g_string_append_c(req->out, '}');
}

void server_groups_create(Request *req)
{
	const cJSON *body = ecs_body(req), *wanted = json_get(body, "server_group");

	if (!body)
		return;
	const char *name = json_string(wanted, "name");
	if (!name || !*name || g_utf8_strlen(name, -1) > NAME_LIMIT) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter name is invalid.");
	} else if (!policy_ok(json_get(wanted, "policies"))) {
		fail_ecs(req, 400, "Ecs.0005",
			 "The parameter policies is invalid: only anti-affinity is supported.");
	} else if (server_groups_used(req->project) >= GROUP_QUOTA) {
		fail_ecs(req, 400, "Ecs.0022", "The server group quota is used up.");
	} else {
		reply_group(req, add(req, name), false);
	}
}

/* The group {id}; NULL after 404 */
static Group *wanted_group(Request *req)
{
	Group *group = find(req->project, req->param[1]);

	if (!group)
		fail_ecs(req, 404, "Ecs.0005", "Instance group %s could not be found.",
			 req->param[1]);
	return group;
}

void server_group_get(Request *req)
{
	const Group *group = wanted_group(req);

	if (group)
		reply_group(req, group, false);
}

static void dissolve(Group *group)
{
	for (unsigned i = 0; i < group->project->servers->len; i++) {
		Server *server = group->project->servers->pdata[i];
		if (is_member(server, group->id))
			server->group_hint = NULL;
	}
	g_ptr_array_remove(groups, group);
}

void server_group_delete(Request *req)
{
	Group *group = wanted_group(req);

	if (!group)
		return;
	dissolve(group);
	reply_empty(req, 204);
}

static bool join(Request *req, const Group *group, Server *server)
{
	const char *why = server_group_room(req->project, group->id, 1);

	if (strcmp(server->vm, "stopped") != 0 || server->task)
		return fail_ecs(req, 400, "Ecs.0100",
				"The ECS status %s does not allow the operation.",
				server_status(server));
	if (server->group_hint)
		return fail_ecs(req, 400, "Ecs.0313", "The server is in a server group already.");
	if (why)
		return fail_ecs(req, 400, "Ecs.0022", "%s", why);
	server->group_hint = text_intern(group->id);
	return true;
}

static bool leave(Request *req, const Group *group, Server *server)
{
	if (!is_member(server, group->id))
		return fail_ecs(req, 400, "Ecs.0313", "The server is not in the server group.");
	server->group_hint = NULL;
	return true;
}

static const struct {
	const char *word;
	bool (*run)(Request *req, const Group *group, Server *server);
} actions[] = { { "add_member", join }, { "remove_member", leave }, {} };

void server_group_action(Request *req)
{
	const Group *group = wanted_group(req);
	const cJSON *body = group ? ecs_body(req) : NULL;

	for (int i = 0; body && actions[i].word; i++) {
		const cJSON *argument = json_get(body, actions[i].word);
		const char *id = json_string(argument, "instance_uuid");
		Server *server = id ? server_find(req->project, id) : NULL;
		if (!argument)
			continue;
		if (!server)
			fail_ecs(req, 404, "Ecs.0114", "Instance %s could not be found.",
				 id ? id : "");
		else if (actions[i].run(req, group, server))
			reply_empty(req, 200);
		return;
	}
	if (body)
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
}

/* ---- the same groups in Nova's words ---- */

static bool shows_owner(const Request *req)
{
	return req->microversion >= GROUP_OWNER_SINCE;
}

void nova_groups_list(Request *req)
{
	int limit = PAGE_LIMIT, offset = 0;

	if (!request_int(req, "limit", 0, PAGE_LIMIT, &limit) ||
	    !request_int(req, "offset", 0, G_MAXINT, &offset)) {
		fail_nova(req, 400, "limit and offset must be integers and not negative.");
		return;
	}
	reply(req, 200, "{'server_groups':[");
	for (unsigned i = 0; groups && i < groups->len && limit > 0; i++) {
		const Group *group = groups->pdata[i];
		if (group->project != req->project || offset-- > 0)
			continue;
		json_comma(req->out);
		write_group(req->out, group, shows_owner(req));
		limit--;
	}
	g_string_append(req->out, "]}");
}

void nova_groups_create(Request *req)
{
	const cJSON *body = nova_body(req), *wanted = json_get(body, "server_group");
	const char *name = json_string(wanted, "name");

	if (!body)
		return;
	if (!name || !*name || g_utf8_strlen(name, -1) > NAME_LIMIT)
		fail_nova(req, 400, "Invalid input for field/attribute name.");
	else if (!policy_ok(json_get(wanted, "policies")))
		fail_nova(req, 400,
			  "Invalid input for field/attribute policies: only anti-affinity is "
			  "supported.");
	else if (server_groups_used(req->project) >= GROUP_QUOTA)
		fail_nova(req, 403, "Quota exceeded, too many server groups.");
	else
		reply_group(req, add(req, name), shows_owner(req));
}

static Group *nova_group(Request *req)
{
	Group *group = find(req->project, req->param[1]);

	if (!group)
		fail_nova(req, 404, "Instance group %s could not be found.", req->param[1]);
	return group;
}

void nova_group_get(Request *req)
{
	const Group *group = nova_group(req);

	if (group)
		reply_group(req, group, shows_owner(req));
}

void nova_group_delete(Request *req)
{
	Group *group = nova_group(req);

	if (!group)
		return;
	dissolve(group);
	reply_empty(req, 204);
}
