/* SPDX-License-Identifier: MIT */
#include "client/volume.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"
#include "client/single.h"
#include "client/volume_call.h"

#define AT(member) ECS_JSON_AT(EcsVolume, member)

static const EcsJsonField image_fields[] = {
	{ "image_id", ECS_JSON_SHARED, AT(image) },
	{ "image_name", ECS_JSON_SHARED, AT(image_name) },
	{},
};

/* EVS reference, "Querying Details About All EVS Disks". */
static const EcsJsonField volume_fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "description", ECS_JSON_STRING, AT(description) },
	{ "status", ECS_JSON_SHARED, AT(status) },
	{ "size", ECS_JSON_INT, AT(size_gb) },
	{ "volume_type", ECS_JSON_SHARED, AT(type) },
	{ "availability_zone", ECS_JSON_SHARED, AT(zone) },
	{ "bootable", ECS_JSON_BOOL, AT(bootable) },
	{ "multiattach", ECS_JSON_BOOL, AT(shared) },
	{ "encrypted", ECS_JSON_BOOL, AT(encrypted) },
	{ "snapshot_id", ECS_JSON_STRING, AT(snapshot) },
	{ "source_volid", ECS_JSON_STRING, AT(source) },
	{ "volume_image_metadata", ECS_JSON_OBJECT, .sub = image_fields },
	{ "wwn", ECS_JSON_STRING, AT(wwn) },
	{ "service_type", ECS_JSON_SHARED, AT(service) },
	{ "user_id", ECS_JSON_SHARED, AT(user_id) },
	{ "os-vol-tenant-attr:tenant_id", ECS_JSON_SHARED, AT(project_id) },
	{ "enterprise_project_id", ECS_JSON_SHARED, AT(enterprise_project_id) },
	{ "created_at", ECS_JSON_TIME, AT(created) },
	{ "updated_at", ECS_JSON_TIME, AT(updated) },
	{ "metadata", ECS_JSON_PAIRS, AT(metadata) },
	{ "tags", ECS_JSON_PAIRS, AT(tags) },
	{},
};

static const EcsJsonField attachment_fields[] = {
	{ "server_id", ECS_JSON_STRING, ECS_JSON_AT(EcsAttachment, server), .required = true },
	{ "device", ECS_JSON_SHARED, ECS_JSON_AT(EcsAttachment, device) },
	{ "attached_at", ECS_JSON_TIME, ECS_JSON_AT(EcsAttachment, since) },
	{},
};

/* EVS reference, "Querying Details About All Snapshots". */
static const EcsJsonField snapshot_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsSnapshot, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsSnapshot, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsSnapshot, description) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsSnapshot, status) },
	{ "os-extended-snapshot-attributes:progress", ECS_JSON_SHARED,
	  ECS_JSON_AT(EcsSnapshot, progress) },
	{ "volume_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsSnapshot, volume) },
	{ "size", ECS_JSON_INT, ECS_JSON_AT(EcsSnapshot, size_gb) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSnapshot, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSnapshot, updated) },
	{},
};

static const EcsJsonField spec_fields[] = {
	{ "RESKEY:availability_zones", ECS_JSON_STRING, ECS_JSON_AT(EcsVolumeType, zones) },
	{ "os-vendor-extended:sold_out_availability_zones", ECS_JSON_STRING,
	  ECS_JSON_AT(EcsVolumeType, sold_out) },
	{},
};

/* EVS reference, "Querying EVS Disk Types". */
static const EcsJsonField type_fields[] = {
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsVolumeType, name), .required = true },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsVolumeType, description) },
	{ "extra_specs", ECS_JSON_OBJECT, .sub = spec_fields },
	{},
};

static void decode_attachments(EcsVolume *volume, const cJSON *list, EcsBuilder *builder)
{
	const cJSON *json;
	if (!cJSON_IsArray(list))
		return;
	EcsAttachment *attachments =
		ecs_builder_array(builder, &volume->attachments, (size_t)cJSON_GetArraySize(list),
				  sizeof(EcsAttachment));
	cJSON_ArrayForEach (json, list)
		if (ecs_json_decode(json, attachment_fields, &attachments[volume->n_attachments],
				    builder))
			volume->n_attachments++;
}

