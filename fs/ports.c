/* SPDX-License-Identifier: MIT */
/* ports - where something is connected to a subnet: servers, gateways, and ports of their own. */
#include "client/port.h"

#include <errno.h>
#include <string.h>

#include "client/security_group.h"
#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/servers.h"
#include "fs/view.h"
#include "fs/wait.h"

static const EcsfsKind port_kind;

static const char *port_id(const void *item)
{
	return ((const EcsPort *)item)->id;
}

static const char *port_name(const void *item)
{
	return ((const EcsPort *)item)->name;
}

static int64_t port_updated(const void *item)
{
	return ((const EcsPort *)item)->updated;
}

static bool port_same(const void *a, const void *b)
{
	return ecs_port_same(a, b);
}

static const char *const passing[] = { "BUILD", NULL };

static void port_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_port_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass ports_class = {
	.name = "ports",
	.kind = &port_kind,
	.list = ecs_port_list,
	.get = port_get,
	.id = port_id,
	.json = ECSFS_JSON(ecs_port_json),
	.name_of = port_name,
	.updated = port_updated,
	.same = port_same,
	.status = STRING_AT(EcsPort, status),
	.passing = passing,
	.unref = (void (*)(void *))ecs_port_unref,
};

EcsfsCollection *ecsfs_ports_of(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_cache_collection(fs->cache, &ports_class, scope);
}

EcsfsCollection *ecsfs_ports_collection(EcsfsView *view)
{
	return ecsfs_ports_of(view->fs, ecsfs_view_scope(view));
}

static bool ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsPort *port = view->item;

	for (size_t i = 0; i < port->n_addresses; i++)
		ecsfs_value(out, port->addresses[i].ip);
	return true;
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_port_rename(change->node->scope, change->id, text, change->cancellable,
			ecsfs_change_accepted, change);
}

static const EcsfsAttr port_attrs[] = {
	{ "created", 0444, SHOW_TIME(EcsPort, created), .help = "when it was made, ISO 8601 UTC" },
	{ "device", 0444, SHOW_STRING(EcsPort, device),
	  .help = "id of what it belongs to, such as a server; empty: nothing" },
	{ "device_owner", 0444, SHOW_STRING(EcsPort, device_owner),
	  .help = "what that is: compute:<zone>, network:dhcp, ..." },
	{ "enabled", 0444, SHOW_BOOL(EcsPort, enabled), .help = "its administrative state" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsPort, id), .help = "id" },
	{ "ip", 0444, ip_show, .help = "its addresses, one a line" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "mac", 0444, SHOW_STRING(EcsPort, mac), .help = "hardware address" },
	{ "name", 0644, SHOW_STRING(EcsPort, name), .store = name_store,
	  .help = "name; write to rename" },
	{ "secured", 0444, SHOW_BOOL(EcsPort, secured), .help = "true: security groups apply" },
	{ "status", 0444, SHOW_STRING(EcsPort, status), .help = "ACTIVE, BUILD or DOWN" },
	{ "subnet", 0444, SHOW_STRING(EcsPort, subnet), .help = "id of its subnet" },
	{ "updated", 0444, SHOW_TIME(EcsPort, updated), .help = "when it last changed" },
	{}
};

static bool has_server(const EcsfsView *view)
{
	return ecs_port_zone(view->item) != NULL;
}

static bool has_subnet(const EcsfsView *view)
{
	return *((const EcsPort *)view->item)->subnet != '\0';
}

static bool server_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	return ecsfs_network_link_device(view, "../../", view->item, out);
}

static bool subnet_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	return ecsfs_network_link_subnet(view, "../../", ((const EcsPort *)view->item)->subnet,
					 out);
}

static const EcsfsLink port_links[] = { { "server_dir", server_target, "the server that has it",
					  has_server },
					{ "subnet_dir", subnet_target, "its subnet", has_subnet },
					{} };

/* ---- its security groups ---- */

/* Set *@group (NULL: the cloud does not know it). Returns false if the view says why not yet. */
static bool find_group(EcsfsView *view, const char *id, EcsfsRecord **group)
{
	*group = ecsfs_view_find(view, ecsfs_security_groups_collection(view), id);
	return *group != NULL || !ecsfs_view_waits(view);
}

