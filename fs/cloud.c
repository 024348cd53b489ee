/* SPDX-License-Identifier: MIT */
#include "fs/cloud.h"

#include <signal.h>
#include <string.h>

#include "fs/kind.h"
#include "fs/loop.h"
#include "fs/name.h"

#define RETRY_EVERY_S 3 /* -o retry=: between two tries */

EcsfsCloud *ecsfs_cloud_of(const EcsfsFs *fs, const EcsScope *scope)
{
	if (scope != NULL)
		return ecs_scope_owner(scope);
	return fs->n_clouds == 1 ? &fs->clouds[0] : NULL;
}

bool ecsfs_cloud_entered(const EcsfsCloud *cloud)
{
	g_auto(GStrv) regions = ecs_client_regions(cloud->client);

	return *regions != NULL;
}

EcsScope *ecsfs_cloud_home(const EcsfsCloud *cloud)
{
	const char *region = ecs_client_home_region(cloud->client);

	return *region != '\0' ? ecs_client_scope(cloud->client, region, NULL) : NULL;
}

char *ecsfs_cloud_directory(const char *name)
{
	g_autofree char *directory = ecsfs_name_escape(name, name);

	for (const EcsfsAttr *attr = ecsfs_root_of_several.attrs; attr->name != NULL; attr++)
		if (strcmp(attr->name, directory) == 0)
			return ecsfs_name_distinct(name, name);
	return g_steal_pointer(&directory);
}

/* The same again, for a password that was changed: EcsClientOptions.reload. */
static EcsCloud *reload(void *data, GError **error)
{
	const EcsfsCloud *cloud = data;

	return ecs_cloud_load(cloud->asked, error);
}

/* What was in the environment is not there any more. */
static bool can_reload(const EcsfsCommand *command, const EcsCloud *configured)
{
	return !command->sandbox && g_strcmp0(configured->source, "environment") != 0;
}

/* A sandbox is another cloud each time, and who may not change anything plans nothing. */
static EcsfsState *state_new(const EcsfsCommand *command)
{
	g_autofree char *root =
		command->sandbox || command->fs.read_only ? NULL : ecsfs_state_root();

	return ecsfs_state_new(root);
}

static bool cloud_init(EcsfsFs *fs, size_t i, const EcsfsCommand *command,
		       const EcsCloud *configured, bool alone, GError **error)
{
	EcsfsCloud *cloud = &fs->clouds[i];

	*cloud = (EcsfsCloud){
		.fs = fs,
		.asked = command->clouds != NULL ? g_strdup(command->clouds[i]) : NULL,
		.directory = alone ? g_strdup("") : ecsfs_cloud_directory(configured->name),
		.state = state_new(command),
	};
	cloud->traffic = ecsfs_traffic_new(fs->log, cloud->directory);
	EcsClientOptions options = {
		.rate = command->fs.rate,
		.tracer = ecsfs_traffic_trace,
		.tracer_data = cloud->traffic,
		.reload = can_reload(command, configured) ? reload : NULL,
		.reload_data = cloud,
		.plain = command->fs.openstack,
		.owner = cloud,
		.beside = i > 0 ? fs->clouds[0].client : NULL,
	};
	cloud->client = ecs_client_new(configured, &options, error);
	if (cloud->client != NULL)
		cloud->scope = ecs_client_scope(cloud->client, "", NULL);
	return cloud->client != NULL;
}

/* Each has a directory of its own: names that are very long can have the same. */
static bool is_new(const EcsfsFs *fs, size_t i, GError **error)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(fs->clouds[k].directory, fs->clouds[i].directory) != 0)
			continue;
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG,
			    "two clouds would have the directory %s", fs->clouds[k].directory);
		return false;
	}
	return true;
}

bool ecsfs_clouds_new(EcsfsFs *fs, const EcsfsCommand *command, EcsCloud *const *configured,
		      size_t n, GError **error)
{
	bool ok = true;

	fs->clouds = g_new0(EcsfsCloud, n);
	while (ok && fs->n_clouds < n) {
		size_t i = fs->n_clouds++;
		ok = cloud_init(fs, i, command, configured[i], n == 1, error) &&
		     is_new(fs, i, error);
	}
	if (!ok) {
		ecsfs_clouds_end(fs);
		ecsfs_clouds_free(fs);
	}
	return ok;
}

