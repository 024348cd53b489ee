/* SPDX-License-Identifier: MIT */
/*
 * watch - poll(2) and select(2): whoever polls an open file is woken when a read of it would give
 * something else. While somebody does, the object is looked at as if it were read again and again.
 */
#pragma once

#include "fs/handle.h"

struct fuse_pollhandle;
typedef struct EcsfsWatch EcsfsWatch;

/* Returns: what poll(2) would say of the file now (POLLIN, POLLPRI: it has changed since it was
 * last read through this handle). @view has looked at its node. */
unsigned ecsfs_watch_events(EcsfsView *view, EcsfsFile *file);
/* Wake whoever waits with @ph (taken over) when that changes. */
void ecsfs_watch_start(EcsfsView *view, EcsfsFile *file, struct fuse_pollhandle *ph);
/* The file is closed. @watch: NULL: there is none. */
void ecsfs_watch_end(EcsfsWatch *watch);
