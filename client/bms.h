/* SPDX-License-Identifier: MIT */
/*
 * bms - bare metal servers: whole machines, which the API shows as it shows servers. Source: BMS
 * reference; its objects have the members of the ECS API's, so they are EcsServer here too.
 *
 * What Nova does for servers it does for these as well: locking is not among it, metadata and tags
 * are.
 */
#pragma once

#include "client/server.h"

/* Elements are EcsServer, all zones, all pages. In a region that has no such service there are
 * none. API: GET
 * /v1/{project_id}/baremetalservers/detail?limit=1000&offset=<page>&tags=__type_baremetal */
void ecs_bms_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* API: GET /v1/{project_id}/baremetalservers/{id}. ECS_ERROR_NOT_FOUND: BMS.0040 */
void ecs_bms_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsServerDone done,
		 void *data);

/* Power verbs. Stopping and restarting do not ask the guest: the API knows no other way.
 * API: POST /v1/{project_id}/baremetalservers/action, os-start, os-stop, reboot */
void ecs_bms_start(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		   void *data);
void ecs_bms_stop(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		  void *data);
void ecs_bms_reboot(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data);

/* API: PUT /v1/{project_id}/baremetalservers/{id} */
void ecs_bms_rename(EcsScope *scope, const char *id, const char *name, GCancellable *cancellable,
		    EcsChangeDone done, void *data);

/* API: POST /v1/{project_id}/baremetalservers/{id}/metadata, which merges. A key is deleted with
 * ecs_server_metadata_delete(). */
void ecs_bms_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			  GCancellable *cancellable, EcsChangeDone done, void *data);

/* A tag is "key=value", or "key" alone, and is then known by its key: setting replaces.
 * API: Nova PUT /v2.1/{project_id}/servers/{id}/tags/{tag}, DELETE .../tags/{key},
 * microversion 2.26 */
void ecs_bms_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
		     GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_bms_tag_delete(EcsScope *scope, const char *id, const char *key, GCancellable *cancellable,
			EcsChangeDone done, void *data);
