/* SPDX-License-Identifier: MIT */
/* main - from the command line to the loop, and back to the prompt with a sentence if it does not
 * get there. */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "client/text.h"
#include "fs/brake.h"
#include "fs/catalogue.h"
#include "fs/check.h"
#include "fs/cloud.h"
#include "fs/dispatch.h"
#include "fs/environment.h"
#include "fs/handle.h"
#include "fs/log.h"
#include "fs/loop.h"
#include "fs/history.h"
#include "fs/holders.h"
#include "fs/inotify.h"
#include "fs/memo.h"
#include "fs/mountpoint.h"
#include "fs/notify.h"
#include "fs/ops.h"
#include "fs/options.h"
#include "fs/shelf.h"
#include "fs/patience.h"
#include "fs/regions.h"
#include "fs/sandbox.h"
#include "fs/wire.h"

/* Of malloc(): with one for each thread, each keeps free memory that the others lack. */
#define ARENAS 2
#define DRAIN_MS 10 /* how soon the end of the notify thread is noticed */

/* A core would hold tokens. 1, not 0: 0 still feeds a core_pattern that is a pipe (core(5)). */
static void no_cores(void)
{
	struct rlimit limit = { 1, 1 };

	setrlimit(RLIMIT_CORE, &limit);
}

/* @i: which of the clouds of the command. */
static EcsCloud *load_cloud(const EcsfsCommand *command, size_t i, int *lifeline, GError **error)
{
	const char *name = command->clouds != NULL ? command->clouds[i] : NULL;
	EcsCloud *cloud = command->sandbox
				  ? ecsfs_sandbox_start(!command->foreground && !command->debug,
							lifeline, error)
				  : ecs_cloud_load(name, error);

	if (cloud != NULL && command->region != NULL) {
		g_free(cloud->region);
		cloud->region = g_strdup(command->region);
	}
	return cloud;
}

/* Returns: EcsCloud, owned; NULL and the error. */
static GPtrArray *load_clouds(const EcsfsCommand *command, int *lifeline, GError **error)
{
	g_autoptr(GPtrArray) clouds =
		g_ptr_array_new_with_free_func((GDestroyNotify)ecs_cloud_free);

	for (size_t i = 0; i < ecsfs_command_clouds(command); i++) {
		EcsCloud *cloud = load_cloud(command, i, lifeline, error);
		if (cloud == NULL)
			return NULL;
		g_ptr_array_add(clouds, cloud);
	}
	return g_steal_pointer(&clouds);
}

/* Signals are for the main thread: they end the loop there (fs/loop.h). */
static void mask_signals(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, before);
}

static void fs_clear(EcsfsFs *fs)
{
	ecsfs_inotify_free(fs->inotify);
	ecsfs_cache_free(fs->cache);
	ecsfs_nodes_free(fs->nodes);
	ecsfs_notify_free(fs->notify);
	ecsfs_handles_free(fs->handles);
	ecsfs_shelf_free(fs->shelf);
	ecsfs_memo_free(fs->memo);
	ecsfs_history_free(fs->history);
	ecsfs_brake_free(fs->brake);
	ecsfs_clouds_free(fs);
	ecsfs_log_free(fs->log);
}

/* Log in. Threads start here. */
static bool fs_init(EcsfsFs *fs, const EcsfsCommand *command, const GPtrArray *configured,
		    GError **error)
{
	*fs = (EcsfsFs){
		.options = command->fs,
		.uid = getuid(),
		.gid = getgid(),
		.started = g_get_real_time() / G_USEC_PER_SEC,
		.log = ecsfs_log_new(),
		.handles = ecsfs_handles_new(),
		.shelf = ecsfs_shelf_new(),
		.memo = ecsfs_memo_new(),
		.history = ecsfs_history_new(),
		.brake = ecsfs_brake_new(),
		.notify = ecsfs_notify_new(),
		.nodes = ecsfs_nodes_new(configured->len == 1 ? &ecsfs_root
							      : &ecsfs_root_of_several),
	};
	fs->inotify = ecsfs_inotify_new(fs);
	ecsfs_patience_apply(&fs->options);
	fs->cache = ecsfs_cache_new(fs);
	if (ecsfs_clouds_new(fs, command, (EcsCloud *const *)configured->pdata, configured->len,
			     error)) {
		if (ecsfs_clouds_login(fs, command, error)) {
			fs->dispatch = ecsfs_dispatch_new(fs);
			ecsfs_regions_look(fs);
			return true;
		}
		ecsfs_clouds_end(fs);
	}
	fs_clear(fs);
	return false;
}

