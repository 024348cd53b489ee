/*
 * ECS v1: the handlers behind ecs.c's table, and the checks they share with each other.
 */
#ifndef SANDBOX_ECS_H
#define SANDBOX_ECS_H

#include "contrib/sandbox/job.h"
#include "contrib/sandbox/router.h"

#define BATCH_LIMIT 1000 /* servers in one batch call */

/* ecs_create.c */
void ecs_servers_create(Request *req);
/* ecs_action.c */
void ecs_servers_action(Request *req);
void ecs_servers_delete(Request *req);
void ecs_server_resize(Request *req);
/* disks.c */
void ecs_disk_attach(Request *req);
void ecs_disk_detach(Request *req);
void ecs_disks_list(Request *req);
void ecs_disk_get(Request *req);
/* ecs_os.c */
void ecs_server_change_os(Request *req);
void ecs_server_reinstall(Request *req);
void ecs_server_migrate(Request *req);
void ecs_server_monitor(Request *req);
void ecs_recovery_get(Request *req);
void ecs_recovery_put(Request *req);
/* nics.c */
void ecs_nics_list(Request *req);
void ecs_nics_add(Request *req);
void ecs_nics_delete(Request *req);
/* ecs_tags.c */
void ecs_tags_get(Request *req);
void ecs_tags_action(Request *req);
void ecs_project_tags(Request *req);
void ecs_servers_by_tag(Request *req);
/* ecs_huawei.c */
void ecs_servers_page(Request *req);
void ecs_zones_list(Request *req);
void ecs_remote_console(Request *req);
void ecs_metadata_delete(Request *req);
void ecs_servers_rename(Request *req);
/* flavors.c */
void ecs_flavors_list(Request *req);
void ecs_resize_flavors(Request *req);

/** ecs_body - the body as an object; NULL after Common.0002 or Ecs.0005. */
const cJSON *ecs_body(Request *req);
/** ecs_server - the server of {id}; NULL after 404 Ecs.0114. */
Server *ecs_server(Request *req);
/** ecs_selected - is the server visible, and kept by the filters of the query? */
bool ecs_selected(const Request *req, const Server *server);
/** ecs_name_ok - 1 to 128 of letters, digits, _ - . */
bool ecs_name_ok(const char *name);
/** ecs_description_ok - at most 85 characters, no < and >. */
bool ecs_description_ok(const char *description);
/** ecs_tag_ok - key and value by the rules of ecs.md 11; @value may be "". */
bool ecs_tag_ok(const char *key, const char *value);
/** ecs_job_reply - {"job_id":…} */
void ecs_job_reply(Request *req, const Job *job);
/** ecs_dry_run - is "dry_run" true in the body? */
bool ecs_dry_run(Request *req);

#endif
