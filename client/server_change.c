/* SPDX-License-Identifier: MIT */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/json.h"
#include "client/server_call.h"

/* Nova's microversion from which on there are descriptions. */
#define DESCRIPTIONS 19

/* Returns: false after having refused. */
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

/* Without delete_on_termination the EIP stays when the server goes. */
static void add_eip(cJSON *server, const EcsServerSpec *spec)
{
	bool given = spec->eip && *spec->eip;
	if (!given && !(spec->eip_type && *spec->eip_type))
		return;
	cJSON *publicip = cJSON_AddObjectToObject(server, "publicip");
	if (given) {
		add_text(publicip, "id", spec->eip);
		return;
	}
	cJSON *eip = cJSON_AddObjectToObject(publicip, "eip");
	add_text(eip, "iptype", spec->eip_type);
	cJSON *bandwidth = cJSON_AddObjectToObject(eip, "bandwidth");
	cJSON_AddNumberToObject(bandwidth, "size", spec->eip_mbits);
	add_text(bandwidth, "sharetype", "PER");
	add_text(bandwidth, "chargemode", "traffic");
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
	if (spec->server_group && *spec->server_group)
		add_text(cJSON_AddObjectToObject(server, "os:scheduler_hints"), "group",
			 spec->server_group);
	add_text(server, "key_name", spec->key_name);
	add_text(server, "description", spec->description);
	add_text(server, "user_data", spec->user_data);
	add_eip(server, spec);
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
	if (!ecs_scope_has(scope, ECS_HAS_ECS)) {
		ecs_server_create_nova(scope, spec, cancellable, done, data);
		return;
	}
	EcsCallSpec call = { .object = g_strdup_printf("new server %s",
						       spec->name ? spec->name : "") };
	call.client_token =
		spec->client_token && *spec->client_token ? g_strdup(spec->client_token) : NULL;
	call.secret = g_strdup(spec->user_data);
	call.route[ECS_DIALECT_NATIVE] = (EcsRoute){
		.service = "ecs",
		.method = "POST",
		.path = g_strdup("/v1/{p}/cloudservers"),
		.body = create_body(spec),
	};
	ecs_change_start(scope, call, !spec->dry_run, cancellable, done, data);
}

void ecs_server_route(EcsCallSpec *spec, const char *id, const EcsServerCall *call)
{
	const EcsServerCall *nova = call->nova;
	GString *body = nova ? nova->body : NULL;
	if (!nova && strcmp(call->service, "compute") == 0) {
		nova = call;
		body = call->body ? g_string_new(call->body->str) : NULL;
	}
	spec->route[ECS_DIALECT_NATIVE] = (EcsRoute){
		call->service, call->method,	ecs_server_path(id, call->path),
		call->body,    call->micro_min,
	};
	if (nova)
		spec->route[ECS_DIALECT_NOVA] = (EcsRoute){
			nova->service, nova->method, ecs_server_path(id, nova->path),
			body,	       nova->micro,  nova->micro_min,
		};
}

void ecs_server_change(EcsScope *scope, const char *id, EcsServerCall call,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data)) {
		if (call.body)
			g_string_free(call.body, TRUE);
		if (call.nova && call.nova->body)
			g_string_free(call.nova->body, TRUE);
		return;
	}
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	ecs_server_route(&spec, id, &call);
	ecs_change_start(scope, spec, call.must_start, cancellable, done, data);
}

/* A call about one server. @path: with {id}. @body: taken over. */
static void one(EcsScope *scope, const char *id, const char *service, const char *method,
		const char *path, GString *body, GCancellable *cancellable, EcsChangeDone done,
		void *data)
{
	EcsServerCall call = { service, method, path, body, false };
	ecs_server_change(scope, id, call, cancellable, done, data);
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
	EcsServerCall nova = { "compute", "PUT", "/v2.1/{p}/servers/{id}",
			       g_string_new(body->str) };
	nova.micro = nova.micro_min = description ? DESCRIPTIONS : 0;
	EcsServerCall call = { "ecs", "PUT", "/v1/{p}/cloudservers/{id}", body, .nova = &nova };
	ecs_server_change(scope, id, call, cancellable, done, data);
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
	EcsServerCall nova = { "compute", "POST", "/v2.1/{p}/servers/{id}/metadata",
			       g_string_new(body->str) };
	EcsServerCall call = { "ecs", "POST", "/v1/{p}/cloudservers/{id}/metadata", body,
			       .nova = &nova };
	ecs_server_change(scope, id, call, cancellable, done, data);
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

void ecs_server_lock(EcsScope *scope, const char *id, bool lock, GCancellable *cancellable,
		     EcsChangeDone done, void *data)
{
	if (!check_id(scope, id, cancellable, done, data))
		return;
	GString *body = g_string_new(lock ? "{\"lock\":null}" : "{\"unlock\":null}");
	one(scope, id, "compute", "POST", "/v2.1/{p}/servers/{id}/action", body, cancellable, done,
	    data);
}
