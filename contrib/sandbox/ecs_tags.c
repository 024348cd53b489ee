/*
 * ECS v1 tags (ecs.md 11): of a server, of the project, and servers by tag.
 */
#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/view.h"

#define TAG_LIMIT 10
#define PAGE_LIMIT 1000

void ecs_tags_get(Request *req)
{
	const Server *server = ecs_server(req);

	if (!server)
		return;
	reply(req, 200, "{'tags':");
	view_tag_objects(req->out, server->tags);
	g_string_append_c(req->out, '}');
}

static bool tags_ok(Request *req, const cJSON *tags)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const cJSON *tag = NULL;

	if (!cJSON_IsArray(tags) || !cJSON_GetArraySize(tags))
		return fail_ecs(req, 400, "Ecs.0005", "The parameter tags is invalid.");
	cJSON_ArrayForEach(tag, tags)
	{
		char *key = cJSON_GetStringValue(json_get(tag, "key"));
		const cJSON *value = json_get(tag, "value");
		if (!key || (value && !cJSON_IsString(value)))
			return fail_ecs(req, 400, "Ecs.0005", "The parameter tags is invalid.");
		if (!ecs_tag_ok(key, value ? value->valuestring : ""))
			return fail_ecs(req, 400, "Ecs.0906", "The tag key or value is invalid.");
		if (!g_hash_table_add(seen, key))
			return fail_ecs(req, 400, "Ecs.0908", "The tag key %s is given twice.",
					key);
	}
	return true;
}

static bool add_tags(Request *req, Server *server, const cJSON *tags)
{
	const cJSON *tag = NULL;
	unsigned added = 0;

	cJSON_ArrayForEach(tag, tags) added += !pairs_get(server->tags, json_string(tag, "key"));
	if (pairs_count(server->tags) + added > TAG_LIMIT)
		return fail_ecs(req, 400, "Ecs.0905", "More than %d tags.", TAG_LIMIT);
	cJSON_ArrayForEach(tag, tags)
	{
		const char *value = json_string(tag, "value");
		pairs_set(&server->tags, json_string(tag, "key"), value ? value : "");
	}
	return true;
}

static bool delete_tags(Request *req, Server *server, const cJSON *tags)
{
	const cJSON *tag = NULL;

	cJSON_ArrayForEach(tag, tags)
	{
		const char *key = json_string(tag, "key");
		const char *value = json_string(tag, "value");
		const char *has = pairs_get(server->tags, key);
		if (has && (!value || strcmp(value, has) == 0))
			pairs_remove(server->tags, key);
	}
	return true;
}

static const struct {
	const char *word;
	bool (*run)(Request *req, Server *server, const cJSON *tags);
} actions[] = {
	{ "create", add_tags },
	{ "delete", delete_tags },
	{},
};

void ecs_tags_action(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const char *word = json_string(body, "action");
	const cJSON *tags = json_get(body, "tags");

	if (!body)
		return;
	for (int i = 0; word && actions[i].word; i++) {
		if (strcmp(actions[i].word, word) != 0)
			continue;
		if (!tags_ok(req, tags) || !actions[i].run(req, server, tags))
			return;
		server_touch(server);
		reply_empty(req, 204);
		return;
	}
	fail_ecs(req, 400, "Ecs.0005", "The parameter action is invalid.");
}

/* ---- the project's tags ---- */

typedef struct {
	const char *key;
	GPtrArray *values; /* interned */
} KeyValues;

static void key_values_clear(gpointer data)
{
	g_ptr_array_unref(((KeyValues *)data)->values);
}

static void collect(GArray *keys, const Pairs *tags)
{
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		KeyValues *found = NULL;
		for (unsigned k = 0; k < keys->len && !found; k++)
			if (g_array_index(keys, KeyValues, k).key == tags->pdata[i])
				found = &g_array_index(keys, KeyValues, k);
		if (!found) {
			KeyValues fresh = { tags->pdata[i], g_ptr_array_new() };
			g_array_append_val(keys, fresh);
			found = &g_array_index(keys, KeyValues, keys->len - 1);
		}
		if (!g_ptr_array_find(found->values, tags->pdata[i + 1], NULL))
			g_ptr_array_add(found->values, tags->pdata[i + 1]);
	}
}

