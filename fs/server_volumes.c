/* SPDX-License-Identifier: MIT */
/*
 * server_volumes - the disks of a server: mkdir attaches a volume, rmdir detaches it. Which there
 * are, and where, tells the server's own document; the rest is the volume's.
 */
#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/name.h"
#include "fs/pending.h"
#include "fs/servers.h"
#include "fs/view.h"
#include "fs/volumes.h"

#define PART "volumes"

static const EcsServerVolume *server_disk(const EcsServer *server, const char *id)
{
	for (size_t i = 0; i < server->n_volumes; i++)
		if (strcmp(server->volumes[i].id, id) == 0)
			return &server->volumes[i];
	return NULL;
}

static const EcsServerVolume *disk_of(const EcsfsView *view, const char *id)
{
	return server_disk(view->item, id);
}

/* EcsfsPendingHas. */
static bool has_disk(const void *server, const char *id)
{
	return server_disk(server, id) != NULL;
}

/* Does the server have that disk, or will it soon? Without a record the document alone is asked. */
static bool is_part(const EcsfsView *view, const char *id)
{
	bool shown = disk_of(view, id) != NULL;

	if (view->record == NULL)
		return shown;
	return ecsfs_pending_shown(view->collection, view->record->id, PART, id, shown);
}

static bool boot_index_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *disk = disk_of(view, view->key);

	if (disk != NULL && disk->boot_index >= 0)
		g_string_append_printf(out, "%d\n", disk->boot_index);
	return true;
}

static bool delete_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *disk = disk_of(view, view->key);

	if (disk != NULL)
		ecsfs_value(out, disk->delete_on_termination ? "true" : "false");
	return true;
}

/* Set *@volume; NULL: EVS does not know it. Returns false if the view says why not yet. */
static bool find_volume(EcsfsView *view, const EcsVolume **volume)
{
	const EcsfsRecord *record =
		ecsfs_view_find(view, ecsfs_volumes_collection(view), view->key);

	*volume = record != NULL ? record->item : NULL;
	return record != NULL || !ecsfs_view_waits(view);
}

static bool bus_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsVolume *volume;

	if (!find_volume(view, &volume))
		return false;
	if (volume != NULL)
		ecsfs_value(out, ecs_volume_scsi(volume) ? "scsi" : "virtio");
	return true;
}

/* Nova's document does not tell it; the volume's does. */
static bool device_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServerVolume *disk = disk_of(view, view->key);
	const EcsVolume *volume = NULL;

	if (disk != NULL && *disk->device != '\0') {
		ecsfs_value(out, disk->device);
		return true;
	}
	if (!find_volume(view, &volume))
		return false;
	for (size_t i = 0; volume != NULL && i < volume->n_attachments; i++)
		if (strcmp(volume->attachments[i].server, ((const EcsServer *)view->item)->id) == 0)
			ecsfs_value(out, volume->attachments[i].device);
	return true;
}

static bool size_gb_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsVolume *volume;

	if (!find_volume(view, &volume))
		return false;
	if (volume != NULL)
		g_string_append_printf(out, "%d\n", volume->size_gb);
	return true;
}

static bool status_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsVolume *volume;

	if (!find_volume(view, &volume))
		return false;
	if (volume != NULL)
		ecsfs_value(out, volume->status);
	return true;
}

/* Those that the volume tells are asked for when they are read: the list of all volumes, once. */
static const EcsfsAttr disk_attrs[] = {
	{ "boot_index", 0444, boot_index_show, .help = "0: the system disk", .needs = ECS_HAS_ECS },
	{ "bus", 0444, bus_show, .flags = ECSFS_OWN_CALL, .help = "virtio or scsi",
	  .needs = ECS_HAS_EVS },
	{ "delete_on_termination", 0444, delete_show,
	  .help = "true if it is deleted with the server" },
	{ "device", 0444, device_show, .flags = ECSFS_OWN_CALL,
	  .help = "device name, such as /dev/vdb" },
	{ "size_gb", 0444, size_gb_show, .flags = ECSFS_OWN_CALL, .help = "size, GiB" },
	{ "status", 0444, status_show, .flags = ECSFS_OWN_CALL,
	  .help = "status of the volume: in-use, attaching, detaching, ..." },
	{}
};

