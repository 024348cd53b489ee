/* SPDX-License-Identifier: MIT */
/* clouds.yaml, as somebody else has written it. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/clouds.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { NULL, "a", "sandbox" };
	int fd = memfd_create("clouds.yaml", MFD_CLOEXEC);
	char path[32];

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(fchmod(fd, 0600), ==, 0);
	g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
	g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	g_setenv("OS_CLIENT_CONFIG_FILE", path, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(EcsCloud) cloud = ecs_cloud_load(names[i], &error);
		g_assert_true((cloud == NULL) == (error != NULL));
		if (cloud == NULL)
			g_assert_true(g_utf8_validate(error->message, -1, NULL));
		else
			g_assert_nonnull(cloud->auth_url);
	}
	close(fd);
	return 0;
}
