/* SPDX-License-Identifier: MIT */
/* control - /.ecsfs: the mount itself. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fs/brake.h"
#include "fs/change.h"
#include "fs/cloud.h"
#include "fs/copy.h"
#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/mutate.h"
#include "fs/name.h"
#include "fs/notify.h"
#include "fs/template.h"

/* Append a line `key value`, or, of one of several clouds, `key cloud value`. */
static void cloud_line(GString *out, const EcsfsCloud *cloud, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	g_autofree char *line = g_strdup_printf("%s %s%s%s", key, cloud->directory,
						*cloud->directory != '\0' ? " " : "", value);
	ecsfs_value(out, line);
}

static const char *word(bool yes)
{
	return yes ? "true" : "false";
}

static void config_of(const EcsfsCloud *cloud, GString *out)
{
	const EcsCloud *set = ecs_client_cloud(cloud->client);
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "auth_url", set->auth_url },
		{ "cloud", set->name },
		{ "cacert", set->cacert },
		{ "project", set->project_name },
		{ "project_id", set->project_id },
		{ "region", ecs_client_home_region(cloud->client) },
		{ "source", set->source },
		{ "user", set->username },
		{ "user_domain", set->user_domain_name },
		{ "verify", word(set->verify) },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		cloud_line(out, cloud, lines[i].key, lines[i].value);
}

static bool config_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsfsFs *fs = view->fs;

	for (size_t i = 0; i < fs->n_clouds; i++)
		config_of(&fs->clouds[i], out);
	g_string_append_printf(out, "allow_delete %s\nnoopen %s\nread_only %s\nttl %u\nwait %u\n",
			       word(fs->options.allow_delete), word(fs->options.no_open),
			       word(fs->options.read_only), fs->options.ttl_s, fs->options.wait_s);
	return true;
}

static bool errors_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_log_show_errors(view->fs->log, out);
	return true;
}

typedef struct {
	const EcsfsFs *fs;
	GString *lines;
	bool *degraded; /* by cloud */
} Failing;

static void failing_line(const EcsfsCloud *cloud, const char *path, int64_t since, const char *why,
			 void *data)
{
	const Failing *failing = data;
	GString *out = failing->lines;

	failing->degraded[cloud - failing->fs->clouds] = true;
	g_string_append_printf(out, "failing %s since ", path);
	ecsfs_iso8601(out, since);
	g_string_append_c(out, ' ');
	ecsfs_value(out, why);
}

static void time_line(GString *out, const EcsfsCloud *cloud, const char *key, int64_t seconds)
{
	g_autoptr(GString) time = g_string_new(NULL);

	if (seconds == 0)
		return;
	ecsfs_iso8601(time, seconds);
	cloud_line(out, cloud, key, time->str);
}

static const char *state(bool degraded)
{
	return degraded ? "degraded" : "ok";
}

static void health_of(const EcsfsCloud *cloud, bool degraded, GString *out)
{
	g_auto(GStrv) warnings = ecs_client_warnings(cloud->client);

	if (cloud->fs->n_clouds > 1)
		cloud_line(out, cloud, "cloud", state(degraded));
	time_line(out, cloud, "last_answer", ecsfs_traffic_last_answer(cloud->traffic));
	time_line(out, cloud, "token_expires", ecs_client_token_expires(cloud->client));
	for (char **warning = warnings; *warning != NULL; warning++)
		cloud_line(out, cloud, "warning", *warning);
}

static bool health_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsfsFs *fs = view->fs;
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autofree bool *degraded = g_new0(bool, fs->n_clouds);
	Failing failing = { fs, lines, degraded };
	bool any = false;

	ecsfs_cache_failing(fs->cache, failing_line, &failing);
	for (size_t i = 0; i < fs->n_clouds; i++) {
		degraded[i] |= !ecsfs_cloud_entered(&fs->clouds[i]);
		any |= degraded[i];
	}
	g_string_append_printf(out, "state %s\n", state(any));
	for (size_t i = 0; i < fs->n_clouds; i++)
		health_of(&fs->clouds[i], degraded[i], out);
	g_string_append(out, lines->str);
	return true;
}

static bool requests_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_log_show_requests(view->fs->log, out);
	return true;
}

static bool stats_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsfsFs *fs = view->fs;
	EcsfsCacheCount count;

	ecsfs_cache_count(fs->cache, &count);
	ecsfs_traffic_show_stats(fs, out);
	ecsfs_log_show_stats(fs->log, out);
	g_string_append_printf(
		out,
		"# HELP ecsfs_nodes Inodes that the kernel remembers.\n"
		"# TYPE ecsfs_nodes gauge\n"
		"ecsfs_nodes %zu\n"
		"# HELP ecsfs_objects Objects of the cloud that are known.\n"
		"# TYPE ecsfs_objects gauge\n"
		"ecsfs_objects %zu\n"
		"# HELP ecsfs_object_states Objects known by more than their document.\n"
		"# TYPE ecsfs_object_states gauge\n"
		"ecsfs_object_states %zu\n"
		"# HELP ecsfs_pending_creates Creates whose outcome is not known.\n"
		"# TYPE ecsfs_pending_creates gauge\n"
		"ecsfs_pending_creates %zu\n"
		"# HELP ecsfs_waiting Operations waiting for the cloud.\n"
		"# TYPE ecsfs_waiting gauge\n"
		"ecsfs_waiting %zu\n"
		"# HELP ecsfs_invalidations_total Notifications sent to the kernel.\n"
		"# TYPE ecsfs_invalidations_total counter\n"
		"ecsfs_invalidations_total %" G_GUINT64_FORMAT "\n",
		ecsfs_nodes_count(fs->nodes), count.objects, count.sides, count.tokens,
		ecsfs_dispatch_parked(fs->dispatch), ecsfs_notify_sent(fs->notify));
	return true;
}

