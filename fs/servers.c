/* SPDX-License-Identifier: MIT */
/* servers - the directory of a zone's servers: found by id or name, made from the template,
 * deleted. */
#include "fs/servers.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/name.h"
#include "fs/template.h"
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

static bool server_in_flux(const void *item)
{
	const EcsServer *server = item;

	return *server->task_state != '\0' || g_strv_contains(passing, server->status);
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

static const EcsfsClass servers_class = {
	.name = "servers",
	.kind = &ecsfs_server,
	.list = ecs_server_list,
	.get = server_get,
	.id = server_id,
	.name_of = server_name,
	.updated = server_updated,
	.same = server_same,
	.in_flux = server_in_flux,
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

bool ecsfs_servers_each(EcsfsView *view, void (*fn)(EcsfsRecord *record, void *data), void *data)
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

bool ecsfs_servers_named(EcsfsView *view, const char *file, EcsfsRecord **record)
{
	EcsfsSnapshot *servers = ecsfs_view_snapshot(view, ecsfs_servers_collection(view));
	g_autofree char *name = ecsfs_name_unescape(file);
	const char *tilde = strrchr(file, '~');
	size_t n = 0;

	*record = NULL;
	if (servers == NULL)
		return false;
	if (name == NULL)
		return true;
	if (!count_named(view, servers, name, NULL, record, &n))
		return false;
	if (n > 1)
		return ecsfs_view_fail(view, ENOTUNIQ);
	if (n == 1 || tilde == NULL)
		return true;
	g_autofree char *stem = g_strndup(file, (size_t)(tilde - file));
	g_autofree char *twin = ecsfs_name_unescape(stem);
	if (twin == NULL || tilde[1] == '\0')
		return true;
	if (!count_named(view, servers, twin, tilde + 1, record, &n))
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

static bool servers_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *id = ecsfs_name_unescape(name);
	EcsfsRecord *record = NULL;
	bool here = false;

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	record = ecsfs_view_find(view, ecsfs_servers_collection(view), id);
	if (record == NULL && ecsfs_view_waits(view))
		return false;
	if (record != NULL && !ecsfs_zones_here(view, server_of(record)->zone, &here))
		return false;
	if (here) {
		*entry = server_entry(view, name, record, false);
		return true;
	}
	if (!ecsfs_servers_named(view, name, &record))
		return false;
	if (record != NULL)
		*entry = server_entry(view, name, record, true);
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

/* mkdir: what the create is made from, until it is answered. */
typedef struct {
	EcsfsRecord *template;
	char *name;
	char *id; /* that the cloud has promised */
} Creation;

static void creation_free(void *data)
{
	Creation *creation = data;

	ecsfs_record_unref(creation->template);
	g_free(creation->name);
	g_free(creation->id);
	g_free(creation);
}

/* On the dispatch thread: the cloud has accepted; show the server although no list has it yet. */
static void created(EcsfsChange *change)
{
	Creation *creation = change->data;
	g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(creation->template, creation->name,
							ecsfs_view_zone(&change->view));
	EcsfsCollection *servers = ecsfs_servers_collection(&change->view);

	ecsfs_collection_promise(servers, creation->id,
				 ecs_server_promise(creation->id, ecsfs_spec_server(spec)),
				 change->job);
	change->made = (EcsfsEntry){
		.kind = &ecsfs_server, .id = creation->id, .collection = servers, .alias = true
	};
}

static void create_done(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Creation *creation = change->data;

	if (accepted != NULL && accepted->ids[0] == NULL) {
		ecsfs_change_fail(change, EBADMSG,
				  "the cloud accepted the create but named no server: see jobs/%s",
				  accepted->job_id);
		return;
	}
	if (accepted != NULL) {
		creation->id = g_strdup(accepted->ids[0]);
		change->job = g_strdup(accepted->job_id);
		change->accepted = created;
	}
	ecsfs_change_done(change, error);
}

static void servers_make(EcsfsChange *change, const char *file)
{
	const char *zone = ecsfs_view_zone(&change->view);
	EcsfsRecord *template = ecsfs_template_record(change->fs, change->node->scope, zone);
	g_autofree char *name = ecsfs_name_unescape(file);

	change->collection = ecsfs_template_collection(change->fs, change->node->scope);
	g_free(change->id);
	change->id = g_strdup(zone);
	const char *missing = ecsfs_template_missing(template);
	if (name == NULL || missing != NULL) {
		ecsfs_record_unref(template);
		if (name == NULL)
			ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a server's name",
					  file);
		else
			ecsfs_change_fail(change, EINVAL,
					  "template/%s is empty: write %s there first", missing,
					  ecsfs_template_hint(missing));
		return;
	}
	Creation *creation = g_new0(Creation, 1);
	creation->template = template;
	creation->name = g_steal_pointer(&name);
	change->data = creation;
	change->free_data = creation_free;
	g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(template, creation->name, zone);
	ecs_server_create(change->node->scope, ecsfs_spec_server(spec), change->cancellable,
			  create_done, change);
}

static void removed(EcsfsChange *change)
{
	ecsfs_collection_leaving(change->collection, change->id, change->job);
}

static void servers_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = removed;
	ecs_server_delete(change->node->scope, ECSFS_CHANGE_IDS(change), change->cancellable,
			  ecsfs_change_accepted, change);
}

static const EcsfsChild servers_children[] = {
	{ "by-name", &ecsfs_by_name, "links to the servers, by name" }, {}
};

const EcsfsKind ecsfs_servers = {
	.name = "servers",
	.entry = &ecsfs_server,
	.children = servers_children,
	.find = servers_find,
	.list = servers_list,
	.collection = ecsfs_servers_collection,
	.make = servers_make,
	.remove = servers_remove,
	.costly = true,
};
