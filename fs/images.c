/* SPDX-License-Identifier: MIT */
/* images - what servers are made from; made of servers, from drafts. */
#include "fs/images.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/draft.h"
#include "fs/list.h"
#include "fs/map.h"
#include "fs/servers.h"
#include "fs/template.h"
#include "fs/wait.h"

static const EcsfsKind image_kind;

const char *ecsfs_image_id(const void *item)
{
	return ((const EcsImage *)item)->id;
}

const char *ecsfs_image_name(const void *item)
{
	return ((const EcsImage *)item)->name;
}

bool ecsfs_image_same(const void *a, const void *b)
{
	return ecs_image_same(a, b);
}

int64_t ecsfs_image_updated(const void *item)
{
	return ((const EcsImage *)item)->updated;
}

/* IMS reference, "Image Attributes": what ends by itself. A draft is none of it. */
static const char *const passing[] = { "queued", "saving", NULL };
static const char *const lasting[] = { "active", "deleted", "killed", NULL };

static void image_got(EcsImage *image, const GError *error, void *data)
{
	ecsfs_fetch_item(data, image, error);
}

static void image_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_image_get(scope, id, NULL, image_got, fetch);
}

static void *image_draft(const char *name)
{
	return ecs_image_draft(name);
}

static void *image_becomes(const void *draft, const char *id)
{
	return ecs_image_with(draft, "id", id);
}

/* A draft can be tried again; what was an image, and is not there, is not. */
static void *image_failed(const void *item, const char *why)
{
	return ecs_image_with(item, "status", "ERROR");
}

static const EcsfsClass images_class = {
	.name = "images",
	.kind = &image_kind,
	.ttl_s = 300,
	.list = ecs_image_list,
	.get = image_get,
	.id = ecsfs_image_id,
	.json = ECSFS_JSON(ecs_image_json),
	.name_of = ecsfs_image_name,
	.same = ecsfs_image_same,
	.updated = ecsfs_image_updated,
	.status = STRING_AT(EcsImage, status),
	.passing = passing,
	.lasting = lasting,
	.failed = image_failed,
	.draft = image_draft,
	.job_entity = "image_id",
	.becomes = image_becomes,
	.unref = (void (*)(void *))ecs_image_unref,
};

EcsfsCollection *ecsfs_images_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &images_class, ecsfs_view_scope(view));
}

/* "instance,<server id>", as the API tells it, or as a draft keeps it. */
static bool source_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsImage *image = view->item;

	if (g_str_has_prefix(image->origin, "instance,"))
		ecsfs_value(out, image->origin + strlen("instance,"));
	return true;
}

/* The job has been started: the draft shows what it is made from, until the job names the image. */
static void sent(EcsfsChange *change)
{
	ecsfs_draft_sent(change, g_steal_pointer(&change->data));
}

/* A cloud without jobs names the image at once. */
static void named(EcsfsChange *change)
{
	const EcsImage *image = change->data;
	g_autofree char *id = g_strdup(image->id);

	ecsfs_draft_became(change, id, g_steal_pointer(&change->data));
}

static void create_done(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;

	if (accepted != NULL && accepted->ids[0] != NULL) {
		g_autoptr(EcsImage) draft = change->data;
		change->data = ecs_image_with(draft, "id", accepted->ids[0]);
		change->accepted = named;
	} else if (accepted != NULL) {
		change->accepted = sent;
	}
	ecsfs_change_accepted(accepted, error, change);
}

/* @text: the id of a server. */
static void source_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsImage *draft = change->view.item;

	if (!ecsfs_draft_open(change))
		return;
	g_autofree char *origin = g_strconcat("instance,", text, NULL);
	g_autoptr(EcsImage) queued = ecs_image_with(draft, "status", "queued");
	change->data = ecs_image_with(queued, "__data_origin", origin);
	change->free_data = (GDestroyNotify)ecs_image_unref;
	ecs_image_create(change->node->scope, draft, text, change->cancellable, create_done,
			 change);
}

/* Set an attribute of the image: a draft keeps it until it is sent. */
static void put(EcsfsChange *change, const char *attribute, const char *value)
{
	if (!ecsfs_draft_is(change->collection, change->id))
		ecs_image_update(change->node->scope, change->id, attribute, value,
				 change->cancellable, ecsfs_change_accepted, change);
	else if (ecsfs_draft_open(change))
		ecsfs_draft_put(change, ecs_image_with(change->view.item, attribute, value));
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	put(change, "name", text);
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	put(change, "__description", text);
}

#define MIN_RAM_MAX 4194304 /* MiB; no flavor has more */

static void min_ram_store(EcsfsChange *change, const char *text, size_t len)
{
	if (ecsfs_whole_number(text, 0, MIN_RAM_MAX))
		put(change, "min_ram", text);
	else
		ecsfs_change_fail(change, EINVAL, "write a whole number of MiB; 0: any");
}

static const EcsfsVerb image_verbs[] = { { "reject", 0, 0, "shared", NULL, ecsfs_image_reject,
					   "give up an image that another project shares" },
					 {} };

