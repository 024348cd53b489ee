/* SPDX-License-Identifier: MIT */
#include "client/quota.h"

#include <cjson/cJSON.h>

#include "client/call.h"
#include "client/feature.h"
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

/* One call of one service, in one dialect. */
typedef struct {
	const char *service;
	const char *path;
	const char *key; /* what the answer must have, an object */
	void (*decode)(const EcsJson *json, EcsBuilder *builder, GPtrArray *all);
	unsigned micro; /* as in EcsRoute */
	bool optional;	/* not every version of the service has it */
} Call;

typedef struct {
	const char *what; /* for errors */
	Call call[ECS_DIALECTS];
} Source;

/* More kinds of things than any cloud has. */
#define QUOTAS_MAX 1000

typedef struct {
	const Source *source;
	bool optional; /* in this cloud */
	EcsListDone done;
	void *data;
} List;

/* A quota without a limit is none. */
static void add(GPtrArray *all, EcsBuilder *builder, const char *name, const EcsJson *max,
		const EcsJson *used)
{
	EcsQuota *quota = ecs_builder_begin(builder, sizeof(EcsQuota));
	if (!*name || all->len >= QUOTAS_MAX || !ecs_json_number(max, &quota->max))
		return;
	if (!ecs_json_number(used, &quota->used))
		quota->used = -1;
	ecs_builder_string(builder, &quota->name, name, ECS_JSON_STRING_MAX);
	g_ptr_array_add(all, ecs_builder_finish(builder, ""));
}

/* What the answer leaves out is left out. */
static void decode_limits(const EcsJson *absolute, EcsBuilder *builder, GPtrArray *all)
{
	for (size_t i = 0; quotas[i].name; i++)
		add(all, builder, quotas[i].name, ecs_json_get(absolute, quotas[i].max),
		    quotas[i].used ? ecs_json_get(absolute, quotas[i].used) : NULL);
}

/* {"volumes":{"limit":-1,"in_use":3,"reserved":0},"id":...} */
static void decode_set(const EcsJson *set, EcsBuilder *builder, GPtrArray *all)
{
	for (const EcsJson *item = ecs_json_first(set); item; item = ecs_json_next(item))
		add(all, builder, ecs_json_key(item), ecs_json_get(item, "limit"),
		    ecs_json_get(item, "in_use"));
}

/* {"resources":[{"type":"vpc","used":4,"quota":150,"min":0},...]} */
static void decode_resources(const EcsJson *json, EcsBuilder *builder, GPtrArray *all)
{
	const EcsJson *item = ecs_json_first(ecs_json_get(json, "resources"));
	for (; item; item = ecs_json_next(item))
		add(all, builder, ecs_json_get_text(item, "type"), ecs_json_get(item, "quota"),
		    ecs_json_get(item, "used"));
}

/* {"rate":[],"absolute":{"maxTotalInstances":10,...}} */
static void decode_nova_limits(const EcsJson *limits, EcsBuilder *builder, GPtrArray *all)
{
	decode_limits(ecs_json_get(limits, "absolute"), builder, all);
}

/* {"network":{"limit":100,"used":1,"reserved":0},...} */
static void decode_details(const EcsJson *details, EcsBuilder *builder, GPtrArray *all)
{
	for (const EcsJson *item = ecs_json_first(details); item; item = ecs_json_next(item))
		add(all, builder, ecs_json_key(item), ecs_json_get(item, "limit"),
		    ecs_json_get(item, "used"));
}

/* {"image_count_total":{"limit":100,"usage":3},...} */
static void decode_usage(const EcsJson *usage, EcsBuilder *builder, GPtrArray *all)
{
	for (const EcsJson *item = ecs_json_first(usage); item; item = ecs_json_next(item))
		add(all, builder, ecs_json_key(item), ecs_json_get(item, "limit"),
		    ecs_json_get(item, "usage"));
}

