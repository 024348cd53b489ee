/* SPDX-License-Identifier: MIT */
/*
 * view - what one operation looks at: a node, the object it belongs to, and the snapshots it used,
 * all held until the view is cleared. An operation that finds something missing leaves it here.
 */
#pragma once

#include "fs/cache.h"
#include "fs/node.h"

#define ECSFS_VIEW_SNAPSHOTS 4 /* collections that one operation looks at, at most */

struct EcsfsView {
	EcsfsFs *fs;
	EcsfsNode *node; /* borrowed: the caller of ecsfs_view_init() holds it */
	pid_t caller;	 /* 0: nobody (rendering for a comparison) */
	bool any_age;	 /* a change is coming: a stale object will do */

	/* The object that the node is or belongs to; NULL: none. */
	EcsfsCollection *collection;
	EcsfsRecord *record; /* counted */
	const void *item;    /* record->item */
	const char
		*key; /* below the object: the key of the map entry that this is of; NULL: none */
	GRefString *note; /* why the last change to the object failed; NULL: it did not */
	int64_t note_ns;  /* since when */

	/* Outcome, when a function returned false: */
	EcsfsFetch *fetch; /* counted: wait for this, then start again */
	GError *error;	   /* the cloud's refusal */
	int err;	   /* or an errno of our own */
	bool told;	   /* err has been explained in the log already */

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

/* The object @id of @collection: borrowed from the view, until the next call; NULL: there is none,
 * or fetch or error is set: ask ecsfs_view_waits(). */
EcsfsRecord *ecsfs_view_find(EcsfsView *view, EcsfsCollection *collection, const char *id);
bool ecsfs_view_waits(const EcsfsView *view);

EcsScope *ecsfs_view_scope(const EcsfsView *view);
const char *ecsfs_view_zone(const EcsfsView *view); /* borrowed; "" outside a zone */

/* Set err, for the hooks. Returns false. */
bool ecsfs_view_fail(EcsfsView *view, int err);
