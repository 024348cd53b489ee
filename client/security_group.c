/* SPDX-License-Identifier: MIT */
#include "client/security_group.h"

#include <cjson/cJSON.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/follow.h"
#include "client/list.h"
#include "client/single.h"

#define NEUTRON "/v2.0/security-groups"
#define NEUTRON_RULES "/v2.0/security-group-rules"

/* VPC reference, "Querying Security Groups"; Neutron's are the same. */
static const EcsJsonField group_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsSecurityGroup, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsSecurityGroup, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsSecurityGroup, description) },
	{ "vpc_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsSecurityGroup, vpc) },
	{},
};

static const EcsJsonField rule_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsRule, id), .required = true },
	{ "direction", ECS_JSON_SHARED, ECS_JSON_AT(EcsRule, direction) },
	{ "ethertype", ECS_JSON_SHARED, ECS_JSON_AT(EcsRule, ethertype) },
	{ "protocol", ECS_JSON_SHARED, ECS_JSON_AT(EcsRule, protocol) },
	{ "port_range_min", ECS_JSON_INT, ECS_JSON_AT(EcsRule, port_min), .fallback = -1 },
	{ "port_range_max", ECS_JSON_INT, ECS_JSON_AT(EcsRule, port_max), .fallback = -1 },
	{ "remote_ip_prefix", ECS_JSON_SHARED, ECS_JSON_AT(EcsRule, remote_ip) },
	{ "remote_group_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsRule, remote_group) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsRule, description) },
	{},
};

/* A rule that cannot be decoded spoils the group: nobody must believe that it is not there. */
static bool decode_rules(const EcsJson *json, EcsSecurityGroup *group, EcsBuilder *builder)
{
	const EcsJson *list = ecs_json_get(json, "security_group_rules");
	size_t n = 0;
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item))
		n++;
	if (n > ECS_JSON_MEMBERS_MAX)
		return false;
	EcsRule *rules = ecs_builder_array(builder, &group->rules, n, sizeof(EcsRule));
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item))
		if (!ecs_json_decode(item, rule_fields, &rules[group->n_rules++], builder))
			return false;
	return true;
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsSecurityGroup *group = ecs_builder_begin(builder, sizeof(EcsSecurityGroup));
	if (!ecs_json_decode(json, group_fields, group, builder) ||
	    !decode_rules(json, group, builder))
		return NULL;
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsSecurityGroup *ecs_security_group_ref(EcsSecurityGroup *group)
{
	return ecs_object_ref(group);
}

void ecs_security_group_unref(EcsSecurityGroup *group)
{
	ecs_object_unref(group);
}

void ecs_security_group_json(const EcsSecurityGroup *group, GString *out)
{
	ecs_object_json(group, out);
}

bool ecs_security_group_same(const EcsSecurityGroup *a, const EcsSecurityGroup *b)
{
	return ecs_object_same(a, b);
}

static const char *group_id(const void *object)
{
	return ((const EcsSecurityGroup *)object)->id;
}

static const EcsListType group_list = {
	.what = "security groups",
	.key = "security_groups",
	.route = {
		[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/security-groups?limit=2000{m}" },
		[ECS_DIALECT_NOVA] = { "network", NEUTRON "?limit=1000{m}", .linked = true,
				       .page_size = 1000 },
	},
	.page_size = 2000, /* the API's most, and its default */
	.decode = decode,
	.id = group_id,
};

void ecs_security_group_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			     void *data)
{
	ecs_list_start(scope, &group_list, cancellable, done, data);
}

void ecs_security_group_get(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsObjectDone done, void *data)
{
	EcsCallSpec call = ecs_single_spec("security group", id, "vpc", "GET",
					   "/v1/{p}/security-groups/{id}", NULL);
	ecs_single_nova(&call, id, "network", "GET", NEUTRON "/{id}", NULL);
	ecs_single_start(scope, call, "security_group", decode, cancellable, done, data);
}

void ecs_security_group_create(EcsScope *scope, const char *name, GCancellable *cancellable,
			       EcsObjectDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *group = cJSON_AddObjectToObject(body, "security_group");
	cJSON_AddStringToObject(group, "name", name);
	EcsCallSpec call =
		ecs_single_new("security group", name, "vpc", "/v1/{p}/security-groups", body);
	ecs_single_same(&call, "network", NEUTRON);
	ecs_single_start(scope, call, "security_group", decode, cancellable, done, data);
}

