/* SPDX-License-Identifier: MIT */
/* volume - the directory of one volume: a row for every file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/bms.h"
#include "fs/change.h"
#include "fs/map.h"
#include "fs/name.h"
#include "fs/view.h"
#include "fs/volumes.h"
#include "fs/wait.h"

#define SIZE_MAX_GB 32768 /* EVS reference, "Expanding Capacity of an EVS Disk" */

static bool bus_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_value(out, ecs_volume_scsi(view->item) ? "scsi" : "virtio");
	return true;
}

static bool encrypted_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	ecsfs_value(out, ecs_volume_encrypted(view->item) ? "true" : "false");
	return true;
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_volume_update(change->node->scope, change->id, text, NULL, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_volume_update(change->node->scope, change->id, NULL, text, change->cancellable,
			  ecsfs_change_accepted, change);
}

static bool size_so(EcsfsView *view, const char *text)
{
	return ecsfs_whole_number(text, 1, SIZE_MAX_GB) &&
	       atoi(text) == ((const EcsVolume *)view->item)->size_gb;
}

static void size_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsVolume *volume = change->view.item;

	if (!ecsfs_whole_number(text, 1, SIZE_MAX_GB))
		ecsfs_change_fail(change, EINVAL, "write a whole number of GiB, at most %d",
				  SIZE_MAX_GB);
	else if (atoi(text) <
		 volume->size_gb) /* what the cache knows may be old, never too large */
		ecsfs_change_fail(change, EINVAL,
				  "a volume never gets smaller: it has %d GiB, write more",
				  volume->size_gb);
	else
		ecs_volume_extend(change->node->scope, change->id, atoi(text),
				  volume->n_attachments > 0, change->cancellable,
				  ecsfs_change_accepted, change);
}

static bool type_so(EcsfsView *view, const char *text)
{
	return strcmp(text, ((const EcsVolume *)view->item)->type) == 0;
}

static void type_store(EcsfsChange *change, const char *text, size_t len)
{
	if (*text == '\0')
		ecsfs_change_fail(change, EINVAL, "write a type, as in volume_types/");
	else
		ecs_volume_retype(change->node->scope, change->id, text, change->cancellable,
				  ecsfs_change_accepted, change);
}

/* Sorted by name. */
static const EcsfsAttr volume_attrs[] = {
	{ "bootable", 0444, SHOW_BOOL(EcsVolume, bootable),
	  .help = "true if a server can boot from it" },
	{ "bus", 0444, bus_show, .help = "virtio or scsi", .needs = ECS_HAS_EVS },
	{ "created", 0444, SHOW_TIME(EcsVolume, created),
	  .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0644, SHOW_STRING(EcsVolume, description), .store = description_store,
	  .help = "free text, at most 255 characters; write to change, an empty line clears" },
	{ "encrypted", 0444, encrypted_show, .help = "true or false" },
	{ "enterprise_project_id", 0444, SHOW_STRING(EcsVolume, enterprise_project_id),
	  .help = "id of its enterprise project", .needs = ECS_HAS_EVS },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsVolume, id), .help = "id" },
	{ "image", 0444, SHOW_STRING(EcsVolume, image),
	  .help = "id of the image that it was made from" },
	{ "image_name", 0444, SHOW_STRING(EcsVolume, image_name), .help = "name of that image" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsVolume, name), .store = name_store,
	  .help = "name, at most 255 characters; write to rename" },
	{ "project_id", 0444, SHOW_STRING(EcsVolume, project_id), .help = "id of its project" },
	{ "service", 0444, SHOW_STRING(EcsVolume, service),
	  .help = "EVS; DSS or DESS: it lies in a storage pool", .needs = ECS_HAS_EVS },
	{ "shared", 0444, SHOW_BOOL(EcsVolume, shared),
	  .help = "true if several servers can have it" },
	{ "size_gb", 0644, SHOW_INT(EcsVolume, size_gb), .store = size_store, .so = size_so,
	  .help = "size, GiB; write a larger one to extend it" },
	{ "snapshot", 0444, SHOW_STRING(EcsVolume, snapshot),
	  .help = "id of the snapshot that it was made from" },
	{ "source", 0444, SHOW_STRING(EcsVolume, source),
	  .help = "id of the volume that it was made from" },
	{ "status", 0444, SHOW_STRING(EcsVolume, status),
	  .help = "available, in-use, creating, attaching, extending, error, ..." },
	{ "type", 0644, SHOW_STRING(EcsVolume, type), .store = type_store, .so = type_so,
	  .refers = ecsfs_volume_types_collection,
	  .help = "its type, as in volume_types/; write to change" },
	{ "updated", 0444, SHOW_TIME(EcsVolume, updated), .help = "when it last changed" },
	{ "user_id", 0444, SHOW_STRING(EcsVolume, user_id), .help = "id of the user who made it" },
	{ "wwn", 0444, SHOW_STRING(EcsVolume, wwn), .help = "its world wide name",
	  .needs = ECS_HAS_EVS },
	{ "zone", 0444, SHOW_STRING(EcsVolume, zone), .help = "availability zone" },
	{}
};

