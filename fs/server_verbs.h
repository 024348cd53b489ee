/* SPDX-License-Identifier: MIT */
/* server_verbs - what is said to a server in words: the verbs of its `action`, and the files whose
 * value is a state that is wanted. */
#pragma once

#include "fs/attr.h"

extern const EcsfsVerb ecsfs_server_verbs[];

/* EcsfsStore of `status`, `locked`, `flavor`, `server_group` and `dedicated_host`. */
bool ecsfs_server_status_so(EcsfsView *view, const char *text); /* bare metal, too */
void ecsfs_server_status_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_server_locked_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_server_flavor_store(EcsfsChange *change, const char *text, size_t len);
bool ecsfs_server_group_so(EcsfsView *view, const char *text);
void ecsfs_server_group_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_server_host_store(EcsfsChange *change, const char *text, size_t len);
