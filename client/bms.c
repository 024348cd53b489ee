/* SPDX-License-Identifier: MIT */
#include "client/bms.h"

#include <string.h>

#include "client/change.h"
#include "client/json.h"
#include "client/list.h"
#include "client/object.h"
#include "client/server_call.h"

/* Nova's microversion from which on there are tags. */
#define TAGS 26

static void *decode_listed(EcsJson *json, EcsBuilder *builder)
{
	return ecs_server_decode(json);
}

static const char *server_id(const void *object)
{
	return ((const EcsServer *)object)->id;
}

static const EcsListType bms_list = {
	.what = "bare metal servers",
	.key = "servers",
	.route[ECS_DIALECT_NATIVE] = { "bms",
				       "/v1/{p}/baremetalservers/detail?limit=1000&offset={n}"
				       "&tags=__type_baremetal" },
	.page_size = 1000,
	.decode = decode_listed,
	.id = server_id,
};

typedef struct {
	EcsListDone done;
	void *data;
} List;

/* OTC has the service in one region of three. */
static void listed(GPtrArray *items, const GError *error, void *data)
{
	g_autofree List *list = data;
	if (error && error->code == ECS_ERROR_NOT_SUPPORTED)
		list->done(g_ptr_array_new_with_free_func(ecs_object_unref), NULL, list->data);
	else
		list->done(items, error, list->data);
}

void ecs_bms_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	List *list = g_new(List, 1);
	*list = (List){ done, data };
	ecs_list_start(scope, &bms_list, cancellable, listed, list);
}

void ecs_bms_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsServerDone done,
		 void *data)
{
	static const EcsServerCall call = { "bms", "GET", "/v1/{p}/baremetalservers/{id}" };
	ecs_server_get_from(scope, id, &call, cancellable, done, data);
}

/* @body: taken over. */
static void change(EcsScope *scope, const char *id, const char *method, const char *path,
		   GString *body, GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!*id) {
		g_string_free(body, TRUE);
		ecs_change_refuse(scope, cancellable, done, data, "no server id");
		return;
	}
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	spec.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ "bms", method, ecs_server_path(id, path), body };
	ecs_change_start(scope, spec, false, cancellable, done, data);
}

/* @action: "os-start"; @type: what the API calls how, or NULL. */
static void power(EcsScope *scope, const char *action, const char *type, const char *id,
		  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	GString *body = g_string_new(NULL);
	g_string_printf(body, "{\"%s\":{", action);
	if (type)
		g_string_append_printf(body, "\"type\":\"%s\",", type);
	g_string_append(body, "\"servers\":[{\"id\":");
	ecs_json_quote(body, id);
	g_string_append(body, "}]}}");
	change(scope, id, "POST", "/v1/{p}/baremetalservers/action", body, cancellable, done, data);
}

void ecs_bms_start(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		   void *data)
{
	power(scope, "os-start", NULL, id, cancellable, done, data);
}

void ecs_bms_stop(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		  void *data)
{
	power(scope, "os-stop", "HARD", id, cancellable, done, data);
}

void ecs_bms_reboot(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data)
{
	power(scope, "reboot", "HARD", id, cancellable, done, data);
}

void ecs_bms_rename(EcsScope *scope, const char *id, const char *name, GCancellable *cancellable,
		    EcsChangeDone done, void *data)
{
	GString *body = g_string_new("{\"server\":{\"name\":");
	ecs_json_quote(body, name);
	g_string_append(body, "}}");
	change(scope, id, "PUT", "/v1/{p}/baremetalservers/{id}", body, cancellable, done, data);
}

void ecs_bms_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	GString *body = g_string_new("{\"metadata\":{");
	ecs_json_quote(body, key);
	g_string_append_c(body, ':');
	ecs_json_quote(body, value);
	g_string_append(body, "}}");
	change(scope, id, "POST", "/v1/{p}/baremetalservers/{id}/metadata", body, cancellable, done,
	       data);
}

/* @method: PUT or DELETE of @tag. */
static void tag_call(EcsScope *scope, const char *method, const char *id, const char *tag,
		     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	g_autofree char *escaped = g_uri_escape_string(tag, NULL, FALSE);
	g_autofree char *base = ecs_server_path(id, "/v2.1/{p}/servers/{id}/tags/");
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	spec.route[ECS_DIALECT_NATIVE] = (EcsRoute){
		.service = "compute",
		.method = method,
		.path = g_strconcat(base, escaped, NULL),
		.micro = TAGS,
	};
	ecs_change_start(scope, spec, false, cancellable, done, data);
}

void ecs_bms_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
		     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	g_autofree char *tag = g_strconcat(key, *value ? "=" : "", value, NULL);
	tag_call(scope, "PUT", id, tag, cancellable, done, data);
}

void ecs_bms_tag_delete(EcsScope *scope, const char *id, const char *key, GCancellable *cancellable,
			EcsChangeDone done, void *data)
{
	tag_call(scope, "DELETE", id, key, cancellable, done, data);
}