/* From volumes/<volume>/attached_to/. */
static bool server_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(view->key, view->key);
	bool bare;

	if (!ecsfs_bms_has(view, view->key, &bare))
		return false;
	g_string_append_printf(out, "../../../%s/%s", bare ? "../bms" : "servers", name);
	return true;
}

static const EcsfsLink server_link = { "<server>", server_target, "a server that has it" };

static bool attached_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsVolume *volume = view->item;
	g_autofree char *id = ecsfs_name_unescape(name);

	for (size_t i = 0; id != NULL && i < volume->n_attachments; i++)
		if (strcmp(volume->attachments[i].server, id) == 0)
			*entry = (EcsfsEntry){ .name = name,
					       .link = &server_link,
					       .id = volume->attachments[i].server };
	return true;
}

static bool attached_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsVolume *volume = view->item;

	for (size_t i = 0; i < volume->n_attachments; i++) {
		const char *id = volume->attachments[i].server;
		g_autofree char *name = ecsfs_name_escape(id, id);
		emit(&(EcsfsEntry){ .name = name, .link = &server_link, .id = id }, data);
	}
	return true;
}

static const EcsfsKind attached_kind = {
	.name = "attached_to",
	.entry_link = &server_link,
	.find = attached_find,
	.list = attached_list,
};

static void metadata_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_volume_metadata_set(change->node->scope, change->id, change->view.key, text,
				change->cancellable, ecsfs_change_accepted, change);
}

static void metadata_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	ecs_volume_metadata_delete(change->node->scope, change->id, entry->id, change->cancellable,
				   ecsfs_change_accepted, change);
}

static void tag_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_volume_tag_set(change->node->scope, change->id, change->view.key, text,
			   change->cancellable, ecsfs_change_accepted, change);
}

static void tag_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	ecs_volume_tag_delete(change->node->scope, change->id, entry->id, change->cancellable,
			      ecsfs_change_accepted, change);
}

#define MAP(name_, stem, help_)                                                                    \
	static const EcsfsAttr stem##_row = {                                                      \
		"<key>",      0644, ecsfs_map_show, stem##_store, PAIRS_AT(EcsVolume, name_),      \
		.help = help_                                                                      \
	};                                                                                         \
	static const EcsfsKind name_##_kind = {                                                    \
		.name = #name_,                                                                    \
		.find = ecsfs_map_find,                                                            \
		.list = ecsfs_map_list,                                                            \
		.pairs = PAIRS_AT(EcsVolume, name_),                                               \
		.row = &stem##_row,                                                                \
		.made = &stem##_row,                                                               \
		.drop = stem##_drop,                                                               \
	}
MAP(metadata, metadata, "value of that key; write to set, rm to delete");
MAP(tags, tag, "value of that tag; write to set, rm to delete");

static const EcsfsChild volume_children[] = {
	{ "attached_to", &attached_kind, "links to the servers that have it" },
	{ "metadata", &metadata_kind, "metadata: a file a key" },
	{ "snapshots", &ecsfs_volume_snapshots, "its snapshots" },
	{ "tags", &tags_kind, "tags: a file a key", .needs = ECS_HAS_EVS },
	ECSFS_WAIT_CHILD,
	{}
};

const EcsfsKind ecsfs_volume = {
	.name = "<volume>",
	.help = "a volume, by id; its name works as well",
	.attrs = volume_attrs,
	.children = volume_children,
};
