/* SPDX-License-Identifier: MIT */
#include "client/retry.h"
#include "tests/unit/fake-cloud.h"

#define NONE (-1)

static const struct {
	const char *name;
	EcsRetryInput input;
	EcsRetryVerdict verdict;
	int64_t least, most; /* ms */
} rows[] = {
	{ "first back-off",
	  { ECS_RETRY_THROTTLED, true, false, 1, NONE, 10000, 0 },
	  ECS_RETRY_WAIT,
	  500,
	  1000 },
	{ "third",
	  { ECS_RETRY_THROTTLED, true, false, 3, NONE, 10000, 0 },
	  ECS_RETRY_WAIT,
	  2000,
	  4000 },
	{ "no more than a minute",
	  { ECS_RETRY_THROTTLED, true, false, 60, NONE, 1000000, 0 },
	  ECS_RETRY_WAIT,
	  30000,
	  60000 },
	{ "as asked",
	  { ECS_RETRY_THROTTLED, false, false, 1, 3000, 10000, 0 },
	  ECS_RETRY_WAIT,
	  3000,
	  3100 },
	{ "at once",
	  { ECS_RETRY_THROTTLED, false, false, 1, 0, 10000, 0 },
	  ECS_RETRY_WAIT,
	  0,
	  100 },
	{ "at once, again and again",
	  { ECS_RETRY_THROTTLED, false, false, 3, 0, 10000, 0 },
	  ECS_RETRY_WAIT,
	  2000,
	  4000 },
	{ "asked too much",
	  { ECS_RETRY_THROTTLED, true, false, 1, 10000, 10000, 0 },
	  ECS_RETRY_TOO_LATE,
	  0,
	  0 },
	{ "back-off too late",
	  { ECS_RETRY_THROTTLED, true, false, 5, NONE, 7000, 0 },
	  ECS_RETRY_TOO_LATE,
	  0,
	  0 },
	{ "deadline is over",
	  { ECS_RETRY_THROTTLED, true, false, 1, 0, 0, 0 },
	  ECS_RETRY_TOO_LATE,
	  0,
	  0 },
	{ "gateway",
	  { ECS_RETRY_GATEWAY, true, false, 1, NONE, 10000, 0 },
	  ECS_RETRY_WAIT,
	  125,
	  250 },
	{ "gateway, asked",
	  { ECS_RETRY_GATEWAY, true, false, 1, 2000, 10000, 0 },
	  ECS_RETRY_WAIT,
	  2000,
	  2100 },
	{ "gateway, last",
	  { ECS_RETRY_GATEWAY, true, false, ECS_RETRY_GATEWAY_TRIES, NONE, 10000, 0 },
	  ECS_RETRY_GIVE_UP,
	  0,
	  0 },
	{ "gateway, not repeatable",
	  { ECS_RETRY_GATEWAY, false, false, 1, NONE, 10000, 0 },
	  ECS_RETRY_GIVE_UP,
	  0,
	  0 },
	{ "gateway, not repeatable, not sent",
	  { ECS_RETRY_GATEWAY, false, true, 1, NONE, 10000, 0 },
	  ECS_RETRY_WAIT,
	  125,
	  250 },
	{ "gateway, too late",
	  { ECS_RETRY_GATEWAY, true, false, 1, NONE, 100, 0 },
	  ECS_RETRY_GIVE_UP,
	  0,
	  0 },
	{ "never", { ECS_RETRY_NEVER, true, true, 1, 0, 10000, 0 }, ECS_RETRY_GIVE_UP, 0, 0 },
	{},
};

static void test_decide(void)
{
	for (size_t i = 0; rows[i].name; i++) {
		for (unsigned seed = 0; seed < 200; seed++) {
			GRand *random = g_rand_new_with_seed(seed);
			int64_t delay = 0;
			say_row(i, rows[i].name);
			g_assert_cmpint(ecs_retry_decide(&rows[i].input, random, &delay), ==,
					rows[i].verdict);
			g_assert_cmpint(delay, >=, rows[i].least);
			g_assert_cmpint(delay, <=, rows[i].most);
			g_rand_free(random);
		}
	}
}

static const struct {
	const char *value;
	int64_t expected; /* at 1994-11-06 08:49:37 UTC */
} afters[] = {
	{ "0", 0 },
	{ "120", 120000 },
	{ " 7 ", 7000 },
	{ "99999999999999999999", (int64_t)G_MAXINT32 * 1000 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 0 },
	{ "Sun, 06 Nov 1994 08:50:37 GMT", 60000 },
	{ "Sun, 06 Nov 1994 08:00:00 GMT", 0 },
	{ "Sun, 06 Foo 1994 08:50:37 GMT", -1 },
	{ "Sun, ", -1 },
	{ "soon", -1 },
	{ "-5", -1 },
	{ "5 s", -1 },
	{ "", -1 },
	{ NULL, -1 },
};

static void test_after(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(afters); i++) {
		say_row(i, afters[i].value);
		g_assert_cmpint(ecs_retry_after_ms(afters[i].value, 784111777), ==,
				afters[i].expected);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/retry/decide", test_decide);
	g_test_add_func("/retry/after", test_after);
	return g_test_run();
}
