/* SPDX-License-Identifier: MIT */
/*
 * quotas - what the project may have, and has: one file a quota, `used max`. Every service tells of
 * its own; they are asked at once, and one that fails does not hide the others.
 */
#include "fs/quotas.h"

#include "client/quota.h"
#include "fs/list.h"
#include "fs/name.h"

static const char *quota_id(const void *item)
{
	return ((const EcsQuota *)item)->name;
}

static bool quota_same(const void *a, const void *b)
{
	const EcsQuota *x = a, *y = b;

	return x->used == y->used && x->max == y->max;
}

static void append(GString *out, int64_t value, const char *unknown)
{
	if (value < 0)
		g_string_append(out, unknown);
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

static bool quota_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsQuota *quota = view->item;

	append(out, quota->used, "-");
	g_string_append_c(out, ' ');
	append(out, quota->max, "unlimited");
	g_string_append_c(out, '\n');
	return true;
}

static const EcsfsAttr quota_row = {
	"<quota>",
	0444,
	quota_show,
	.help = "`used max`; - if the API does not tell, `unlimited` if there is no limit",
};

#define CLASS(name_, list_)                                                                        \
	{                                                                                          \
		.name = name_, .attr = &quota_row, .list = list_, .id = quota_id,                  \
		.same = quota_same, .unref = (void (*)(void *))ecs_quota_unref,                    \
	}

/* Of equal names, should there be any, the first one is shown. */
static const EcsfsClass classes[] = {
	CLASS("quotas/ecs", ecs_quota_list),
	CLASS("quotas/evs", ecs_quota_list_volumes),
	CLASS("quotas/vpc", ecs_quota_list_network),
	CLASS("quotas/ims", ecs_quota_list_images),
};

#define SERVICES G_N_ELEMENTS(classes)

static EcsfsCollection *collection_of(const EcsfsView *view, size_t service)
{
	return ecsfs_cache_collection(view->fs->cache, &classes[service], ecsfs_view_scope(view));
}

/* What was in the way while all services were asked. */
typedef struct {
	EcsfsFetch *fetch; /* counted; NULL: none has to be waited for */
	GError *error;	   /* owned; of the first that failed */
} Trouble;

/* Take what the view says is in the way, so that the next one can be asked. */
static void set_aside(EcsfsView *view, Trouble *trouble)
{
	if (view->fetch != NULL) {
		ecsfs_fetch_unref(trouble->fetch);
		trouble->fetch = g_steal_pointer(&view->fetch);
	}
	if (trouble->error == NULL)
		trouble->error = g_steal_pointer(&view->error);
	g_clear_error(&view->error);
}

/* Put it back: the view says why. Returns false. */
static bool give_up(EcsfsView *view, Trouble *trouble)
{
	view->fetch = trouble->fetch;
	view->error = trouble->error;
	if (view->fetch != NULL)
		g_clear_error(&view->error);
	return false;
}

static void trouble_clear(Trouble *trouble)
{
	ecsfs_fetch_unref(trouble->fetch);
	g_clear_error(&trouble->error);
}

/* A name that no service has is not there only if all of them have answered. */
static bool quotas_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	Trouble trouble = { 0 };
	g_autofree char *id = ecsfs_name_unescape(name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	for (size_t i = 0; i < SERVICES; i++) {
		EcsfsCollection *collection = collection_of(view, i);
		EcsfsRecord *record = ecsfs_view_find(view, collection, id);
		if (record != NULL) {
			trouble_clear(&trouble);
			*entry = ecsfs_list_entry(collection, name, record);
			return true;
		}
		set_aside(view, &trouble);
	}
	return (trouble.fetch == NULL && trouble.error == NULL) || give_up(view, &trouble);
}

/* The lists of all services, NULL where one failed. False: one has to be waited for. */
static bool gather(EcsfsView *view, EcsfsSnapshot **snapshots)
{
	EcsfsCollection *collections[SERVICES];

	for (size_t i = 0; i < SERVICES; i++)
		collections[i] = collection_of(view, i);
	return ecsfs_view_gather(view, collections, SERVICES, snapshots);
}

