/* SPDX-License-Identifier: MIT */
#include "fs/cache.h"

#include <string.h>

#include "client/job.h"
#include "fs/cloud.h"
#include "fs/collection.h"
#include "fs/diff.h"
#include "fs/dispatch.h"
#include "fs/name.h"
#include "fs/own.h"
#include "fs/pending.h"
#include "fs/snapshot.h"

const char *ecsfs_class_text(const void *item, size_t field)
{
	return field != 0 ? *(char *const *)(const void *)((const char *)item + field) : "";
}

bool ecsfs_class_in_flux(const EcsfsClass *class, const void *item)
{
	if (class->in_flux != NULL)
		return class->in_flux(item);
	return *ecsfs_class_text(item, class->task) != '\0' ||
	       (class->passing != NULL &&
		g_strv_contains(class->passing, ecsfs_class_text(item, class->status)));
}

static void failing_clear(Failing *failing)
{
	g_clear_error(&failing->error);
}

static void side_free(void *data)
{
	Side *side = data;

	g_clear_pointer(&side->fetch, ecsfs_fetch_unref);
	failing_clear(&side->failing);
	g_clear_pointer(&side->note, g_ref_string_release);
	g_free(side->job);
	if (side->secret != NULL)
		explicit_bzero(side->secret, strlen(side->secret));
	g_free(side->secret);
	g_free(side);
}

Side *ecsfs_side(EcsfsCollection *collection, const char *id)
{
	return g_hash_table_lookup(collection->sides, id);
}

Side *ecsfs_side_get(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side(collection, id);
	g_mutex_unlock(&collection->cache->lock);
	return side;
}

Side *ecsfs_side_make(EcsfsCollection *collection, const char *id)
{
	Side *side = ecsfs_side(collection, id);

	if (side == NULL) {
		side = g_new0(Side, 1);
		g_hash_table_insert(collection->sides, g_strdup(id), side);
	}
	side->used = g_get_monotonic_time();
	return side;
}

static void token_free(void *data)
{
	Token *token = data;

	g_free(token->text);
	g_free(token);
}

static void collection_free(void *data)
{
	EcsfsCollection *collection = data;

	g_clear_pointer(&collection->snapshot, ecsfs_snapshot_unref);
	g_clear_pointer(&collection->fetch, ecsfs_fetch_unref);
	failing_clear(&collection->failing);
	g_hash_table_unref(collection->sides);
	g_hash_table_unref(collection->tokens);
	g_hash_table_unref(collection->dirty_ids);
	g_free(collection);
}

/* There is one of each class in each scope: with many projects there are many. */
static unsigned collection_hash(const void *key)
{
	const EcsfsCollection *collection = key;

	return g_direct_hash(collection->class) * 31 + g_direct_hash(collection->scope);
}

static gboolean collection_equal(const void *a, const void *b)
{
	const EcsfsCollection *x = a, *y = b;

	return x->class == y->class && x->scope == y->scope;
}

EcsfsCache *ecsfs_cache_new(EcsfsFs *fs)
{
	EcsfsCache *cache = g_new0(EcsfsCache, 1);

	cache->fs = fs;
	g_mutex_init(&cache->lock);
	cache->collections = g_ptr_array_new_with_free_func(collection_free);
	cache->by_class = g_hash_table_new(collection_hash, collection_equal);
	return cache;
}

void ecsfs_cache_close(EcsfsCache *cache)
{
	g_atomic_int_set(&cache->closing, 1);
}

void ecsfs_cache_free(EcsfsCache *cache)
{
	if (cache == NULL)
		return;
	g_hash_table_unref(cache->by_class);
	g_ptr_array_unref(cache->collections);
	g_mutex_clear(&cache->lock);
	g_free(cache);
}

static EcsfsCollection *collection_new(EcsfsCache *cache, const EcsfsClass *class, EcsScope *scope)
{
	EcsfsCollection *collection = g_new0(EcsfsCollection, 1);

	collection->cache = cache;
	collection->class = class;
	collection->scope = scope;
	collection->sides = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, side_free);
	collection->tokens = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, token_free);
	collection->dirty_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (class->list == NULL) {
		collection->snapshot = ecsfs_snapshot_new(g_ptr_array_new(), 0);
		collection->expires = INT64_MAX;
	}
	g_ptr_array_add(cache->collections, collection);
	g_hash_table_add(cache->by_class, collection);
	return collection;
}

