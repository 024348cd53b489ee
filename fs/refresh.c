/* SPDX-License-Identifier: MIT */
#include <malloc.h>
#include <string.h>

#include "client/job.h"
#include "fs/bound.h"
#include "fs/cloud.h"
#include "fs/diff.h"
#include "fs/dispatch.h"
#include "fs/draft.h"
#include "fs/fault.h"
#include "fs/log.h"
#include "fs/merge.h"
#include "fs/own.h"
#include "fs/pending.h"
#include "fs/secret.h"
#include "fs/snapshot.h"

/* Objects in a list after which the memory of the old one, and of the JSON that the new one came
 * in, is given back: malloc keeps it otherwise, scattered. */
#define TRIM_MIN 1000

/* Returns: how long before its end a list is asked for again: twice as long as it takes, but most
 * of its time it is to be of use. */
static int64_t ahead_us(int64_t ttl, int64_t took)
{
	return CLAMP(2 * took, ttl / 10, ttl / 4);
}

/* A list shorter than this is asked for as a whole: it costs little. */
#define CHANGES_MIN 100
/* How often a list is asked for as a whole, in ttls: what is not told as a change is seen then. */
#define WHOLE_TTLS 6
/* The clocks of a cloud's hosts differ, and what is told is when it was written there. */
#define CHANGES_OVERLAP_S 60

static gboolean apply_list(void *data);
static gboolean apply_item(void *data);
static void job_done(EcsJob *job, const GError *error, void *data);

static EcsfsDispatch *dispatch_of(const EcsfsFetch *fetch)
{
	return fetch->collection->cache->fs->dispatch;
}

/* EcsListDone, on the engine's thread. */
static void list_done(GPtrArray *items, const GError *error, void *data)
{
	EcsfsFetch *fetch = data;

	fetch->items = items;
	fetch->error = error != NULL ? g_error_copy(error) : NULL;
	ecsfs_dispatch_call(dispatch_of(fetch), apply_list, fetch);
}

void ecsfs_fetch_item(EcsfsFetch *fetch, void *item, const GError *error)
{
	fetch->item = item;
	fetch->error = error != NULL ? g_error_copy(error) : NULL;
	ecsfs_dispatch_call(dispatch_of(fetch), apply_item, fetch);
}

void ecsfs_fetch_got(void *item, const GError *error, void *fetch)
{
	ecsfs_fetch_item(fetch, item, error);
}

int64_t ecsfs_refresh_ttl(const EcsfsCollection *collection)
{
	unsigned s = collection->class->ttl_s;

	if (s == 0)
		s = collection->cache->fs->options.ttl_s;
	return (int64_t)s * G_USEC_PER_SEC;
}

/* Ask for what has changed since the last list, if that will do. Returns: whether it will. What we
 * changed ourselves, or somebody wants anew, may be what the cloud does not call a change. */
static bool ask_changes(EcsfsFetch *fetch)
{
	const EcsfsCollection *collection = fetch->collection;
	const EcsfsSnapshot *snapshot = collection->snapshot;

	if (collection->class->changes == NULL || collection->whole || snapshot == NULL ||
	    snapshot->n < CHANGES_MIN || collection->dirty > snapshot->fetched ||
	    g_hash_table_size(collection->dirty_ids) > FLUX_SINGLE_MAX ||
	    fetch->started - snapshot->fetched > WHOLE_TTLS * ecsfs_refresh_ttl(collection))
		return false;
	int64_t ago_s = (fetch->started - collection->listed) / G_USEC_PER_SEC + CHANGES_OVERLAP_S;
	int64_t since = g_get_real_time() / G_USEC_PER_SEC - ago_s;
	fetch->changes = true; /* before the answer can be there */
	if (!collection->class->changes(collection->scope, since, NULL, list_done, fetch))
		fetch->changes = false;
	return fetch->changes;
}

uint64_t ecsfs_cache_version(EcsfsCache *cache)
{
	return __atomic_load_n(&cache->version, __ATOMIC_ACQUIRE);
}

void ecsfs_cache_moved(EcsfsCache *cache)
{
	__atomic_add_fetch(&cache->version, 1, __ATOMIC_ACQ_REL);
}

EcsfsFetch *ecsfs_refresh_start(EcsfsCollection *collection, Side *side, const char *id)
{
	EcsfsFetch *fetch = g_new0(EcsfsFetch, 1);

	g_atomic_ref_count_init(&fetch->refs);
	fetch->collection = collection;
	fetch->id = g_strdup(side != NULL ? id : NULL);
	fetch->started = g_get_monotonic_time();
	fetch->waiters = g_ptr_array_new_with_free_func((GDestroyNotify)ecsfs_op_unref);
	ecsfs_fetch_ref(fetch); /* the call's own, dropped in finish() */
	fetch->draft = side != NULL && side->draft;
	if (fetch->draft)
		ecs_job_get(collection->scope, side->job, NULL, job_done, fetch);
	else if (side != NULL)
		collection->class->get(collection->scope, id, fetch);
	else if (!ask_changes(fetch))
		collection->class->list(collection->scope, NULL, list_done, fetch);
	return fetch;
}

