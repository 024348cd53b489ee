/*
 * IMS: images in list and detail, their attributes, deletion, the quota and the jobs.
 */
#include "contrib/sandbox/ims.h"

#include <string.h>

#include "contrib/sandbox/job.h"

#define DEFAULT_LIMIT 500
#define GLANCE_LIMIT 25
#define GLANCE_MAX 1000
#define NAME_LIMIT 128
#define DESCRIPTION_LIMIT 1024
#define MIN_RAM_LIMIT 4194304 /* MiB; more memory has no flavor */

/* Of the member's project it is "shared", whatever it is to its owner */
static const char *visibility(const Request *req, const Image *image)
{
	return !image->owner ? "public" : image->owner == req->project ? "private" : "shared";
}

static const char *image_type(const Request *req, const Image *image)
{
	return image->owner && image->owner != req->project ? "shared" : image->kind;
}

static const char *owner_id(const Image *image)
{
	return image->owner ? image->owner->id : text_hex(world.key, "images", 32);
}

static void write_tags(GString *out, const GPtrArray *tags)
{
	json_write(out, ",'tags':[");
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		g_autofree char *tag = g_strconcat(tags->pdata[i], "=", tags->pdata[i + 1], NULL);
		json_comma(out);
		json_write(out, "%s", *(char *)tags->pdata[i + 1] ? tag : (char *)tags->pdata[i]);
	}
	g_string_append(out, "]");
}

static void write_made(GString *out, const Image *image)
{
	if (*image->description)
		json_write(out, ",'__description':%s", image->description);
	if (image->origin)
		json_write(out, ",'__data_origin':%s", image->origin);
	if (image->size)
		json_write(out, ",'__image_size':%s", text_format("%lld", (long long)image->size));
	for (unsigned i = 0; image->extra && i < image->extra->len; i += 2)
		json_write(out, ",%s:%s", (char *)image->extra->pdata[i],
			   (char *)image->extra->pdata[i + 1]);
}

static void write_image(GString *out, const Request *req, const Image *image)
{
	if (world.options.openstack) {
		glance_write(out, req, image);
		return;
	}
	g_autofree char *file = g_strdup_printf("/v2/images/%s/file", image->id);
	g_autofree char *self = g_strdup_printf("/v2/images/%s", image->id);

	json_write(out,
		   "{'schema':'/v2/schemas/image','min_disk':%d,'created_at':%s,"
		   "'__image_source_type':'uds','container_format':'bare','file':%s,"
		   "'updated_at':%s,'protected':%i,"
		   "'checksum':'d41d8cd98f00b204e9800998ecf8427e','id':%s,"
		   "'__isregistered':'true',",
		   image->min_disk, time_z(image->created), file, time_z(image->updated),
		   !image->owner, image->id);
	json_write(out,
		   "'min_ram':%d,'__lazyloading':'true','owner':%s,'__os_type':%s,"
		   "'__imagetype':%s,'visibility':%s,'virtual_env_type':'FusionCompute',"
		   "'__platform':%s,'size':0,'__os_bit':'64','__os_version':%s,",
		   image->min_ram, owner_id(image), image->os_type, image_type(req, image),
		   visibility(req, image), image->platform, image->version);
	json_write(out,
		   "'name':%s,'self':%s,'disk_format':'zvhd2','virtual_size':null,"
		   "'hw_firmware_type':'bios','status':%s,'__support_kvm':'true'",
		   image->name, self, image->status);
	write_tags(out, image->tags);
	write_made(out, image);
	g_string_append_c(out, '}');
}

/* ---- list ---- */

static bool by_id(const Request *req, const Image *image, const char *value)
{
	return strcmp(image->id, value) == 0;
}

static bool by_name(const Request *req, const Image *image, const char *value)
{
	return strcmp(image->name, value) == 0;
}

static bool by_status(const Request *req, const Image *image, const char *value)
{
	return strcmp(image->status, value) == 0;
}

static bool by_type(const Request *req, const Image *image, const char *value)
{
	return strcmp(image_type(req, image), value) == 0;
}

static bool by_visibility(const Request *req, const Image *image, const char *value)
{
	return strcmp(visibility(req, image), value) == 0;
}

static bool by_owner(const Request *req, const Image *image, const char *value)
{
	return strcmp(owner_id(image), value) == 0;
}

static bool by_protected(const Request *req, const Image *image, const char *value)
{
	return (g_ascii_strcasecmp(value, "true") == 0) == !image->owner;
}

static bool by_os(const Request *req, const Image *image, const char *value)
{
	return strcmp(image->os_type, value) == 0;
}

static bool by_platform(const Request *req, const Image *image, const char *value)
{
	return strcmp(image->platform, value) == 0;
}

static bool by_environment(const Request *req, const Image *image, const char *value)
{
	return strcmp("FusionCompute", value) == 0;
}

