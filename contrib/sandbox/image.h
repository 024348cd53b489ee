/*
 * Images: those of the cloud, and those that projects make of their servers and share. What can be
 * done to one; how it looks and what a client may ask for is ims.c and its neighbours.
 */
#ifndef SANDBOX_IMAGE_H
#define SANDBOX_IMAGE_H

#include "contrib/sandbox/world.h"

#define IMAGE_QUOTA 50	 /* private images a project may have */
#define MEMBER_QUOTA 128 /* projects that an image can be shared with */

typedef struct {
	const Project *project;
	const char *status; /* pending, accepted, rejected */
	int64_t created, updated;
} Member;

struct Image {
	char id[37];
	char *name, *description;
	const char *platform, *version, *os_type; /* static, or of another image */
	const char *kind;			  /* gold or private */
	const char *status;			  /* queued, saving, active, killed */
	const Project *owner;			  /* NULL: the cloud */
	int min_disk, min_ram;
	char *origin;	    /* "instance,<id>", or NULL */
	int64_t size;	    /* bytes; 0: not told */
	GPtrArray *tags;    /* Pairs, or NULL */
	GPtrArray *extra;   /* Pairs: attributes that were patched in, or NULL */
	GPtrArray *members; /* Member, owned */
	int64_t created, updated;
	int64_t saving, done; /* when its making goes on, and is over; 0: not being made */
	bool fails;	      /* its making ends in killed */
};

/** image_add - a new image of @region, active. @owner: NULL for a public one. */
Image *image_add(Region *region, const Project *owner, const char *name);
/** images_settle - let everything happen to @region's images that was due by @now. */
void images_settle(Region *region, int64_t now);
void images_clear(Region *region);

/** region_image - by id, whoever's it is; NULL if there is none. */
Image *region_image(const Region *region, const char *id);
/** image_visible - can @project see and use it? Public, its own, or shared and accepted. */
bool image_visible(const Image *image, const Project *project);
/** project_image - by id, of those that @project can use; NULL if there is none. */
Image *project_image(const Project *project, const char *id);
/** image_member - the share of @project, or NULL. */
Member *image_member(const Image *image, const Project *project);
/** project_images_used - how much of IMAGE_QUOTA. */
int project_images_used(const Project *project);
/** project_image_named - a private image of @project of that name, or NULL. */
const Image *project_image_named(const Project *project, const char *name);
void image_touch(Image *image);
/** image_delete - not to be found any more; servers made from it keep it. */
void image_delete(Region *region, Image *image);

#endif
