/*
 * EVS: volumes as they are shown, lists of them, and the table of routes.
 */
#include "contrib/sandbox/evs.h"

#include <string.h>

#include "contrib/sandbox/image.h"

#define PAGE_LIMIT 1000

#define P "/v2|v3/{p}" /* what is used of Cinder is the same in both */

bool evs_native(const Request *req)
{
	return g_str_has_prefix(req->route->pattern, P "/volumes") ||
	       g_str_has_prefix(req->route->pattern, P "/snapshots");
}

bool evs_fail(Request *req, int status, const char *code, int native, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *message = g_strdup_vprintf(format, args);
	va_end(args);
	return evs_native(req) ? fail_nova(req, native, "%s", message)
			       : fail_ecs(req, status, code, "%s", message);
}

const cJSON *evs_body(Request *req, const char *key)
{
	const cJSON *item = json_get(request_json(req), key);

	if (!cJSON_IsObject(item))
		evs_fail(req, 400, "EVS.5400", 400, "The request body is invalid: no %s.", key);
	return cJSON_IsObject(item) ? item : NULL;
}

Volume *evs_volume(Request *req)
{
	Volume *volume = volume_find(req->project, req->param[1]);

	if (!volume)
		evs_fail(req, 404, "EVS.5404", 404, "Volume %s could not be found.", req->param[1]);
	return volume;
}

bool evs_text(Request *req, const cJSON *object, const char *key, const char **text)
{
	const cJSON *item = json_get(object, key);

	*text = cJSON_GetStringValue(item);
	if (!item || cJSON_IsNull(item))
		return true;
	if (!*text || g_utf8_strlen(*text, -1) > EVS_TEXT_LIMIT)
		return evs_fail(req, 400, "EVS.5400", 400, "The %s is invalid.", key);
	return true;
}

void evs_job_reply(Request *req, const char *type, const Volume *volume, int64_t end,
		   const char *code)
{
	Job *job = job_new(req->project, type, NULL);

	job_of(job, "evs", "volume_id");
	job_add(job, volume_id(volume), 0, end, code, code ? "The operation has failed." : NULL);
	reply(req, 200, "{'job_id':%s}", job_id(job));
}

/* ---- how it looks ---- */

static void write_attachment(GString *out, const Volume *volume)
{
	const VolumeMore *more = volume->more;
	const char *id = volume_id(volume);

	json_write(out,
		   "{'server_id':%s,'attachment_id':%s,'attached_at':%s,'host_name':null,"
		   "'volume_id':%s,'device':%s,'id':%s}",
		   volume->server->id,
		   more && more->attachment_id
			   ? more->attachment_id
			   : text_uuid(volume->server->key,
				       text_format("attachment %d", volume->slot)),
		   time_us(more && more->attached ? more->attached : volume_created(volume)), id,
		   volume_device(volume), id);
}

static void write_metadata(GString *out, const Volume *volume)
{
	const Pairs *meta = volume->more ? volume->more->meta : NULL;

	g_string_append_c(out, '{');
	for (unsigned i = 0; meta && i < meta->len; i += 2) {
		json_comma(out);
		json_write(out, "%s:%s", (const char *)meta->pdata[i],
			   (const char *)meta->pdata[i + 1]);
	}
	if (volume_attached(volume)) {
		json_comma(out);
		json_write(out, "'attached_mode':'rw'");
	}
	if (volume->more && volume->more->read_only) {
		json_comma(out);
		json_write(out, "'readonly':'True'");
	}
	g_string_append_c(out, '}');
}

static void write_tags(GString *out, const Volume *volume)
{
	const Pairs *tags = volume->more ? volume->more->tags : NULL;

	g_string_append_c(out, '{');
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		json_comma(out);
		json_write(out, "%s:%s", (const char *)tags->pdata[i],
			   (const char *)tags->pdata[i + 1]);
	}
	g_string_append_c(out, '}');
}

