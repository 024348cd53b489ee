/*
 * IMS: tags of an image (ims.md 7).
 */
#include <string.h>

#include "contrib/sandbox/ims.h"
#include "contrib/sandbox/server.h"
#include "contrib/sandbox/view.h"

#define KEY_LIMIT 36
#define VALUE_LIMIT 43
#define TAG_LIMIT 10
#define TAG_TEXT "_-"

bool ims_tag_ok(Request *req, const char *key, const char *value)
{
	if (key && *key && g_utf8_strlen(key, -1) <= KEY_LIMIT && text_all_in(key, TAG_TEXT) &&
	    g_utf8_strlen(value, -1) <= VALUE_LIMIT && text_all_in(value, TAG_TEXT))
		return true;
	return fail_ecs(req, 400, "IMG.0115", "The tag key or value is invalid.");
}

bool ims_tag_room(Request *req, const GPtrArray *tags, unsigned more)
{
	return pairs_count(tags) + more <= TAG_LIMIT ||
	       fail_ecs(req, 400, "IMG.0116", "More than %d tags.", TAG_LIMIT);
}

void ims_tags_get(Request *req)
{
	const Image *image = ims_image(req, req->param[1]);

	if (!image)
		return;
	reply(req, 200, "{'tags':");
	view_tag_objects(req->out, image->tags);
	g_string_append_c(req->out, '}');
}

/* The tags of all images of the project: each key once, with its values */
void ims_project_tags(Request *req)
{
	const GPtrArray *images = req->region->images;
	g_autoptr(GPtrArray) keys = g_ptr_array_new(), values = g_ptr_array_new();

	reply(req, 200, "{'tags':[");
	for (unsigned i = 0; i < images->len; i++) {
		const Image *image = images->pdata[i];
		for (unsigned k = 0;
		     image->owner == req->project && image->tags && k < image->tags->len; k += 2)
			if (!g_ptr_array_find_with_equal_func(keys, image->tags->pdata[k],
							      g_str_equal, NULL))
				g_ptr_array_add(keys, image->tags->pdata[k]);
	}
	for (unsigned k = 0; k < keys->len; k++) {
		json_comma(req->out);
		json_write(req->out, "{'key':%s,'values':[", (char *)keys->pdata[k]);
		g_ptr_array_set_size(values, 0);
		for (unsigned i = 0; i < images->len; i++) {
			const Image *image = images->pdata[i];
			const char *value = image->owner == req->project
						    ? pairs_get(image->tags, keys->pdata[k])
						    : NULL;
			if (!value ||
			    g_ptr_array_find_with_equal_func(values, value, g_str_equal, NULL))
				continue;
			g_ptr_array_add(values, (char *)value);
			json_comma(req->out);
			json_write(req->out, "%s", value);
		}
		g_string_append(req->out, "]}");
	}
	g_string_append(req->out, "]}");
}

/* The image {i} whose tags are to be changed: any state will do */
static Image *taggable(Request *req)
{
	Image *image = ims_image(req, req->param[1]);

	if (!image || image->owner == req->project)
		return image;
	fail_ecs(req, 400, "IMG.0047", "Only the owner of the image may do that.");
	return NULL;
}

static bool add(Request *req, Image *image, const cJSON *tag)
{
	const char *key = json_string(tag, "key"), *value = json_string(tag, "value");

	if (!ims_tag_ok(req, key, value ? value : "") ||
	    !ims_tag_room(req, image->tags, !pairs_get(image->tags, key)))
		return false;
	pairs_set(&image->tags, key, value ? value : "");
	return true;
}

static bool drop(Request *req, Image *image, const cJSON *tag)
{
	const char *key = json_string(tag, "key");

	if (!key || !*key)
		return fail_ecs(req, 400, "IMG.0115", "The tag key is invalid.");
	if (image->tags)
		pairs_remove(image->tags, key);
	return true;
}

void ims_tags_action(Request *req)
{
	Image *image = taggable(req);
	const cJSON *body = image ? request_json(req) : NULL, *tag = NULL;
	const cJSON *tags = json_get(body, "tags");
	const char *action = json_string(body, "action");

	if (!image)
		return;
	bool adds = g_strcmp0(action, "create") == 0;
	if ((!adds && g_strcmp0(action, "delete") != 0) || !cJSON_IsArray(tags) ||
	    !cJSON_GetArraySize(tags)) {
		fail_ecs(req, 400, "IMG.0115", "The parameter action or tags is invalid.");
		return;
	}
	cJSON_ArrayForEach (tag, tags)
		if (!(adds ? add : drop)(req, image, tag))
			return;
	image_touch(image);
	reply_empty(req, 204);
}

void ims_tag_add(Request *req)
{
	Image *image = taggable(req);

	if (!image || !add(req, image, json_get(request_json(req), "tag")))
		return;
	image_touch(image);
	reply_empty(req, 204);
}

void ims_tag_delete(Request *req)
{
	Image *image = taggable(req);

	if (!image)
		return;
	if (!image->tags || !pairs_remove(image->tags, req->param[2])) {
		fail_ecs(req, 400, "IMG.0144", "The image has no tag %s.", req->param[2]);
		return;
	}
	image_touch(image);
	reply_empty(req, 204);
}