static bool version_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append_printf(out, "ecsfs %s\n", ECSFS_VERSION);
	return true;
}

static bool why_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (view->caller != 0)
		ecsfs_log_show_why(view->fs->log, getsid(view->caller), out);
	return true;
}

typedef struct {
	const EcsfsNode *parent;
	EcsfsNotify *notify;
} Below;

static void expire_below(const EcsfsNode *node, const char *path, void *data)
{
	const Below *below = data;

	if (node->parent != below->parent)
		return;
	ecsfs_copy_drop(node);
	ecsfs_notify_expire(below->notify, node->parent->ino, node->name);
	ecsfs_notify_inode(below->notify, node->ino);
}

/* Walk down @path as far as the cache knows it; what it does not know need not be dropped. */
static void refresh_path(EcsfsFs *fs, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	EcsfsNode *node = ecsfs_node_get(fs->nodes, ECSFS_ROOT_INO);
	EcsfsView view;

	for (char **name = names; node->kind != NULL && *name != NULL; name++) {
		EcsfsEntry entry;
		if (**name == '\0')
			continue;
		ecsfs_view_init(&view, fs, node);
		view.any_age = true;
		if (!ecsfs_view_object(&view) || !ecsfs_kind_find(&view, *name, &entry) ||
		    entry.name == NULL) {
			ecsfs_view_clear(&view);
			break;
		}
		EcsfsNode *child = ecsfs_node_enter(fs->nodes, node, &entry, false);
		ecsfs_view_clear(&view);
		ecsfs_node_unref(fs->nodes, node);
		node = child;
	}
	ecsfs_view_init(&view, fs, node);
	view.any_age = true;
	if (ecsfs_view_object(&view)) {
		ecsfs_mutate_touch(&view);
		ecsfs_copy_drop(node);
		ecsfs_notify_inode(fs->notify, node->ino);
		if (node->parent != NULL)
			ecsfs_notify_expire(fs->notify, node->parent->ino, node->name);
		Below below = { node, fs->notify };
		ecsfs_nodes_each(fs->nodes, expire_below, &below);
	}
	ecsfs_view_clear(&view);
	ecsfs_node_unref(fs->nodes, node);
}

/* What is inside an object needs no notice: it is compared once the object is fetched again. */
static void expire(const EcsfsNode *node, const char *path, void *data)
{
	for (const EcsfsNode *above = node->parent; above != NULL; above = above->parent)
		if (above->collection != NULL && !(above->kind != NULL && above->kind->place))
			return;
	ecsfs_copy_drop(node);
	if (node->parent == NULL)
		return;
	ecsfs_notify_expire(data, node->parent->ino, node->name);
	ecsfs_notify_inode(data, node->ino);
}

static void kernel_told(void *change)
{
	ecsfs_change_done(change, NULL);
}

/* Answered when the kernel has forgotten too: what the writer sees next is the cloud's. */
static void refresh_store(EcsfsChange *change, const char *text, size_t len)
{
	EcsfsFs *fs = change->fs;

	if (*text == '/') {
		refresh_path(fs, text);
	} else {
		for (size_t i = 0; i < fs->n_clouds; i++)
			ecs_client_forgive(fs->clouds[i].client);
		ecsfs_cache_stale(fs->cache, NULL);
		ecsfs_nodes_each(fs->nodes, expire, fs->notify);
	}
	ecsfs_notify_then(fs->notify, kernel_told, change);
}

static bool confirm_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append_printf(out, "%u\n",
			       ecsfs_brake_left(view->fs->brake, g_get_monotonic_time()));
	return true;
}

static void confirm_store(EcsfsChange *change, const char *text, size_t len)
{
	if (!ecsfs_whole_number(text, 0, ECSFS_BRAKE_CONFIRM_MAX)) {
		ecsfs_change_fail(change, EINVAL, "write how many more may be deleted, at most %d",
				  ECSFS_BRAKE_CONFIRM_MAX);
		return;
	}
	ecsfs_brake_confirm(change->fs->brake, (unsigned)atoi(text), g_get_monotonic_time());
	ecsfs_change_done(change, NULL);
}

static const EcsfsAttr control_attrs[] = {
	{ "config", 0444, config_show,
	  .help = "which cloud, which options: `key value`, one a line" },
	{ "confirm", 0644, confirm_show, confirm_store, .flags = ECSFS_VOLATILE,
	  .help = "how many objects may be deleted now; write how many more, in ten minutes" },
	{ "errors", 0444, errors_show, .flags = ECSFS_VOLATILE,
	  .help = "the last failures, as sentences, the oldest first" },
	{ "health", 0444, health_show, .flags = ECSFS_VOLATILE,
	  .help = "`state ok` or `degraded`, the last answer, what cannot be refreshed and why" },
	{ "refresh", 0200, NULL, refresh_store,
	  .help = "write anything: forget all that is cached; a path from the mount's root: just "
		  "that" },
	{ "requests", 0444, requests_show, .flags = ECSFS_VOLATILE,
	  .help = "the last API requests: time, method, path, status, ms, request id" },
	{ "stats", 0444, stats_show, .flags = ECSFS_VOLATILE,
	  .help = "counters, Prometheus text format" },
	{ "version", 0444, version_show, .help = "the program's version" },
	{ "why", 0444, why_show, .flags = ECSFS_VOLATILE,
	  .help = "the last failure of the reader's own session, as a sentence" },
	{}
};

const EcsfsKind ecsfs_control = {
	.name = ".ecsfs",
	.attrs = control_attrs,
};
