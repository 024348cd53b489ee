/* SPDX-License-Identifier: MIT */
/* server_views - the servers of a zone by name, address, flavor, image, status and tag. */
#include <errno.h>

#include "fs/change.h"
#include "fs/name.h"
#include "fs/servers.h"

static const EcsfsLink name_link = { "<name>", ecsfs_views_target, "the server of that name" };
static const EcsfsLink ip_link = { "<address>", ecsfs_views_target,
				   "the server with that address" };
static const EcsfsLink member_link = { "<name>", ecsfs_group_target, "a server of that group" };

const EcsfsViewed ecsfs_servers_viewed = {
	.collection = ecsfs_servers_collection,
	.each = ecsfs_servers_each,
	.named = ecsfs_servers_named,
};

/* mv by-name/a by-name/b: the server is renamed. */
static void by_name_rename(EcsfsChange *change, const EcsfsEntry *entry, const char *file)
{
	g_autofree char *name = ecsfs_name_unescape(file);

	if (name == NULL)
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a server's name", file);
	else
		ecs_server_update(change->node->scope, change->id, name, NULL, change->cancellable,
				  ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_by_name = {
	.name = "by-name",
	.entry_link = &name_link,
	.find = ecsfs_views_find,
	.list = ecsfs_views_list,
	.viewed = &ecsfs_servers_viewed,
	.collection = ecsfs_servers_collection,
	.rename = by_name_rename,
};

static void addresses_of(const void *item, GPtrArray *labels)
{
	const EcsServer *server = item;

	for (size_t i = 0; i < server->n_addresses; i++)
		g_ptr_array_add(labels, g_strdup(server->addresses[i].addr));
}

const EcsfsKind ecsfs_by_ip = {
	.name = "by-ip",
	.entry_link = &ip_link,
	.find = ecsfs_views_find,
	.list = ecsfs_views_list,
	.viewed = &ecsfs_servers_viewed,
	.labels = addresses_of,
	.collection = ecsfs_servers_collection,
};

static void flavor_of(const void *item, GPtrArray *labels)
{
	const EcsServer *server = item;

	if (*server->flavor != '\0')
		g_ptr_array_add(labels, g_strdup(server->flavor));
}

static void image_of(const void *item, GPtrArray *labels)
{
	const EcsServer *server = item;

	if (*server->image != '\0')
		g_ptr_array_add(labels, g_strdup(server->image));
}

static void status_of(const void *item, GPtrArray *labels)
{
	g_ptr_array_add(labels, g_strdup(((const EcsServer *)item)->status));
}

static void tags_of(const void *item, GPtrArray *labels)
{
	const EcsServer *server = item;

	for (size_t i = 0; i < server->tags.n; i++)
		g_ptr_array_add(labels, g_strconcat(server->tags.v[i].key, "=",
						    server->tags.v[i].value, NULL));
}

#define GROUPS(kind_, name_, group_, labels_, help_)                                               \
	ECSFS_GROUPS(kind_, &ecsfs_servers_viewed, ecsfs_servers_collection, name_, group_,        \
		     &member_link, labels_, help_)
GROUPS(by_flavor, "by-flavor", "<flavor>", flavor_of, "links to the servers of that flavor");
GROUPS(by_image, "by-image", "<image>", image_of, "links to the servers made from that image");
GROUPS(by_status, "by-status", "<status>", status_of, "links to the servers in that status");
GROUPS(by_tag, "by-tag", "<tag>", tags_of, "links to the servers with that tag");
