/* SPDX-License-Identifier: MIT */
/* quota - what a project may have, and has. */
#pragma once

#include "client/client.h"

typedef struct EcsQuota {
	const char *name; /* instances cores ram_mb key_pairs server_groups server_group_members
			   * server_metadata security_groups security_group_rules floating_ips
			   * personality personality_size image_metadata */
	int64_t used;	  /* -1: the API does not tell */
	int64_t max;	  /* -1: unlimited */
} EcsQuota;

EcsQuota *ecs_quota_ref(EcsQuota *quota);
void ecs_quota_unref(EcsQuota *quota);

/* Elements are EcsQuota, each name once. API: GET /v1/{project_id}/cloudservers/limits */
void ecs_quota_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