static bool by_format(const Request *req, const Image *image, const char *value)
{
	return strcmp("zvhd2", value) == 0;
}

static bool by_tag(const Request *req, const Image *image, const char *value)
{
	g_auto(GStrv) part = g_strsplit(value, "=", 2);

	for (unsigned i = 0; part[0] && image->tags && i < image->tags->len; i += 2)
		if (strcmp(image->tags->pdata[i], part[0]) == 0 &&
		    strcmp(image->tags->pdata[i + 1], part[1] ? part[1] : "") == 0)
			return true;
	return false;
}

static const struct {
	const char *arg;
	bool (*keeps)(const Request *req, const Image *image, const char *value);
} filters[] = {
	{ "id", by_id },
	{ "name", by_name },
	{ "status", by_status },
	{ "__imagetype", by_type },
	{ "visibility", by_visibility },
	{ "owner", by_owner },
	{ "protected", by_protected },
	{ "__os_type", by_os },
	{ "__platform", by_platform },
	{ "virtual_env_type", by_environment },
	{ "disk_format", by_format },
	{ "tag", by_tag },
	{},
};

/* What was offered but not accepted is listed only to those who ask for it */
static bool listed(const Request *req, const Image *image)
{
	const char *status = request_arg(req, "member_status");
	const Member *member = image_member(image, req->project);

	if (status)
		return member &&
		       (strcmp(status, "all") == 0 || strcmp(status, member->status) == 0);
	return image_visible(image, req->project);
}

static bool selected(const Request *req, const Image *image)
{
	if (!listed(req, image))
		return false;
	for (int i = 0; filters[i].arg; i++) {
		const char *want = request_arg(req, filters[i].arg);
		if (want && !filters[i].keeps(req, image, want))
			return false;
	}
	return true;
}

/*
 * A page of what is wanted, without the end of the document.
 * Returns: false after 400. @last: the last one of a full page, or NULL.
 */
static bool write_page(Request *req, int limit, int max, const Image **last)
{
	const char *marker = request_arg(req, "marker");
	bool started = !marker || !*marker;

	*last = NULL;
	if (!request_int(req, "limit", 0, max, &limit))
		return fail_ecs(req, 400, "IMG.0001", "The parameter limit is invalid.");
	req->status = 200;
	g_string_append(req->out, "{\"images\":[");
	for (unsigned i = 0; i < req->region->images->len && limit > 0; i++) {
		const Image *image = req->region->images->pdata[i];
		if (!started) {
			started = strcmp(image->id, marker) == 0;
			continue;
		}
		if (!selected(req, image))
			continue;
		json_comma(req->out);
		write_image(req->out, req, image);
		*last = --limit == 0 ? image : NULL;
	}
	g_string_append_c(req->out, ']');
	return true;
}

static void images_list(Request *req)
{
	const Image *last;

	if (write_page(req, DEFAULT_LIMIT, G_MAXINT, &last))
		g_string_append_c(req->out, '}');
}

/* Glance's list: the way to the next page is in it */
static void glance_list(Request *req)
{
	const char *limit = request_arg(req, "limit");
	const Image *last;

	if (!write_page(req, GLANCE_LIMIT, GLANCE_MAX, &last))
		return;
	json_write(req->out, ",'schema':'/v2/schemas/images','first':%s",
		   limit ? text_format("/v2/images?limit=%s", limit) : "/v2/images");
	if (last)
		json_write(req->out, ",'next':%s",
			   limit ? text_format("/v2/images?limit=%s&marker=%s", limit, last->id)
				 : text_format("/v2/images?marker=%s", last->id));
	g_string_append_c(req->out, '}');
}

/* ---- versions ---- */

static void write_version(GString *out, const Region *region)
{
	json_write(out,
		   "{'id':'v2.3','status':'CURRENT','links':[{'rel':'self','href':%s}],"
		   "'min_version':'','version':'','updated':''}",
		   text_format("%s/%s/ims/v2/", world.base, region->name));
}

static void versions_list(Request *req)
{
	reply(req, 300, "{'versions':[");
	write_version(req->out, req->region);
	g_string_append(req->out, "]}");
}

static void version_get(Request *req)
{
	reply(req, 200, "{'version':");
	write_version(req->out, req->region);
	g_string_append_c(req->out, '}');
}

/* ---- one image ---- */

void ims_html(Request *req, int status, const char *title, const char *text)
{
	reply_empty(req, status);
	req->type = "text/html; charset=UTF-8";
	g_string_append_printf(req->out,
			       "<html>\n <head>\n  <title>%d %s</title>\n </head>\n <body>\n"
			       "  <h1>%d %s</h1>\n  %s<br /><br />\n\n\n\n </body>\n</html>",
			       status, title, status, title, text);
}

