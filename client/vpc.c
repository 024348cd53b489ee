/* SPDX-License-Identifier: MIT */
#include "client/vpc.h"

#include <cjson/cJSON.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

/* VPC reference, "Querying VPCs". */
static const EcsJsonField vpc_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, description) },
	{ "cidr", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, cidr) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsVpc, status) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, updated) },
	{},
};

/* VPC reference, "Querying Subnets". */
static const EcsJsonField subnet_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, description) },
	{ "vpc_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, vpc) },
	{ "cidr", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, cidr) },
	{ "gateway_ip", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, gateway) },
	{ "primary_dns", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, dns1) },
	{ "secondary_dns", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, dns2) },
	{ "availability_zone", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, zone) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, status) },
	{ "dhcp_enable", ECS_JSON_BOOL, ECS_JSON_AT(EcsSubnet, dhcp) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, updated) },
	{},
};

static void *decode(EcsJson *json, const EcsJsonField *fields, size_t size, EcsBuilder *builder)
{
	void *object = ecs_builder_begin(builder, size);
	if (!ecs_json_decode(json, fields, object, builder))
		return NULL;
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

static void *decode_vpc(EcsJson *json, EcsBuilder *builder)
{
	return decode(json, vpc_fields, sizeof(EcsVpc), builder);
}

static void *decode_subnet(EcsJson *json, EcsBuilder *builder)
{
	return decode(json, subnet_fields, sizeof(EcsSubnet), builder);
}

EcsVpc *ecs_vpc_ref(EcsVpc *vpc)
{
	return ecs_object_ref(vpc);
}

void ecs_vpc_unref(EcsVpc *vpc)
{
	ecs_object_unref(vpc);
}

void ecs_vpc_json(const EcsVpc *vpc, GString *out)
{
	ecs_object_json(vpc, out);
}

bool ecs_vpc_same(const EcsVpc *a, const EcsVpc *b)
{
	return ecs_object_same(a, b);
}

EcsSubnet *ecs_subnet_ref(EcsSubnet *subnet)
{
	return ecs_object_ref(subnet);
}

void ecs_subnet_unref(EcsSubnet *subnet)
{
	ecs_object_unref(subnet);
}

void ecs_subnet_json(const EcsSubnet *subnet, GString *out)
{
	ecs_object_json(subnet, out);
}

bool ecs_subnet_same(const EcsSubnet *a, const EcsSubnet *b)
{
	return ecs_object_same(a, b);
}

static const char *vpc_id(const void *object)
{
	return ((const EcsVpc *)object)->id;
}

static const char *subnet_id(const void *object)
{
	return ((const EcsSubnet *)object)->id;
}

#define PAGE_SIZE 2000 /* the API's most, and its default */

static const EcsListType vpc_list = {
	.what = "VPCs",
	.key = "vpcs",
	.route[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/vpcs?limit=2000{m}" },
	.page_size = PAGE_SIZE,
	.decode = decode_vpc,
	.id = vpc_id,
};

static const EcsListType subnet_list = {
	.what = "subnets",
	.key = "subnets",
	.route[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/subnets?limit=2000{m}" },
	.page_size = PAGE_SIZE,
	.decode = decode_subnet,
	.id = subnet_id,
};

void ecs_vpc_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &vpc_list, cancellable, done, data);
}

void ecs_subnet_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &subnet_list, cancellable, done, data);
}
