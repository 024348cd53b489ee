/* SPDX-License-Identifier: MIT */
/* servers - the directory of a zone's servers: found by id or name, made from the template,
 * deleted. */
#include "fs/servers.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/creation.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/server_template.h"
#include "fs/views.h"
#include "fs/zones.h"

static const char *server_id(const void *item)
{
	return ((const EcsServer *)item)->id;
}

static const char *server_name(const void *item)
{
	return ((const EcsServer *)item)->name;
}

static int64_t server_updated(const void *item)
{
	const EcsServer *server = item;

	return server->updated != 0 ? server->updated : server->created;
}

static bool server_same(const void *a, const void *b)
{
	return ecs_server_same(a, b);
}

/* Statuses that end by themselves. Source: ECS reference, "ECS Statuses", where not stable. */
static const char *const passing[] = {
	"BUILD", "REBOOT", "HARD_REBOOT", "REBUILD", "MIGRATING", "RESIZE", "REVERT_RESIZE", NULL,
};
/* The others, there and in the OpenStack compute API. */
static const char *const lasting[] = {
	"ACTIVE",	 "DELETED",	 "ERROR",     "PASSWORD",
	"PAUSED",	 "RESCUE",	 "SHELVED",   "SHELVED_OFFLOADED",
	"SHUTOFF",	 "SOFT_DELETED", "SUSPENDED", "UNKNOWN",
	"VERIFY_RESIZE", NULL,
};

static bool server_locked(const void *item)
{
	return ((const EcsServer *)item)->locked;
}

static void *server_failed(const void *item, const char *why)
{
	return ecs_server_failed(item, why);
}

static void server_got(EcsServer *server, const GError *error, void *data)
{
	ecsfs_fetch_item(data, server, error);
}

static void server_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_get(scope, id, NULL, server_got, fetch);
}

/* For the zone's events. Not what says the same in other words, such as vm_state. */
static const char *const told[] = {
	"addresses",   "dedicated_host",
	"description", "fault",
	"flavor",      "image",
	"key_name",    "locked",
	"name",	       "security_groups/*",
	"metadata/*",  "server_group",
	"status",      "tags/*",
	"task_state",  "volumes/*/device",
	NULL,
};

static bool same_addresses(const EcsServer *a, const EcsServer *b)
{
	if (a->n_addresses != b->n_addresses)
		return false;
	for (size_t i = 0; i < a->n_addresses; i++)
		if (strcmp(a->addresses[i].addr, b->addresses[i].addr) != 0 ||
		    strcmp(a->addresses[i].port_id, b->addresses[i].port_id) != 0)
			return false;
	return true;
}

static void server_differs(EcsfsFs *fs, EcsScope *scope, const void *a, const void *b)
{
	if (a == NULL || !same_addresses(a, b))
		ecsfs_network_stale(fs, scope);
}

static bool server_gone(const void *item)
{
	return ecs_server_is_gone(item);
}

static const EcsfsClass servers_class = {
	.name = "servers",
	.kind = &ecsfs_server,
	.list = ecs_server_list,
	.changes = ecs_server_list_changes,
	.gone = server_gone,
	.get = server_get,
	.id = server_id,
	.json = ECSFS_JSON(ecs_server_json),
	.name_of = server_name,
	.updated = server_updated,
	.same = server_same,
	.differs = server_differs,
	.status = STRING_AT(EcsServer, status),
	.task = STRING_AT(EcsServer, task_state),
	.fault = STRING_AT(EcsServer, fault),
	.passing = passing,
	.lasting = lasting,
	.zone = STRING_AT(EcsServer, zone),
	.told = told,
	.making = "BUILD",
	.locked = server_locked,
	.failed = server_failed,
	.unref = (void (*)(void *))ecs_server_unref,
};

EcsfsCollection *ecsfs_servers_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &servers_class, ecsfs_view_scope(view));
}

static const EcsServer *server_of(const EcsfsRecord *record)
{
	return record->item;
}

bool ecsfs_servers_each(EcsfsView *view, EcsfsRecordFn fn, void *data)
{
	EcsfsSnapshot *servers = ecsfs_view_snapshot(view, ecsfs_servers_collection(view));

	if (servers == NULL)
		return false;
	for (size_t i = 0; i < servers->n; i++) {
		EcsfsRecord *record = servers->by_id[i];
		bool here;
		if (!ecsfs_zones_here(view, server_of(record)->zone, &here))
			return false;
		if (here)
			fn(record, data);
	}
	return true;
}

