/* SPDX-License-Identifier: MIT */
/* images - the collection of a scope's images, for the directories that are views of it, and for
 * values that name one. */
#pragma once

#include "client/image.h"
#include "fs/views.h"

/* Borrowed. Elements are EcsImage, by id and by name. */
EcsfsCollection *ecsfs_images_collection(EcsfsView *view);

extern const EcsfsKind ecsfs_images_by_name, ecsfs_images_by_os,
	ecsfs_images_by_visibility; /* fs/image_views.c */

extern const EcsfsKind ecsfs_image_members, ecsfs_image_offers; /* fs/image_members.c */
/* EcsfsVerb.run: the project does not want the image that is shared with it. */
void ecsfs_image_reject(EcsfsChange *change, int argc, char **argv);

/* For EcsfsClass: what classes of EcsImage have in common. */
const char *ecsfs_image_id(const void *item);
const char *ecsfs_image_name(const void *item);
bool ecsfs_image_same(const void *a, const void *b);
int64_t ecsfs_image_updated(const void *item);
