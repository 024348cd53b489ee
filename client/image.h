/* SPDX-License-Identifier: MIT */
/* image - what servers are made from: public images, those of the project, and shared ones. */
#pragma once

#include "client/client.h"

typedef struct EcsImage {
	const char *id; /* UUID */
	const char *name;
	const char *status;	/* queued, saving, active, deleted, killed; DRAFT: see below */
	const char *visibility; /* public, private, shared */
	const char *description;
	const char *os_type;  /* Linux, Windows, Other */
	const char *platform; /* "Ubuntu", "CentOS", ... */
	const char *os_version;
	const char *os_bit;	  /* "64" */
	const char *environment;  /* FusionCompute: for servers; Ironic, DataImage, IsoImage */
	const char *disk_format;  /* zvhd2, qcow2, ... */
	const char *owner;	  /* id of the project that it belongs to */
	const char *origin;	  /* "instance,<server id>", "file,<bucket:object>", ... */
	bool protected;		  /* cannot be deleted */
	int min_disk_gb;	  /* of the system disk */
	int min_ram_mb;		  /* of the server */
	int64_t size;		  /* bytes; 0: not told */
	int64_t created, updated; /* seconds since 1970; 0: not told */
	EcsPairs tags;
} EcsImage;

EcsImage *ecs_image_ref(EcsImage *image);
void ecs_image_unref(EcsImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsImage, ecs_image_unref)

void ecs_image_json(const EcsImage *image, GString *out); /* as ecs_server_json() */
bool ecs_image_same(const EcsImage *a, const EcsImage *b);

/* A private image of status DRAFT that has a name only, which is its id too; owned. */
EcsImage *ecs_image_draft(const char *name);
/* The same with another value of one attribute of the document ("id", "__description", ...), or of
 * one tag (NULL: without it); owned. */
EcsImage *ecs_image_with(const EcsImage *image, const char *attribute, const char *value);
EcsImage *ecs_image_with_tag(const EcsImage *image, const char *key, const char *value);

/* With whom an image is shared. */
typedef struct EcsImageMembers {
	EcsPairs status; /* by id of the project: pending, accepted, rejected */
} EcsImageMembers;

EcsImageMembers *ecs_image_members_ref(EcsImageMembers *members);
void ecs_image_members_unref(EcsImageMembers *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsImageMembers, ecs_image_members_unref)
bool ecs_image_members_same(const EcsImageMembers *a, const EcsImageMembers *b);

/* Elements are EcsImage. API: GET /v2/cloudimages, in pages of 500 by marker (IMS reference,
 * "Querying Images") */
void ecs_image_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

typedef void (*EcsImageDone)(EcsImage *image, const GError *error, void *data); /* @image: owned */

/* API: GET /v2/cloudimages?id= */
void ecs_image_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsImageDone done,
		   void *data);

/**
 * ecs_image_create - make an image of a server's system disk.
 * @draft: whose name, description, min_ram_mb and tags it gets.
 * @server: id of a server that is running or stopped, with no task.
 *
 * The job's entity "image_id" is the image. ECS_ERROR_EXISTS: a private image has that name.
 * ECS_ERROR_BUSY: the server has a task. ECS_ERROR_QUOTA.
 * API: POST /v2/cloudimages/action
 */
void ecs_image_create(EcsScope *scope, const EcsImage *draft, const char *server,
		      GCancellable *cancellable, EcsChangeDone done, void *data);

/* Only the owner may do these, and the image must be active (ECS_ERROR_BUSY); a public one cannot
 * be deleted (ECS_ERROR_FORBIDDEN). */
/* @attribute: "name", "__description", "min_ram", ... API: PATCH /v2/cloudimages/{id} */
void ecs_image_update(EcsScope *scope, const char *id, const char *attribute, const char *value,
		      GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: DELETE /v2/images/{id} */
void ecs_image_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data);
/* API: POST /v2/{p}/images/{id}/tags/action */
void ecs_image_tag_set(EcsScope *scope, const char *id, const char *key, const char *value,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_image_tag_delete(EcsScope *scope, const char *id, const char *key,
			  GCancellable *cancellable, EcsChangeDone done, void *data);

/* Images that other projects have offered to this one, which has not decided; elements are
 * EcsImage. API: GET /v2/cloudimages?member_status=pending&visibility=shared */
void ecs_image_list_offers(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			   void *data);

/* The object is an EcsImageMembers. Of a public image: ECS_ERROR_FORBIDDEN.
 * API: GET /v2/images/{id}/members */
void ecs_image_members_get(EcsScope *scope, const char *id, GCancellable *cancellable,
			   EcsObjectDone done, void *data);
/* The owner offers the image to a project, or takes it back. ECS_ERROR_EXISTS, ECS_ERROR_NOT_FOUND
 * (no such project). API: POST /v2/images/{id}/members, DELETE .../{project} */
void ecs_image_member_add(EcsScope *scope, const char *id, const char *project,
			  GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_image_member_remove(EcsScope *scope, const char *id, const char *project,
			     GCancellable *cancellable, EcsChangeDone done, void *data);
/* The project that it was offered to decides. API: PUT /v2/images/{id}/members/{p} */
void ecs_image_member_answer(EcsScope *scope, const char *id, bool accept,
			     GCancellable *cancellable, EcsChangeDone done, void *data);
