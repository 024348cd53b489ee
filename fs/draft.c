/* SPDX-License-Identifier: MIT */
#include "fs/draft.h"

#include <errno.h>
#include <string.h>

#include "client/job.h"
#include "fs/collection.h"
#include "fs/name.h"

bool ecsfs_draft_is(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, id);
	bool draft = side != NULL && side->draft;
	g_mutex_unlock(&collection->cache->lock);
	return draft;
}

static char *making_job(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	const Side *side = ecsfs_side(collection, id);
	char *job = side != NULL && side->draft ? g_strdup(side->job) : NULL;
	g_mutex_unlock(&collection->cache->lock);
	return job;
}

void ecsfs_draft_make(EcsfsChange *change, const char *file)
{
	EcsfsCollection *collection = change->node->kind->collection(&change->view);
	const EcsfsClass *class = collection->class;
	g_autofree char *name = ecsfs_name_unescape(file);

	if (name == NULL) {
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a name", file);
		return;
	}
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side_make(collection, name);
	side->draft = true;
	side->leaving = 0;
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_put(collection, name, class->draft(name), g_get_monotonic_time());
	change->collection = NULL; /* there is nothing to ask for */
	g_free(change->id);
	change->id = g_steal_pointer(&name);
	change->made =
		(EcsfsEntry){ .kind = class->kind, .id = change->id, .collection = collection };
	ecsfs_change_done(change, NULL);
}

bool ecsfs_draft_open(EcsfsChange *change)
{
	g_autofree char *job = making_job(change->collection, change->id);

	if (job != NULL) {
		ecsfs_change_fail(change, EBUSY, "it is being made: see jobs/%s", job);
		return false;
	}
	if (ecsfs_draft_is(change->collection, change->id))
		return true;
	ecsfs_change_fail(change, EEXIST,
			  "it exists: only what mkdir has just made can be made from that");
	return false;
}

void ecsfs_draft_put(EcsfsChange *change, void *item)
{
	ecsfs_refresh_put(change->collection, change->id, item, g_get_monotonic_time());
	ecsfs_change_done(change, NULL);
}

/* The draft is no more: what the cloud says of the id counts from now on. */
static void end_draft(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side(collection, id);
	if (side != NULL) {
		side->draft = false;
		g_clear_pointer(&side->job, g_free);
	}
	g_hash_table_remove(collection->dirty_ids, id);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_draft_created(EcsfsChange *change, void *item)
{
	end_draft(change->collection, change->id);
	ecsfs_collection_promise(change->collection, change->id, item, NULL);
}

void ecsfs_draft_became(EcsfsChange *change, const char *id, void *item)
{
	EcsfsCollection *collection = change->collection;

	end_draft(collection, change->id);
	ecsfs_collection_set_note(collection, change->id, NULL);
	ecsfs_refresh_remove(collection, change->id);
	ecsfs_collection_promise(collection, id, item, NULL);
	g_free(change->id);
	change->id = g_strdup(id);
}

void ecsfs_draft_sent(EcsfsChange *change, void *item)
{
	EcsfsCollection *collection = change->collection;

	ecsfs_refresh_put(collection, change->id, item, g_get_monotonic_time());
	g_mutex_lock(&collection->cache->lock);
	g_hash_table_add(collection->dirty_ids, g_strdup(change->id));
	ecsfs_cache_moved(collection->cache);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_draft_drop(EcsfsChange *change)
{
	EcsfsCollection *collection = change->collection;
	g_autofree char *job = making_job(collection, change->id);

	if (job != NULL) {
		ecsfs_change_fail(change, EBUSY, "it is being made: see jobs/%s", job);
		return;
	}
	change->collection = NULL; /* there is nothing to ask for */
	ecsfs_collection_set_note(collection, change->id, NULL);
	end_draft(collection, change->id);
	ecsfs_refresh_remove(collection, change->id);
	ecsfs_change_done(change, NULL);
}

/* The job has named the object: it takes the draft's place. */
static void become(EcsfsCollection *collection, const EcsfsRecord *draft, const char *id,
		   const char *job)
{
	const EcsfsClass *class = collection->class;
	g_autofree char *name = g_strdup(draft->id);
	bool listed = ecsfs_snapshot_find(collection->snapshot, id) != NULL;
	void *item = listed ? NULL : class->becomes(draft->item, id);

	end_draft(collection, name);
	ecsfs_refresh_remove(collection, name);
	if (!listed)
		ecsfs_collection_promise(collection, id, item, job);
	ecsfs_collection_touch(collection, id, job);
}

static void fail_draft(EcsfsFetch *fetch, const EcsfsRecord *draft)
{
	EcsfsCollection *collection = fetch->collection;
	g_autofree char *why = ecsfs_refresh_job_failure(fetch->job);

	g_mutex_lock(&collection->cache->lock);
	g_clear_pointer(&ecsfs_side(collection, fetch->id)->job, g_free);
	g_hash_table_remove(collection->dirty_ids, fetch->id);
	g_mutex_unlock(&collection->cache->lock);
	ecsfs_refresh_tell(fetch, EIO, why);
	ecsfs_refresh_put(collection, fetch->id, collection->class->failed(draft->item, why),
			  fetch->started);
	ecsfs_collection_set_note(collection, fetch->id, why);
	ecsfs_collection_stale(collection); /* the cloud may have left what it had begun */
}

/* Nobody says what became of the job: the list has the object, or it has not. */
static void lose(EcsfsCollection *collection, const char *id)
{
	end_draft(collection, id);
	ecsfs_refresh_remove(collection, id);
	ecsfs_collection_stale(collection);
}

static const char *made_by(const EcsJob *job, const char *entity)
{
	for (size_t i = 0; i < job->n_entities; i++)
		if (strcmp(job->entities[i].key, entity) == 0)
			return job->entities[i].value;
	return NULL;
}

void ecsfs_draft_answered(EcsfsFetch *fetch)
{
	EcsfsCollection *collection = fetch->collection;
	const EcsfsRecord *draft = ecsfs_snapshot_find(collection->snapshot, fetch->id);
	const EcsJob *job = fetch->job;
	const char *made = job != NULL ? made_by(job, collection->class->job_entity) : NULL;

	g_mutex_lock(&collection->cache->lock);
	ecsfs_side(collection, fetch->id)->asked = g_get_monotonic_time();
	g_mutex_unlock(&collection->cache->lock);
	if (job != NULL && strcmp(job->status, "FAIL") == 0)
		fail_draft(fetch, draft);
	else if (made != NULL)
		become(collection, draft, made, job->id);
	else if (fetch->job_unknown || (job != NULL && strcmp(job->status, "SUCCESS") == 0))
		lose(collection, fetch->id);
}
