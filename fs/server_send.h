/* SPDX-License-Identifier: MIT */
/*
 * server_send - a draft of a server becomes the server, exactly once.
 *
 * Each draft has a token. It goes with the create, for clouds that know X-Client-Token, and into
 * the server's metadata as ECSFS_TOKEN_KEY, for all others. Before it is sent the draft is marked:
 * SENT. The mark goes when the cloud has said yes (the draft goes with it) or no. If it says
 * nothing, the servers are listed, and looked through for the token, before it is sent again.
 */
#pragma once

#include "fs/server_drafts.h"

/* How the servers are asked whether the name is free. */
typedef enum {
	ECSFS_NAME_FREE,  /* it is */
	ECSFS_NAME_TAKEN, /* it is not, unless by the server that this draft has become */
	ECSFS_NAME_ASK,	  /* not yet: list them first */
} EcsfsNameIs;

/* Create the servers of @draft (borrowed), of the change's zone, under @name. Ends the change: the
 * draft is gone and the servers are there, or it stays and its `error` says why. */
void ecsfs_server_send(EcsfsChange *change, const EcsfsTemplate *draft, const char *name,
		       EcsfsNameIs is);
/* Ask the cloud whether it would accept that; nothing is made. */
void ecsfs_server_check(EcsfsChange *change, const EcsfsTemplate *draft);

/* Returns: whether one of the servers (EcsServer) of that list was made with the token. */
bool ecsfs_server_made(const EcsfsSnapshot *servers, const char *token);
