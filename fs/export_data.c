/* SPDX-License-Identifier: MIT */
/* export_data - the servers as data: for spreadsheets, for jq, for Prometheus. */
#include <string.h>

#include "fs/attr.h"
#include "fs/escape.h"
#include "fs/export.h"
#include "fs/servers.h"

#define NODE_EXPORTER 9100 /* the port of what exports a machine's metrics */

static void csv_text(GString *out, const char *text)
{
	g_string_append_c(out, ',');
	ecsfs_escape_csv(out, text);
}

static void csv_number(GString *out, int64_t n)
{
	g_string_append_c(out, ',');
	if (n != 0)
		g_string_append_printf(out, "%" G_GINT64_FORMAT, n);
}

static void csv_time(GString *out, int64_t seconds)
{
	g_string_append_c(out, ',');
	if (seconds != 0)
		ecsfs_iso8601(out, seconds);
}

/* "env=prod;role=web" */
static void csv_tags(GString *out, const EcsPairs *tags)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (size_t i = 0; i < tags->n; i++)
		g_string_append_printf(all, "%s%s=%s", i > 0 ? ";" : "", tags->v[i].key,
				       tags->v[i].value);
	csv_text(out, all->str);
}

static void csv_line(const EcsServer *server, void *data)
{
	GString *out = data;
	const char *public_ip = "";

	for (size_t i = 0; i < server->n_addresses && *public_ip == '\0'; i++)
		if (server->addresses[i].floating)
			public_ip = server->addresses[i].addr;
	ecsfs_escape_csv(out, server->id);
	csv_text(out, server->name);
	csv_text(out, server->status);
	csv_text(out, server->zone);
	csv_text(out, server->flavor);
	csv_number(out, server->vcpus);
	csv_number(out, server->ram_mb);
	csv_text(out, ecsfs_server_ip(server));
	csv_text(out, public_ip);
	csv_text(out, server->image);
	csv_text(out, server->image_name);
	csv_text(out, server->key_name);
	csv_text(out, server->vpc);
	csv_time(out, server->created);
	csv_time(out, server->updated);
	csv_tags(out, &server->tags);
	csv_text(out, server->description);
	g_string_append(out, "\r\n");
}

bool ecsfs_export_csv_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append(out,
			"id,name,status,zone,flavor,vcpus,ram_mb,ip,public_ip,image,image_name,"
			"key_name,vpc,created,updated,tags,description\r\n");
	return ecsfs_export_servers(view, csv_line, out);
}

/* Elements of an array, one a line. */
typedef struct {
	GString *out;
	GString *compact; /* the document at hand */
	bool some;
} Array;

static void next(Array *array)
{
	g_string_append(array->out, array->some ? ",\n" : "\n");
	array->some = true;
}

static void document(const EcsServer *server, void *data)
{
	Array *array = data;

	next(array);
	g_string_truncate(array->compact, 0);
	ecs_server_json(server, array->compact);
	ecsfs_plain(array->out, array->compact->str, array->compact->len);
}

bool ecsfs_export_json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);
	Array array = { .out = out, .compact = compact };

	g_string_append_c(out, '[');
	bool ok = ecsfs_export_servers(view, document, &array);
	g_string_append(out, "\n]\n");
	return ok;
}

static void label(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, "%s\"%s\":", strcmp(name, "id") == 0 ? "" : ",", name);
	ecsfs_escape_json(out, value);
}

/* A label for each tag; of those whose keys make the same label the first one stays. And all in
 * one, commas around each, so that a regular expression can look for one. */
static void tag_labels(GString *out, const EcsPairs *tags)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) all = g_string_new(tags->n > 0 ? "," : "");
	g_autoptr(GString) name = g_string_new(NULL);

	for (size_t i = 0; i < tags->n; i++) {
		g_string_assign(name, "tag_");
		ecsfs_escape_word(name, tags->v[i].key);
		if (g_hash_table_add(seen, g_strdup(name->str)))
			label(out, name->str, tags->v[i].value);
		g_string_append_printf(all, "%s=%s,", tags->v[i].key, tags->v[i].value);
	}
	label(out, "tags", all->str);
}

static void target(const EcsfsHost *host, void *data)
{
	Array *array = data;
	const EcsServer *server = host->server;
	const char *ip = *host->ip != '\0' ? host->ip : host->public_ip;
	bool v6 = strchr(ip, ':') != NULL;

	next(array);
	g_string_append_printf(array->out, "{\"targets\":[\"%s%s%s:%d\"],\"labels\":{",
			       v6 ? "[" : "", ip, v6 ? "]" : "", NODE_EXPORTER);
	label(array->out, "id", server->id);
	label(array->out, "name", server->name);
	label(array->out, "az", server->zone);
	label(array->out, "status", server->status);
	label(array->out, "flavor", server->flavor);
	tag_labels(array->out, &server->tags);
	g_string_append(array->out, "}}");
}

bool ecsfs_export_prometheus_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	Array array = { .out = out };

	g_string_append_c(out, '[');
	bool ok = ecsfs_export_hosts(view, target, &array);
	g_string_append(out, "\n]\n");
	return ok;
}
