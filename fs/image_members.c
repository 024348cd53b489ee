/* SPDX-License-Identifier: MIT */
/* image_members - with whom images are shared, and what others offer. */
#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/images.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/notify.h"

/* A call for each image, so they are asked for only when somebody looks: fs/jobs.c has objects of
 * that kind too. */
static void members_got(void *members, const GError *error, void *data)
{
	ecsfs_fetch_item(data, members, error);
}

static void members_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_image_members_get(scope, id, NULL, members_got, fetch);
}

static bool members_same(const void *a, const void *b)
{
	return ecs_image_members_same(a, b);
}

/* The other project may decide at any moment. */
static bool members_in_flux(const void *item)
{
	const EcsPairs *status = &((const EcsImageMembers *)item)->status;

	for (size_t i = 0; i < status->n; i++)
		if (strcmp(status->v[i].value, "pending") == 0)
			return true;
	return false;
}

static const EcsfsClass members_class = {
	.name = "image-members",
	.get = members_get,
	.same = members_same,
	.in_flux = members_in_flux,
	.unref = (void (*)(void *))ecs_image_members_unref,
};

static EcsfsCollection *members_collection(const EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &members_class, ecsfs_view_scope(view));
}

/* Set *@status; NULL: nobody, without a call for images that cannot be shared. False: see the view.
 */
static bool find_members(EcsfsView *view, const EcsPairs **status)
{
	const EcsImage *image = view->item;

	*status = NULL;
	if (view->record == NULL || strcmp(image->visibility, "private") != 0 ||
	    strcmp(image->status, "active") != 0)
		return true;
	const EcsfsRecord *record =
		ecsfs_view_find(view, members_collection(view), view->record->id);
	if (record == NULL)
		return !ecsfs_view_waits(view);
	*status = &((const EcsImageMembers *)record->item)->status;
	return true;
}

static bool member_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsPairs *status;

	if (!find_members(view, &status))
		return false;
	const char *value = status != NULL ? ecs_pairs_get(status, view->key) : NULL;
	if (value != NULL)
		ecsfs_value(out, value);
	return true;
}

/* Ask for the members anew before they are next shown. */
static void changed(EcsfsChange *change)
{
	ecsfs_collection_touch(members_collection(&change->view), change->id, NULL);
}

static void member_store(EcsfsChange *change, const char *text, size_t len)
{
	change->accepted = changed;
	if (strcmp(text, "pending") == 0)
		ecs_image_member_add(change->node->scope, change->id, change->view.key,
				     change->cancellable, ecsfs_change_accepted, change);
	else
		ecsfs_change_fail(
			change, EINVAL,
			"write \"pending\" to offer it to that project; it decides itself");
}

static void member_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = changed;
	ecs_image_member_remove(change->node->scope, change->id, entry->id, change->cancellable,
				ecsfs_change_accepted, change);
}

static const EcsfsAttr member_row = {
	"<project>",
	0644,
	member_show,
	member_store,
	.help = "pending, accepted or rejected, by id of the project; write pending to share, rm "
		"to take back",
};

static EcsfsEntry member_entry(const char *name, const EcsPair *pair)
{
	return (EcsfsEntry){ .name = name, .attr = &member_row, .id = pair->key };
}

static bool members_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsPairs *status;
	g_autofree char *project = ecsfs_name_unescape(name);

	if (ecsfs_name_probe(name))
		return true;
	if (!find_members(view, &status))
		return false;
	for (size_t i = 0; status != NULL && project != NULL && i < status->n; i++)
		if (strcmp(status->v[i].key, project) == 0)
			*entry = member_entry(name, &status->v[i]);
	return true;
}

static bool members_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsPairs *status;

	if (!find_members(view, &status))
		return false;
	for (size_t i = 0; status != NULL && i < status->n; i++) {
		const char *project = status->v[i].key;
		g_autofree char *name = ecsfs_name_escape(project, project);
		EcsfsEntry entry = member_entry(name, &status->v[i]);
		emit(&entry, data);
	}
	return true;
}

const EcsfsKind ecsfs_image_members = {
	.name = "members",
	.find = members_find,
	.list = members_list,
	.row = &member_row,
	.made = &member_row,
	.drop = member_drop,
};

/* ---- the other side ---- */

static EcsfsCollection *offers_collection(EcsfsView *view);

/* Both lists are others now. */
static void answered(EcsfsChange *change)
{
	ecsfs_collection_stale(offers_collection(&change->view));
	ecsfs_collection_stale(ecsfs_images_collection(&change->view));
}

/* The kernel may believe for a while that images/ has no such name: images/offers/<offer>/action is
 * the file that was written to. */
static void accepted(EcsfsChange *change)
{
	const EcsfsNode *images = change->node->parent->parent->parent;
	const EcsImage *image = change->view.item;
	g_autofree char *name = ecsfs_name_escape(image->name, image->id);

	answered(change);
	ecsfs_notify_entry(change->fs->notify, images->ino, image->id);
	ecsfs_notify_entry(change->fs->notify, images->ino, name);
}

static void verb_accept(EcsfsChange *change, int argc, char **argv)
{
	change->accepted = accepted;
	ecs_image_member_answer(change->node->scope, change->id, true, change->cancellable,
				ecsfs_change_accepted, change);
}

void ecsfs_image_reject(EcsfsChange *change, int argc, char **argv)
{
	change->accepted = answered;
	ecs_image_member_answer(change->node->scope, change->id, false, change->cancellable,
				ecsfs_change_accepted, change);
}

static const EcsfsVerb offer_verbs[] = {
	{ "accept", 0, 0, NULL, NULL, verb_accept, "take it: it is in images/ then" },
	{ "reject", 0, 0, NULL, NULL, ecsfs_image_reject, "refuse it" },
	{}
};

static const EcsfsAttr offer_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsImage, status),
	  .verbs = offer_verbs, .help = "verbs: accept or reject" },
	{ "created", 0444, SHOW_TIME(EcsImage, created), .help = "when it was made, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsImage, description), .help = "free text" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last answer to it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsImage, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "min_disk_gb", 0444, SHOW_INT(EcsImage, min_disk_gb),
	  .help = "smallest system disk for it, GiB" },
	{ "name", 0444, SHOW_STRING(EcsImage, name), .help = "name" },
	{ "os_version", 0444, SHOW_STRING(EcsImage, os_version),
	  .help = "operating system and its version" },
	{ "owner", 0444, SHOW_STRING(EcsImage, owner), .help = "id of the project that offers it" },
	{ "size_bytes", 0444, SHOW_INT64(EcsImage, size), .help = "size, bytes; 0: not told" },
	{}
};

static const EcsfsKind offer_kind = {
	.name = "<offer>",
	.help = "an image that another project offers",
	.attrs = offer_attrs,
};

static const EcsfsClass offers_class = {
	.name = "images/offers",
	.kind = &offer_kind,
	.list = ecs_image_list_offers,
	.id = ecsfs_image_id,
	.json = ECSFS_JSON(ecs_image_json),
	.name_of = ecsfs_image_name,
	.same = ecsfs_image_same,
	.updated = ecsfs_image_updated,
	.unref = (void (*)(void *))ecs_image_unref,
};

static EcsfsCollection *offers_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &offers_class, ecsfs_view_scope(view));
}

const EcsfsKind ecsfs_image_offers = {
	.name = "offers",
	.entry = &offer_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = offers_collection,
};
