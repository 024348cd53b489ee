/* SPDX-License-Identifier: MIT */
#include "client/parallel.h"

#include <glib.h>

#define HELPERS_MAX 3 /* threads beside the caller's */
#define FEW 64	      /* are not worth it */
#define PIECE 16      /* are taken at a time */

typedef struct {
	const EcsParallel *work;
	void *data;
	size_t n;
	size_t next; /* atomic: nobody has taken it or what is behind it */
} Job;

static void *take_part(void *data)
{
	Job *job = data;
	void *own = NULL;

	for (;;) {
		size_t from = __atomic_fetch_add(&job->next, PIECE, __ATOMIC_RELAXED);
		if (from >= job->n)
			break;
		if (!own)
			own = job->work->begin(job->data);
		for (size_t i = from; i < MIN(from + PIECE, job->n); i++)
			job->work->each(i, own, job->data);
	}
	if (own)
		job->work->end(own);
	return NULL;
}

void ecs_parallel(size_t n, const EcsParallel *work, void *data)
{
	Job job = { .work = work, .data = data, .n = n };
	unsigned most = n >= FEW ? MIN(g_get_num_processors() - 1, HELPERS_MAX) : 0;
	GThread *helpers[HELPERS_MAX];
	unsigned count = 0;

	/* One that cannot be started is not missed. */
	while (count < most &&
	       (helpers[count] = g_thread_try_new("ecsfs-list", take_part, &job, NULL)))
		count++;
	take_part(&job);
	while (count > 0)
		g_thread_join(helpers[--count]);
}
