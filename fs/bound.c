/* SPDX-License-Identifier: MIT */
#include "fs/bound.h"

#include "fs/snapshot.h"

/* One thing that may be forgotten. */
typedef struct {
	const char *id; /* borrowed */
	int64_t used;	/* monotonic us */
} Old;

static int by_age(const void *a, const void *b)
{
	const Old *x = a, *y = b;

	return (x->used > y->used) - (x->used < y->used);
}

/* Would anything that a user sees be lost with @side? Under the lock. */
static bool important(const EcsfsCollection *collection, const char *id, const Side *side)
{
	const EcsfsRecord *record =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;

	if (side->fetch != NULL || side->promised != 0 || side->leaving != 0 || side->draft ||
	    side->secret != NULL || g_hash_table_contains(collection->dirty_ids, id))
		return true;
	return record != NULL &&
	       (side->job != NULL || side->note != NULL ||
		side->dirty > __atomic_load_n(&record->fetched, __ATOMIC_RELAXED));
}

static GArray *unimportant(EcsfsCollection *collection)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Old));
	GHashTableIter iter;
	void *id, *side;

	g_hash_table_iter_init(&iter, collection->sides);
	while (g_hash_table_iter_next(&iter, &id, &side)) {
		const Old old = { id, ((const Side *)side)->used };
		if (!important(collection, id, side))
			g_array_append_val(all, old);
	}
	g_array_sort(all, by_age);
	return all;
}

void ecsfs_bound_sides(EcsfsCollection *collection)
{
	g_mutex_lock(&collection->cache->lock);
	if (g_hash_table_size(collection->sides) > collection->important + SIDES_MAX) {
		g_autoptr(GArray) old = unimportant(collection);
		collection->important = g_hash_table_size(collection->sides) - old->len;
		for (unsigned i = 0; i + SIDES_MAX / 2 < old->len; i++)
			g_hash_table_remove(collection->sides, g_array_index(old, Old, i).id);
	}
	g_mutex_unlock(&collection->cache->lock);
}

/* Returns: when the object was last told of or promised; INT64_MAX: it is being asked for. */
static int64_t last_told(EcsfsCollection *collection, const EcsfsRecord *record)
{
	const Side *side = ecsfs_side_get(collection, record->id);

	if (side != NULL && side->fetch != NULL)
		return INT64_MAX;
	return MAX(record->fetched, side != NULL ? side->promised : 0);
}

static void forget(EcsfsCollection *collection, const char *id)
{
	g_autofree char *key = g_strdup(id);

	ecsfs_refresh_remove(collection, key);
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, key);
	if (side != NULL && side->fetch == NULL)
		g_hash_table_remove(collection->sides, key);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_bound_objects(EcsfsCollection *collection)
{
	unsigned most = collection->class->most;

	while (most != 0 && collection->snapshot->n > most) {
		EcsfsRecord *oldest = collection->snapshot->by_id[0];
		for (size_t i = 1; i < collection->snapshot->n; i++) {
			EcsfsRecord *record = collection->snapshot->by_id[i];
			if (last_told(collection, record) < last_told(collection, oldest))
				oldest = record;
		}
		forget(collection, oldest->id);
	}
}

void ecsfs_bound_tokens(EcsfsCollection *collection)
{
	const char *oldest = NULL;
	uint64_t least = UINT64_MAX;
	GHashTableIter iter;
	void *name, *token;

	if (g_hash_table_size(collection->tokens) < TOKENS_MAX)
		return;
	g_hash_table_iter_init(&iter, collection->tokens);
	while (g_hash_table_iter_next(&iter, &name, &token)) {
		if (((const Token *)token)->serial > least)
			continue;
		least = ((const Token *)token)->serial;
		oldest = name;
	}
	g_hash_table_remove(collection->tokens, oldest);
}

void ecsfs_cache_count(EcsfsCache *cache, EcsfsCacheCount *count)
{
	*count = (EcsfsCacheCount){ 0 };
	g_mutex_lock(&cache->lock);
	for (size_t i = 0; i < cache->collections->len; i++) {
		const EcsfsCollection *collection = cache->collections->pdata[i];
		count->objects += collection->snapshot != NULL ? collection->snapshot->n : 0;
		count->sides += g_hash_table_size(collection->sides);
		count->tokens += g_hash_table_size(collection->tokens);
	}
	g_mutex_unlock(&cache->lock);
}
