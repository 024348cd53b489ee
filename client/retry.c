/* SPDX-License-Identifier: MIT */
#include "client/retry.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A gateway's hiccup is shorter than a throttle. */
#define GATEWAY_DIVISOR 4
/* Everybody who was told the same second must not come back in the same millisecond. */
#define SPREAD_MS 100

/* Between half of it and all of it, doubled with every attempt. */
static int64_t back_off(const EcsRetryInput *input, GRand *random)
{
	int64_t step = input->base_ms ? input->base_ms : ECS_RETRY_BASE_MS;
	if (input->class == ECS_RETRY_GATEWAY)
		step = MAX(step / GATEWAY_DIVISOR, 1);
	for (unsigned i = 1; i < input->attempt && step < ECS_RETRY_MAX_MS; i++)
		step *= 2;
	step = MIN(step, ECS_RETRY_MAX_MS);
	return step - (int64_t)(g_rand_double(random) * (double)step / 2);
}

EcsRetryVerdict ecs_retry_decide(const EcsRetryInput *input, GRand *random, int64_t *delay_ms)
{
	bool throttled = input->class == ECS_RETRY_THROTTLED;
	if (!throttled) {
		if (input->class != ECS_RETRY_GATEWAY || input->attempt >= ECS_RETRY_GATEWAY_TRIES)
			return ECS_RETRY_GIVE_UP;
		if (!input->repeatable && !input->unsent)
			return ECS_RETRY_GIVE_UP;
	}
	int64_t delay = back_off(input, random);
	/* Who says again and again that it may be at once does not know when. */
	if (input->retry_after_ms > 0 || (input->retry_after_ms == 0 && input->attempt == 1))
		delay = input->retry_after_ms + g_rand_int_range(random, 0, SPREAD_MS);
	if (delay >= input->left_ms)
		return throttled ? ECS_RETRY_TOO_LATE : ECS_RETRY_GIVE_UP;
	*delay_ms = delay;
	return ECS_RETRY_WAIT;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT"; the two obsolete forms are not sent any more. */
int64_t ecs_retry_http_date(const char *value)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *comma = strchr(value, ',');
	int day, year, hour, minute, second;
	char name[4] = "";
	if (!comma || sscanf(comma + 1, " %2d %3s %4d %2d:%2d:%2d", &day, name, &year, &hour,
			     &minute, &second) != 6)
		return -1;
	const char *month = strlen(name) == 3 ? strstr(months, name) : NULL;
	if (!month || (month - months) % 3 || year < 1970 || day < 1 || day > 31)
		return -1;
	struct tm tm = { .tm_mday = day,
			 .tm_mon = (int)(month - months) / 3,
			 .tm_year = year - 1900,
			 .tm_hour = hour,
			 .tm_min = minute,
			 .tm_sec = second };
	return (int64_t)timegm(&tm);
}

int64_t ecs_retry_after_ms(const char *value, int64_t now)
{
	if (!value)
		return -1;
	value += strspn(value, " \t");
	if (g_ascii_isdigit(*value)) {
		char *end = NULL;
		int64_t seconds = g_ascii_strtoll(value, &end, 10);
		end += strspn(end, " \t\r\n");
		return *end ? -1 : MIN(seconds, G_MAXINT32) * 1000;
	}
	int64_t then = ecs_retry_http_date(value);
	return then < 0 ? -1 : MAX(then - now, 0) * 1000;
}
