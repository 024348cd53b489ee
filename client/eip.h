/* SPDX-License-Identifier: MIT */
/* eip - elastic IPs: public addresses that are bound to ports. */
#pragma once

#include "client/client.h"

typedef struct EcsEip {
	const char *id;	     /* UUID */
	const char *address; /* the public one */
	const char *status;  /* DOWN (free), ACTIVE (bound), PENDING_CREATE, ELB, VPN, ERROR, ... */
	const char *type;    /* 5_bgp, 5_mailbgp, 5_gray; in plain OpenStack its network's id */
	const char *private_address; /* of the port; "": free */
	const char *port;	     /* id; "": free, or not bound to a port */
	const char *bandwidth;	     /* id */
	const char *bandwidth_name;  /* in plain OpenStack its description, which a create sets */
	int bandwidth_mbits;
	const char *share_type; /* PER: a bandwidth of its own; WHOLE: a shared one */
	int ip_version;		/* 4, 6 */
	int64_t created;	/* seconds since 1970; 0: not told */
} EcsEip;

EcsEip *ecs_eip_ref(EcsEip *eip);
void ecs_eip_unref(EcsEip *eip);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsEip, ecs_eip_unref)
void ecs_eip_json(const EcsEip *eip, GString *out); /* as ecs_server_json() */
bool ecs_eip_same(const EcsEip *a, const EcsEip *b);

/* Elements are EcsEip. API: GET /v1/{project_id}/publicips, in pages by marker */
void ecs_eip_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* API: GET /v1/{project_id}/publicips/{id} */
void ecs_eip_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		 void *data);

/* What a new EIP is to be like. NULL or "": not given. */
typedef struct {
	const char *type;
	const char *shared_bandwidth; /* id of a shared bandwidth; NULL: it gets one of its own: */
	const char *bandwidth_name;
	int bandwidth_mbits;
	const char *charge_mode; /* traffic, bandwidth */
} EcsEipSpec;

/* What the answer leaves out of the bandwidth is as @spec says.
 * API: POST /v1/{project_id}/publicips */
void ecs_eip_create(EcsScope *scope, const EcsEipSpec *spec, GCancellable *cancellable,
		    EcsObjectDone done, void *data);
/* @port: id; NULL or "": unbind. API: PUT /v1/{project_id}/publicips/{id} */
void ecs_eip_bind(EcsScope *scope, const char *id, const char *port, GCancellable *cancellable,
		  EcsChangeDone done, void *data);
/* Its own bandwidth goes with it. API: DELETE /v1/{project_id}/publicips/{id} */
void ecs_eip_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data);
