/* SPDX-License-Identifier: MIT */
#include "fs/cache.h"

#include <string.h>

#include "client/job.h"
#include "fs/collection.h"
#include "fs/diff.h"
#include "fs/dispatch.h"
#include "fs/snapshot.h"

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
	return side;
}

static void collection_free(void *data)
{
	EcsfsCollection *collection = data;

	g_clear_pointer(&collection->snapshot, ecsfs_snapshot_unref);
	g_clear_pointer(&collection->fetch, ecsfs_fetch_unref);
	failing_clear(&collection->failing);
	g_hash_table_unref(collection->sides);
	g_hash_table_unref(collection->dirty_ids);
	g_free(collection);
}

EcsfsCache *ecsfs_cache_new(EcsfsFs *fs)
{
	EcsfsCache *cache = g_new0(EcsfsCache, 1);

	cache->fs = fs;
	g_mutex_init(&cache->lock);
	cache->collections = g_ptr_array_new_with_free_func(collection_free);
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
	collection->dirty_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (class->list == NULL) {
		collection->snapshot = ecsfs_snapshot_new(g_ptr_array_new(), 0);
		collection->expires = INT64_MAX;
	}
	g_ptr_array_add(cache->collections, collection);
	return collection;
}

EcsfsCollection *ecsfs_cache_collection(EcsfsCache *cache, const EcsfsClass *class, EcsScope *scope)
{
	EcsfsCollection *found = NULL;

	g_mutex_lock(&cache->lock);
	for (size_t i = 0; i < cache->collections->len && found == NULL; i++) {
		EcsfsCollection *collection = cache->collections->pdata[i];
		if (collection->class == class && collection->scope == scope)
			found = collection;
	}
	if (found == NULL)
		found = collection_new(cache, class, scope);
	g_mutex_unlock(&cache->lock);
	return found;
}

const EcsfsClass *ecsfs_collection_class(const EcsfsCollection *collection)
{
	return collection->class;
}

EcsScope *ecsfs_collection_scope(const EcsfsCollection *collection)
{
	return collection->scope;
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
	if (have && !own && now - (*fetch)->started > ECSFS_GRACE_MS * 1000)
		return SHOW_OLD;
	return WAIT;
}

/* How long old data may be shown before we look again. */
#define OLD_US G_USEC_PER_SEC

