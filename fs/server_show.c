/* SPDX-License-Identifier: MIT */
#include "fs/server_show.h"

#include "client/server.h"
#include "fs/view.h"

static bool address_show(const EcsServer *server, bool floating, GString *out)
{
	for (size_t i = 0; i < server->n_addresses; i++)
		if (server->addresses[i].floating == floating) {
			ecsfs_value(out, server->addresses[i].addr);
			break;
		}
	return true;
}

bool ecsfs_server_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return address_show(view->item, false, out);
}

bool ecsfs_server_public_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return address_show(view->item, true, out);
}

bool ecsfs_server_mac_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	if (server->n_addresses > 0)
		ecsfs_value(out, server->addresses[0].mac);
	return true;
}

bool ecsfs_server_addresses_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		g_autofree char *line =
			g_strdup_printf("%s %s %s", address->addr,
					address->floating ? "floating" : "fixed", address->mac);
		ecsfs_value(out, line);
	}
	return true;
}

bool ecsfs_server_progress_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	if (server->progress >= 0)
		g_string_append_printf(out, "%d\n", server->progress);
	return true;
}

bool ecsfs_server_error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	ecsfs_value(out, view->note != NULL ? view->note : server->fault);
	return true;
}

bool ecsfs_server_user_data_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	size_t len;
	g_autofree unsigned char *text = g_base64_decode(server->user_data, &len);

	g_string_append_len(out, (const char *)text, (gssize)len);
	return true;
}
