/* SPDX-License-Identifier: MIT */
#include "fs/network.h"

#include <errno.h>
#include <string.h>

#include "client/vpc.h"
#include "fs/bms.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/view.h"

void ecsfs_network_link(const char *up, const char *directory, const char *id, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(id, id);

	g_string_append_printf(out, "%s%s/%s", up, directory, name);
}

void ecsfs_network_link_in_zone(const char *up, const char *zone, const char *server, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(zone, zone);
	g_autofree char *directory = g_strdup_printf("%s/servers", name);

	ecsfs_network_link(up, directory, server, out);
}

bool ecsfs_network_link_device(EcsfsView *view, const char *up, const EcsPort *port, GString *out)
{
	const char *zone = ecs_port_zone(port);
	bool bare;

	if (zone == NULL)
		return ecsfs_view_fail(view, ENOENT);
	if (!ecsfs_bms_has(view, port->device, &bare))
		return false;
	if (bare)
		ecsfs_network_link(up, "bms", port->device, out);
	else
		ecsfs_network_link_in_zone(up, zone, port->device, out);
	return true;
}

void ecsfs_network_stale(EcsfsFs *fs, EcsScope *scope)
{
	ecsfs_collection_stale(ecsfs_ports_of(fs, scope));
	ecsfs_collection_stale(ecsfs_eips_of(fs, scope));
	ecsfs_collection_stale(ecsfs_bandwidths_of(fs, scope));
}

bool ecsfs_network_link_server(EcsfsView *view, const char *up, const char *port, GString *out)
{
	EcsfsRecord *record = ecsfs_view_find(view, ecsfs_ports_collection(view), port);

	if (record == NULL)
		return ecsfs_view_waits(view) ? false : ecsfs_view_fail(view, ENOENT);
	return ecsfs_network_link_device(view, up, record->item, out);
}

bool ecsfs_network_link_subnet(EcsfsView *view, const char *up, const char *subnet, GString *out)
{
	EcsfsRecord *record = ecsfs_view_find(view, ecsfs_subnets_collection(view), subnet);

	if (record == NULL)
		return ecsfs_view_waits(view) ? false : ecsfs_view_fail(view, ENOENT);
	const EcsSubnet *found = record->item;
	g_autofree char *vpc = ecsfs_name_escape(found->vpc, found->vpc);
	g_autofree char *directory = g_strdup_printf("vpcs/%s/subnets", vpc);
	ecsfs_network_link(up, directory, found->id, out);
	return true;
}

bool ecsfs_network_ports_known(EcsfsView *view)
{
	return ecs_scope_has(ecsfs_view_scope(view), ECS_HAS_ECS) ||
	       ecsfs_view_snapshot(view, ecsfs_ports_collection(view)) != NULL;
}

const char *ecsfs_network_port_of(EcsfsView *view, const EcsServer *server,
				  const EcsAddress *address)
{
	/* Where two documents are compared, nothing is asked for. */
	if (*address->port_id != '\0' || (view->known && view->caller == 0) ||
	    !ecs_scope_has(ecsfs_view_scope(view), ECS_HAS_NETWORK))
		return address->port_id;
	const EcsfsSnapshot *ports = ecsfs_view_snapshot(view, ecsfs_ports_collection(view));
	for (size_t i = 0; ports != NULL && i < ports->n; i++) {
		const EcsPort *port = ports->by_id[i]->item;
		if (port != NULL && strcmp(port->device, server->id) == 0 &&
		    strcmp(port->mac, address->mac) == 0)
			return port->id;
	}
	return ports != NULL ? "" : NULL;
}

/* How many subnets have that name; *@record: one of them, of @vpc if there is one. */
static size_t named(const EcsfsSnapshot *subnets, const char *vpc, const char *name,
		    EcsfsRecord **record)
{
	size_t n, here = 0, first = ecsfs_snapshot_named(subnets, name, &n);

	for (size_t i = first; i < first + n; i++) {
		const EcsSubnet *subnet = subnets->by_name[i]->item;
		bool in_vpc = subnet != NULL && strcmp(subnet->vpc, vpc) == 0;
		if (in_vpc || here == 0)
			*record = subnets->by_name[i];
		here += in_vpc;
	}
	return here > 0 ? here : n;
}

EcsfsRecord *ecsfs_network_subnet(EcsfsChange *change, const char *vpc, const char *text)
{
	EcsfsSnapshot *subnets =
		ecsfs_view_snapshot(&change->view, ecsfs_subnets_collection(&change->view));
	EcsfsRecord *record = subnets != NULL ? ecsfs_snapshot_find(subnets, text) : NULL;
	size_t n = record != NULL || subnets == NULL ? 1 : named(subnets, vpc, text, &record);

	if (n == 1 && record != NULL && record->item != NULL)
		return record;
	ecsfs_change_fail(change, EINVAL,
			  n > 1 ? "several subnets are called \"%.255s\": write the id"
				: "there is no subnet \"%.255s\": write an id or a name, as in "
				  "vpcs/*/subnets/",
			  text);
	return NULL;
}