EcsfsCollection *ecsfs_cache_collection(EcsfsCache *cache, const EcsfsClass *class, EcsScope *scope)
{
	const EcsfsCollection key = { .class = class, .scope = scope };

	g_mutex_lock(&cache->lock);
	EcsfsCollection *found = g_hash_table_lookup(cache->by_class, &key);
	if (found == NULL)
		found = collection_new(cache, class, scope);
	g_mutex_unlock(&cache->lock);
	return found;
}

const EcsfsClass *ecsfs_collection_class(const EcsfsCollection *collection)
{
	return collection->class;
}

EcsfsCloud *ecsfs_collection_cloud(const EcsfsCollection *collection)
{
	return ecsfs_cloud_of(collection->cache->fs, collection->scope);
}

EcsScope *ecsfs_collection_scope(const EcsfsCollection *collection)
{
	return collection->scope;
}

bool ecsfs_collection_fetched(EcsfsCollection *collection)
{
	g_mutex_lock(&collection->cache->lock);
	bool fetched = collection->snapshot != NULL;
	g_mutex_unlock(&collection->cache->lock);
	return fetched;
}

/* What is to be done for something that is not fresh. */
typedef enum { SHOW_OLD, WAIT, REFUSE } Verdict;

/* Start the call if it is time; say whether what there is (@have) may be shown meanwhile. @own: we
 * changed it ourselves, so nothing older will do. */
static Verdict refresh(EcsfsCollection *collection, Side *side, const char *id, bool have, bool own,
		       int64_t now)
{
	Failing *failing = side != NULL ? &side->failing : &collection->failing;
	EcsfsFetch **fetch = side != NULL ? &side->fetch : &collection->fetch;

	if (failing->error != NULL && now < failing->retry)
		return have ? SHOW_OLD : REFUSE;
	if (*fetch == NULL)
		*fetch = ecsfs_refresh_start(collection, side, id);
	if (have && failing->error != NULL)
		return SHOW_OLD;
	if (have && (!own || ecsfs_collection_cloud(collection)->away) &&
	    now - (*fetch)->started > ECSFS_GRACE_MS * 1000)
		return SHOW_OLD;
	return WAIT;
}

/* How long old data may be shown before we look again. */
#define OLD_US G_USEC_PER_SEC

/* The list is fresh: ask for the next one before it is not, so that who reads again and again never
 * waits. The kernel keeps what it has until we want to be asked. */
static void refresh_ahead(EcsfsCollection *collection, int64_t now, int64_t *fresh_us)
{
	if (collection->expires == INT64_MAX)
		return;
	bool due = now >= collection->ahead;
	*fresh_us = MIN(*fresh_us, (due ? collection->expires : collection->ahead) - now);
	if (due && collection->fetch == NULL && collection->failing.error == NULL)
		collection->fetch = ecsfs_refresh_start(collection, NULL, NULL);
}

/* Returns: true if the list will do as it is. */
static bool list_ready(EcsfsCollection *collection, int64_t now, int64_t began, int64_t *fresh_us,
		       EcsfsFetch **fetch, GError **error)
{
	bool have = collection->snapshot != NULL && collection->expires != 0;
	bool own = have && collection->dirty > collection->snapshot->fetched;

	if (collection->class->list == NULL)
		return true;
	if (have && !own && began < collection->expires) {
		if (now < collection->expires)
			refresh_ahead(collection, now, fresh_us);
		else
			*fresh_us = 0;
		return true;
	}
	switch (refresh(collection, NULL, NULL, have, own, now)) {
	case SHOW_OLD:
		*fresh_us = MIN(*fresh_us, OLD_US);
		return true;
	case WAIT:
		*fetch = ecsfs_fetch_ref(collection->fetch);
		return false;
	case REFUSE:
	default:
		*error = g_error_copy(collection->failing.error);
		return false;
	}
}

/* Returns: whether the job that makes an object of a draft has to be asked for. */
static bool wants_draft(const Side *side, int64_t now, int64_t *fresh_us)
{
	if (side->job == NULL)
		return false;
	*fresh_us = MIN(*fresh_us, MAX(FLUX_TTL_US - (now - side->asked), 0));
	return now - side->asked > FLUX_TTL_US;
}

/* Returns: when the object was last brought, monotonic us. */
static int64_t age_of(const EcsfsCollection *collection, const EcsfsRecord *record)
{
	int64_t single = __atomic_load_n(&record->fetched, __ATOMIC_RELAXED);

	return MAX(single, collection->snapshot->fetched);
}

