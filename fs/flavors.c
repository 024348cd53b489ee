/* SPDX-License-Identifier: MIT */
/* flavors - the sizes in which servers are sold, and, per zone, links to those on sale there. */
#include "client/flavor.h"
#include "fs/list.h"
#include "fs/map.h"
#include "fs/name.h"
#include "fs/view.h"
#include "fs/zones.h"

static const EcsfsKind flavor_kind;

static const char *flavor_id(const void *item)
{
	return ((const EcsFlavor *)item)->id;
}

static bool flavor_same(const void *a, const void *b)
{
	return ecs_flavor_same(a, b);
}

static const EcsfsClass flavors_class = {
	.name = "flavors",
	.kind = &flavor_kind,
	.ttl_s = 300,
	.list = ecs_flavor_list,
	.id = flavor_id,
	.json = ECSFS_JSON(ecs_flavor_json),
	.same = flavor_same,
	.unref = (void (*)(void *))ecs_flavor_unref,
};

static EcsfsCollection *flavors_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &flavors_class, ecsfs_view_scope(view));
}

static bool azs_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	EcsScope *scope = ecsfs_collection_scope(view->collection);
	EcsfsSnapshot *zones = ecsfs_view_snapshot(view, ecsfs_zones_collection(view->fs, scope));

	if (zones == NULL)
		return false;
	for (size_t i = 0; i < zones->n; i++) {
		g_autofree char *state = ecs_flavor_zone_state(view->item, zones->by_id[i]->id);
		g_autofree char *line = g_strdup_printf("%s %s", zones->by_id[i]->id, state);
		ecsfs_value(out, line);
	}
	return true;
}

static bool gpu_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsFlavor *flavor = view->item;
	const char *gpu = ecs_pairs_get(&flavor->extra_specs, "pci_passthrough:alias");

	if (gpu != NULL)
		ecsfs_value(out, gpu);
	return true;
}

static const EcsfsAttr flavor_attrs[] = {
	{ "azs", 0444, azs_show, .help = "sale state per zone: `zone state`, one a line",
	  .needs = ECS_HAS_ECS },
	{ "disk_gb", 0444, SHOW_INT(EcsFlavor, disk_gb), .help = "local disk, GiB; 0: EVS disks" },
	{ "gpu", 0444, gpu_show, .help = "passed-through accelerators, `name:count`; empty: none" },
	{ "id", 0444, SHOW_STRING(EcsFlavor, id), .help = "id, as template/flavor wants it" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0444, SHOW_STRING(EcsFlavor, name), .help = "name" },
	{ "ram_mb", 0444, SHOW_INT64(EcsFlavor, ram_mb), .help = "memory, MiB" },
	{ "state", 0444, SHOW_STRING(EcsFlavor, state),
	  .help = "sale state where a zone has none of its own", .needs = ECS_HAS_ECS },
	{ "vcpus", 0444, SHOW_INT(EcsFlavor, vcpus), .help = "virtual CPUs" },
	{}
};

static const EcsfsAttr spec_row = {
	"<key>",
	0444,
	ecsfs_map_show,
	.field = PAIRS_AT(EcsFlavor, extra_specs),
	.help = "value of that extra spec",
};

static const EcsfsKind extra_specs_kind = {
	.name = "extra_specs",
	.find = ecsfs_map_find,
	.list = ecsfs_map_list,
	.pairs = PAIRS_AT(EcsFlavor, extra_specs),
	.row = &spec_row,
};

static const EcsfsChild flavor_children[] = {
	{ "extra_specs", &extra_specs_kind, "what the cloud says of it beside its size" }, {}
};

static const EcsfsKind flavor_kind = {
	.name = "<flavor>",
	.help = "a flavor",
	.attrs = flavor_attrs,
	.children = flavor_children,
};

const EcsfsKind ecsfs_flavors = {
	.name = "flavors",
	.entry = &flavor_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = flavors_collection,
};

static bool link_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(view->record->id, view->record->id);

	g_string_append_printf(out, "../../flavors/%s", name);
	return true;
}

static const EcsfsLink flavor_link = { "<flavor>", link_target, "a flavor on sale in this zone" };

static EcsfsEntry link_entry(EcsfsCollection *collection, const char *name, EcsfsRecord *record)
{
	return (EcsfsEntry){
		.name = name,
		.link = &flavor_link,
		.id = record->id,
		.collection = collection,
		.record = record,
	};
}

static bool zone_flavors_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsCollection *flavors = flavors_collection(view);
	g_autofree char *id = ecsfs_name_unescape(name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	EcsfsRecord *record = ecsfs_view_find(view, flavors, id);
	if (record != NULL && ecs_flavor_on_sale(record->item, ecsfs_view_zone(view)))
		*entry = link_entry(flavors, name, record);
	return record != NULL || !ecsfs_view_waits(view);
}

static bool zone_flavors_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	EcsfsCollection *flavors = flavors_collection(view);
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, flavors);

	if (snapshot == NULL)
		return false;
	for (size_t i = 0; i < snapshot->n; i++) {
		EcsfsRecord *record = snapshot->by_id[i];
		if (!ecs_flavor_on_sale(record->item, ecsfs_view_zone(view)))
			continue;
		g_autofree char *name = ecsfs_name_escape(record->id, record->id);
		EcsfsEntry entry = link_entry(flavors, name, record);
		emit(&entry, data);
	}
	return true;
}

const EcsfsKind ecsfs_zone_flavors = {
	.name = "flavors",
	.entry_link = &flavor_link,
	.find = zone_flavors_find,
	.list = zone_flavors_list,
	.collection = flavors_collection,
};
