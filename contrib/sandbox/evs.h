/*
 * EVS: the handlers behind evs.c's table, and what they share. Two families of calls live on this
 * host (evs.md): the cloud's own (cloudvolumes, cloudsnapshots, os-vendor-volumes), whose changes
 * are jobs, and Cinder's (volumes, snapshots), which have none and other error envelopes.
 */
#ifndef SANDBOX_EVS_H
#define SANDBOX_EVS_H

#include "contrib/sandbox/job.h"
#include "contrib/sandbox/router.h"
#include "contrib/sandbox/volume.h"

#define EVS_TEXT_LIMIT 255 /* names, descriptions, metadata */

/* evs_volume.c */
void evs_volume_create(Request *req);
void evs_volume_update(Request *req);
void evs_volume_delete(Request *req);
void evs_volume_action(Request *req);
void evs_volume_retype(Request *req);
/* evs_meta.c */
void evs_meta_get(Request *req);
void evs_meta_merge(Request *req);
void evs_meta_replace(Request *req);
void evs_meta_key_get(Request *req);
void evs_meta_key_put(Request *req);
void evs_meta_key_delete(Request *req);
void evs_tags_get(Request *req);
void evs_tags_action(Request *req);
void evs_project_tags(Request *req);
/* evs_snapshot.c */
void evs_snapshots_detail(Request *req);
void evs_snapshot_get(Request *req);
void evs_snapshot_create(Request *req);
void evs_snapshot_update(Request *req);
void evs_snapshot_delete(Request *req);
void evs_snapshot_rollback(Request *req);
/* evs_misc.c */
void evs_types_list(Request *req);
void evs_type_get(Request *req);
void evs_quota_get(Request *req);
void evs_quota_get_v3(Request *req);
void evs_limits_get(Request *req);
void evs_zones_list(Request *req);

/* cinder.c */
/** cinder_over_quota - 413, which there is no limit of calls, though it looks like one. Returns
 * false. */
bool cinder_over_quota(Request *req, const char *message);
/** cinder_extends - does the request's microversion allow it? False after a failure. */
bool cinder_extends(Request *req, const Volume *volume);
/** cinder_revert - the action. */
void cinder_revert(Request *req, Volume *volume, const cJSON *order);

/** evs_native - is it one of Cinder's calls? */
bool evs_native(const Request *req);
/** evs_fail - in the envelope of the call's family. @native: status of Cinder's. Returns false. */
bool evs_fail(Request *req, int status, const char *code, int native, const char *format, ...)
	G_GNUC_PRINTF(5, 6);
/** evs_body - the member @key of the body, an object; NULL after 400. */
const cJSON *evs_body(Request *req, const char *key);
/** evs_volume - the volume of {id}; NULL after 404. */
Volume *evs_volume(Request *req);
/** evs_text - set *@text to the member if it is a text of at most 255 characters; NULL: it is not
 * there, or null. False after 400. */
bool evs_text(Request *req, const cJSON *object, const char *key, const char **text);
/** evs_write_volume - the object of a list or a single call. */
void evs_write_volume(GString *out, const Request *req, const Volume *volume);
/** evs_job_reply - {"job_id":…} of a job on one volume. @code: NULL, or what it fails with. */
void evs_job_reply(Request *req, const char *type, const Volume *volume, int64_t end,
		   const char *code);

/** A window on a list: evs.md 5. */
typedef struct {
	int limit, offset;
	const char *marker;
	bool started;
	int count, written, last; /* so far */
	char last_id[37];
} EvsPage;

/** evs_page_begin - false after 400. */
bool evs_page_begin(Request *req, EvsPage *page);
/** evs_page_take - the next selected object: is it to be written? */
bool evs_page_take(EvsPage *page, const char *id);
/** evs_page_end - the members behind the array, and the end of the object. @key: "volumes_links" */
void evs_page_end(Request *req, const EvsPage *page, const char *key, bool always);

#endif