Image *ims_image(Request *req, const char *id)
{
	Image *image = project_image(req->project, id);

	if (!image)
		fail_ecs(req, 400, "IMG.0027", "The image %s does not exist.", id);
	return image;
}

Image *ims_glance(Request *req, const char *id)
{
	Image *image = region_image(req->region, id);

	/* who has been offered it may look at it, and decide */
	if (image && !image_visible(image, req->project) && !image_member(image, req->project))
		image = NULL;
	if (!image)
		ims_html(req, 404, "Not Found", "No image found.");
	return image;
}

Image *ims_own(Request *req, const char *id)
{
	Image *image = ims_image(req, id);

	if (!image)
		return NULL;
	if (image->owner != req->project) {
		fail_ecs(req, 400, "IMG.0047", "Only the owner of the image %s may do that.", id);
		return NULL;
	}
	if (strcmp(image->status, "active") != 0) {
		fail_ecs(req, 400, "IMG.0046", "The image %s is %s, not active.", id,
			 image->status);
		return NULL;
	}
	return image;
}

static void image_get(Request *req)
{
	const Image *image = ims_glance(req, req->param[0]);

	if (!image)
		return;
	req->status = 200;
	write_image(req->out, req, image);
}

static void image_remove(Request *req)
{
	Image *image = ims_glance(req, req->param[0]);
	g_autofree char *text = NULL;

	if (!image)
		return;
	if (!image->owner) {
		text = g_strdup_printf("Image %s is protected and cannot be deleted.", image->id);
		ims_html(req, 403, "Forbidden", text);
	} else if (image->owner != req->project) {
		ims_html(req, 403, "Forbidden", "You are not permitted to delete this image.");
	} else if (strcmp(image->status, "queued") == 0 || strcmp(image->status, "saving") == 0) {
		fail_ecs(req, 400, "IMG.0090", "The image %s is being created.", image->id);
	} else {
		image_delete(req->region, image);
		reply_empty(req, 204);
	}
}

/* ---- changes of attributes ---- */

bool ims_name_ok(Request *req, const char *name, const Image *of)
{
	if (g_utf8_strlen(name, -1) > NAME_LIMIT)
		return fail_ecs(req, 400, "IMG.0002", "The image name is too long.");
	bool plain = *name && *name != ' ' && name[strlen(name) - 1] != ' ';
	for (const char *c = name; *c; c++)
		plain = plain && ((*c & 0x80) || g_ascii_isalnum(*c) || strchr(" -_.", *c));
	if (!plain)
		return fail_ecs(req, 400, "IMG.0001", "The image name is invalid.");
	const Image *same = project_image_named(req->project, name);
	if (same && same != of)
		return fail_ecs(req, 400, "IMG.0009", "The image name %s already exists.", name);
	return true;
}

bool ims_description_ok(Request *req, const char *description)
{
	if (g_utf8_strlen(description, -1) <= DESCRIPTION_LIMIT && !strpbrk(description, "<>\r\n"))
		return true;
	return fail_ecs(req, 400, "IMG.0004", "The image description is invalid.");
}

static bool put_name(Request *req, Image *image, const char *value)
{
	if (!ims_name_ok(req, value, image))
		return false;
	g_free(image->name);
	image->name = g_strdup(value);
	return true;
}

static bool put_description(Request *req, Image *image, const char *value)
{
	if (!ims_description_ok(req, value))
		return false;
	g_free(image->description);
	image->description = g_strdup(value);
	return true;
}

static bool put_min_ram(Request *req, Image *image, const char *value)
{
	int mb = 0;

	if (!text_int(value, &mb) || mb < 0 || mb > MIN_RAM_LIMIT)
		return fail_ecs(req, 400, "IMG.0001", "The value of min_ram is invalid.");
	image->min_ram = mb;
	return true;
}

static const struct {
	const char *path;
	bool (*put)(Request *req, Image *image, const char *value);
} attributes[] = {
	{ "/name", put_name },
	{ "/__description", put_description },
	{ "/min_ram", put_min_ram },
	{},
};

