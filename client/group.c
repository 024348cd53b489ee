/* SPDX-License-Identifier: MIT */
#include "client/group.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/list.h"
#include "client/single.h"

#define AT(member) ECS_JSON_AT(EcsGroup, member)
#define PATH "/v1/{p}/cloudservers/os-server-groups"
#define NOVA "/v2.1/{p}/os-server-groups" /* the same, up to microversion 2.63 */

/* ECS reference, "Querying Details About an ECS Group". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{},
};

static void decode_members(EcsGroup *group, const cJSON *list, EcsBuilder *builder)
{
	int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	const char **members =
		ecs_builder_array(builder, &group->members, (size_t)n, sizeof(char *));
	const cJSON *json;
	cJSON_ArrayForEach (json, list) {
		const char *id = ecs_json_text(json);
		if (id && *id && group->n_members < (size_t)MIN(n, ECS_JSON_MEMBERS_MAX))
			ecs_builder_string(builder, &members[group->n_members++], id, strlen(id));
	}
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsGroup *group = ecs_builder_begin(builder, sizeof(EcsGroup));
	if (!ecs_json_decode(json, fields, group, builder))
		return NULL;
	ecs_builder_shared(builder, &group->policy,
			   ecs_json_text(ecs_json_first(ecs_json_get(json, "policies"))));
	decode_members(group, cJSON_GetObjectItemCaseSensitive(json, "members"), builder);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsGroup *ecs_group_ref(EcsGroup *group)
{
	return ecs_object_ref(group);
}

void ecs_group_unref(EcsGroup *group)
{
	ecs_object_unref(group);
}

void ecs_group_json(const EcsGroup *group, GString *out)
{
	ecs_object_json(group, out);
}

bool ecs_group_same(const EcsGroup *a, const EcsGroup *b)
{
	return ecs_object_same(a, b);
}

static const char *group_id(const void *object)
{
	return ((const EcsGroup *)object)->id;
}

static const EcsListType group_list = {
	.what = "server groups",
	.key = "server_groups",
	.route = { [ECS_DIALECT_NATIVE] = { "ecs", PATH },
		   [ECS_DIALECT_NOVA] = { "compute", NOVA } },
	.decode = decode,
	.id = group_id,
};

void ecs_group_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &group_list, cancellable, done, data);
}

void ecs_group_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		   void *data)
{
	EcsCallSpec call = ecs_single_spec("server group", id, "ecs", "GET", PATH "/{id}", NULL);
	ecs_single_nova(&call, id, "compute", "GET", NOVA "/{id}", NULL);
	ecs_single_start(scope, call, "server_group", decode, cancellable, done, data);
}

void ecs_group_create(EcsScope *scope, const char *name, const char *policy,
		      GCancellable *cancellable, EcsObjectDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *group = cJSON_AddObjectToObject(body, "server_group");
	cJSON_AddStringToObject(group, "name", name);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(group, "policies"), cJSON_CreateString(policy));
	EcsCallSpec call = ecs_single_new("server group", name, "ecs", PATH, body);
	ecs_single_same(&call, "compute", NOVA);
	ecs_single_start(scope, call, "server_group", decode, cancellable, done, data);
}

void ecs_group_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	if (!*id) {
		ecs_change_refuse(scope, cancellable, done, data, "no server group id");
		return;
	}
	EcsCallSpec call = ecs_single_spec("server group", id, "ecs", "DELETE", PATH "/{id}", NULL);
	ecs_single_nova(&call, id, "compute", "DELETE", NOVA "/{id}", NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}
