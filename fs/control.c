/* SPDX-License-Identifier: MIT */
/* control - /.ecsfs: the mount itself. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs/change.h"
#include "fs/cloud.h"
#include "fs/copy.h"
#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/mutate.h"
#include "fs/name.h"
#include "fs/notify.h"

static bool config_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	EcsClient *client = view->fs->clouds[0].client;
	const EcsCloud *cloud = ecs_client_cloud(client);
	const struct {
		const char *key, *value;
	} lines[] = {
		{ "auth_url", cloud->auth_url },
		{ "cloud", cloud->name },
		{ "cacert", cloud->cacert },
		{ "project", cloud->project_name },
		{ "project_id", cloud->project_id },
		{ "region", ecs_client_home_region(client) },
		{ "source", cloud->source },
		{ "user", cloud->username },
		{ "user_domain", cloud->user_domain_name },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		if (lines[i].value == NULL || *lines[i].value == '\0')
			continue;
		g_autofree char *line = g_strdup_printf("%s %s", lines[i].key, lines[i].value);
		ecsfs_value(out, line);
	}
	g_string_append_printf(
		out, "verify %s\nallow_delete %s\nnoopen %s\nread_only %s\nttl %u\nwait %u\n",
		cloud->verify ? "true" : "false", view->fs->options.allow_delete ? "true" : "false",
		view->fs->options.no_open ? "true" : "false",
		view->fs->options.read_only ? "true" : "false", view->fs->options.ttl_s,
		view->fs->options.wait_s);
	return true;
}

static bool errors_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_log_show_errors(view->fs->log, out);
	return true;
}

static void failing_line(const char *path, int64_t since, const char *why, void *data)
{
	GString *out = data;

	g_string_append_printf(out, "failing %s since ", path);
	ecsfs_iso8601(out, since);
	g_string_append_c(out, ' ');
	ecsfs_value(out, why);
}

static void time_line(GString *out, const char *key, int64_t seconds)
{
	if (seconds == 0)
		return;
	g_string_append_printf(out, "%s ", key);
	ecsfs_iso8601(out, seconds);
	g_string_append_c(out, '\n');
}

static bool health_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) failing = g_string_new(NULL);
	const EcsfsCloud *cloud = &view->fs->clouds[0];

	ecsfs_cache_failing(view->fs->cache, failing_line, failing);
	g_string_append(out, failing->len == 0 ? "state ok\n" : "state degraded\n");
	time_line(out, "last_answer", ecsfs_traffic_last_answer(cloud->traffic));
	time_line(out, "token_expires", ecs_client_token_expires(cloud->client));
	g_auto(GStrv) warnings = ecs_client_warnings(cloud->client);
	for (size_t i = 0; warnings[i] != NULL; i++)
		g_string_append_printf(out, "warning %s\n", warnings[i]);
	g_string_append(out, failing->str);
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
		ecsfs_cache_stale(fs->cache, NULL);
		ecsfs_nodes_each(fs->nodes, expire, fs->notify);
	}
	ecsfs_notify_then(fs->notify, kernel_told, change);
}

static const EcsfsAttr control_attrs[] = {
	{ "config", 0444, config_show,
	  .help = "which cloud, which options: `key value`, one a line" },
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
