/*
 * EVS: volumes made, changed and deleted (evs.md V1, V5–V8, V11–V14).
 */
#include <string.h>

#include "contrib/sandbox/evs.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/image.h"

#define COUNT_LIMIT 100
#define DEFAULT_TYPE "SAS"
#define BATCH_NAME_LIMIT 250
#define TAG_LIMIT 10
#define TAG_KEY_LIMIT 36
#define TAG_VALUE_LIMIT 43

typedef struct {
	const char *name, *description, *az, *type;
	int size_gb, count;
	bool shared;
	const Image *image;
	const Snapshot *snapshot;
	const Volume *source;
	const cJSON *metadata, *tags;
} VolumeOrder;

/* The member, with null taken for absent */
static const cJSON *given(const cJSON *object, const char *key)
{
	const cJSON *item = json_get(object, key);

	return cJSON_IsNull(item) ? NULL : item;
}

static bool take_names(Request *req, const cJSON *volume, VolumeOrder *order)
{
	if (!evs_text(req, volume, "name", &order->name) ||
	    !evs_text(req, volume, "description", &order->description))
		return false;
	if (!order->name)
		order->name = "";
	if (order->description && *order->description == '\0')
		order->description = NULL;
	return true;
}

static bool take_count(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const cJSON *count = evs_native(req) ? NULL : given(volume, "count");

	order->count = 1;
	if (!count)
		return true;
	if (!json_is_int(count) || count->valueint < 1 || count->valueint > COUNT_LIMIT)
		return evs_fail(req, 400, "EVS.1031", 400, "count must be 1 to %d.", COUNT_LIMIT);
	order->count = count->valueint;
	if (order->count > 1 && strlen(order->name) > BATCH_NAME_LIMIT)
		return evs_fail(req, 400, "EVS.1009", 400, "The name is too long for a batch.");
	return true;
}

static bool take_zone(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const char *az = json_string(volume, "availability_zone");
	const char *name = json_string(volume, "volume_type");
	bool sold;

	if (world.options.openstack) { /* both have a default there */
		az = az ? az : req->region->az[0];
		name = name ? name : DEFAULT_TYPE;
	}
	if (!az)
		return evs_fail(req, 400, "EVS.1012", 400, "availability_zone is missing.");
	order->az = region_az(req->region, az);
	if (!order->az)
		return evs_fail(req, 400, "EVS.1012", 400, "The zone %s does not exist.", az);
	if (!name)
		return evs_fail(req, 400, "EVS.1013", 400, "volume_type is missing.");
	const VolumeType *type = volume_type(name);
	if (!type)
		return evs_fail(req, 400, "EVS.1013", 404, "The volume type %s could not be found.",
				name);
	if (!volume_type_has(type, req->region, az, &sold))
		return evs_fail(req, 400, "EVS.2071", 400, "The zone %s does not have the type %s.",
				az, name);
	if (sold)
		return evs_fail(req, 400, "EVS.2072", 400, "The type %s is sold out in %s.", name,
				az);
	order->type = type->name;
	return true;
}

static bool take_source(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const char *image = json_string(volume, "imageRef");
	const char *snapshot = json_string(volume, "snapshot_id");
	const char *source = evs_native(req) ? json_string(volume, "source_volid") : NULL;

	if (given(volume, "backup_id"))
		return evs_fail(req, 400, "EVS.1006", 400, "The backup does not exist.");
	if ((image != NULL) + (snapshot != NULL) + (source != NULL) > 1)
		return evs_fail(req, 400, "EVS.1016", 400,
				"Only one of snapshot_id, imageRef and backup_id can be given.");
	order->image = image ? project_image(req->project, image) : NULL;
	if (image && (!order->image || strcmp(order->image->status, "active") != 0))
		return evs_fail(req, 400, "EVS.1010", 400, "The image %s does not exist.", image);
	order->snapshot = snapshot ? snapshot_find(req->project, snapshot) : NULL;
	if (snapshot && !order->snapshot)
		return evs_fail(req, 400, "EVS.1002", 404, "Snapshot %s could not be found.",
				snapshot);
	if (snapshot && strcmp(order->snapshot->status, "available") != 0)
		return evs_fail(req, 400, "EVS.2043", 400, "The snapshot is not available.");
	order->source = source ? volume_find(req->project, source) : NULL;
	if (source && !order->source)
		return evs_fail(req, 400, "EVS.1002", 404, "Volume %s could not be found.", source);
	if (snapshot && strcmp(order->snapshot->volume->az, order->az) != 0)
		return evs_fail(req, 400, "EVS.1049", 400, "The snapshot is in the zone %s.",
				order->snapshot->volume->az);
	return true;
}

