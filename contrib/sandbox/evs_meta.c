/*
 * EVS: metadata (V15, V16) and tags (T1–T4) of volumes.
 */
#include <string.h>

#include "contrib/sandbox/evs.h"
#include "contrib/sandbox/view.h"

#define TAG_LIMIT 10
#define TAG_KEY_LIMIT 36
#define TAG_VALUE_LIMIT 43

static void reply_meta(Request *req, Volume *volume)
{
	reply(req, 200, "{'metadata':");
	view_pairs(req->out, volume->more ? volume->more->meta : NULL);
	g_string_append_c(req->out, '}');
}

static bool meta_ok(Request *req, const cJSON *item)
{
	return (cJSON_IsString(item) && strlen(item->string) >= 1 &&
		strlen(item->string) <= EVS_TEXT_LIMIT &&
		strlen(item->valuestring) <= EVS_TEXT_LIMIT) ||
	       evs_fail(req, 400, "EVS.1004", 400, "The metadata is invalid.");
}

static void change(Request *req, bool replace)
{
	Volume *volume = evs_volume(req);
	const cJSON *body = volume ? evs_body(req, "metadata") : NULL, *item = NULL;

	if (!body)
		return;
	cJSON_ArrayForEach (item, body)
		if (!meta_ok(req, item))
			return;
	VolumeMore *more = volume_more(volume);
	if (replace)
		g_clear_pointer(&more->meta, g_ptr_array_unref);
	cJSON_ArrayForEach (item, body)
		pairs_set(&more->meta, item->string, item->valuestring);
	volume_touch(volume);
	reply_meta(req, volume);
}

void evs_meta_get(Request *req)
{
	Volume *volume = evs_volume(req);

	if (volume)
		reply_meta(req, volume);
}

void evs_meta_merge(Request *req)
{
	change(req, false);
}

void evs_meta_replace(Request *req)
{
	change(req, true);
}

static const char *meta_value(Request *req, const Volume *volume)
{
	const char *value = volume->more ? pairs_get(volume->more->meta, req->param[2]) : NULL;

	if (!value)
		evs_fail(req, 404, "EVS.5404", 404, "Metadata item was not found.");
	return value;
}

void evs_meta_key_get(Request *req)
{
	const Volume *volume = evs_volume(req);
	const char *value = volume ? meta_value(req, volume) : NULL;

	if (value)
		reply(req, 200, "{'meta':{%s:%s}}", req->param[2], value);
}

void evs_meta_key_put(Request *req)
{
	Volume *volume = evs_volume(req);
	const cJSON *body = volume ? evs_body(req, "meta") : NULL;
	const cJSON *item = json_get(body, req->param[2]);

	if (!body)
		return;
	if (!item || cJSON_GetArraySize(body) != 1) {
		evs_fail(req, 400, "EVS.1004", 400, "The key in the body is another.");
		return;
	}
	if (!meta_ok(req, item))
		return;
	pairs_set(&volume_more(volume)->meta, item->string, item->valuestring);
	volume_touch(volume);
	reply(req, 200, "{'meta':{%s:%s}}", item->string, item->valuestring);
}

void evs_meta_key_delete(Request *req)
{
	Volume *volume = evs_volume(req);

	if (!volume || !meta_value(req, volume))
		return;
	pairs_remove(volume->more->meta, req->param[2]);
	volume_touch(volume);
	reply_empty(req, 200);
}

/* ---- tags ---- */

void evs_tags_get(Request *req)
{
	const Volume *volume = evs_volume(req);

	if (!volume)
		return;
	reply(req, 200, "{'tags':");
	view_tag_objects(req->out, volume->more ? volume->more->tags : NULL);
	g_string_append_c(req->out, '}');
}

static bool tags_ok(Request *req, const Volume *volume, const cJSON *tags, bool add)
{
	const Pairs *have = volume->more ? volume->more->tags : NULL;
	unsigned n = pairs_count(have);
	const cJSON *item = NULL;

	cJSON_ArrayForEach (item, tags) {
		const char *key = json_string(item, "key"), *value = json_string(item, "value");
		if (!key || !*key || strlen(key) > TAG_KEY_LIMIT || !text_all_in(key, "_-") ||
		    (add &&
		     (!value || strlen(value) > TAG_VALUE_LIMIT || !text_all_in(value, "_-"))))
			return evs_fail(req, 400, "EVS.1062", 400, "The tag is invalid.");
		n += !pairs_get(have, key);
	}
	return !add || n <= TAG_LIMIT ||
	       evs_fail(req, 400, "EVS.1061", 400, "More than %d tags.", TAG_LIMIT);
}

void evs_tags_action(Request *req)
{
	Volume *volume = evs_volume(req);
	const cJSON *body = request_json(req), *item = NULL;
	const char *action = json_string(body, "action");
	bool add = g_strcmp0(action, "create") == 0;
	const cJSON *tags = json_get(body, "tags");

	if (!volume)
		return;
	if (!cJSON_IsArray(tags) || !cJSON_GetArraySize(tags) ||
	    (!add && g_strcmp0(action, "delete") != 0)) {
		evs_fail(req, 400, "EVS.5400", 400, "action or tags is invalid.");
		return;
	}
	if (!tags_ok(req, volume, tags, add))
		return;
	VolumeMore *more = volume_more(volume);
	cJSON_ArrayForEach (item, tags) {
		if (add)
			pairs_set(&more->tags, json_string(item, "key"),
				  json_string(item, "value"));
		else if (more->tags)
			pairs_remove(more->tags, json_string(item, "key"));
	}
	reply_empty(req, 204);
}

/* {"tags":{"key":["value","value"]}} */
void evs_project_tags(Request *req)
{
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
							   (GDestroyNotify)g_ptr_array_unref);
	const GPtrArray *volumes = req->project->volumes;
	GHashTableIter iter;
	gpointer key, values;

	for (unsigned i = 0; i < volumes->len; i++) {
		const Volume *volume = volumes->pdata[i];
		const Pairs *tags = volume->more ? volume->more->tags : NULL;
		for (unsigned j = 0; tags && j < tags->len; j += 2) {
			GPtrArray *known = g_hash_table_lookup(keys, tags->pdata[j]);
			if (!known)
				g_hash_table_insert(keys, tags->pdata[j],
						    known = g_ptr_array_new());
			if (!g_ptr_array_find(known, tags->pdata[j + 1], NULL))
				g_ptr_array_add(known, tags->pdata[j + 1]);
		}
	}
	reply(req, 200, "{'tags':{");
	g_hash_table_iter_init(&iter, keys);
	while (g_hash_table_iter_next(&iter, &key, &values)) {
		const GPtrArray *list = values;
		json_comma(req->out);
		json_write(req->out, "%s:[", (const char *)key);
		for (unsigned i = 0; i < list->len; i++) {
			json_comma(req->out);
			json_write(req->out, "%s", (const char *)list->pdata[i]);
		}
		g_string_append_c(req->out, ']');
	}
	g_string_append(req->out, "}}");
}
