/* SPDX-License-Identifier: MIT */
#include "client/zone.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

static const EcsJsonField state_fields[] = {
	{ "available", ECS_JSON_BOOL, ECS_JSON_AT(EcsZone, available) },
	{},
};

/* Nova, "Get Availability Zone Information". */
static const EcsJsonField fields[] = {
	{ "zoneName", ECS_JSON_STRING, ECS_JSON_AT(EcsZone, name), .required = true },
	{ "zoneState", ECS_JSON_OBJECT, .sub = state_fields },
	{},
};

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsZone *zone = ecs_builder_begin(builder, sizeof(EcsZone));
	if (!ecs_json_decode(json, fields, zone, builder) || strcmp(zone->name, "internal") == 0)
		return NULL;
	return ecs_builder_finish(builder, "");
}

EcsZone *ecs_zone_ref(EcsZone *zone)
{
	return ecs_object_ref(zone);
}

void ecs_zone_unref(EcsZone *zone)
{
	ecs_object_unref(zone);
}

static const char *zone_name(const void *object)
{
	return ((const EcsZone *)object)->name;
}

#define PATH "/v2.1/{p}/os-availability-zone"

static const EcsListType zone_list = {
	.what = "availability zones",
	.key = "availabilityZoneInfo",
	.route[ECS_DIALECT_NATIVE] = { "compute", PATH },
	.route[ECS_DIALECT_NOVA] = { "compute", PATH },
	.decode = decode,
	.id = zone_name,
};

void ecs_zone_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &zone_list, cancellable, done, data);
}
