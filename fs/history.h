/* SPDX-License-Identifier: MIT */
/*
 * history - what this mount has seen change: a log of lines for each zone, in memory, as long as
 * the mount. Lines are made where a new version of an object is compared with the old one
 * (fs/diff.c), so they cost no call.
 *
 * A line: `time id name file old new`, a tab between: when it was seen, ISO 8601 UTC; the object;
 * the file below it that reads differently, and its text before and after. A text of several lines
 * is on one, "; " between; "-" stands for an empty one; a long one is cut. An object that is new has
 * no status before, one that is gone none after.
 */
#pragma once

#include "fs/cache.h"

#define ECSFS_HISTORY_MAX 65536 /* bytes kept of a zone: the oldest lines of more are dropped */

typedef struct EcsfsHistory EcsfsHistory;

EcsfsHistory *ecsfs_history_new(void);
void ecsfs_history_free(EcsfsHistory *history);

/* On the dispatch thread. Nothing is told of classes without `told`. */
/* @old is now @record. @before, @after: the texts of the object's files by their paths below it. */
void ecsfs_history_changed(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record,
			   GHashTable *before, GHashTable *after);
/* It is new, though the list was known. */
void ecsfs_history_came(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record);
void ecsfs_history_gone(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record);

/* A log in bytes since the mount began; any thread. */
typedef struct {
	uint64_t start, end; /* of what is kept */
	int64_t changed_ns;  /* when the last line came, ns since 1970; 0: none has */
} EcsfsHistoryState;

EcsfsHistoryState ecsfs_history_state(EcsfsHistory *history, EcsScope *scope, const char *zone);
/* Append @size bytes from @from on, or as many as there are. What has been dropped reads as empty
 * lines. */
void ecsfs_history_read(EcsfsHistory *history, EcsScope *scope, const char *zone, uint64_t from,
			size_t size, GString *out);