/* Have @id asked for. *@wait: what to wait for, counted, if nothing is there yet. */
static void fetch_single(EcsfsCollection *collection, const char *id, bool own, int64_t now,
			 int64_t *fresh_us, EcsfsFetch **wait)
{
	Side *side = ecsfs_side_make(collection, id);

	if (refresh(collection, side, id, true, own, now) != WAIT)
		*fresh_us = MIN(*fresh_us, OLD_US);
	else if (*wait == NULL)
		*wait = ecsfs_fetch_ref(side->fetch);
}

/* A list is as good as its objects: what we changed is fetched before the whole is shown, one by
 * one if they are few. Returns: NULL, or what to wait for, counted. */
static EcsfsFetch *fetch_dirty(EcsfsCollection *collection, int64_t now, int64_t *fresh_us)
{
	unsigned n = g_hash_table_size(collection->dirty_ids);
	EcsfsFetch *fetch = NULL;
	GHashTableIter iter;
	void *id;

	if (collection->class->list == NULL || n == 0)
		return NULL;
	if (n > FLUX_SINGLE_MAX) {
		if (refresh(collection, NULL, NULL, true, true, now) == WAIT)
			return ecsfs_fetch_ref(collection->fetch);
		*fresh_us = MIN(*fresh_us, OLD_US);
		return NULL;
	}
	g_hash_table_iter_init(&iter, collection->dirty_ids);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		const Side *side = ecsfs_side_make(collection, id);
		if (!side->draft || wants_draft(side, now, fresh_us))
			fetch_single(collection, id, true, now, fresh_us, &fetch);
	}
	return fetch;
}

/* Returns: how old @record, which is in transition, may get, us: the longer nothing happens to it,
 * the longer, but no longer than what is not. */
static int64_t flux_ttl(const EcsfsCollection *collection, const EcsfsRecord *record)
{
	int64_t changed = ecsfs_record_updated(record);

	for (guint i = 0; record->stamps != NULL && i < record->stamps->len; i++)
		changed = MAX(changed, ((const EcsfsStamp *)record->stamps->pdata[i])->ns);
	int64_t quiet = g_get_real_time() - changed / 1000;
	return CLAMP(quiet / 10, FLUX_TTL_US, MAX(FLUX_TTL_US, ecsfs_refresh_ttl(collection)));
}

/* And what is in transition, as often as if each were looked at alone. */
static EcsfsFetch *fetch_passing(EcsfsCollection *collection, int64_t now, int64_t began,
				 int64_t *fresh_us)
{
	const EcsfsClass *class = collection->class;
	const EcsfsSnapshot *snapshot = collection->snapshot;
	EcsfsFetch *fetch = NULL;

	if (class->list == NULL || class->get == NULL || collection->in_flux == 0 ||
	    collection->in_flux > FLUX_SINGLE_MAX)
		return NULL;
	for (size_t i = 0; i < snapshot->n; i++) {
		const EcsfsRecord *record = snapshot->by_id[i];
		if (record->item == NULL || !ecsfs_class_in_flux(class, record->item))
			continue;
		int64_t age = now - age_of(collection, record);
		int64_t ttl = flux_ttl(collection, record);
		*fresh_us = MIN(*fresh_us, MAX(ttl - age, 0));
		if (age - (now - began) > ttl)
			fetch_single(collection, record->id, false, now, fresh_us, &fetch);
	}
	return fetch;
}

EcsfsSnapshot *ecsfs_collection_snapshot(EcsfsCollection *collection, int64_t began,
					 int64_t *fresh_us, EcsfsFetch **fetch, GError **error)
{
	EcsfsSnapshot *snapshot = NULL;
	int64_t now = g_get_monotonic_time();

	g_mutex_lock(&collection->cache->lock);
	if (list_ready(collection, now, began, fresh_us, fetch, error) &&
	    (*fetch = fetch_dirty(collection, now, fresh_us)) == NULL &&
	    (*fetch = fetch_passing(collection, now, began, fresh_us)) == NULL)
		snapshot = ecsfs_snapshot_ref(collection->snapshot);
	g_mutex_unlock(&collection->cache->lock);
	return snapshot;
}

EcsfsSnapshot *ecsfs_collection_peek(EcsfsCollection *collection)
{
	g_mutex_lock(&collection->cache->lock);
	EcsfsSnapshot *snapshot = collection->snapshot;
	if (snapshot != NULL)
		ecsfs_snapshot_ref(snapshot);
	g_mutex_unlock(&collection->cache->lock);
	return snapshot;
}

