/* SPDX-License-Identifier: MIT */
/* images - what servers are made from. */
#include "client/image.h"
#include "fs/list.h"
#include "fs/view.h"

static const EcsfsKind image_kind;

static const char *image_id(const void *item)
{
	return ((const EcsImage *)item)->id;
}

static const char *image_name(const void *item)
{
	return ((const EcsImage *)item)->name;
}

static bool image_same(const void *a, const void *b)
{
	return ecs_image_same(a, b);
}

static int64_t image_updated(const void *item)
{
	return ((const EcsImage *)item)->updated;
}

static const EcsfsClass images_class = {
	.name = "images",
	.kind = &image_kind,
	.ttl_s = 300,
	.list = ecs_image_list,
	.id = image_id,
	.name_of = image_name,
	.same = image_same,
	.updated = image_updated,
	.unref = (void (*)(void *))ecs_image_unref,
};

static EcsfsCollection *images_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &images_class, ecsfs_view_scope(view));
}

static bool json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecs_image_json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}

static const EcsfsAttr image_attrs[] = {
	{ "created", 0444, SHOW_TIME(EcsImage, created), .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsImage, description), .help = "free text" },
	{ "disk_format", 0444, SHOW_STRING(EcsImage, disk_format),
	  .help = "zvhd2, vhd, raw, qcow2 or iso" },
	{ "environment", 0444, SHOW_STRING(EcsImage, environment),
	  .help = "FusionCompute: for servers; Ironic, DataImage, IsoImage: not" },
	{ "id", 0444, SHOW_STRING(EcsImage, id), .help = "id, as template/image wants it" },
	{ "json", 0444, json_show, .help = "the API's own document" },
	{ "min_disk_gb", 0444, SHOW_INT(EcsImage, min_disk_gb),
	  .help = "smallest system disk for it, GiB" },
	{ "min_ram_mb", 0444, SHOW_INT(EcsImage, min_ram_mb),
	  .help = "least memory of a server for it, MiB; 0: any" },
	{ "name", 0444, SHOW_STRING(EcsImage, name), .help = "name" },
	{ "origin", 0444, SHOW_STRING(EcsImage, origin),
	  .help = "what it was made from: `instance,<server>`, `file,<object>`, ..." },
	{ "os", 0444, SHOW_STRING(EcsImage, os_type), .help = "Linux, Windows or Other" },
	{ "os_bit", 0444, SHOW_STRING(EcsImage, os_bit), .help = "64 or 32" },
	{ "os_version", 0444, SHOW_STRING(EcsImage, os_version),
	  .help = "operating system and its version" },
	{ "owner", 0444, SHOW_STRING(EcsImage, owner),
	  .help = "id of the project that it belongs to" },
	{ "platform", 0444, SHOW_STRING(EcsImage, platform), .help = "Ubuntu, CentOS, ..." },
	{ "protected", 0444, SHOW_BOOL(EcsImage, protected),
	  .help = "true if it cannot be deleted" },
	{ "size_bytes", 0444, SHOW_INT64(EcsImage, size), .help = "size, bytes; 0: not told" },
	{ "status", 0444, SHOW_STRING(EcsImage, status),
	  .help = "queued, saving, active, deleted or killed" },
	{ "updated", 0444, SHOW_TIME(EcsImage, updated), .help = "when it last changed" },
	{ "visibility", 0444, SHOW_STRING(EcsImage, visibility),
	  .help = "public, private or shared" },
	{}
};

static const EcsfsKind image_kind = {
	.name = "<image>",
	.help = "an image",
	.attrs = image_attrs,
};

const EcsfsKind ecsfs_images = {
	.name = "images",
	.entry = &image_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = images_collection,
};
