/* SPDX-License-Identifier: MIT */
/* volumes - the directory of a zone's volumes: made from the template, deleted. */
#include "fs/volumes.h"

#include <string.h>

#include "fs/change.h"
#include "fs/creation.h"
#include "fs/diff.h"
#include "fs/list.h"
#include "fs/view.h"

static const char *volume_id(const void *item)
{
	return ((const EcsVolume *)item)->id;
}

static const char *volume_name(const void *item)
{
	return ((const EcsVolume *)item)->name;
}

static int64_t volume_updated(const void *item)
{
	const EcsVolume *volume = item;

	return volume->updated != 0 ? volume->updated : volume->created;
}

static bool volume_same(const void *a, const void *b)
{
	return ecs_volume_same(a, b);
}

/* Statuses that end by themselves. Sources: EVS reference, "EVS Disk Status"; Cinder's API
 * reference, "Volumes", its table of statuses. */
static const char *const passing[] = {
	"attaching", "backing-up",	 "creating", "deleting",  "detaching",	 "downloading",
	"extending", "restoring-backup", "retyping", "reverting", "rollbacking", "uploading",
	NULL,
};
static const char *const lasting[] = {
	"available",	  "awaiting-transfer", "error",		  "error_backing-up",
	"error_deleting", "error_extending",   "error_restoring", "error_rollbacking",
	"in-use",	  "maintenance",       "reserved",	  NULL,
};

static void volume_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_volume_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass volumes_class = {
	.name = "volumes",
	.kind = &ecsfs_volume,
	.list = ecs_volume_list,
	.get = volume_get,
	.id = volume_id,
	.json = ECSFS_JSON(ecs_volume_json),
	.name_of = volume_name,
	.updated = volume_updated,
	.same = volume_same,
	.status = STRING_AT(EcsVolume, status),
	.passing = passing,
	.lasting = lasting,
	.unref = (void (*)(void *))ecs_volume_unref,
};

EcsfsCollection *ecsfs_volumes_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &volumes_class, ecsfs_view_scope(view));
}

static bool in_zone(const EcsfsView *view, const void *item)
{
	return strcmp(((const EcsVolume *)item)->zone, ecsfs_view_zone(view)) == 0;
}

bool ecsfs_volumes_named(EcsfsView *view, const char *name, EcsfsRecord **record)
{
	return ecsfs_list_named(view, ecsfs_volumes_collection(view), in_zone, name, record);
}

void ecsfs_volume_doubt(EcsfsChange *change, const char *id)
{
	EcsfsCollection *volumes = ecsfs_volumes_collection(&change->view);

	ecsfs_collection_touch(volumes, id, NULL);
	ecsfs_diff_doubt(change->fs, volumes, id);
}

static void create_done(void *volume, const GError *error, void *data)
{
	ecsfs_creation_done(data, volume != NULL ? volume_id(volume) : "", volume, "", error);
}

static void send_volume(EcsfsChange *change)
{
	EcsVolumeSpec spec;

	ecsfs_volume_template_spec(change->data, ecsfs_view_zone(&change->view), &spec);
	ecs_volume_create(change->node->scope, &spec, change->cancellable, create_done, change);
}

static const EcsfsCreationType volume_creation = { send_volume };

static void volumes_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_volumes_collection(&change->view),
				 &ecsfs_volume_templates, ecsfs_view_zone(&change->view), file))
		ecsfs_creation_send(change, &volume_creation);
}

static void volumes_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = ecsfs_change_removed;
	ecs_volume_delete(change->node->scope, change->id, change->cancellable,
			  ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_volumes = {
	.name = "volumes",
	.entry = &ecsfs_volume,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_volumes_collection,
	.here = in_zone,
	.noted = ecsfs_volume_template_object,
	.make = volumes_make,
	.remove = volumes_remove,
	.costly = true,
};
