/* SPDX-License-Identifier: MIT */
#include "client/keypair.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

#define AT(member) ECS_JSON_AT(EcsKeypair, member)
#define PATH "/v2.1/{p}/os-keypairs"

/* Nova reference, "Querying a Specified SSH Key Pair". */
static const EcsJsonField fields[] = {
	{ "name", ECS_JSON_STRING, AT(name), .required = true },
	{ "status", ECS_JSON_STRING, AT(status) },
	{ "public_key", ECS_JSON_STRING, AT(public_key) },
	{ "fingerprint", ECS_JSON_STRING, AT(fingerprint) },
	{ "type", ECS_JSON_STRING, AT(type) },
	{ "user_id", ECS_JSON_STRING, AT(user_id) },
	{ "created_at", ECS_JSON_TIME, AT(created) },
	{},
};

/* Without the blanks and the line end that the cloud has put behind the comment. */
static void chomp_key(cJSON *keypair)
{
	cJSON *key = cJSON_GetObjectItemCaseSensitive(keypair, "public_key");

	if (cJSON_IsString(key))
		g_strchomp(key->valuestring);
}

/* @json: {"keypair":{...}}, in lists too. */
static void *decode(EcsJson *json, EcsBuilder *builder)
{
	cJSON *object = cJSON_GetObjectItemCaseSensitive(json, "keypair");
	EcsKeypair *keypair = ecs_builder_begin(builder, sizeof(EcsKeypair));

	ecs_json_drop(object, "private_key");
	chomp_key(object);
	if (!ecs_json_decode(object, fields, keypair, builder))
		return NULL;
	if (*keypair->type == '\0') /* told since microversion 2.2; there was one type before */
		ecs_builder_string(builder, &keypair->type, "ssh", strlen("ssh"));
	g_autofree char *raw = ecs_json_compact(object);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsKeypair *ecs_keypair_ref(EcsKeypair *keypair)
{
	return ecs_object_ref(keypair);
}

void ecs_keypair_unref(EcsKeypair *keypair)
{
	ecs_object_unref(keypair);
}

void ecs_keypair_json(const EcsKeypair *keypair, GString *out)
{
	ecs_object_json(keypair, out);
}

bool ecs_keypair_same(const EcsKeypair *a, const EcsKeypair *b)
{
	return ecs_object_same(a, b);
}

EcsKeypair *ecs_keypair_draft(const char *name)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	cJSON *json = cJSON_CreateObject();
	cJSON *object = cJSON_AddObjectToObject(json, "keypair");

	cJSON_AddStringToObject(object, "name", name);
	cJSON_AddStringToObject(object, "status", "DRAFT");
	EcsKeypair *draft = decode(json, builder);
	cJSON_Delete(json);
	return draft;
}

static const char *keypair_id(const void *object)
{
	return ((const EcsKeypair *)object)->name;
}

static const EcsListType keypair_list = {
	.what = "key pairs",
	.key = "keypairs",
	.route = { [ECS_DIALECT_NATIVE] = { "compute", PATH },
		   [ECS_DIALECT_NOVA] = { "compute", PATH } },
	.decode = decode,
	.id = keypair_id,
};

void ecs_keypair_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &keypair_list, cancellable, done, data);
}

typedef struct {
	EcsKeypairDone done;
	void *data;
	char *object;
} Single;

static void finish(Single *single, EcsKeypair *keypair, const char *private_key,
		   const GError *error)
{
	single->done(keypair, private_key, error, single->data);
	g_free(single->object);
	g_free(single);
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	Single *single = data;
	if (error) {
		finish(single, NULL, NULL, error);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	char *secret =
		g_strdup(ecs_json_text(ecs_json_get(ecs_json_get(json, "keypair"), "private_key")));
	EcsKeypair *keypair = json ? decode(json, builder) : NULL;
	if (json && !keypair)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "%s: the answer is not usable: it has no key pair", single->object);
	finish(single, keypair, keypair ? secret : NULL, wrong);
	if (secret)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

static EcsCallSpec about(const char *name, const char *method, GString *body)
{
	g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
	EcsCallSpec call = { .object = g_strdup_printf("key pair %.255s", name) };
	for (int i = 0; i < ECS_DIALECTS; i++) /* in both the call is Nova's */
		call.route[i] =
			(EcsRoute){ "compute", method,
				    body ? g_strdup(PATH) : g_strconcat(PATH "/", escaped, NULL),
				    body ? g_string_new(body->str) : NULL };
	return call;
}

static void start(EcsScope *scope, EcsCallSpec call, GCancellable *cancellable, EcsKeypairDone done,
		  void *data)
{
	Single *single = g_new(Single, 1);
	*single = (Single){ done, data, g_strdup(call.object) };
	ecs_call_start(scope, call, cancellable, replied, single);
}

void ecs_keypair_get(EcsScope *scope, const char *name, GCancellable *cancellable,
		     EcsKeypairDone done, void *data)
{
	start(scope, about(name, "GET", NULL), cancellable, done, data);
}

void ecs_keypair_create(EcsScope *scope, const char *name, const char *public_key,
			GCancellable *cancellable, EcsKeypairDone done, void *data)
{
	g_autoptr(GString) body = g_string_new("{\"keypair\":{\"name\":");
	ecs_json_quote(body, name);
	if (public_key) {
		g_string_append(body, ",\"public_key\":");
		ecs_json_quote(body, public_key);
	}
	g_string_append(body, "}}");
	EcsCallSpec call = about(name, "POST", body);
	call.writing = true;
	start(scope, call, cancellable, done, data);
}

void ecs_keypair_delete(EcsScope *scope, const char *name, GCancellable *cancellable,
			EcsChangeDone done, void *data)
{
	if (!*name) {
		ecs_change_refuse(scope, cancellable, done, data, "no key pair name");
		return;
	}
	ecs_change_start(scope, about(name, "DELETE", NULL), false, cancellable, done, data);
}
