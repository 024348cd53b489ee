/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/single.h"
#include "client/volume_call.h"

#define CINDER_ACTION "/v3/{p}/volumes/{id}/action"
/* Cinder's microversions from which on a volume that is in use can be extended, and any be made as
 * its last snapshot is. */
#define EXTEND_ATTACHED 42
#define REVERT 40

/* Put @text, escaped, in place of @word of the path. */
static void fill(EcsCallSpec *call, const char *word, const char *text)
{
	g_autofree char *escaped = g_uri_escape_string(text, NULL, FALSE);
	for (int i = 0; i < ECS_DIALECTS; i++) {
		EcsRoute *route = &call->route[i];
		if (!route->path)
			continue;
		GString *path = g_string_new(route->path);
		g_string_replace(path, word, escaped, 1);
		g_free(route->path);
		route->path = g_string_free(path, FALSE);
	}
}

static void add_text(cJSON *object, const char *key, const char *value)
{
	if (value && *value)
		cJSON_AddStringToObject(object, key, value);
}

/* @id: refused if it is empty, as it would be another call. */
static void change(EcsScope *scope, EcsCallSpec call, const char *id, GCancellable *cancellable,
		   EcsChangeDone done, void *data)
{
	if (*id) {
		ecs_change_start(scope, call, false, cancellable, done, data);
		return;
	}
	g_free(call.object);
	for (int i = 0; i < ECS_DIALECTS; i++) {
		g_free(call.route[i].path);
		if (call.route[i].body)
			g_string_free(call.route[i].body, TRUE);
	}
	ecs_change_refuse(scope, cancellable, done, data, "no id");
}

/* A call about one volume or snapshot, or about a server; @nova: of Cinder or Nova. */
static EcsCallSpec about(const char *what, const char *id, const char *method, const char *path,
			 const char *nova, cJSON *body)
{
	bool server = strcmp(what, "server") == 0;
	EcsCallSpec call = ecs_single_spec(what, id, server ? "ecs" : "evs", method, path, body);
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	GString *full = g_string_new(nova);
	g_string_replace(full, "{id}", escaped, 1);
	ecs_single_same(&call, server ? "compute" : "volumev3", full->str);
	g_string_free(full, TRUE);
	return call;
}

void ecs_volume_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		    void *data)
{
	ecs_single_start(scope,
			 about("volume", id, "GET", "/v2/{p}/os-vendor-volumes/{id}",
			       "/v3/{p}/volumes/{id}", NULL),
			 "volume", ecs_volume_decode, cancellable, done, data);
}

void ecs_snapshot_get(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsObjectDone done, void *data)
{
	ecs_single_start(scope,
			 about("snapshot", id, "GET", "/v2/{p}/cloudsnapshots/{id}",
			       "/v3/{p}/snapshots/{id}", NULL),
			 "snapshot", ecs_snapshot_decode, cancellable, done, data);
}

/* EVS reference, "Creating EVS Disks (Native OpenStack API)". */
static cJSON *create_body(const EcsVolumeSpec *spec)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *volume = cJSON_AddObjectToObject(json, "volume");
	add_text(volume, "name", spec->name);
	add_text(volume, "description", spec->description);
	add_text(volume, "availability_zone", spec->zone);
	add_text(volume, "volume_type", spec->type);
	add_text(volume, "snapshot_id", spec->snapshot);
	add_text(volume, "source_volid", spec->source);
	add_text(volume, "imageRef", spec->image);
	cJSON_AddNumberToObject(volume, "size", spec->size_gb);
	if (spec->shared)
		cJSON_AddTrueToObject(volume, "multiattach");
	if (spec->scsi || spec->metadata.n) {
		cJSON *metadata = cJSON_AddObjectToObject(volume, "metadata");
		for (size_t i = 0; i < spec->metadata.n; i++)
			cJSON_AddStringToObject(metadata, spec->metadata.v[i].key,
						spec->metadata.v[i].value);
		if (spec->scsi && !ecs_pairs_get(&spec->metadata, "hw:passthrough"))
			cJSON_AddStringToObject(metadata, "hw:passthrough", "true");
	}
	return json;
}

void ecs_volume_create(EcsScope *scope, const EcsVolumeSpec *spec, GCancellable *cancellable,
		       EcsObjectDone done, void *data)
{
	EcsCallSpec call = ecs_single_new("volume", spec->name ? spec->name : "", "evs",
					  "/v2/{p}/volumes", create_body(spec));
	ecs_single_same(&call, "volumev3", "/v3/{p}/volumes");
	ecs_single_start(scope, call, "volume", ecs_volume_decode, cancellable, done, data);
}

/* {KEY: {"name": ..., "description": ...}} */
static cJSON *update_body(const char *key, const char *name, const char *description)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *object = cJSON_AddObjectToObject(json, key);
	if (name)
		cJSON_AddStringToObject(object, "name", name);
	if (description)
		cJSON_AddStringToObject(object, "description", description);
	return json;
}

void ecs_volume_update(EcsScope *scope, const char *id, const char *name, const char *description,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	change(scope,
	       about("volume", id, "PUT", "/v2/{p}/volumes/{id}", "/v3/{p}/volumes/{id}",
		     update_body("volume", name, description)),
	       id, cancellable, done, data);
}

void ecs_volume_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	change(scope,
	       about("volume", id, "DELETE", "/v2/{p}/cloudvolumes/{id}", "/v3/{p}/volumes/{id}",
		     NULL),
	       id, cancellable, done, data);
}

