/* SPDX-License-Identifier: MIT */
/* index - servers/index.tsv: the zone's servers as a table for awk, sort and join. */
#include "fs/servers.h"
#include "fs/view.h"
#include "fs/views.h"

const char *ecsfs_server_ip(const EcsServer *server)
{
	const char *ip = "";

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		if (address->floating)
			continue;
		if (address->version == 4)
			return address->addr;
		if (*ip == '\0')
			ip = address->addr;
	}
	return ip;
}

/* Append one field: what is no printable character is a blank. */
static void field(GString *out, const char *text, char end)
{
	ecsfs_value(out, *text != '\0' ? text : " ");
	g_string_truncate(out, out->len - (*text != '\0' ? 1 : 2));
	g_string_append_c(out, end);
}

static void line(EcsfsRecord *record, const char *file, void *data)
{
	const EcsServer *server = record->item;
	GString *out = data;

	field(out, server->id, '\t');
	field(out, server->name, '\t');
	field(out, server->status, '\t');
	field(out, server->flavor, '\t');
	field(out, ecsfs_server_ip(server), '\t');
	if (server->created != 0)
		ecsfs_iso8601(out, server->created);
	g_string_append_c(out, '\n');
}

bool ecsfs_index_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append(out, "id\tname\tstatus\tflavor\tip\tcreated\n");
	return ecsfs_views_each(view, &ecsfs_servers_viewed, line, out);
}