void ecs_security_group_update(EcsScope *scope, const char *id, const char *name,
			       const char *description, GCancellable *cancellable,
			       EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *group = cJSON_AddObjectToObject(body, "security_group");
	if (name)
		cJSON_AddStringToObject(group, "name", name);
	if (description)
		cJSON_AddStringToObject(group, "description", description);
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	g_autofree char *path = g_strconcat(NEUTRON "/", escaped, NULL);
	EcsCallSpec call = ecs_single_spec("security group", id, "vpc", "PUT", path, body);
	ecs_single_same(&call, "network", path);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

void ecs_security_group_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsChangeDone done, void *data)
{
	EcsCallSpec call = ecs_single_spec("security group", id, "vpc", "DELETE",
					   "/v1/{p}/security-groups/{id}", NULL);
	ecs_single_nova(&call, id, "network", "DELETE", NEUTRON "/{id}", NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

/* Neutron takes a port's groups as a whole: @json has those that it is in. */
static bool change_port(const EcsJson *json, const EcsFollowed *what, EcsCallSpec *spec,
			GError **error)
{
	const EcsJson *groups = ecs_json_get(ecs_json_get(json, "port"), "security_groups");
	bool there = false;
	if (!cJSON_IsArray(groups)) {
		g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: the port has no security_groups");
		return false;
	}
	cJSON *body = cJSON_CreateObject();
	cJSON *list =
		cJSON_AddArrayToObject(cJSON_AddObjectToObject(body, "port"), "security_groups");
	const cJSON *group;
	cJSON_ArrayForEach (group, groups) {
		bool same = g_strcmp0(ecs_json_text(group), what->text) == 0;
		there |= same;
		if (!same)
			cJSON_AddItemToArray(list, cJSON_Duplicate(group, true));
	}
	if (what->flag)
		cJSON_AddItemToArray(list, cJSON_CreateString(what->text));
	ecs_single_nova(spec, what->id, "network", "PUT", "/v2.0/ports/{id}", body);
	if (what->flag || there)
		return true;
	g_set_error(error, ECS_ERROR, ECS_ERROR_NOT_FOUND, "it is not in the security group");
	return false;
}

void ecs_security_group_port(EcsScope *scope, const char *id, const char *port, bool add,
			     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	if (!ecs_scope_has(scope, ECS_HAS_VPC)) {
		EcsCallSpec first = { .object = g_strdup_printf("port %.8s", port) };
		ecs_single_nova(&first, port, "network", "GET", "/v2.0/ports/{id}", NULL);
		ecs_follow_start(scope, first, &(EcsFollowed){ port, id, NULL, add }, change_port,
				 (EcsFollowEnd){ NULL, NULL }, cancellable, done, data);
		return;
	}
	cJSON *body = cJSON_CreateObject();
	cJSON *member = cJSON_CreateObject();
	cJSON_AddStringToObject(member, "id", port);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "ports"), member);
	cJSON_AddStringToObject(body, "action", add ? "add" : "remove");
	ecs_change_start(scope,
			 ecs_single_spec("security group", id, "vpc", "POST",
					 "/v2.0/{p}/security-groups/{id}/instance/action", body),
			 false, cancellable, done, data);
}

static void add_text(cJSON *object, const char *key, const char *value)
{
	if (value && *value)
		cJSON_AddStringToObject(object, key, value);
}

void ecs_rule_create(EcsScope *scope, const char *group, const EcsRule *rule,
		     GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *json = cJSON_AddObjectToObject(body, "security_group_rule");
	add_text(json, "security_group_id", group);
	add_text(json, "direction", rule->direction);
	add_text(json, "ethertype", rule->ethertype);
	add_text(json, "protocol", rule->protocol);
	if (rule->port_min >= 0)
		cJSON_AddNumberToObject(json, "port_range_min", rule->port_min);
	if (rule->port_max >= 0)
		cJSON_AddNumberToObject(json, "port_range_max", rule->port_max);
	add_text(json, "remote_ip_prefix", rule->remote_ip);
	add_text(json, "remote_group_id", rule->remote_group);
	add_text(json, "description", rule->description);
	EcsCallSpec call = ecs_single_new("rule of security group", group, "vpc",
					  "/v1/{p}/security-group-rules", body);
	ecs_single_same(&call, "network", NEUTRON_RULES);
	ecs_single_made(scope, call, "security_group_rule", "id", cancellable, done, data);
}

void ecs_rule_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data)
{
	EcsCallSpec call = ecs_single_spec("security group rule", id, "vpc", "DELETE",
					   "/v1/{p}/security-group-rules/{id}", NULL);
	ecs_single_nova(&call, id, "network", "DELETE", NEUTRON_RULES "/{id}", NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}
