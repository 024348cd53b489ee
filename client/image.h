/* SPDX-License-Identifier: MIT */
/* image - what servers are made from: public images, those of the project, and shared ones. */
#pragma once

#include "client/client.h"

typedef struct EcsImage {
	const char *id; /* UUID */
	const char *name;
	const char *status;	/* queued, saving, active, deleted, killed */
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
} EcsImage;

EcsImage *ecs_image_ref(EcsImage *image);
void ecs_image_unref(EcsImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsImage, ecs_image_unref)

void ecs_image_json(const EcsImage *image, GString *out); /* as ecs_server_json() */
bool ecs_image_same(const EcsImage *a, const EcsImage *b);

/* Elements are EcsImage. API: GET /v2/cloudimages, in pages of 500 by marker (IMS reference,
 * "Querying Images") */
void ecs_image_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
