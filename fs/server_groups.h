/* SPDX-License-Identifier: MIT */
/* server_groups - the collection of a scope's server groups, for values that name one. */
#pragma once

#include "client/group.h"
#include "fs/kind.h"

/* Borrowed. Elements are EcsGroup, by id and by name. */
EcsfsCollection *ecsfs_server_groups_collection(EcsfsView *view);

extern const EcsfsKind ecsfs_server_groups, ecsfs_server_group_template;
/* EcsfsChild.object: what a new group starts from. */
bool ecsfs_server_group_template_object(EcsfsView *view, EcsfsEntry *entry);
