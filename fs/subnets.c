/* SPDX-License-Identifier: MIT */
/* subnets - of a VPC: where servers have their interfaces. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "client/vpc.h"
#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/network.h"
#include "fs/view.h"
#include "fs/wait.h"

static const EcsfsKind subnet_kind;

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

static const char *const passing[] = { "UNKNOWN", NULL };

static void subnet_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_subnet_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass subnets_class = {
	.name = "subnets",
	.kind = &subnet_kind,
	.list = ecs_subnet_list,
	.get = subnet_get,
	.id = subnet_id,
	.json = ECSFS_JSON(ecs_subnet_json),
	.name_of = subnet_name,
	.updated = subnet_updated,
	.same = subnet_same,
	.status = STRING_AT(EcsSubnet, status),
	.passing = passing,
	.unref = (void (*)(void *))ecs_subnet_unref,
};

EcsfsCollection *ecsfs_subnets_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &subnets_class, ecsfs_view_scope(view));
}

static bool dns_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubnet *subnet = view->item;

	ecsfs_value(out, subnet->dns1);
	ecsfs_value(out, subnet->dns2);
	return true;
}

/* Every change has to say the name again: VPC reference, "Updating Subnet Information". */
static void update(EcsfsChange *change, EcsSubnetSpec spec)
{
	const EcsSubnet *subnet = change->view.item;

	if (spec.name == NULL)
		spec.name = subnet->name;
	ecs_subnet_update(change->node->scope, subnet->vpc, change->id, &spec, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	update(change, (EcsSubnetSpec){ .name = text });
}

/* Returns: whether @lines are at most two name servers; else the change has failed. */
static bool check_dns(EcsfsChange *change, char **lines)
{
	if (g_strv_length(lines) <= 2)
		return true;
	ecsfs_change_fail(change, EINVAL, "write the addresses of two name servers at most");
	return false;
}

static void dns_store(EcsfsChange *change, const char *text, size_t len)
{
	g_auto(GStrv) lines = ecsfs_lines(text);
	size_t n = g_strv_length(lines);

	if (check_dns(change, lines))
		update(change, (EcsSubnetSpec){ .dns1 = n > 0 ? lines[0] : "",
						.dns2 = n > 1 ? lines[1] : "" });
}

/* Returns: whether @text is one of the two; else the change has failed. */
static bool parse_truth(EcsfsChange *change, const char *text, bool *truth)
{
	*truth = strcmp(text, "true") == 0;
	if (*truth || strcmp(text, "false") == 0)
		return true;
	ecsfs_change_fail(change, EINVAL, "write \"true\" or \"false\"");
	return false;
}

static void dhcp_store(EcsfsChange *change, const char *text, size_t len)
{
	bool dhcp;

	if (parse_truth(change, text, &dhcp))
		update(change, (EcsSubnetSpec){ .dhcp = &dhcp });
}

static const EcsfsAttr subnet_attrs[] = {
	{ "cidr", 0444, SHOW_STRING(EcsSubnet, cidr), .help = "its addresses, as 10.0.1.0/24" },
	{ "created", 0444, SHOW_TIME(EcsSubnet, created),
	  .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsSubnet, description), .help = "free text" },
	{ "dhcp", 0644, SHOW_BOOL(EcsSubnet, dhcp), .store = dhcp_store,
	  .help = "true if it has a DHCP server; write to change" },
	{ "dns", 0644, dns_show, dns_store, .flags = ECSFS_GATHER,
	  .help = "addresses of its name servers, one a line, two at most; write to change" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "gateway", 0444, SHOW_STRING(EcsSubnet, gateway), .help = "address of its gateway" },
	{ "id", 0444, SHOW_STRING(EcsSubnet, id), .help = "id, as template/subnet wants it" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsSubnet, name), .store = name_store,
	  .help = "name; write to rename" },
	{ "status", 0444, SHOW_STRING(EcsSubnet, status), .help = "ACTIVE, UNKNOWN or ERROR",
	  .needs = ECS_HAS_VPC },
	{ "updated", 0444, SHOW_TIME(EcsSubnet, updated), .help = "when it last changed" },
	{ "zone", 0444, SHOW_STRING(EcsSubnet, zone),
	  .help = "zone that it was made for; servers of all zones can be in it",
	  .needs = ECS_HAS_VPC },
	{}
};

static const EcsfsChild subnet_children[] = { ECSFS_WAIT_CHILD, {} };

static const EcsfsKind subnet_kind = {
	.name = "<subnet>",
	.help = "a subnet",
	.attrs = subnet_attrs,
	.children = subnet_children,
};

/* ---- made from the template of their VPC, deleted ---- */

enum { CIDR, DHCP, DNS, GATEWAY, ZONE };

static void template_dhcp_store(EcsfsChange *change, const char *text, size_t len)
{
	bool dhcp;

	if (parse_truth(change, text, &dhcp))
		ecsfs_template_store(change, text, len);
}