static bool take_size(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const cJSON *size = given(volume, "size");
	int least = order->image      ? MAX(order->image->min_disk, 1)
		    : order->snapshot ? order->snapshot->size_gb
		    : order->source   ? order->source->size_gb
				      : VOLUME_MIN_GB;
	int most = order->image ? VOLUME_BOOT_MAX_GB : VOLUME_MAX_GB;

	if (!cJSON_IsNumber(size)) /* decimals are cut off */
		return evs_fail(req, 400, "EVS.1011", 400, "size is missing or no number.");
	order->size_gb = size->valueint;
	if (order->size_gb < least || order->size_gb > most)
		return evs_fail(req, 400, "EVS.1011", 400, "The size must be %d to %d GB.", least,
				most);
	return true;
}

static bool take_pairs(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const cJSON *item = NULL;

	order->metadata = given(volume, "metadata");
	order->tags = evs_native(req) ? NULL : given(volume, "tags");
	if ((order->metadata && !cJSON_IsObject(order->metadata)) ||
	    (order->tags && !cJSON_IsObject(order->tags)))
		return evs_fail(req, 400, "EVS.5400", 400, "metadata and tags must be objects.");
	cJSON_ArrayForEach (item, order->metadata) {
		if (!cJSON_IsString(item) || strlen(item->string) > EVS_TEXT_LIMIT ||
		    strlen(item->valuestring) > EVS_TEXT_LIMIT)
			return evs_fail(req, 400, "EVS.1004", 400, "The metadata is invalid.");
	}
	if (cJSON_GetArraySize(order->tags) > TAG_LIMIT)
		return evs_fail(req, 400, "EVS.1061", 400, "More than %d tags.", TAG_LIMIT);
	cJSON_ArrayForEach (item, order->tags) {
		size_t len = strlen(item->string);
		if (!cJSON_IsString(item) || len < 1 || len > TAG_KEY_LIMIT ||
		    strlen(item->valuestring) > TAG_VALUE_LIMIT ||
		    !text_all_in(item->string, "_-") || !text_all_in(item->valuestring, "_-"))
			return evs_fail(req, 400, "EVS.1062", 400, "The tag %s is invalid.",
					item->string);
	}
	return true;
}

/* Cinder's answer, of OTC or of plain OpenStack */
static bool over_quota(Request *req, const char *message)
{
	return world.options.openstack ? cinder_over_quota(req, message)
				       : fail_ecs(req, 413, "EVS.5413", "%s", message);
}

static bool check_quota(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const char *quota =
		quota_volumes(req->project, order->count, (int64_t)order->count * order->size_gb);
	if (!quota)
		return true;
	if (evs_native(req))
		return over_quota(req,
				  strcmp(quota, "volumes") == 0
					  ? "VolumeLimitExceeded: Maximum number of volumes "
					    "allowed exceeded for quota 'volumes'."
					  : "VolumeSizeExceedsAvailableQuota: Requested volume "
					    "or snapshot exceeds allowed gigabytes quota.");
	return fail_ecs(req, 400, strcmp(quota, "volumes") == 0 ? "EVS.1034" : "EVS.1042",
			"The quota of %s is used up.", quota);
}

