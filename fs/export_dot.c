/* SPDX-License-Identifier: MIT */
/*
 * export_dot - what hangs together, as a graph: VPCs hold subnets, servers have an edge to each
 * subnet that they have an address in, to their disks and to their elastic IPs. Disks and elastic
 * IPs that no server has are there too, dashed: they cost money.
 */
#include <string.h>

#include "client/eip.h"
#include "client/port.h"
#include "client/vpc.h"
#include "fs/escape.h"
#include "fs/export.h"
#include "fs/network.h"
#include "fs/volumes.h"

typedef struct {
	const EcsSubnet *subnet;
	GInetAddressMask *mask; /* owned; NULL: its cidr is none */
} Net;

typedef struct {
	GString *out;
	const EcsfsSnapshot *vpcs, *subnets, *volumes, *eips; /* NULL: not to be had */
	GHashTable *nets;  /* id of a VPC → GArray of Net, owned */
	GHashTable *ports; /* plug() → EcsPort, borrowed; empty: not needed, or not to be had */
	GHashTable *drawn; /* set of ids of disks and addresses of elastic IPs; borrowed */
} Graph;

static void net_clear(void *data)
{
	g_clear_object(&((Net *)data)->mask);
}

/* Returns: a node's name, quoted; owned. */
static GString *node(const char *kind, const char *id)
{
	GString *name = g_string_new(NULL);

	g_string_append_printf(name, "\"%s ", kind);
	ecsfs_escape_dot(name, id);
	g_string_append_c(name, '"');
	return name;
}

/* Append label="...", the lines one below the other; "" are left out. */
static void label(GString *out, const char *first, const char *second)
{
	g_string_append(out, "label=\"");
	ecsfs_escape_dot(out, first);
	if (*first != '\0' && *second != '\0')
		g_string_append(out, "\\n");
	ecsfs_escape_dot(out, second);
	g_string_append_c(out, '"');
}

static void edge(GString *out, const GString *from, const GString *to, const char *text)
{
	g_string_append_printf(out, "\t%s -- %s [", from->str, to->str);
	label(out, text, "");
	g_string_append(out, "];\n");
}

static void collect_nets(const Graph *graph)
{
	for (size_t i = 0; graph->subnets != NULL && i < graph->subnets->n; i++) {
		const EcsSubnet *subnet = graph->subnets->by_id[i]->item;
		Net net = { subnet, g_inet_address_mask_new_from_string(subnet->cidr, NULL) };
		GArray *nets = g_hash_table_lookup(graph->nets, subnet->vpc);
		if (nets == NULL) {
			nets = g_array_new(FALSE, FALSE, sizeof(Net));
			g_array_set_clear_func(nets, net_clear);
			g_hash_table_insert(graph->nets, (char *)subnet->vpc, nets);
		}
		g_array_append_val(nets, net);
	}
}

/* Returns: what a server's port is known by; owned. */
static char *plug(const char *server, const char *mac)
{
	return g_strconcat(server, " ", mac, NULL);
}

static void collect_ports(const Graph *graph, const EcsfsSnapshot *ports)
{
	for (size_t i = 0; ports != NULL && i < ports->n; i++) {
		EcsPort *port = ports->by_id[i]->item;
		if (port != NULL && *port->device != '\0')
			g_hash_table_insert(graph->ports, plug(port->device, port->mac), port);
	}
}

/* Nova tells addresses by the name of the network, which others may have as well. */
static const EcsSubnet *subnet_of_port(const Graph *graph, const EcsServer *server,
				       const EcsAddress *address)
{
	g_autofree char *key = plug(server->id, address->mac);
	const EcsPort *port = g_hash_table_lookup(graph->ports, key);

	for (size_t i = 0; port != NULL && graph->subnets != NULL && i < port->n_addresses; i++) {
		if (strcmp(port->addresses[i].ip, address->addr) != 0)
			continue;
		const EcsfsRecord *record =
			ecsfs_snapshot_find(graph->subnets, port->addresses[i].subnet);
		return record != NULL ? record->item : NULL;
	}
	return NULL;
}

static const EcsSubnet *subnet_of(const Graph *graph, const EcsServer *server,
				  const EcsAddress *address)
{
	g_autoptr(GInetAddress) ip = g_inet_address_new_from_string(address->addr);
	const GArray *nets = g_hash_table_lookup(graph->nets, address->network);

	if (nets == NULL)
		nets = g_hash_table_lookup(graph->nets, server->vpc);
	for (size_t i = 0; ip != NULL && nets != NULL && i < nets->len; i++) {
		const Net *net = &g_array_index(nets, Net, i);
		if (net->mask != NULL && g_inet_address_mask_matches(net->mask, ip))
			return net->subnet;
	}
	return NULL;
}