/* Returns: true if the list will do as it is. */
static bool list_ready(EcsfsCollection *collection, int64_t now, int64_t *fresh_us,
		       EcsfsFetch **fetch, GError **error)
{
	bool have = collection->snapshot != NULL && collection->expires != 0;
	bool own = have && collection->dirty > collection->snapshot->fetched;

	if (collection->class->list == NULL)
		return true;
	if (have && !own && now < collection->expires) {
		if (collection->expires != INT64_MAX)
			*fresh_us = MIN(*fresh_us, collection->expires - now);
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

/* A list is as good as its objects: what we changed is fetched before the whole is shown, one by
 * one if they are few. Returns: NULL, or what to wait for, counted. */
static EcsfsFetch *fetch_dirty(EcsfsCollection *collection, int64_t now, int64_t *fresh_us)
{
	unsigned n = g_hash_table_size(collection->dirty_ids);
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
		Side *side = ecsfs_side_make(collection, id);
		if (refresh(collection, side, id, true, true, now) == WAIT)
			return ecsfs_fetch_ref(side->fetch);
		*fresh_us = MIN(*fresh_us, OLD_US);
	}
	return NULL;
}

EcsfsSnapshot *ecsfs_collection_snapshot(EcsfsCollection *collection, int64_t *fresh_us,
					 EcsfsFetch **fetch, GError **error)
{
	EcsfsSnapshot *snapshot = NULL;
	int64_t now = g_get_monotonic_time();

	g_mutex_lock(&collection->cache->lock);
	if (list_ready(collection, now, fresh_us, fetch, error) &&
	    (*fetch = fetch_dirty(collection, now, fresh_us)) == NULL)
		snapshot = ecsfs_snapshot_ref(collection->snapshot);
	g_mutex_unlock(&collection->cache->lock);
	return snapshot;
}

/* Returns: when the object was last brought, monotonic us. */
static int64_t age_of(const EcsfsCollection *collection, const EcsfsRecord *record)
{
	int64_t single = __atomic_load_n(&record->fetched, __ATOMIC_RELAXED);

	return MAX(single, collection->snapshot->fetched);
}

/* Returns: whether the object has to be asked for by itself. */
static bool wants_single(const EcsfsCollection *collection, const EcsfsRecord *record,
			 const Side *side, int64_t now, int64_t *fresh_us)
{
	const EcsfsClass *class = collection->class;

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
	if (side != NULL && side->job != NULL && now - side->asked > FLUX_TTL_US)
		return true;
	if (class->in_flux == NULL || !class->in_flux(record->item))
		return false;
	if (collection->in_flux > FLUX_SINGLE_MAX)
		return false;
	*fresh_us = MIN(*fresh_us, MAX(FLUX_TTL_US - (now - fetched), 0));
	return now - fetched > FLUX_TTL_US;
}

static EcsfsRecord *record_locked(EcsfsCollection *collection, const char *id, bool any_age,
				  int64_t *fresh_us, EcsfsFetch **fetch, GError **error)
{
	int64_t now = g_get_monotonic_time();
	EcsfsRecord *record =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;

	if (any_age && record != NULL && record->item != NULL)
		return ecsfs_record_ref(record);
	if (!list_ready(collection, now, fresh_us, fetch, error))
		return NULL;
	Side *side = ecsfs_side(collection, id);
	if (!wants_single(collection, record, side, now, fresh_us))
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
				     int64_t *fresh_us, EcsfsFetch **fetch, GError **error)
{
	g_mutex_lock(&collection->cache->lock);
	EcsfsRecord *record = record_locked(collection, id, any_age, fresh_us, fetch, error);
	g_mutex_unlock(&collection->cache->lock);
	return record;
}

GRefString *ecsfs_collection_note(EcsfsCollection *collection, const char *id, int64_t *ns)
{
	GRefString *note = NULL;

	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side(collection, id);
	if (side != NULL) {
		*ns = side->note_ns;
		note = side->note != NULL ? g_ref_string_acquire(side->note) : NULL;
	}
	g_mutex_unlock(&collection->cache->lock);
	return note;
}

void ecsfs_collection_set_note(EcsfsCollection *collection, const char *id, const char *text)
{
	bool changed = false;

	g_mutex_lock(&collection->cache->lock);
	Side *side = text != NULL ? ecsfs_side_make(collection, id) : ecsfs_side(collection, id);
	if (side != NULL && g_strcmp0(side->note, text) != 0) {
		g_clear_pointer(&side->note, g_ref_string_release);
		side->note = text != NULL ? g_ref_string_new(text) : NULL;
		side->note_ns = g_get_real_time() * 1000;
		changed = true;
	}
	g_mutex_unlock(&collection->cache->lock);
	if (changed)
		ecsfs_diff_note(collection->cache->fs, collection, id);
}

static void set_job(Side *side, const char *job)
{
	if (job == NULL || *job == '\0')
		return;
	g_free(side->job);
	side->job = g_strdup(job);
	side->asked = 0;
}

void ecsfs_collection_touch(EcsfsCollection *collection, const char *id, const char *job)
{
	if (collection->class->local) /* it is as it was made here, whatever became of the change */
		return;
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side_make(collection, id);
	side->dirty = g_get_monotonic_time();
	if (collection->class->list != NULL && collection->class->get != NULL)
		g_hash_table_add(collection->dirty_ids, g_strdup(id));
	side->missing = 0;
	failing_clear(&side->failing);
	set_job(side, job);
	if (collection->class->get == NULL)
		collection->dirty = side->dirty;
	g_mutex_unlock(&collection->cache->lock);
}

static void stale_locked(EcsfsCollection *collection)
{
	GHashTableIter iter;
	void *side;

	collection->dirty = g_get_monotonic_time();
	failing_clear(&collection->failing);
	g_hash_table_iter_init(&iter, collection->sides);
	while (g_hash_table_iter_next(&iter, NULL, &side)) {
		((Side *)side)->missing = 0;
		failing_clear(&((Side *)side)->failing);
		if (collection->class->list == NULL && !collection->class->local)
			((Side *)side)->dirty = collection->dirty;
	}
}

void ecsfs_collection_stale(EcsfsCollection *collection)
{
	g_mutex_lock(&collection->cache->lock);
	stale_locked(collection);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_cache_stale(EcsfsCache *cache, EcsScope *scope)
{
	g_mutex_lock(&cache->lock);
	for (size_t i = 0; i < cache->collections->len; i++) {
		EcsfsCollection *collection = cache->collections->pdata[i];
		if (scope == NULL || collection->scope == scope)
			stale_locked(collection);
	}
	g_mutex_unlock(&cache->lock);
}

void ecsfs_collection_promise(EcsfsCollection *collection, const char *id, void *item,
			      const char *job)
{
	int64_t now = g_get_monotonic_time();

	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side_make(collection, id);
	side->promised = now;
	side->dirty = now;
	side->missing = 0;
	set_job(side, job);
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_put(collection, id, item, item != NULL ? now : 0);
}

bool ecsfs_collection_promised(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, id);
	bool promised = side != NULL && side->promised != 0;
	g_mutex_unlock(&collection->cache->lock);
	return promised;
}

void ecsfs_collection_leaving(EcsfsCollection *collection, const char *id, const char *job)
{
	int64_t now = g_get_monotonic_time();

	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side_make(collection, id);
	side->leaving = now;
	side->promised = 0;
	set_job(side, job);
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_remove(collection, id);
}

void ecsfs_collection_put(EcsfsCollection *collection, void *item)
{
	ecsfs_refresh_put(collection, collection->class->id(item), item, g_get_monotonic_time());
}

void ecsfs_cache_failing(EcsfsCache *cache, EcsfsFailing fn, void *data)
{
	g_mutex_lock(&cache->lock);
	for (size_t i = 0; i < cache->collections->len; i++) {
		const EcsfsCollection *collection = cache->collections->pdata[i];
		if (collection->failing.error != NULL)
			fn(collection->class->name, ecs_scope_region(collection->scope),
			   collection->failing.since, collection->failing.error->message, data);
	}
	g_mutex_unlock(&cache->lock);
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
