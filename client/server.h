/* SPDX-License-Identifier: MIT */
/*
 * server - Elastic Cloud Servers: the object, the list, the create, and every verb.
 *
 * Both dialects (the ECS API and Nova) decode into EcsServer; which one is used is decided by the
 * scope's catalog.
 */
#pragma once

#include "client/client.h"

typedef struct {
	const char *network; /* key of the API's `addresses`: the VPC's id (ECS), the network's name
				(Nova) */
	const char *addr;
	const char *mac;
	const char *port_id;
	int version;   /* 4 or 6 */
	bool floating; /* an elastic IP bound to the port; false: the port's own address */
} EcsAddress;

typedef struct {
	const char *id;
	const char *device; /* "/dev/vda" */
	int boot_index;	    /* 0: system disk; -1: not said */
	bool delete_on_termination;
} EcsServerVolume;

typedef struct {
	const char *id; /* "" where the API tells the name only */
	const char *name;
} EcsServerGroup;

typedef struct EcsServer {
	const char *id;
	const char *name;
	const char *status; /* upper case, ECS reference "status": ACTIVE, SHUTOFF, BUILD, ... */
	const char *vm_state;
	const char *task_state; /* "" when no task is in progress */
	int power_state; /* 0 none, 1 running, 3 paused, 4 shutdown, 6 crashed, 7 suspended */
	int progress;	 /* percent; -1: not said */
	bool locked;
	const char *description;
	const char *hostname;
	const char *zone; /* availability zone */
	const char *project_id;
	const char *user_id;
	const char *key_name;
	const char *host_id;
	const char *host_status;
	const char *host;
	const char *hypervisor_hostname;
	const char *instance_name;
	const char *reservation_id;
	int launch_index;
	const char *root_device;
	const char *config_drive;
	const char *disk_config;
	const char *enterprise_project_id; /* from sys_tags, or its own field */
	int64_t created;
	int64_t updated;
	int64_t launched;
	int64_t terminated;
	const char *flavor;	/* id */
	int vcpus;		/* 0: not said */
	int64_t ram_mb;		/* 0: not said */
	const char *image;	/* id; "" when it boots from a disk without an image */
	const char *image_name; /* metadata image_name */
	const char *os;		/* metadata os_type: "Linux", "Windows" */
	const char *vpc;   /* metadata vpc_id, or the key of `addresses` where that is a VPC id */
	const char *fault; /* the cloud's own fault as one line: "500 No valid host was found"; ""
			      if none */
	const char *user_data; /* base64, as the API tells it; "" if none. Secret. */
	EcsPairs metadata;
	EcsPairs tags; /* split at the first '=' */
	size_t n_addresses;
	const EcsAddress *addresses; /* in the API's order, duplicates dropped */
	size_t n_volumes;
	const EcsServerVolume *volumes;
	size_t n_security_groups;
	const EcsServerGroup *security_groups; /* deduplicated */
} EcsServer;

EcsServer *ecs_server_ref(EcsServer *server);
void ecs_server_unref(EcsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsServer, ecs_server_unref)

/* Append the API's own document of this server, as JSON on one line without a newline; user_data
 * and metadata.admin_pass are left out (they are secrets). */
void ecs_server_json(const EcsServer *server, GString *out);

/* Returns: true if the two documents are the same, byte for byte (nothing visible has changed). */
bool ecs_server_same(const EcsServer *a, const EcsServer *b);

typedef void (*EcsServerDone)(EcsServer *server, const GError *error,
			      void *data); /* @server: owned */

/**
 * ecs_server_list - every server of the scope, all zones, all pages.
 * @done: elements are EcsServer, each id once, in the API's order. Bare metal servers are left out.
 * One object that cannot be decoded does not spoil the list: it is dropped and logged at debug.
 *
 * Costs ceil(N/1000) requests: a full last page costs no further one, because the API tells the
 * count. API: GET
 * /v1/{project_id}/cloudservers/detail?limit=1000&offset=<page>&not-tags=__type_baremetal
 */
