/* SPDX-License-Identifier: MIT */
#include "fs/regions.h"

#include <string.h>

#include "client/region.h"
#include "fs/name.h"
#include "fs/view.h"

static const char *region_id(const void *item)
{
	return item;
}

static const EcsfsClass regions_class = {
	.name = "", /* in messages it is the cloud */
	.kind = &ecsfs_region,
	.list = ecs_region_list,
	.id = region_id,
	.unref = g_free,
};

EcsfsCollection *ecsfs_regions_collection(const EcsfsCloud *cloud)
{
	return ecsfs_cache_collection(cloud->fs->cache, &regions_class, cloud->scope);
}

static EcsfsCollection *regions_of(EcsfsView *view)
{
	return ecsfs_regions_collection(ecsfs_cloud_of(view->fs, ecsfs_view_scope(view)));
}

/* False: the view says why they are not known. */
static bool known(EcsfsView *view)
{
	return ecsfs_cloud_entered(ecsfs_cloud_of(view->fs, ecsfs_view_scope(view))) ||
	       ecsfs_view_snapshot(view, regions_of(view)) != NULL;
}

static char **regions_here(const EcsfsView *view)
{
	return ecs_client_regions(ecsfs_cloud_of(view->fs, ecsfs_view_scope(view))->client);
}

static EcsfsEntry region_entry(const EcsfsView *view, const char *name, const char *region)
{
	const EcsfsCloud *cloud = ecsfs_cloud_of(view->fs, ecsfs_view_scope(view));

	return (EcsfsEntry){
		.name = name,
		.kind = &ecsfs_region,
		.scope = ecs_client_scope(cloud->client, region, NULL),
	};
}

bool ecsfs_regions_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *region = ecsfs_name_unescape(name);

	if (region == NULL || ecsfs_name_probe(name))
		return true;
	if (!known(view))
		return false;
	g_auto(GStrv) regions = regions_here(view);
	if (g_strv_contains((const char *const *)regions, region))
		*entry = region_entry(view, name, region);
	return true;
}

bool ecsfs_regions_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	if (!known(view))
		return false;
	g_auto(GStrv) regions = regions_here(view);
	for (char **region = regions; *region != NULL; region++) {
		g_autofree char *name = ecsfs_name_escape(*region, *region);
		EcsfsEntry entry = region_entry(view, name, *region);
		emit(&entry, data);
	}
	return true;
}

const EcsfsKind ecsfs_regions = {
	.name = "<cloud>",
	.help = "a cloud",
	.entry = &ecsfs_region,
	.find = ecsfs_regions_find,
	.list = ecsfs_regions_list,
	.collection = regions_of,
};

void ecsfs_regions_look(const EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++) {
		g_autoptr(EcsfsFetch) fetch = NULL;
		g_autoptr(GError) error = NULL;
		int64_t fresh_us = 0;

		if (ecsfs_cloud_entered(&fs->clouds[i]))
			continue;
		ecsfs_snapshot_unref(ecsfs_collection_snapshot(
			ecsfs_regions_collection(&fs->clouds[i]), g_get_monotonic_time(), &fresh_us,
			&fetch, &error));
	}
}
