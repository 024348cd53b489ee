/* SPDX-License-Identifier: MIT */
/*
 * volume - disks (EVS): volumes, their snapshots, the types that are sold; and what attaches them
 * to servers.
 *
 * A call that ends in EcsChangeDone with a job has its end in that job; the others are visible in
 * the object's status.
 */
#pragma once

#include "client/client.h"

typedef struct {
	const char *server; /* id */
	const char *device; /* "/dev/vdb" */
	int64_t since;	    /* seconds since 1970; 0: not told */
} EcsAttachment;

typedef struct EcsVolume {
	const char *id; /* UUID */
	const char *name;
	const char *description;
	const char *status; /* EVS reference, "EVS Disk Status": creating, available, in-use, ... */
	int size_gb;
	const char *type; /* SSD, SAS, ... */
	const char *zone;
	bool bootable;
	bool encrypted;		/* as Cinder tells it; see ecs_volume_encrypted() */
	bool shared;		/* can be attached to several servers */
	const char *snapshot;	/* id of the snapshot that it was made from; "" */
	const char *source;	/* id of the volume that it was made from; "" */
	const char *image;	/* id of the image that it was made from; "" */
	const char *image_name; /* "" */
	const char *wwn;	/* without blanks around */
	const char *service;	/* EVS; DSS, DESS */
	const char *user_id;	/* who made it */
	const char *project_id;
	const char *enterprise_project_id;
	int64_t created, updated; /* seconds since 1970; 0: not told */
	EcsPairs metadata;
	EcsPairs tags;
	size_t n_attachments;
	const EcsAttachment *attachments;
} EcsVolume;

typedef struct EcsSnapshot {
	const char *id; /* UUID */
	const char *name;
	const char *description;
	const char *status; /* creating, available, error, deleting, error_deleting, rollbacking */
	const char *progress; /* "100%"; "": not told */
	const char *volume;   /* id */
	int size_gb;
	int64_t created, updated; /* seconds since 1970; 0: not told */
} EcsSnapshot;

typedef struct EcsVolumeType {
	const char *name; /* as a volume has it: SSD */
	const char *description;
	const char *zones;    /* that have it, commas between; "": not told */
	const char *sold_out; /* of those, where nothing is left */
} EcsVolumeType;

EcsVolume *ecs_volume_ref(EcsVolume *volume);
void ecs_volume_unref(EcsVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsVolume, ecs_volume_unref)
void ecs_volume_json(const EcsVolume *volume, GString *out); /* as ecs_server_json() */
bool ecs_volume_same(const EcsVolume *a, const EcsVolume *b);
/* Is it encrypted, is it SCSI rather than VBD? EVS has both in its metadata. */
bool ecs_volume_encrypted(const EcsVolume *volume);
bool ecs_volume_scsi(const EcsVolume *volume);

EcsSnapshot *ecs_snapshot_ref(EcsSnapshot *snapshot);
void ecs_snapshot_unref(EcsSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsSnapshot, ecs_snapshot_unref)
void ecs_snapshot_json(const EcsSnapshot *snapshot, GString *out);
bool ecs_snapshot_same(const EcsSnapshot *a, const EcsSnapshot *b);

EcsVolumeType *ecs_volume_type_ref(EcsVolumeType *type);
void ecs_volume_type_unref(EcsVolumeType *type);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsVolumeType, ecs_volume_type_unref)
void ecs_volume_type_json(const EcsVolumeType *type, GString *out);
bool ecs_volume_type_same(const EcsVolumeType *a, const EcsVolumeType *b);

/* Elements are EcsVolume, of all zones, those of servers too.
 * API: GET /v2/{project_id}/cloudvolumes/detail, in pages by marker */
void ecs_volume_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* EcsVolume. API: GET /v2/{project_id}/os-vendor-volumes/{id} */
void ecs_volume_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		    void *data);
/* Elements are EcsSnapshot, of all volumes.
 * API: GET /v2/{project_id}/cloudsnapshots/detail, in pages by marker */