static void template_dns_store(EcsfsChange *change, const char *text, size_t len)
{
	g_auto(GStrv) lines = ecsfs_lines(text);

	if (check_dns(change, lines))
		ecsfs_template_document_store(change, text, len);
}

static const EcsfsAttr template_attrs[] = {
	{ "cidr", 0644, ECSFS_TEMPLATE_LINE(CIDR),
	  .help = "its addresses, as 192.168.1.0/24 (mandatory)" },
	{ "dhcp", 0644, ecsfs_show_string, template_dhcp_store, ECSFS_TEMPLATE_AT(DHCP),
	  .help = "true: it has a DHCP server" },
	{ "dns", 0644, ecsfs_template_document_show, template_dns_store, ECSFS_TEMPLATE_AT(DNS),
	  ECSFS_GATHER,
	  .help = "addresses of name servers, one a line, two at most; empty: the "
		  "cloud's" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in subnets/ failed; empty: it did not" },
	{ "gateway", 0644, ECSFS_TEMPLATE_LINE(GATEWAY),
	  .help = "address of its gateway; empty: its first one" },
	{ "zone", 0644, ECSFS_TEMPLATE_LINE(ZONE), .help = "availability zone; empty: any",
	  .needs = ECS_HAS_VPC },
	{}
};

const EcsfsKind ecsfs_subnet_template = {
	.name = "subnet_template",
	.help = "what mkdir in subnets/ makes a subnet from",
	.attrs = template_attrs,
};

static const EcsfsTemplateRow template_rows[] = {
	{ CIDR, "cidr", .hint = "the subnet's addresses, such as 192.168.1.0/24," },
	{ DHCP, "dhcp", .initial = "true" },
	{}
};

static const EcsfsTemplateType subnet_templates = {
	.class = ECSFS_TEMPLATE_CLASS("subnet_templates", &ecsfs_subnet_template),
	.rows = template_rows,
};

bool ecsfs_subnet_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return view->record == NULL
		       ? ecsfs_view_fail(view, ENOENT)
		       : ecsfs_template_entry(view, &subnet_templates, view->record->id, entry);
}

/* Returns: the first address behind that of the network, owned; NULL: @cidr is no prefix. */
static char *first_address(const char *cidr)
{
	g_auto(GStrv) part = g_strsplit(cidr, "/", 2);
	struct in_addr address;
	char text[INET_ADDRSTRLEN];

	if (part[0] == NULL || inet_pton(AF_INET, part[0], &address) != 1)
		return NULL;
	address.s_addr = htonl(ntohl(address.s_addr) + 1);
	return g_strdup(inet_ntop(AF_INET, &address, text, sizeof(text)));
}

static void created(void *object, const GError *error, void *data)
{
	EcsSubnet *subnet = object;

	ecsfs_creation_done(data, subnet != NULL ? subnet->id : "", subnet, "", error);
}

static void send_subnet(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	const EcsfsTemplate *t = creation->template;
	const char *gateway = ecsfs_template_value(t, GATEWAY), *zone = t->values[ZONE];
	g_autofree char *first = first_address(ecsfs_template_value(t, CIDR));
	g_auto(GStrv) dns = ecsfs_template_lines(t, DNS);
	bool dhcp = strcmp(ecsfs_template_value(t, DHCP), "false") != 0;
	EcsSubnetSpec spec = {
		.name = creation->name,
		.cidr = ecsfs_template_value(t, CIDR),
		.gateway = *gateway != '\0' ? gateway : first,
		.dns1 = dns[0],
		.dns2 = dns[0] != NULL ? dns[1] : NULL,
		.zone = zone != NULL && *zone != '\0' ? zone : NULL,
		.dhcp = &dhcp,
	};
	ecs_subnet_create(change->node->scope, change->view.record->id, &spec, change->cancellable,
			  created, change);
}

static const EcsfsCreationType subnet_creation = { send_subnet };

static void subnets_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_subnets_collection(&change->view), &subnet_templates,
				 change->view.record->id, file))
		ecsfs_creation_send(change, &subnet_creation);
}

static void subnets_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	g_autofree char *vpc = g_strdup(change->view.record->id);

	change->accepted = ecsfs_change_removed;
	ecs_subnet_delete(change->node->scope, vpc, change->id, change->cancellable,
			  ecsfs_change_accepted, change);
}

/* The directory lies in a VPC: only what is in that is here. */
static bool is_here(const EcsfsView *view, const void *item)
{
	return strcmp(((const EcsSubnet *)item)->vpc, view->record->id) == 0;
}

const EcsfsKind ecsfs_subnets = {
	.name = "subnets",
	.entry = &subnet_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_subnets_collection,
	.here = is_here,
	.noted = ecsfs_subnet_template_object,
	.make = subnets_make,
	.remove = subnets_remove,
	.costly = true,
};
