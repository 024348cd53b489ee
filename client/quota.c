/* SPDX-License-Identifier: MIT */
#include "client/quota.h"

#include <cjson/cJSON.h>

#include "client/call.h"
#include "client/json.h"
#include "client/object.h"

/* ECS reference, "Querying Tenant Quotas". */
static const struct {
	const char *name;
	const char *max;
	const char *used; /* NULL: not told */
} quotas[] = {
	{ "instances", "maxTotalInstances", "totalInstancesUsed" },
	{ "cores", "maxTotalCores", "totalCoresUsed" },
	{ "ram_mb", "maxTotalRAMSize", "totalRAMUsed" },
	{ "key_pairs", "maxTotalKeypairs", NULL },
	{ "server_groups", "maxServerGroups", "totalServerGroupsUsed" },
	{ "server_group_members", "maxServerGroupMembers", NULL },
	{ "server_metadata", "maxServerMeta", NULL },
	{ "security_groups", "maxSecurityGroups", "totalSecurityGroupsUsed" },
	{ "security_group_rules", "maxSecurityGroupRules", NULL },
	{ "floating_ips", "maxTotalFloatingIps", "totalFloatingIpsUsed" },
	{ "personality", "maxPersonality", NULL },
	{ "personality_size", "maxPersonalitySize", NULL },
	{ "image_metadata", "maxImageMeta", NULL },
	{},
};

EcsQuota *ecs_quota_ref(EcsQuota *quota)
{
	return ecs_object_ref(quota);
}

void ecs_quota_unref(EcsQuota *quota)
{
	ecs_object_unref(quota);
}

typedef struct {
	EcsListDone done;
	void *data;
} List;

/* What the answer leaves out is left out. */
static GPtrArray *decode(const EcsJson *absolute)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(ecs_object_unref);
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	for (size_t i = 0; quotas[i].name; i++) {
		EcsQuota *quota = ecs_builder_begin(builder, sizeof(EcsQuota));
		if (!ecs_json_number(ecs_json_get(absolute, quotas[i].max), &quota->max))
			continue;
		if (!quotas[i].used ||
		    !ecs_json_number(ecs_json_get(absolute, quotas[i].used), &quota->used))
			quota->used = -1;
		quota->name = quotas[i].name;
		g_ptr_array_add(all, ecs_builder_finish(builder, ""));
	}
	return all;
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree List *list = data;
	if (error) {
		list->done(NULL, error, list->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *absolute = ecs_json_get(json, "absolute");
	if (json && !ecs_json_is_object(absolute))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "quotas: the answer is not usable: it has no \"absolute\"");
	list->done(wrong ? NULL : decode(absolute), wrong, list->data);
}

void ecs_quota_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	List *list = g_new(List, 1);
	*list = (List){ done, data };
	EcsCallSpec spec = { .object = g_strdup("quotas") };
	spec.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ "ecs", "GET", g_strdup("/v1/{p}/cloudservers/limits"), NULL };
	ecs_call_start(scope, spec, cancellable, replied, list);
}
