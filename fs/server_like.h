/* SPDX-License-Identifier: MIT */
/* server_like - a draft takes over what another server is like. */
#pragma once

#include "fs/change.h"

/* EcsfsAttr.store of `like`, a row that refers to servers: @text is a server's id, or "", which
 * takes over nothing. Three calls: the server, the subnets, its system disk. */
void ecsfs_server_like_store(EcsfsChange *change, const char *text, size_t len);
