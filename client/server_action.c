/* SPDX-License-Identifier: MIT */
/* server_action - what replaces a server's flavor, system or host, and what else is a word said to
 * it. */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/flavor.h"
#include "client/json.h"
#include "client/server_call.h"

#define NOVA_ACTION "/v2.1/{p}/servers/{id}/action"

/* {KEY:{MEMBER:TEXT}} */
static GString *order(const char *key, const char *member, const char *text)
{
	GString *body = g_string_new(NULL);
	g_string_printf(body, "{\"%s\":{\"%s\":", key, member);
	ecs_json_quote(body, text);
	g_string_append(body, "}}");
	return body;
}

/* By a plain Nova, which names flavors by ids that the tree does not show. */
typedef struct {
	EcsScope *scope;
	char *id;
	GCancellable *cancellable;
	EcsChangeDone done;
	void *data;
} Resize;

static void flavor_came(const char *ref, const GError *error, void *data)
{
	Resize *resize = data;
	if (error) {
		resize->done(NULL, error, resize->data);
	} else {
		EcsServerCall call = { "compute", "POST", NOVA_ACTION,
				       order("resize", "flavorRef", ref), false };
		ecs_server_change(resize->scope, resize->id, call, resize->cancellable,
				  resize->done, resize->data);
	}
	g_clear_object(&resize->cancellable);
	g_free(resize->id);
	g_free(resize);
}

static void resize_nova(EcsScope *scope, const char *id, const char *flavor,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	Resize *resize = g_new(Resize, 1);
	*resize = (Resize){ scope, g_strdup(id), NULL, done, data };
	resize->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	ecs_flavor_resolve(scope, flavor, cancellable, flavor_came, resize);
}

void ecs_server_resize(EcsScope *scope, const char *id, const char *flavor, bool verify,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!ecs_scope_has(scope, ECS_HAS_ECS) && *id) {
		resize_nova(scope, id, flavor, cancellable, done, data);
		return;
	}
	GString *body = order("resize", "flavorRef", flavor);
	EcsServerCall call = { "ecs", "POST", "/v1/{p}/cloudservers/{id}/resize", body, true };
	if (verify)
		call = (EcsServerCall){ "compute", "POST", NOVA_ACTION, body, false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_resize_end(EcsScope *scope, const char *id, bool confirm, GCancellable *cancellable,
			   EcsChangeDone done, void *data)
{
	GString *body =
		g_string_new(confirm ? "{\"confirmResize\":null}" : "{\"revertResize\":null}");
	EcsServerCall call = { "compute", "POST", NOVA_ACTION, body, false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_rebuild(EcsScope *scope, const char *id, const char *image,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsServerCall call = { "compute", "POST", NOVA_ACTION, order("rebuild", "imageRef", image),
			       false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

static void add_text(cJSON *object, const char *key, const char *text)
{
	if (text && *text)
		cJSON_AddStringToObject(object, key, text);
}

void ecs_server_replace_os(EcsScope *scope, const char *id, const EcsOsSpec *spec,
			   GCancellable *cancellable, EcsChangeDone done, void *data)
{
	bool change = spec->image && *spec->image;
	g_autoptr(EcsJson) json = cJSON_CreateObject();
	cJSON *os = cJSON_AddObjectToObject(json, change ? "os-change" : "os-reinstall");
	add_text(os, "imageid", spec->image);
	add_text(os, "keyname", spec->key_name);
	add_text(os, "userid", spec->key_owner);
	add_text(os, "mode", "withStopServer");
	g_autofree char *text = ecs_json_compact(json);
	EcsServerCall call = { "ecs", "POST",
			       change ? "/v2/{p}/cloudservers/{id}/changeos"
				      : "/v2/{p}/cloudservers/{id}/reinstallos",
			       g_string_new(text), true };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_migrate(EcsScope *scope, const char *id, const char *dedicated_host,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	GString *body = *dedicated_host ? order("migrate", "dedicated_host_id", dedicated_host)
					: g_string_new("{\"migrate\":null}");
	EcsServerCall call = { "ecs", "POST", "/v1/{p}/cloudservers/{id}/migrate", body, true };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_monitor(EcsScope *scope, const char *id, GCancellable *cancellable,
			EcsChangeDone done, void *data)
{
	EcsServerCall call = { "ecs", "POST", "/v1.0/servers/{id}/action",
			       g_string_new("{\"monitorMetrics\":\"\"}"), false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_recovery_set(EcsScope *scope, const char *id, bool on, GCancellable *cancellable,
			     EcsChangeDone done, void *data)
{
	GString *body = g_string_new(NULL);
	g_string_printf(body, "{\"support_auto_recovery\":\"%s\"}", on ? "true" : "false");
	EcsServerCall call = { "ecs", "PUT", "/v1/{p}/cloudservers/{id}/autorecovery", body,
			       false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_password_clear(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsChangeDone done, void *data)
{
	EcsServerCall call = { "compute", "DELETE", "/v2.1/{p}/servers/{id}/os-server-password",
			       NULL, false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_group_change(EcsScope *scope, const char *id, const char *group, bool join,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	g_autofree char *escaped = g_uri_escape_string(group, NULL, FALSE);
	g_autofree char *path =
		g_strconcat("/v1/{p}/cloudservers/os-server-groups/", escaped, "/action", NULL);
	EcsServerCall call = { "ecs", "POST", path,
			       order(join ? "add_member" : "remove_member", "instance_uuid", id),
			       false };
	ecs_server_change(scope, id, call, cancellable, done, data);
}