static void write_image(GString *out, const Volume *volume)
{
	const Image *image = volume->more ? volume->more->image : NULL;

	if (!image && volume->server && volume->slot == 0)
		image = volume->server->image;
	if (!image)
		json_write(out, "null");
	else
		json_write(out, "{'image_id':%s,'image_name':%s,'min_disk':%s,'min_ram':%s}",
			   image->id, image->name, text_format("%d", image->min_disk),
			   text_format("%d", image->min_ram));
}

static void write_links(GString *out, const Request *req, const char *id)
{
	const char *host = text_format("%s/%s/evs", world.base, req->region->name);

	json_write(out, "'links':[{'href':%s,'rel':'self'},{'href':%s,'rel':'bookmark'}]",
		   text_format("%s/%s/%s/volumes/%s", host,
			       strstr(req->path, "/evs/v3/") ? "v3" : "v2", req->project->id, id),
		   text_format("%s/%s/volumes/%s", host, req->project->id, id));
}

void evs_write_volume(GString *out, const Request *req, const Volume *volume)
{
	const VolumeMore *more = volume->more;
	const char *id = volume_id(volume);

	json_write(out, "{'attachments':[");
	if (volume_attached(volume))
		write_attachment(out, volume);
	json_write(out,
		   "],'availability_zone':%s,'bootable':%s,'created_at':%s,'updated_at':%s,"
		   "'description':%s,'id':%s,",
		   volume->az, volume->bootable ? "true" : "false", time_us(volume_created(volume)),
		   time_us(volume_updated(volume)), more ? more->description : NULL, id);
	write_links(out, req, id);
	json_write(out, ",'metadata':");
	write_metadata(out, volume);
	json_write(out,
		   ",'name':%s,'os-vol-host-attr:host':%s,"
		   "'os-vol-mig-status-attr:migstat':null,'consistencygroup_id':null,"
		   "'os-vol-mig-status-attr:name_id':null,'os-vol-tenant-attr:tenant_id':%s,"
		   "'os-volume-replication:extended_status':null,'volume_image_metadata':",
		   volume->name, text_format("pod01.%s#%s", volume->az, volume->type),
		   req->project->id);
	write_image(out, volume);
	json_write(out,
		   ",'replication_status':'disabled','multiattach':%i,'shareable':%i,'encrypted':"
		   "false,"
		   "'size':%d,'snapshot_id':%s,'source_volid':%s,'status':%s,'user_id':%s,"
		   "'volume_type':%s,'service_type':'EVS','dedicated_storage_id':null,"
		   "'dedicated_storage_name':null,'wwn':%s,'sandbox:extra':true,'tags':",
		   volume->shared, volume->shared, volume->size_gb, more ? more->snapshot_id : NULL,
		   more ? more->source_id : NULL, volume_status(volume), world.users[0].id,
		   volume->type, text_hex(text_hash(world.key, id), "wwn", 32));
	write_tags(out, volume);
	g_string_append_c(out, '}');
}

/* ---- lists ---- */

bool evs_page_begin(Request *req, EvsPage *page)
{
	*page = (EvsPage){ .limit = PAGE_LIMIT, .marker = request_arg(req, "marker") };
	page->started = !page->marker || !*page->marker;
	return (request_int(req, "limit", 1, PAGE_LIMIT, &page->limit) &&
		request_int(req, "offset", 0, G_MAXINT, &page->offset)) ||
	       evs_fail(req, 400, "EVS.2142", 400, "limit or offset is invalid.");
}

/* offset counts items here, not pages; with a marker it counts from there */
bool evs_page_take(EvsPage *page, const char *id)
{
	page->count++;
	if (!page->started) {
		page->started = strcmp(id, page->marker) == 0;
		page->offset += page->started ? page->count : 0;
		return false;
	}
	if (page->count <= page->offset || page->written == page->limit)
		return false;
	page->written++;
	page->last = page->count;
	g_strlcpy(page->last_id, id, sizeof page->last_id);
	return true;
}

