/* SPDX-License-Identifier: MIT */
#include "client/image.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

#define AT(member) ECS_JSON_AT(EcsImage, member)

/* IMS reference, "Querying Images": what begins with __ is a string, also numbers. */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "status", ECS_JSON_SHARED, AT(status) },
	{ "visibility", ECS_JSON_SHARED, AT(visibility) },
	{ "__description", ECS_JSON_STRING, AT(description) },
	{ "__os_type", ECS_JSON_SHARED, AT(os_type) },
	{ "__platform", ECS_JSON_SHARED, AT(platform) },
	{ "__os_version", ECS_JSON_SHARED, AT(os_version) },
	{ "__os_bit", ECS_JSON_SHARED, AT(os_bit) },
	{ "virtual_env_type", ECS_JSON_SHARED, AT(environment) },
	{ "disk_format", ECS_JSON_SHARED, AT(disk_format) },
	{ "owner", ECS_JSON_SHARED, AT(owner) },
	{ "__data_origin", ECS_JSON_STRING, AT(origin) },
	{ "protected", ECS_JSON_BOOL, AT(protected) },
	{ "min_disk", ECS_JSON_INT, AT(min_disk_gb) },
	{ "min_ram", ECS_JSON_INT, AT(min_ram_mb) },
	{ "__image_size", ECS_JSON_INT64, AT(size) },
	{ "created_at", ECS_JSON_TIME, AT(created) },
	{ "updated_at", ECS_JSON_TIME, AT(updated) },
	{},
};

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsImage *image = ecs_builder_begin(builder, sizeof(EcsImage));
	if (!ecs_json_decode(json, fields, image, builder))
		return NULL;
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsImage *ecs_image_ref(EcsImage *image)
{
	return ecs_object_ref(image);
}

void ecs_image_unref(EcsImage *image)
{
	ecs_object_unref(image);
}

void ecs_image_json(const EcsImage *image, GString *out)
{
	ecs_object_json(image, out);
}

bool ecs_image_same(const EcsImage *a, const EcsImage *b)
{
	return ecs_object_same(a, b);
}

static const char *image_id(const void *object)
{
	return ((const EcsImage *)object)->id;
}

#define PAGE_SIZE 500 /* the API's default, said all the same */

static const EcsListType image_list = {
	.what = "images",
	.key = "images",
	.route[ECS_DIALECT_NATIVE] = { "image", "/v2/cloudimages?limit=500{m}" },
	.page_size = PAGE_SIZE,
	.decode = decode,
	.id = image_id,
};

void ecs_image_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &image_list, cancellable, done, data);
}