void ecs_project_tags(Request *req)
{
	g_autoptr(GArray) keys = g_array_new(FALSE, FALSE, sizeof(KeyValues));

	g_array_set_clear_func(keys, key_values_clear);
	for (unsigned i = 0; i < req->project->servers->len; i++) {
		const Server *server = req->project->servers->pdata[i];
		if (server->visible)
			collect(keys, server->tags);
	}
	reply(req, 200, "{'tags':[");
	for (unsigned k = 0; k < keys->len; k++) {
		const KeyValues *key = &g_array_index(keys, KeyValues, k);
		json_comma(req->out);
		json_write(req->out, "{'key':%s,'values':[", key->key);
		for (unsigned v = 0; v < key->values->len; v++) {
			json_comma(req->out);
			json_write(req->out, "%s", (char *)key->values->pdata[v]);
		}
		g_string_append(req->out, "]}");
	}
	g_string_append(req->out, "]}");
}

/* ---- servers by tag ---- */

static bool any_value(const cJSON *values, const char *value)
{
	const cJSON *item = NULL;

	if (!cJSON_GetArraySize(values))
		return true;
	cJSON_ArrayForEach(item, values) if (g_strcmp0(cJSON_GetStringValue(item), value) ==
					     0) return true;
	return false;
}

static bool has_one(const Server *server, const cJSON *wanted)
{
	const char *key = json_string(wanted, "key");
	const char *value = key ? pairs_get(server->tags, key) : NULL;

	return value && any_value(json_get(wanted, "values"), value);
}

static bool tag_selected(const Server *server, const cJSON *body)
{
	const cJSON *item = NULL;

	if (!server->visible)
		return false;
	cJSON_ArrayForEach(item, json_get(body, "tags")) if (!has_one(server, item)) return false;
	cJSON_ArrayForEach(item,
			   json_get(body, "not_tags")) if (has_one(server, item)) return false;
	cJSON_ArrayForEach(item, json_get(body, "matches"))
	{
		const char *value = json_string(item, "value");
		if (value && !strstr(server->name, value))
			return false;
	}
	return true;
}

/* limit and offset are strings here; numbers are refused */
static bool string_int(const cJSON *body, const char *key, int min, int max, int *value)
{
	const cJSON *item = json_get(body, key);
	int number = 0;

	if (!item)
		return true;
	if (!cJSON_IsString(item) || !text_int(item->valuestring, &number) || number < min ||
	    number > max)
		return false;
	*value = number;
	return true;
}

void ecs_servers_by_tag(Request *req)
{
	const cJSON *body = ecs_body(req);
	const char *action = json_string(body, "action");
	const GPtrArray *servers = req->project->servers;
	int limit = PAGE_LIMIT, offset = 0, count = 0;

	if (!body)
		return;
	bool filter = g_strcmp0(action, "filter") == 0;
	if ((!filter && g_strcmp0(action, "count") != 0) ||
	    !string_int(body, "limit", 1, PAGE_LIMIT, &limit) ||
	    !string_int(body, "offset", 0, G_MAXINT, &offset)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter action, limit or offset is invalid.");
		return;
	}
	reply(req, 200, filter ? "{'resources':[" : "{");
	for (unsigned i = servers->len; i-- > 0;) {
		const Server *server = servers->pdata[i];
		if (!tag_selected(server, body))
			continue;
		if (filter && count >= offset && count - offset < limit) {
			json_comma(req->out);
			json_write(req->out,
				   "{'resource_detail':null,'resource_id':%s,'resource_name':%s,"
				   "'tags':",
				   server->id, server->name);
			view_tag_objects(req->out, server->tags);
			g_string_append_c(req->out, '}');
		}
		count++;
	}
	json_write(req->out, filter ? "],'total_count':%d}" : "'total_count':%d}", count);
}
