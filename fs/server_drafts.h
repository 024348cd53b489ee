/* SPDX-License-Identifier: MIT */
/*
 * server_drafts - servers that are only planned: copies of a zone's template, edited one by one and
 * made with mv to servers/. Not the drafts of fs/draft.h, which are objects of a cloud's kind.
 *
 * A draft is an EcsfsTemplate whose id is its zone, a slash, and its name, in a local collection of
 * its scope.
 */
#pragma once

#include "fs/change.h"
#include "fs/server_rows.h"
#include "fs/state.h"

#define ECSFS_DRAFTS_MAX 1000 /* of one project in a region */

EcsfsCollection *ecsfs_server_drafts_collection(EcsfsFs *fs, EcsScope *scope);

/* Returns: the draft's name as mkdir was given it, without escapes; borrowed. */
const char *ecsfs_server_draft_name(const EcsfsTemplate *draft);
/* Returns: whether a create was sent, and nobody knows whether it made the server. */
bool ecsfs_server_draft_sent(const EcsfsTemplate *draft);
/* Returns: whether there may be a server of it. */
bool ecsfs_server_draft_doubtful(const EcsfsTemplate *draft);

/* On the dispatch thread: @draft (taken over) is what it is now. @done: when the next mount will know
 * it too, or why not; see fs/state.h. */
void ecsfs_server_draft_keep(EcsfsFs *fs, EcsScope *scope, EcsfsTemplate *draft,
			     EcsfsStateDone done, void *data);
/* On the dispatch thread: it is no more. */
void ecsfs_server_draft_drop(EcsfsFs *fs, EcsScope *scope, const char *id, EcsfsStateDone done,
			     void *data);
/* EcsfsStateDone where nobody waits; @data: the EcsfsFs. */
void ecsfs_server_draft_unkept(const GError *error, void *data);
