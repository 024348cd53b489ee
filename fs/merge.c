/* SPDX-License-Identifier: MIT */
#include "fs/merge.h"

#include <string.h>

#include "fs/diff.h"
#include "fs/secret.h"
#include "fs/snapshot.h"

bool ecsfs_merge_hides(EcsfsCollection *collection, Side *side, const char *id, const void *item)
{
	if (side == NULL || side->leaving == 0)
		return false;
	if (g_get_monotonic_time() - side->leaving < LEAVING_US ||
	    ecsfs_class_in_flux(collection->class, item))
		return true;
	g_autofree char *note = g_strdup_printf(
		"its deletion was accepted, but it is still there%s%s",
		side->job != NULL ? "; see jobs/" : "", side->job != NULL ? side->job : "");
	g_mutex_lock(&collection->cache->lock);
	side->leaving = 0;
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_collection_set_note(collection, id, note);
	return false;
}

/* The record for @item (taken over) of a list asked for at @started; NULL: it is hidden. */
static EcsfsRecord *list_record(EcsfsCollection *collection, void *item, int64_t started)
{
	const EcsfsClass *class = collection->class;
	g_autofree char *id = g_strdup(class->id(item));
	Side *side = ecsfs_side_get(collection, id);
	EcsfsRecord *old =
		collection->snapshot != NULL ? ecsfs_snapshot_find(collection->snapshot, id) : NULL;

	if (ecsfs_merge_hides(collection, side, id, item)) {
		class->unref(item);
		return NULL;
	}
	bool draft = side != NULL && side->draft; /* somebody else has made one of that id */
	if (side != NULL) {
		g_mutex_lock(&collection->cache->lock);
		side->promised = 0;
		side->draft = false;
		g_mutex_unlock(&collection->cache->lock);
	}
	if (old != NULL && old->item != NULL && old->fetched > started && !draft) {
		class->unref(item);
		return ecsfs_record_ref(old);
	}
	return ecsfs_diff_record(collection->cache->fs, collection, old, id, item, started);
}

/* What the old snapshot has and the list has not: kept if the list cannot know it yet. */
static void keep_unlisted(EcsfsCollection *collection, const EcsfsSnapshot *listed, GPtrArray *kept,
			  int64_t started)
{
	int64_t now = g_get_monotonic_time();

	for (size_t i = 0; i < collection->snapshot->n; i++) {
		EcsfsRecord *old = collection->snapshot->by_id[i];
		if (ecsfs_snapshot_find(listed, old->id) != NULL)
			continue;
		Side *side = ecsfs_side_get(collection, old->id);
		bool promised =
			side != NULL && side->promised != 0 && now - side->promised < PROMISE_US;
		bool draft = side != NULL && side->draft;
		if (promised || draft || (old->item != NULL && old->fetched > started)) {
			g_ptr_array_add(kept, ecsfs_record_ref(old));
			continue;
		}
		ecsfs_diff_gone(collection->cache->fs, collection, old);
		ecsfs_secret_forget(collection, old->id); /* another may come to have that id */
	}
}

/* Forget the deletions that the list confirms; later, where a call for the object is under way. */
static void confirm_leaving(EcsfsCollection *collection, GHashTable *ids)
{
	GHashTableIter iter;
	void *id, *side;

	g_hash_table_iter_init(&iter, collection->sides);
	while (g_hash_table_iter_next(&iter, &id, &side))
		if (((Side *)side)->leaving != 0 && ((Side *)side)->fetch == NULL &&
		    !g_hash_table_contains(ids, id))
			g_hash_table_iter_remove(&iter);
}

EcsfsSnapshot *ecsfs_merge_list(EcsfsFetch *fetch)
{
	EcsfsCollection *collection = fetch->collection;
	GPtrArray *records = g_ptr_array_new();
	g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_ptr_array_set_free_func(fetch->items, NULL);
	for (size_t i = 0; i < fetch->items->len; i++) {
		char *id = g_strdup(collection->class->id(fetch->items->pdata[i]));
		if (!g_hash_table_add(ids, id)) {
			collection->class->unref(fetch->items->pdata[i]);
			continue;
		}
		EcsfsRecord *record =
			list_record(collection, fetch->items->pdata[i], fetch->started);
		if (record != NULL)
			g_ptr_array_add(records, record);
	}
	g_ptr_array_set_size(fetch->items, 0);
	g_mutex_lock(&collection->cache->lock);
	confirm_leaving(collection, ids);
	g_mutex_unlock(&collection->cache->lock);

	EcsfsSnapshot *listed = ecsfs_snapshot_new(records, fetch->started);
	if (collection->snapshot == NULL)
		return listed;
	GPtrArray *kept = g_ptr_array_new();
	keep_unlisted(collection, listed, kept, fetch->started);
	if (kept->len == 0) {
		g_ptr_array_unref(kept);
		return listed;
	}
	for (size_t i = 0; i < listed->n; i++)
		g_ptr_array_add(kept, ecsfs_record_ref(listed->by_id[i]));
	ecsfs_snapshot_unref(listed);
	return ecsfs_snapshot_new(kept, fetch->started);
}

/* The object is not there any more, as the list says: forget it, and that we deleted it. */
static void drop_gone(EcsfsCollection *collection, const char *id)
{
	const EcsfsRecord *old = ecsfs_snapshot_find(collection->snapshot, id);

	if (old != NULL) {
		ecsfs_diff_gone(collection->cache->fs, collection, old);
		ecsfs_secret_forget(collection, id);
	}
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, id);
	if (side != NULL && side->leaving != 0 && side->fetch == NULL)
		g_hash_table_remove(collection->sides, id);
	g_mutex_unlock(&collection->cache->lock);
}

EcsfsSnapshot *ecsfs_merge_changes(EcsfsFetch *fetch)
{
	EcsfsCollection *collection = fetch->collection;
	const EcsfsClass *class = collection->class;
	const EcsfsSnapshot *before = collection->snapshot;
	GPtrArray *records = g_ptr_array_new();
	g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_ptr_array_set_free_func(fetch->items, NULL);
	for (size_t i = 0; i < fetch->items->len; i++) {
		void *item = fetch->items->pdata[i];
		const char *id = class->id(item);
		bool first = g_hash_table_add(ids, g_strdup(id));
		EcsfsRecord *record = NULL;
		if (first && class->gone(item))
			drop_gone(collection, id);
		if (first && !class->gone(item))
			record = list_record(collection, item, fetch->started);
		else
			class->unref(item);
		if (record != NULL)
			g_ptr_array_add(records, record);
	}
	g_ptr_array_set_size(fetch->items, 0);
	for (size_t i = 0; i < before->n; i++)
		if (!g_hash_table_contains(ids, before->by_id[i]->id))
			g_ptr_array_add(records, ecsfs_record_ref(before->by_id[i]));
	return ecsfs_snapshot_new(records, before->fetched);
}
