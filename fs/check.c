/* SPDX-License-Identifier: MIT */
#include "fs/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/error.h"
#include "client/hello.h"
#include "client/image.h"
#include "client/project.h"
#include "client/quota.h"
#include "client/server.h"
#include "client/text.h"
#include "client/vpc.h"
#include "client/zone.h"
#include "fs/mountpoint.h"

#define CLOCK_WRONG_S 300 /* a signature is allowed 900 */
#define NO_SERVER "00000000-0000-0000-0000-000000000000"

typedef enum {
	PASSED,
	FAILED,
	SKIPPED, /* it does not apply */
} Outcome;

/* What a step can need of the steps before. */
enum {
	CONFIGURED = 1, /* there is a cloud, and a client */
	REACHED = 2,
	LOGGED_IN = 4,
};

typedef struct {
	const EcsfsCommand *command;
	EcsfsCheckLoad load;
	void *data;
	size_t i; /* which cloud */
	EcsCloud *cloud;
	EcsClient *client;
	EcsScope *scope;
	unsigned have;
	GString *said;
	GError *untrusted; /* what is wrong with the certificate; NULL: nothing */
	GMutex lock;	   /* the rest: what a call has brought */
	GCond cond;
	bool done;
	GPtrArray *items;
	char *text;
	GError *error;
} Check;

/* ---- calls, waited for ---- */

static void finish(Check *check, GPtrArray *items, const char *text, const GError *error)
{
	g_mutex_lock(&check->lock);
	check->items = items;
	check->text = g_strdup(text);
	check->error = error != NULL ? g_error_copy(error) : NULL;
	check->done = true;
	g_cond_signal(&check->cond);
	g_mutex_unlock(&check->lock);
}

static void listed(GPtrArray *items, const GError *error, void *data)
{
	finish(data, items, NULL, error);
}

static void changed(const EcsAccepted *accepted, const GError *error, void *data)
{
	finish(data, NULL, NULL, error);
}

static void greeted(const char *version, const GError *error, void *data)
{
	finish(data, NULL, version, error);
}

static void forget(Check *check)
{
	g_clear_pointer(&check->items, g_ptr_array_unref);
	g_clear_pointer(&check->text, g_free);
	g_clear_error(&check->error);
	check->done = false;
}

static void wait_done(Check *check)
{
	g_mutex_lock(&check->lock);
	while (!check->done)
		g_cond_wait(&check->cond, &check->lock);
	g_mutex_unlock(&check->lock);
}

/* ---- what is said ---- */

static Outcome say(Check *check, Outcome outcome, const char *format, ...) G_GNUC_PRINTF(3, 4);

static Outcome say(Check *check, Outcome outcome, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(check->said, format, args);
	va_end(args);
	return outcome;
}

static Outcome say_error(Check *check)
{
	bool absent = check->error->code == ECS_ERROR_NOT_SUPPORTED;

	return say(check, absent ? SKIPPED : FAILED, "%s", check->error->message);
}

/* ---- the steps ---- */

static Outcome check_configuration(Check *check)
{
	g_autoptr(GError) error = NULL;
	EcsClientOptions options = { .plain = check->command->fs.openstack };

	check->cloud = check->load(check->i, check->data, &error);
	if (check->cloud != NULL)
		check->client = ecs_client_new(check->cloud, &options, &error);
	if (check->cloud == NULL || check->client == NULL)
		return say(check, FAILED, "%s", error->message);
	check->have |= CONFIGURED;
	say(check, PASSED, "cloud %s of %s", check->cloud->name, check->cloud->source);
	if (check->cloud->secure != NULL)
		say(check, PASSED, ", with %s", check->cloud->secure);
	return PASSED;
}

static Outcome check_address(Check *check)
{
	const char *url = ecs_client_cloud(check->client)->auth_url;

	ecs_client_hello(check->client, greeted, check);
	wait_done(check);
	const GError *error = check->error;
	if (error != NULL && error->code == ECS_ERROR_UNTRUSTED)
		check->untrusted = g_error_copy(error);
	else if (error != NULL &&
		 (error->code == ECS_ERROR_UNREACHABLE || error->code == ECS_ERROR_TIMED_OUT ||
		  error->code == ECS_ERROR_BAD_REPLY || error->code == ECS_ERROR_NOT_FOUND ||
		  error->code == ECS_ERROR_FAILED))
		return say(check, FAILED, "%s: %s", url, error->message);
	else
		check->have |= REACHED;
	return say(check, PASSED, "%s answers", url);
}

/* The step before has tried it. */
static Outcome check_certificate(Check *check)
{
	const EcsCloud *cloud = ecs_client_cloud(check->client);

	if (check->untrusted != NULL)
		return say(check, FAILED, "%s", check->untrusted->message);
	if ((check->have & REACHED) == 0)
		return say(check, SKIPPED, "not tried");
	if (!g_str_has_prefix(cloud->auth_url, "https:"))
		return say(check, SKIPPED, "none: http is not encrypted");
	if (!cloud->verify)
		return say(check, PASSED, "not checked (verify: false)");
	return say(check, PASSED, "trusted by %s",
		   cloud->cacert != NULL ? cloud->cacert : "this system");
}

