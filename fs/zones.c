/* SPDX-License-Identifier: MIT */
#include "fs/zones.h"

#include <string.h>

#include "client/zone.h"
#include "fs/list.h"
#include "fs/template.h"
#include "fs/view.h"

static const char *zone_id(const void *item)
{
	return ((const EcsZone *)item)->name;
}

static bool zone_same(const void *a, const void *b)
{
	return ((const EcsZone *)a)->available == ((const EcsZone *)b)->available;
}

static const EcsfsClass zones_class = {
	.name = "zones",
	.kind = &ecsfs_zone,
	.ttl_s = 60,
	.list = ecs_zone_list,
	.id = zone_id,
	.same = zone_same,
	.unref = (void (*)(void *))ecs_zone_unref,
};

EcsfsCollection *ecsfs_zones_collection(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_cache_collection(fs->cache, &zones_class, scope);
}

bool ecsfs_zones_here(EcsfsView *view, const char *zone, bool *here)
{
	*here = strcmp(zone, ecsfs_view_zone(view)) == 0;
	if (*here || *zone != '\0')
		return true;
	EcsfsSnapshot *zones =
		ecsfs_view_snapshot(view, ecsfs_zones_collection(view->fs, ecsfs_view_scope(view)));
	if (zones == NULL)
		return false;
	*here = zones->n > 0 && strcmp(zones->by_id[0]->id, ecsfs_view_zone(view)) == 0;
	return true;
}

static bool zone_status_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_value(out, ((const EcsZone *)view->item)->available ? "available" : "unavailable");
	return true;
}

static const EcsfsAttr zone_attrs[] = {
	{ "name", 0444, SHOW_STRING(EcsZone, name), .help = "name of the availability zone" },
	{ "status", 0444, zone_status_show, .help = "available or unavailable" },
	{}
};

static const EcsfsChild zone_children[] = {
	{ "flavors", &ecsfs_zone_flavors, "links to the flavors on sale in this zone" },
	{ "servers", &ecsfs_servers, "the servers in this zone" },
	{ "template", &ecsfs_template, "what a new server starts from", ecsfs_template_object },
	{}
};

const EcsfsKind ecsfs_zone = {
	.name = "<az>",
	.help = "an availability zone",
	.attrs = zone_attrs,
	.children = zone_children,
	.zone = true,
};

static EcsfsCollection *region_collection(EcsfsView *view)
{
	return ecsfs_zones_collection(view->fs, ecsfs_view_scope(view));
}

static const EcsfsChild region_children[] = {
	{ "flavors", &ecsfs_flavors, "the sizes in which servers are sold" },
	{ "images", &ecsfs_images, "what servers are made from" },
	{ "jobs", &ecsfs_jobs, "work that the cloud does behind a call" },
	{ "quotas", &ecsfs_quotas, "what the project may have, and has" },
	{ "vpcs", &ecsfs_vpcs, "the project's networks" },
	{}
};

const EcsfsKind ecsfs_region = {
	.name = "<region>",
	.help = "a region of the cloud",
	.entry = &ecsfs_zone,
	.children = region_children,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = region_collection,
};
