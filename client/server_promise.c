/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <string.h>

#include "client/server_call.h"

static void add_text(cJSON *object, const char *key, const char *text)
{
	if (text != NULL && *text != '\0')
		cJSON_AddStringToObject(object, key, text);
}

static void add_named(cJSON *object, const char *key, const char *member, const char *text)
{
	if (text != NULL && *text != '\0')
		add_text(cJSON_AddObjectToObject(object, key), member, text);
}

static void add_tags(cJSON *server, const EcsPairs *tags)
{
	cJSON *list = cJSON_AddArrayToObject(server, "tags");

	for (size_t i = 0; i < tags->n; i++) {
		g_autofree char *tag = g_strconcat(tags->v[i].key, "=", tags->v[i].value, NULL);
		cJSON_AddItemToArray(list, cJSON_CreateString(tag));
	}
}

static void add_now(cJSON *server, const char *key)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *text = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");

	add_text(server, key, text);
}

/* The document is written as the API would, so that there is one way from a document to a struct.
 */
EcsServer *ecs_server_promise(const char *id, const EcsServerSpec *spec)
{
	cJSON *server = cJSON_CreateObject();

	add_text(server, "id", id);
	add_text(server, "name", spec->name);
	add_text(server, "status", "BUILD");
	add_text(server, "OS-EXT-STS:vm_state", "building");
	add_text(server, "OS-EXT-STS:task_state", "scheduling");
	add_text(server, "OS-EXT-AZ:availability_zone", spec->zone);
	add_text(server, "description", spec->description);
	add_named(server, "os:scheduler_hints", "group", spec->server_group);
	add_text(server, "key_name", spec->key_name);
	add_now(server, "created");
	add_now(server, "updated");
	add_named(server, "flavor", "id", spec->flavor);
	add_named(server, "image", "id", spec->image);
	cJSON *metadata = cJSON_AddObjectToObject(server, "metadata");
	add_text(metadata, "vpc_id", spec->vpc);
	for (size_t i = 0; i < spec->metadata.n; i++)
		cJSON_AddStringToObject(metadata, spec->metadata.v[i].key,
					spec->metadata.v[i].value);
	add_tags(server, &spec->tags);
	EcsServer *promise = ecs_server_decode(server);
	cJSON_Delete(server);
	return promise;
}

EcsServer *ecs_server_failed(const EcsServer *server, const char *why)
{
	g_autoptr(GString) text = g_string_new(NULL);

	ecs_server_json(server, text);
	cJSON *json = cJSON_ParseWithLength(text->str, text->len);
	cJSON_ReplaceItemInObjectCaseSensitive(json, "status", cJSON_CreateString("ERROR"));
	cJSON_ReplaceItemInObjectCaseSensitive(json, "OS-EXT-STS:vm_state",
					       cJSON_CreateString("error"));
	cJSON_DeleteItemFromObjectCaseSensitive(json, "OS-EXT-STS:task_state");
	add_text(cJSON_AddObjectToObject(json, "fault"), "message", why);
	EcsServer *failed = ecs_server_decode(json);
	cJSON_Delete(json);
	return failed;
}
