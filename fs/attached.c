/* SPDX-License-Identifier: MIT */
/* attached - what is attached to a server, as its own document tells: a directory each, by id. */
#include <string.h>

#include "fs/name.h"
#include "fs/servers.h"
#include "fs/view.h"

static const EcsServerVolume *volume_of(const EcsfsView *view, const char *id)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_volumes; i++)
		if (strcmp(server->volumes[i].id, id) == 0)
			return &server->volumes[i];
	return NULL;
}

static bool boot_index_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *volume = volume_of(view, view->key);

	if (volume != NULL && volume->boot_index >= 0)
		g_string_append_printf(out, "%d\n", volume->boot_index);
	return true;
}

static bool delete_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *volume = volume_of(view, view->key);

	if (volume != NULL)
		ecsfs_value(out, volume->delete_on_termination ? "true" : "false");
	return true;
}

static bool device_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *volume = volume_of(view, view->key);

	if (volume != NULL)
		ecsfs_value(out, volume->device);
	return true;
}

static const EcsfsAttr volume_attrs[] = {
	{ "boot_index", 0444, boot_index_show, .help = "0: the system disk" },
	{ "delete_on_termination", 0444, delete_show,
	  .help = "true if it is deleted with the server" },
	{ "device", 0444, device_show, .help = "device name, such as /dev/vdb" },
	{}
};

static const EcsfsKind volume_kind = { .name = "<volume>",
				       .help = "a disk, by id",
				       .attrs = volume_attrs };

static bool volumes_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *id = ecsfs_name_unescape(name);
	const EcsServerVolume *volume = id != NULL ? volume_of(view, id) : NULL;

	if (volume != NULL)
		*entry = (EcsfsEntry){ .name = name, .kind = &volume_kind, .id = volume->id };
	return true;
}

static bool volumes_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_volumes; i++) {
		const char *id = server->volumes[i].id;
		g_autofree char *name = ecsfs_name_escape(id, id);
		emit(&(EcsfsEntry){ .name = name, .kind = &volume_kind, .id = id }, data);
	}
	return true;
}

const EcsfsKind ecsfs_server_volumes = {
	.name = "volumes", .entry = &volume_kind, .find = volumes_find, .list = volumes_list
};

/* The id where the API tells it, else the name. */
static const char *group_key(const EcsServerGroup *group)
{
	return *group->id != '\0' ? group->id : group->name;
}

static const EcsServerGroup *group_of(const EcsfsView *view, const char *key)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_security_groups; i++)
		if (strcmp(group_key(&server->security_groups[i]), key) == 0)
			return &server->security_groups[i];
	return NULL;
}

static bool group_name_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerGroup *group = group_of(view, view->key);

	if (group != NULL)
		ecsfs_value(out, group->name);
	return true;
}

static const EcsfsAttr group_attrs[] = {
	{ "name", 0444, group_name_show, .help = "name of the security group" }, {}
};

static const EcsfsKind group_kind = { .name = "<security_group>",
				      .help = "a security group, by id",
				      .attrs = group_attrs };

static bool groups_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *key = ecsfs_name_unescape(name);
	const EcsServerGroup *group = key != NULL ? group_of(view, key) : NULL;

	if (group != NULL)
		*entry = (EcsfsEntry){ .name = name, .kind = &group_kind, .id = group_key(group) };
	return true;
}

static bool groups_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_security_groups; i++) {
		const char *key = group_key(&server->security_groups[i]);
		g_autofree char *name = ecsfs_name_escape(key, key);
		emit(&(EcsfsEntry){ .name = name, .kind = &group_kind, .id = key }, data);
	}
	return true;
}

const EcsfsKind ecsfs_server_security_groups = {
	.name = "security_groups", .entry = &group_kind, .find = groups_find, .list = groups_list
};
