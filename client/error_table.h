/* SPDX-License-Identifier: MIT */
/*
 * error_table - what the one table of error.c answers. Internal to client/.
 */
#pragma once

#include <stdbool.h>

#include "client/error.h"

/**
 * ecs_error_classify - what a user can do about an answer.
 * @status: HTTP status.
 * @code: the API's code ("Ecs.0114"), a Nova fault name or a Neutron type; "" if there was none.
 * @text: the sentence with it; looked at where the code says little.
 * @writing: the call changes something: then "no such flavor" is a wrong value, not a missing
 * object.
 *
 * Source: the error code chapters of the API references; the HTTP status where a code is not in
 * them.
 */
EcsError ecs_error_classify(int status, const char *code, const char *text, bool writing);

/* How a failed answer may be tried again. */
typedef enum {
	ECS_RETRY_NEVER,
	ECS_RETRY_THROTTLED, /* nothing was started: any method, later */
	ECS_RETRY_TOKEN,     /* with a new token, once */
	ECS_RETRY_GATEWAY,   /* it may have been carried out: only what can be repeated */
} EcsRetryClass;

/* Arguments as ecs_error_classify(). Also knows the one success that is none, 202 with Common.0024.
 */
EcsRetryClass ecs_error_retry_class(int status, const char *code, bool retry_after);
