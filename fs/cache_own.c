/* SPDX-License-Identifier: MIT */
/* cache_own - what the cache knows of our own doing: changes, promises, deletions, and what went
 * wrong with them. */
#include "fs/bound.h"
#include "fs/diff.h"

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
	if (side->draft) { /* the cloud has nothing to say but what its job does */
		set_job(side, job);
		g_mutex_unlock(&collection->cache->lock);
		return;
	}
	side->dirty = g_get_monotonic_time();
	if (collection->class->list != NULL && collection->class->get != NULL)
		g_hash_table_add(collection->dirty_ids, g_strdup(id));
	side->missing = 0;
	g_clear_error(&side->failing.error);
	set_job(side, job);
	if (collection->class->get == NULL)
		collection->dirty = side->dirty;
	ecsfs_cache_moved(collection->cache);
	g_mutex_unlock(&collection->cache->lock);
}

static void stale_locked(EcsfsCollection *collection)
{
	GHashTableIter iter;
	void *side;

	g_clear_error(&collection->failing.error);
	if (collection->class->local) /* nobody knows better */
		return;
	collection->dirty = g_get_monotonic_time();
	ecsfs_cache_moved(collection->cache);
	g_hash_table_iter_init(&iter, collection->sides);
	while (g_hash_table_iter_next(&iter, NULL, &side)) {
		((Side *)side)->missing = 0;
		g_clear_error(&((Side *)side)->failing.error);
		if (collection->class->list == NULL)
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
	side->dirty = now;
	side->missing = 0;
	set_job(side, job);
	/* Where there is no job, none has to end first. */
	side->promised = side->job == NULL && item != NULL ? now - (PROMISE_US - MADE_US) : now;
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_put(collection, id, item, item != NULL ? now : 0);
}

bool ecsfs_collection_working(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, id);
	bool working = side != NULL && side->job != NULL;
	g_mutex_unlock(&collection->cache->lock);
	return working;
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

char *ecsfs_collection_token(EcsfsCollection *collection, const char *name)
{
	g_mutex_lock(&collection->cache->lock);
	Token *token = g_hash_table_lookup(collection->tokens, name);
	if (token == NULL) {
		ecsfs_bound_tokens(collection);
		token = g_new0(Token, 1);
		token->text = g_uuid_string_random();
		token->serial = ++collection->token_serial;
		g_hash_table_insert(collection->tokens, g_strdup(name), token);
	}
	char *text = g_strdup(token->text);
	g_mutex_unlock(&collection->cache->lock);
	return text;
}

bool ecsfs_collection_sending(EcsfsCollection *collection, const char *name, int64_t *since)
{
	g_mutex_lock(&collection->cache->lock);
	Token *token = g_hash_table_lookup(collection->tokens, name);
	bool free = token == NULL || !token->under_way;
	*since = token != NULL ? token->sent : 0;
	if (token != NULL && free) {
		token->under_way = true;
		if (token->sent == 0)
			token->sent = g_get_real_time() / G_USEC_PER_SEC;
	}
	g_mutex_unlock(&collection->cache->lock);
	return free;
}

void ecsfs_collection_sent(EcsfsCollection *collection, const char *name)
{
	g_mutex_lock(&collection->cache->lock);
	Token *token = g_hash_table_lookup(collection->tokens, name);
	if (token != NULL)
		token->under_way = false;
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_collection_settled(EcsfsCollection *collection, const char *name)
{
	g_mutex_lock(&collection->cache->lock);
	g_hash_table_remove(collection->tokens, name);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_collection_put(EcsfsCollection *collection, void *item)
{
	ecsfs_refresh_put(collection, collection->class->id(item), item, g_get_monotonic_time());
}