static Outcome check_login(Check *check)
{
	g_autoptr(GError) error = NULL;

	if (!ecs_client_login(check->client, &error))
		return say(check, FAILED, "%s", error->message);
	check->have |= LOGGED_IN;
	const char *region = ecs_client_home_region(check->client);
	int64_t expires = ecs_client_token_expires(check->client);
	check->scope = ecs_client_scope(check->client, region, NULL);
	if (expires == 0)
		return say(check, PASSED, "every call is signed: there is no token");
	g_autoptr(GDateTime) end = g_date_time_new_from_unix_utc(expires);
	g_autofree char *text = g_date_time_format(end, "%Y-%m-%dT%H:%M:%SZ");
	return say(check, PASSED, "there is a token until %s", text);
}

static Outcome check_clock(Check *check)
{
	int64_t ahead_s = ecs_client_clock(check->client);

	return say(check, ABS(ahead_s) < CLOCK_WRONG_S ? PASSED : FAILED,
		   "this machine's is %" G_GINT64_FORMAT " seconds %s the cloud's", ABS(ahead_s),
		   ahead_s > 0 ? "behind" : "ahead of");
}

static Outcome check_catalog(Check *check)
{
	g_auto(GStrv) regions = ecs_client_regions(check->client);
	const char *wanted = check->command->region;
	g_autofree char *known = g_strjoinv(", ", regions);

	g_autofree char *lacking = ecs_client_lacking(check->client);
	if (lacking != NULL)
		return say(check, FAILED, "%s", lacking);
	if (wanted != NULL && !g_strv_contains((const char *const *)regions, wanted))
		return say(check, FAILED, "there is no region %s, only %s", wanted, known);
	return say(check, PASSED, "servers in %s; home is %s", known,
		   ecs_client_home_region(check->client));
}

static Outcome check_projects(Check *check)
{
	ecs_project_list(check->scope, NULL, listed, check);
	wait_done(check);
	if (check->error != NULL)
		return say_error(check);
	g_autofree char *mine = ecs_scope_project(check->scope);
	return say(check, PASSED, "%s, one of %u", *mine != '\0' ? mine : "one without a name",
		   check->items->len);
}

static Outcome check_zones(Check *check)
{
	ecs_zone_list(check->scope, NULL, listed, check);
	wait_done(check);
	if (check->error != NULL)
		return say_error(check);
	for (unsigned i = 0; i < check->items->len; i++)
		say(check, PASSED, "%s%s", i > 0 ? ", " : "",
		    ((const EcsZone *)check->items->pdata[i])->name);
	return check->items->len > 0 ? PASSED : say(check, FAILED, "none");
}

typedef void (*List)(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* The service is asked with one small call: its quotas. Not every cloud has these: then for what it
 * has, which is as good. */
typedef struct {
	List quotas;
	List objects;		  /* NULL: the quotas are always there */
	const char *what;	  /* plural */
	const char *const *quota; /* whose number is told, by each of its names */
} Service;

static Outcome check_service(Check *check, const Service *service)
{
	service->quotas(check->scope, NULL, listed, check);
	wait_done(check);
	bool none = check->error != NULL && check->error->code == ECS_ERROR_NOT_SUPPORTED;
	if (check->error != NULL && (!none || service->objects == NULL))
		return say_error(check);
	for (unsigned i = 0; !none && i < check->items->len; i++) {
		const EcsQuota *quota = check->items->pdata[i];
		if (g_strv_contains(service->quota, quota->name))
			return say(check, PASSED, "%" G_GINT64_FORMAT " %s", MAX(quota->used, 0),
				   service->what);
	}
	if (!none && check->items->len > 0)
		return say(check, PASSED, "it answers");
	if (service->objects == NULL)
		return say(check, SKIPPED, "not offered in this region");
	forget(check);
	service->objects(check->scope, NULL, listed, check);
	wait_done(check);
	return check->error != NULL ? say_error(check)
				    : say(check, PASSED, "%u %s", check->items->len, service->what);
}

static Outcome check_servers(Check *check)
{
	static const char *const quota[] = { "instances", NULL };
	static const Service servers = { ecs_quota_list, NULL, "servers", quota };

	return check_service(check, &servers);
}

static Outcome check_disks(Check *check)
{
	static const char *const quota[] = { "volumes", NULL };
	static const Service disks = { ecs_quota_list_volumes, NULL, "disks", quota };

	return check_service(check, &disks);
}

static Outcome check_networks(Check *check)
{
	static const char *const quota[] = { "vpc", "network", NULL }; /* Neutron's is the other */
	static const Service networks = { ecs_quota_list_network, ecs_vpc_list, "VPCs", quota };

	return check_service(check, &networks);
}

static Outcome check_images(Check *check)
{
	static const char *const quota[] = { "image", NULL };
	static const Service images = { ecs_quota_list_images, ecs_image_list, "images", quota };

	return check_service(check, &images);
}

/* A change of a server that there is not: who may is told that it is not there. */
static Outcome check_rights(Check *check)
{
	ecs_server_update(check->scope, NO_SERVER, "x", NULL, NULL, changed, check);
	wait_done(check);
	const GError *error = check->error;
	if (error != NULL && error->code == ECS_ERROR_FORBIDDEN)
		return say(check, PASSED, "to look only (-o ro): %s", error->message);
	if (error == NULL || error->code == ECS_ERROR_NOT_FOUND || error->code == ECS_ERROR_INVALID)
		return say(check, PASSED, "to change servers");
	return say_error(check);
}

static Outcome check_device(Check *check)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		return say(check, PASSED, "/dev/fuse can be opened");
	}
	const char *hint = errno == ENOENT || errno == ENODEV ? " (modprobe fuse)" : "";
	return say(check, FAILED, "/dev/fuse: %s%s", g_strerror(errno), hint);
}

