/* SPDX-License-Identifier: MIT */
/*
 * server_draft_files - where drafts of servers are kept from one mount to the next: a file each, in
 * a directory for each project of a region of a cloud (fs/state.h).
 */
#pragma once

#include "fs/server_drafts.h"
#include "fs/state.h"

/* EcsfsClass.list of the drafts: those that were kept. Files that are damaged are left out, with a
 * sentence in .ecsfs/errors. */
void ecsfs_server_draft_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			     void *data);

/* @draft: borrowed; @done: as ecsfs_state_save(). */
void ecsfs_server_draft_save(EcsfsFs *fs, EcsScope *scope, const EcsfsTemplate *draft,
			     EcsfsStateDone done, void *data);
void ecsfs_server_draft_forget(EcsfsFs *fs, EcsScope *scope, const char *id, EcsfsStateDone done,
			       void *data);