void ecs_server_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* One server by id. API: GET /v1/{project_id}/cloudservers/{id}. ECS_ERROR_NOT_FOUND if it is gone.
 */
void ecs_server_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsServerDone done,
		    void *data);

typedef struct {
	const char *type; /* "SSD", ... */
	int size_gb;	  /* 0: as the image wants (system disk only) */
} EcsDiskSpec;

/* What a new server is to be like. NULL or "": not given. */
typedef struct {
	const char *name;
	const char *flavor;
	const char *image;
	const char *zone;
	const char *vpc;
	const char *const *subnets; /* NULL-terminated; the first is the primary NIC */
	const char *const *security_groups;
	const char *key_name;
	const char *description;
	const char *user_data; /* base64 */
	EcsDiskSpec system_disk;
	size_t n_data_disks;
	const EcsDiskSpec *data_disks;
	EcsPairs metadata;
	EcsPairs tags;
	int count; /* 0 or 1: one */
	bool dry_run;
	const char *client_token; /* UUID: the same token never creates twice where the cloud knows
				     it */
} EcsServerSpec;

/**
 * ecs_server_create - ask for new servers.
 * @spec: read before this returns.
 * @done: accepted->ids are the new servers' ids (empty after a dry run), accepted->job_id the job.
 *
 * It is never sent twice unless the first was certainly not accepted (429, 202 Common.0024, no
 * connection). ECS_ERROR_TIMED_OUT and ECS_ERROR_UNREACHABLE after it was sent say "outcome
 * unknown". API: POST /v1/{project_id}/cloudservers
 */
void ecs_server_create(EcsScope *scope, const EcsServerSpec *spec, GCancellable *cancellable,
		       EcsChangeDone done, void *data);

/* Returns: a stand-in for a server that a create has promised under @id and that no call shows yet:
 * what @spec says, status BUILD. Owned. */
EcsServer *ecs_server_promise(const char *id, const EcsServerSpec *spec);
/* Returns: the same server, given up: status ERROR, @why as its fault. Owned. */
EcsServer *ecs_server_failed(const EcsServer *server, const char *why);

/* API: POST /v1/{project_id}/cloudservers/delete; data disks and elastic IPs are kept. @ids:
 * NULL-terminated, at most 1000. */
void ecs_server_delete(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		       EcsChangeDone done, void *data);

/* Power verbs, one call for up to 1000 ids (NULL-terminated). @hard: do not wait for the guest.
 * API: POST /v1/{project_id}/cloudservers/action, os-start, os-stop, reboot */
void ecs_server_start(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		      EcsChangeDone done, void *data);
void ecs_server_stop(EcsScope *scope, const char *const *ids, bool hard, GCancellable *cancellable,
		     EcsChangeDone done, void *data);
void ecs_server_reboot(EcsScope *scope, const char *const *ids, bool hard,
		       GCancellable *cancellable, EcsChangeDone done, void *data);

/* @name, @description: NULL leaves it as it is. API: PUT /v1/{project_id}/cloudservers/{id} */
void ecs_server_update(EcsScope *scope, const char *id, const char *name, const char *description,
		       GCancellable *cancellable, EcsChangeDone done, void *data);

/* API: POST /v1/{project_id}/cloudservers/{id}/metadata (merges), Nova DELETE .../metadata/{key} */
void ecs_server_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			     GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_server_metadata_delete(EcsScope *scope, const char *id, const char *key,
				GCancellable *cancellable, EcsChangeDone done, void *data);

/* API: POST /v1/{project_id}/cloudservers/{id}/tags/action, create (overwrites) and delete */
void ecs_server_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
			GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_server_tag_delete(EcsScope *scope, const char *id, const char *key,
			   GCancellable *cancellable, EcsChangeDone done, void *data);

/* API: Nova POST /v2.1/{project_id}/servers/{id}/action, lock, unlock */
void ecs_server_lock(EcsScope *scope, const char *id, bool lock, GCancellable *cancellable,
		     EcsChangeDone done, void *data);
