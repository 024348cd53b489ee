/* SPDX-License-Identifier: MIT */
/* volume_snapshots - the directory of a volume's snapshots: made, rolled back to, deleted. */
#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/verb.h"
#include "fs/view.h"
#include "fs/volumes.h"
#include "fs/wait.h"

static const EcsfsKind snapshot_kind;

static const char *snapshot_id(const void *item)
{
	return ((const EcsSnapshot *)item)->id;
}

static const char *snapshot_name(const void *item)
{
	return ((const EcsSnapshot *)item)->name;
}

static int64_t snapshot_updated(const void *item)
{
	const EcsSnapshot *snapshot = item;

	return snapshot->updated != 0 ? snapshot->updated : snapshot->created;
}

static bool snapshot_same(const void *a, const void *b)
{
	return ecs_snapshot_same(a, b);
}

/* Source: EVS reference, "EVS Snapshot Status". */
static const char *const passing[] = { "backing-up", "creating", "deleting", "restoring",
				       "rollbacking", NULL };
static const char *const lasting[] = { "available", "error", "error_deleting", NULL };

static void snapshot_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_snapshot_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass snapshots_class = {
	.name = "snapshots",
	.kind = &snapshot_kind,
	.list = ecs_snapshot_list,
	.get = snapshot_get,
	.id = snapshot_id,
	.json = ECSFS_JSON(ecs_snapshot_json),
	.name_of = snapshot_name,
	.updated = snapshot_updated,
	.same = snapshot_same,
	.status = STRING_AT(EcsSnapshot, status),
	.passing = passing,
	.lasting = lasting,
	.unref = (void (*)(void *))ecs_snapshot_unref,
};

EcsfsCollection *ecsfs_snapshots_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &snapshots_class, ecsfs_view_scope(view));
}

/* The directory lies in a volume: only what is of that is here. */
static bool of_volume(const EcsfsView *view, const void *item)
{
	return strcmp(((const EcsSnapshot *)item)->volume, view->record->id) == 0;
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_snapshot_update(change->node->scope, change->id, text, NULL, change->cancellable,
			    ecsfs_change_accepted, change);
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_snapshot_update(change->node->scope, change->id, NULL, text, change->cancellable,
			    ecsfs_change_accepted, change);
}

static void rolling_back(EcsfsChange *change)
{
	ecsfs_volume_doubt(change, ((const EcsSnapshot *)change->view.item)->volume);
}

static void verb_rollback(EcsfsChange *change, int argc, char **argv)
{
	const EcsSnapshot *snapshot = change->view.item;

	change->accepted = rolling_back;
	ecs_snapshot_rollback(change->node->scope, change->id, snapshot->volume,
			      change->cancellable, ecsfs_change_accepted, change);
}

static const EcsfsVerb snapshot_verbs[] = {
	{ "rollback", 0, 0, "available", NULL, verb_rollback,
	  "make the volume, which must not be attached, as it was then; what was written since is "
	  "lost",
	  .costly = true },
	{}
};

/* Sorted by name. */
static const EcsfsAttr snapshot_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsSnapshot, status),
	  .verbs = snapshot_verbs, .help = "verbs; reading lists those that its state allows now" },
	{ "created", 0444, SHOW_TIME(EcsSnapshot, created),
	  .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0644, SHOW_STRING(EcsSnapshot, description), .store = description_store,
	  .help = "free text, at most 255 characters; write to change, an empty line clears" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsSnapshot, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsSnapshot, name), .store = name_store,
	  .help = "name, at most 255 characters; write to rename" },
	{ "progress", 0444, SHOW_STRING(EcsSnapshot, progress),
	  .help = "how much of it is made, such as 100%" },
	{ "size_gb", 0444, SHOW_INT(EcsSnapshot, size_gb),
	  .help = "size of the volume when it was made, GiB" },
	{ "status", 0444, SHOW_STRING(EcsSnapshot, status),
	  .help = "available, creating, deleting, rollbacking, error, ..." },
	{ "updated", 0444, SHOW_TIME(EcsSnapshot, updated), .help = "when it last changed" },
	{}
};

static const EcsfsChild snapshot_children[] = { ECSFS_WAIT_CHILD, {} };

static const EcsfsKind snapshot_kind = {
	.name = "<snapshot>",
	.help = "a snapshot, by id; its name works as well",
	.attrs = snapshot_attrs,
	.children = snapshot_children,
};

static void create_done(void *snapshot, const GError *error, void *data)
{
	ecsfs_creation_done(data, snapshot != NULL ? snapshot_id(snapshot) : "", snapshot, "",
			    error);
}

static void send_snapshot(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	const EcsVolume *volume = change->view.item;

	ecs_snapshot_create(change->node->scope, volume->id, creation->name,
			    volume->n_attachments > 0, change->cancellable, create_done, change);
}

static const EcsfsCreationType snapshot_creation = { send_snapshot };

static void snapshots_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_snapshots_collection(&change->view), NULL,
				 change->id, file))
		ecsfs_creation_send(change, &snapshot_creation);
}

static void snapshots_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = ecsfs_change_removed;
	ecs_snapshot_delete(change->node->scope, change->id, change->cancellable,
			    ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_volume_snapshots = {
	.name = "snapshots",
	.entry = &snapshot_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_snapshots_collection,
	.here = of_volume,
	.make = snapshots_make,
	.remove = snapshots_remove,
	.costly = true,
};
