/* SPDX-License-Identifier: MIT */
#include "fs/export.h"

#include <string.h>

#include "fs/escape.h"
#include "fs/images.h"
#include "fs/servers.h"
#include "fs/zones.h"

#define ID_CHARS 8 /* of an id, behind a name that is not unique */

void ecsfs_export_title(const EcsfsView *view, GString *out)
{
	const char *project = ecs_scope_made_for(ecsfs_view_scope(view));

	ecsfs_escape_line(out, ecs_scope_region(ecsfs_view_scope(view)));
	if (project != NULL) {
		g_string_append(out, "/projects/");
		ecsfs_escape_line(out, project);
	}
	if (*ecsfs_view_zone(view) != '\0') {
		g_string_append_c(out, '/');
		ecsfs_escape_line(out, ecsfs_view_zone(view));
	}
}

/* Of the region, or in the view's zone? False: see the view. */
static bool here(EcsfsView *view, const EcsServer *server, bool *here)
{
	*here = true;
	return *ecsfs_view_zone(view) == '\0' || ecsfs_zones_here(view, server->zone, here);
}

/* All zones, in the order of names: borrowed from the view. NULL: see the view. */
static const EcsfsSnapshot *servers_of(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_servers_collection(view));
}

bool ecsfs_export_servers(EcsfsView *view, EcsfsExportServer fn, void *data)
{
	const EcsfsSnapshot *servers = servers_of(view);

	if (servers == NULL)
		return false;
	for (size_t i = 0; i < servers->n; i++) {
		const EcsServer *server = servers->by_name[i]->item;
		bool shown;
		if (!here(view, server, &shown))
			return false;
		if (shown)
			fn(server, data);
	}
	return true;
}

bool ecsfs_export_is_ip(const char *text)
{
	return strchr(text, '%') == NULL && g_hostname_is_ip_address(text);
}

static const char *public_ip(const EcsServer *server)
{
	for (size_t i = 0; i < server->n_addresses; i++)
		if (server->addresses[i].floating && ecsfs_export_is_ip(server->addresses[i].addr))
			return server->addresses[i].addr;
	return "";
}

const char *ecsfs_host_login(const EcsfsHost *host)
{
	return *host->public_ip != '\0' ? host->public_ip : host->ip;
}

/* Names that mean something to the tools that read these files: @name is one, or starts, or ends
 * with one. */
static bool taken(const char *name)
{
	static const char *const words[] = { "all", "broadcasthost", "ungrouped" };
	/* the loopback's; groups of our inventory */
	static const char *const starts[] = { "ip6-",	 "localhost", "az_",
					      "flavor_", "status_",   "tag_" };
	/* the loopback's; elastic IPs in our hosts */
	static const char *const ends[] = { ".localhost", ".public" };

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
		if (g_str_has_prefix(name, starts[i]))
			return true;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (g_str_has_suffix(name, ends[i]))
			return true;
	return name[strspn(name, "0123456789.")] == '\0'; /* an address, or part of one */
}

/* Is it the id of another server? */
static bool is_id(const char *name, const EcsServer *server, const EcsfsSnapshot *servers)
{
	const EcsfsRecord *other = ecsfs_snapshot_find(servers, name);

	return other != NULL && other->item != server;
}

/* What servers are called by tools. */
typedef struct {
	const EcsfsSnapshot *servers;
	GHashTable *names; /* those in use, in small letters, owned → how many want it */
	char **own;	   /* of each server in by_name, borrowed from names; NULL: it has none */
	GString *name;	   /* of the server at hand */
} Names;

/* Returns: the server's own name in small letters, owned, if it can be its name for tools; else
 * NULL. */
static char *own_name(Names *names, const EcsServer *server)
{
	g_string_truncate(names->name, 0);
	if (!ecsfs_escape_label(names->name, server->name) || names->name->len == 0)
		return NULL;
	g_autofree char *small = g_ascii_strdown(server->name, -1);
	if (taken(small) || is_id(small, server, names->servers) ||
	    is_id(server->name, server, names->servers))
		return NULL;
	return g_steal_pointer(&small);
}

static void names_init(Names *names, const EcsfsSnapshot *servers)
{
	*names = (Names){
		.servers = servers,
		.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.own = g_new0(char *, servers->n + 1),
		.name = g_string_new(NULL),
	};
	for (size_t i = 0; i < servers->n; i++) {
		char *name = own_name(names, servers->by_name[i]->item);
		void *known, *n = NULL;
		if (name == NULL)
			continue;
		if (g_hash_table_lookup_extended(names->names, name, &known, &n)) {
			g_free(name);
			name = known;
			g_hash_table_steal(names->names, name);
		}
		g_hash_table_insert(names->names, name, GSIZE_TO_POINTER(GPOINTER_TO_SIZE(n) + 1));
		names->own[i] = name;
	}
}

static void names_clear(Names *names)
{
	g_hash_table_unref(names->names);
	g_free(names->own);
	g_string_free(names->name, TRUE);
}

