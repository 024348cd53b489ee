/* SPDX-License-Identifier: MIT */
#include "client/pace.h"

#include <glib.h>

#define SECOND G_USEC_PER_SEC

/* Returns: how many of @n requests, one after the other, may be sent in the second from @from. */
static unsigned sent_in_a_second(EcsPace *pace, unsigned n, int64_t from)
{
	int64_t now = from, when;
	unsigned sent = 0;

	while (sent < n && now < from + SECOND) {
		if (ecs_pace_take(pace, 0, now, &when)) {
			sent++;
			continue;
		}
		g_assert_cmpint(when, >, now);
		now = when;
	}
	return sent;
}

static void test_free(void)
{
	EcsPace pace;
	int64_t when;

	ecs_pace_init(&pace, 8, 0, 0);
	g_assert_cmpuint(sent_in_a_second(&pace, 10000, 0), ==, 10000);
	g_assert_true(ecs_pace_take(&pace, 7, SECOND, &when));
	g_assert_false(ecs_pace_take(&pace, 8, SECOND, &when));
	g_assert_cmpint(when, ==, 0);
}

static void test_limit(void)
{
	EcsPace pace;

	ecs_pace_init(&pace, 8, 20, 0);
	g_assert_cmpuint(sent_in_a_second(&pace, 10000, 0), <=, 40); /* the bucket was full */
	for (int i = 1; i < 20; i++) {
		ecs_pace_accepted(&pace, i * SECOND);
		unsigned sent = sent_in_a_second(&pace, 10000, i * SECOND);
		g_assert_cmpuint(sent, >=, 19);
		g_assert_cmpuint(sent, <=, 21);
	}
	g_assert_cmpuint(sent_in_a_second(&pace, 10000, 1000 * SECOND), <=, 40); /* after a rest */
}

/* Asked less while it refuses, but never at a standstill; then more again. */
static void test_adapts(void)
{
	EcsPace pace;
	int64_t now = SECOND;

	ecs_pace_init(&pace, 8, 100, 0);
	ecs_pace_refused(&pace, 1, now);
	g_assert_cmpuint(pace.most, ==, 4);
	g_assert_cmpfloat(pace.rate, ==, 50);
	ecs_pace_refused(&pace, 2, now + 1); /* was under way then */
	g_assert_cmpuint(pace.most, ==, 4);
	for (int i = 0; i < 20; i++, now += SECOND)
		ecs_pace_refused(&pace, now + 2, now + 3);
	g_assert_cmpuint(pace.most, ==, 1);
	g_assert_cmpfloat(pace.rate, ==, 1);
	g_assert_cmpuint(sent_in_a_second(&pace, 100, now), >=, 1);
	for (int i = 0; i < 60; i++, now += SECOND)
		ecs_pace_accepted(&pace, now);
	g_assert_cmpuint(pace.most, ==, 8);
	g_assert_cmpfloat(pace.rate, ==, 100);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pace/free", test_free);
	g_test_add_func("/pace/limit", test_limit);
	g_test_add_func("/pace/adapts", test_adapts);
	return g_test_run();
}