/* Sorted by name. */
static const EcsfsAttr image_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsImage, visibility),
	  .verbs = image_verbs, .help = "verbs; reading lists those that its state allows now" },
	{ "created", 0444, SHOW_TIME(EcsImage, created), .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0644, SHOW_STRING(EcsImage, description), .store = description_store,
	  .help = "free text, at most 1024 characters, no < and >" },
	{ "disk_format", 0444, SHOW_STRING(EcsImage, disk_format),
	  .help = "zvhd2, vhd, raw, qcow2 or iso" },
	{ "environment", 0444, SHOW_STRING(EcsImage, environment),
	  .help = "FusionCompute: for servers; Ironic, DataImage, IsoImage: not",
	  .needs = ECS_HAS_IMS },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it, or its making, failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsImage, id), .help = "id, as template/image wants it" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "min_disk_gb", 0444, SHOW_INT(EcsImage, min_disk_gb),
	  .help = "smallest system disk for it, GiB" },
	{ "min_ram_mb", 0644, SHOW_INT(EcsImage, min_ram_mb), .store = min_ram_store,
	  .help = "least memory of a server for it, MiB; 0: any" },
	{ "name", 0644, SHOW_STRING(EcsImage, name), .store = name_store,
	  .help = "name, unique among the project's own" },
	{ "origin", 0444, SHOW_STRING(EcsImage, origin),
	  .help = "what it was made from: `instance,<server>`, `file,<object>`, ...",
	  .needs = ECS_HAS_IMS },
	{ "os", 0444, SHOW_STRING(EcsImage, os_type), .help = "Linux, Windows or Other" },
	{ "os_bit", 0444, SHOW_STRING(EcsImage, os_bit), .help = "64 or 32" },
	{ "os_version", 0444, SHOW_STRING(EcsImage, os_version),
	  .help = "operating system and its version" },
	{ "owner", 0444, SHOW_STRING(EcsImage, owner),
	  .help = "id of the project that it belongs to" },
	{ "platform", 0444, SHOW_STRING(EcsImage, platform), .help = "Ubuntu, CentOS, ..." },
	{ "protected", 0444, SHOW_BOOL(EcsImage, protected),
	  .help = "true if it cannot be deleted" },
	{ "size_bytes", 0444, SHOW_INT64(EcsImage, size), .help = "size, bytes; 0: not told" },
	{ "source", 0644, source_show, source_store, .refers = ecsfs_servers_collection,
	  .help = "server that it was made from; writing id or name of one to a draft makes it" },
	{ "status", 0444, SHOW_STRING(EcsImage, status),
	  .help = "queued, saving, active, deleted or killed; DRAFT: in this mount only" },
	{ "updated", 0444, SHOW_TIME(EcsImage, updated), .help = "when it last changed" },
	{ "visibility", 0444, SHOW_STRING(EcsImage, visibility),
	  .help = "public, private or shared" },
	{}
};

static void tag_put(EcsfsChange *change, const char *key, const char *value)
{
	if (!ecsfs_draft_is(change->collection, change->id)) {
		if (value != NULL)
			ecs_image_tag_set(change->node->scope, change->id, key, value,
					  change->cancellable, ecsfs_change_accepted, change);
		else
			ecs_image_tag_delete(change->node->scope, change->id, key,
					     change->cancellable, ecsfs_change_accepted, change);
	} else if (ecsfs_draft_open(change)) {
		ecsfs_draft_put(change, ecs_image_with_tag(change->view.item, key, value));
	}
}

static void tag_store(EcsfsChange *change, const char *text, size_t len)
{
	tag_put(change, change->view.key, text);
}

static void tag_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	tag_put(change, entry->id, NULL);
}

static const EcsfsAttr tag_row = {
	"<key>",
	0644,
	ecsfs_map_show,
	tag_store,
	PAIRS_AT(EcsImage, tags),
	.help = "value of that tag; write to set, rm to delete",
};

static const EcsfsKind tags_kind = {
	.name = "tags",
	.find = ecsfs_map_find,
	.list = ecsfs_map_list,
	.pairs = PAIRS_AT(EcsImage, tags),
	.row = &tag_row,
	.made = &tag_row,
	.drop = tag_drop,
};

static const EcsfsChild image_children[] = {
	{ "members", &ecsfs_image_members,
	  "the projects that it is shared with: a file a project" },
	{ "tags", &tags_kind, "tags: a file a key" },
	ECSFS_WAIT_CHILD,
	{}
};

static const EcsfsKind image_kind = {
	.name = "<image>",
	.help = "an image, or the draft of one",
	.attrs = image_attrs,
	.children = image_children,
};

static void images_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	const EcsImage *image = entry->record->item;

	if (image->protected) {
		ecsfs_change_fail(change, EPERM, "%s is %s and protected: it cannot be deleted",
				  image->name, image->visibility);
		return;
	}
	change->accepted = ecsfs_change_removed;
	ecs_image_delete(change->node->scope, change->id, change->cancellable,
			 ecsfs_change_accepted, change);
}

static const EcsfsChild images_children[] = {
	{ "by-name", &ecsfs_images_by_name, "links to the images, by name" },
	{ "by-os", &ecsfs_images_by_os, "links to the images, by operating system" },
	{ "by-visibility", &ecsfs_images_by_visibility, "links to the images, by visibility" },
	{ "offers", &ecsfs_image_offers, "what other projects offer to share" },
	{}
};

const EcsfsKind ecsfs_images = {
	.name = "images",
	.entry = &image_kind,
	.children = images_children,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_images_collection,
	.make = ecsfs_draft_make,
	.remove = images_remove,
	.costly = true,
};