void *ecs_volume_decode(EcsJson *json, EcsBuilder *builder)
{
	EcsVolume *volume = ecs_builder_begin(builder, sizeof(EcsVolume));
	if (!ecs_json_decode(json, volume_fields, volume, builder))
		return NULL;
	decode_attachments(volume, cJSON_GetObjectItemCaseSensitive(json, "attachments"), builder);
	volume->wwn += strspn(volume->wwn, " "); /* the API puts one in front */
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

void *ecs_snapshot_decode(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, snapshot_fields, sizeof(EcsSnapshot), builder);
}

static void *decode_type(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, type_fields, sizeof(EcsVolumeType), builder);
}

EcsVolume *ecs_volume_ref(EcsVolume *volume)
{
	return ecs_object_ref(volume);
}

void ecs_volume_unref(EcsVolume *volume)
{
	ecs_object_unref(volume);
}

void ecs_volume_json(const EcsVolume *volume, GString *out)
{
	ecs_object_json(volume, out);
}

bool ecs_volume_same(const EcsVolume *a, const EcsVolume *b)
{
	return ecs_object_same(a, b);
}

bool ecs_volume_encrypted(const EcsVolume *volume)
{
	return volume->encrypted ||
	       g_strcmp0(ecs_pairs_get(&volume->metadata, "__system__encrypted"), "1") == 0;
}

bool ecs_volume_scsi(const EcsVolume *volume)
{
	return g_strcmp0(ecs_pairs_get(&volume->metadata, "hw:passthrough"), "true") == 0;
}

EcsSnapshot *ecs_snapshot_ref(EcsSnapshot *snapshot)
{
	return ecs_object_ref(snapshot);
}

void ecs_snapshot_unref(EcsSnapshot *snapshot)
{
	ecs_object_unref(snapshot);
}

void ecs_snapshot_json(const EcsSnapshot *snapshot, GString *out)
{
	ecs_object_json(snapshot, out);
}

bool ecs_snapshot_same(const EcsSnapshot *a, const EcsSnapshot *b)
{
	return ecs_object_same(a, b);
}

EcsVolumeType *ecs_volume_type_ref(EcsVolumeType *type)
{
	return ecs_object_ref(type);
}

void ecs_volume_type_unref(EcsVolumeType *type)
{
	ecs_object_unref(type);
}

void ecs_volume_type_json(const EcsVolumeType *type, GString *out)
{
	ecs_object_json(type, out);
}

bool ecs_volume_type_same(const EcsVolumeType *a, const EcsVolumeType *b)
{
	return ecs_object_same(a, b);
}

static const char *volume_id(const void *object)
{
	return ((const EcsVolume *)object)->id;
}

static const char *snapshot_id(const void *object)
{
	return ((const EcsSnapshot *)object)->id;
}

static const char *type_name(const void *object)
{
	return ((const EcsVolumeType *)object)->name;
}

#define PAGE_SIZE 1000 /* the API's most, and its default */

static const EcsListType volume_list = {
	.what = "volumes",
	.key = "volumes",
	.route = {
		[ECS_DIALECT_NATIVE] = { "evs", "/v2/{p}/cloudvolumes/detail?limit=1000{o}" },
		[ECS_DIALECT_NOVA] = { "volumev3", "/v3/{p}/volumes/detail?limit=1000{m}",
				       .linked = true },
	},
	.page_size = PAGE_SIZE,
	.decode = ecs_volume_decode,
	.id = volume_id,
};

static const EcsListType snapshot_list = {
	.what = "snapshots",
	.key = "snapshots",
	.route = {
		[ECS_DIALECT_NATIVE] = { "evs", "/v2/{p}/cloudsnapshots/detail?limit=1000{o}" },
		[ECS_DIALECT_NOVA] = { "volumev3", "/v3/{p}/snapshots/detail?limit=1000{m}",
				       .linked = true },
	},
	.page_size = PAGE_SIZE,
	.decode = ecs_snapshot_decode,
	.id = snapshot_id,
};

static const EcsListType type_list = {
	.what = "volume types",
	.key = "volume_types",
	.route = { [ECS_DIALECT_NATIVE] = { "evs", "/v2/{p}/types" },
		   [ECS_DIALECT_NOVA] = { "volumev3", "/v3/{p}/types" } },
	.decode = decode_type,
	.id = type_name,
};

void ecs_volume_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &volume_list, cancellable, done, data);
}

void ecs_snapshot_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &snapshot_list, cancellable, done, data);
}

void ecs_volume_type_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &type_list, cancellable, done, data);
}
