/* SPDX-License-Identifier: MIT */
/* vpcs - the project's networks, and in each its subnets. */
#include "client/vpc.h"

#include <string.h>

#include "fs/list.h"
#include "fs/name.h"
#include "fs/view.h"

static const EcsfsKind vpc_kind, subnet_kind;

static const char *vpc_id(const void *item)
{
	return ((const EcsVpc *)item)->id;
}

static const char *vpc_name(const void *item)
{
	return ((const EcsVpc *)item)->name;
}

static int64_t vpc_updated(const void *item)
{
	return ((const EcsVpc *)item)->updated;
}

static bool vpc_same(const void *a, const void *b)
{
	return ecs_vpc_same(a, b);
}

static const char *subnet_id(const void *item)
{
	return ((const EcsSubnet *)item)->id;
}

static const char *subnet_name(const void *item)
{
	return ((const EcsSubnet *)item)->name;
}

static int64_t subnet_updated(const void *item)
{
	return ((const EcsSubnet *)item)->updated;
}

static bool subnet_same(const void *a, const void *b)
{
	return ecs_subnet_same(a, b);
}

static const EcsfsClass vpcs_class = {
	.name = "vpcs",
	.kind = &vpc_kind,
	.list = ecs_vpc_list,
	.id = vpc_id,
	.name_of = vpc_name,
	.updated = vpc_updated,
	.same = vpc_same,
	.unref = (void (*)(void *))ecs_vpc_unref,
};

static const EcsfsClass subnets_class = {
	.name = "subnets",
	.kind = &subnet_kind,
	.list = ecs_subnet_list,
	.id = subnet_id,
	.name_of = subnet_name,
	.updated = subnet_updated,
	.same = subnet_same,
	.unref = (void (*)(void *))ecs_subnet_unref,
};

static EcsfsCollection *vpcs_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &vpcs_class, ecsfs_view_scope(view));
}

static EcsfsCollection *subnets_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &subnets_class, ecsfs_view_scope(view));
}

static bool vpc_json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecs_vpc_json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}

static bool subnet_json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecs_subnet_json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}

static bool dns_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubnet *subnet = view->item;

	ecsfs_value(out, subnet->dns1);
	ecsfs_value(out, subnet->dns2);
	return true;
}

static const EcsfsAttr subnet_attrs[] = {
	{ "cidr", 0444, SHOW_STRING(EcsSubnet, cidr), .help = "its addresses, as 10.0.1.0/24" },
	{ "created", 0444, SHOW_TIME(EcsSubnet, created),
	  .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsSubnet, description), .help = "free text" },
	{ "dhcp", 0444, SHOW_BOOL(EcsSubnet, dhcp), .help = "true if it has a DHCP server" },
	{ "dns", 0444, dns_show, .help = "addresses of its name servers, one a line" },
	{ "gateway", 0444, SHOW_STRING(EcsSubnet, gateway), .help = "address of its gateway" },
	{ "id", 0444, SHOW_STRING(EcsSubnet, id), .help = "id, as template/subnet wants it" },
	{ "json", 0444, subnet_json_show, .help = "the API's own document" },
	{ "name", 0444, SHOW_STRING(EcsSubnet, name), .help = "name" },
	{ "status", 0444, SHOW_STRING(EcsSubnet, status), .help = "ACTIVE, UNKNOWN or ERROR" },
	{ "updated", 0444, SHOW_TIME(EcsSubnet, updated), .help = "when it last changed" },
	{ "zone", 0444, SHOW_STRING(EcsSubnet, zone),
	  .help = "zone that it was made for; servers of all zones can be in it" },
	{}
};

static const EcsfsKind subnet_kind = {
	.name = "<subnet>",
	.help = "a subnet",
	.attrs = subnet_attrs,
};

/* The directory lies in a VPC: only what is in that is here. */
static bool is_here(const EcsfsView *view, const EcsfsRecord *record)
{
	const EcsSubnet *subnet = record->item;

	return strcmp(subnet->vpc, view->record->id) == 0;
}

static bool subnets_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsEntry found = { 0 };

	if (!ecsfs_list_find(view, name, &found))
		return false;
	if (found.name != NULL && is_here(view, found.record))
		*entry = found;
	return true;
}

typedef struct {
	const EcsfsView *view;
	EcsfsEmit emit;
	void *data;
} Filter;

static void emit_here(const EcsfsEntry *entry, void *data)
{
	const Filter *filter = data;

	if (is_here(filter->view, entry->record))
		filter->emit(entry, filter->data);
}

static bool subnets_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	Filter filter = { view, emit, data };

	return ecsfs_list_list(view, emit_here, &filter);
}

static const EcsfsKind subnets_kind = {
	.name = "subnets",
	.entry = &subnet_kind,
	.find = subnets_find,
	.list = subnets_list,
	.collection = subnets_collection,
};

static const EcsfsAttr vpc_attrs[] = {
	{ "cidr", 0444, SHOW_STRING(EcsVpc, cidr),
	  .help = "addresses that its subnets are taken from; empty: any" },
	{ "created", 0444, SHOW_TIME(EcsVpc, created), .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsVpc, description), .help = "free text" },
	{ "id", 0444, SHOW_STRING(EcsVpc, id), .help = "id, as template/vpc wants it" },
	{ "json", 0444, vpc_json_show, .help = "the API's own document" },
	{ "name", 0444, SHOW_STRING(EcsVpc, name), .help = "name" },
	{ "status", 0444, SHOW_STRING(EcsVpc, status), .help = "CREATING, OK, DOWN or ERROR" },
	{ "updated", 0444, SHOW_TIME(EcsVpc, updated), .help = "when it last changed" },
	{}
};

static const EcsfsChild vpc_children[] = { { "subnets", &subnets_kind, "its subnets" }, {} };

static const EcsfsKind vpc_kind = {
	.name = "<vpc>",
	.help = "a VPC",
	.attrs = vpc_attrs,
	.children = vpc_children,
};

const EcsfsKind ecsfs_vpcs = {
	.name = "vpcs",
	.entry = &vpc_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = vpcs_collection,
};