/* Count in *@n the servers of the zone that are called @name, and whose id starts with @start
 * (NULL: any); the last one is *@record. False: see the view. */
static bool count_named(EcsfsView *view, const EcsfsSnapshot *servers, const char *name,
			const char *start, EcsfsRecord **record, size_t *n)
{
	size_t count, first = ecsfs_snapshot_named(servers, name, &count);

	*n = 0;
	for (size_t i = first; i < first + count; i++) {
		bool here;
		if (!ecsfs_zones_here(view, server_of(servers->by_name[i])->zone, &here))
			return false;
		if (!here || (start != NULL && !g_str_has_prefix(servers->by_name[i]->id, start)))
			continue;
		*record = servers->by_name[i];
		(*n)++;
	}
	return true;
}

/* "web~f93a782a", as by-name has it where several are called "web": *@record; NULL: none. False:
 * see the view. */
static bool find_twin(EcsfsView *view, const EcsfsSnapshot *servers, const char *file,
		      const char *tilde, EcsfsRecord **record)
{
	g_autofree char *stem = g_strndup(file, (size_t)(tilde - file));
	g_autofree char *name = ecsfs_name_unescape(stem);
	size_t n;

	*record = NULL;
	if (name == NULL || tilde[1] == '\0')
		return true;
	if (!count_named(view, servers, name, tilde + 1, record, &n))
		return false;
	if (n == 1)
		return true;
	*record = NULL;
	for (size_t i = 0; i < servers->n && *record == NULL; i++) { /* a name that had to be cut */
		EcsfsRecord *candidate = servers->by_id[i];
		if (!g_str_has_prefix(candidate->id, tilde + 1))
			continue;
		g_autofree char *cut =
			ecsfs_name_distinct(server_of(candidate)->name, candidate->id);
		bool here = false;
		if (strcmp(cut, file) == 0 &&
		    !ecsfs_zones_here(view, server_of(candidate)->zone, &here))
			return false;
		if (here)
			*record = candidate;
	}
	return true;
}

bool ecsfs_servers_named(EcsfsView *view, const char *file, EcsfsRecord **record)
{
	EcsfsSnapshot *servers = ecsfs_view_snapshot(view, ecsfs_servers_collection(view));
	g_autofree char *name = ecsfs_name_unescape(file);
	const char *tilde = strrchr(file, '~');
	EcsfsRecord *twin = NULL;
	size_t n;

	*record = NULL;
	if (servers == NULL)
		return false;
	if (name == NULL)
		return true;
	if (tilde != NULL && !find_twin(view, servers, file, tilde, &twin))
		return false;
	if (!count_named(view, servers, name, NULL, record, &n))
		return false;
	if (n > 1)
		return ecsfs_view_fail(view, ENOTUNIQ);
	if (twin != NULL)
		*record = twin;
	return true;
}

static EcsfsEntry server_entry(EcsfsView *view, const char *name, EcsfsRecord *record, bool alias)
{
	return (EcsfsEntry){
		.name = name,
		.kind = &ecsfs_server,
		.id = record->id,
		.collection = ecsfs_servers_collection(view),
		.record = record,
		.alias = alias,
	};
}

/* By id. False: see the view. */
static bool find_id(EcsfsView *view, const char *file, EcsfsRecord **record)
{
	g_autofree char *id = ecsfs_name_unescape(file);
	bool here = false;

	*record = NULL;
	if (id == NULL)
		return true;
	EcsfsRecord *found = ecsfs_view_find(view, ecsfs_servers_collection(view), id);
	if (found == NULL && ecsfs_view_waits(view))
		return false;
	if (found != NULL && !ecsfs_zones_here(view, server_of(found)->zone, &here))
		return false;
	if (here)
		*record = found;
	return true;
}

bool ecsfs_servers_here(EcsfsView *view, const char *file, EcsfsRecord **record)
{
	if (!find_id(view, file, record))
		return false;
	return *record != NULL || ecsfs_servers_named(view, file, record);
}

static bool servers_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsRecord *record;

	if (ecsfs_name_probe(name))
		return true;
	if (!ecsfs_servers_here(view, name, &record))
		return false;
	if (record != NULL) {
		bool alias = strcmp(record->id, name) != 0;
		*entry = server_entry(view, name, record, alias);
	}
	return true;
}

typedef struct {
	EcsfsView *view;
	EcsfsEmit emit;
	void *data;
} Listing;