/*
 * Refuse what the kernel still asks, until the threads have ended that may wait for it. A request
 * that nobody reads keeps the lock of its directory, and a notification for that directory waits
 * for the lock in the kernel, where no signal reaches it.
 */
static void refuse_requests(EcsfsFs *fs, struct fuse_session *session)
{
	struct pollfd ready = { .fd = fuse_session_fd(session), .events = POLLIN };
	struct fuse_buf buf = { 0 };

	fcntl(ready.fd, F_SETFL, O_NONBLOCK);
	while (!(ecsfs_notify_ended(fs->notify) && ecsfs_inotify_ended(fs->inotify)) &&
	       !fuse_session_exited(session)) {
		if (poll(&ready, 1, DRAIN_MS) > 0 && fuse_session_receive_buf(session, &buf) > 0)
			fuse_session_process_buf(session, &buf);
	}
	free(buf.mem);
}

/* Everything that may still run is ended, in the order in which one calls the next. */
static void fs_stop(EcsfsFs *fs, struct fuse_session *session)
{
	ecsfs_cache_close(fs->cache);
	ecsfs_dispatch_abort(fs->dispatch);
	ecsfs_clouds_keep(fs); /* what is kept may still go on to the cloud */
	ecsfs_inotify_end(fs->inotify);
	ecsfs_notify_end(fs->notify);
	if (session != NULL)
		refuse_requests(fs, session);
	ecsfs_notify_stop(fs->notify);
	ecsfs_clouds_close(fs);
	ecsfs_dispatch_end(fs->dispatch); /* what it still runs looks at scopes, and answers */
	ecsfs_handles_close(fs->handles);
	if (session != NULL)
		fuse_session_unmount(session);
	ecsfs_clouds_end(fs);
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

/* What is mounted, for mount(8): "work", "work+home". Owned. */
static char *names_of(const EcsfsFs *fs)
{
	GString *names = g_string_new(NULL);

	for (size_t i = 0; i < fs->n_clouds; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? "+" : "",
				       ecs_client_cloud(fs->clouds[i].client)->name);
	return g_string_free(names, FALSE);
}

static struct fuse_session *session_new(EcsfsFs *fs, const EcsfsCommand *command)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	g_autofree char *names = names_of(fs);
	g_autofree char *name =
		g_strdup_printf("fsname=ecsfs:%s,subtype=ecsfs,default_permissions", names);
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

static void warn_of(const char *directory, const char *colon, const char *warning)
{
	g_autofree char *line = ecs_text_line(warning);

	fprintf(stderr, "ecsfs: warning: %s%s%s\n", directory, colon, line);
}

/* What works, and should not be left so: once, where the user looks. */
static void warn(const EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++) {
		const EcsfsCloud *cloud = &fs->clouds[i];
		const char *colon = fs->n_clouds > 1 ? ": " : "";
		g_auto(GStrv) warnings = ecs_client_warnings(cloud->client);
		if (cloud->refusal != NULL)
			warn_of(cloud->directory, colon, cloud->refusal->message);
		for (char **warning = warnings; *warning != NULL; warning++)
			warn_of(cloud->directory, colon, *warning);
	}
}

/* Whoever still uses the mount gets errors from now on: say who. */
static void tell_holders(const char *mountpoint)
{
	g_autofree char *holders = mountpoint != NULL ? ecsfs_holders(mountpoint) : NULL;

	if (holders != NULL)
		g_message("%s was still in use by %s", mountpoint, holders);
}