static void subnet_node(GString *out, const EcsSubnet *subnet)
{
	g_autoptr(GString) name = node("subnet", subnet->id);

	g_string_append_printf(out, "\t\t%s [shape=ellipse, fillcolor=\"#d6e4f5\", ", name->str);
	label(out, subnet->name, subnet->cidr);
	g_string_append(out, "];\n");
}

static void vpc_cluster(const Graph *graph, const EcsVpc *vpc)
{
	GString *out = graph->out;
	g_autoptr(GString) name = node("cluster", vpc->id); /* what Graphviz draws a box around */
	const GArray *nets = g_hash_table_lookup(graph->nets, vpc->id);

	g_string_append_printf(out, "\tsubgraph %s {\n\t\tstyle=rounded; color=\"#7a8aa0\"; ",
			       name->str);
	label(out, vpc->name, vpc->cidr);
	g_string_append(out, ";\n");
	for (size_t i = 0; nets != NULL && i < nets->len; i++)
		subnet_node(out, g_array_index(nets, Net, i).subnet);
	g_string_append(out, "\t}\n");
}

static const char *color(const char *status)
{
	return strcmp(status, "ACTIVE") == 0	? "#cdebcf"
	       : strcmp(status, "SHUTOFF") == 0 ? "#e3e3e3"
	       : strcmp(status, "ERROR") == 0	? "#f6c9c5"
						: "#f7e8b8";
}

#define FREE ", style=\"filled,dashed\""

/* @eip: NULL: nothing more is known of the address. */
static void eip_node(GString *out, const GString *name, const char *addr, const EcsEip *eip,
		     const char *style)
{
	g_autoptr(GString) what = g_string_new(NULL);

	if (eip != NULL && eip->bandwidth_mbits > 0)
		g_string_append_printf(what, "%d Mbit/s", eip->bandwidth_mbits);
	if (eip != NULL && *style != '\0')
		g_string_append_printf(what, "%s%s", what->len > 0 ? ", " : "", eip->status);
	g_string_append_printf(out, "\t%s [shape=hexagon, fillcolor=\"#e6d8f3\"%s, ", name->str,
			       style);
	label(out, addr, what->str);
	g_string_append(out, "];\n");
}

static const EcsEip *eip_of(const Graph *graph, const char *addr)
{
	size_t n = 0, first = 0;

	if (graph->eips != NULL)
		first = ecsfs_snapshot_named(graph->eips, addr, &n);
	return n > 0 ? graph->eips->by_name[first]->item : NULL;
}

static void address(const Graph *graph, const EcsServer *server, const GString *name,
		    const EcsAddress *address)
{
	GString *out = graph->out;

	if (address->floating) {
		g_autoptr(GString) eip = node("eip", address->addr);
		eip_node(out, eip, address->addr, eip_of(graph, address->addr), "");
		edge(out, eip, name, "");
		g_hash_table_add(graph->drawn, (char *)address->addr);
		return;
	}
	const EcsSubnet *in = subnet_of(graph, server, address);
	if (in == NULL)
		in = subnet_of_port(graph, server, address);
	if (in == NULL)
		return;
	g_autoptr(GString) subnet = node("subnet", in->id);
	edge(out, subnet, name, address->addr);
}

/* @volume: NULL: only its id is known. @call: what to call one without a name. */
static void disk_node(GString *out, const GString *name, const char *id, const EcsVolume *volume,
		      const char *call, const char *style)
{
	g_autofree char *short_id = g_strndup(id, 8);
	g_autoptr(GString) what = g_string_new(volume == NULL ? short_id : NULL);

	if (volume != NULL)
		g_string_append_printf(what, "%d GiB %s", volume->size_gb, volume->type);
	if (volume != NULL && *style != '\0')
		g_string_append_printf(what, ", %s", volume->status);
	g_string_append_printf(out, "\t%s [shape=cylinder, fillcolor=\"#f3e0d0\"%s, ", name->str,
			       style);
	label(out, volume != NULL && *volume->name != '\0' ? volume->name : call, what->str);
	g_string_append(out, "];\n");
}

