/*
 * Cinder: what plain OpenStack says and does otherwise than the EVS API.
 */
#include <string.h>

#include "contrib/sandbox/evs.h"

#define NEWEST 70 /* microversion of Debian 12's */
#define EXTEND_ATTACHED 42
#define REVERT 40

/* Of "volume 3.N" in the request; 0: none is said; -1 after 406 */
static int microversion(Request *req)
{
	static const char service[] = "volume 3.";
	const char *text = request_header(req, "openstack-api-version");
	int minor = 0;

	if (!text || !g_str_has_prefix(text, service))
		return 0;
	if (text_int(text + strlen(service), &minor) && minor >= 0 && minor <= NEWEST)
		return minor;
	fail_nova(req, 406,
		  "Version %s is not supported by the API. Minimum is 3.0 and maximum is 3.%d.",
		  text + strlen("volume "), NEWEST);
	return -1;
}

bool cinder_over_quota(Request *req, const char *message)
{
	reply_header(req, "Retry-After", "0");
	reply(req, 413, "{'overLimit':{'code':413,'message':%s,'retryAfter':'0'}}", message);
	return false;
}

bool cinder_extends(Request *req, const Volume *volume)
{
	int minor = microversion(req);

	if (minor < 0)
		return false;
	return !volume->server || minor >= EXTEND_ATTACHED ||
	       fail_nova(req, 400,
			 "Invalid volume: Volume %s status must be '{'status': 'available'}' to "
			 "extend, currently %s.",
			 volume_id(volume), volume_status(volume));
}

/* Returns: the newest of the volume; NULL: it has none. */
static Snapshot *last_snapshot(const Volume *volume)
{
	const GPtrArray *all = volume->project->snapshots;

	for (unsigned i = all->len; i-- > 0;)
		if (((Snapshot *)all->pdata[i])->volume == volume)
			return all->pdata[i];
	return NULL;
}

void cinder_revert(Request *req, Volume *volume, const cJSON *order)
{
	const char *id = json_string(order, "snapshot_id");
	Snapshot *snapshot = id ? snapshot_find(req->project, id) : NULL;
	int minor = microversion(req);

	if (minor < 0)
		return;
	if (minor < REVERT)
		fail_nova(req, 400, "There is no such action: revert");
	else if (!snapshot)
		fail_nova(req, 404, "Snapshot %s could not be found.", id ? id : "");
	else if (snapshot != last_snapshot(volume))
		fail_nova(
			req, 400,
			"Specified snapshot %s is None or not the latest one of volume %s.",
			id, volume_id(volume));
	else if (volume->server || !volume_is(volume, "available"))
		fail_nova(req, 400,
			  "Invalid volume: Can't revert volume %s to its latest snapshot. Volume "
			  "status must be 'available' or 'in-use'.",
			  volume_id(volume));
	else {
		snapshot_rollback(snapshot, volume);
		reply_empty(req, 202);
	}
}
