/*
 * Nova metadata (every verb) and one-string tags (from microversion 2.26).
 */
#include <string.h>

#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/view.h"

#define META_LIMIT 128
#define TEXT_LIMIT 255
#define TAG_LIMIT 50
#define TAG_LENGTH 80
#define TAGS_SINCE 26

/* ---- metadata ---- */

static bool pair_ok(Request *req, const char *key, const cJSON *value)
{
	if (*key && strlen(key) <= TEXT_LIMIT && cJSON_IsString(value) &&
	    strlen(value->valuestring) <= TEXT_LIMIT && text_all_in(key, "_:.- "))
		return true;
	return fail_nova(req, 400, "Invalid input for field/attribute metadata. Value: %s", key);
}

static bool meta_change(Request *req, const Server *server)
{
	static const char *const states[] = { "active", "stopped", "paused", "suspended", NULL };

	if (!nova_unlocked(req, server))
		return false;
	return g_strv_contains(states, server->vm) ||
	       fail_nova(req, 409,
			 "Cannot 'update_instance_metadata' instance %s while it is in vm_state %s",
			 server->id, server->vm);
}

static void write_meta(Request *req, const Server *server)
{
	g_autoptr(GPtrArray) meta = server_meta(server);

	reply(req, 200, "{'metadata':");
	view_pairs(req->out, meta);
	g_string_append_c(req->out, '}');
}

void nova_meta_list(Request *req)
{
	const Server *server = nova_server(req);

	if (server)
		write_meta(req, server);
}

static void take_meta(Request *req, bool replace)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *metadata = json_get(body, "metadata"), *item = NULL;

	if (!body)
		return;
	if (!cJSON_IsObject(metadata)) {
		fail_nova(req, 400, "Invalid input for field/attribute metadata.");
		return;
	}
	cJSON_ArrayForEach(item, metadata) if (!pair_ok(req, item->string, item)) return;
	if (!meta_change(req, server))
		return;
	Pairs *all = replace ? pairs_new() : server_meta(server);
	cJSON_ArrayForEach(item, metadata) pairs_set(&all, item->string, item->valuestring);
	if (pairs_count(all) > META_LIMIT) {
		g_ptr_array_unref(all);
		fail_nova(req, 403, "Quota exceeded for metadata_items");
		return;
	}
	g_clear_pointer(&server->meta, g_ptr_array_unref);
	server->meta = all;
	server_touch(server);
	write_meta(req, server);
}

void nova_meta_replace(Request *req)
{
	take_meta(req, true);
}

void nova_meta_merge(Request *req)
{
	take_meta(req, false);
}

void nova_meta_get(Request *req)
{
	const Server *server = nova_server(req);
	g_autoptr(GPtrArray) meta = server ? server_meta(server) : pairs_new();
	const char *value = pairs_get(meta, req->param[2]);

	if (!server)
		return;
	if (!value)
		fail_nova(req, 404, "Metadata item was not found");
	else
		reply(req, 200, "{'meta':{%s:%s}}", req->param[2], value);
}

void nova_meta_put(Request *req)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *meta = json_get(body, "meta");
	const char *key = req->param[2];

	if (!body)
		return;
	if (!cJSON_IsObject(meta) || cJSON_GetArraySize(meta) != 1) {
		fail_nova(req, 400, "Request body contains too many or no items");
		return;
	}
	if (strcmp(meta->child->string, key) != 0) {
		fail_nova(req, 400, "Request body and URI mismatch");
		return;
	}
	if (!pair_ok(req, key, meta->child) || !meta_change(req, server))
		return;
	pairs_set(server_own_meta(server), key, meta->child->valuestring);
	server_touch(server);
	reply(req, 200, "{'meta':{%s:%s}}", key, meta->child->valuestring);
}

void nova_meta_delete(Request *req)
{
	Server *server = nova_server(req);

	if (!server || !meta_change(req, server))
		return;
	if (!pairs_remove(*server_own_meta(server), req->param[2])) {
		fail_nova(req, 404, "Metadata item was not found");
		return;
	}
	server_touch(server);
	reply_empty(req, 204);
}

/* ---- tags ---- */

/* The server, if this microversion has tags at all */
static Server *tagged(Request *req)
{
	if (req->microversion >= TAGS_SINCE)
		return nova_server(req);
	fail_nova(req, 404, "The resource could not be found.");
	return NULL;
}

static bool tag_ok(Request *req, const char *tag)
{
	if (tag && *tag && strlen(tag) <= TAG_LENGTH && text_all_in(tag, "_-=."))
		return true;
	return fail_nova(req, 400, "Invalid input for field/attribute tag. Value: %s",
			 tag ? tag : "");
}

/* "key=value" is the pair, anything else a key without value */
static void tag_add(Pairs **tags, const char *tag)
{
	g_auto(GStrv) part = g_strsplit(tag, "=", 2);

	pairs_set(tags, part[0], part[1] ? part[1] : "");
}

void nova_tags_list(Request *req)
{
	const Server *server = tagged(req);

	if (!server)
		return;
	reply(req, 200, "{'tags':");
	view_tags(req->out, server->tags);
	g_string_append_c(req->out, '}');
}

void nova_tags_replace(Request *req)
{
	Server *server = tagged(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *tags = json_get(body, "tags"), *item = NULL;

	if (!body)
		return;
	if (!cJSON_IsArray(tags) || cJSON_GetArraySize(tags) > TAG_LIMIT) {
		fail_nova(req, 400, "Invalid input for field/attribute tags.");
		return;
	}
	cJSON_ArrayForEach(item, tags) if (!tag_ok(req, cJSON_GetStringValue(item))) return;
	g_clear_pointer(&server->tags, g_ptr_array_unref);
	cJSON_ArrayForEach(item, tags) tag_add(&server->tags, item->valuestring);
	server_touch(server);
	nova_tags_list(req);
}

void nova_tags_clear(Request *req)
{
	Server *server = tagged(req);

	if (!server)
		return;
	g_clear_pointer(&server->tags, g_ptr_array_unref);
	server_touch(server);
	reply_empty(req, 204);
}

void nova_tag_get(Request *req)
{
	const Server *server = tagged(req);

	if (!server)
		return;
	if (server_has_tag(server, req->param[2]))
		reply_empty(req, 204);
	else
		fail_nova(req, 404, "Server %s has no tag '%s'", server->id, req->param[2]);
}

void nova_tag_put(Request *req)
{
	Server *server = tagged(req);
	const char *tag = req->param[2];

	if (!server || !tag_ok(req, tag))
		return;
	if (server_has_tag(server, tag)) {
		reply_empty(req, 204);
		return;
	}
	if (pairs_count(server->tags) >= TAG_LIMIT) {
		fail_nova(req, 400, "The number of tags exceeded the per-server limit %d",
			  TAG_LIMIT);
		return;
	}
	tag_add(&server->tags, tag);
	server_touch(server);
	/* the real cloud's odd body, type and all */
	reply(req, 201,
	      "{'message':'<br /><br />\\n\\n\\n','code':'201 Created','title':'Created'}");
}

void nova_tag_delete(Request *req)
{
	Server *server = tagged(req);
	const char *tag = req->param[2];
	g_auto(GStrv) part = g_strsplit(tag, "=", 2);

	if (!server)
		return;
	if (!server_has_tag(server, tag)) {
		fail_nova(req, 404, "Server %s has no tag '%s'", server->id, tag);
		return;
	}
	pairs_remove(server->tags, part[0]);
	server_touch(server);
	reply_empty(req, 204);
}
