/* SPDX-License-Identifier: MIT */
#include "client/image.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/call.h"
#include "client/image_call.h"
#include "client/json.h"
#include "client/list.h"
#include "client/object.h"
#include "client/single.h"

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

/* Glance's API reference, "Show image", and its "Useful image properties". */
static const EcsJsonField glance_fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "status", ECS_JSON_SHARED, AT(status) },
	{ "visibility", ECS_JSON_SHARED, AT(visibility) },
	{ "description", ECS_JSON_STRING, AT(description) },
	{ "os_type", ECS_JSON_SHARED, AT(os_type) },
	{ "os_distro", ECS_JSON_SHARED, AT(platform) },
	{ "os_version", ECS_JSON_SHARED, AT(os_version) },
	{ "architecture", ECS_JSON_SHARED, AT(os_bit) },
	{ "", ECS_JSON_SHARED, AT(environment) },
	{ "disk_format", ECS_JSON_SHARED, AT(disk_format) },
	{ "owner", ECS_JSON_SHARED, AT(owner) },
	{ "", ECS_JSON_STRING, AT(origin) },
	{ "protected", ECS_JSON_BOOL, AT(protected) },
	{ "min_disk", ECS_JSON_INT, AT(min_disk_gb) },
	{ "min_ram", ECS_JSON_INT, AT(min_ram_mb) },
	{ "size", ECS_JSON_INT64, AT(size) },
	{ "created_at", ECS_JSON_TIME, AT(created) },
	{ "updated_at", ECS_JSON_TIME, AT(updated) },
	{},
};

static EcsImage *decode_by(EcsJson *json, const EcsJsonField *table, EcsBuilder *builder)
{
	EcsImage *image = ecs_builder_begin(builder, sizeof(EcsImage));
	if (!ecs_json_decode(json, table, image, builder))
		return NULL;
	/* Nova's mark on what it makes of a server; in IMS it is in __data_origin. */
	const char *server = ecs_json_get_text(json, "instance_uuid");
	if (!*image->origin && *server) {
		g_autofree char *origin = g_strconcat("instance,", server, NULL);
		ecs_builder_string(builder, &image->origin, origin, strlen(origin));
	}
	ecs_json_tags(ecs_json_get(json, "tags"), &image->tags, builder);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsImage *ecs_image_decode(EcsJson *json, EcsBuilder *builder)
{
	return decode_by(json, fields, builder);
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	return ecs_image_decode(json, builder);
}

static void *decode_glance(EcsJson *json, EcsBuilder *builder)
{
	return decode_by(json, glance_fields, builder);
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

#define GLANCE "/v2/images"
#define GLANCE_PAGE 1000 /* the most */
#define PAGE_SIZE 500	 /* the API's default, said all the same */

static const EcsListType image_list = {
	.what = "images",
	.key = "images",
	.route = {
		[ECS_DIALECT_NATIVE] = { "image", "/v2/cloudimages?limit=500{m}" },
		[ECS_DIALECT_NOVA] = { "image", GLANCE "?limit=1000{m}", .linked = true,
				       .decode = decode_glance, .page_size = GLANCE_PAGE },
	},
	.page_size = PAGE_SIZE,
	.decode = decode,
	.id = image_id,
};

void ecs_image_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &image_list, cancellable, done, data);
}

static const EcsListType offer_list = {
	.what = "image offers",
	.key = "images",
	.route = {
		[ECS_DIALECT_NATIVE] = { "image", "/v2/cloudimages?limit=500&member_status=pending"
						  "&visibility=shared{m}" },
		[ECS_DIALECT_NOVA] = { "image",
				       GLANCE "?limit=1000&member_status=pending&visibility=shared{m}",
				       .linked = true, .decode = decode_glance,
				       .page_size = GLANCE_PAGE },
	},
	.page_size = PAGE_SIZE,
	.decode = decode,
	.id = image_id,
};

void ecs_image_list_offers(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &offer_list, cancellable, done, data);
}

typedef struct {
	EcsImageDone done;
	void *data;
	char *id;
} Single;

static void finish(Single *single, EcsImage *image, const GError *error)
{
	single->done(image, error, single->data);
	g_free(single->id);
	g_free(single);
}

/* Glance's answer is the object itself. */
static EcsImage *take(EcsJson *json, EcsDialect dialect, bool *none)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	const EcsJson *list = ecs_json_get(json, "images");
	EcsJson *first = (EcsJson *)ecs_json_first(list);
	*none = dialect == ECS_DIALECT_NATIVE && list && !first;
	if (dialect == ECS_DIALECT_NATIVE)
		return first ? decode(first, builder) : NULL;
	return decode_glance(json, builder);
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	Single *single = data;
	if (error) {
		finish(single, NULL, error);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	bool none = false;
	EcsImage *image = json ? take(json, reply->dialect, &none) : NULL;
	if (json && !image && none)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_NOT_FOUND, "image %s: there is none",
			    single->id);
	else if (json && !image)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "image %s: the answer is not usable", single->id);
	finish(single, image, wrong);
}

void ecs_image_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsImageDone done,
		   void *data)
{
	Single *single = g_new(Single, 1);
	*single = (Single){ done, data, g_strdup(id) };
	/* IMS: of the list, so that the document is the same; its Glance tells less. */
	EcsCallSpec call =
		ecs_single_spec("image", id, "image", "GET", "/v2/cloudimages?id={id}", NULL);
	ecs_single_nova(&call, id, "image", "GET", GLANCE "/{id}", NULL);
	ecs_call_start(scope, call, cancellable, replied, single);
}
