/* SPDX-License-Identifier: MIT */
/*
 * collection - the inside of a collection, for cache.c (what readers ask) and refresh.c (what
 * answers bring). Written on the dispatch thread under the cache's lock; read on any thread under
 * that lock.
 */
#pragma once

#include "client/job.h"
#include "fs/cache.h"

#define FLUX_TTL_US                                                                                \
	(1 * G_USEC_PER_SEC) /* an object in transition is asked for that often, if read */
#define FLUX_SINGLE_MAX 16   /* more objects than that in transition: the list is asked instead */
#define PROMISE_US (600 * G_USEC_PER_SEC) /* how long a promised object may stay unlisted */
#define MADE_US (10 * G_USEC_PER_SEC)	 /* the same, after its job has succeeded, or without one */
#define LEAVING_US (60 * G_USEC_PER_SEC) /* how long a deleted object may stay listed */
#define TOKENS_MAX 1000			 /* creates whose outcome is not known */
#define RETRY_FIRST_US (1 * G_USEC_PER_SEC)
#define RETRY_MOST_US (30 * G_USEC_PER_SEC)

/* Why a call failed, and when it may be tried again. */
typedef struct {
	GError *error;	 /* NULL: it did not */
	int64_t since;	 /* seconds since 1970 */
	int64_t retry;	 /* monotonic us */
	int64_t backoff; /* us */
} Failing;

/* What we know of one object beside the cloud's document. Most objects have none. */
typedef struct {
	int64_t dirty;	   /* monotonic us: anything fetched before is too old; 0: nothing */
	EcsfsFetch *fetch; /* in flight, counted; NULL: none */
	Failing failing;
	int64_t missing;  /* monotonic us: the cloud said there is no such object; 0: it did not */
	char *job;	  /* works on it; NULL: none */
	int64_t asked;	  /* monotonic us: when the job was last asked for */
	GRefString *note; /* for `error`; NULL: nothing */
	int64_t note_ns;
	int64_t promised; /* monotonic us: accepted, not listed yet; 0: no */
	int64_t leaving;  /* monotonic us: its deletion was accepted; 0: no */
	bool draft;	  /* in this mount only, or not seen in the cloud yet: see fs/draft.h */
	int64_t used;	  /* monotonic us: when it was last written to */
	char *secret;	  /* that the cloud told once, for fs/secret.c; NULL: none */
} Side;

/* Of a create whose outcome is not known. */
typedef struct {
	char *text;
	uint64_t serial; /* the older, the less */
	int64_t sent;	 /* seconds since 1970: when first; 0: it was not */
	bool under_way;	 /* it is being sent, or its answer is waited for */
} Token;

struct EcsfsCollection {
	EcsfsCache *cache;
	const EcsfsClass *class;
	EcsScope *scope;
	EcsfsSnapshot *snapshot; /* NULL: never fetched */
	int64_t listed;	   /* monotonic us: when the last list, whole or of changes, was sent */
	bool whole;	   /* the cloud has refused to tell what has changed */
	int64_t expires;   /* monotonic us; 0: never listed, the snapshot holds promises only */
	int64_t ahead;	   /* monotonic us: who reads after that has the list asked for again */
	int64_t dirty;	   /* as in Side, for all */
	unsigned in_flux;  /* objects in transition in the snapshot */
	EcsfsFetch *fetch; /* of the list; in flight, counted; NULL: none */
	Failing failing;
	GHashTable *sides;  /* id → Side, both owned */
	unsigned important; /* sides that could not be forgotten when last looked */
	GHashTable *tokens; /* name of a create that is not settled → Token; both owned */
	uint64_t token_serial;
	GHashTable *dirty_ids; /* set of ids that we changed and have not fetched since; owned */
};

struct EcsfsCache {
	EcsfsFs *fs;
	GMutex lock;
	GPtrArray *collections; /* owned */
	GHashTable *by_class;	/* EcsfsCollection (class, scope) → the same */
	int closing;		/* atomic */
	uint64_t version;	/* ecsfs_cache_version(); atomic */
};

struct EcsfsFetch {
	gatomicrefcount refs;
	EcsfsCollection *collection;
	char *id;	    /* NULL: the list */
	int64_t started;    /* monotonic us */
	bool done;	    /* under the cache's lock */
	GPtrArray *waiters; /* EcsfsOp, counted; under the cache's lock */
	/* The answer, handed to the dispatch thread. */
	GPtrArray *items;
	bool changes; /* of the list: not all of it, but what has changed */
	void *item;
	GError *error;
	bool draft; /* asks for the job that makes an object of a draft, for nothing else */
	EcsJob *job;
	bool job_asked;
	bool job_unknown; /* the cloud does not tell us of the job: not there, or no right */
};

EcsfsCloud *ecsfs_collection_cloud(const EcsfsCollection *collection);

/* Under the lock. Returns: NULL, or the side of @id. */
Side *ecsfs_side(EcsfsCollection *collection, const char *id);
/* The same, made if there is none. */
Side *ecsfs_side_make(EcsfsCollection *collection, const char *id);

/* On the dispatch thread, which alone removes sides: ecsfs_side(), taking the lock for it. */
Side *ecsfs_side_get(EcsfsCollection *collection, const char *id);

/* A list is not what it was, or will not do as it is: after that is so. Any thread. */
void ecsfs_cache_moved(EcsfsCache *cache);

/* Returns: how old the list may get, us. */
int64_t ecsfs_refresh_ttl(const EcsfsCollection *collection);
/* Under the lock: start the call that @side (of @id), or the list (@side NULL), needs. */
EcsfsFetch *ecsfs_refresh_start(EcsfsCollection *collection, Side *side, const char *id);
/* On the dispatch thread: swap in the new version of @id. @item: taken over; NULL: only the id is
 * known. */
void ecsfs_refresh_put(EcsfsCollection *collection, const char *id, void *item, int64_t fetched);
/* Tell of a failure behind everybody's back, in the log and for .ecsfs/errors. */
void ecsfs_refresh_tell(const EcsfsFetch *fetch, int err, const char *why);
/* Returns: the sentence for a job that has failed; owned. */
char *ecsfs_refresh_job_failure(const EcsJob *job);
/* On the dispatch thread: the object is not there any more. */
void ecsfs_refresh_remove(EcsfsCollection *collection, const char *id);