/* Answer whoever started us: NULL: it is mounted. */
typedef void (*Report)(const char *why, void *data);

/* Mount what is logged in to, and serve it until the end. Returns: exit status. */
static int mount_and_serve(EcsfsFs *fs, const EcsfsCommand *command, const sigset_t *signals,
			   Report report, void *data)
{
	fuse_set_log_func(keep_said);
	struct fuse_session *session = session_new(fs, command);
	g_autofree char *place = realpath(command->mountpoint, NULL); /* later it asks us */
	int status = 1;

	if (session == NULL || fuse_session_mount(session, command->mountpoint) != 0 ||
	    ecsfs_wire_attach(session) != 0) {
		g_autofree char *why = g_strdup_printf("cannot mount on %s: %s",
						       command->mountpoint, g_strchomp(fuse_said));
		report(why, data);
	} else {
		fuse_set_log_func(NULL);
		ecsfs_notify_start(fs->notify, session);
		if (!fs->options.read_only) /* else nothing can be touched */
			ecsfs_inotify_start(fs->inotify, command->mountpoint);
		report(NULL, data);
		status = ecsfs_loop(session, signals) ? 0 : 1;
		tell_holders(place);
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
	g_autoptr(GPtrArray) clouds = NULL;
	int lifeline = -1, status = 1;
	sigset_t signals;
	EcsfsFs fs;

	no_cores();
	signal(SIGPIPE, SIG_IGN);
	mask_signals(&signals);
	if (ecsfs_mountpoint_check(command->mountpoint, &error))
		clouds = load_clouds(command, &lifeline, &error);
	ecsfs_environment_clear();
	if (clouds == NULL || !fs_init(&fs, command, clouds, &error)) {
		report(error->message, data);
	} else {
		warn(&fs);
		status = mount_and_serve(&fs, command, &signals, report, data);
		fs_clear(&fs);
	}
	if (lifeline >= 0)
		close(lifeline);
	return status;
}

static void report_here(const char *why, void *data)
{
	g_autofree char *line = why != NULL ? ecs_text_line(why) : NULL;

	if (line != NULL)
		fprintf(stderr, "ecsfs: %s\n", line);
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

	prctl(PR_SET_PDEATHSIG, 0);
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
	pid_t parent = getpid(), child = fork();
	if (child < 0) {
		report_here(g_strerror(errno), NULL);
		return 1;
	}
	if (child > 0) {
		close(fds[1]);
		return wait_for_report(fds[0], child);
	}
	close(fds[0]);
	/* Until it is mounted, who is killed at the prompt is killed here as well. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 1;
	setsid();
	openlog("ecsfs", LOG_PID, LOG_DAEMON);
	g_log_set_writer_func(to_syslog, NULL, NULL);
	int status = serve(command, report_to_parent, &fds[1]);
	exit(status);
}

/* EcsfsCheckLoad */
static EcsCloud *load_for_check(size_t i, void *data, GError **error)
{
	static int lifeline; /* of a sandbox: it ends with us */

	return load_cloud(data, i, &lifeline, error);
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
	mallopt(M_ARENA_MAX, ARENAS);
	if (!ecsfs_command_parse(&command, argc, argv, &error)) {
		fprintf(stderr, "ecsfs: %s\n", error->message);
		ecsfs_command_clear(&command);
		return 2;
	}
	if (command.debug)
		g_setenv("G_MESSAGES_DEBUG", "all", TRUE);
	if (command.version)
		printf("ecsfs %s\n", ECSFS_VERSION);
	else if (command.list_files)
		status = print_files();
	else if (command.check)
		status = ecsfs_check(&command, load_for_check, &command);
	else if (command.foreground || command.debug) {
		status = serve(&command, report_here, NULL);
	} else {
		status = daemonize(&command);
	}
	ecsfs_command_clear(&command);
	return status;
}