/* Returns: whether the object has to be asked for by itself. */
static bool wants_single(const EcsfsCollection *collection, const EcsfsRecord *record,
			 const Side *side, int64_t now, int64_t began, int64_t *fresh_us)
{
	const EcsfsClass *class = collection->class;

	if (side != NULL && side->draft)
		return wants_draft(side, now, fresh_us);
	if (class->get == NULL)
		return false;
	if (record == NULL)
		return class->list == NULL &&
		       (side == NULL || side->missing == 0 || now - side->missing > OLD_US);
	if (record->item == NULL)
		return true;
	int64_t fetched = age_of(collection, record);
	if (side != NULL && side->dirty > fetched)
		return true;
	if (side != NULL && side->job != NULL) {
		if (began - side->asked > FLUX_TTL_US)
			return true;
		*fresh_us = MIN(*fresh_us, MAX(FLUX_TTL_US - (now - side->asked), 0));
	}
	if (!ecsfs_class_in_flux(class, record->item) && !ecsfs_pending_any(collection, record->id))
		return false;
	if (collection->in_flux > FLUX_SINGLE_MAX)
		return false;
	int64_t ttl = flux_ttl(collection, record);
	*fresh_us = MIN(*fresh_us, MAX(ttl - (now - fetched), 0));
	return began - fetched > ttl;
}

static EcsfsRecord *record_locked(EcsfsCollection *collection, const char *id, bool any_age,
				  int64_t began, int64_t *fresh_us, EcsfsFetch **fetch,
				  GError **error)
{
	int64_t now = g_get_monotonic_time();
	EcsfsRecord *record =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;

	if (any_age && record != NULL && record->item != NULL)
		return ecsfs_record_ref(record);
	if (!list_ready(collection, now, began, fresh_us, fetch, error))
		return NULL;
	Side *side = ecsfs_side(collection, id);
	if (!wants_single(collection, record, side, now, began, fresh_us))
		return record != NULL ? ecsfs_record_ref(record) : NULL;

	side = ecsfs_side_make(collection, id);
	bool have = record != NULL && record->item != NULL;
	bool own = have && side->dirty > age_of(collection, record);
	switch (refresh(collection, side, id, have, own, now)) {
	case SHOW_OLD:
		*fresh_us = MIN(*fresh_us, OLD_US);
		return ecsfs_record_ref(record);
	case WAIT:
		*fetch = ecsfs_fetch_ref(side->fetch);
		return NULL;
	case REFUSE:
	default:
		*error = g_error_copy(side->failing.error);
		return NULL;
	}
}

EcsfsRecord *ecsfs_collection_record(EcsfsCollection *collection, const char *id, bool any_age,
				     int64_t began, int64_t *fresh_us, EcsfsFetch **fetch,
				     GError **error)
{
	g_mutex_lock(&collection->cache->lock);
	EcsfsRecord *record = record_locked(collection, id, any_age, began, fresh_us, fetch, error);
	g_mutex_unlock(&collection->cache->lock);
	return record;
}

bool ecsfs_collection_changed(EcsfsCollection *collection, const EcsfsRecord *record)
{
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, record->id);
	int64_t dirty = MAX(collection->dirty, side != NULL ? side->dirty : 0);
	bool changed = dirty > age_of(collection, record);
	g_mutex_unlock(&collection->cache->lock);
	return changed;
}

EcsfsRecord *ecsfs_collection_known(EcsfsCollection *collection, const char *id)
{
	int64_t oldest = g_get_monotonic_time() - ECSFS_OWN_KEEP_US;

	g_mutex_lock(&collection->cache->lock);
	EcsfsRecord *record =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;
	if (record != NULL)
		record = record->item != NULL && (collection->class->list != NULL ||
						  age_of(collection, record) > oldest)
				 ? ecsfs_record_ref(record)
				 : NULL;
	g_mutex_unlock(&collection->cache->lock);
	return record;
}

EcsfsRecord *ecsfs_collection_since(EcsfsCollection *collection, const char *id, int64_t since,
				    EcsfsFetch **fetch, GError **error)
{
	g_mutex_lock(&collection->cache->lock);
	EcsfsRecord *record = ecsfs_snapshot_find(collection->snapshot, id);
	Side *side = ecsfs_side_make(collection, id);
	const Failing *failing = &side->failing;
	if (record != NULL && record->item != NULL && age_of(collection, record) >= since) {
		ecsfs_record_ref(record);
	} else if (failing->error != NULL && failing->retry - failing->backoff >= since) {
		*error = g_error_copy(failing->error);
		record = NULL;
	} else {
		if (side->fetch == NULL)
			side->fetch = ecsfs_refresh_start(collection, side, id);
		*fetch = ecsfs_fetch_ref(side->fetch);
		record = NULL;
	}
	g_mutex_unlock(&collection->cache->lock);
	return record;
}