void ecs_snapshot_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* EcsSnapshot. API: GET /v2/{project_id}/cloudsnapshots/{id} */
void ecs_snapshot_get(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsObjectDone done, void *data);
/* Elements are EcsVolumeType, each name once. API: GET /v2/{project_id}/types */
void ecs_volume_type_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* What a new volume is to be like. NULL or "": not given. At most one of the sources. */
typedef struct {
	const char *name, *description;
	const char *zone, *type;	       /* mandatory */
	int size_gb;			       /* mandatory, also with a source */
	const char *snapshot, *source, *image; /* ids */
	bool shared;
	bool scsi;
	EcsPairs metadata;
} EcsVolumeSpec;

/* EcsVolume, status creating: unlike the cloud's own create, which tells a job only, this one tells
 * the id at once. It is never sent twice, as ecs_server_create().
 * API: POST /v2/{project_id}/volumes */
void ecs_volume_create(EcsScope *scope, const EcsVolumeSpec *spec, GCancellable *cancellable,
		       EcsObjectDone done, void *data);
/* @name, @description: NULL leaves it as it is. API: PUT /v2/{project_id}/volumes/{id} */
void ecs_volume_update(EcsScope *scope, const char *id, const char *name, const char *description,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: DELETE /v2/{project_id}/cloudvolumes/{id}. ECS_ERROR_BUSY: it is attached, or has snapshots
 */
void ecs_volume_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsChangeDone done, void *data);
/* Only ever larger. @attached: whether a server has it, which not every Cinder allows.
 * API: POST /v2/{project_id}/cloudvolumes/{id}/action, os-extend */
void ecs_volume_extend(EcsScope *scope, const char *id, int size_gb, bool attached,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: POST /v2/{project_id}/volumes/{id}/retype */
void ecs_volume_retype(EcsScope *scope, const char *id, const char *type, GCancellable *cancellable,
		       EcsChangeDone done, void *data);
/* API: POST /v2/{project_id}/volumes/{id}/metadata (merges), DELETE .../metadata/{key} */
void ecs_volume_metadata_set(EcsScope *scope, const char *id, const char *key, const char *value,
			     GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_volume_metadata_delete(EcsScope *scope, const char *id, const char *key,
				GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: POST /v2/{project_id}/os-vendor-volumes/{id}/tags/action, create (overwrites) and delete */
void ecs_volume_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
			GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_volume_tag_delete(EcsScope *scope, const char *id, const char *key,
			   GCancellable *cancellable, EcsChangeDone done, void *data);

/* EcsSnapshot, status creating. @force: also of a volume that is attached.
 * API: POST /v2/{project_id}/cloudsnapshots */
void ecs_snapshot_create(EcsScope *scope, const char *volume, const char *name, bool force,
			 GCancellable *cancellable, EcsObjectDone done, void *data);
/* As ecs_volume_update(). API: PUT /v2/{project_id}/cloudsnapshots/{id} */
void ecs_snapshot_update(EcsScope *scope, const char *id, const char *name, const char *description,
			 GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: DELETE /v2/{project_id}/cloudsnapshots/{id} */
void ecs_snapshot_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsChangeDone done, void *data);
/* The volume @volume, which must not be attached, becomes as it was.
 * Cinder goes back to the last one only.
 * API: POST /v2/{project_id}/cloudsnapshots/{id}/rollback */
void ecs_snapshot_rollback(EcsScope *scope, const char *id, const char *volume,
			   GCancellable *cancellable, EcsChangeDone done, void *data);

/* Both are of the same zone. API: POST /v1/{project_id}/cloudservers/{id}/attachvolume */
void ecs_volume_attach(EcsScope *scope, const char *server, const char *volume,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
/* The volume is kept. API: DELETE /v1/{project_id}/cloudservers/{id}/detachvolume/{volume} */
void ecs_volume_detach(EcsScope *scope, const char *server, const char *volume,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
