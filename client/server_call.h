/* SPDX-License-Identifier: MIT */
/*
 * server_call - what server.c and server_change.c share. Internal to client/.
 */
#pragma once

#include "client/json.h"
#include "client/server.h"

/* Returns: owned, or NULL if it is no server. @json loses its secrets. */
EcsServer *ecs_server_decode(EcsJson *json);

/* Returns: "server 118258c5", owned. */
char *ecs_server_label(const char *id);

/* Returns: @format with {id} replaced by @id, escaped for a path; owned. */
char *ecs_server_path(const char *id, const char *format);
