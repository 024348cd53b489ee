/* SPDX-License-Identifier: MIT */
/* main - from the command line to the loop, and back to the prompt with a sentence if it does not
 * get there. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "fs/catalogue.h"
#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/mountpoint.h"
#include "fs/notify.h"
#include "fs/ops.h"
#include "fs/options.h"
#include "fs/sandbox.h"

#define FUSE_THREADS 10 /* none of them ever waits for the network */

/* A core would hold tokens. 1, not 0: 0 still feeds a core_pattern that is a pipe (core(5)). */
static void no_cores(void)
{
	struct rlimit limit = { 1, 1 };

	setrlimit(RLIMIT_CORE, &limit);
}

static EcsCloud *load_cloud(const EcsfsCommand *command, int *lifeline, GError **error)
{
	EcsCloud *cloud = command->sandbox
				  ? ecsfs_sandbox_start(!command->foreground && !command->debug,
							lifeline, error)
				  : ecs_cloud_load(command->cloud, error);

	if (cloud != NULL && command->region != NULL) {
		g_free(cloud->region);
		cloud->region = g_strdup(command->region);
	}
	return cloud;
}

/* Signals are for the main thread: libfuse's handlers end the loop there. */
static void mask_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, before);
}

static void fs_clear(EcsfsFs *fs)
{
	ecsfs_cache_free(fs->cache);
	ecsfs_nodes_free(fs->nodes);
	ecsfs_notify_free(fs->notify);
	ecsfs_log_free(fs->log);
}

/* Is the region that was asked for in the catalog? NULL: any will do. */
static bool has_region(EcsClient *client, const char *region, GError **error)
{
	g_auto(GStrv) regions = ecs_client_regions(client);

	if (region == NULL || g_strv_contains((const char *const *)regions, region))
		return true;
	g_autofree char *known = g_strjoinv(", ", regions);
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG,
		    "there is no region %s in the catalog, only %s", region,
		    *known != '\0' ? known : "none at all");
	return false;
}

/* Log in. Threads start here. */
static bool fs_init(EcsfsFs *fs, const EcsfsCommand *command, const EcsCloud *cloud, GError **error)
{
	*fs = (EcsfsFs){
		.options = command->fs,
		.uid = getuid(),
		.gid = getgid(),
		.started = g_get_real_time() / G_USEC_PER_SEC,
		.log = ecsfs_log_new(),
		.notify = ecsfs_notify_new(),
		.nodes = ecsfs_nodes_new(&ecsfs_root),
	};
	fs->cache = ecsfs_cache_new(fs);
	EcsClientOptions options = { .tracer = ecsfs_log_trace, .tracer_data = fs->log };
	fs->client = ecs_client_new(cloud, &options, error);
	if (fs->client != NULL && ecs_client_login(fs->client, error) &&
	    has_region(fs->client, command->region, error)) {
		fs->dispatch = ecsfs_dispatch_new(fs);
		return true;
	}
	ecs_client_free(fs->client);
	fs_clear(fs);
	return false;
}

/* Everything that may still run is ended, in the order in which one calls the next. */
static void fs_stop(EcsfsFs *fs, struct fuse_session *session)
{
	ecsfs_cache_close(fs->cache);
	ecsfs_dispatch_abort(fs->dispatch);
	ecsfs_notify_stop(fs->notify);
	if (session != NULL)
		fuse_session_unmount(session);
	ecs_client_free(fs->client);
	ecsfs_dispatch_free(fs->dispatch);
}

/* What libfuse had to say before there was a mount; it says one line in pieces. */
static char fuse_said[256];

static void keep_said(enum fuse_log_level level, const char *format, va_list args)
	G_GNUC_PRINTF(2, 0);

static void keep_said(enum fuse_log_level level, const char *format, va_list args)
{
	size_t len = strlen(fuse_said);

	vsnprintf(fuse_said + len, sizeof(fuse_said) - len, format, args);
	g_strdelimit(fuse_said, "\n", ' ');
}

static struct fuse_session *session_new(EcsfsFs *fs, const EcsfsCommand *command)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	g_autofree char *name = g_strdup_printf("fsname=ecsfs:%s,subtype=ecsfs,default_permissions",
						ecs_client_cloud(fs->client)->name);
	struct fuse_session *session = NULL;

	bool ok = fuse_opt_add_arg(&args, "ecsfs") == 0 && fuse_opt_add_arg(&args, "-o") == 0 &&
		  fuse_opt_add_arg(&args, name) == 0;
	if (ok && *command->fuse != '\0')
		ok = fuse_opt_add_arg(&args, "-o") == 0 &&
		     fuse_opt_add_arg(&args, command->fuse) == 0;
	if (ok && command->debug)
		ok = fuse_opt_add_arg(&args, "-d") == 0;
	if (ok)
		session = fuse_session_new(&args, &ecsfs_ops, sizeof(ecsfs_ops), fs);
	fuse_opt_free_args(&args);
	return session;
}

/* Answer whoever started us: NULL: it is mounted. */
typedef void (*Report)(const char *why, void *data);

