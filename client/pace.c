/* SPDX-License-Identifier: MIT */
#include "client/pace.h"

#include <glib.h>

#define SECOND G_USEC_PER_SEC
#define RATE_LEAST 1.0 /* a second, however often it refuses */
#define RATE_STEPS 8   /* seconds without a refusal from nothing to the limit */

void ecs_pace_init(EcsPace *pace, unsigned parallel, unsigned limit, int64_t now)
{
	*pace = (EcsPace){
		.parallel = parallel,
		.most = parallel,
		.limit = limit,
		.rate = limit,
		.tokens = limit,
		.filled = now,
		.raised = now,
		.cut = now - 1,
	};
}

bool ecs_pace_take(EcsPace *pace, unsigned under_way, int64_t now, int64_t *when)
{
	*when = 0;
	if (under_way >= pace->most)
		return false;
	if (pace->limit == 0)
		return true;
	double more = pace->rate * (double)(now - pace->filled) / SECOND;
	pace->tokens = MIN(pace->tokens + more, pace->rate);
	pace->filled = now;
	if (pace->tokens < 1) {
		*when = now + (int64_t)((1 - pace->tokens) / pace->rate * SECOND) + 1;
		return false;
	}
	pace->tokens--;
	return true;
}

void ecs_pace_accepted(EcsPace *pace, int64_t now)
{
	if (++pace->good >= pace->most && pace->most < pace->parallel) {
		pace->most++;
		pace->good = 0;
	}
	if (pace->rate < pace->limit && now - pace->raised >= SECOND) {
		pace->rate = MIN(pace->rate + (double)pace->limit / RATE_STEPS, pace->limit);
		pace->raised = now;
	}
}

void ecs_pace_refused(EcsPace *pace, int64_t sent, int64_t now)
{
	if (sent <= pace->cut)
		return;
	pace->most = MAX(pace->most / 2, 1);
	pace->good = 0;
	pace->rate = MAX(pace->rate / 2, RATE_LEAST);
	pace->raised = now;
	pace->cut = now;
}