static bool take_shared(Request *req, const cJSON *volume, VolumeOrder *order)
{
	const cJSON *shared = given(volume, "multiattach");

	if (shared && !cJSON_IsBool(shared))
		return evs_fail(req, 400, "EVS.5400", 400, "multiattach is invalid.");
	order->shared = cJSON_IsTrue(shared);
	return true;
}

static bool (*const checks[])(Request *req, const cJSON *volume, VolumeOrder *order) = {
	take_names, take_count,	 take_zone,   take_source, take_size,
	take_pairs, take_shared, check_quota, NULL,
};

static Volume *make(Request *req, const VolumeOrder *order, int number)
{
	g_autofree char *numbered = g_strdup_printf("%s-%04d", order->name, number + 1);
	Volume *volume =
		volume_new(req->project, world_uuid(), order->count > 1 ? numbered : order->name,
			   order->type, order->az, order->size_gb);
	VolumeMore *more = volume_more(volume);
	const cJSON *item = NULL;

	volume->shared = order->shared;
	volume->bootable = order->image || (order->snapshot && order->snapshot->volume->bootable) ||
			   (order->source && order->source->bootable);
	more->description = g_strdup(order->description);
	more->image = order->image;
	more->snapshot_id = order->snapshot ? g_strdup(order->snapshot->id) : NULL;
	more->source_id = order->source ? g_strdup(volume_id(order->source)) : NULL;
	cJSON_ArrayForEach (item, order->metadata)
		pairs_set(&more->meta, item->string, item->valuestring);
	cJSON_ArrayForEach (item, order->tags)
		pairs_set(&more->tags, item->string, item->valuestring);
	return volume;
}

void evs_volume_create(Request *req)
{
	const cJSON *body = evs_body(req, "volume");
	VolumeOrder order = { 0 };

	for (int i = 0; body && checks[i]; i++)
		if (!checks[i](req, body, &order))
			return;
	if (!body)
		return;
	const char *code = fault_job(req);
	if (evs_native(req)) {
		Volume *volume = make(req, &order, 0);
		volume_create(volume, code != NULL);
		reply(req, 202, "{'volume':");
		evs_write_volume(req->out, req, volume);
		g_string_append_c(req->out, '}');
		return;
	}
	bool batch = order.count > 1;
	Job *job = job_new(req->project, batch ? "batchCreateVolume" : "createVolume",
			   batch ? "createVolume" : NULL);
	job_of(job, "evs", "volume_id");
	for (int i = 0; i < order.count; i++) {
		Volume *volume = make(req, &order, i);
		int64_t end = volume_create(volume, code != NULL);
		job_add(job, volume_id(volume), 0, end, code,
			code ? "The volume could not be created." : NULL);
	}
	reply(req, 200, "{'job_id':%s}", job_id(job));
}

void evs_volume_update(Request *req)
{
	Volume *volume = evs_volume(req);
	const cJSON *body = volume ? evs_body(req, "volume") : NULL;
	const char *name, *description;

	if (!body || !evs_text(req, body, "name", &name) ||
	    !evs_text(req, body, "description", &description))
		return;
	if (!name && !description && !json_get(body, "description")) {
		evs_fail(req, 400, "EVS.1018", 400, "name and description are both empty.");
		return;
	}
	if (name) {
		g_free(volume->name);
		volume->name = g_strdup(name);
	}
	if (json_get(body, "description")) {
		VolumeMore *more = volume_more(volume);
		g_free(more->description);
		more->description = g_strdup(description);
	}
	volume_touch(volume);
	reply(req, 200, evs_native(req) ? "{'volume':" : "%p", "");
	evs_write_volume(req->out, req, volume);
	if (evs_native(req))
		g_string_append_c(req->out, '}');
}

