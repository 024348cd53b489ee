/*
 * Glance as plain OpenStack has it: images without the attributes of IMS, patched, and made of
 * servers by Nova.
 */
#include <string.h>

#include "contrib/sandbox/ims.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/volume.h"

#define NAME_LIMIT 255
#define PATCH_TYPE "application/openstack-images-v2.1-json-patch"
#define IMAGE_ID_SINCE 45
#define SAVING_PERCENT 20

static const char *visibility(const Request *req, const Image *image)
{
	return !image->owner ? "public" : image->owner == req->project ? "private" : "shared";
}

static void write_words(GString *out, const Pairs *tags)
{
	json_write(out, ",'tags':[");
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		const char *key = tags->pdata[i], *value = tags->pdata[i + 1];
		g_autofree char *word = *value ? g_strconcat(key, "=", value, NULL) : g_strdup(key);
		json_comma(out);
		json_write(out, "%s", word);
	}
	g_string_append_c(out, ']');
}

void glance_write(GString *out, const Request *req, const Image *image)
{
	g_autofree char *system = g_ascii_strdown(image->os_type, -1);
	g_autofree char *distro = g_ascii_strdown(image->platform, -1);
	g_autofree char *self = g_strdup_printf("/v2/images/%s", image->id);
	g_autofree char *file = g_strconcat(self, "/file", NULL);

	json_write(out,
		   "{'id':%s,'name':%s,'status':%s,'visibility':%s,'owner':%s,'protected':%i,"
		   "'min_disk':%d,'min_ram':%d,'container_format':'bare','disk_format':'qcow2',",
		   image->id, image->name, image->status, visibility(req, image),
		   image->owner ? image->owner->id : text_hex(world.key, "images", 32),
		   !image->owner, image->min_disk, image->min_ram);
	json_write(out,
		   "'os_type':%s,'os_distro':%s,'os_version':%s,'architecture':'x86_64',"
		   "'os_hidden':false,'virtual_size':null,'checksum':null,'created_at':%s,"
		   "'updated_at':%s,'self':%s,'file':%s,'schema':'/v2/schemas/image','size':",
		   system, distro, image->version, time_z(image->created), time_z(image->updated),
		   self, file);
	if (image->size)
		g_string_append_printf(out, "%lld", (long long)image->size);
	else
		g_string_append(out, "null");
	if (*image->description)
		json_write(out, ",'description':%s", image->description);
	if (image->origin) /* Nova's marks */
		json_write(out, ",'image_type':'snapshot','instance_uuid':%s",
			   image->origin + strlen("instance,"));
	write_words(out, image->tags);
	g_string_append_c(out, '}');
}

/* The project's own; NULL after an error */
static Image *own(Request *req)
{
	Image *image = ims_glance(req, req->param[0]);

	if (!image || image->owner == req->project)
		return image;
	ims_html(req, 403, "Forbidden", "You are not permitted to modify this image.");
	return NULL;
}

static bool bad(Request *req, const char *what)
{
	ims_html(req, 400, "Bad Request", what);
	return false;
}

static bool set_text(Request *req, char **text, const cJSON *value)
{
	if (!cJSON_IsString(value) || g_utf8_strlen(value->valuestring, -1) > NAME_LIMIT)
		return bad(req, "Provided object does not match schema 'image'.");
	g_free(*text);
	*text = g_strdup(value->valuestring);
	return true;
}

static bool set_tags(Request *req, Image *image, const cJSON *list)
{
	Pairs *tags = pairs_new();
	const cJSON *item = NULL;
	bool good = cJSON_IsArray(list);

	cJSON_ArrayForEach (item, list) {
		const char *word = cJSON_GetStringValue(item);
		g_auto(GStrv) part = g_strsplit(word ? word : "", "=", 2);
		good = good && word && *word && strlen(word) <= NAME_LIMIT;
		if (good)
			pairs_set(&tags, part[0], part[1] ? part[1] : "");
	}
	if (!good) {
		g_ptr_array_unref(tags);
		return bad(req, "Invalid tags.");
	}
	g_clear_pointer(&image->tags, g_ptr_array_unref);
	image->tags = tags;
	return true;
}

static bool patch_one(Request *req, Image *image, const cJSON *patch)
{
	const char *op = json_string(patch, "op"), *path = json_string(patch, "path");
	const cJSON *value = json_get(patch, "value");

	if (!op || !path || (strcmp(op, "add") != 0 && strcmp(op, "replace") != 0) || !value)
		return bad(req, "Unable to find 'op' in JSON Schema change.");
	if (strcmp(path, "/name") == 0)
		return set_text(req, &image->name, value);
	if (strcmp(path, "/description") == 0)
		return set_text(req, &image->description, value);
	if (strcmp(path, "/tags") == 0)
		return set_tags(req, image, value);
	if (strcmp(path, "/min_ram") != 0)
		return bad(req, "Attribute is read-only.");
	if (!json_is_int(value) || value->valueint < 0)
		return bad(req, "Provided object does not match schema 'image': min_ram.");
	image->min_ram = value->valueint;
	return true;
}

void glance_patch(Request *req)
{
	Image *image = own(req);
	const cJSON *body = image ? request_json(req) : NULL, *patch = NULL;

	if (!image)
		return;
	if (g_strcmp0(request_header(req, "content-type"), PATCH_TYPE) != 0) {
		ims_html(req, 415, "Unsupported Media Type", "");
		return;
	}
	if (!cJSON_IsArray(body)) {
		bad(req, "Request body must be a JSON array of operation objects.");
		return;
	}
	cJSON_ArrayForEach (patch, body)
		if (!patch_one(req, image, patch))
			return;
	image_touch(image);
	req->status = 200;
	glance_write(req->out, req, image);
}

void glance_usage(Request *req)
{
	reply(req, 200, "{'usage':{'image_count_total':{'limit':%d,'usage':%d}}}", IMAGE_QUOTA,
	      project_images_used(req->project));
}

/* ---- Nova's createImage ---- */

int64_t nova_create_image(Request *req, Server *server, const cJSON *argument)
{
	const char *name = json_string(argument, "name");
	const char *description = json_string(json_get(argument, "metadata"), "description");
	const Image *from = server->image;

	if (!name || !*name || g_utf8_strlen(name, -1) > NAME_LIMIT)
		return fail_nova(req, 400, "Invalid input for field/attribute name.");
	if (project_images_used(req->project) >= IMAGE_QUOTA)
		return fail_nova(req, 403, "Quota exceeded, too many images.");
	Image *image = image_add(req->region, req->project, name);
	int64_t now = clock_now(), done = server_snapshot(server);
	if (description)
		set_text(req, &image->description,
			 json_get(json_get(argument, "metadata"), "description"));
	image->platform = from->platform;
	image->version = from->version;
	image->os_type = from->os_type;
	image->min_disk = server_system_disk(server)->size_gb;
	image->origin = g_strdup_printf("instance,%s", server->id);
	image->size = image->min_disk * (INT64_C(1) << 30) / 20;
	image->status = "queued";
	image->saving = now + (done - now) * SAVING_PERCENT / 100;
	image->done = done;
	if (req->microversion >= IMAGE_ID_SINCE) {
		reply(req, 202, "{'image_id':%s}", image->id);
		return done;
	}
	g_autofree char *location =
		g_strdup_printf("%s/%s/ims/v2/images/%s", world.base, req->region->name, image->id);
	reply_header(req, "Location", location);
	reply_empty(req, 202);
	return done;
}