/* Is there something to show, and the region that was asked for? NULL: any will do. */
static bool has_region(EcsClient *client, const char *region, GError **error)
{
	g_auto(GStrv) regions = ecs_client_regions(client);
	g_autofree char *lacking = ecs_client_lacking(client);

	if (lacking != NULL) {
		g_set_error_literal(error, ECS_ERROR, ECS_ERROR_CONFIG, lacking);
		return false;
	}
	if (region == NULL || g_strv_contains((const char *const *)regions, region))
		return true;
	g_autofree char *known = g_strjoinv(", ", regions);
	g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG,
		    "there is no region %s in the catalog, only %s", region,
		    *known != '\0' ? known : "none at all");
	return false;
}

/* The cloud is away, which may pass. */
static bool is_away(const GError *error)
{
	return g_error_matches(error, ECS_ERROR, ECS_ERROR_UNREACHABLE) ||
	       g_error_matches(error, ECS_ERROR, ECS_ERROR_TIMED_OUT) ||
	       g_error_matches(error, ECS_ERROR, ECS_ERROR_RATE_LIMITED);
}

/* Wait before the next try. Returns: false if a signal ends it all, which are blocked here. */
static bool pause_s(unsigned seconds)
{
	struct timespec time = { .tv_sec = seconds };
	sigset_t ends = ecsfs_loop_endings();

	return sigtimedwait(&ends, NULL, &time) < 0;
}

/* Returns: how many let us in. */
static size_t login_all(EcsfsFs *fs, const EcsfsCommand *command)
{
	g_autofree EcsLogin **logins = g_new(EcsLogin *, fs->n_clouds);
	size_t in = 0;

	for (size_t i = 0; i < fs->n_clouds; i++)
		logins[i] = ecs_client_login_start(fs->clouds[i].client);
	for (size_t i = 0; i < fs->n_clouds; i++) {
		EcsfsCloud *cloud = &fs->clouds[i];
		g_clear_error(&cloud->refusal);
		in += ecs_client_login_wait(logins[i], &cloud->refusal) &&
		      has_region(cloud->client, command->region, &cloud->refusal);
	}
	return in;
}

static bool any_away(const EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++)
		if (is_away(fs->clouds[i].refusal))
			return true;
	return false;
}

/* Why none lets us in, in one sentence. */
static void set_refusals(const EcsfsFs *fs, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (size_t i = 0; i < fs->n_clouds; i++)
		g_string_append_printf(all, "%s%s%s%s", i > 0 ? "; " : "", fs->clouds[i].directory,
				       fs->n_clouds > 1 ? ": " : "",
				       fs->clouds[i].refusal->message);
	g_set_error_literal(error, ECS_ERROR, fs->clouds[0].refusal->code, all->str);
}

bool ecsfs_clouds_login(EcsfsFs *fs, const EcsfsCommand *command, GError **error)
{
	int64_t until = g_get_monotonic_time() + (int64_t)command->retry_s * G_USEC_PER_SEC;

	while (login_all(fs, command) == 0) {
		bool later = any_away(fs) && g_get_monotonic_time() < until;
		if (!later || !pause_s(RETRY_EVERY_S)) {
			set_refusals(fs, error);
			return false;
		}
	}
	return true;
}

void ecsfs_clouds_keep(EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++)
		ecsfs_state_close(fs->clouds[i].state);
}

void ecsfs_clouds_close(EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++)
		ecs_client_close(fs->clouds[i].client);
}

void ecsfs_clouds_end(EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++)
		ecs_client_free(g_steal_pointer(&fs->clouds[i].client));
}

void ecsfs_clouds_free(EcsfsFs *fs)
{
	for (size_t i = 0; i < fs->n_clouds; i++) {
		ecsfs_state_free(fs->clouds[i].state);
		ecsfs_traffic_free(fs->clouds[i].traffic);
		g_clear_error(&fs->clouds[i].refusal);
		g_free(fs->clouds[i].directory);
		g_free(fs->clouds[i].asked);
	}
	g_clear_pointer(&fs->clouds, g_free);
	fs->n_clouds = 0;
}
