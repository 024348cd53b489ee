/* SPDX-License-Identifier: MIT */
/* eips - elastic IPs: public addresses, made from a template, bound to servers, released. */
#include "client/eip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/bandwidth.h"
#include "client/port.h"
#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/servers.h"
#include "fs/view.h"
#include "fs/wait.h"

static const EcsfsKind eip_kind;

static const char *eip_id(const void *item)
{
	return ((const EcsEip *)item)->id;
}

static const char *eip_address(const void *item)
{
	return ((const EcsEip *)item)->address;
}

static int64_t eip_created(const void *item)
{
	return ((const EcsEip *)item)->created;
}

static bool eip_same(const void *a, const void *b)
{
	return ecs_eip_same(a, b);
}

static const char *const passing[] = { "BINDING", "PENDING_CREATE", "PENDING_DELETE",
				       "PENDING_UPDATE", NULL };

static void eip_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_eip_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass eips_class = {
	.name = "eips",
	.kind = &eip_kind,
	.list = ecs_eip_list,
	.get = eip_get,
	.id = eip_id,
	.json = ECSFS_JSON(ecs_eip_json),
	.name_of = eip_address,
	.updated = eip_created,
	.same = eip_same,
	.status = STRING_AT(EcsEip, status),
	.passing = passing,
	.unref = (void (*)(void *))ecs_eip_unref,
};

EcsfsCollection *ecsfs_eips_of(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_cache_collection(fs->cache, &eips_class, scope);
}

EcsfsCollection *ecsfs_eips_collection(EcsfsView *view)
{
	return ecsfs_eips_of(view->fs, ecsfs_view_scope(view));
}

/* ---- the server that it is bound to: that of the port ---- */

static bool server_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsEip *eip = view->item;

	if (*eip->port == '\0')
		return true;
	EcsfsRecord *port = ecsfs_view_find(view, ecsfs_ports_collection(view), eip->port);
	if (port == NULL)
		return !ecsfs_view_waits(view);
	if (ecs_port_zone(port->item) != NULL)
		ecsfs_value(out, ((const EcsPort *)port->item)->device);
	return true;
}

static bool servers_at_hand(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_servers_collection(view)) != NULL &&
	       ecsfs_network_ports_known(view);
}

/* The server that has the port; NULL: none is known to. */
static const EcsServer *holder(EcsfsView *view, const char *port)
{
	const EcsfsSnapshot *servers = ecsfs_view_snapshot(view, ecsfs_servers_collection(view));

	for (size_t i = 0; servers != NULL && i < servers->n; i++) {
		const EcsServer *server = servers->by_id[i]->item;
		for (size_t j = 0; server != NULL && *port != '\0' && j < server->n_addresses; j++)
			if (g_strcmp0(ecsfs_network_port_of(view, server, &server->addresses[j]),
				      port) == 0)
				return server;
	}
	return NULL;
}

/* On the dispatch thread: the server (change->data, its id) shows other addresses now. */
static void bound(EcsfsChange *change)
{
	if (change->data != NULL)
		ecsfs_collection_touch(ecsfs_servers_collection(&change->view), change->data, NULL);
}

static void bind_to(EcsfsChange *change, const EcsServer *server, const char *port)
{
	change->data = server != NULL ? g_strdup(server->id) : NULL;
	change->free_data = g_free;
	change->accepted = bound;
	ecs_eip_bind(change->node->scope, change->id, port, change->cancellable,
		     ecsfs_change_accepted, change);
}

/* The server that has it is called so, or nobody has it and nobody is to. */
static bool server_so(EcsfsView *view, const char *text)
{
	const EcsEip *eip = view->item;
	const EcsServer *now = holder(view, eip->port);

	if (*text == '\0')
		return *eip->port == '\0';
	return now != NULL && (strcmp(now->id, text) == 0 || strcmp(now->name, text) == 0);
}

static void server_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsEip *eip = change->view.item;
	EcsfsCollection *servers = ecsfs_servers_collection(&change->view);

	if (*text == '\0') {
		bind_to(change, holder(&change->view, eip->port), NULL);
		return;
	}
	EcsfsRecord *record = ecsfs_change_find(change, servers, "server", text);
	if (record == NULL)
		return;
	const EcsServer *server = record->item;
	const char *port = server->n_addresses > 0 ? ecsfs_network_port_of(&change->view, server,
									   &server->addresses[0])
						   : NULL;
	if (port == NULL || *port == '\0')
		ecsfs_change_fail(change, EINVAL,
				  "the server \"%.255s\" has no network interface yet", text);
	else
		bind_to(change, server, port);
}

