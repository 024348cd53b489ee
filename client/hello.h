/* SPDX-License-Identifier: MIT */
/* hello - is there an identity service at auth_url? The one question that needs no credentials. */
#pragma once

#include "client/client.h"

/* @version: of its API, "v3.14"; "" if it does not say so; NULL with @error. On the engine's
 * thread.
 */
typedef void (*EcsHelloDone)(const char *version, const GError *error, void *data);

/* Errors: UNREACHABLE, UNTRUSTED, TIMED_OUT: there was no answer. BAD_REPLY: it is something else.
 * Others: it answers, but not this. API: GET /v3 */
void ecs_client_hello(EcsClient *client, EcsHelloDone done, void *data);
