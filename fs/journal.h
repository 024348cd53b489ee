/* SPDX-License-Identifier: MIT */
/*
 * journal - the creates that are under way, on disk: the token with which a mkdir was sent outlives
 * a daemon that is killed before the answer has come. The next mkdir of that name is sent with the
 * same token, where the cloud heeds one, or not before it was looked for: see fs/creation.h.
 *
 * What was accepted stays for a while as well: the cloud's lists have it later.
 *
 * A small file each, in "creates" below the state's root, for all mounts of the user. It is there
 * after a kill -9, not after a power cut: nothing waits for the disk.
 */
#pragma once

#include "fs/state.h"

#define ECSFS_JOURNAL_KEEP_S 600   /* what was not answered: as a promise (PROMISE_US) */
#define ECSFS_JOURNAL_LISTED_S 120 /* what was accepted: until a list has it */

/* @token: that it is to be sent with: @token of the call, or what a daemon before this one has sent
 * it with. @since: seconds since 1970: when that was; 0: none has. Called once, on the state's
 * thread. */
typedef void (*EcsfsJournalBegun)(const char *token, int64_t since, void *data);

/* Any thread. @key: what is made, and where: a name that tells nothing is made of it. A directory
 * that cannot be written holds up nothing: then nothing is kept. */
void ecsfs_journal_begin(EcsfsState *state, const char *key, const char *token,
			 EcsfsJournalBegun begun, void *data);
/* The same, once it is known that what an earlier daemon has sent has made nothing: it begins anew,
 * with @token, now. */
void ecsfs_journal_again(EcsfsState *state, const char *key, const char *token,
			 EcsfsJournalBegun begun, void *data);
/* Any thread: the cloud has said yes (@accepted), or no, or it is deleted. */
void ecsfs_journal_end(EcsfsState *state, const char *key, bool accepted);
