/* SPDX-License-Identifier: MIT */
#include "fs/fault.h"

#include <errno.h>
#include <gio/gio.h>

#include "client/error.h"

static const struct {
	EcsError code;
	int err;
} rows[] = {
	{ ECS_ERROR_FAILED, EIO },
	{ ECS_ERROR_NOT_FOUND, ENOENT },
	{ ECS_ERROR_EXISTS, EEXIST },
	{ ECS_ERROR_AUTH, EACCES },
	{ ECS_ERROR_FORBIDDEN, EACCES },
	{ ECS_ERROR_INVALID, EINVAL },
	{ ECS_ERROR_BUSY, EBUSY },
	{ ECS_ERROR_LOCKED, EPERM },
	{ ECS_ERROR_NOT_SUPPORTED, EOPNOTSUPP },
	{ ECS_ERROR_NOT_EMPTY, ENOTEMPTY },
	{ ECS_ERROR_TIMED_OUT, ETIMEDOUT },
	{ ECS_ERROR_UNREACHABLE, EHOSTUNREACH },
	{ ECS_ERROR_RATE_LIMITED, EAGAIN },
	{ ECS_ERROR_QUOTA, EDQUOT },
	{ ECS_ERROR_NO_CAPACITY, ENOSPC },
	{ ECS_ERROR_BAD_REPLY, EBADMSG },
	{ ECS_ERROR_CANCELLED, EINTR },
	{ ECS_ERROR_UNTRUSTED, EHOSTUNREACH },
	{ ECS_ERROR_CONFIG, EINVAL },
};

static void test_every_code(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = g_error_new(ECS_ERROR, (int)rows[i].code, "x");
		g_assert_cmpint((int)rows[i].code, ==, (int)i); /* none is left out */
		g_assert_cmpint(ecsfs_fault_errno(error), ==, rows[i].err);
	}
	g_assert_cmpint(G_N_ELEMENTS(rows), ==, ECS_ERROR_CONFIG + 1);
}

static void test_sentences(void)
{
	g_assert_nonnull(strstr(ecsfs_fault_sentence(ENOTUNIQ), "use the id"));
	g_assert_null(ecsfs_fault_sentence(ENOENT));
	g_assert_null(ecsfs_fault_sentence(EINTR));
	g_assert_null(ecsfs_fault_sentence(0));
}

static void test_foreign(void)
{
	g_autoptr(GError) foreign = g_error_new(G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "x");
	g_autoptr(GError) beyond = g_error_new(ECS_ERROR, 1000, "x");

	g_assert_cmpint(ecsfs_fault_errno(foreign), ==, EIO);
	g_assert_cmpint(ecsfs_fault_errno(beyond), ==, EIO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault/every-code", test_every_code);
	g_test_add_func("/fault/sentences", test_sentences);
	g_test_add_func("/fault/foreign", test_foreign);
	return g_test_run();
}
