/* SPDX-License-Identifier: MIT */
/* volume_template - what a new volume in a zone starts from. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/change.h"
#include "fs/images.h"
#include "fs/view.h"
#include "fs/volumes.h"

#define SIZE_MAX_GB 32768 /* EVS reference, "Creating EVS Disks" */

enum {
	BUS,
	DESCRIPTION,
	IMAGE,
	SHARED,
	SIZE_GB,
	SNAPSHOT,
	SOURCE,
	TYPE,
};

static void size_gb_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len > 0 && !ecsfs_whole_number(text, 1, SIZE_MAX_GB))
		ecsfs_change_fail(change, EINVAL, "write a whole number of GiB, 1 to %d",
				  SIZE_MAX_GB);
	else
		ecsfs_template_store(change, text, len);
}

/* Fail the change unless @text is one of the two words, or empty. */
static void store_word(EcsfsChange *change, const char *text, const char *one, const char *other)
{
	if (*text != '\0' && strcmp(text, one) != 0 && strcmp(text, other) != 0)
		ecsfs_change_fail(change, EINVAL, "write \"%s\" or \"%s\"", one, other);
	else
		ecsfs_template_store(change, text, strlen(text));
}

static void shared_store(EcsfsChange *change, const char *text, size_t len)
{
	store_word(change, text, "true", "false");
}

static void bus_store(EcsfsChange *change, const char *text, size_t len)
{
	store_word(change, text, "virtio", "scsi");
}

/* Sorted by name. */
static const EcsfsAttr template_attrs[] = {
	{ "bus", 0644, ecsfs_show_string, bus_store, ECSFS_TEMPLATE_AT(BUS),
	  .help = "virtio or scsi; empty: virtio", .needs = ECS_HAS_EVS },
	{ "description", 0644, ECSFS_TEMPLATE_LINE(DESCRIPTION),
	  .help = "free text, at most 255 characters" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in volumes/ failed; empty: it did not" },
	{ "image", 0644, ECSFS_TEMPLATE_LINE(IMAGE), .refers = ecsfs_images_collection,
	  .help = "id or name of an image that it is made from; empty: none" },
	{ "shared", 0644, ecsfs_show_string, shared_store, ECSFS_TEMPLATE_AT(SHARED),
	  .help = "true if several servers can have it; empty: false" },
	{ "size_gb", 0644, ecsfs_show_string, size_gb_store, ECSFS_TEMPLATE_AT(SIZE_GB),
	  .help = "size, GiB: 10 to 32768, or as large as what it is made from (mandatory)" },
	{ "snapshot", 0644, ECSFS_TEMPLATE_LINE(SNAPSHOT), .refers = ecsfs_snapshots_collection,
	  .help = "id or name of a snapshot that it is made from; empty: none" },
	{ "source", 0644, ECSFS_TEMPLATE_LINE(SOURCE), .refers = ecsfs_volumes_collection,
	  .help = "id or name of a volume that it is a copy of; empty: none" },
	{ "type", 0644, ECSFS_TEMPLATE_LINE(TYPE),
	  .help = "its type, as in volume_types/ (mandatory)" },
	{}
};

static const EcsfsChild template_children[] = {
	{ "metadata", &ecsfs_template_metadata, "metadata of the new volume" }, {}
};

const EcsfsKind ecsfs_volume_template = {
	.name = "volume_template",
	.attrs = template_attrs,
	.children = template_children,
};

static const EcsfsTemplateRow template_rows[] = {
	{ SIZE_GB, "size_gb", .hint = "a number of GiB" },
	{ TYPE, "type", "SSD", "a type, as in volume_types/", .needs = ECS_HAS_EVS },
	{}
};

const EcsfsTemplateType ecsfs_volume_templates = {
	.class = ECSFS_TEMPLATE_CLASS("volume templates", &ecsfs_volume_template),
	.rows = template_rows,
};

bool ecsfs_volume_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &ecsfs_volume_templates, ecsfs_view_zone(view), entry);
}

void ecsfs_volume_template_spec(const EcsfsCreation *creation, const char *zone,
				EcsVolumeSpec *spec)
{
	const EcsfsTemplate *template = creation->template;

	*spec = (EcsVolumeSpec){
		.name = creation->name,
		.description = template->values[DESCRIPTION],
		.zone = zone,
		.type = template->values[TYPE],
		.size_gb = atoi(ecsfs_template_value(template, SIZE_GB)),
		.snapshot = template->values[SNAPSHOT],
		.source = template->values[SOURCE],
		.image = template->values[IMAGE],
		.shared = strcmp(ecsfs_template_value(template, SHARED), "true") == 0,
		.scsi = strcmp(ecsfs_template_value(template, BUS), "scsi") == 0,
		.metadata = template->metadata,
	};
}