static bool group_name_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	EcsfsRecord *group;

	if (!find_group(view, view->key, &group))
		return false;
	if (group != NULL)
		ecsfs_value(out, ecsfs_record_name(group));
	return true;
}

static const EcsfsAttr group_attrs[] = { { "name", 0444, group_name_show, .flags = ECSFS_OWN_CALL,
					   .help = "name of the security group" },
					 {} };

static bool group_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../../../", "security_groups", view->key, out);
	return true;
}

static const EcsfsLink group_links[] = { { "group_dir", group_target, "the security group" }, {} };

static const EcsfsKind group_kind = {
	.name = "<security_group>",
	.help = "a security group that it is in, by id; its name works as well",
	.attrs = group_attrs,
	.links = group_links,
};

static const char *group_of(const EcsPort *port, const char *id)
{
	for (size_t i = 0; i < port->n_groups; i++)
		if (strcmp(port->groups[i], id) == 0)
			return port->groups[i];
	return NULL;
}

/* *@id: the group that it is in and that is called so; NULL: none is. */
static bool group_called(EcsfsView *view, const char *name, const char **id)
{
	const EcsPort *port = view->item;
	size_t n = 0;

	for (size_t i = 0; i < port->n_groups; i++) {
		EcsfsRecord *group;
		if (!find_group(view, port->groups[i], &group))
			return false;
		if (group == NULL || strcmp(ecsfs_record_name(group), name) != 0)
			continue;
		*id = port->groups[i];
		n++;
	}
	return n <= 1 || ecsfs_view_fail(view, ENOTUNIQ);
}

static bool groups_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *text = ecsfs_name_unescape(name);

	if (text == NULL || *text == '\0' || ecsfs_name_probe(name))
		return true;
	const char *id = group_of(view->item, text);
	bool alias = id == NULL;
	if (id == NULL && !group_called(view, text, &id))
		return false;
	if (id != NULL)
		*entry =
			(EcsfsEntry){ .name = name, .kind = &group_kind, .id = id, .alias = alias };
	return true;
}

static bool groups_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsPort *port = view->item;

	for (size_t i = 0; i < port->n_groups; i++) {
		g_autofree char *name = ecsfs_name_escape(port->groups[i], port->groups[i]);
		EcsfsEntry entry = { .name = name, .kind = &group_kind, .id = port->groups[i] };
		emit(&entry, data);
	}
	return true;
}

/* The server that has the port shows the groups of all its ports. */
static void group_left(EcsfsChange *change)
{
	const EcsPort *port = change->view.item;

	if (ecs_port_zone(port) != NULL)
		ecsfs_collection_touch(ecsfs_servers_collection(&change->view), port->device, NULL);
}

static void group_joined(EcsfsChange *change)
{
	group_left(change);
	change->made = (EcsfsEntry){ .kind = &group_kind, .id = change->data, .alias = true };
}

static void groups_make(EcsfsChange *change, const char *file)
{
	const char *group = ecsfs_security_group_wanted(change, file);

	if (group == NULL)
		return;
	change->accepted = group_joined;
	ecs_security_group_port(change->node->scope, group, change->id, true, change->cancellable,
				ecsfs_change_accepted, change);
}

static void groups_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = group_left;
	ecs_security_group_port(change->node->scope, entry->id, change->id, false,
				change->cancellable, ecsfs_change_accepted, change);
}

static const EcsfsKind groups_kind = {
	.name = "security_groups",
	.entry = &group_kind,
	.find = groups_find,
	.list = groups_list,
	.prepare = ecsfs_security_groups_at_hand,
	.make = groups_make,
	.remove = groups_remove,
};

static const EcsfsChild port_children[] = {
	{ "security_groups", &groups_kind, "security groups that it is in" }, ECSFS_WAIT_CHILD, {}
};

static const EcsfsKind port_kind = {
	.name = "<port>",
	.help = "a port",
	.attrs = port_attrs,
	.links = port_links,
	.children = port_children,
};

/* ---- made from the template, deleted ---- */

