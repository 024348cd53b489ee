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
	const char *user_data;	    /* base64, as the API tells it; "" if none. Secret. */
	const char *server_group;   /* id of the server group that it is in; "": none */
	const char *dedicated_host; /* id; "": it runs in the shared pool */
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

/**
 * ecs_server_list_changes - of a plain OpenStack cloud, what has changed.
 * @since: seconds since 1970, by our clock.
 * @done: EcsServer as in ecs_server_list(); those that are gone are among them, see
 *   ecs_server_is_gone().
 *
 * What Nova keeps beside a server's own row, tags, metadata and addresses, is no change to it.
 *
 * Returns: false: this cloud does not tell; @done is not called.
 * API: GET /v2.1/{project_id}/servers/detail?changes-since=<time>
 */
bool ecs_server_list_changes(EcsScope *scope, int64_t since, GCancellable *cancellable,
			     EcsListDone done, void *data);
/* Returns: whether it is deleted, and listed only because that is a change. */
bool ecs_server_is_gone(const EcsServer *server);

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
	const char *server_group; /* id */
	const char *description;
	const char *user_data; /* base64 */
	EcsDiskSpec system_disk;
	size_t n_data_disks;
	const EcsDiskSpec *data_disks;
	const char *eip;      /* id of a free EIP; NULL: none, or */
	const char *eip_type; /* a new one of that type ("5_bgp"), with a bandwidth of its own */
	int eip_mbits;	      /* 1 to 1000 */
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

/**
 * ecs_server_resize - change the flavor. A plain Nova always wants the change verified.
 * @verify: false: the server must be SHUTOFF, and the change is final. API: POST
 * /v1/{project_id}/cloudservers/{id}/resize. True: it may run, and ends in VERIFY_RESIZE until
 * ecs_server_resize_end(). API: Nova POST /v2.1/{project_id}/servers/{id}/action, resize
 */
void ecs_server_resize(EcsScope *scope, const char *id, const char *flavor, bool verify,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
/* @confirm: false: back to the flavor before. API: Nova .../action, confirmResize, revertResize */
void ecs_server_resize_end(EcsScope *scope, const char *id, bool confirm, GCancellable *cancellable,
			   EcsChangeDone done, void *data);

/* A fresh system disk from @image (id). API: Nova .../action, rebuild */
void ecs_server_rebuild(EcsScope *scope, const char *id, const char *image,
			GCancellable *cancellable, EcsChangeDone done, void *data);

/* Another system, or the same anew. NULL or "": not given. */
typedef struct {
	const char *image;     /* id; not given: the one that the server has */
	const char *key_name;  /* who may log in afterwards */
	const char *key_owner; /* user id; not given: who calls */
} EcsOsSpec;

/* A fresh system disk by the ECS API; a running server is stopped for it. @spec: read before this
 * returns. API: POST /v2/{project_id}/cloudservers/{id}/changeos, .../reinstallos */
void ecs_server_replace_os(EcsScope *scope, const char *id, const EcsOsSpec *spec,
			   GCancellable *cancellable, EcsChangeDone done, void *data);

/* @dedicated_host: id; "": the shared pool. The server must be SHUTOFF.
 * API: POST /v1/{project_id}/cloudservers/{id}/migrate */
void ecs_server_migrate(EcsScope *scope, const char *id, const char *dedicated_host,
			GCancellable *cancellable, EcsChangeDone done, void *data);

/* API: POST /v1.0/servers/{id}/action, monitorMetrics */
void ecs_server_monitor(EcsScope *scope, const char *id, GCancellable *cancellable,
			EcsChangeDone done, void *data);

/* API: PUT /v1/{project_id}/cloudservers/{id}/autorecovery. Source of its body: Huawei Cloud's ECS
 * reference, "Managing Automatic Recovery of an ECS (Discarded)" */
void ecs_server_recovery_set(EcsScope *scope, const char *id, bool on, GCancellable *cancellable,
			     EcsChangeDone done, void *data);

/* Forgets the cloud's copy; the password stays what it is.
 * API: Nova DELETE /v2.1/{project_id}/servers/{id}/os-server-password */
void ecs_server_password_clear(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsChangeDone done, void *data);

/* @group: id. API: POST /v1/{project_id}/cloudservers/os-server-groups/{group}/action, add_member,
 * remove_member */
void ecs_server_group_change(EcsScope *scope, const char *id, const char *group, bool join,
			     GCancellable *cancellable, EcsChangeDone done, void *data);

/*
 * What the server's own document does not tell. A call each, that changes nothing.
 */

/* All that the console shows, as the guest wrote it: any control characters. ECS_ERROR_NOT_FOUND:
 * none yet; ECS_ERROR_BUSY: it does not run. API: Nova .../action, os-getConsoleOutput */
void ecs_server_console_log(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsTextDone done, void *data);
/* A new address of its screen, good for about 10 minutes. Secret. ECS_ERROR_BUSY: it does not run.
 * API: Nova POST /v2.1/{project_id}/servers/{id}/remote-consoles, microversion 2.6 */
void ecs_server_console_url(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsTextDone done, void *data);
/* The administrator's password, encrypted (RSA) for the key pair, base64; "": none. Secret.
 * API: Nova GET /v2.1/{project_id}/servers/{id}/os-server-password */
void ecs_server_password(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsTextDone done, void *data);
/* "true" or "false". API: GET /v1/{project_id}/cloudservers/{id}/autorecovery */
void ecs_server_recovery(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsTextDone done, void *data);

/* Strings are borrowed for the callback; "" if the API has none. */
typedef struct {
	int64_t start;
	const char *action;  /* create, start, stop, reboot, resize, ... */
	const char *message; /* "Error" after a failure; "": none */
	const char *request_id;
} EcsServerEvent;

/* @events: in the API's order, the newest first. */
typedef void (*EcsEventsDone)(const EcsServerEvent *events, size_t n, const GError *error,
			      void *data);
/* API: Nova GET /v2.1/{project_id}/servers/{id}/os-instance-actions */
void ecs_server_events(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsEventsDone done, void *data);

/* Ids of the flavors that it can be resized to, at most 1000.
 * API: GET /v2.1/{project_id}/resize_flavors?instance_uuid={id} */
void ecs_server_resize_targets(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsNamesDone done, void *data);
