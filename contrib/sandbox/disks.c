/*
 * Disks of servers: attached, detached, listed, as ECS (ecs.md D1-D6) and as Nova see it.
 */
#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/volume.h"

/* Why something cannot be done, for both envelopes */
typedef struct {
	const char *code;
	int native; /* Nova's status */
	char text[160];
} Refusal;

static bool refuse(Refusal *refusal, const char *code, int native, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static bool refuse(Refusal *refusal, const char *code, int native, const char *format, ...)
{
	va_list args;

	refusal->code = code;
	refusal->native = native;
	va_start(args, format);
	g_vsnprintf(refusal->text, sizeof refusal->text, format, args);
	va_end(args);
	return false;
}

/* States in which disks come and go: ecs.md 2.3 */
static bool server_ready(const Server *server, Refusal *refusal)
{
	static const char *const states[] = { "active",	 "stopped",	      "paused", "resized",
					      "shelved", "shelved_offloaded", NULL };

	if (server->locked)
		return refuse(refusal, "Ecs.0605", 409, "Instance %s is locked", server->id);
	if (server->task || !g_strv_contains(states, server->vm))
		return refuse(refusal, "Ecs.0100", 409,
			      "The status %s of the ECS does not allow the operation.",
			      server_status(server));
	return true;
}

/* "/dev/sdb" is "/dev/vdb" on KVM */
static const char *device_name(const char *device)
{
	return g_str_has_prefix(device, "/dev/sd") ? text_format("/dev/vd%s", device + 7) : device;
}

static bool attachable(const Server *server, const Volume *volume, const char *device, int *slot,
		       Refusal *refusal)
{
	if (!server_ready(server, refusal))
		return false;
	if (!volume)
		return refuse(refusal, "Ecs.0103", 404, "The disk could not be found.");
	if (volume->server == server)
		return refuse(refusal, "Ecs.0057", 400, "The disk is attached to the ECS already.");
	if (!volume_is(volume, "available"))
		return refuse(refusal, "Ecs.0017", 400,
			      "The status %s of the disk does not allow to attach it.",
			      volume_status(volume));
	if (strcmp(volume->az, server->az) != 0)
		return refuse(refusal, "Ecs.0121", 400,
			      "The disk is in the zone %s, the ECS in %s.", volume->az, server->az);
	*slot = server_free_slot(server, device && *device ? device_name(device) : NULL);
	if (*slot < 0 && server->n_disks >= SERVER_DISKS)
		return refuse(refusal, "Ecs.0104", 403,
			      "The ECS has %d disks, the most there can be.", SERVER_DISKS);
	if (*slot < 0)
		return refuse(refusal, "Ecs.0005", 400, "The device %s is taken, or none.", device);
	return true;
}

static bool detachable(const Server *server, const Volume *volume, Refusal *refusal)
{
	if (!server_ready(server, refusal))
		return false;
	if (!volume)
		return refuse(refusal, "Ecs.0111", 404, "The disk is not attached to the ECS.");
	if (!volume_is(volume, "in-use"))
		return refuse(refusal, "Ecs.0103", 400,
			      "The status %s of the disk does not allow to detach it.",
			      volume_status(volume));
	if (volume->slot == 0 && strcmp(server->vm, "stopped") != 0)
		return refuse(refusal, "Ecs.0100", 403,
			      "The system disk can only be detached from a stopped ECS.");
	return true;
}

/* ---- ECS ---- */

static void reply_job(Request *req, const char *type, const char *volume, int64_t end,
		      const char *code)
{
	Job *job = job_new(req->project, type, NULL);

	job_of(job, "ecs", "volume_id");
	job_add(job, volume, 0, end, code, code ? "The disk does not respond." : NULL);
	ecs_job_reply(req, job);
}

void ecs_disk_attach(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *order = json_get(body, "volumeAttachment");
	const char *id = json_string(order, "volumeId");
	const cJSON *device = json_get(order, "device");
	Refusal refusal;
	int slot;

	if (!body)
		return;
	if (!id || (device && !cJSON_IsNull(device) && !cJSON_IsString(device))) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter %s is invalid.",
			 id ? "device" : "volumeId");
		return;
	}
	Volume *volume = volume_find(req->project, id);
	if (!attachable(server, volume, cJSON_GetStringValue(device), &slot, &refusal)) {
		fail_ecs(req, 400, refusal.code, "%s", refusal.text);
		return;
	}
	if (ecs_dry_run(req)) {
		reply_empty(req, 202);
		return;
	}
	const char *code = fault_job(req);
	int64_t end = volume_attach(volume, server, slot, code != NULL);
	server_event(server, "attach_volume", req->id, end, code != NULL);
	reply_job(req, "attachVolume", id, end, code);
}

void ecs_disk_detach(Request *req)
{
	Server *server = ecs_server(req);
	Volume *volume = server ? server_disk(server, req->param[2]) : NULL;
	Refusal refusal;

	if (!server)
		return;
	if (!detachable(server, volume, &refusal)) {
		fail_ecs(req, 400, refusal.code, "%s", refusal.text);
		return;
	}
	int64_t end = volume_detach(volume);
	server_event(server, "detach_volume", req->id, end, false);
	reply_job(req, "detachVolume", req->param[2], end, NULL);
}

