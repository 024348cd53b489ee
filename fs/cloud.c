/* SPDX-License-Identifier: MIT */
#include "fs/cloud.h"

#include <signal.h>
#include <string.h>

#include "fs/loop.h"

#define RETRY_EVERY_S 3 /* -o retry=: between two tries */

EcsfsCloud *ecsfs_cloud_of(const EcsfsFs *fs, const EcsScope *scope)
{
	return scope != NULL ? ecs_scope_owner(scope) : &fs->clouds[0];
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

static bool cloud_init(EcsfsCloud *cloud, EcsfsFs *fs, const EcsfsCommand *command,
		       const EcsCloud *configured, GError **error)
{
	*cloud = (EcsfsCloud){
		.fs = fs,
		.asked = g_strdup(command->cloud),
		.state = state_new(command),
		.traffic = ecsfs_traffic_new(fs->log),
	};
	EcsClientOptions options = {
		.rate = command->fs.rate,
		.tracer = ecsfs_traffic_trace,
		.tracer_data = cloud->traffic,
		.reload = can_reload(command, configured) ? reload : NULL,
		.reload_data = cloud,
		.plain = command->fs.openstack,
		.owner = cloud,
	};
	cloud->client = ecs_client_new(configured, &options, error);
	return cloud->client != NULL;
}

bool ecsfs_clouds_new(EcsfsFs *fs, const EcsfsCommand *command, EcsCloud *const *configured,
		      size_t n, GError **error)
{
	bool ok = true;

	fs->clouds = g_new0(EcsfsCloud, n);
	while (ok && fs->n_clouds < n) {
		EcsfsCloud *cloud = &fs->clouds[fs->n_clouds];
		ok = cloud_init(cloud, fs, command, configured[fs->n_clouds++], error);
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

bool ecsfs_clouds_login(EcsfsFs *fs, const EcsfsCommand *command, GError **error)
{
	int64_t until = g_get_monotonic_time() + (int64_t)command->retry_s * G_USEC_PER_SEC;
	EcsClient *client = fs->clouds[0].client;
	g_autoptr(GError) why = NULL;

	while (!ecs_client_login(client, &why)) {
		bool later = is_away(why) && g_get_monotonic_time() < until;
		if (!later || !pause_s(RETRY_EVERY_S)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return false;
		}
		g_clear_error(&why);
	}
	return has_region(client, command->region, error);
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
		g_free(fs->clouds[i].asked);
	}
	g_clear_pointer(&fs->clouds, g_free);
	fs->n_clouds = 0;
}