void evs_page_end(Request *req, const EvsPage *page, const char *key, bool always)
{
	if (!evs_native(req))
		json_write(req->out, ",'count':%d", page->count);
	if (page->written == page->limit && page->last != page->count &&
	    (always || request_arg(req, "limit"))) {
		g_autofree char *href = g_strdup_printf(
			"%s/%s/evs%s?limit=%d&marker=%s", world.base, req->region->name,
			strstr(req->path, "/evs/") + strlen("/evs"), page->limit, page->last_id);
		json_write(req->out, ",%s:[{'href':%s,'rel':'next'}]", key, href);
	}
	g_string_append_c(req->out, '}');
}

static bool by_server(const Volume *volume, const char *value)
{
	return volume_attached(volume) && strcmp(volume->server->id, value) == 0;
}

static bool by_id(const Volume *volume, const char *value)
{
	return strcmp(volume_id(volume), value) == 0;
}

/* ids=['a','b'] */
static bool by_ids(const Volume *volume, const char *value)
{
	return strstr(value, volume_id(volume)) != NULL;
}

static bool by_name(const Volume *volume, const char *value)
{
	return strstr(volume->name, value) != NULL;
}

static bool by_status(const Volume *volume, const char *value)
{
	return strcmp(volume_status(volume), value) == 0;
}

static bool by_zone(const Volume *volume, const char *value)
{
	return strcmp(volume->az, value) == 0;
}

static bool by_shared(const Volume *volume, const char *value)
{
	return volume->shared == (g_ascii_strcasecmp(value, "true") == 0);
}

static const struct {
	const char *name;
	bool (*keeps)(const Volume *volume, const char *value);
} filters[] = {
	{ "server_id", by_server },
	{ "id", by_id },
	{ "ids", by_ids },
	{ "name", by_name },
	{ "status", by_status },
	{ "availability_zone", by_zone },
	{ "multiattach", by_shared },
	{},
};

static bool selected(const Request *req, const Volume *volume)
{
	if (volume_hidden(volume))
		return false;
	for (int i = 0; filters[i].name; i++) {
		const char *value = request_arg(req, filters[i].name);
		if (value && *value && !filters[i].keeps(volume, value))
			return false;
	}
	return true;
}

static void list(Request *req, bool detail)
{
	const GPtrArray *volumes = req->project->volumes;
	EvsPage page;

	if (!evs_page_begin(req, &page))
		return;
	reply(req, 200, "{'volumes':[");
	for (unsigned i = volumes->len; i-- > 0;) {
		const Volume *volume = volumes->pdata[i];
		if (!selected(req, volume) || !evs_page_take(&page, volume_id(volume)))
			continue;
		json_comma(req->out);
		if (detail) {
			evs_write_volume(req->out, req, volume);
			continue;
		}
		json_write(req->out, "{'id':%s,'name':%s,", volume_id(volume), volume->name);
		write_links(req->out, req, volume_id(volume));
		g_string_append_c(req->out, '}');
	}
	g_string_append_c(req->out, ']');
	evs_page_end(req, &page, "volumes_links", true);
}

static void volumes_detail(Request *req)
{
	list(req, true);
}

static void volumes_brief(Request *req)
{
	list(req, false);
}

static void volume_get(Request *req)
{
	const Volume *volume = evs_volume(req);

	if (!volume)
		return;
	reply(req, 200, "{'volume':");
	evs_write_volume(req->out, req, volume);
	g_string_append_c(req->out, '}');
}

static void job_get(Request *req)
{
	const Job *job = job_find(req->project, "evs", req->param[1]);

	if (!job) {
		fail_ecs(req, 400, "EVS.1002", "The job %s does not exist.", req->param[1]);
		return;
	}
	reply(req, 200, "%p", "");
	job_write(req->out, job, clock_now());
}

static void mismatch(Request *req)
{
	fail_ecs(req, 400, "EVS.0001", "The project ID is wrong.");
}

static void forbidden(Request *req)
{
	fail_ecs(req, 403, "EVS.0003", "The role does not allow the operation.");
}

#define V P "/volumes/{id}"
#define C P "/cloudvolumes/{id}"
#define O P "/os-vendor-volumes/{id}"