/* Attributes of the image's own that can be set to any text */
static bool free_attribute(const char *name)
{
	static const char *const known[] = { "hw_firmware_type", "hw_vif_multiqueue_enabled",
					     "__is_config_init", "enterprise_project_id",
					     "max_ram",		 NULL };
	static const char *const fixed[] = {
		"id",		"status",     "owner",
		"visibility",	"protected",  "min_disk",
		"disk_format",	"size",	      "container_format",
		"created_at",	"updated_at", "checksum",
		"virtual_size", "tags",	      "file",
		"self",		"schema",     "virtual_env_type",
		NULL,
	};

	if (g_strv_contains(known, name) || g_str_has_prefix(name, "__support_"))
		return true;
	return !g_str_has_prefix(name, "__") && !g_strv_contains(fixed, name) && *name &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool patch_one(Request *req, Image *image, const cJSON *patch)
{
	const char *op = json_string(patch, "op"), *path = json_string(patch, "path");
	const cJSON *value = json_get(patch, "value");
	static const char *const ops[] = { "add", "replace", "remove", NULL };

	if (!op || !g_strv_contains(ops, op) || !path || *path != '/')
		return fail_ecs(req, 400, "IMG.0001", "The patch is invalid.");
	bool removes = strcmp(op, "remove") == 0;
	g_autofree char *number =
		json_is_int(value) ? g_strdup_printf("%d", value->valueint) : NULL;
	const char *text = number ? number : cJSON_GetStringValue(value);
	if (!removes && !text)
		return fail_ecs(req, 400, "IMG.0001", "The value of %s is invalid.", path);
	for (int i = 0; attributes[i].path && !removes; i++)
		if (strcmp(attributes[i].path, path) == 0)
			return attributes[i].put(req, image, text);
	if (!free_attribute(path + 1))
		return fail_ecs(req, 400, "IMG.0001", "The attribute %s cannot be updated.",
				path + 1);
	if (!removes)
		pairs_set(&image->extra, path + 1, text);
	else if (!image->extra || !pairs_remove(image->extra, path + 1))
		return fail_ecs(req, 400, "IMG.0001", "The image has no attribute %s.", path + 1);
	return true;
}

static void image_patch(Request *req)
{
	Image *image = ims_own(req, req->param[0]);
	const cJSON *body = image ? request_json(req) : NULL, *patch = NULL;

	if (!image)
		return;
	if (!cJSON_IsArray(body) || !cJSON_GetArraySize(body)) {
		fail_ecs(req, 400, "IMG.0001", "The request body is invalid.");
		return;
	}
	cJSON_ArrayForEach (patch, body)
		if (!patch_one(req, image, patch))
			return;
	image_touch(image);
	req->status = 200;
	write_image(req->out, req, image);
}

/* ---- the rest ---- */

static void quota_get(Request *req)
{
	reply(req, 200,
	      "{'quotas':{'resources':[{'type':'image','used':%d,'quota':%d,'min':1,'max':1000}]}}",
	      project_images_used(req->project), IMAGE_QUOTA);
}

static void job_get(Request *req)
{
	const Job *job = job_find(req->project, "ims", req->param[1]);

	if (!job) {
		fail_ecs(req, 400, "IMG.0027", "The job %s does not exist.", req->param[1]);
		return;
	}
	req->status = 200;
	job_write(req->out, job, clock_now());
}

static void mismatch(Request *req)
{
	fail_ecs(req, 400, "IMG.0030", "The token is not valid for this project.");
}

static void forbidden(Request *req)
{
	fail_ecs(req, 403, "IMG.0026", "The role does not allow the operation.");
}

static const Route routes[] = {
	{ "GET", "/", versions_list, ROUTE_PUBLIC },
	{ "GET", "/v2", version_get, ROUTE_PUBLIC },
	{ "GET", "/v2/images", glance_list },
	{ "GET", "/v2/cloudimages", images_list, ROUTE_OTC },
	{ "POST", "/v2/cloudimages/action", ims_image_create, ROUTE_OTC },
	{ "PATCH", "/v2/cloudimages/{i}", image_patch, ROUTE_OTC },
	{ "GET", "/v2/images/{i}", image_get },
	{ "DELETE", "/v2/images/{i}", image_remove },
	{ "PATCH", "/v2/images/{i}", glance_patch, ROUTE_PLAIN },
	{ "GET", "/v2/info/usage", glance_usage, ROUTE_PLAIN },
	{ "GET", "/v2/images/{i}/members", ims_members_list },
	{ "POST", "/v2/images/{i}/members", ims_member_add },
	{ "GET", "/v2/images/{i}/members/{m}", ims_member_get },
	{ "PUT", "/v2/images/{i}/members/{m}", ims_member_update },
	{ "DELETE", "/v2/images/{i}/members/{m}", ims_member_delete },
	{ "GET", "/v2/{p}/images/tags", ims_project_tags, ROUTE_OTC },
	{ "GET", "/v2/{p}/images/{i}/tags", ims_tags_get, ROUTE_OTC },
	{ "POST", "/v2/{p}/images/{i}/tags", ims_tag_add, ROUTE_OTC },
	{ "POST", "/v2/{p}/images/{i}/tags/action", ims_tags_action, ROUTE_OTC },
	{ "DELETE", "/v2/{p}/images/{i}/tags/{key}", ims_tag_delete, ROUTE_OTC },
	{ "GET", "/v1/cloudimages/quota", quota_get, ROUTE_OTC },
	{ "GET", "/v1/{p}/jobs/{id}", job_get, ROUTE_OTC },
	{},
};

const Service ims_service = {
	.mount = "ims",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
