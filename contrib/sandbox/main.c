/*
 * ecs-sandbox: a small cloud on the loopback interface.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contrib/sandbox/access.h"
#include "contrib/sandbox/credentials.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/http.h"
#include "contrib/sandbox/idempotence.h"
#include "contrib/sandbox/job.h"
#include "contrib/sandbox/log.h"
#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/world.h"

#define EXIT_USAGE 2
#define MAX_SERVERS 100000
#define MAX_MS 86400000

static GMainLoop *loop;

static WorldOptions options = {
	.servers = 12,
	.microversion = MAX_MICROVERSION,
	.seed = 1,
	.machines = 3,
	.boot_ms = 4000,
	.absent_ms = -1,
	.start_ms = 2000,
	.stop_ms = 2000,
	.reboot_ms = 2000,
	.resize_ms = 3000,
	.delete_ms = 1000,
	.image_ms = 5000,
	.network_ms = 300,
	.job_ms = 100,
	.volume_ms = 1000,
	.token_lifetime = 86400,
};

static int port, latency;
static gboolean until_eof, show_version;
static char *clouds_yaml, *log_path;
static char **faults;

static const GOptionEntry entries[] = {
	{ "port", 0, 0, G_OPTION_ARG_INT, &port, "Port on 127.0.0.1 (0: any free one)", "N" },
	{ "openstack", 0, 0, G_OPTION_ARG_NONE, &options.openstack,
	  "Be plain OpenStack: no API of the cloud's own", NULL },
	{ "microversion", 0, 0, G_OPTION_ARG_INT, &options.microversion,
	  "Nova's newest microversion is 2.N (60)", "N" },
	{ "servers", 0, 0, G_OPTION_ARG_INT, &options.servers, "Servers to begin with (12)", "N" },
	{ "bms", 0, 0, G_OPTION_ARG_INT, &options.machines, "Bare metal servers (3)", "N" },
	{ "seed", 0, 0, G_OPTION_ARG_INT, &options.seed, "Equal seeds give equal clouds (1)", "N" },
	{ "quota", 0, 0, G_OPTION_ARG_INT, &options.quota, "Servers a project may have", "N" },
	{ "latency", 0, 0, G_OPTION_ARG_INT, &latency, "Answer that late (0)", "MS" },
	{ "boot-time", 0, 0, G_OPTION_ARG_INT, &options.boot_ms, "Creation takes (4000)", "MS" },
	{ "absent-time", 0, 0, G_OPTION_ARG_INT, &options.absent_ms,
	  "New servers are 404 for (boot-time / 8)", "MS" },
	{ "start-time", 0, 0, G_OPTION_ARG_INT, &options.start_ms, "Starting (2000)", "MS" },
	{ "stop-time", 0, 0, G_OPTION_ARG_INT, &options.stop_ms, "Stopping (2000)", "MS" },
	{ "reboot-time", 0, 0, G_OPTION_ARG_INT, &options.reboot_ms, "Rebooting (2000)", "MS" },
	{ "resize-time", 0, 0, G_OPTION_ARG_INT, &options.resize_ms, "Resizing (3000)", "MS" },
	{ "volume-time", 0, 0, G_OPTION_ARG_INT, &options.volume_ms,
	  "What volumes and snapshots do takes (1000)", "MS" },
	{ "delete-time", 0, 0, G_OPTION_ARG_INT, &options.delete_ms, "Deletion (1000)", "MS" },
	{ "image-time", 0, 0, G_OPTION_ARG_INT, &options.image_ms, "Making an image (5000)", "MS" },
	{ "network-time", 0, 0, G_OPTION_ARG_INT, &options.network_ms,
	  "New networks are not ready for (300)", "MS" },
	{ "job-delay", 0, 0, G_OPTION_ARG_INT, &options.job_ms, "A job begins after (100)", "MS" },
	{ "token-lifetime", 0, 0, G_OPTION_ARG_INT, &options.token_lifetime,
	  "Tokens are good for (86400)", "SECONDS" },
	{ "fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &faults, "Misbehave; can be repeated", "RULE" },
	{ "until-eof", 0, 0, G_OPTION_ARG_NONE, &until_eof, "End when standard input ends", NULL },
	{ "clouds-yaml", 0, 0, G_OPTION_ARG_FILENAME, &clouds_yaml,
	  "Write a clouds.yaml with a cloud \"sandbox\"", "FILE" },
	{ "log", 0, 0, G_OPTION_ARG_FILENAME, &log_path, "Append the request log to", "FILE" },
	{ "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Show the version", NULL },
	{},
};

static const struct {
	const char *name;
	const int *value;
	int min, max;
} ranges[] = {
	{ "port", &port, 0, 65535 },
	{ "microversion", &options.microversion, 1, MAX_MICROVERSION },
	{ "servers", &options.servers, 0, MAX_SERVERS },
	{ "bms", &options.machines, 0, MAX_SERVERS },
	{ "seed", &options.seed, G_MININT, G_MAXINT },
	{ "quota", &options.quota, 0, MAX_SERVERS },
	{ "latency", &latency, 0, MAX_MS },
	{ "boot-time", &options.boot_ms, 0, MAX_MS },
	{ "absent-time", &options.absent_ms, -1, MAX_MS },
	{ "start-time", &options.start_ms, 0, MAX_MS },
	{ "stop-time", &options.stop_ms, 0, MAX_MS },
	{ "reboot-time", &options.reboot_ms, 0, MAX_MS },
	{ "resize-time", &options.resize_ms, 0, MAX_MS },
	{ "volume-time", &options.volume_ms, 0, MAX_MS },
	{ "delete-time", &options.delete_ms, 0, MAX_MS },
	{ "image-time", &options.image_ms, 0, MAX_MS },
	{ "network-time", &options.network_ms, 0, MAX_MS },
	{ "job-delay", &options.job_ms, 0, MAX_MS },
	{ "token-lifetime", &options.token_lifetime, 1, G_MAXINT },
	{},
};

static bool check_ranges(GError **error)
{
	for (int i = 0; ranges[i].name; i++) {
		if (*ranges[i].value >= ranges[i].min && *ranges[i].value <= ranges[i].max)
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--%s must be from %d to %d", ranges[i].name, ranges[i].min,
			    ranges[i].max);
		return false;
	}
	if (options.openstack)
		options.machines = 0;
	if (options.absent_ms < 0)
		options.absent_ms = options.boot_ms / 8;
	return true;
}

static bool parse_options(int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *kinds = fault_kinds();
	g_autofree char *help = g_strdup_printf(
		"A fault RULE is words: kind=KIND[,KIND...] [match=TEXT] [rate=0..1] [count=N]\n"
		"[skip=N] [ms=N] [retry_after=S] [code=CODE] [key=NAME] [offset=S] [size_mb=N];\n"
		"TEXT is sought in \"METHOD PATH?QUERY\". KIND is one of\n%s.\n\n"
		"Log in as demo or reader, password sandbox, account OTC-SANDBOX.\n"
		"Or sign as demo: access key SANDBOXDEMO000000001,\n"
		"secret key sandboxDemoSecretKeyOpensNoDoorsAtAll001.\n"
		"Servers of flavor e3.7xlarge.12 always fail to boot (Ecs.0319).",
		kinds);

	g_option_context_set_summary(context, "A small Elastic Cloud Server cloud on 127.0.0.1.");
	g_option_context_set_description(context, help);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, error))
		return false;
	if (*argc > 1) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "what is \"%s\"?",
			    (*argv)[1]);
		return false;
	}
	if (!check_ranges(error))
		return false;
	fault_seed((guint32)options.seed);
	for (char **rule = faults; rule && *rule; rule++)
		if (!fault_add(*rule, error))
			return false;
	return true;
}

static bool write_clouds_yaml(const char *path, GError **error)
{
	g_autofree char *text =
		g_strdup_printf("clouds:\n"
				"  sandbox:\n"
				"    auth:\n"
				"      auth_url: %s/v3\n"
				"      username: %s\n"
				"      password: %s\n"
				"      user_domain_name: %s\n"
				"      project_domain_name: %s\n"
				"      project_name: eu-de\n"
				"    region_name: eu-de\n"
				"    interface: public\n"
				"    identity_api_version: \"3\"\n",
				world.base, world.users[0].name, world.users[0].password,
				world.domain_name, world.domain_name);

	return g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
					error);
}

static gboolean on_signal(gpointer data)
{
	g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

static gboolean on_stdin(gint fd, GIOCondition condition, gpointer data)
{
	char drop[4096];
	ssize_t got = read(fd, drop, sizeof drop);

	if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static bool start(GError **error)
{
	if (log_path && !log_to_file(log_path, error))
		return false;
	world_init(&options);
	if (!http_start((unsigned)port, error))
		return false;
	world.base = g_strdup_printf("http://127.0.0.1:%u", http_port());
	http_latency(latency);
	if (clouds_yaml && !write_clouds_yaml(clouds_yaml, error)) {
		http_stop();
		return false;
	}
	return true;
}

static void serve(void)
{
	loop = g_main_loop_new(NULL, FALSE);
	g_unix_signal_add(SIGTERM, on_signal, NULL);
	g_unix_signal_add(SIGINT, on_signal, NULL);
	if (until_eof)
		g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_stdin, NULL);
	printf("%s/v3\n", world.base);
	fflush(stdout);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	http_stop();
}

static void clear(void)
{
	idempotence_clear();
	tokens_clear();
	access_clear();
	credentials_clear();
	jobs_clear();
	server_groups_clear();
	if (world.rand)
		world_clear();
	fault_clear();
	log_end();
	text_clear();
	g_free(clouds_yaml);
	g_free(log_path);
	g_strfreev(faults);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int status = 0;

	signal(SIGPIPE, SIG_IGN);
	if (!parse_options(&argc, &argv, &error)) {
		fprintf(stderr, "ecs-sandbox: %s\n", error->message);
		status = EXIT_USAGE;
	} else if (show_version) {
		printf("ecs-sandbox %s\n", ECSFS_VERSION);
	} else if (!start(&error)) {
		fprintf(stderr, "ecs-sandbox: %s\n", error->message);
		status = 1;
	} else {
		serve();
	}
	clear();
	return status;
}
