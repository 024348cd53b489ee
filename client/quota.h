/* SPDX-License-Identifier: MIT */
/*
 * quota - what a project may have, and has. Every service tells of its own things, in one call
 * each; the names are the API's own words, but for those of ECS, which has none of its own.
 */
#pragma once

#include "client/client.h"

typedef struct EcsQuota {
	const char *name; /* unique within a list */
	int64_t used;	  /* -1: the API does not tell */
	int64_t max;	  /* -1: unlimited */
} EcsQuota;

EcsQuota *ecs_quota_ref(EcsQuota *quota);
void ecs_quota_unref(EcsQuota *quota);

/* All: elements are EcsQuota. In a region without the service there are none, but without ECS it is
 * an error. */

/* instances cores ram_mb key_pairs server_groups server_group_members server_metadata
 * security_groups security_group_rules floating_ips personality personality_size image_metadata; of
 * network things this is the compute service's view, and the network's own is what counts.
 * API: GET /v1/{project_id}/cloudservers/limits */
void ecs_quota_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* volumes gigabytes snapshots backups backup_gigabytes, and of each disk type volumes_SSD, ...
 * API: GET /v2/{project_id}/os-quota-sets/{project_id}?usage=True */
void ecs_quota_list_volumes(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			    void *data);
/* vpc subnet securityGroup securityGroupRule publicIp shareBandwidth ...
 * API: GET /v1/{project_id}/quotas */
void ecs_quota_list_network(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			    void *data);
/* image. API: GET /v1/cloudimages/quota */
void ecs_quota_list_images(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			   void *data);