static const EcsfsAttr eip_attrs[] = {
	{ "address", 0444, SHOW_STRING(EcsEip, address), .help = "the public address" },
	{ "created", 0444, SHOW_TIME(EcsEip, created), .help = "when it was made, ISO 8601 UTC" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsEip, id), .help = "id" },
	{ "ip_version", 0444, SHOW_INT(EcsEip, ip_version), .help = "4 or 6" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "port", 0444, SHOW_STRING(EcsEip, port),
	  .help = "id of the port that it is bound to; empty: none" },
	{ "private_ip", 0444, SHOW_STRING(EcsEip, private_address),
	  .help = "address of that port" },
	{ "server", 0644, server_show, server_store, .so = server_so, .flags = ECSFS_OWN_CALL,
	  .prepare = servers_at_hand,
	  .help = "id of the server that it is bound to; write an id or a name to bind it to its "
		  "first interface, an empty line to unbind" },
	{ "status", 0444, SHOW_STRING(EcsEip, status),
	  .help = "DOWN (free), ACTIVE (bound), PENDING_CREATE, ELB, VPN, ERROR, ..." },
	{ "type", 0444, SHOW_STRING(EcsEip, type),
	  .help = "5_bgp, 5_mailbgp or 5_gray; in plain OpenStack the id of its network" },
	{}
};

static bool is_bound(const EcsfsView *view)
{
	return *((const EcsEip *)view->item)->port != '\0';
}

static bool has_bandwidth(const EcsfsView *view)
{
	return *((const EcsEip *)view->item)->bandwidth != '\0';
}

static bool bandwidth_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../", "bandwidths", ((const EcsEip *)view->item)->bandwidth, out);
	return true;
}

static bool port_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../", "ports", ((const EcsEip *)view->item)->port, out);
	return true;
}

static bool server_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	return ecsfs_network_link_server(view, "../../", ((const EcsEip *)view->item)->port, out);
}

static const EcsfsLink eip_links[] = {
	{ "bandwidth_dir", bandwidth_target, "its bandwidth", has_bandwidth },
	{ "port_dir", port_target, "the port that it is bound to", is_bound },
	{ "server_dir", server_target, "the server that it is bound to", is_bound },
	{}
};

/* ---- its bandwidth, as its own document tells ---- */

static void size_store(EcsfsChange *change, const char *text, size_t len)
{
	ecsfs_bandwidth_resize(change, ((const EcsEip *)change->view.item)->bandwidth, text);
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecsfs_bandwidth_rename(change, ((const EcsEip *)change->view.item)->bandwidth, text);
}

static const EcsfsAttr bandwidth_attrs[] = {
	{ "id", 0444, SHOW_STRING(EcsEip, bandwidth), .help = "its id" },
	{ "name", 0644, SHOW_STRING(EcsEip, bandwidth_name), .store = name_store,
	  .help = "its name; write to rename" },
	{ "share_type", 0444, SHOW_STRING(EcsEip, share_type),
	  .help = "PER: it is the elastic IP's alone; WHOLE: it is shared" },
	{ "size", 0644, SHOW_INT(EcsEip, bandwidth_mbits), .store = size_store,
	  .help = "Mbit/s; write to resize" },
	{}
};

static const EcsfsKind eip_bandwidth_kind = { .name = "bandwidth", .attrs = bandwidth_attrs };

static const EcsfsChild eip_children[] = { { "bandwidth", &eip_bandwidth_kind, "how fast it is",
					     .needs = ECS_HAS_VPC },
					   ECSFS_WAIT_CHILD,
					   {} };

static const EcsfsKind eip_kind = {
	.name = "<eip>",
	.help = "an elastic IP, by id; its address works as well",
	.attrs = eip_attrs,
	.links = eip_links,
	.children = eip_children,
};

/* ---- made from the template, released ---- */

#define CLOCKS_S 5 /* by which the cloud's clock may be behind ours */

enum { BANDWIDTH, BANDWIDTH_NAME, CHARGE_MODE, SIZE, TYPE };

static void template_size_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len > 0 && !ecsfs_whole_number(text, 1, 2000))
		ecsfs_change_fail(change, EINVAL, "write a whole number of Mbit/s, 1 to 2000");
	else
		ecsfs_template_store(change, text, len);
}

static const EcsfsAttr template_attrs[] = {
	{ "bandwidth", 0644, ECSFS_TEMPLATE_LINE(BANDWIDTH), .refers = ecsfs_bandwidths_collection,
	  .help = "id or name of a shared bandwidth; empty: it gets one of its own",
	  .needs = ECS_HAS_VPC },
	{ "bandwidth_name", 0644, ECSFS_TEMPLATE_LINE(BANDWIDTH_NAME),
	  .help = "name of its own bandwidth; empty: that of the directory", .needs = ECS_HAS_VPC },
	{ "charge_mode", 0644, ECSFS_TEMPLATE_LINE(CHARGE_MODE),
	  .help = "what its own bandwidth is paid by: traffic or bandwidth", .needs = ECS_HAS_VPC },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in eips/ failed; empty: it did not" },
	{ "size", 0644, ecsfs_show_string, template_size_store, ECSFS_TEMPLATE_AT(SIZE),
	  .help = "Mbit/s of its own bandwidth (mandatory)", .needs = ECS_HAS_VPC },
	{ "type", 0644, ECSFS_TEMPLATE_LINE(TYPE),
	  .help = "5_bgp, 5_mailbgp or 5_gray (mandatory); in plain OpenStack an external network, "
		  "empty: the only one" },
	{}
};

