/*
 * EVS: snapshots of volumes (evs.md S1–S7). Cinder's calls and the cloud's own differ in the
 * envelope of errors only.
 */
#include <string.h>

#include "contrib/sandbox/evs.h"

#define RESERVED_PREFIX "autobk_snapshot_"

static Snapshot *find(Request *req)
{
	Snapshot *snapshot = snapshot_find(req->project, req->param[1]);

	if (!snapshot)
		evs_fail(req, 404, "EVS.5404", 404, "Snapshot %s could not be found.",
			 req->param[1]);
	return snapshot;
}

static void write_metadata(GString *out, const Snapshot *snapshot)
{
	g_string_append_c(out, '{');
	for (unsigned i = 0; snapshot->meta && i < snapshot->meta->len; i += 2) {
		json_comma(out);
		json_write(out, "%s:%s", (const char *)snapshot->meta->pdata[i],
			   (const char *)snapshot->meta->pdata[i + 1]);
	}
	g_string_append_c(out, '}');
}

/* @brief: as the create and the update answer */
static void write_snapshot(GString *out, const Snapshot *snapshot, bool brief)
{
	json_write(out,
		   "{'status':%s,'description':%s,'created_at':%s,'updated_at':%s,'volume_id':%s,"
		   "'size':%d,'id':%s,'name':%s,",
		   snapshot->status, snapshot->description, time_us(snapshot->created),
		   time_us(snapshot->updated), volume_id(snapshot->volume), snapshot->size_gb,
		   snapshot->id, snapshot->name);
	if (!brief)
		json_write(out,
			   "'os-extended-snapshot-attributes:progress':%s,"
			   "'os-extended-snapshot-attributes:project_id':%s,'service_type':'EVS',",
			   strcmp(snapshot->status, "creating") == 0 ? "0%" : "100%",
			   snapshot->project->id);
	json_write(out, "'metadata':");
	write_metadata(out, snapshot);
	g_string_append_c(out, '}');
}

static void reply_one(Request *req, int status, const Snapshot *snapshot, bool brief)
{
	reply(req, status, "{'snapshot':");
	write_snapshot(req->out, snapshot, brief);
	g_string_append_c(req->out, '}');
}

static bool selected(const Request *req, const Snapshot *snapshot)
{
	const char *name = request_arg(req, "name"), *status = request_arg(req, "status");
	const char *volume = request_arg(req, "volume_id"), *id = request_arg(req, "id");
	const char *az = request_arg(req, "availability_zone");

	return (!name || strstr(snapshot->name, name)) &&
	       (!status || strcmp(snapshot->status, status) == 0) &&
	       (!volume || strcmp(volume_id(snapshot->volume), volume) == 0) &&
	       (!id || strcmp(snapshot->id, id) == 0) &&
	       (!az || strcmp(snapshot->volume->az, az) == 0);
}

void evs_snapshots_detail(Request *req)
{
	const GPtrArray *snapshots = req->project->snapshots;
	EvsPage page;

	if (!evs_page_begin(req, &page))
		return;
	reply(req, 200, "{'snapshots':[");
	for (unsigned i = snapshots->len; i-- > 0;) {
		const Snapshot *snapshot = snapshots->pdata[i];
		if (!selected(req, snapshot) || !evs_page_take(&page, snapshot->id))
			continue;
		json_comma(req->out);
		write_snapshot(req->out, snapshot, false);
	}
	g_string_append_c(req->out, ']');
	evs_page_end(req, &page, "snapshots_links", false);
}

void evs_snapshot_get(Request *req)
{
	const Snapshot *snapshot = find(req);

	if (snapshot)
		reply_one(req, 200, snapshot, false);
}

static bool name_ok(Request *req, const char *name)
{
	return !name || !g_str_has_prefix(name, RESERVED_PREFIX) ||
	       evs_fail(req, 400, "EVS.1009", 400, "Names that begin with %s are reserved.",
			RESERVED_PREFIX);
}