static const Source servers = {
	"quotas",
	{
		[ECS_DIALECT_NATIVE] = { "ecs", "/v1/{p}/cloudservers/limits", "absolute",
					 decode_limits },
		/* From microversion 2.57 on without what other services have. */
		[ECS_DIALECT_NOVA] = { "compute", "/v2.1/{p}/limits", "limits", decode_nova_limits,
				       .micro = 57 },
	},
};
/* EVS reference, "Querying the Quotas of a Tenant"; Cinder's is the same. */
static const Source volumes = {
	"quotas of disks",
	{
		[ECS_DIALECT_NATIVE] = { "evs", "/v2/{p}/os-quota-sets/{p}?usage=True", "quota_set",
					 decode_set },
		[ECS_DIALECT_NOVA] = { "volumev3", "/v3/{p}/os-quota-sets/{p}?usage=True",
				       "quota_set", decode_set },
	},
};
/* VPC reference, "Querying Quotas"; Neutron's extension quota_details. */
static const Source network = {
	"quotas of the network",
	{
		[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/quotas", "quotas", decode_resources },
		[ECS_DIALECT_NOVA] = { "network", "/v2.0/quotas/{p}/details.json", "quota",
				       decode_details, .optional = true },
	},
};
/* IMS reference, "Querying the Image Quota"; Glance's API reference, "Quota Usage", from 2.15 on.
 */
static const Source images = {
	"quotas of images",
	{
		[ECS_DIALECT_NATIVE] = { "image", "/v1/cloudimages/quota", "quotas",
					 decode_resources },
		[ECS_DIALECT_NOVA] = { "image", "/v2/info/usage", "usage", decode_usage,
				       .optional = true },
	},
};

/* A region need not have them all; without servers there is nothing. */
static bool is_none(const List *list, const GError *error)
{
	if (error->code == ECS_ERROR_NOT_FOUND)
		return list->optional;
	return error->code == ECS_ERROR_NOT_SUPPORTED && list->source != &servers;
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree List *list = data;
	const Source *source = list->source;
	if (error) {
		bool none = is_none(list, error);
		GPtrArray *empty = none ? g_ptr_array_new_with_free_func(ecs_object_unref) : NULL;
		list->done(empty, none ? NULL : error, list->data);
		return;
	}
	const Call *call = &source->call[reply->dialect];
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *part = ecs_json_get(json, call->key);
	if (json && !ecs_json_is_object(part))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "%s: the answer is not usable: it has no \"%s\"", source->what,
			    call->key);
	if (wrong) {
		list->done(NULL, wrong, list->data);
		return;
	}
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	GPtrArray *all = g_ptr_array_new_with_free_func(ecs_object_unref);
	call->decode(part, builder, all);
	list->done(all, NULL, list->data);
}

static void start(EcsScope *scope, const Source *source, GCancellable *cancellable,
		  EcsListDone done, void *data)
{
	List *list = g_new(List, 1);
	bool optional = source->call[ECS_DIALECT_NOVA].optional;
	*list = (List){ source, optional && !ecs_scope_has(scope, ECS_HAS_ECS), done, data };
	EcsCallSpec spec = { .object = g_strdup(source->what) };
	for (int i = 0; i < ECS_DIALECTS; i++)
		spec.route[i] = (EcsRoute){ .service = source->call[i].service,
					    .method = "GET",
					    .path = g_strdup(source->call[i].path),
					    .micro = source->call[i].micro };
	ecs_call_start(scope, spec, cancellable, replied, list);
}

void ecs_quota_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	start(scope, &servers, cancellable, done, data);
}

void ecs_quota_list_volumes(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			    void *data)
{
	start(scope, &volumes, cancellable, done, data);
}

void ecs_quota_list_network(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			    void *data)
{
	start(scope, &network, cancellable, done, data);
}

void ecs_quota_list_images(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	start(scope, &images, cancellable, done, data);
}
