/* SPDX-License-Identifier: MIT */
/* bandwidth - how fast elastic IPs are: each has one of its own, or several share one. */
#pragma once

#include "client/client.h"

typedef struct {
	const char *id;
	const char *address;
} EcsBandwidthEip;

typedef struct EcsBandwidth {
	const char *id; /* UUID */
	const char *name;
	int mbits;		  /* Mbit/s */
	const char *share_type;	  /* PER: of one elastic IP; WHOLE: shared */
	const char *type;	  /* bgp, share, ... */
	const char *charge_mode;  /* traffic, bandwidth */
	const char *status;	  /* NORMAL, FREEZED */
	int64_t created, updated; /* seconds since 1970; 0: not told */
	size_t n_eips;
	const EcsBandwidthEip *eips; /* that use it */
} EcsBandwidth;

EcsBandwidth *ecs_bandwidth_ref(EcsBandwidth *bandwidth);
void ecs_bandwidth_unref(EcsBandwidth *bandwidth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsBandwidth, ecs_bandwidth_unref)
void ecs_bandwidth_json(const EcsBandwidth *bandwidth, GString *out); /* as ecs_server_json() */
bool ecs_bandwidth_same(const EcsBandwidth *a, const EcsBandwidth *b);

/* Elements are EcsBandwidth, shared ones and others.
 * API: GET /v1/{project_id}/bandwidths, in pages by marker */
void ecs_bandwidth_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* API: GET /v1/{project_id}/bandwidths/{id} */
void ecs_bandwidth_get(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsObjectDone done, void *data);
/* @name: NULL leaves it as it is; @mbits: 0 does. API: PUT /v1/{project_id}/bandwidths/{id} */
void ecs_bandwidth_update(EcsScope *scope, const char *id, const char *name, int mbits,
			  GCancellable *cancellable, EcsChangeDone done, void *data);

/* A shared one. API: POST /v2.0/{project_id}/bandwidths */
void ecs_bandwidth_create(EcsScope *scope, const char *name, int mbits, GCancellable *cancellable,
			  EcsObjectDone done, void *data);
/* A shared one that nothing uses. API: DELETE /v2.0/{project_id}/bandwidths/{id} */
void ecs_bandwidth_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			  EcsChangeDone done, void *data);
/* Let an elastic IP use the shared one; its own bandwidth is lost.
 * API: POST /v2.0/{project_id}/bandwidths/{id}/insert */
void ecs_bandwidth_insert(EcsScope *scope, const char *id, const char *eip,
			  GCancellable *cancellable, EcsChangeDone done, void *data);
/* Let it have one of its own again, of that size.
 * API: POST /v2.0/{project_id}/bandwidths/{id}/remove */
void ecs_bandwidth_remove(EcsScope *scope, const char *id, const char *eip, int mbits,
			  GCancellable *cancellable, EcsChangeDone done, void *data);
