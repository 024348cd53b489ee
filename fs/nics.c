/* SPDX-License-Identifier: MIT */
/* nics - the network interfaces of a server, by port, and the security groups that they are in. */
#include "client/nic.h"

#include <errno.h>
#include <string.h>

#include "client/port.h"
#include "client/vpc.h"
#include "fs/change.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/pending.h"
#include "fs/servers.h"
#include "fs/view.h"

#define PART "nics" /* for fs/pending.h, by hardware address */

/* ---- interfaces: what the server's document tells, and what their ports do ---- */

/* EcsfsPendingHas. */
static bool has_mac(const void *item, const char *mac)
{
	const EcsServer *server = item;

	for (size_t i = 0; i < server->n_addresses; i++)
		if (strcmp(server->addresses[i].mac, mac) == 0)
			return true;
	return false;
}

/* The address of that port; @floating: the elastic one. *@found: NULL: none. Returns false if the
 * view says why not yet. */
static bool address_of(EcsfsView *view, const char *port, bool floating, const EcsAddress **found)
{
	const EcsServer *server = view->item;

	*found = NULL;
	for (size_t i = 0; i < server->n_addresses && *found == NULL; i++) {
		if (server->addresses[i].floating != floating)
			continue;
		const char *id = ecsfs_network_port_of(view, server, &server->addresses[i]);
		if (id == NULL)
			return false;
		if (strcmp(id, port) == 0)
			*found = &server->addresses[i];
	}
	return true;
}

static bool ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		const char *port = ecsfs_network_port_of(view, server, address);
		if (port == NULL)
			return false;
		if (!address->floating && strcmp(port, view->key) == 0)
			ecsfs_value(out, address->addr);
	}
	return true;
}

static bool mac_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsAddress *address;

	if (!address_of(view, view->key, false, &address))
		return false;
	if (address != NULL)
		ecsfs_value(out, address->mac);
	return true;
}

static bool public_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsAddress *address;

	if (!address_of(view, view->key, true, &address))
		return false;
	if (address != NULL)
		ecsfs_value(out, address->addr);
	return true;
}

/* Set *@port (NULL: the cloud does not know it). Returns false if the view says why not yet. */
static bool port_of(EcsfsView *view, const char *id, const EcsPort **port)
{
	EcsfsRecord *record = ecsfs_view_find(view, ecsfs_ports_collection(view), id);

	*port = record != NULL ? record->item : NULL;
	return record != NULL || !ecsfs_view_waits(view);
}

static bool security_groups_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsPort *port;

	if (!port_of(view, view->key, &port))
		return false;
	for (size_t i = 0; port != NULL && i < port->n_groups; i++)
		ecsfs_value(out, port->groups[i]);
	return true;
}

static bool subnet_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsPort *port;

	if (!port_of(view, view->key, &port))
		return false;
	if (port != NULL)
		ecsfs_value(out, port->subnet);
	return true;
}

static const EcsfsAttr nic_attrs[] = {
	{ "ip", 0444, ip_show, .help = "its private addresses, one a line" },
	{ "mac", 0444, mac_show, .help = "hardware address" },
	{ "public_ip", 0444, public_ip_show, .help = "its elastic IP; empty: none" },
	{ "security_groups", 0444, security_groups_show, .flags = ECSFS_OWN_CALL,
	  .help = "ids of the security groups that it is in, one a line" },
	{ "subnet", 0444, subnet_show, .flags = ECSFS_OWN_CALL, .help = "id of its subnet" },
	{}
};

static bool port_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../../../../", "ports", view->key, out);
	return true;
}

static const EcsfsLink nic_links[] = { { "port_dir", port_target, "its port" }, {} };

static const EcsfsKind nic_kind = {
	.name = "<port>",
	.help = "a network interface, by the id of its port",
	.attrs = nic_attrs,
	.links = nic_links,
};

static bool is_called(const EcsfsView *view, const EcsfsSnapshot *subnets, const EcsPort *port,
		      const char *text)
{
	const EcsfsRecord *subnet = ecsfs_snapshot_find(subnets, port->subnet);

	return strcmp(port->subnet, text) == 0 ||
	       (subnet != NULL && strcmp(ecsfs_record_name(subnet), text) == 0);
}

/* The one interface in the subnet @text, an id or a name: *@port, NULL: none, or several. */
static bool find_by_subnet(EcsfsView *view, const char *text, const char **id)
{
	const EcsServer *server = view->item;
	EcsfsSnapshot *subnets = ecsfs_view_snapshot(view, ecsfs_subnets_collection(view));
	size_t n = 0;

	if (subnets == NULL)
		return false;
	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		const char *port_id = ecsfs_network_port_of(view, server, address);
		const EcsPort *port;
		if (port_id == NULL)
			return false;
		if (address->floating || *port_id == '\0')
			continue;
		if (!port_of(view, port_id, &port))
			return false;
		if (port == NULL || !is_called(view, subnets, port, text))
			continue;
		*id = port_id;
		n++;
	}
	return n <= 1 || ecsfs_view_fail(view, ENOTUNIQ);
}

static bool nics_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *text = ecsfs_name_unescape(name);
	const EcsAddress *address;
	const char *id = NULL;

	if (text == NULL || *text == '\0' || ecsfs_name_probe(name))
		return true;
	if (!address_of(view, text, false, &address))
		return false;
	if (address != NULL)
		id = ecsfs_network_port_of(view, view->item, address);
	else if (!find_by_subnet(view, text, &id))
		return false;
	if (id != NULL)
		*entry = (EcsfsEntry){
			.name = name, .kind = &nic_kind, .id = id, .alias = address == NULL
		};
	return true;
}

