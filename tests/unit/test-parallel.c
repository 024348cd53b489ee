/* SPDX-License-Identifier: MIT */
#include "client/parallel.h"

#include <glib.h>

#define MANY 10000
#define THREADS_MAX 4

typedef struct {
	unsigned done[MANY];
	int threads; /* atomic: that have begun */
	int ended;   /* atomic */
} Counts;

typedef struct {
	Counts *counts;
	GThread *thread;
} Own;

static void *begin(void *data)
{
	Counts *counts = data;
	Own *own = g_new(Own, 1);
	*own = (Own){ counts, g_thread_self() };
	g_atomic_int_inc(&counts->threads);
	return own;
}

static void each(size_t i, void *data, void *counts)
{
	const Own *own = data;
	g_assert_true(own->thread == g_thread_self());
	((Counts *)counts)->done[i]++;
}

static void end(void *data)
{
	Own *own = data;
	g_atomic_int_inc(&own->counts->ended);
	g_free(own);
}

static void check(size_t n, int threads_max)
{
	static const EcsParallel work = { begin, each, end };
	g_autofree Counts *counts = g_new0(Counts, 1);
	ecs_parallel(n, &work, counts);
	for (size_t i = 0; i < MANY; i++)
		g_assert_cmpuint(counts->done[i], ==, i < n);
	g_assert_cmpint(counts->threads, <=, threads_max);
	g_assert_cmpint(counts->ended, ==, counts->threads);
}

static void test_none(void)
{
	check(0, 0);
}

static void test_few(void)
{
	check(1, 1);
	check(63, 1);
}

static void test_many(void)
{
	check(64, THREADS_MAX);
	check(MANY - 1, THREADS_MAX);
	check(MANY, THREADS_MAX);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/parallel/none", test_none);
	g_test_add_func("/parallel/few", test_few);
	g_test_add_func("/parallel/many", test_many);
	return g_test_run();
}
