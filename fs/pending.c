/* SPDX-License-Identifier: MIT */
#include "fs/pending.h"

#include <string.h>

#define PENDING_US (60 * G_USEC_PER_SEC)

typedef struct {
	EcsfsCollection *collection;
	char *id, *key;
	const char *part;
	bool coming;
	EcsfsPendingHas has;
	int64_t since;	  /* monotonic us */
	int64_t since_ns; /* the same, ns since 1970, as notes have it */
} Pending;

static GMutex lock;
static GQueue pendings = G_QUEUE_INIT; /* Pending, owned; few, and short-lived; under the lock */

static void pending_free(Pending *pending)
{
	g_free(pending->id);
	g_free(pending->key);
	g_free(pending);
}

static bool is_of(const Pending *pending, const EcsfsCollection *collection, const char *id,
		  const char *part)
{
	return pending->collection == collection && strcmp(pending->id, id) == 0 &&
	       strcmp(pending->part, part) == 0;
}

/* Under the lock. Returns: its link, or NULL. */
static GList *find(const EcsfsCollection *collection, const char *id, const char *part,
		   const char *key)
{
	for (GList *link = pendings.head; link != NULL; link = link->next) {
		const Pending *pending = link->data;
		if (is_of(pending, collection, id, part) && strcmp(pending->key, key) == 0)
			return link;
	}
	return NULL;
}

static void drop(GList *link)
{
	pending_free(link->data);
	g_queue_delete_link(&pendings, link);
}

/* Under the lock: forget what is too old, of any object. */
static void expire(void)
{
	int64_t now = g_get_monotonic_time();

	while (pendings.head != NULL &&
	       now - ((const Pending *)pendings.head->data)->since > PENDING_US)
		drop(pendings.head);
}

void ecsfs_pending_set(EcsfsCollection *collection, const char *id, const char *part,
		       const char *key, bool coming, EcsfsPendingHas has)
{
	Pending *pending = g_new(Pending, 1);

	*pending = (Pending){
		.collection = collection,
		.id = g_strdup(id),
		.key = g_strdup(key),
		.part = part,
		.coming = coming,
		.has = has,
		.since = g_get_monotonic_time(),
		.since_ns = g_get_real_time() * 1000,
	};
	g_mutex_lock(&lock);
	expire();
	GList *link = find(collection, id, part, key);
	if (link != NULL)
		drop(link);
	g_queue_push_tail(&pendings, pending);
	g_mutex_unlock(&lock);
}

/* Returns: since when the object has a note, ns since 1970; 0: it has none. */
static int64_t noted(EcsfsCollection *collection, const char *id)
{
	int64_t ns = 0;
	GRefString *note = ecsfs_collection_note(collection, id, &ns);

	if (note == NULL)
		return 0;
	g_ref_string_release(note);
	return ns;
}

bool ecsfs_pending_shown(EcsfsCollection *collection, const char *id, const char *part,
			 const char *key, bool shown)
{
	g_mutex_lock(&lock);
	expire();
	bool any = pendings.head != NULL;
	g_mutex_unlock(&lock);
	if (!any)
		return shown;

	int64_t failed = noted(collection, id); /* never under a lock: it takes the cache's */
	g_mutex_lock(&lock);
	GList *link = find(collection, id, part, key);
	if (link != NULL) {
		const Pending *pending = link->data;
		bool over = pending->coming == shown || failed > pending->since_ns;
		if (over)
			drop(link);
		else
			shown = pending->coming;
	}
	g_mutex_unlock(&lock);
	return shown;
}

char **ecsfs_pending_coming(EcsfsCollection *collection, const char *id, const char *part)
{
	int64_t failed = noted(collection, id);
	GPtrArray *keys = g_ptr_array_new();

	g_mutex_lock(&lock);
	expire();
	for (GList *link = pendings.head; link != NULL; link = link->next) {
		const Pending *pending = link->data;
		if (is_of(pending, collection, id, part) && pending->coming &&
		    failed <= pending->since_ns)
			g_ptr_array_add(keys, g_strdup(pending->key));
	}
	g_mutex_unlock(&lock);
	g_ptr_array_add(keys, NULL);
	return (char **)g_ptr_array_free(keys, FALSE);
}

bool ecsfs_pending_any(const EcsfsCollection *collection, const char *id)
{
	bool any = false;

	g_mutex_lock(&lock);
	expire();
	for (GList *link = pendings.head; link != NULL && !any; link = link->next) {
		const Pending *pending = link->data;
		any = pending->collection == collection && strcmp(pending->id, id) == 0;
	}
	g_mutex_unlock(&lock);
	return any;
}

void ecsfs_pending_settle(const EcsfsCollection *collection, const char *id, const void *item,
			  int64_t started)
{
	g_mutex_lock(&lock);
	for (GList *link = pendings.head, *next; link != NULL; link = next) {
		const Pending *pending = link->data;
		next = link->next;
		if (pending->collection == collection && strcmp(pending->id, id) == 0 &&
		    pending->since <= started &&
		    pending->has(item, pending->key) == pending->coming)
			drop(link);
	}
	g_mutex_unlock(&lock);
}