void evs_snapshot_create(Request *req)
{
	const cJSON *body = evs_body(req, "snapshot"), *item = NULL;
	const char *id = json_string(body, "volume_id"), *name, *description;
	Volume *volume = id ? volume_find(req->project, id) : NULL;

	if (!body || !evs_text(req, body, "name", &name) ||
	    !evs_text(req, body, "description", &description) || !name_ok(req, name))
		return;
	if (!volume) {
		evs_fail(req, id ? 404 : 400, id ? "EVS.5404" : "EVS.1002", id ? 404 : 400,
			 "Volume %s could not be found.", id ? id : "");
		return;
	}
	bool force = cJSON_IsTrue(json_get(body, "force"));
	if (!volume_is(volume, force ? "available in-use" : "available")) {
		evs_fail(req, 400, "EVS.5400", 400,
			 "Invalid volume: Volume %s status must be available%s, but current "
			 "status is: %s.",
			 id, force ? " or in-use" : "", volume_status(volume));
		return;
	}
	if (req->project->snapshots_used >= req->project->max_snapshots ||
	    quota_volumes(req->project, 0, volume->size_gb)) {
		if (world.options.openstack) {
			cinder_over_quota(req, "SnapshotLimitExceeded: Maximum number of snapshots "
					       "or gigabytes allowed exceeded");
			return;
		}
		fail_ecs(req, 413, "EVS.5413",
			 "SnapshotLimitExceeded: Maximum number of snapshots or gigabytes "
			 "allowed exceeded");
		return;
	}
	Snapshot *snapshot = snapshot_new(volume, name ? name : "", description);
	cJSON_ArrayForEach (item, json_get(body, "metadata"))
		if (cJSON_IsString(item))
			pairs_set(&snapshot->meta, item->string, item->valuestring);
	reply_one(req, 202, snapshot, true);
}

void evs_snapshot_update(Request *req)
{
	Snapshot *snapshot = find(req);
	const cJSON *body = snapshot ? evs_body(req, "snapshot") : NULL;
	const char *name, *description;

	if (!body || !evs_text(req, body, "name", &name) ||
	    !evs_text(req, body, "description", &description) || !name_ok(req, name))
		return;
	if (!name && !json_get(body, "description")) {
		evs_fail(req, 400, "EVS.1018", 400, "name and description are both empty.");
		return;
	}
	if (name) {
		g_free(snapshot->name);
		snapshot->name = g_strdup(name);
	}
	if (json_get(body, "description")) {
		g_free(snapshot->description);
		snapshot->description = g_strdup(description);
	}
	snapshot->updated = clock_now();
	reply_one(req, 200, snapshot, true);
}

void evs_snapshot_delete(Request *req)
{
	Snapshot *snapshot = find(req);

	if (!snapshot)
		return;
	if (strcmp(snapshot->status, "available") != 0 && strcmp(snapshot->status, "error") != 0) {
		evs_fail(req, 400, "EVS.1047", 400,
			 "The status %s of the snapshot does not allow to delete it.",
			 snapshot->status);
		return;
	}
	snapshot_delete(snapshot);
	reply_empty(req, 202);
}

void evs_snapshot_rollback(Request *req)
{
	Snapshot *snapshot = find(req);
	const cJSON *body = snapshot ? evs_body(req, "rollback") : NULL;
	const char *id = json_string(body, "volume_id");
	Volume *volume = id ? volume_find(req->project, id) : NULL;

	if (!body)
		return;
	if (!volume || volume != snapshot->volume) {
		evs_fail(req, 400, "EVS.1002", 400, "The volume is not the snapshot's.");
		return;
	}
	if (strcmp(snapshot->status, "available") != 0) {
		evs_fail(req, 400, "EVS.2043", 400, "The snapshot is not available.");
		return;
	}
	if (!volume_is(volume, "available error_rollbacking") || volume->server) {
		evs_fail(req, 400, "EVS.1048", 400,
			 "The status %s of the volume does not allow to roll it back: detach it "
			 "first.",
			 volume_status(volume));
		return;
	}
	snapshot_rollback(snapshot, volume);
	reply(req, 202, "{'rollback':{'volume_id':%s}}", id);
}
