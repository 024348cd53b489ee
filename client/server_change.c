/* SPDX-License-Identifier: MIT */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/json.h"
#include "client/server_call.h"

/* ECS reference: servers per batch call. */
#define BATCH_MAX 1000

static EcsRoute native(const char *method, char *path, GString *body)
{
	return (EcsRoute){ "ecs", method, path, body };
}

/* "servers":[{"id":"..."},...] */
static void add_ids(GString *json, const char *const *ids)
{
	g_string_append(json, "\"servers\":[");
	for (size_t i = 0; ids[i]; i++) {
		g_string_append(json, i ? ",{\"id\":" : "{\"id\":");
		ecs_json_quote(json, ids[i]);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

static char *batch_label(const char *const *ids)
{
	size_t n = g_strv_length((char **)ids);
	return n == 1 ? ecs_server_label(ids[0]) : g_strdup_printf("%zu servers", n);
}

/* Returns: false after having refused. */
static bool check_batch(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
			EcsChangeDone done, void *data)
{
	size_t n = ids ? g_strv_length((char **)ids) : 0;
	if (n > 0 && n <= BATCH_MAX)
		return true;
	ecs_change_refuse(scope, cancellable, done, data,
			  "%zu servers in one call; 1 to %d are allowed", n, BATCH_MAX);
	return false;
}

static bool check_id(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data)
{
	if (id && *id)
		return true;
	ecs_change_refuse(scope, cancellable, done, data, "no server id");
	return false;
}

static void add_text(cJSON *object, const char *key, const char *value)
{
	if (value && *value)
		cJSON_AddStringToObject(object, key, value);
}

/* [{KEY: "..."}, ...] from a NULL-terminated list; nothing for an empty one. */
static void add_refs(cJSON *object, const char *name, const char *key, const char *const *values)
{
	if (!values || !*values)
		return;
	cJSON *list = cJSON_AddArrayToObject(object, name);
	for (size_t i = 0; values[i]; i++) {
		cJSON *ref = cJSON_CreateObject();
		cJSON_AddStringToObject(ref, key, values[i]);
		cJSON_AddItemToArray(list, ref);
	}
}

static cJSON *disk_json(const EcsDiskSpec *disk)
{
	cJSON *json = cJSON_CreateObject();
	add_text(json, "volumetype", disk->type);
	if (disk->size_gb > 0)
		cJSON_AddNumberToObject(json, "size", disk->size_gb);
	return json;
}

static void add_disks(cJSON *server, const EcsServerSpec *spec)
{
	cJSON_AddItemToObject(server, "root_volume", disk_json(&spec->system_disk));
	if (!spec->n_data_disks)
		return;
	cJSON *list = cJSON_AddArrayToObject(server, "data_volumes");
	for (size_t i = 0; i < spec->n_data_disks; i++)
		cJSON_AddItemToArray(list, disk_json(&spec->data_disks[i]));
}

static void add_pairs(cJSON *server, const EcsServerSpec *spec)
{
	if (spec->metadata.n) {
		cJSON *metadata = cJSON_AddObjectToObject(server, "metadata");
		for (size_t i = 0; i < spec->metadata.n; i++)
			cJSON_AddStringToObject(metadata, spec->metadata.v[i].key,
						spec->metadata.v[i].value);
	}
	if (!spec->tags.n)
		return;
	cJSON *tags = cJSON_AddArrayToObject(server, "server_tags");
	for (size_t i = 0; i < spec->tags.n; i++) {
		cJSON *tag = cJSON_CreateObject();
		cJSON_AddStringToObject(tag, "key", spec->tags.v[i].key);
		cJSON_AddStringToObject(tag, "value", spec->tags.v[i].value);
		cJSON_AddItemToArray(tags, tag);
	}
}

/* ECS reference, "Creating an ECS". */
static GString *create_body(const EcsServerSpec *spec)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *server = cJSON_AddObjectToObject(json, "server");
	add_text(server, "name", spec->name);
	add_text(server, "imageRef", spec->image);
	add_text(server, "flavorRef", spec->flavor);
	add_text(server, "vpcid", spec->vpc);
	add_refs(server, "nics", "subnet_id", spec->subnets);
	add_refs(server, "security_groups", "id", spec->security_groups);
	add_disks(server, spec);
	add_text(server, "availability_zone", spec->zone);
	add_text(server, "key_name", spec->key_name);
	add_text(server, "description", spec->description);
	add_text(server, "user_data", spec->user_data);
	add_pairs(server, spec);
	if (spec->count > 1)
		cJSON_AddNumberToObject(server, "count", spec->count);
	if (spec->dry_run)
		cJSON_AddTrueToObject(json, "dry_run");
	char *text = cJSON_PrintUnformatted(json);
	GString *body = g_string_new(text);
	explicit_bzero(text, strlen(text));
	cJSON_free(text);
	cJSON_Delete(json);
	return body;
}

void ecs_server_create(EcsScope *scope, const EcsServerSpec *spec, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	EcsCallSpec call = { .object = g_strdup_printf("new server %s",
						       spec->name ? spec->name : "") };
	call.client_token =
		spec->client_token && *spec->client_token ? g_strdup(spec->client_token) : NULL;
	call.route[ECS_DIALECT_NATIVE] =
		native("POST", g_strdup("/v1/{p}/cloudservers"), create_body(spec));
	ecs_change_start(scope, call, !spec->dry_run, cancellable, done, data);
}

void ecs_server_delete(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	if (!check_batch(scope, ids, cancellable, done, data))
		return;
	GString *body = g_string_new("{");
	add_ids(body, ids);
	/* Both are always said: without delete_publicip the EIP's own flag would decide. */
	g_string_append(body, ",\"delete_publicip\":false,\"delete_volume\":false}");
	EcsCallSpec call = { .object = batch_label(ids) };
	call.route[ECS_DIALECT_NATIVE] =
		native("POST", g_strdup("/v1/{p}/cloudservers/delete"), body);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

/* @action: "os-start"; @type: "SOFT", "HARD" or NULL. */
static void power(EcsScope *scope, const char *action, const char *type, const char *const *ids,
		  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_batch(scope, ids, cancellable, done, data))
		return;
	GString *body = g_string_new(NULL);
	g_string_printf(body, "{\"%s\":{", action);
	if (type)
		g_string_append_printf(body, "\"type\":\"%s\",", type);
	add_ids(body, ids);
	g_string_append(body, "}}");
	EcsCallSpec call = { .object = batch_label(ids) };
	call.route[ECS_DIALECT_NATIVE] =
		native("POST", g_strdup("/v1/{p}/cloudservers/action"), body);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

void ecs_server_start(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	power(scope, "os-start", NULL, ids, cancellable, done, data);
}

void ecs_server_stop(EcsScope *scope, const char *const *ids, bool hard, GCancellable *cancellable,
		     EcsChangeDone done, void *data)
{
	power(scope, "os-stop", hard ? "HARD" : "SOFT", ids, cancellable, done, data);
}

void ecs_server_reboot(EcsScope *scope, const char *const *ids, bool hard,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	power(scope, "reboot", hard ? "HARD" : "SOFT", ids, cancellable, done, data);
}

/* A call about one server. @path: with {id}. @body: taken over. */
static void one(EcsScope *scope, const char *id, const char *service, const char *method,
		const char *path, GString *body, GCancellable *cancellable, EcsChangeDone done,
		void *data)
{
	EcsCallSpec call = { .object = ecs_server_label(id) };
	call.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ service, method, ecs_server_path(id, path), body };
	/* Nova's own calls are the same in plain OpenStack. */
	if (strcmp(service, "compute") == 0)
		call.route[ECS_DIALECT_NOVA] =
			(EcsRoute){ service, method, ecs_server_path(id, path),
				    body ? g_string_new(body->str) : NULL };
	ecs_change_start(scope, call, false, cancellable, done, data);
}

void ecs_server_update(EcsScope *scope, const char *id, const char *name, const char *description,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	if (!name && !description) {
		ecs_change_refuse(scope, cancellable, done, data, "nothing to change");
		return;
	}
	GString *body = g_string_new("{\"server\":{");
	if (name) {
		g_string_append(body, "\"name\":");
		ecs_json_quote(body, name);
	}
	if (description) {
		g_string_append(body, name ? ",\"description\":" : "\"description\":");
		ecs_json_quote(body, description);
	}
	g_string_append(body, "}}");
	one(scope, id, "ecs", "PUT", "/v1/{p}/cloudservers/{id}", body, cancellable, done, data);
}

void ecs_server_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	GString *body = g_string_new("{\"metadata\":{");
	ecs_json_quote(body, key);
	g_string_append_c(body, ':');
	ecs_json_quote(body, value);
	g_string_append(body, "}}");
	one(scope, id, "ecs", "POST", "/v1/{p}/cloudservers/{id}/metadata", body, cancellable, done,
	    data);
}