/* The size is a number in the list of ECS, a string in its document of one disk, and in both of
 * Nova's */
static void write_disk(GString *out, const Volume *disk, bool number)
{
	const char *id = volume_id(disk);
	const char *size = text_format(number ? "%d" : "\"%d\"", disk->size_gb);

	json_write(out,
		   "{'id':%s,'volumeId':%s,'serverId':%s,'size':%p,'device':%s,"
		   "'pciAddress':%s,'bootIndex':%d,'bus':%s}",
		   id, id, disk->server->id, (void *)size, volume_device(disk),
		   text_format("0000:02:%02x.0", disk->slot + 1), disk->slot,
		   disk->more && g_strcmp0(pairs_get(disk->more->meta, "hw:passthrough"), "true") ==
					   0
			   ? "scsi"
			   : "virtio");
}

static void list_disks(Request *req, const Server *server, bool numbers)
{
	int room = SERVER_DISKS - server->n_disks;

	reply(req, 200,
	      "{'attachableQuantity':{'free_scsi':%d,'free_blk':%d,'free_disk':%d},"
	      "'volumeAttachments':[",
	      room, room, room);
	for (int i = 0; i < server->n_disks; i++) {
		json_comma(req->out);
		write_disk(req->out, server->disks[i], numbers);
	}
	g_string_append(req->out, "]}");
}

void ecs_disks_list(Request *req)
{
	const Server *server = ecs_server(req);

	if (server)
		list_disks(req, server, true);
}

void ecs_disk_get(Request *req)
{
	const Server *server = ecs_server(req);
	const Volume *disk = server ? server_disk(server, req->param[2]) : NULL;

	if (!server)
		return;
	if (!disk) {
		fail_ecs(req, 404, "Ecs.0111", "The disk is not attached to the ECS.");
		return;
	}
	reply(req, 200, "{'volumeAttachment':");
	write_disk(req->out, disk, false);
	g_string_append_c(req->out, '}');
}

/* ---- Nova ---- */

void nova_block_devices(Request *req)
{
	const Server *server = nova_server(req);

	if (server)
		list_disks(req, server, false);
}

void nova_block_device(Request *req)
{
	const Server *server = nova_server(req);
	const Volume *disk = server ? server_disk(server, req->param[2]) : NULL;

	if (!server)
		return;
	if (!disk) {
		fail_nova(req, 404, "Volume %s is not attached to instance %s.", req->param[2],
			  server->id);
		return;
	}
	reply(req, 200, "{'volumeAttachment':");
	write_disk(req->out, disk, false);
	g_string_append_c(req->out, '}');
}

static void write_attachment(GString *out, const Volume *disk)
{
	const char *id = volume_id(disk);

	json_write(out, "{'device':%s,'id':%s,'serverId':%s,'volumeId':%s}", volume_device(disk),
		   id, disk->server->id, id);
}

static void reply_attachment(Request *req, const Volume *disk)
{
	reply(req, 200, "{'volumeAttachment':");
	write_attachment(req->out, disk);
	g_string_append_c(req->out, '}');
}

void nova_disks_list(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	reply(req, 200, "{'volumeAttachments':[");
	for (int i = 0; i < server->n_disks; i++) {
		json_comma(req->out);
		write_attachment(req->out, server->disks[i]);
	}
	g_string_append(req->out, "]}");
}

void nova_disk_get(Request *req)
{
	const Server *server = nova_server(req);
	const Volume *disk = server ? server_disk(server, req->param[2]) : NULL;

	if (server && !disk)
		fail_nova(req, 404, "volume_id not found: %s", req->param[2]);
	else if (server)
		reply_attachment(req, disk);
}

void nova_disk_attach(Request *req)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *order = json_get(body, "volumeAttachment");
	const char *id = json_string(order, "volumeId");
	Refusal refusal;
	int slot;

	if (!body)
		return;
	if (!id || !text_is_uuid(id)) {
		fail_nova(req, 400, "Invalid input for field/attribute volumeId.");
		return;
	}
	Volume *volume = volume_find(req->project, id);
	if (volume && !volume_is(volume, "available")) { /* Nova passes on what Cinder says */
		fail_nova(req, 400,
			  "Invalid input received: Invalid volume: Volume %s status must be "
			  "available or downloading to reserve, but the current status is %s. "
			  "(HTTP 400) (Request-ID: req-%s)",
			  id, volume_status(volume), req->id);
		return;
	}
	if (!attachable(server, volume, json_string(order, "device"), &slot, &refusal)) {
		fail_nova(req, refusal.native, "%s", refusal.text);
		return;
	}
	int64_t end = volume_attach(volume, server, slot, false);
	server_event(server, "attach_volume", req->id, end, false);
	reply_attachment(req, volume);
}

void nova_disk_detach(Request *req)
{
	Server *server = nova_server(req);
	Volume *volume = server ? server_disk(server, req->param[2]) : NULL;
	Refusal refusal;

	if (!server)
		return;
	if (!detachable(server, volume, &refusal)) {
		fail_nova(req, refusal.native, "%s", refusal.text);
		return;
	}
	server_event(server, "detach_volume", req->id, volume_detach(volume), false);
	reply_empty(req, 202);
}