/* The call has ended and what it brought is in place: wake the waiters. Drops the call's reference.
 */
static void finish(EcsfsFetch *fetch, EcsfsFetch **slot)
{
	EcsfsCache *cache = fetch->collection->cache;
	g_autoptr(GPtrArray) waiters = NULL;

	g_mutex_lock(&cache->lock);
	fetch->done = true;
	waiters = g_steal_pointer(&fetch->waiters);
	fetch->waiters = g_ptr_array_new();
	if (*slot == fetch) {
		*slot = NULL;
		ecsfs_fetch_unref(fetch);
	}
	g_mutex_unlock(&cache->lock);
	for (size_t i = 0; i < waiters->len; i++)
		ecsfs_op_again(waiters->pdata[i]);
	ecsfs_bound_sides(fetch->collection);
	ecsfs_fetch_unref(fetch);
}

/* Tell what went wrong behind everybody's back. The path is that of /.ecsfs/health. */
void ecsfs_refresh_tell(const EcsfsFetch *fetch, int err, const char *why)
{
	const EcsfsCollection *collection = fetch->collection;
	g_autofree char *path = ecsfs_collection_path(collection, fetch->id);

	ecsfs_log_failure(collection->cache->fs->log, path, 0, err, why);
}

static bool is_away(const GError *error)
{
	return g_error_matches(error, ECS_ERROR, ECS_ERROR_TIMED_OUT) ||
	       g_error_matches(error, ECS_ERROR, ECS_ERROR_UNREACHABLE);
}

/* Takes over fetch->error. */
static void set_failing(EcsfsFetch *fetch, Failing *failing)
{
	EcsfsCollection *collection = fetch->collection;
	int64_t now = g_get_monotonic_time();
	bool first = failing->error == NULL;

	if (first)
		ecsfs_refresh_tell(fetch, ecsfs_fault_errno(fetch->error), fetch->error->message);
	g_mutex_lock(&collection->cache->lock);
	failing->backoff = first ? RETRY_FIRST_US : MIN(failing->backoff * 2, RETRY_MOST_US);
	failing->retry = now + failing->backoff;
	if (first)
		failing->since = g_get_real_time() / G_USEC_PER_SEC;
	g_clear_error(&failing->error);
	failing->error = g_steal_pointer(&fetch->error);
	ecsfs_collection_cloud(collection)->away = is_away(failing->error);
	g_mutex_unlock(&collection->cache->lock);
}

static unsigned flux(const EcsfsCollection *collection, const EcsfsRecord *record)
{
	return record != NULL && record->item != NULL &&
	       ecsfs_class_in_flux(collection->class, record->item);
}

/* Are they the same records? */
static bool unchanged(const EcsfsSnapshot *old, const EcsfsSnapshot *snapshot)
{
	return old != NULL && old->n == snapshot->n &&
	       (old->n == 0 || memcmp(old->by_id, snapshot->by_id, old->n * sizeof(void *)) == 0);
}

static void swap(EcsfsCollection *collection, EcsfsSnapshot *snapshot, unsigned in_flux)
{
	g_mutex_lock(&collection->cache->lock);
	EcsfsSnapshot *old = collection->snapshot;
	bool same = unchanged(old, snapshot);
	snapshot->changed_ns = g_get_real_time() * 1000;
	if (old != NULL) /* each version has its own, wherever the clock goes */
		snapshot->changed_ns = same ? old->changed_ns
					    : MAX(snapshot->changed_ns, old->changed_ns + 1);
	collection->snapshot = snapshot;
	collection->in_flux = in_flux;
	if (!same)
		ecsfs_cache_moved(collection->cache);
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_snapshot_unref(old);
}

/* For the dirty ids: has this fetch seen our change? Under the lock. */
static gboolean is_clean(void *id, void *value, void *data)
{
	const EcsfsFetch *fetch = data;
	const Side *side = ecsfs_side(fetch->collection, id);

	return side == NULL || side->dirty <= fetch->started;
}

/* Does the cloud not tell what has changed? */
static bool refuses(const GError *error)
{
	return g_error_matches(error, ECS_ERROR, ECS_ERROR_INVALID) ||
	       g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_FOUND) ||
	       g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED);
}