static const Route routes[] = {
	{ "GET", P "/cloudvolumes/detail", volumes_detail, ROUTE_OTC },
	{ "GET", P "/cloudvolumes/tags", evs_project_tags, ROUTE_OTC },
	{ "GET", P "/os-vendor-tags/volumes", evs_project_tags, ROUTE_OTC },
	{ "GET", P "/cloudvolumes", volumes_brief, ROUTE_OTC },
	{ "GET", P "/volumes/detail", volumes_detail },
	{ "GET", P "/volumes", volumes_brief },
	{ "GET", O, volume_get, ROUTE_OTC },
	{ "GET", C, volume_get, ROUTE_OTC },
	{ "GET", V, volume_get },
	{ "POST", P "/cloudvolumes", evs_volume_create, ROUTE_OTC },
	{ "POST", "/v2.1/{p}/cloudvolumes", evs_volume_create, ROUTE_OTC },
	{ "POST", P "/volumes", evs_volume_create },
	{ "PUT", C, evs_volume_update, ROUTE_OTC },
	{ "PUT", V, evs_volume_update },
	{ "DELETE", C, evs_volume_delete, ROUTE_OTC },
	{ "DELETE", V, evs_volume_delete },
	{ "POST", C "/action", evs_volume_action, ROUTE_OTC },
	{ "POST", "/v2.1/{p}/cloudvolumes/{id}/action", evs_volume_action, ROUTE_OTC },
	{ "POST", V "/action", evs_volume_action },
	{ "POST", V "/retype", evs_volume_retype, ROUTE_OTC },
	{ "GET", V "/metadata", evs_meta_get },
	{ "POST", V "/metadata", evs_meta_merge },
	{ "PUT", V "/metadata", evs_meta_replace },
	{ "GET", V "/metadata/{key}", evs_meta_key_get },
	{ "PUT", V "/metadata/{key}", evs_meta_key_put },
	{ "DELETE", V "/metadata/{key}", evs_meta_key_delete },
	{ "GET", O "/tags", evs_tags_get, ROUTE_OTC },
	{ "GET", C "/tags", evs_tags_get, ROUTE_OTC },
	{ "POST", O "/tags/action", evs_tags_action, ROUTE_OTC },
	{ "POST", C "/tags/action", evs_tags_action, ROUTE_OTC },
	{ "GET", P "/cloudsnapshots/detail", evs_snapshots_detail, ROUTE_OTC },
	{ "GET", P "/snapshots/detail", evs_snapshots_detail },
	{ "GET", P "/cloudsnapshots/{id}", evs_snapshot_get, ROUTE_OTC },
	{ "GET", P "/snapshots/{id}", evs_snapshot_get },
	{ "POST", P "/cloudsnapshots", evs_snapshot_create, ROUTE_OTC },
	{ "POST", P "/snapshots", evs_snapshot_create },
	{ "PUT", P "/cloudsnapshots/{id}", evs_snapshot_update, ROUTE_OTC },
	{ "PUT", P "/snapshots/{id}", evs_snapshot_update },
	{ "DELETE", P "/cloudsnapshots/{id}", evs_snapshot_delete, ROUTE_OTC },
	{ "DELETE", P "/snapshots/{id}", evs_snapshot_delete },
	{ "POST", P "/cloudsnapshots/{id}/rollback", evs_snapshot_rollback, ROUTE_OTC },
	{ "GET", P "/types", evs_types_list },
	{ "GET", P "/types/{id}", evs_type_get },
	{ "GET", "/v3/{p}/os-quota-sets/{id}", evs_quota_get_v3 },
	{ "GET", P "/os-quota-sets/{id}", evs_quota_get },
	{ "GET", P "/limits", evs_limits_get },
	{ "GET", P "/os-availability-zone", evs_zones_list },
	{ "GET", "/v1/{p}/jobs/{id}", job_get, ROUTE_OTC },
	{},
};

const Service evs_service = {
	.mount = "evs",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