void ecs_volume_extend(EcsScope *scope, const char *id, int size_gb, bool attached,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON_AddNumberToObject(cJSON_AddObjectToObject(body, "os-extend"), "new_size", size_gb);
	EcsCallSpec call = about("volume", id, "POST", "/v2/{p}/cloudvolumes/{id}/action",
				 CINDER_ACTION, body);
	call.route[ECS_DIALECT_NOVA].micro = attached ? EXTEND_ATTACHED : 0;
	change(scope, call, id, cancellable, done, data);
}

/* {OUTER: {KEY: VALUE}} */
static cJSON *nested(const char *outer, const char *key, const char *value)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(cJSON_AddObjectToObject(json, outer), key, value);
	return json;
}

void ecs_volume_retype(EcsScope *scope, const char *id, const char *type, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	change(scope,
	       about("volume", id, "POST", "/v2/{p}/volumes/{id}/retype", CINDER_ACTION,
		     nested("os-retype", "new_type", type)),
	       id, cancellable, done, data);
}

void ecs_volume_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	change(scope,
	       about("volume", id, "POST", "/v2/{p}/volumes/{id}/metadata",
		     "/v3/{p}/volumes/{id}/metadata", nested("metadata", key, value)),
	       id, cancellable, done, data);
}

void ecs_volume_metadata_delete(EcsScope *scope, const char *id, const char *key,
				GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsCallSpec call = about("volume", id, "DELETE", "/v2/{p}/volumes/{id}/metadata/{key}",
				 "/v3/{p}/volumes/{id}/metadata/{key}", NULL);
	fill(&call, "{key}", key);
	change(scope, call, *key ? id : "", cancellable, done, data);
}

/* @value: NULL: delete. */
static void tag_action(EcsScope *scope, const char *id, const char *key, const char *value,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *json = cJSON_CreateObject(), *tag = cJSON_CreateObject();
	cJSON_AddStringToObject(json, "action", value ? "create" : "delete");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(json, "tags"), tag);
	cJSON_AddStringToObject(tag, "key", key);
	if (value)
		cJSON_AddStringToObject(tag, "value", value);
	change(scope,
	       ecs_single_spec("volume", id, "evs", "POST",
			       "/v2/{p}/os-vendor-volumes/{id}/tags/action", json),
	       id, cancellable, done, data);
}

void ecs_volume_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, value ? value : "", cancellable, done, data);
}

void ecs_volume_tag_delete(EcsScope *scope, const char *id, const char *key,
			   GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, NULL, cancellable, done, data);
}

void ecs_snapshot_create(EcsScope *scope, const char *volume, const char *name, bool force,
			 GCancellable *cancellable, EcsObjectDone done, void *data)
{
	cJSON *json = cJSON_CreateObject();
	cJSON *snapshot = cJSON_AddObjectToObject(json, "snapshot");
	cJSON_AddStringToObject(snapshot, "volume_id", volume);
	cJSON_AddStringToObject(snapshot, "name", name);
	if (force)
		cJSON_AddTrueToObject(snapshot, "force");
	EcsCallSpec call = about("new snapshot", name, "POST", "/v2/{p}/cloudsnapshots",
				 "/v3/{p}/snapshots", json);
	call.writing = true;
	ecs_single_start(scope, call, "snapshot", ecs_snapshot_decode, cancellable, done, data);
}

void ecs_snapshot_update(EcsScope *scope, const char *id, const char *name, const char *description,
			 GCancellable *cancellable, EcsChangeDone done, void *data)
{
	change(scope,
	       about("snapshot", id, "PUT", "/v2/{p}/cloudsnapshots/{id}", "/v3/{p}/snapshots/{id}",
		     update_body("snapshot", name, description)),
	       id, cancellable, done, data);
}

void ecs_snapshot_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsChangeDone done, void *data)
{
	change(scope,
	       about("snapshot", id, "DELETE", "/v2/{p}/cloudsnapshots/{id}",
		     "/v3/{p}/snapshots/{id}", NULL),
	       id, cancellable, done, data);
}

void ecs_snapshot_rollback(EcsScope *scope, const char *id, const char *volume,
			   GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsCallSpec call = ecs_single_spec("snapshot", id, "evs", "POST",
					   "/v2/{p}/cloudsnapshots/{id}/rollback",
					   nested("rollback", "volume_id", volume));
	ecs_single_nova(&call, volume, "volumev3", "POST", CINDER_ACTION,
			nested("revert", "snapshot_id", id));
	call.route[ECS_DIALECT_NOVA].micro = REVERT;
	change(scope, call, *volume ? id : "", cancellable, done, data);
}

void ecs_volume_attach(EcsScope *scope, const char *server, const char *volume,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	change(scope,
	       about("server", server, "POST", "/v1/{p}/cloudservers/{id}/attachvolume",
		     "/v2.1/{p}/servers/{id}/os-volume_attachments",
		     nested("volumeAttachment", "volumeId", volume)),
	       *volume ? server : "", cancellable, done, data);
}

void ecs_volume_detach(EcsScope *scope, const char *server, const char *volume,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsCallSpec call =
		about("server", server, "DELETE", "/v1/{p}/cloudservers/{id}/detachvolume/{volume}",
		      "/v2.1/{p}/servers/{id}/os-volume_attachments/{volume}", NULL);
	fill(&call, "{volume}", volume);
	change(scope, call, *volume ? server : "", cancellable, done, data);
}