static Outcome check_helper(Check *check)
{
	g_autofree char *program = g_find_program_in_path("fusermount3");
	struct stat st;

	if (program == NULL || stat(program, &st) != 0)
		return say(check, geteuid() == 0 ? SKIPPED : FAILED,
			   "fusermount3 is not in $PATH (package fuse3)");
	if (geteuid() != 0 && (st.st_mode & S_ISUID) == 0)
		return say(check, FAILED, "%s is not set-user-ID: only root can mount", program);
	return say(check, PASSED, "%s", program);
}

static Outcome check_mountpoint(Check *check)
{
	g_autoptr(GError) error = NULL;

	if (check->command->mountpoint == NULL)
		return say(check, SKIPPED, "none was given");
	if (!ecsfs_mountpoint_check(check->command->mountpoint, &error))
		return say(check, FAILED, "%s", error->message);
	return say(check, PASSED, "%s", check->command->mountpoint);
}

typedef struct {
	const char *name;
	unsigned needs;
	Outcome (*run)(Check *check);
} Step;

static const Step cloud_steps[] = {
	{ "configuration", 0, check_configuration },
	{ "address", CONFIGURED, check_address },
	{ "certificate", CONFIGURED, check_certificate },
	{ "login", CONFIGURED | REACHED, check_login },
	{ "clock", CONFIGURED | REACHED, check_clock },
	{ "catalog", LOGGED_IN, check_catalog },
	{ "project", LOGGED_IN, check_projects },
	{ "zones", LOGGED_IN, check_zones },
	{ "servers", LOGGED_IN, check_servers },
	{ "disks", LOGGED_IN, check_disks },
	{ "networks", LOGGED_IN, check_networks },
	{ "images", LOGGED_IN, check_images },
	{ "rights", LOGGED_IN, check_rights },
};

static const Step mount_steps[] = {
	{ "fuse", 0, check_device },
	{ "fusermount3", 0, check_helper },
	{ "mountpoint", 0, check_mountpoint },
};

/* @cloud: in front of the step's name, ""  where there is one cloud. Returns: whether it has not
 * failed. */
static bool run_step(Check *check, const Step *step, const char *cloud)
{
	static const char *const words[] = {
		[PASSED] = "ok", [FAILED] = "FAILED:", [SKIPPED] = "-"
	};
	Outcome outcome = SKIPPED;

	g_string_truncate(check->said, 0);
	if ((check->have & step->needs) == step->needs)
		outcome = step->run(check);
	else
		g_string_append(check->said, "not tried");
	forget(check);
	g_autofree char *said = ecs_text_line(check->said->str);
	printf("%-7s %s%-13s %s\n", words[outcome], cloud, step->name, said);
	fflush(stdout);
	return outcome != FAILED;
}

/* Returns: whether none has failed. */
static bool run_steps(Check *check, const Step *steps, size_t n, const char *cloud)
{
	bool ok = true;

	g_mutex_init(&check->lock);
	g_cond_init(&check->cond);
	check->said = g_string_new(NULL);
	for (size_t i = 0; i < n; i++)
		ok &= run_step(check, &steps[i], cloud);
	ecs_client_free(check->client);
	ecs_cloud_free(check->cloud);
	g_string_free(check->said, TRUE);
	g_clear_error(&check->untrusted);
	g_mutex_clear(&check->lock);
	g_cond_clear(&check->cond);
	return ok;
}

int ecsfs_check(const EcsfsCommand *command, EcsfsCheckLoad load, void *data)
{
	size_t n = ecsfs_command_clouds(command);
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		Check check = { .command = command, .load = load, .data = data, .i = i };
		g_autofree char *cloud =
			n > 1 ? g_strdup_printf("%s: ", command->clouds[i]) : g_strdup("");
		ok &= run_steps(&check, cloud_steps, G_N_ELEMENTS(cloud_steps), cloud);
	}
	Check check = { .command = command };
	ok &= run_steps(&check, mount_steps, G_N_ELEMENTS(mount_steps), "");
	return ok ? 0 : 1;
}