static gboolean apply_list(void *data)
{
	EcsfsFetch *fetch = data;
	EcsfsCollection *collection = fetch->collection;

	if (fetch->changes && refuses(fetch->error)) {
		g_mutex_lock(&collection->cache->lock);
		collection->whole = true;
		g_mutex_unlock(&collection->cache->lock);
		g_clear_error(&fetch->error);
		fetch->changes = false;
		collection->class->list(collection->scope, NULL, list_done, fetch);
		return G_SOURCE_REMOVE;
	}
	if (fetch->error != NULL) {
		if (!g_atomic_int_get(&collection->cache->closing))
			set_failing(fetch, &collection->failing);
		finish(fetch, &collection->fetch);
		return G_SOURCE_REMOVE;
	}
	EcsfsSnapshot *snapshot =
		fetch->changes ? ecsfs_merge_changes(fetch) : ecsfs_merge_list(fetch);
	unsigned in_flux = 0;
	for (size_t i = 0; i < snapshot->n; i++)
		in_flux += flux(collection, snapshot->by_id[i]);
	swap(collection, snapshot, in_flux);

	g_mutex_lock(&collection->cache->lock);
	int64_t now = g_get_monotonic_time();
	int64_t ttl = ecsfs_refresh_ttl(collection);
	if (in_flux > FLUX_SINGLE_MAX)
		ttl = MIN(ttl, 2 * FLUX_TTL_US);
	collection->expires = now + ttl;
	collection->ahead = collection->expires - ahead_us(ttl, now - fetch->started);
	g_clear_error(&collection->failing.error);
	ecsfs_collection_cloud(collection)->away = false;
	collection->listed = fetch->started;
	if (!fetch->changes)
		g_hash_table_foreach_remove(collection->dirty_ids, is_clean, fetch);
	g_mutex_unlock(&collection->cache->lock);
	size_t n = snapshot->n;
	finish(fetch, &collection->fetch);
	if (n >= TRIM_MIN)
		malloc_trim(0);
	return G_SOURCE_REMOVE;
}

/* Swap @record (taken over; NULL: none) in for @old (NULL: none). */
static void replace(EcsfsCollection *collection, EcsfsRecord *old, EcsfsRecord *record)
{
	unsigned in_flux = collection->in_flux - flux(collection, old) + flux(collection, record);

	if (old != record)
		swap(collection, ecsfs_snapshot_replace(collection->snapshot, old, record),
		     in_flux);
	ecsfs_record_unref(record);
}

EcsfsFs *ecsfs_fetch_fs(const EcsfsFetch *fetch)
{
	return fetch->collection->cache->fs;
}

void ecsfs_collection_outdated(EcsfsCollection *collection, int64_t us)
{
	int64_t least = g_get_monotonic_time() - us;

	g_mutex_lock(&collection->cache->lock);
	if (collection->failing.error == NULL)
		collection->dirty = MAX(collection->dirty, least);
	ecsfs_cache_moved(collection->cache);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_refresh_put(EcsfsCollection *collection, const char *id, void *item, int64_t fetched)
{
	if (collection->snapshot == NULL) /* the list, when it comes, will have it */
		swap(collection, ecsfs_snapshot_new(g_ptr_array_new(), 0), 0);
	EcsfsRecord *old = ecsfs_snapshot_find(collection->snapshot, id);
	replace(collection, old,
		ecsfs_diff_record(collection->cache->fs, collection, old, id, item, fetched));
	ecsfs_bound_objects(collection);
}

void ecsfs_refresh_remove(EcsfsCollection *collection, const char *id)
{
	EcsfsRecord *old =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;

	if (old == NULL)
		return;
	ecsfs_record_ref(old);
	replace(collection, old, NULL);
	ecsfs_diff_gone(collection->cache->fs, collection, old);
	ecsfs_record_unref(old);
}

static void job_done(EcsJob *job, const GError *error, void *data)
{
	EcsfsFetch *fetch = data;

	fetch->job = job;
	fetch->job_unknown = g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_FOUND) ||
			     g_error_matches(error, ECS_ERROR, ECS_ERROR_FORBIDDEN);
	ecsfs_dispatch_call(dispatch_of(fetch), apply_item, fetch);
}

char *ecsfs_refresh_job_failure(const EcsJob *job)
{
	return g_strdup_printf("%s: %s %s (job %s)", job->type, job->error_code, job->reason,
			       job->id);
}

/* Is the job over, as far as we can know? *@why: owned, the sentence if it failed. */
static void judge_job(EcsfsFetch *fetch, Side *side, char **why)
{
	const EcsJob *job = fetch->job;
	bool failed = job != NULL && strcmp(job->status, "FAIL") == 0;
	bool over = failed || (job != NULL && strcmp(job->status, "SUCCESS") == 0);

	if (!over && !fetch->job_unknown)
		return;
	if (failed)
		*why = ecsfs_refresh_job_failure(job);
	g_mutex_lock(&fetch->collection->cache->lock);
	g_clear_pointer(&side->job, g_free);
	/* The object was asked for before the job: what came may be from before its end. */
	if (over)
		side->dirty = g_get_monotonic_time();
	if (over && side->promised != 0)
		side->promised = MIN(side->promised, side->dirty - (PROMISE_US - MADE_US));
	g_mutex_unlock(&fetch->collection->cache->lock);
}