static void emit_server(EcsfsRecord *record, void *data)
{
	const Listing *listing = data;
	g_autofree char *name = ecsfs_name_escape(record->id, record->id);
	EcsfsEntry entry = server_entry(listing->view, name, record, false);

	listing->emit(&entry, listing->data);
}

static bool servers_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	Listing listing = { view, emit, data };

	return ecsfs_servers_each(view, emit_server, &listing);
}

static EcsfsOrder order_of(const EcsfsChange *change, const EcsfsCreation *creation)
{
	return (EcsfsOrder){
		.template = creation->template,
		.name = creation->name,
		.zone = ecsfs_view_zone(&change->view),
		.token = creation->token,
	};
}

static void create_done(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;
	const EcsfsCreation *creation = change->data;
	const char *id = accepted != NULL ? accepted->ids[0] : NULL;
	EcsServer *promise = NULL;

	if (id != NULL) {
		const EcsfsOrder order = order_of(change, creation);
		g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(&order);
		promise = ecs_server_promise(id, ecsfs_spec_server(spec));
	}
	ecsfs_creation_done(change, id != NULL ? id : "", promise,
			    accepted != NULL ? accepted->job_id : "", error);
}

/* EcsfsCreationType.send */
static void send_server(EcsfsChange *change)
{
	const EcsfsOrder order = order_of(change, change->data);
	g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(&order);

	ecs_server_create(change->node->scope, ecsfs_spec_server(spec), change->cancellable,
			  create_done, change);
}

static EcsfsCreationIs is_server(const EcsfsChange *change, const void *item)
{
	const EcsfsCreation *creation = change->data;
	const EcsServer *server = item;

	return strcmp(server->name, creation->name) == 0 &&
			       strcmp(server->zone, ecsfs_view_zone(&change->view)) == 0
		       ? ECSFS_CREATION_MADE
		       : ECSFS_CREATION_NOT;
}

static const EcsfsCreationType server_creation = { send_server, is_server, .heeds = ECS_HAS_ECS };

static void servers_make(EcsfsChange *change, const char *file)
{
	const char *zone = ecsfs_view_zone(&change->view);
	EcsfsCreation *creation =
		ecsfs_creation_begin(change, ecsfs_servers_collection(&change->view),
				     &ecsfs_server_templates, zone, file);

	if (creation == NULL || !ecsfs_server_template_resolve(change, creation->template))
		return;
	ecsfs_creation_send(change, &server_creation);
}

static void servers_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	const EcsServer *server = entry->record != NULL ? entry->record->item : NULL;

	if (server != NULL) { /* one of that name that comes now is another */
		g_autofree char *file = ecsfs_name_escape(server->name, server->id);
		ecsfs_creation_forget(change, ecsfs_servers_collection(&change->view),
				      ecsfs_view_zone(&change->view), file);
	}
	change->accepted = ecsfs_change_removed;
	ecs_server_delete(change->node->scope, ECSFS_CHANGE_IDS(change), change->cancellable,
			  ecsfs_change_accepted, change);
}

static const EcsfsChild servers_children[] = {
	{ "batch", &ecsfs_batch, "verbs for many servers at once" },
	{ "by-flavor", &ecsfs_by_flavor, "links to the servers, by flavor" },
	{ "by-image", &ecsfs_by_image, "links to the servers, by image" },
	{ "by-ip", &ecsfs_by_ip, "links to the servers, by address" },
	{ "by-name", &ecsfs_by_name, "links to the servers, by name" },
	{ "by-status", &ecsfs_by_status, "links to the servers, by status" },
	{ "by-tag", &ecsfs_by_tag, "links to the servers, by tag" },
	{}
};

static const EcsfsAttr servers_attrs[] = {
	{ "index.tsv", 0444, ecsfs_index_show, .flags = ECSFS_LISTING,
	  .help = "the servers, one a line: id, name, status, flavor, ip, created, tabs between; "
		  "a header first" },
	{}
};

const EcsfsKind ecsfs_servers = {
	.name = "servers",
	.attrs = servers_attrs,
	.entry = &ecsfs_server,
	.children = servers_children,
	.find = servers_find,
	.list = servers_list,
	.collection = ecsfs_servers_collection,
	.noted = ecsfs_template_object,
	.prepare = ecsfs_server_template_names,
	.make = servers_make,
	.remove = servers_remove,
	.costly = true,
};