static int loop(EcsfsFs *fs, struct fuse_session *session)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();

	fuse_loop_cfg_set_max_threads(config, FUSE_THREADS);
	fuse_loop_cfg_set_clone_fd(config, 0);
	int result = fuse_session_loop_mt(session, config);
	fuse_loop_cfg_destroy(config);
	fuse_remove_signal_handlers(session);
	return result < 0 ? 1 : 0; /* a positive one is the signal that ended it */
}

/* Mount what is logged in to, and serve it until the end. Returns: exit status. */
static int mount_and_serve(EcsfsFs *fs, const EcsfsCommand *command, const sigset_t *signals,
			   Report report, void *data)
{
	fuse_set_log_func(keep_said);
	struct fuse_session *session = session_new(fs, command);
	int status = 1;

	if (session == NULL || fuse_session_mount(session, command->mountpoint) != 0) {
		g_autofree char *why = g_strdup_printf("cannot mount on %s: %s",
						       command->mountpoint, g_strchomp(fuse_said));
		report(why, data);
	} else {
		fuse_set_log_func(NULL);
		ecsfs_notify_start(fs->notify, session);
		fuse_set_signal_handlers(session);
		pthread_sigmask(SIG_SETMASK, signals, NULL);
		report(NULL, data);
		status = loop(fs, session);
	}
	fs_stop(fs, session);
	if (session != NULL)
		fuse_session_destroy(session);
	return status;
}

/* Returns: exit status. */
static int serve(const EcsfsCommand *command, Report report, void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(EcsCloud) cloud = NULL;
	int lifeline = -1, status = 1;
	sigset_t signals;
	EcsfsFs fs;

	no_cores();
	signal(SIGPIPE, SIG_IGN);
	mask_signals(&signals);
	if (ecsfs_mountpoint_check(command->mountpoint, &error))
		cloud = load_cloud(command, &lifeline, &error);
	if (cloud == NULL || !fs_init(&fs, command, cloud, &error)) {
		report(error->message, data);
	} else {
		status = mount_and_serve(&fs, command, &signals, report, data);
		fs_clear(&fs);
	}
	if (lifeline >= 0)
		close(lifeline);
	return status;
}

static void report_here(const char *why, void *data)
{
	if (why != NULL)
		fprintf(stderr, "ecsfs: %s\n", why);
}

static GLogWriterOutput to_syslog(GLogLevelFlags level, const GLogField *fields, size_t n,
				  void *data)
{
	int priority = (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0 ? LOG_ERR
		       : (level & G_LOG_LEVEL_WARNING) != 0			 ? LOG_WARNING
										 : LOG_INFO;

	if (g_log_writer_default_would_drop(level, NULL))
		return G_LOG_WRITER_HANDLED;
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].key, "MESSAGE") == 0)
			syslog(priority, "%s", (const char *)fields[i].value);
	return G_LOG_WRITER_HANDLED;
}

/* In the daemon: tell the parent, which waits at the prompt, and let go of the terminal. */
static void report_to_parent(const char *why, void *data)
{
	int fd = *(int *)data;

	if (why == NULL) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		for (int i = 0; i <= 2; i++)
			dup2(null, i);
		close(null);
		why = "";
	}
	if (write(fd, why, strlen(why) + 1) < 0) /* the parent was killed: nobody to tell */
		g_debug("nobody waits: %s", g_strerror(errno));
	close(fd);
}

/* Wait for the daemon's report. Returns: exit status. */
static int wait_for_report(int fd, pid_t child)
{
	g_autoptr(GString) why = g_string_new(NULL);
	char buf[512];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			g_string_append_len(why, buf, n);
	if (why->len == 1) /* the terminating NUL alone: mounted */
		return 0;
	waitpid(child, NULL, 0);
	report_here(why->len > 1 ? why->str : "the daemon ended before it had mounted", NULL);
	return 1;
}

static int daemonize(const EcsfsCommand *command)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) != 0) {
		report_here(g_strerror(errno), NULL);
		return 1;
	}
	fflush(NULL);
	pid_t child = fork();
	if (child < 0) {
		report_here(g_strerror(errno), NULL);
		return 1;
	}
	if (child > 0) {
		close(fds[1]);
		return wait_for_report(fds[0], child);
	}
	close(fds[0]);
	setsid();
	openlog("ecsfs", LOG_PID, LOG_DAEMON);
	g_log_set_writer_func(to_syslog, NULL, NULL);
	int status = serve(command, report_to_parent, &fds[1]);
	exit(status);
}

static int print_files(void)
{
	g_autoptr(GString) out = g_string_new(NULL);

	ecsfs_catalogue(out);
	return fputs(out->str, stdout) < 0 || fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	EcsfsCommand command;
	int status = 0;

	g_log_writer_default_set_use_stderr(TRUE);
	if (!ecsfs_command_parse(&command, argc, argv, &error)) {
		fprintf(stderr, "ecsfs: %s\n", error->message);
		ecsfs_command_clear(&command);
		return 2;
	}
	if (command.version)
		printf("ecsfs %s\n", ECSFS_VERSION);
	else if (command.list_files)
		status = print_files();
	else if (command.foreground || command.debug) {
		if (command.debug)
			g_setenv("G_MESSAGES_DEBUG", "all", TRUE);
		status = serve(&command, report_here, NULL);
	} else {
		status = daemonize(&command);
	}
	ecsfs_command_clear(&command);
	return status;
}
