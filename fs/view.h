/* SPDX-License-Identifier: MIT */
/*
 * view - what one operation looks at: a node, the object it belongs to, and the snapshots it used,
 * all held until the view is cleared. An operation that finds something missing leaves it here.
 */
#pragma once

#include "fs/cache.h"
#include "fs/node.h"

#define ECSFS_VIEW_SNAPSHOTS 16 /* collections that one operation looks at, at most */

struct EcsfsView {
	EcsfsFs *fs;
	EcsfsNode *node; /* borrowed: the caller of ecsfs_view_init() holds it */
	pid_t caller;	 /* 0: nobody (rendering for a comparison) */
	bool any_age;	 /* a change is coming: a stale object will do */
	int64_t began;	 /* monotonic us: what was fresh then, or has come since, is fresh */
	/* For files with a call of their own (fs/own.h): */
	bool known;    /* what is at hand has to do: nothing is fetched */
	int64_t since; /* monotonic us: texts asked for before are too old; 0: none are */

	/* The object that the node is or belongs to; NULL: none. */
	EcsfsCollection *collection;
	EcsfsRecord *record; /* counted */
	const void *item;    /* record->item */
	const char
		*key;	/* below the object: the key of the map entry that this is of; NULL: none */
	char begin[24]; /* of an entry that grows: its id */
	GRefString *note; /* why the last change to the object failed; NULL: it did not */
	int64_t note_ns;  /* since when */

	/* For rows that wait: */
	const EcsfsRecord *opened; /* the object as of the open; borrowed, to be compared only */
	int64_t waited_us;	   /* so far */
	unsigned wait_ms; /* outcome: not yet, look again in that time; 0: it does not wait */

	/* Outcome, when a function returned false: */
	EcsfsFetch *fetch; /* counted: wait for this, then start again */
	GError *error;	   /* the cloud's refusal */
	int err;	   /* or an errno of our own */
	bool told;	   /* err has been explained in the log already */
	bool partial;	   /* a list failed, and what it has is left out */
	bool elsewhere;	   /* something else than the object was looked at */
	unsigned target;   /* hash of where the link leads whose attributes were made */
	bool leads_apart;  /* another object than its own said where that is */

	int64_t changed_ns; /* when the lists that were used were last seen to change; 0: none */
	int64_t fresh_us;   /* how long all that was used stays fresh; INT64_MAX: for ever */
	EcsfsRecord *found; /* counted: what ecsfs_view_find() brought */
	int n_snapshots;
	EcsfsCollection *of[ECSFS_VIEW_SNAPSHOTS];
	EcsfsSnapshot *snapshots[ECSFS_VIEW_SNAPSHOTS]; /* counted */
};

void ecsfs_view_init(EcsfsView *view, EcsfsFs *fs, EcsfsNode *node);
void ecsfs_view_clear(EcsfsView *view);

/* Find the object of the node. Returns false with fetch, error or err (ESTALE: it is gone) set;
 * true if there is none to find. */
bool ecsfs_view_object(EcsfsView *view);

/* The snapshot of @collection: borrowed from the view; NULL with fetch or error set. */
EcsfsSnapshot *ecsfs_view_snapshot(EcsfsView *view, EcsfsCollection *collection);
/* The same for @n collections, asked at once: borrowed, NULL where there is none because the list
 * failed (partial is set then; health and errors tell why). False: fetch is set. */
bool ecsfs_view_gather(EcsfsView *view, EcsfsCollection *const *collections, size_t n,
		       EcsfsSnapshot **snapshots);

/* The object @id of @collection: borrowed from the view, until the next call; NULL: there is none,
 * or fetch or error is set: ask ecsfs_view_waits(). */
EcsfsRecord *ecsfs_view_find(EcsfsView *view, EcsfsCollection *collection, const char *id);
bool ecsfs_view_waits(const EcsfsView *view);

EcsScope *ecsfs_view_scope(const EcsfsView *view);
const char *ecsfs_view_zone(const EcsfsView *view); /* borrowed; "" outside a zone */

/* Set err, for the hooks. Returns false. */
bool ecsfs_view_fail(EcsfsView *view, int err);
