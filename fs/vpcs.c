/* SPDX-License-Identifier: MIT */
/* vpcs - the project's networks, and in each its subnets. */
#include "client/vpc.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/network.h"
#include "fs/view.h"
#include "fs/wait.h"

#define ROUTES_MAX 8192 /* bytes: the 200 that a route table holds */

static const EcsfsKind vpc_kind;

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

static const char *const passing[] = { "CREATING", NULL };

static void vpc_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_vpc_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass vpcs_class = {
	.name = "vpcs",
	.kind = &vpc_kind,
	.list = ecs_vpc_list,
	.get = vpc_get,
	.id = vpc_id,
	.json = ECSFS_JSON(ecs_vpc_json),
	.name_of = vpc_name,
	.updated = vpc_updated,
	.same = vpc_same,
	.status = STRING_AT(EcsVpc, status),
	.passing = passing,
	.unref = (void (*)(void *))ecs_vpc_unref,
};

EcsfsCollection *ecsfs_vpcs_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &vpcs_class, ecsfs_view_scope(view));
}

static bool routes_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsVpc *vpc = view->item;

	for (size_t i = 0; i < vpc->n_routes; i++) {
		const EcsVpcRoute *route = &vpc->routes[i];
		g_autofree char *line =
			g_strdup_printf("%s %s", route->destination, route->next_hop);
		ecsfs_value(out, line);
	}
	return true;
}

static void update(EcsfsChange *change, const EcsVpcSpec *spec)
{
	ecs_vpc_update(change->node->scope, change->id, spec, change->cancellable,
		       ecsfs_change_accepted, change);
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	update(change, &(EcsVpcSpec){ .name = text });
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	update(change, &(EcsVpcSpec){ .description = text });
}

static void cidr_store(EcsfsChange *change, const char *text, size_t len)
{
	update(change, &(EcsVpcSpec){ .cidr = text });
}

static void routes_store(EcsfsChange *change, const char *text, size_t len)
{
	g_auto(GStrv) lines = ecsfs_lines(text);
	size_t n = g_strv_length(lines);
	g_autofree EcsVpcRoute *routes = g_new0(EcsVpcRoute, n + 1);

	for (size_t i = 0; i < n; i++) {
		char *next_hop = strpbrk(lines[i], " \t");
		if (next_hop == NULL || strpbrk(next_hop + 1, " \t") != NULL) {
			ecsfs_change_fail(change, EINVAL,
					  "\"%.255s\" is no route: write a destination and the "
					  "address of the next hop, such as \"0.0.0.0/0 "
					  "192.168.0.10\", one a line",
					  lines[i]);
			return;
		}
		*next_hop = '\0';
		routes[i] = (EcsVpcRoute){ lines[i], next_hop + 1 };
	}
	update(change, &(EcsVpcSpec){ .routes = routes, .n_routes = n });
}

static const EcsfsAttr vpc_attrs[] = {
	{ "cidr", 0644, SHOW_STRING(EcsVpc, cidr), .store = cidr_store,
	  .help = "addresses that its subnets are taken from; empty: any; write to change",
	  .needs = ECS_HAS_VPC },
	{ "created", 0444, SHOW_TIME(EcsVpc, created), .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0644, SHOW_STRING(EcsVpc, description), .store = description_store,
	  .help = "free text, at most 255 characters, no < and >; write to change" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsVpc, id), .help = "id, as template/vpc wants it" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsVpc, name), .store = name_store,
	  .help = "name; write to rename" },
	{ "routes", 0644, routes_show, routes_store, .flags = ECSFS_GATHER, .max = ROUTES_MAX,
	  .help = "`destination next_hop`, one a line; write to change", .needs = ECS_HAS_VPC },
	{ "status", 0444, SHOW_STRING(EcsVpc, status), .help = "CREATING, OK, DOWN or ERROR" },
	{ "updated", 0444, SHOW_TIME(EcsVpc, updated), .help = "when it last changed" },
	{}
};

static const EcsfsChild vpc_children[] = { { "subnet_template", &ecsfs_subnet_template,
					     "what mkdir in subnets/ makes a subnet from",
					     ecsfs_subnet_template_object },
					   { "subnets", &ecsfs_subnets, "its subnets" },
					   ECSFS_WAIT_CHILD,
					   {} };

static const EcsfsKind vpc_kind = {
	.name = "<vpc>",
	.help = "a VPC",
	.attrs = vpc_attrs,
	.children = vpc_children,
};

/* ---- made from the template, deleted ---- */

enum { CIDR, DESCRIPTION };

static const EcsfsAttr template_attrs[] = {
	{ "cidr", 0644, ECSFS_TEMPLATE_LINE(CIDR),
	  .help = "addresses that its subnets are taken from, as 192.168.0.0/16; empty: any",
	  .needs = ECS_HAS_VPC },
	{ "description", 0644, ECSFS_TEMPLATE_LINE(DESCRIPTION), .help = "free text" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in vpcs/ failed; empty: it did not" },
	{}
};

const EcsfsKind ecsfs_vpc_template = {
	.name = "vpc_template",
	.help = "what mkdir in vpcs/ makes a VPC from",
	.attrs = template_attrs,
};

static const EcsfsTemplateRow template_rows[] = { { CIDR, "cidr", .initial = "192.168.0.0/16" },
						  {} };

static const EcsfsTemplateType vpc_templates = {
	.class = ECSFS_TEMPLATE_CLASS("vpc_templates", &ecsfs_vpc_template),
	.rows = template_rows,
};

bool ecsfs_vpc_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &vpc_templates, "vpcs", entry);
}

static void created(void *object, const GError *error, void *data)
{
	EcsVpc *vpc = object;

	ecsfs_creation_done(data, vpc != NULL ? vpc->id : "", vpc, "", error);
}

static void send_vpc(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	EcsVpcSpec spec = {
		.name = creation->name,
		.cidr = ecsfs_template_value(creation->template, CIDR),
		.description = ecsfs_template_value(creation->template, DESCRIPTION),
	};
	ecs_vpc_create(change->node->scope, &spec, change->cancellable, created, change);
}

static const EcsfsCreationType vpc_creation = { send_vpc };

static void vpcs_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_vpcs_collection(&change->view), &vpc_templates,
				 "vpcs", file))
		ecsfs_creation_send(change, &vpc_creation);
}

static void vpcs_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = ecsfs_change_removed;
	ecs_vpc_delete(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
		       change);
}

const EcsfsKind ecsfs_vpcs = {
	.name = "vpcs",
	.entry = &vpc_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_vpcs_collection,
	.noted = ecsfs_vpc_template_object,
	.make = vpcs_make,
	.remove = vpcs_remove,
	.costly = true,
};