/* Cinder has one sentence for whatever is in the way of a deletion */
static const char must_be[] =
	"Invalid volume: Volume status must be available or error or error_restoring or "
	"error_extending or error_managing and must not be migrating, attached, belong to a group, "
	"have snapshots, awaiting a transfer, or be disassociated from snapshots after volume "
	"transfer.";

void evs_volume_delete(Request *req)
{
	Volume *volume = evs_volume(req);

	if (!volume)
		return;
	if (volume->server ||
	    !volume_is(volume,
		       "available error error_extending error_restoring error_rollbacking")) {
		evs_native(req)
			? fail_nova(req, 400, "%s", must_be)
			: fail_ecs(req, 400, "EVS.1046",
				   "The status %s of the volume %s does not allow to delete it.",
				   volume_status(volume), volume_id(volume));
		return;
	}
	if (volume_snapshots(volume)) {
		evs_native(req) ? fail_nova(req, 400, "%s", must_be)
				: fail_ecs(req, 400, "EVS.1046",
					   "The volume %s still has snapshots: delete them first.",
					   volume_id(volume));
		return;
	}
	int64_t end = volume_delete(volume);
	if (evs_native(req))
		reply_empty(req, 202);
	else
		evs_job_reply(req, "deleteVolume", volume, end, NULL);
}

static bool extendable(Request *req, const Volume *volume, int size)
{
	static const char *const states[] = { "active", "stopped", "paused", "suspended", NULL };

	if (!volume_is(volume, "available in-use"))
		return evs_native(req)
			       ? fail_nova(
					 req, 400,
					 "Invalid volume: Volume %s status must be 'available' to "
					 "extend, currently %s.",
					 volume_id(volume), volume_status(volume))
			       : fail_ecs(
					 req, 400, "EVS.1048",
					 "The status %s of the volume does not allow to extend it.",
					 volume_status(volume));
	if (volume->server && volume->shared)
		return evs_fail(req, 400, "EVS.1014", 400,
				"A shared volume that is attached cannot be extended.");
	if (volume->server && !g_strv_contains(states, volume->server->vm))
		return evs_fail(req, 400, "EVS.1065", 400,
				"The status %s of its server does not allow to extend the volume.",
				server_status(volume->server));
	if (size <= volume->size_gb)
		return evs_fail(req, 400, "EVS.1015", 400,
				"The new size %d GB is not larger than the size %d GB.", size,
				volume->size_gb);
	if (size > (volume->bootable ? VOLUME_BOOT_MAX_GB : VOLUME_MAX_GB))
		return evs_fail(req, 400, "EVS.1011", 400, "The size must be at most %d GB.",
				volume->bootable ? VOLUME_BOOT_MAX_GB : VOLUME_MAX_GB);
	if (!quota_volumes(req->project, 0, size - volume->size_gb))
		return true;
	if (evs_native(req))
		return over_quota(req, "VolumeSizeExceedsAvailableQuota: Requested volume or "
				       "snapshot exceeds allowed gigabytes quota.");
	return fail_ecs(req, 400, "EVS.1042", "The quota of gigabytes is used up.");
}

static void extend(Request *req, Volume *volume, const cJSON *order)
{
	const cJSON *size = json_get(order, "new_size");

	if (!json_is_int(size)) {
		evs_fail(req, 400, "EVS.1011", 400, "new_size is missing or no number.");
		return;
	}
	if (world.options.openstack && !cinder_extends(req, volume))
		return;
	if (!extendable(req, volume, size->valueint))
		return;
	const char *code = fault_job(req);
	int64_t end = volume_extend(volume, size->valueint, code != NULL);
	if (evs_native(req))
		reply_empty(req, 202);
	else
		evs_job_reply(req, "extendVolume", volume, end, code);
}

static void set_bootable(Request *req, Volume *volume, const cJSON *order)
{
	const cJSON *bootable = json_get(order, "bootable");

	if (!cJSON_IsBool(bootable)) {
		evs_fail(req, 400, "EVS.5400", 400, "bootable must be true or false.");
		return;
	}
	volume->bootable = cJSON_IsTrue(bootable);
	volume_touch(volume);
	reply_empty(req, 200);
}

