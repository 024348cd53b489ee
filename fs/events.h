/* SPDX-License-Identifier: MIT */
/*
 * events - <az>/events: what this mount has seen change in the zone's servers (fs/history.h).
 *
 * Old lines are dropped from the beginning, and tail -f remembers a place in bytes: so whoever has
 * the file open goes on in the one that he opened, in which nothing moves; whoever opens it after
 * old lines were dropped gets another, which begins with what is kept. They are different nodes of
 * one name, told apart by the place in the log that they begin at. stat(2) shows the same inode
 * number for all, so that `tail -F` does not take it for a new file.
 */
#pragma once

#include "fs/kind.h"

extern const EcsfsAttr ecsfs_events_row;
bool ecsfs_events_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_events_list(EcsfsView *view, EcsfsEmit emit, void *data);
