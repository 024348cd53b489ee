/* SPDX-License-Identifier: MIT */
/* export_hosts - the servers as hosts: for the resolver, and for ssh. */
#include "fs/escape.h"
#include "fs/export.h"

/* A comment line: what the file is, and of what. */
static void heading(GString *out, const EcsfsView *view, const char *what)
{
	g_string_append(out, "# ");
	ecsfs_export_title(view, out);
	g_string_append_printf(out, ": %s\n", what);
}

/* "web1" for each address of its own, "web1.public" for the elastic IPs. */
static void hosts_lines(const EcsfsHost *host, void *data)
{
	const EcsServer *server = host->server;
	GString *out = data;

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		if (ecsfs_export_is_ip(address->addr))
			g_string_append_printf(out, "%s\t%s%s\n", address->addr, host->name,
					       address->floating ? ".public" : "");
	}
}

bool ecsfs_export_hosts_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	heading(out, view, "as /etc/hosts; elastic IPs are NAME.public");
	return ecsfs_export_hosts(view, hosts_lines, out);
}

typedef struct {
	GString *out;
	const EcsfsSnapshot *images;
} Ssh;

static void comment(GString *out, const char *what, const char *text)
{
	if (*text == '\0')
		return;
	g_string_append_printf(out, "\t# %s ", what);
	ecsfs_escape_line(out, text);
	g_string_append_c(out, '\n');
}

/* The id is a second name, if it is one: it looks like that of no other host. */
static void ssh_host(const EcsfsHost *host, void *data)
{
	const Ssh *ssh = data;
	GString *out = ssh->out;
	g_autoptr(GString) id = g_string_new(NULL);
	const char *user = ecsfs_export_user(host->server, ssh->images);

	g_string_append_printf(out, "\nHost %s", host->name);
	if (ecsfs_escape_label(id, host->server->id) && g_uuid_string_is_valid(id->str))
		g_string_append_printf(out, " %s", id->str);
	g_string_append_printf(out, "\n\tHostName %s\n", ecsfs_host_login(host));
	if (user != NULL)
		g_string_append_printf(out, "\tUser %s\n", user);
	comment(out, "key pair:", host->server->key_name);
	comment(out, "image:", host->server->image_name);
}

bool ecsfs_export_ssh_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	Ssh ssh = { .out = out };

	if (!ecsfs_export_images(view, &ssh.images))
		return false;
	heading(out, view, "for ssh -F, or Include");
	return ecsfs_export_hosts(view, ssh_host, &ssh);
}
