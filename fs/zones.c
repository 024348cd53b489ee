/* SPDX-License-Identifier: MIT */
#include "fs/zones.h"

#include <string.h>

#include "client/zone.h"
#include "fs/events.h"
#include "fs/list.h"
#include "fs/network.h"
#include "fs/server_groups.h"
#include "fs/server_template.h"
#include "fs/view.h"
#include "fs/volumes.h"

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

char *ecsfs_zones_place(EcsfsFs *fs, EcsScope *scope, const char *zone)
{
	if (*zone != '\0')
		return g_strdup(zone);
	EcsfsSnapshot *zones = ecsfs_collection_peek(ecsfs_zones_collection(fs, scope));
	if (zones == NULL)
		return NULL;
	char *first = zones->n > 0 ? g_strdup(zones->by_id[0]->id) : NULL;
	ecsfs_snapshot_unref(zones);
	return first;
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
	{ "drafts", &ecsfs_server_drafts, "servers that are only planned; mv makes them" },
	{ "export", &ecsfs_export, "the zone's servers for other tools" },
	{ "flavors", &ecsfs_zone_flavors, "links to the flavors on sale in this zone" },
	{ "servers", &ecsfs_servers, "the servers in this zone" },
	{ "template", &ecsfs_template, "what a new server starts from", ecsfs_template_object },
	{ "volume_template", &ecsfs_volume_template, "what a new volume starts from",
	  ecsfs_volume_template_object, .needs = ECS_HAS_VOLUMES },
	{ "volumes", &ecsfs_volumes, "the disks in this zone", .needs = ECS_HAS_VOLUMES },
	{}
};

const EcsfsKind ecsfs_zone = {
	.name = "<az>",
	.help = "an availability zone",
	.attrs = zone_attrs,
	.children = zone_children,
	.row = &ecsfs_events_row,
	.find = ecsfs_events_find,
	.list = ecsfs_events_list,
	.zone = true,
	.place = true,
};

static EcsfsCollection *region_collection(EcsfsView *view)
{
	return ecsfs_zones_collection(view->fs, ecsfs_view_scope(view));
}

static const EcsfsChild region_children[] = {
	{ "bandwidth_template", &ecsfs_bandwidth_template,
	  "what mkdir in bandwidths/ makes a shared bandwidth from",
	  ecsfs_bandwidth_template_object, .needs = ECS_HAS_VPC },
	{ "bandwidths", &ecsfs_bandwidths, "how fast elastic IPs are", .needs = ECS_HAS_VPC },
	{ "bms", &ecsfs_bms, "bare metal servers", .needs = ECS_HAS_ECS },
	{ "eip_template", &ecsfs_eip_template, "what mkdir in eips/ makes an elastic IP from",
	  ecsfs_eip_template_object, .needs = ECS_HAS_NETWORK },
	{ "eips", &ecsfs_eips, "elastic IPs", .needs = ECS_HAS_NETWORK },
	{ "export", &ecsfs_export, "the region's servers for other tools" },
	{ "flavors", &ecsfs_flavors, "the sizes in which servers are sold" },
	{ "images", &ecsfs_images, "what servers are made from", .needs = ECS_HAS_IMAGES },
	{ "jobs", &ecsfs_jobs, "work that the cloud does behind a call", .needs = ECS_HAS_ECS },
	{ "keypairs", &ecsfs_keypairs, "the user's SSH keys for servers" },
	{ "port_template", &ecsfs_port_template, "what mkdir in ports/ makes a port from",
	  ecsfs_port_template_object, .needs = ECS_HAS_NETWORK },
	{ "ports", &ecsfs_ports, "where something is connected to a subnet",
	  .needs = ECS_HAS_NETWORK },
	{ "projects", &ecsfs_projects, "the projects that you can work in here", .once = true },
	{ "quotas", &ecsfs_quotas, "what the project may have, and has" },
	{ "security_groups", &ecsfs_security_groups, "which traffic reaches ports",
	  .needs = ECS_HAS_NETWORK },
	{ "server_group_template", &ecsfs_server_group_template,
	  "what a new server group starts from", ecsfs_server_group_template_object },
	{ "server_groups", &ecsfs_server_groups, "servers that are to run on different hosts" },
	{ "volume_types", &ecsfs_volume_types, "the kinds of disks that are sold",
	  .needs = ECS_HAS_VOLUMES },
	{ "vpc_template", &ecsfs_vpc_template, "what mkdir in vpcs/ makes a VPC from",
	  ecsfs_vpc_template_object, .needs = ECS_HAS_NETWORK },
	{ "vpcs", &ecsfs_vpcs, "the project's networks", .needs = ECS_HAS_NETWORK },
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