enum { IP, SECURITY_GROUPS, SUBNET };

static const EcsfsAttr template_attrs[] = {
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in ports/ failed; empty: it did not" },
	{ "ip", 0644, ECSFS_TEMPLATE_LINE(IP), .help = "its address; empty: any that is free" },
	{ "security_groups", 0644, ECSFS_TEMPLATE_DOCUMENT(SECURITY_GROUPS), ECSFS_GATHER,
	  ECSFS_LIST_MAX,
	  .help = "ids or names of security groups, one a line; empty: the default one" },
	{ "subnet", 0644, ECSFS_TEMPLATE_LINE(SUBNET), .refers = ecsfs_subnets_collection,
	  .help = "id or name of a subnet (mandatory)" },
	{}
};

const EcsfsKind ecsfs_port_template = {
	.name = "port_template",
	.help = "what mkdir in ports/ makes a port from",
	.attrs = template_attrs,
};

static const EcsfsTemplateRow template_rows[] = {
	{ SUBNET, "subnet", .hint = "the id or the name of a subnet, as in vpcs/*/subnets/" }, {}
};

static const EcsfsTemplateType port_templates = {
	.class = ECSFS_TEMPLATE_CLASS("port_templates", &ecsfs_port_template),
	.rows = template_rows,
};

bool ecsfs_port_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &port_templates, "ports", entry);
}

static void created(void *object, const GError *error, void *data)
{
	EcsPort *port = object;

	ecsfs_creation_done(data, port != NULL ? port->id : "", port, "", error);
}

/* Put the ids of the groups that the template names in their place. False: the change has failed. */
static bool take_groups(EcsfsChange *change, EcsfsTemplate *template)
{
	g_auto(GStrv) lines = ecsfs_template_lines(template, SECURITY_GROUPS);
	g_autoptr(GString) ids = g_string_new(NULL);

	for (char **line = lines; *line != NULL; line++) {
		EcsfsRecord *group =
			ecsfs_change_find(change, ecsfs_security_groups_collection(&change->view),
					  "security group", *line);
		if (group == NULL)
			return false;
		g_string_append_printf(ids, "%s\n", group->id);
	}
	ecsfs_template_set(template, SECURITY_GROUPS, ids->str);
	return true;
}

/* EcsfsCreationType.send */
static void send_port(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	g_auto(GStrv) groups = ecsfs_template_lines(creation->template, SECURITY_GROUPS);
	EcsPortSpec spec = {
		.name = creation->name,
		.subnet = ecsfs_template_value(creation->template, SUBNET),
		.ip = ecsfs_template_value(creation->template, IP),
		.security_groups = (const char *const *)groups,
	};

	ecs_port_create(change->node->scope, &spec, change->cancellable, created, change);
}

static const EcsfsCreationType port_creation = { send_port };

static void ports_make(EcsfsChange *change, const char *file)
{
	const EcsfsCreation *creation = ecsfs_creation_begin(
		change, ecsfs_ports_collection(&change->view), &port_templates, "ports", file);

	if (creation != NULL && take_groups(change, creation->template))
		ecsfs_creation_send(change, &port_creation);
}

/* Neutron would take it out of the server. The VPC API refuses that itself. */
static bool is_of_server(const EcsfsChange *change, const EcsPort *port)
{
	return port != NULL && ecs_port_zone(port) != NULL && *port->device != '\0' &&
	       !ecs_scope_has(change->node->scope, ECS_HAS_VPC);
}

static void ports_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	const EcsPort *port = entry->record != NULL ? entry->record->item : NULL;

	if (is_of_server(change, port)) {
		ecsfs_change_fail(change, EBUSY,
				  "the server %.8s has it: remove it from the server's nics/",
				  port->device);
		return;
	}
	change->accepted = ecsfs_change_removed;
	ecs_port_delete(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
			change);
}

const EcsfsKind ecsfs_ports = {
	.name = "ports",
	.entry = &port_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_ports_collection,
	.noted = ecsfs_port_template_object,
	.prepare = ecsfs_security_groups_at_hand,
	.make = ports_make,
	.remove = ports_remove,
};
