/* SPDX-License-Identifier: MIT */
/* server_tags - tags of a server: keys with values in the ECS API, words in Nova's, where
 * "key=value" stands for one. */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/json.h"
#include "client/server_call.h"

/* Nova's microversion from which on there are tags. */
#define TAGS 26
#define NOVA_TAGS "/v2.1/{p}/servers/{id}/tags"

/* Nova sets all words at once: those that are there are asked for first. */
typedef struct {
	EcsScope *scope;
	char *id, *key;
	char *value; /* NULL: the tag is to go */
	GCancellable *cancellable;
	EcsChangeDone done;
	void *data;
} Change;

static void finish(Change *change, const EcsAccepted *accepted, const GError *error)
{
	change->done(accepted, error, change->data);
	g_clear_object(&change->cancellable);
	g_free(change->id);
	g_free(change->key);
	g_free(change->value);
	g_free(change);
}

static void replaced(const EcsAccepted *accepted, const GError *error, void *data)
{
	finish(data, accepted, error);
}

static bool has_key(const char *word, const char *key)
{
	size_t len = strlen(key);
	return strncmp(word, key, len) == 0 && (word[len] == '\0' || word[len] == '=');
}

/* Returns: the words with the change made, owned; NULL: the tag that is to go is not there. */
static EcsJson *changed(const Change *change, const EcsJson *words)
{
	cJSON *all = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(all, "tags");
	bool found = change->value != NULL;
	const cJSON *word;
	cJSON_ArrayForEach (word, words) {
		bool same = cJSON_IsString(word) && has_key(word->valuestring, change->key);
		found |= same;
		if (!same)
			cJSON_AddItemToArray(list, cJSON_Duplicate(word, true));
	}
	if (change->value) {
		g_autofree char *text =
			g_strconcat(change->key, *change->value ? "=" : "", change->value, NULL);
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
	}
	if (!found)
		g_clear_pointer(&all, cJSON_Delete);
	return all;
}

static void listed(const EcsReply *reply, const GError *error, void *data)
{
	Change *change = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *words = ecs_json_get(json, "tags");
	if (json && !cJSON_IsArray(words))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no tags");
	g_autoptr(EcsJson) all = json && !wrong ? changed(change, words) : NULL;
	if (json && !wrong && !all)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_NOT_FOUND, "there is no tag %s",
			    change->key);
	if (!all) {
		finish(change, NULL, error ? error : wrong);
		return;
	}
	g_autofree char *text = ecs_json_compact(all);
	EcsServerCall call = { "compute",	   "PUT",	  NOVA_TAGS,
			       g_string_new(text), .micro = TAGS, .micro_min = TAGS };
	ecs_server_change(change->scope, change->id, call, change->cancellable, replaced, change);
}

static void change_words(EcsScope *scope, const char *id, const char *key, const char *value,
			 GCancellable *cancellable, EcsChangeDone done, void *data)
{
	Change *change = g_new(Change, 1);
	*change = (Change){ scope, g_strdup(id), g_strdup(key), g_strdup(value), NULL, done, data };
	change->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	EcsServerCall call = { "compute", "GET", NOVA_TAGS, .micro = TAGS, .micro_min = TAGS };
	ecs_server_route(&spec, id, &call);
	ecs_call_start(scope, spec, cancellable, listed, change);
}

/* @value: NULL: delete. */
static void tag_action(EcsScope *scope, const char *id, const char *key, const char *value,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!ecs_scope_has(scope, ECS_HAS_ECS) && *id) {
		change_words(scope, id, key, value, cancellable, done, data);
		return;
	}
	GString *body = g_string_new(NULL);
	g_string_printf(body,
			"{\"action\":\"%s\",\"tags\":[{\"key\":", value ? "create" : "delete");
	ecs_json_quote(body, key);
	if (value) {
		g_string_append(body, ",\"value\":");
		ecs_json_quote(body, value);
	}
	g_string_append(body, "}]}");
	EcsServerCall call = { "ecs", "POST", "/v1/{p}/cloudservers/{id}/tags/action", body };
	ecs_server_change(scope, id, call, cancellable, done, data);
}

void ecs_server_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
			GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, value ? value : "", cancellable, done, data);
}

void ecs_server_tag_delete(EcsScope *scope, const char *id, const char *key,
			   GCancellable *cancellable, EcsChangeDone done, void *data)
{
	tag_action(scope, id, key, NULL, cancellable, done, data);
}