void ecs_server_metadata_delete(EcsScope *scope, const char *id, const char *key,
				GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	if (!*key) {
		ecs_change_refuse(scope, cancellable, done, data, "no metadata key");
		return;
	}
	g_autofree char *escaped = g_uri_escape_string(key, NULL, FALSE);
	g_autofree char *path = g_strconcat("/v2.1/{p}/servers/{id}/metadata/", escaped, NULL);
	one(scope, id, "compute", "DELETE", path, NULL, cancellable, done, data);
}

static void tag_action(EcsScope *scope, const char *id, const char *action, const char *key,
		       const char *value, GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	GString *body = g_string_new(NULL);
	g_string_printf(body, "{\"action\":\"%s\",\"tags\":[{\"key\":", action);
	ecs_json_quote(body, key);
	if (value) {
		g_string_append(body, ",\"value\":");
		ecs_json_quote(body, value);
	}
	g_string_append(body, "}]}");
	one(scope, id, "ecs", "POST", "/v1/{p}/cloudservers/{id}/tags/action", body, cancellable,
	    done, data);
}

void ecs_server_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, "create", key, value ? value : "", cancellable, done, data);
}

void ecs_server_tag_delete(EcsScope *scope, const char *id, const char *key,
			   GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, "delete", key, NULL, cancellable, done, data);
}

void ecs_server_lock(EcsScope *scope, const char *id, bool lock, GCancellable *cancellable,
		     EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	GString *body = g_string_new(lock ? "{\"lock\":null}" : "{\"unlock\":null}");
	one(scope, id, "compute", "POST", "/v2.1/{p}/servers/{id}/action", body, cancellable, done,
	    data);
}
