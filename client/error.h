/* SPDX-License-Identifier: MIT */
/*
 * error - the one error domain of client/, named for what a user can do about it.
 *
 * The one table from (HTTP status, API error code) to EcsError is in error.c. A message is lower
 * case, has no full stop, names the object where one is known, and carries the API's own code, its
 * text and the request id: "server 118258c5: Ecs.0100 the server is in the wrong status (request
 * 9f1c…)". No message ever holds a token or a password.
 */
#pragma once

#include <glib.h>

#define ECS_ERROR (ecs_error_quark())

typedef enum {
	ECS_ERROR_FAILED,	 /* anything else */
	ECS_ERROR_NOT_FOUND,	 /* no such object */
	ECS_ERROR_EXISTS,	 /* there is one of that name already */
	ECS_ERROR_AUTH,		 /* credentials refused, also after one renewal of the token */
	ECS_ERROR_FORBIDDEN,	 /* the account may not do that */
	ECS_ERROR_INVALID,	 /* a value is wrong: see the message for which */
	ECS_ERROR_BUSY,		 /* the object is in a state that does not allow it: try later */
	ECS_ERROR_LOCKED,	 /* the object is locked against changes */
	ECS_ERROR_NOT_SUPPORTED, /* this cloud has no such API */
	ECS_ERROR_NOT_EMPTY,	 /* something still depends on the object */
	ECS_ERROR_TIMED_OUT,	 /* no answer before the deadline */
	ECS_ERROR_UNREACHABLE,	 /* no connection to the endpoint */
	ECS_ERROR_RATE_LIMITED,	 /* throttled, still so after the retries that the deadline allowed
				  */
	ECS_ERROR_QUOTA,	 /* the account's quota is used up */
	ECS_ERROR_NO_CAPACITY,	 /* sold out, no host, no free address */
	ECS_ERROR_BAD_REPLY,	 /* the answer was not what the API documents */
	ECS_ERROR_CANCELLED,	 /* by the caller; the request may have been carried out */
	ECS_ERROR_UNTRUSTED,	 /* no TLS with the endpoint: its certificate, or our own */
	ECS_ERROR_CONFIG,	 /* clouds.yaml or OS_*: missing, unreadable, contradictory */
} EcsError;

GQuark ecs_error_quark(void);