/* The cloud does not know the object (yet, or any more). @why: its job failed. */
static void apply_missing(EcsfsFetch *fetch, Side *side, const char *why)
{
	EcsfsCollection *collection = fetch->collection;
	EcsfsRecord *old = collection->snapshot != NULL
				   ? ecsfs_snapshot_find(collection->snapshot, fetch->id)
				   : NULL;
	int64_t now = g_get_monotonic_time();

	/* While its job was asked for, a list has come that was sent later, and has it. */
	if (old != NULL && old->item != NULL && old->fetched > fetch->started)
		return;
	bool promised = side->promised != 0 && old != NULL && old->item != NULL &&
			now - side->promised < PROMISE_US;

	if (promised && why == NULL) {
		__atomic_store_n(&old->fetched, fetch->started, __ATOMIC_RELAXED);
		return;
	}
	if (promised && collection->class->failed != NULL) {
		ecsfs_refresh_put(collection, fetch->id, collection->class->failed(old->item, why),
				  fetch->started);
		return;
	}
	g_mutex_lock(&collection->cache->lock);
	side->missing = now;
	side->promised = 0;
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_remove(collection, fetch->id);
}

/* Once a second while it is in transition, and when it has just ended: the job says why. */
static bool job_due(const EcsfsFetch *fetch, const Side *side)
{
	const EcsfsClass *class = fetch->collection->class;

	if (side->job == NULL)
		return false;
	if (g_get_monotonic_time() - side->asked >= FLUX_TTL_US)
		return true;
	return fetch->item != NULL && !ecsfs_class_in_flux(class, fetch->item);
}

static gboolean apply_item(void *data)
{
	EcsfsFetch *fetch = data;
	EcsfsCollection *collection = fetch->collection;
	Side *side = ecsfs_side_get(collection, fetch->id); /* made when the call was started */
	/* A text that is not there is an error like others: its reader is told why. */
	bool missing = g_error_matches(fetch->error, ECS_ERROR, ECS_ERROR_NOT_FOUND) &&
		       !collection->class->own;
	g_autofree char *why = NULL;

	if (g_atomic_int_get(&collection->cache->closing)) {
		finish(fetch, &side->fetch);
		return G_SOURCE_REMOVE;
	}
	if (fetch->draft) {
		if (side->draft)
			ecsfs_draft_answered(fetch);
		finish(fetch, &side->fetch);
		return G_SOURCE_REMOVE;
	}
	if (job_due(fetch, side) && !fetch->job_asked && (missing || fetch->error == NULL)) {
		fetch->job_asked = true;
		ecs_job_get(collection->scope, side->job, NULL, job_done, fetch);
		return G_SOURCE_REMOVE;
	}
	if (fetch->job_asked) {
		g_mutex_lock(&collection->cache->lock);
		side->asked = g_get_monotonic_time();
		g_mutex_unlock(&collection->cache->lock);
		judge_job(fetch, side, &why);
	}
	if (why != NULL) {
		ecsfs_collection_set_note(collection, fetch->id, why);
		ecsfs_refresh_tell(fetch, EIO, why);
	}
	if (fetch->item != NULL && ecsfs_merge_hides(collection, side, fetch->id, fetch->item)) {
		g_debug("%s is being deleted", fetch->id);
	} else if (fetch->item != NULL) {
		ecsfs_pending_settle(collection, fetch->id, fetch->item, fetch->started);
		ecsfs_refresh_put(collection, fetch->id, g_steal_pointer(&fetch->item),
				  fetch->started);
		g_mutex_lock(&collection->cache->lock);
		g_clear_error(&side->failing.error);
		side->promised = 0; /* it is there: from now on lists say when it goes */
		g_mutex_unlock(&collection->cache->lock);
	} else if (missing) {
		apply_missing(fetch, side, why);
	} else {
		set_failing(fetch, &side->failing);
	}
	g_mutex_lock(&collection->cache->lock);
	if (side->failing.error == NULL)
		ecsfs_collection_cloud(collection)->away = false;
	if (side->failing.error == NULL && is_clean(fetch->id, NULL, fetch))
		g_hash_table_remove(collection->dirty_ids, fetch->id);
	g_mutex_unlock(&collection->cache->lock);
	if (collection->class->own)
		ecsfs_own_sweep(collection);
	finish(fetch, &side->fetch);
	return G_SOURCE_REMOVE;
}
