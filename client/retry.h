/* SPDX-License-Identifier: MIT */
/*
 * retry - whether and when a failed attempt is made again. Pure: no clock, no I/O, the random
 * generator is passed in. Internal to client/.
 *
 * The one rule that must not break: what may have been carried out is repeated only if repeating it
 * does no harm (GET, PUT, DELETE).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "client/error_table.h"

typedef struct {
	EcsRetryClass class;
	bool repeatable;	/* the method does no harm when carried out twice */
	bool unsent;		/* it certainly did not reach the server */
	unsigned attempt;	/* 1: the first has failed */
	int64_t retry_after_ms; /* what the cloud asked for; -1: nothing */
	int64_t left_ms;	/* until the call's deadline */
	unsigned base_ms;	/* first back-off of the class THROTTLED; 0: ECS_RETRY_BASE_MS */
} EcsRetryInput;

typedef enum {
	ECS_RETRY_GIVE_UP,  /* report what came back */
	ECS_RETRY_WAIT,	    /* @delay_ms, then once more */
	ECS_RETRY_TOO_LATE, /* throttled beyond the deadline: RATE_LIMITED at once */
} EcsRetryVerdict;

#define ECS_RETRY_BASE_MS 1000	  /* doubled each time, as the API reference advises */
#define ECS_RETRY_MAX_MS 60000	  /* highest back-off */
#define ECS_RETRY_GATEWAY_TRIES 4 /* attempts in all: enough for a gateway to fail over */

/* ECS_RETRY_TOKEN is not decided here: it depends on whether a renewal is left. */
EcsRetryVerdict ecs_retry_decide(const EcsRetryInput *input, GRand *random, int64_t *delay_ms);

/* @value: of a Retry-After header: seconds or an HTTP date; NULL. @now: seconds since 1970.
 * Returns: milliseconds, not negative; -1 if it says nothing. */
int64_t ecs_retry_after_ms(const char *value, int64_t now);

/* @value: of a Date header, as RFC 9110 has it. Returns: seconds since 1970; -1 if it is none. */
int64_t ecs_retry_http_date(const char *value);