/* From servers/<server>/volumes/<volume>/. */
static bool volume_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(view->key, view->key);

	g_string_append_printf(out, "../../../../volumes/%s", name);
	return true;
}

static const EcsfsLink disk_links[] = { { "volume_dir", volume_target, "the volume" }, {} };

static const EcsfsKind disk_kind = {
	.name = "<volume>",
	.help = "a disk, by the id of its volume; the volume's name works as well",
	.attrs = disk_attrs,
	.links = disk_links,
};

static bool disks_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *id = ecsfs_name_unescape(name);
	EcsfsRecord *record = NULL;

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	if (is_part(view, id)) {
		const EcsServerVolume *disk = disk_of(view, id);
		/* one that is coming is named by its id as it stands, as ids need no escaping */
		*entry = (EcsfsEntry){ .name = name,
				       .kind = &disk_kind,
				       .id = disk != NULL ? disk->id : name };
		return true;
	}
	if (g_uuid_string_is_valid(id)) /* no name: spare the list of volumes */
		return true;
	if (!ecsfs_volumes_named(view, id, &record))
		return false;
	if (record != NULL && is_part(view, record->id))
		*entry = (EcsfsEntry){
			.name = name, .kind = &disk_kind, .id = record->id, .alias = true
		};
	return true;
}

static void emit_disk(const char *id, EcsfsEmit emit, void *data)
{
	g_autofree char *name = ecsfs_name_escape(id, id);

	emit(&(EcsfsEntry){ .name = name, .kind = &disk_kind, .id = id }, data);
}

static bool disks_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_volumes; i++)
		if (is_part(view, server->volumes[i].id))
			emit_disk(server->volumes[i].id, emit, data);
	if (view->record == NULL)
		return true;
	g_auto(GStrv) coming = ecsfs_pending_coming(view->collection, view->record->id, PART);
	for (char **id = coming; *id != NULL; id++)
		if (disk_of(view, *id) == NULL)
			emit_disk(*id, emit, data);
	return true;
}

/* On the dispatch thread: change->data is the volume's id. */
static void attached(EcsfsChange *change)
{
	ecsfs_pending_set(change->collection, change->id, PART, change->data, true, has_disk);
	ecsfs_volume_doubt(change, change->data);
}

static void detached(EcsfsChange *change)
{
	ecsfs_pending_set(change->collection, change->id, PART, change->data, false, has_disk);
	ecsfs_volume_doubt(change, change->data);
}

static void disks_make(EcsfsChange *change, const char *file)
{
	g_autofree char *id = ecsfs_name_unescape(file);
	EcsfsRecord *record = NULL;

	if (id != NULL && !g_uuid_string_is_valid(id) &&
	    ecsfs_volumes_named(&change->view, id, &record) && record != NULL) {
		g_free(id);
		id = g_strdup(record->id);
	}
	if (id == NULL || !g_uuid_string_is_valid(id)) {
		ecsfs_change_fail(
			change, ENOENT,
			"there is no volume \"%.255s\" in this zone: see ../../../volumes/", file);
		return;
	}
	change->made = (EcsfsEntry){ .kind = &disk_kind, .id = id, .alias = record != NULL };
	change->data = g_steal_pointer(&id);
	change->free_data = g_free;
	change->accepted = attached;
	ecs_volume_attach(change->node->scope, change->id, change->data, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void disks_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->data = g_strdup(entry->id);
	change->free_data = g_free;
	change->accepted = detached;
	ecs_volume_detach(change->node->scope, change->id, change->data, change->cancellable,
			  ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_server_volumes = {
	.name = "volumes",
	.entry = &disk_kind,
	.find = disks_find,
	.list = disks_list,
	.make = disks_make,
	.remove = disks_remove,
	.costly = true,
};