const EcsfsKind ecsfs_eip_template = {
	.name = "eip_template",
	.help = "what mkdir in eips/ makes an elastic IP from",
	.attrs = template_attrs,
};

static const EcsfsTemplateRow template_rows[] = {
	{ CHARGE_MODE, "charge_mode", .initial = "traffic", .needs = ECS_HAS_VPC },
	{ SIZE, "size", .initial = "10", .hint = "a number of Mbit/s", .needs = ECS_HAS_VPC },
	{ TYPE, "type", .initial = "5_bgp", .hint = "a type, such as 5_bgp", .needs = ECS_HAS_VPC },
	{}
};

static const EcsfsTemplateType eip_templates = {
	.class = ECSFS_TEMPLATE_CLASS("eip_templates", &ecsfs_eip_template),
	.rows = template_rows,
};

bool ecsfs_eip_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &eip_templates, "eips", entry);
}

static void created(void *object, const GError *error, void *data)
{
	EcsfsChange *change = data;
	EcsEip *eip = object;

	if (eip != NULL) /* a shared one shows it now, its own is new */
		ecsfs_collection_stale(ecsfs_bandwidths_collection(&change->view));
	ecsfs_creation_done(change, eip != NULL ? eip->id : "", eip, "", error);
}

static void send_eip(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	const EcsfsTemplate *t = creation->template;
	const char *name = ecsfs_template_value(t, BANDWIDTH_NAME);
	EcsEipSpec spec = {
		.type = ecsfs_template_value(t, TYPE),
		.shared_bandwidth = ecsfs_template_value(t, BANDWIDTH),
		.bandwidth_name = *name != '\0' ? name : creation->name,
		.bandwidth_mbits = atoi(ecsfs_template_value(t, SIZE)),
		.charge_mode = ecsfs_template_value(t, CHARGE_MODE),
	};
	ecs_eip_create(change->node->scope, &spec, change->cancellable, created, change);
}

/* One with a bandwidth of another name has no name of its own: when it was made is all that is
 * told. */
static EcsfsCreationIs is_eip(const EcsfsChange *change, const void *item)
{
	const EcsfsCreation *creation = change->data;
	const EcsEip *eip = item;

	if (*ecsfs_template_value(creation->template, BANDWIDTH) == '\0' &&
	    *ecsfs_template_value(creation->template, BANDWIDTH_NAME) == '\0')
		return strcmp(eip->bandwidth_name, creation->name) == 0 ? ECSFS_CREATION_MADE
									: ECSFS_CREATION_NOT;
	return eip->created >= creation->since - CLOCKS_S ? ECSFS_CREATION_MAYBE
							  : ECSFS_CREATION_NOT;
}

static const EcsfsCreationType eip_creation = { send_eip, is_eip };

static void eips_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_eips_collection(&change->view), &eip_templates,
				 "eips", file))
		ecsfs_creation_send(change, &eip_creation);
}

/* Its own bandwidth goes with it. */
static void released(EcsfsChange *change)
{
	ecsfs_change_removed(change);
	ecsfs_bandwidth_lost(change);
}

static void eips_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	if (entry->record != NULL && entry->record->item != NULL)
		ecsfs_bandwidth_losing(change, entry->record->item);
	change->accepted = released;
	ecs_eip_delete(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
		       change);
}

/* What is called as its bandwidth, as mkdir makes it; *@record: the one, if it is only one. */
static bool find_by_bandwidth(EcsfsView *view, const char *name, EcsfsRecord **record)
{
	EcsfsSnapshot *eips = ecsfs_view_snapshot(view, ecsfs_eips_collection(view));
	size_t n = 0;

	for (size_t i = 0; eips != NULL && i < eips->n; i++) {
		const EcsEip *eip = eips->by_id[i]->item;
		if (eip == NULL || strcmp(eip->bandwidth_name, name) != 0)
			continue;
		*record = eips->by_id[i];
		n++;
	}
	if (n > 1)
		return ecsfs_view_fail(view, ENOTUNIQ);
	return eips != NULL;
}

static bool eips_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *text = ecsfs_name_unescape(name);
	EcsfsRecord *record = NULL;

	if (!ecsfs_list_find(view, name, entry))
		return false;
	if (entry->name != NULL || text == NULL || *text == '\0' || ecsfs_name_probe(name))
		return true;
	if (!find_by_bandwidth(view, text, &record))
		return false;
	if (record != NULL) {
		*entry = ecsfs_list_entry(ecsfs_eips_collection(view), name, record);
		entry->alias = true;
	}
	return true;
}

const EcsfsKind ecsfs_eips = {
	.name = "eips",
	.entry = &eip_kind,
	.find = eips_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_eips_collection,
	.noted = ecsfs_eip_template_object,
	.make = eips_make,
	.remove = eips_remove,
	.costly = true,
};