void ecsfs_collection_watch(EcsfsCollection *collection, const char *id, int64_t age_us)
{
	int64_t now = g_get_monotonic_time();

	g_mutex_lock(&collection->cache->lock);
	const EcsfsRecord *record =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;
	const Side *side = ecsfs_side(collection, id);
	bool planned = side != NULL && side->draft && side->job == NULL; /* nobody to ask */
	if (record != NULL && !planned && now - age_of(collection, record) > age_us)
		refresh(collection, ecsfs_side_make(collection, id), id, true, false, now);
	g_mutex_unlock(&collection->cache->lock);
}

char *ecsfs_collection_path(const EcsfsCollection *collection, const char *id)
{
	const char *made_for = ecs_scope_made_for(collection->scope);
	const char *region = ecs_scope_region(collection->scope);
	const char *cloud = ecsfs_collection_cloud(collection)->directory;
	g_autofree char *name = *region != '\0' ? ecsfs_name_escape(region, region) : g_strdup("");
	g_autofree char *project = made_for != NULL ? ecsfs_name_escape(made_for, made_for) : NULL;
	g_autofree char *object = id != NULL ? ecsfs_name_escape(id, id) : NULL;
	g_autofree char *place =
		g_build_filename(cloud, name, project != NULL ? "projects" : NULL, project, NULL);

	return g_build_filename(place, collection->class->name, object, NULL);
}

/* A line of health. */
typedef struct {
	const EcsfsCloud *cloud;
	char *path, *why;
	int64_t since;
} Trouble;

static void trouble_clear(void *data)
{
	Trouble *trouble = data;

	g_free(trouble->path);
	g_free(trouble->why);
}

void ecsfs_cache_failing(EcsfsCache *cache, EcsfsFailing fn, void *data)
{
	g_autoptr(GArray) troubles = g_array_new(FALSE, FALSE, sizeof(Trouble));

	g_array_set_clear_func(troubles, trouble_clear);
	g_mutex_lock(&cache->lock);
	for (size_t i = 0; i < cache->collections->len; i++) {
		const EcsfsCollection *collection = cache->collections->pdata[i];
		if (collection->failing.error == NULL)
			continue;
		const Trouble trouble = {
			.cloud = ecsfs_collection_cloud(collection),
			.path = ecsfs_collection_path(collection, NULL),
			.why = g_strdup(collection->failing.error->message),
			.since = collection->failing.since,
		};
		g_array_append_val(troubles, trouble);
	}
	g_mutex_unlock(&cache->lock);
	for (unsigned i = 0; i < troubles->len; i++) {
		const Trouble *trouble = &g_array_index(troubles, Trouble, i);
		fn(trouble->cloud, trouble->path, trouble->since, trouble->why, data);
	}
}

const EcsfsClass *ecsfs_fetch_class(const EcsfsFetch *fetch)
{
	return fetch->collection->class;
}

EcsfsFetch *ecsfs_fetch_ref(EcsfsFetch *fetch)
{
	g_atomic_ref_count_inc(&fetch->refs);
	return fetch;
}

void ecsfs_fetch_unref(EcsfsFetch *fetch)
{
	if (fetch == NULL || !g_atomic_ref_count_dec(&fetch->refs))
		return;
	g_ptr_array_unref(fetch->waiters);
	g_clear_pointer(&fetch->items, g_ptr_array_unref);
	if (fetch->item != NULL)
		fetch->collection->class->unref(fetch->item);
	g_clear_error(&fetch->error);
	g_clear_pointer(&fetch->job, ecs_job_unref);
	g_free(fetch->id);
	g_free(fetch);
}

bool ecsfs_fetch_wait(EcsfsFetch *fetch, EcsfsOp *op)
{
	EcsfsCache *cache = fetch->collection->cache;

	g_mutex_lock(&cache->lock);
	bool wait = !fetch->done;
	if (wait)
		g_ptr_array_add(fetch->waiters, ecsfs_op_ref(op));
	g_mutex_unlock(&cache->lock);
	return wait;
}
