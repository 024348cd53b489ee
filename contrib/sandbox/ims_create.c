/*
 * IMS "create an image" (ims.md I4), from a server: the order is checked field by field.
 */
#include <string.h>

#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/ims.h"
#include "contrib/sandbox/job.h"
#include "contrib/sandbox/server.h"
#include "contrib/sandbox/volume.h"

#define SAVING_PERCENT 20 /* of the time that it takes: until then it is queued */

typedef struct {
	const char *name, *description; /* borrowed from the request */
	Server *server;
	int min_ram;
	GPtrArray *tags; /* Pairs, or NULL; owned */
} Order;

static void order_free(Order *order)
{
	g_clear_pointer(&order->tags, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Order, order_free)

static bool take_text(Request *req, const cJSON *body, Order *order)
{
	const cJSON *description = json_get(body, "description");

	order->name = json_string(body, "name");
	order->description = "";
	if (!order->name)
		return fail_ecs(req, 400, "IMG.0001", "The parameter name is invalid.");
	if (description && !cJSON_IsNull(description)) {
		order->description = cJSON_GetStringValue(description);
		if (!order->description)
			return fail_ecs(req, 400, "IMG.0004", "The description is invalid.");
	}
	return ims_name_ok(req, order->name, NULL) && ims_description_ok(req, order->description);
}

static bool take_server(Request *req, const cJSON *body, Order *order)
{
	static const char *const others[] = { "data_images", "image_url", "volume_id", NULL };
	const char *id = json_string(body, "instance_id");

	for (int i = 0; others[i]; i++)
		if (json_get(body, others[i]))
			return fail_ecs(req, 400, "IMG.0063", "The sandbox makes no images of %s.",
					others[i]);
	if (!id)
		return fail_ecs(req, 400, "IMG.0001", "The parameter instance_id is invalid.");
	Server *server = order->server = server_find(req->project, id);
	if (!server)
		return fail_ecs(req, 400, "IMG.0005", "The server %s does not exist.", id);
	if (server->task)
		return fail_ecs(req, 400, "IMG.0010", "The server %s has running tasks (%s).", id,
				server->task);
	if (!server_system_disk(server))
		return fail_ecs(req, 400, "IMG.0006", "The server %s has no system disk.", id);
	if (strcmp(server->vm, "active") != 0 && strcmp(server->vm, "stopped") != 0)
		return fail_ecs(req, 400, "IMG.0008",
				"The server %s is neither running nor stopped.", id);
	return true;
}

static bool take_numbers(Request *req, const cJSON *body, Order *order)
{
	static const char *const names[] = { "min_ram", "max_ram", NULL };

	for (int i = 0; names[i]; i++) {
		const cJSON *item = json_get(body, names[i]);
		if (item && (!json_is_int(item) || item->valueint < 0))
			return fail_ecs(req, 400, "IMG.0001", "The parameter %s is invalid.",
					names[i]);
	}
	const cJSON *min_ram = json_get(body, "min_ram");
	order->min_ram = min_ram ? min_ram->valueint : 0;
	return true;
}

/* "tags" are "key.value" each, "image_tags" objects; not both */
static bool take_tags(Request *req, const cJSON *body, Order *order)
{
	const cJSON *objects = json_get(body, "image_tags"), *texts = json_get(body, "tags");
	const cJSON *item = NULL;

	if ((objects && !cJSON_IsArray(objects)) || (texts && !cJSON_IsArray(texts)) ||
	    (objects && texts))
		return fail_ecs(req, 400, "IMG.0115", "The parameter tags is invalid.");
	cJSON_ArrayForEach (item, objects) {
		const char *key = json_string(item, "key"), *value = json_string(item, "value");
		if (!ims_tag_ok(req, key, value ? value : ""))
			return false;
		pairs_set(&order->tags, key, value ? value : "");
	}
	cJSON_ArrayForEach (item, texts) {
		const char *text = cJSON_GetStringValue(item);
		g_auto(GStrv) part = g_strsplit(text ? text : "", ".", 2);
		if (!ims_tag_ok(req, part[0], part[0] && part[1] ? part[1] : ""))
			return false;
		pairs_set(&order->tags, part[0], part[1] ? part[1] : "");
	}
	return ims_tag_room(req, order->tags, 0);
}

static bool check_quota(Request *req, const cJSON *body, Order *order)
{
	return project_images_used(req->project) < IMAGE_QUOTA ||
	       fail_ecs(req, 400, "IMG.0015", "The quota of private images is used up.");
}

static bool (*const checks[])(Request *req, const cJSON *body, Order *order) = {
	take_text, take_numbers, take_tags, take_server, check_quota, NULL,
};

static void make(Request *req, Order *order)
{
	const char *code = fault_job(req);
	Server *server = order->server;
	const Image *from = server->image;
	Image *image = image_add(req->region, req->project, order->name);
	int64_t now = clock_now(), done = server_snapshot(server);
	Job *job = job_new(req->project, "imsCreateImageByInstance", NULL);

	g_free(image->description);
	image->description = g_strdup(order->description);
	image->platform = from->platform;
	image->version = from->version;
	image->os_type = from->os_type;
	image->min_disk = server_system_disk(server)->size_gb;
	image->min_ram = order->min_ram;
	image->origin = g_strdup_printf("instance,%s", server->id);
	image->size = image->min_disk * (INT64_C(1) << 30) / 20;
	image->tags = g_steal_pointer(&order->tags);
	image->status = "queued";
	image->saving = now + (done - now) * SAVING_PERCENT / 100;
	image->done = done;
	image->fails = code != NULL;
	server_event(server, "createImage", req->id, done, code != NULL);
	job_of(job, "ims", "image_id");
	job_name(job, "image_name", image->name);
	job_add(job, image->id, now, done, code, code ? "Failed to create the image." : NULL);
	reply(req, 200, "{'job_id':%s}", job_id(job));
}

void ims_image_create(Request *req)
{
	const cJSON *body = request_json(req);
	g_auto(Order) order = { 0 };

	if (!cJSON_IsObject(body)) {
		fail_ecs(req, 400, "IMG.0001", "The request body is invalid.");
		return;
	}
	for (int i = 0; checks[i]; i++)
		if (!checks[i](req, body, &order))
			return;
	make(req, &order);
}
