/* SPDX-License-Identifier: MIT */
#include "fs/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "client/error.h"
#include "fs/environment.h"

#define START_MS 20000 /* the largest sandbox takes a few seconds */

/* Where the program is, seen from ours: installed beside it, or in the build tree. */
static const char *const places[] = { "ecs-sandbox", "../contrib/sandbox/ecs-sandbox" };

static char *find_program(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = self != NULL ? g_path_get_dirname(self) : NULL;

	for (size_t i = 0; directory != NULL && i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path = g_build_filename(directory, places[i], NULL);
		if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
			return g_steal_pointer(&path);
	}
	return g_find_program_in_path("ecs-sandbox");
}

/* Read one line; NULL: none came in time. */
static char *read_line(int fd)
{
	g_autoptr(GString) line = g_string_new(NULL);
	int64_t deadline = g_get_monotonic_time() + START_MS * 1000;

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int64_t left = (deadline - g_get_monotonic_time()) / 1000;
		char c;
		if (left <= 0 || poll(&ready, 1, (int)left) <= 0 || read(fd, &c, 1) != 1)
			return NULL;
		if (c == '\n')
			return g_string_free(g_steal_pointer(&line), FALSE);
		g_string_append_c(line, c);
	}
}

/* In the child: it is to end on the signals that we block for our threads. */
static void unblock_signals(void *data)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

EcsCloud *ecsfs_sandbox_start(bool quiet, int *lifeline, GError **error)
{
	g_autofree char *program = find_program();
	char *argv[] = { program, (char *)"--until-eof", NULL };
	int in, out;

	if (program == NULL) {
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG,
			    "ecs-sandbox is neither beside this program nor in $PATH");
		return NULL;
	}
	/* Whoever reads our stderr to its end, as $(...) does, must not have to wait for the
	 * sandbox. */
	GSpawnFlags flags = quiet ? G_SPAWN_STDERR_TO_DEV_NULL : G_SPAWN_DEFAULT;
	ecsfs_environment_clear(); /* another cloud's secrets: not for the child */
	if (!g_spawn_async_with_pipes("/", argv, NULL, flags, unblock_signals, NULL, NULL, &in,
				      &out, NULL, error))
		return NULL;
	fcntl(in, F_SETFD, FD_CLOEXEC);
	g_autofree char *url = read_line(out);
	close(out);
	if (url == NULL) {
		close(in);
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "%s did not start", program);
		return NULL;
	}
	EcsCloud *cloud = ecs_cloud_new();
	cloud->name = g_strdup("sandbox");
	cloud->source = g_strdup("--sandbox");
	cloud->auth_url = g_steal_pointer(&url);
	cloud->username = g_strdup("demo");
	cloud->password = g_strdup("sandbox");
	cloud->user_domain_name = g_strdup("OTC-SANDBOX");
	cloud->project_name = g_strdup("eu-de");
	*lifeline = in;
	return cloud;
}
