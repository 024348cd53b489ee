/*
 * IMS, the read-only part that creating servers needs: the image list.
 */
#include <string.h>

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/world.h"

#define CREATED "2025-10-20T14:03:27Z"
#define DEFAULT_LIMIT 500

static void write_image(GString *out, const Request *req, const Image *image)
{
	bool gold = strcmp(image->kind, "gold") == 0;
	g_autofree char *file = g_strdup_printf("/v2/images/%s/file", image->id);
	g_autofree char *self = g_strdup_printf("/v2/images/%s", image->id);

	json_write(out,
		   "{'schema':'/v2/schemas/image','min_disk':%d,'created_at':'" CREATED "',"
		   "'__image_source_type':'uds','container_format':'bare','file':%s,"
		   "'updated_at':'" CREATED "','protected':%i,"
		   "'checksum':'d41d8cd98f00b204e9800998ecf8427e','id':%s,"
		   "'__isregistered':'true',",
		   image->min_disk, file, gold, image->id);
	json_write(out,
		   "'min_ram':%d,'__lazyloading':'true','owner':%s,'__os_type':%s,"
		   "'__imagetype':%s,'visibility':%s,'virtual_env_type':'FusionCompute',"
		   "'tags':[],'__platform':%s,'size':0,'__os_bit':'64','__os_version':%s,",
		   image->min_ram, gold ? text_hex(world.key, "images", 32) : req->project->id,
		   image->os_type, image->kind, gold ? "public" : "private", image->platform,
		   image->version);
	json_write(out,
		   "'name':%s,'self':%s,'disk_format':'zvhd2','virtual_size':null,"
		   "'hw_firmware_type':'bios','status':%s,'__support_kvm':'true'}",
		   image->name, self, image->status);
}

static const struct {
	const char *arg;
	size_t offset; /* of a char array or pointer in Image */
	bool pointer;
} filters[] = {
	{ "id", offsetof(Image, id), false },
	{ "name", offsetof(Image, name), true },
	{ "status", offsetof(Image, status), true },
	{ "__imagetype", offsetof(Image, kind), true },
	{ "__os_type", offsetof(Image, os_type), true },
	{ "__platform", offsetof(Image, platform), true },
	{},
};

static bool selected(const Request *req, const Image *image)
{
	for (int i = 0; filters[i].arg; i++) {
		const char *want = request_arg(req, filters[i].arg);
		const char *field = (const char *)image + filters[i].offset;
		const char *have =
			filters[i].pointer ? *(const char *const *)(const void *)field : field;
		if (want && strcmp(want, have) != 0)
			return false;
	}
	return true;
}

static void images_list(Request *req)
{
	const char *marker = request_arg(req, "marker");
	bool started = !marker || !*marker;
	int limit = DEFAULT_LIMIT;

	if (!request_int(req, "limit", 0, G_MAXINT, &limit)) {
		fail_ecs(req, 400, "IMG.0001", "The parameter limit is invalid.");
		return;
	}
	reply(req, 200, "{'images':[");
	for (int i = 0; i < REGION_IMAGES && limit > 0; i++) {
		const Image *image = &req->region->images[i];
		if (!started) {
			started = strcmp(image->id, marker) == 0;
			continue;
		}
		if (!selected(req, image))
			continue;
		json_comma(req->out);
		write_image(req->out, req, image);
		limit--;
	}
	g_string_append(req->out, "]}");
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
	{ "GET", "/v2/cloudimages", images_list },
	{},
};

const Service ims_service = {
	.mount = "ims",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
