#include "contrib/sandbox/image.h"

#include <string.h>

Image *image_add(Region *region, const Project *owner, const char *name)
{
	Image *image = g_new0(Image, 1);

	*image = (Image){
		.name = g_strdup(name),
		.description = g_strdup(""),
		.kind = owner ? "private" : "gold",
		.status = "active",
		.owner = owner,
		.members = g_ptr_array_new_with_free_func(g_free),
		.created = clock_now(),
	};
	image->updated = image->created;
	g_strlcpy(image->id, world_uuid(), sizeof image->id);
	g_ptr_array_add(region->images, image);
	return image;
}

static void image_free(gpointer data)
{
	Image *image = data;

	g_clear_pointer(&image->tags, g_ptr_array_unref);
	g_clear_pointer(&image->extra, g_ptr_array_unref);
	g_ptr_array_unref(image->members);
	g_free(image->name);
	g_free(image->description);
	g_free(image->origin);
	g_free(image);
}

void images_clear(Region *region)
{
	GPtrArray *both[] = { region->images, region->dead_images };

	for (unsigned i = 0; i < G_N_ELEMENTS(both); i++) {
		g_ptr_array_set_free_func(both[i], image_free);
		g_ptr_array_unref(both[i]);
	}
}

void images_settle(Region *region, int64_t now)
{
	for (unsigned i = 0; i < region->images->len; i++) {
		Image *image = region->images->pdata[i];
		if (!image->done || now < image->saving)
			continue;
		image->status = "saving";
		image->updated = image->saving;
		if (now < image->done)
			continue;
		image->status = image->fails ? "killed" : "active";
		image->updated = image->done;
		image->done = 0;
	}
}

Image *region_image(const Region *region, const char *id)
{
	for (unsigned i = 0; i < region->images->len; i++) {
		Image *image = region->images->pdata[i];
		if (strcmp(image->id, id) == 0)
			return image;
	}
	return NULL;
}

Member *image_member(const Image *image, const Project *project)
{
	for (unsigned i = 0; i < image->members->len; i++) {
		Member *member = image->members->pdata[i];
		if (member->project == project)
			return member;
	}
	return NULL;
}

bool image_visible(const Image *image, const Project *project)
{
	const Member *member = image_member(image, project);

	return !image->owner || image->owner == project ||
	       (member && strcmp(member->status, "accepted") == 0);
}

Image *project_image(const Project *project, const char *id)
{
	Image *image = region_image(project->region, id);

	return image && image_visible(image, project) ? image : NULL;
}

int project_images_used(const Project *project)
{
	int used = 0;

	for (unsigned i = 0; i < project->region->images->len; i++) {
		const Image *image = project->region->images->pdata[i];
		used += image->owner == project;
	}
	return used;
}

const Image *project_image_named(const Project *project, const char *name)
{
	for (unsigned i = 0; i < project->region->images->len; i++) {
		const Image *image = project->region->images->pdata[i];
		if (image->owner == project && strcmp(image->name, name) == 0)
			return image;
	}
	return NULL;
}

void image_touch(Image *image)
{
	image->updated = clock_now();
}

void image_delete(Region *region, Image *image)
{
	image->status = "deleted";
	g_ptr_array_remove(region->images, image);
	g_ptr_array_add(region->dead_images, image);
}
