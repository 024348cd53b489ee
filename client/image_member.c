/* SPDX-License-Identifier: MIT */
/* image_member - with whom images are shared: the owner offers, the other project decides. */
#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/image.h"
#include "client/single.h"

#define MEMBERS "/v2/images/{id}/members"

EcsImageMembers *ecs_image_members_ref(EcsImageMembers *members)
{
	return ecs_object_ref(members);
}

void ecs_image_members_unref(EcsImageMembers *members)
{
	ecs_object_unref(members);
}

bool ecs_image_members_same(const EcsImageMembers *a, const EcsImageMembers *b)
{
	return ecs_object_same(a, b);
}

/* @json: the array under "members". */
static void *decode(EcsJson *json, EcsBuilder *builder)
{
	int n = cJSON_IsArray(json) ? cJSON_GetArraySize(json) : 0;
	g_autofree EcsPair *pairs = g_new(EcsPair, n + 1);
	size_t kept = 0;
	const cJSON *member;
	if (!cJSON_IsArray(json))
		return NULL;
	EcsImageMembers *members = ecs_builder_begin(builder, sizeof(EcsImageMembers));
	cJSON_ArrayForEach (member, json)
		if (*ecs_json_get_text(member, "member_id"))
			pairs[kept++] = (EcsPair){ ecs_json_get_text(member, "member_id"),
						   ecs_json_get_text(member, "status") };
	ecs_builder_pairs(builder, &members->status, pairs, kept);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

/* Glance's own, in both dialects. */
static EcsCallSpec about(const char *id, const char *method, const char *path, cJSON *body)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	GString *full = g_string_new(path);
	g_string_replace(full, "{id}", escaped, 1);
	EcsCallSpec call = ecs_single_spec("image", id, "image", method, path, body);
	ecs_single_same(&call, "image", full->str);
	g_string_free(full, TRUE);
	return call;
}

void ecs_image_members_get(EcsScope *scope, const char *id, GCancellable *cancellable,
			   EcsObjectDone done, void *data)
{
	ecs_single_start(scope, about(id, "GET", MEMBERS, NULL), "members", decode, cancellable,
			 done, data);
}

static cJSON *word(const char *key, const char *value)
{
	cJSON *json = cJSON_CreateObject();
	cJSON_AddStringToObject(json, key, value);
	return json;
}

void ecs_image_member_add(EcsScope *scope, const char *id, const char *project,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	ecs_change_start(scope, about(id, "POST", MEMBERS, word("member", project)), false,
			 cancellable, done, data);
}

void ecs_image_member_remove(EcsScope *scope, const char *id, const char *project,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	g_autofree char *escaped = g_uri_escape_string(project, NULL, FALSE);
	g_autofree char *path = g_strconcat(MEMBERS "/", escaped, NULL);
	if (*project)
		ecs_change_start(scope, about(id, "DELETE", path, NULL), false, cancellable, done,
				 data);
	else
		ecs_change_refuse(scope, cancellable, done, data, "no project id");
}

void ecs_image_member_answer(EcsScope *scope, const char *id, bool accept,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	ecs_change_start(
		scope,
		about(id, "PUT", MEMBERS "/{p}", word("status", accept ? "accepted" : "rejected")),
		false, cancellable, done, data);
}
