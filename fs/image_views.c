/* SPDX-License-Identifier: MIT */
/* image_views - images by name, operating system and visibility. */
#include "fs/images.h"

static const EcsfsLink name_link = { "<name>", ecsfs_views_target, "the image of that name" };
static const EcsfsLink member_link = { "<name>", ecsfs_group_target, "an image of that group" };

static const EcsfsViewed viewed = { .collection = ecsfs_images_collection };

const EcsfsKind ecsfs_images_by_name = {
	.name = "by-name",
	.entry_link = &name_link,
	.find = ecsfs_views_find,
	.list = ecsfs_views_list,
	.viewed = &viewed,
	.collection = ecsfs_images_collection,
};

/* The distribution where it is told: "Debian"; else "Linux" and the like. */
static void os_of(const void *item, GPtrArray *labels)
{
	const EcsImage *image = item;
	const char *os = *image->platform != '\0' ? image->platform : image->os_type;

	if (*os != '\0')
		g_ptr_array_add(labels, g_strdup(os));
}

static void visibility_of(const void *item, GPtrArray *labels)
{
	const EcsImage *image = item;

	if (*image->visibility != '\0')
		g_ptr_array_add(labels, g_strdup(image->visibility));
}

#define GROUPS(kind_, name_, group_, labels_, help_)                                               \
	ECSFS_GROUPS(kind_, &viewed, ecsfs_images_collection, name_, group_, &member_link,         \
		     labels_, help_)
GROUPS(images_by_os, "by-os", "<os>", os_of, "links to the images of that system");
GROUPS(images_by_visibility, "by-visibility", "<visibility>", visibility_of,
       "links to the images that are so");
