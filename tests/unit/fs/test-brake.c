/* SPDX-License-Identifier: MIT */
#include "fs/brake.h"

#define S G_USEC_PER_SEC

static unsigned deleted(EcsfsBrake *brake, unsigned tried, int64_t now)
{
	unsigned n = 0;

	for (unsigned i = 0; i < tried; i++)
		n += ecsfs_brake_allows(brake, 1, now);
	return n;
}

/* A run is stopped; a minute later it goes on. */
static void test_minute(void)
{
	EcsfsBrake *brake = ecsfs_brake_new();

	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, ECSFS_BRAKE_MOST);
	g_assert_cmpuint(deleted(brake, 1000, 1 * S), ==, ECSFS_BRAKE_MOST);
	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, 0);
	g_assert_cmpuint(deleted(brake, 1000, 60 * S), ==, 0);
	g_assert_cmpuint(ecsfs_brake_left(brake, 61 * S), ==, ECSFS_BRAKE_MOST);
	g_assert_cmpuint(deleted(brake, 1000, 61 * S), ==, ECSFS_BRAKE_MOST);
	ecsfs_brake_free(brake);
}

/* Who deletes slowly is never stopped. */
static void test_slow(void)
{
	EcsfsBrake *brake = ecsfs_brake_new();

	for (int64_t i = 1; i < 200; i++)
		g_assert_true(ecsfs_brake_allows(brake, 1, i * 3 * S));
	ecsfs_brake_free(brake);
}

/* Who tries the same one until the cloud lets it go is not stopped, and gains nothing. */
static void test_refused(void)
{
	EcsfsBrake *brake = ecsfs_brake_new();

	for (int i = 0; i < 200; i++) {
		g_assert_true(ecsfs_brake_allows(brake, 1, 1 * S));
		ecsfs_brake_refused(brake, 1);
	}
	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, ECSFS_BRAKE_MOST);
	g_assert_cmpuint(deleted(brake, 3, 1 * S), ==, 3);
	ecsfs_brake_refused(brake, 1);
	g_assert_cmpuint(deleted(brake, 1000, 2 * S), ==, ECSFS_BRAKE_MOST - 2);
	g_assert_cmpuint(deleted(brake, 1000, 61 * S), ==, 2);
	ecsfs_brake_free(brake);
}

static void test_confirm(void)
{
	EcsfsBrake *brake = ecsfs_brake_new();

	deleted(brake, ECSFS_BRAKE_MOST, 1 * S);
	ecsfs_brake_confirm(brake, 5, 2 * S);
	g_assert_cmpuint(ecsfs_brake_left(brake, 2 * S), ==, 5);
	g_assert_cmpuint(deleted(brake, 1000, 2 * S), ==, 5);
	ecsfs_brake_confirm(brake, 5, 3 * S);
	ecsfs_brake_confirm(brake, 0, 3 * S);
	g_assert_cmpuint(deleted(brake, 1000, 3 * S), ==, 0);
	ecsfs_brake_confirm(brake, 5, 3 * S);
	g_assert_cmpuint(ecsfs_brake_left(brake, 603 * S), ==, ECSFS_BRAKE_MOST);
	g_assert_cmpuint(deleted(brake, 1000, 603 * S), ==, ECSFS_BRAKE_MOST);
	ecsfs_brake_free(brake);
}

/* Several at once: all or none. */
static void test_several(void)
{
	EcsfsBrake *brake = ecsfs_brake_new();

	g_assert_true(ecsfs_brake_allows(brake, 0, 1 * S));
	g_assert_false(ecsfs_brake_allows(brake, ECSFS_BRAKE_MOST + 1, 1 * S));
	g_assert_false(ecsfs_brake_allows(brake, G_MAXUINT, 1 * S));
	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, ECSFS_BRAKE_MOST);
	ecsfs_brake_confirm(brake, 5, 1 * S);
	g_assert_true(ecsfs_brake_allows(brake, ECSFS_BRAKE_MOST + 3, 1 * S));
	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, 2);
	ecsfs_brake_refused(brake, ECSFS_BRAKE_MOST + 3);
	g_assert_cmpuint(ecsfs_brake_left(brake, 1 * S), ==, ECSFS_BRAKE_MOST + 5);
	g_assert_true(ecsfs_brake_allows(brake, ECSFS_BRAKE_MOST - 1, 2 * S));
	g_assert_true(ecsfs_brake_allows(brake, 2, 3 * S));
	g_assert_cmpuint(ecsfs_brake_left(brake, 3 * S), ==, 4);
	g_assert_false(ecsfs_brake_allows(brake, 5, 3 * S));
	ecsfs_brake_free(brake);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/brake/minute", test_minute);
	g_test_add_func("/brake/slow", test_slow);
	g_test_add_func("/brake/refused", test_refused);
	g_test_add_func("/brake/confirm", test_confirm);
	g_test_add_func("/brake/several", test_several);
	return g_test_run();
}