static void set_read_only(Request *req, Volume *volume, const cJSON *order)
{
	const cJSON *read_only = json_get(order, "readonly");

	if (!cJSON_IsBool(read_only)) {
		evs_fail(req, 400, "EVS.5400", 400, "readonly must be true or false.");
		return;
	}
	if (!volume_is(volume, "available")) {
		evs_fail(req, 400, "EVS.5400", 400, "The volume is not available.");
		return;
	}
	volume_more(volume)->read_only = cJSON_IsTrue(read_only);
	volume_touch(volume);
	reply_empty(req, 202);
}

/* Cinder's, in plain OpenStack */
static void retype(Request *req, Volume *volume, const cJSON *order)
{
	const char *name = json_string(order, "new_type");
	const VolumeType *type = name ? volume_type(name) : NULL;

	if (!type)
		fail_nova(req, 404, "Volume type %s could not be found.", name ? name : "");
	else if (!volume_is(volume, "available in-use"))
		fail_nova(req, 400, "Invalid volume: the status %s does not allow to retype it.",
			  volume_status(volume));
	else {
		volume_retype(volume, type->name);
		reply_empty(req, 202);
	}
}

static const struct {
	const char *word;
	bool native; /* Cinder's only */
	void (*run)(Request *req, Volume *volume, const cJSON *order);
	bool plain; /* in plain OpenStack only */
} actions[] = {
	{ "os-extend", false, extend },
	{ "os-set_bootable", true, set_bootable },
	{ "os-update_readonly_flag", true, set_read_only },
	{ "os-retype", true, retype },
	{ "revert", true, cinder_revert, true },
	{},
};

void evs_volume_action(Request *req)
{
	Volume *volume = evs_volume(req);

	for (int i = 0; volume && actions[i].word; i++) {
		const cJSON *order = json_get(request_json(req), actions[i].word);
		if (!order || (actions[i].native && !evs_native(req)) ||
		    (actions[i].plain && !world.options.openstack))
			continue;
		actions[i].run(req, volume, order);
		return;
	}
	if (volume)
		evs_fail(req, 400, "EVS.5400", 400, "There is no such action.");
}

/* What a volume of @from can become: SAS anything, the fast ones each other */
static bool convertible(const char *from, const char *to)
{
	static const char *const fast[] = { "SSD", "GPSSD", "ESSD", "GPSSD2", NULL };

	return strcmp(from, "SAS") == 0 ||
	       (g_strv_contains(fast, from) && g_strv_contains(fast, to));
}

void evs_volume_retype(Request *req)
{
	Volume *volume = evs_volume(req);
	const cJSON *body = volume ? evs_body(req, "os-retype") : NULL;
	const char *name = json_string(body, "new_type");
	const VolumeType *type = name ? volume_type(name) : NULL;
	bool sold = false;

	if (!body)
		return;
	if (!type)
		fail_ecs(req, 400, "EVS.1013", "The volume type does not exist.");
	else if (!volume_is(volume, "available in-use"))
		fail_ecs(req, 400, "EVS.2087", "The status %s does not allow another type.",
			 volume_status(volume));
	else if (strcmp(type->name, volume->type) == 0 || !convertible(volume->type, type->name))
		fail_ecs(req, 400, "EVS.2087", "A volume of type %s cannot become one of %s.",
			 volume->type, type->name);
	else if (!volume_type_has(type, req->region, volume->az, &sold) || sold)
		fail_ecs(req, 400, sold ? "EVS.2072" : "EVS.2071",
			 "The zone %s does not have the type %s.", volume->az, type->name);
	else {
		evs_job_reply(req, "retypeVolume", volume, volume_retype(volume, type->name), NULL);
		req->status = 202;
	}
}
