/* SPDX-License-Identifier: MIT */
/*
 * pace - how fast a host may be asked: so many requests at a time, and, if a limit is known, so
 * many a second (a token bucket that holds a second's worth). Both are lowered when it throttles,
 * and raised while all goes well. Internal to client/; arithmetic only, times are
 * g_get_monotonic_time().
 *
 * A limit that a refusal names (APIG.0308) is not taken for the host's: it is one API's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	unsigned parallel; /* at a time, at most */
	unsigned most;	   /* the same, for now */
	unsigned good;	   /* answers since that has changed */
	unsigned limit;	   /* a second, at most; 0: as many as there are */
	double rate;	   /* the same, for now */
	double tokens;	   /* in the bucket */
	int64_t filled;	   /* when that was so */
	int64_t raised;	   /* when the rate was last changed */
	int64_t cut;	   /* when both were last lowered */
} EcsPace;

/* @limit: requests a second; 0: as many as there are. */
void ecs_pace_init(EcsPace *pace, unsigned parallel, unsigned limit, int64_t now);

/* May a request be sent now, beside @under_way others? It is counted then. Otherwise *@when is when
 * to ask again; 0: when one of the others has ended. */
bool ecs_pace_take(EcsPace *pace, unsigned under_way, int64_t now, int64_t *when);

/* A request has been answered, with anything but a refusal for being too many. */
void ecs_pace_accepted(EcsPace *pace, int64_t now);

/* One that was sent at @sent has been refused for that. What was under way at the first refusal
 * counts once. */
void ecs_pace_refused(EcsPace *pace, int64_t sent, int64_t now);
