/* SPDX-License-Identifier: MIT */
/* servers - the collection of a scope's servers, for the directories that are views of it. */
#pragma once

#include "client/server.h"
#include "fs/views.h"

extern const EcsfsKind ecsfs_batch;					/* fs/batch.c */
extern const EcsfsKind ecsfs_server;					/* fs/server.c */
extern const EcsfsKind ecsfs_server_volumes;				/* fs/server_volumes.c */
extern const EcsfsKind ecsfs_server_nics, ecsfs_server_security_groups; /* fs/nics.c */

/* EcsfsAttr.show of servers/index.tsv. */
bool ecsfs_index_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* Returns: the first address of its own, IPv4 if it has one; borrowed, "" if it has none. */
const char *ecsfs_server_ip(const EcsServer *server);

extern const EcsfsKind ecsfs_by_name, ecsfs_by_ip, ecsfs_by_flavor, ecsfs_by_image, ecsfs_by_status,
	ecsfs_by_tag;			       /* fs/server_views.c */
extern const EcsfsViewed ecsfs_servers_viewed; /* those of the view's zone */

/* Borrowed. Elements are EcsServer, by id and by name; all zones. */
EcsfsCollection *ecsfs_servers_collection(EcsfsView *view);
/* Set *@record to the one server of that file name in the view's zone, borrowed from the view;
 * NULL: none. Returns false if the view says why not (ENOTUNIQ: several have that name). */
bool ecsfs_servers_named(EcsfsView *view, const char *file, EcsfsRecord **record);
/* The same, by id or by name, whichever it is. */
bool ecsfs_servers_here(EcsfsView *view, const char *file, EcsfsRecord **record);
/* Call @fn for every server in the view's zone. False: see the view. */
bool ecsfs_servers_each(EcsfsView *view, EcsfsRecordFn fn, void *data);
