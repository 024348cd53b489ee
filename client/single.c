/* SPDX-License-Identifier: MIT */
#include "client/single.h"

#include <cjson/cJSON.h>
#include <string.h>

#define ID_SHOWN 8 /* characters of an id in a message */

typedef struct {
	EcsObjectDone done;
	void *data;
	EcsShape shapes[ECS_DIALECTS];
	char *object;
} Single;

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	Single *single = data;
	void *object = NULL;
	g_autoptr(GError) wrong = NULL;
	if (!error) {
		const EcsShape *shape = &single->shapes[reply->dialect];
		g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
		g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
		EcsJson *member = cJSON_GetObjectItemCaseSensitive(json, shape->member);
		object = member ? shape->decode(member, builder) : NULL;
		if (json && !object)
			g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
				    "%s: the answer is not usable: it has no \"%s\"",
				    single->object, shape->member);
	}
	single->done(object, error ? error : wrong, single->data);
	g_free(single->object);
	g_free(single);
}

void ecs_single_shaped(EcsScope *scope, EcsCallSpec spec, const EcsShape *shapes,
		       GCancellable *cancellable, EcsObjectDone done, void *data)
{
	Single *single = g_new0(Single, 1);
	single->done = done;
	single->data = data;
	single->object = g_strdup(spec.object ? spec.object : "");
	memcpy(single->shapes, shapes, sizeof(single->shapes));
	ecs_call_start(scope, spec, cancellable, replied, single);
}

void ecs_single_start(EcsScope *scope, EcsCallSpec spec, const char *member, EcsDecode decode,
		      GCancellable *cancellable, EcsObjectDone done, void *data)
{
	EcsShape shapes[ECS_DIALECTS];
	for (int i = 0; i < ECS_DIALECTS; i++)
		shapes[i] = (EcsShape){ member, decode };
	ecs_single_shaped(scope, spec, shapes, cancellable, done, data);
}

typedef struct {
	EcsChangeDone done;
	void *data;
	const char *member, *key;
	char *object;
} Making;

static void made(const EcsReply *reply, const GError *error, void *data)
{
	Making *making = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *object = making->member ? ecs_json_get(json, making->member) : json;
	const char *ids[] = { ecs_json_get_text(object, making->key), NULL };
	EcsAccepted accepted = { .job_id = "", .ids = ids };
	if (json && !*ids[0])
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "%s: the answer is not usable: it names no \"%s\"; outcome unknown",
			    making->object, making->key);
	if (!error)
		error = wrong;
	making->done(error ? NULL : &accepted, error, making->data);
	g_free(making->object);
	g_free(making);
}

void ecs_single_made(EcsScope *scope, EcsCallSpec spec, const char *member, const char *key,
		     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	Making *making = g_new(Making, 1);
	*making = (Making){ done, data, member, key, g_strdup(spec.object ? spec.object : "") };
	ecs_call_start(scope, spec, cancellable, made, making);
}

void *ecs_single_decode(EcsJson *json, const EcsJsonField *fields, size_t size, EcsBuilder *builder)
{
	void *object = ecs_builder_begin(builder, size);
	if (!ecs_json_decode(json, fields, object, builder))
		return NULL;
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

/* Takes over @body. */
static GString *text_of(EcsJson *body)
{
	if (!body)
		return NULL;
	char *text = cJSON_PrintUnformatted(body);
	GString *out = g_string_new(text);
	cJSON_free(text);
	cJSON_Delete(body);
	return out;
}

static EcsRoute route(const char *id, const char *service, const char *method, const char *path,
		      EcsJson *body)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	g_auto(GStrv) parts = g_strsplit(path, "{id}", -1);
	return (EcsRoute){ .service = service,
			   .method = method,
			   .path = g_strjoinv(escaped, parts),
			   .body = text_of(body) };
}

void ecs_single_nova(EcsCallSpec *call, const char *id, const char *service, const char *method,
		     const char *path, EcsJson *body)
{
	call->route[ECS_DIALECT_NOVA] = route(id, service, method, path, body);
}

void ecs_single_same(EcsCallSpec *call, const char *service, const char *path)
{
	const EcsRoute *native = &call->route[ECS_DIALECT_NATIVE];
	call->route[ECS_DIALECT_NOVA] =
		(EcsRoute){ .service = service,
			    .method = native->method,
			    .path = g_strdup(path),
			    .body = native->body ? g_string_new(native->body->str) : NULL };
}

EcsCallSpec ecs_single_spec(const char *what, const char *id, const char *service,
			    const char *method, const char *path, EcsJson *body)
{
	EcsCallSpec call = { .object = g_strdup_printf("%s %.*s", what, ID_SHOWN, id) };
	call.route[ECS_DIALECT_NATIVE] = route(id, service, method, path, body);
	call.writing = strcmp(method, "GET") != 0;
	return call;
}

EcsCallSpec ecs_single_new(const char *what, const char *name, const char *service,
			   const char *path, EcsJson *body)
{
	EcsCallSpec call = { .object = g_strdup_printf("new %s %.255s", what, name) };
	call.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ service, "POST", g_strdup(path), text_of(body) };
	call.writing = true;
	return call;
}