/* Call @fn with each quota that no service before has. */
static void each_new(EcsfsView *view, EcsfsSnapshot *const *snapshots, EcsfsEmit emit, void *data)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (size_t i = 0; i < SERVICES; i++)
		for (size_t j = 0; snapshots[i] != NULL && j < snapshots[i]->n; j++) {
			EcsfsRecord *record = snapshots[i]->by_id[j];
			g_autofree char *name = ecsfs_name_escape(record->id, record->id);
			EcsfsEntry entry = ecsfs_list_entry(collection_of(view, i), name, record);
			if (g_hash_table_add(seen, record->id))
				emit(&entry, data);
		}
}

static bool quotas_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	EcsfsSnapshot *snapshots[SERVICES];
	bool any = false;

	if (!gather(view, snapshots))
		return false;
	for (size_t i = 0; i < SERVICES; i++)
		any = any || snapshots[i] != NULL;
	if (!any) /* why */
		snapshots[0] = ecsfs_view_snapshot(view, collection_of(view, 0));
	if (!any && snapshots[0] == NULL)
		return false;
	each_new(view, snapshots, emit, data);
	return true;
}

typedef struct {
	void (*fn)(const EcsQuota *quota, void *data);
	void *data;
} Each;

static void call(const EcsfsEntry *entry, void *data)
{
	const Each *each = data;

	each->fn(entry->record->item, each->data);
}

bool ecsfs_quotas_each(EcsfsView *view, void (*fn)(const EcsQuota *quota, void *data), void *data)
{
	EcsfsSnapshot *snapshots[SERVICES];
	Each each = { fn, data };

	if (!gather(view, snapshots))
		return false;
	each_new(view, snapshots, call, &each);
	return true;
}

/* Of each cloud so much at most, so that the sum does not overflow. */
#define USAGE_MOST (INT64_C(1) << 48)

/* -1: not known, or no limit. Where there is no limit, what is used counts for nothing. */
static void add(int64_t *used, int64_t *max, const EcsQuota *quota)
{
	if (quota->used < 0 || quota->max < 0)
		return;
	*used = MAX(*used, 0) + MIN(quota->used, USAGE_MOST);
	*max = MAX(*max, 0) + MIN(quota->max, USAGE_MOST);
}

static void add_usage(EcsfsView *view, EcsScope *scope, bool ask, EcsfsUsage *usage,
		      Trouble *trouble)
{
	const struct {
		const EcsfsClass *class;
		const char *id;
		int64_t *used, *max;
	} wanted[] = {
		{ &classes[0], "instances", &usage->servers, &usage->max_servers },
		{ &classes[1], "gigabytes", &usage->used_gb, &usage->max_gb },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		EcsfsCollection *collection =
			ecsfs_cache_collection(view->fs->cache, wanted[i].class, scope);
		if (!ask && !ecsfs_collection_fetched(collection))
			continue;
		view->any_age = !ask;
		EcsfsRecord *record = ecsfs_view_find(view, collection, wanted[i].id);
		if (record != NULL)
			add(wanted[i].used, wanted[i].max, record->item);
		else
			set_aside(view, trouble);
	}
}

bool ecsfs_quotas_usage(EcsfsView *view, EcsScope *const *scopes, size_t n, bool ask,
			EcsfsUsage *usage)
{
	Trouble trouble = { 0 };

	*usage = (EcsfsUsage){ -1, -1, -1, -1 };
	for (size_t i = 0; i < n; i++)
		add_usage(view, scopes[i], ask, usage, &trouble);
	return (trouble.fetch == NULL && trouble.error == NULL) || give_up(view, &trouble);
}

void ecsfs_quotas_changed(EcsfsFs *fs, EcsScope *scope)
{
	for (size_t i = 0; i < SERVICES; i++)
		ecsfs_collection_stale(ecsfs_cache_collection(fs->cache, &classes[i], scope));
}

static void quotas_stale(EcsfsView *view)
{
	ecsfs_quotas_changed(view->fs, ecsfs_view_scope(view));
}

const EcsfsKind ecsfs_quotas = {
	.name = "quotas",
	.row = &quota_row,
	.find = quotas_find,
	.list = quotas_list,
	.stale = quotas_stale,
};
