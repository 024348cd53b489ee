/* SPDX-License-Identifier: MIT */
/* volume_types - the kinds of disks that are sold. */
#include "client/volume.h"
#include "fs/list.h"
#include "fs/view.h"
#include "fs/volumes.h"

static const EcsfsKind type_kind;

static const char *type_name(const void *item)
{
	return ((const EcsVolumeType *)item)->name;
}

static bool type_same(const void *a, const void *b)
{
	return ecs_volume_type_same(a, b);
}

static const EcsfsClass types_class = {
	.name = "volume_types",
	.kind = &type_kind,
	.ttl_s = 300,
	.list = ecs_volume_type_list,
	.id = type_name,
	.json = ECSFS_JSON(ecs_volume_type_json),
	.same = type_same,
	.unref = (void (*)(void *))ecs_volume_type_unref,
};

EcsfsCollection *ecsfs_volume_types_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &types_class, ecsfs_view_scope(view));
}

/* "a,b": one a line. */
static bool show_each(const char *list, GString *out)
{
	g_auto(GStrv) names = g_strsplit(list, ",", -1);

	for (char **name = names; *name != NULL; name++)
		ecsfs_value(out, g_strstrip(*name));
	return true;
}

static bool zones_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return show_each(((const EcsVolumeType *)view->item)->zones, out);
}

static bool sold_out_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return show_each(((const EcsVolumeType *)view->item)->sold_out, out);
}

static const EcsfsAttr type_attrs[] = {
	{ "description", 0444, SHOW_STRING(EcsVolumeType, description), .help = "free text" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0444, SHOW_STRING(EcsVolumeType, name),
	  .help = "name, as volume_template/type wants it" },
	{ "sold_out", 0444, sold_out_show,
	  .help = "zones where nothing of it is left, one a line", .needs = ECS_HAS_EVS },
	{ "zones", 0444, zones_show, .help = "zones that have it, one a line; empty: not told",
	  .needs = ECS_HAS_EVS },
	{}
};

static const EcsfsKind type_kind = {
	.name = "<volume_type>",
	.help = "a type of disks",
	.attrs = type_attrs,
};

const EcsfsKind ecsfs_volume_types = {
	.name = "volume_types",
	.entry = &type_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_volume_types_collection,
};