static bool nics_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i], *first;
		const char *port = ecsfs_network_port_of(view, server, address);
		if (port == NULL)
			return false;
		if (address->floating || *port == '\0')
			continue;
		if (!address_of(view, port, false, &first))
			return false;
		if (first != address)
			continue;
		g_autofree char *name = ecsfs_name_escape(port, port);
		EcsfsEntry entry = { .name = name, .kind = &nic_kind, .id = port };
		emit(&entry, data);
	}
	return true;
}

static bool subnets_at_hand(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_subnets_collection(view)) != NULL;
}

/* Ports came or went, and the subnets and groups of all may differ now. */
static void ports_changed(EcsfsChange *change)
{
	ecsfs_collection_stale(ecsfs_ports_collection(&change->view));
}

static void nic_made(EcsfsChange *change)
{
	ports_changed(change);
	change->made = (EcsfsEntry){ .kind = &nic_kind, .id = change->data, .alias = true };
}

static void nic_added(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;

	if (accepted != NULL) {
		change->data = g_strdup(accepted->ids[0]);
		change->free_data = g_free;
		change->accepted = nic_made;
	}
	ecsfs_change_done(change, error);
}

static void nics_make(EcsfsChange *change, const char *file)
{
	const EcsServer *server = change->view.item;
	g_autofree char *text = ecsfs_name_unescape(file);
	EcsfsRecord *subnet = ecsfs_network_subnet(change, server->vpc, text != NULL ? text : file);

	if (subnet != NULL)
		ecs_nic_add(change->node->scope, change->id, subnet->id, change->cancellable,
			    nic_added, change);
}

/* It goes a moment later, and without a job nobody tells when: until then the server is in
 * transition. change->data is its mac. */
static void nic_removed(EcsfsChange *change)
{
	ports_changed(change);
	if (change->data != NULL && (change->job == NULL || *change->job == '\0'))
		ecsfs_pending_set(change->collection, change->id, PART, change->data, false,
				  has_mac);
}

static void nics_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	const EcsAddress *address;

	if (address_of(&change->view, entry->id, false, &address) && address != NULL) {
		change->data = g_strdup(address->mac);
		change->free_data = g_free;
	}
	change->accepted = nic_removed;
	ecs_nic_remove(change->node->scope, change->id, entry->id, change->cancellable,
		       ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_server_nics = {
	.name = "nics",
	.entry = &nic_kind,
	.find = nics_find,
	.list = nics_list,
	.prepare = subnets_at_hand,
	.make = nics_make,
	.remove = nics_remove,
};

/* ---- security groups ---- */

/* The id where the API tells it, else the name. */
static const char *group_key(const EcsServerGroup *group)
{
	return *group->id != '\0' ? group->id : group->name;
}

/* By id; by name if @named. */
static const EcsServerGroup *group_of(const EcsfsView *view, const char *key, bool named)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_security_groups; i++) {
		const EcsServerGroup *group = &server->security_groups[i];
		if (strcmp(named ? group->name : group_key(group), key) == 0)
			return group;
	}
	return NULL;
}

static bool group_name_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerGroup *group = group_of(view, view->key, false);

	if (group != NULL)
		ecsfs_value(out, group->name);
	return true;
}

static const EcsfsAttr group_attrs[] = {
	{ "name", 0444, group_name_show, .help = "name of the security group" }, {}
};

static bool group_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../../../../", "security_groups", view->key, out);
	return true;
}

static const EcsfsLink group_links[] = { { "group_dir", group_target, "the security group" }, {} };

static const EcsfsKind group_kind = {
	.name = "<security_group>",
	.help = "a security group, by id; its name works as well",
	.attrs = group_attrs,
	.links = group_links,
};

static bool groups_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *key = ecsfs_name_unescape(name);
	const EcsServerGroup *group = key != NULL ? group_of(view, key, false) : NULL;
	bool alias = group == NULL;

	if (group == NULL && key != NULL)
		group = group_of(view, key, true);
	if (group != NULL)
		*entry = (EcsfsEntry){
			.name = name, .kind = &group_kind, .id = group_key(group), .alias = alias
		};
	return true;
}

static bool groups_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_security_groups; i++) {
		const char *key = group_key(&server->security_groups[i]);
		g_autofree char *name = ecsfs_name_escape(key, key);
		emit(&(EcsfsEntry){ .name = name, .kind = &group_kind, .id = key }, data);
	}
	return true;
}

static void group_made(EcsfsChange *change)
{
	ports_changed(change);
	change->made = (EcsfsEntry){ .kind = &group_kind, .id = change->data, .alias = true };
}

static void groups_make(EcsfsChange *change, const char *file)
{
	const char *group = ecsfs_security_group_wanted(change, file);

	if (group == NULL)
		return;
	change->accepted = group_made;
	ecs_nic_add_group(change->node->scope, change->id, group, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void groups_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = ports_changed;
	ecs_nic_remove_group(change->node->scope, change->id, entry->id, change->cancellable,
			     ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_server_security_groups = {
	.name = "security_groups",
	.entry = &group_kind,
	.find = groups_find,
	.list = groups_list,
	.prepare = ecsfs_security_groups_at_hand,
	.make = groups_make,
	.remove = groups_remove,
};