/* The name and a piece of the id; if that is in use, more of it. */
static void made_name(Names *names, const EcsServer *server)
{
	g_autoptr(GString) stem = g_string_new(NULL);
	g_autoptr(GString) id = g_string_new(NULL);

	ecsfs_escape_label(stem, server->name);
	ecsfs_escape_label(id, server->id);
	for (size_t n = ID_CHARS;; n++) {
		g_string_printf(names->name, "%s-%.*s", stem->len > 0 ? stem->str : "server",
				(int)n, id->str);
		if (n > id->len) /* ids that differ only in what a name cannot have */
			g_string_append_printf(names->name, "-%zu", n);
		g_autofree char *small = g_ascii_strdown(names->name->str, -1);
		if (g_hash_table_contains(names->names, small))
			continue;
		g_hash_table_insert(names->names, g_steal_pointer(&small), GSIZE_TO_POINTER(1));
		return;
	}
}

/* Returns: the name of by_name[i], borrowed until the next call; once each. */
static const char *names_next(Names *names, size_t i)
{
	const EcsServer *server = names->servers->by_name[i]->item;
	const char *own = names->own[i];

	if (own != NULL && GPOINTER_TO_SIZE(g_hash_table_lookup(names->names, own)) == 1)
		g_string_assign(names->name, server->name);
	else
		made_name(names, server);
	return names->name->str;
}

static bool each_host(EcsfsView *view, Names *names, EcsfsExportHost fn, void *data)
{
	for (size_t i = 0; i < names->servers->n; i++) {
		const EcsServer *server = names->servers->by_name[i]->item;
		const char *ip = ecsfs_server_ip(server);
		EcsfsHost host = {
			.server = server,
			.name = names_next(names, i), /* of all: the same in each zone */
			.ip = ecsfs_export_is_ip(ip) ? ip : "",
			.public_ip = public_ip(server),
		};
		bool shown;
		if (!here(view, server, &shown))
			return false;
		if (shown && *ecsfs_host_login(&host) != '\0')
			fn(&host, data);
	}
	return true;
}

bool ecsfs_export_hosts(EcsfsView *view, EcsfsExportHost fn, void *data)
{
	const EcsfsSnapshot *servers = servers_of(view);
	Names names;

	if (servers == NULL)
		return false;
	names_init(&names, servers);
	bool ok = each_host(view, &names, fn, data);
	names_clear(&names);
	return ok;
}

bool ecsfs_export_images(EcsfsView *view, const EcsfsSnapshot **images)
{
	EcsfsCollection *collections[] = { ecsfs_images_collection(view) };
	EcsfsSnapshot *snapshots[1];

	if (!ecsfs_view_gather(view, collections, 1, snapshots))
		return false;
	*images = snapshots[0];
	return true;
}

/* The public images of Open Telekom Cloud have one user each: ubuntu in Ubuntu, linux in the others
 * that its image factory makes, named Standard_ and Enterprise_. */
const char *ecsfs_export_user(const EcsServer *server, const EcsfsSnapshot *images)
{
	const EcsfsRecord *record =
		images != NULL ? ecsfs_snapshot_find(images, server->image) : NULL;
	const EcsImage *image = record != NULL ? record->item : NULL;
	const char *name = image != NULL ? image->name : server->image_name;
	const char *os = image != NULL ? image->os_type : server->os;

	if (strcmp(os, "Linux") != 0)
		return NULL;
	if (image != NULL ? strcmp(image->platform, "Ubuntu") == 0
			  : g_str_has_prefix(name, "Standard_Ubuntu"))
		return "ubuntu";
	if (image != NULL && strcmp(image->visibility, "public") != 0)
		return NULL;
	return g_str_has_prefix(name, "Standard_") || g_str_has_prefix(name, "Enterprise_")
		       ? "linux"
		       : NULL;
}

static const EcsfsAttr export_attrs[] = {
	{ "ansible.ini", 0444, ecsfs_export_ansible_show, .flags = ECSFS_LISTING,
	  .help = "inventory for Ansible: groups by zone, flavor, status and tag" },
	{ "dashboard.html", 0444, ecsfs_export_dashboard_show, .flags = ECSFS_LISTING,
	  .help = "a page to look at: states, quotas, servers" },
	{ "hosts", 0444, ecsfs_export_hosts_show, .flags = ECSFS_LISTING,
	  .help = "addresses and names, as /etc/hosts has them" },
	{ "prometheus.json", 0444, ecsfs_export_prometheus_show, .flags = ECSFS_LISTING,
	  .help = "targets for file_sd_configs of Prometheus, port 9100" },
	{ "servers.csv", 0444, ecsfs_export_csv_show, .flags = ECSFS_LISTING,
	  .help = "the servers as a table, RFC 4180; a header first" },
	{ "servers.json", 0444, ecsfs_export_json_show, .flags = ECSFS_LISTING,
	  .help = "the API's own documents of the servers, an array" },
	{ "ssh_config", 0444, ecsfs_export_ssh_show, .flags = ECSFS_LISTING,
	  .help = "hosts for ssh -F, or to Include" },
	{ "topology.dot", 0444, ecsfs_export_dot_show, .flags = ECSFS_LISTING,
	  .help = "a graph of networks, servers, disks and addresses, for Graphviz" },
	{}
};

const EcsfsKind ecsfs_export = {
	.name = "export",
	.attrs = export_attrs,
	.collection = ecsfs_servers_collection,
};
