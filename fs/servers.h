/* SPDX-License-Identifier: MIT */
/* servers - the collection of a scope's servers, for the directories that are views of it. */
#pragma once

#include "client/server.h"
#include "fs/kind.h"

extern const EcsfsKind ecsfs_server;					   /* fs/server.c */
extern const EcsfsKind ecsfs_server_volumes, ecsfs_server_security_groups; /* fs/attached.c */

/* Borrowed. Elements are EcsServer, by id and by name; all zones. */
EcsfsCollection *ecsfs_servers_collection(EcsfsView *view);
/* Set *@record to the one server of that file name in the view's zone, borrowed from the view;
 * NULL: none. Returns false if the view says why not (ENOTUNIQ: several have that name). */
bool ecsfs_servers_named(EcsfsView *view, const char *file, EcsfsRecord **record);
/* Call @fn for every server in the view's zone. False: see the view. */
bool ecsfs_servers_each(EcsfsView *view, void (*fn)(EcsfsRecord *record, void *data), void *data);
