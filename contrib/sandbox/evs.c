/*
 * EVS, read-only: the disks of the servers and a few that are free.
 */
#include <string.h>

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/server.h"

#define CREATED "2025-11-03T09:20:10.856332"
#define PAGE_LIMIT 1000
#define FREE_VOLUMES 3

/* One volume, wherever it comes from */
typedef struct {
	char id[37];
	const char *name, *type, *az;
	int size_gb;
	const Server *server; /* NULL: available */
	int index;	      /* of the disk in the server */
} Volume;

static void write_attachment(GString *out, const Volume *volume)
{
	json_write(out,
		   "{'server_id':%s,'attachment_id':%s,'attached_at':%s,'host_name':null,"
		   "'volume_id':%s,'device':%s,'id':%s}",
		   volume->server->id,
		   text_uuid(volume->server->key, text_format("attachment %d", volume->index)),
		   time_us(volume->server->created), volume->id,
		   text_format("/dev/vd%c", 'a' + volume->index), volume->id);
}

static void write_volume(GString *out, const Request *req, const Volume *volume)
{
	const char *host = text_format("%s/%s/evs", world.base, req->region->name);
	g_autofree char *self =
		g_strdup_printf("%s/v2/%s/volumes/%s", host, req->project->id, volume->id);
	g_autofree char *bookmark =
		g_strdup_printf("%s/%s/volumes/%s", host, req->project->id, volume->id);
	const char *time = volume->server ? time_us(volume->server->created) : CREATED;

	json_write(out, "{'attachments':[");
	if (volume->server)
		write_attachment(out, volume);
	json_write(out,
		   "],'availability_zone':%s,'bootable':%s,'created_at':%s,'updated_at':%s,"
		   "'description':null,'id':%s,'links':[{'href':%s,'rel':'self'},"
		   "{'href':%s,'rel':'bookmark'}],'metadata':{},'name':%s,",
		   volume->az, volume->server && !volume->index ? "true" : "false", time, time,
		   volume->id, self, bookmark, volume->name);
	json_write(out,
		   "'os-vol-host-attr:host':%s,'volume_image_metadata':{},"
		   "'os-vol-mig-status-attr:migstat':null,"
		   "'os-vol-mig-status-attr:name_id':null,'os-vol-tenant-attr:tenant_id':%s,"
		   "'os-volume-replication:extended_status':null,"
		   "'replication_status':'disabled','multiattach':false,'size':%d,",
		   text_format("pod01.%s#%s", volume->az, volume->type), req->project->id,
		   volume->size_gb);
	json_write(out,
		   "'snapshot_id':null,'status':%s,'user_id':%s,'volume_type':%s,"
		   "'service_type':'EVS','dedicated_storage_id':null,"
		   "'dedicated_storage_name':null,'wwn':%s,'tags':{}}",
		   volume->server ? "in-use" : "available", world.users[0].id, volume->type,
		   text_hex(text_hash(world.key, volume->id), "wwn", 32));
}

/* Volume @item of the project, counted over all servers' disks and then the free ones */
typedef struct {
	const Project *project;
	unsigned server;
	int disk;
	int free;
} Cursor;

static bool next_volume(Cursor *cursor, Volume *volume)
{
	const GPtrArray *servers = cursor->project->servers;

	for (; cursor->server < servers->len; cursor->server++, cursor->disk = 0) {
		const Server *server = servers->pdata[cursor->server];
		if (!server->visible || cursor->disk >= server->n_disks)
			continue;
		int index = cursor->disk++;
		*volume = (Volume){
			.name = text_format("%.80s-volume-%04d", server->name, index),
			.type = server->disks[index].type,
			.az = server->az,
			.size_gb = server->disks[index].size_gb,
			.server = server,
			.index = index,
		};
		g_strlcpy(volume->id, server_volume(server, index), sizeof volume->id);
		return true;
	}
	if (cursor->free >= FREE_VOLUMES)
		return false;
	int index = cursor->free++;
	*volume = (Volume){
		.name = text_format("volume-spare-%02d", index + 1),
		.type = index ? "SAS" : "SSD",
		.az = cursor->project->region->az[index % REGION_AZS],
		.size_gb = 10 << index,
	};
	g_strlcpy(volume->id,
		  text_uuid(text_hash(world.key, cursor->project->id),
			    text_format("spare %d", index)),
		  sizeof volume->id);
	return true;
}

static bool selected(const Request *req, const Volume *volume)
{
	const char *server = request_arg(req, "server_id"), *id = request_arg(req, "id");
	const char *status = request_arg(req, "status"), *name = request_arg(req, "name");

	return (!server || (volume->server && strcmp(volume->server->id, server) == 0)) &&
	       (!id || strcmp(volume->id, id) == 0) && (!name || strstr(volume->name, name)) &&
	       (!status || strcmp(status, volume->server ? "in-use" : "available") == 0);
}

static void write_next(Request *req, int limit, const char *marker)
{
	g_autofree char *href =
		g_strdup_printf("%s/%s/evs/v2/%s/cloudvolumes/detail?limit=%d&marker=%s",
				world.base, req->region->name, req->project->id, limit, marker);

	json_write(req->out, ",'volumes_links':[{'href':%s,'rel':'next'}]", href);
}

/* offset counts items here, not pages; with a marker it counts from there */
static void volumes_detail(Request *req)
{
	const char *marker = request_arg(req, "marker");
	bool started = !marker || !*marker;
	int limit = PAGE_LIMIT, offset = 0, count = 0, written = 0, last = 0;
	char last_id[37] = "";
	Cursor cursor = { .project = req->project };
	Volume volume = { 0 };

	if (!request_int(req, "limit", 1, PAGE_LIMIT, &limit) ||
	    !request_int(req, "offset", 0, G_MAXINT, &offset)) {
		fail_ecs(req, 400, "EVS.2142", "limit or offset is invalid.");
		return;
	}
	reply(req, 200, "{'volumes':[");
	while (next_volume(&cursor, &volume)) {
		if (!selected(req, &volume))
			continue;
		count++;
		if (!started) {
			started = strcmp(volume.id, marker) == 0;
			offset += started ? count : 0;
			continue;
		}
		if (count <= offset || written == limit)
			continue;
		json_comma(req->out);
		write_volume(req->out, req, &volume);
		g_strlcpy(last_id, volume.id, sizeof last_id);
		last = count;
		written++;
	}
	json_write(req->out, "],'count':%d", count);
	if (written == limit && last != count)
		write_next(req, limit, last_id);
	g_string_append_c(req->out, '}');
}

static void mismatch(Request *req)
{
	fail_ecs(req, 400, "EVS.0001", "The project ID is wrong.");
}

static void forbidden(Request *req)
{
	fail_ecs(req, 403, "EVS.0003", "The role does not allow the operation.");
}

static const Route routes[] = {
	{ "GET", "/v2/{p}/cloudvolumes/detail", volumes_detail },
	{},
};

const Service evs_service = {
	.mount = "evs",
	.routes = routes,
	.mismatch = mismatch,
	.forbidden = forbidden,
};