static void disk(const Graph *graph, const GString *name, const EcsServerVolume *disk)
{
	g_autoptr(GString) own = node("disk", disk->id);
	const EcsfsRecord *record =
		graph->volumes != NULL ? ecsfs_snapshot_find(graph->volumes, disk->id) : NULL;

	disk_node(graph->out, own, disk->id, record != NULL ? record->item : NULL,
		  disk->boot_index == 0 ? "system disk" : "disk", "");
	edge(graph->out, name, own, disk->device);
	g_hash_table_add(graph->drawn, (char *)disk->id);
}

/* Those that no server shows: most of them have none. */
static void other_disks(const Graph *graph, const char *zone)
{
	for (size_t i = 0; graph->volumes != NULL && i < graph->volumes->n; i++) {
		const EcsVolume *volume = graph->volumes->by_id[i]->item;
		if (volume == NULL || g_hash_table_contains(graph->drawn, volume->id) ||
		    (*zone != '\0' && strcmp(volume->zone, zone) != 0))
			continue;
		g_autoptr(GString) own = node("disk", volume->id);
		disk_node(graph->out, own, volume->id, volume, "disk",
			  volume->n_attachments == 0 ? FREE : "");
	}
}

/* They belong to no zone. */
static void other_eips(const Graph *graph, const char *zone)
{
	for (size_t i = 0; *zone == '\0' && graph->eips != NULL && i < graph->eips->n; i++) {
		const EcsEip *eip = graph->eips->by_id[i]->item;
		if (eip == NULL || g_hash_table_contains(graph->drawn, eip->address))
			continue;
		g_autoptr(GString) own = node("eip", eip->address);
		eip_node(graph->out, own, eip->address, eip, FREE);
	}
}

static void server_part(const EcsServer *server, void *data)
{
	const Graph *graph = data;
	g_autoptr(GString) name = node("server", server->id);
	g_autofree char *what = g_strdup_printf("%s, %s", server->status, server->flavor);

	g_string_append_printf(graph->out, "\t%s [fillcolor=\"%s\", ", name->str,
			       color(server->status));
	label(graph->out, server->name, what);
	g_string_append(graph->out, "];\n");
	for (size_t i = 0; i < server->n_addresses; i++)
		address(graph, server, name, &server->addresses[i]);
	for (size_t i = 0; i < server->n_volumes; i++)
		disk(graph, name, &server->volumes[i]);
}

static bool draw(const Graph *graph, EcsfsView *view)
{
	GString *out = graph->out;
	g_autoptr(GString) title = g_string_new(NULL);

	ecsfs_export_title(view, title);
	g_string_append(out, "graph {\n\trankdir=LR; fontname=\"sans-serif\"; ");
	label(out, title->str, "");
	g_string_append(out,
			"; labelloc=t;\n"
			"\tnode [shape=box, style=filled, fontname=\"sans-serif\", fontsize=10];\n"
			"\tedge [fontname=\"sans-serif\", fontsize=8, color=\"#7a8aa0\"];\n");
	for (size_t i = 0; graph->vpcs != NULL && i < graph->vpcs->n; i++)
		vpc_cluster(graph, graph->vpcs->by_id[i]->item);
	bool ok = ecsfs_export_servers(view, server_part, (void *)graph);
	other_disks(graph, ecsfs_view_zone(view));
	other_eips(graph, ecsfs_view_zone(view));
	g_string_append(out, "}\n");
	return ok;
}

bool ecsfs_export_dot_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	EcsfsCollection *collections[] = {
		ecsfs_vpcs_collection(view),	ecsfs_subnets_collection(view),
		ecsfs_volumes_collection(view), ecsfs_eips_collection(view),
		ecsfs_ports_collection(view), /* the last: only where servers tell no VPC */
	};
	EcsfsSnapshot *snapshots[G_N_ELEMENTS(collections)] = { NULL };
	bool told = ecs_scope_has(ecsfs_view_scope(view), ECS_HAS_ECS);

	if (!ecsfs_view_gather(view, collections, G_N_ELEMENTS(collections) - told, snapshots))
		return false;
	g_autoptr(GHashTable) nets =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
	g_autoptr(GHashTable) ports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) drawn = g_hash_table_new(g_str_hash, g_str_equal);
	Graph graph = { out,	      snapshots[0], snapshots[1], snapshots[2],
			snapshots[3], nets,	    ports,	  drawn };
	collect_nets(&graph);
	collect_ports(&graph, snapshots[4]);
	return draw(&graph, view);
}
