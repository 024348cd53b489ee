/* SPDX-License-Identifier: MIT */
/*
 * export_ansible - the servers as an inventory: each host once with its variables, then the groups
 * that it is in. Ansible takes values for templates, so no free text is among the variables.
 */
#include <string.h>

#include "fs/escape.h"
#include "fs/export.h"

typedef struct {
	GString *out;
	const EcsfsSnapshot *images;
	GStringChunk *names; /* of hosts */
	GHashTable *groups;  /* name → GPtrArray of names, both owned */
} Inventory;

static void variable(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, " %s=", name);
	ecsfs_escape_variable(out, value);
}

/* @kind: "az"; @value: NULL: a key without a value. */
static void join(const Inventory *inventory, const char *host, const char *kind, const char *key,
		 const char *value)
{
	g_autoptr(GString) group = g_string_new(kind);

	g_string_append_c(group, '_');
	ecsfs_escape_word(group, key);
	if (value != NULL && *value != '\0') {
		g_string_append_c(group, '_');
		ecsfs_escape_word(group, value);
	}
	GPtrArray *members = g_hash_table_lookup(inventory->groups, group->str);
	if (members == NULL) {
		members = g_ptr_array_new();
		g_hash_table_insert(inventory->groups, g_strdup(group->str), members);
	}
	/* Two tags may make the same group; the hosts come one after the other. */
	if (members->len == 0 || members->pdata[members->len - 1] != host)
		g_ptr_array_add(members, (char *)host);
}

static void host_line(const EcsfsHost *host, void *data)
{
	const Inventory *inventory = data;
	const EcsServer *server = host->server;
	GString *out = inventory->out;
	const char *user = ecsfs_export_user(server, inventory->images);
	const char *name = g_string_chunk_insert(inventory->names, host->name);

	g_string_append(out, name);
	variable(out, "ansible_host", ecsfs_host_login(host));
	if (user != NULL)
		variable(out, "ansible_user", user);
	variable(out, "ecs_id", server->id);
	variable(out, "ecs_ip", host->ip);
	g_string_append_c(out, '\n');

	if (*server->zone != '\0')
		join(inventory, name, "az", server->zone, NULL);
	if (*server->flavor != '\0')
		join(inventory, name, "flavor", server->flavor, NULL);
	join(inventory, name, "status", server->status, NULL);
	for (size_t i = 0; i < server->tags.n; i++)
		join(inventory, name, "tag", server->tags.v[i].key, server->tags.v[i].value);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sections(const Inventory *inventory)
{
	unsigned n;
	g_autofree void **names = g_hash_table_get_keys_as_array(inventory->groups, &n);

	qsort(names, n, sizeof(void *), by_text);
	for (unsigned i = 0; i < n; i++) {
		const GPtrArray *members = g_hash_table_lookup(inventory->groups, names[i]);
		g_string_append_printf(inventory->out, "\n[%s]\n", (const char *)names[i]);
		for (size_t j = 0; j < members->len; j++) {
			g_string_append(inventory->out, members->pdata[j]);
			g_string_append_c(inventory->out, '\n');
		}
	}
}

bool ecsfs_export_ansible_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	Inventory inventory = { .out = out };

	if (!ecsfs_export_images(view, &inventory.images))
		return false;
	inventory.names = g_string_chunk_new(4096);
	inventory.groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
						 (GDestroyNotify)g_ptr_array_unref);
	g_string_append(out, "# ");
	ecsfs_export_title(view, out);
	g_string_append(out, ": an inventory for ansible -i\n\n");
	bool ok = ecsfs_export_hosts(view, host_line, &inventory);
	if (ok)
		sections(&inventory);
	g_hash_table_unref(inventory.groups);
	g_string_chunk_free(inventory.names);
	return ok;
}
