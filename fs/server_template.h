/* SPDX-License-Identifier: MIT */
/* server_template - what a new server in a zone starts from: one template a zone. */
#pragma once

#include "client/server.h"
#include "fs/template.h"

#define ECSFS_USER_DATA_MAX 32768 /* bytes before encoding: ECS reference, "Creating ECSs" */
#define ECSFS_USER_DATA_ENCODED_MAX ((ECSFS_USER_DATA_MAX + 2) / 3 * 4) /* bytes of Base64 */

extern const EcsfsTemplateType ecsfs_server_templates;
/* EcsfsChild.object: the view's zone's template. */
bool ecsfs_template_object(EcsfsView *view, EcsfsEntry *entry);

/* What is asked of the cloud; all borrowed. */
typedef struct {
	const EcsfsTemplate *template;
	const char *name, *zone;
	const char *token; /* X-Client-Token */
	bool marked;	   /* the token is in the metadata too, as ECSFS_TOKEN_KEY */
	bool dry_run;	   /* only look whether it would be accepted */
} EcsfsOrder;

#define ECSFS_TOKEN_KEY "ecsfs.token" /* of a server's metadata */

/* An EcsServerSpec and what it borrows; owned. */
typedef struct EcsfsSpec EcsfsSpec;
/* EcsfsKind.prepare of servers/: the lists in which names in the zone's template are looked up. */
bool ecsfs_server_template_names(EcsfsView *view);
/* The same for other values than the template's. */
bool ecsfs_server_values_names(EcsfsView *view, const EcsfsTemplate *values);
/* Put ids in place of the names of subnets and security groups in @template. Of several subnets with
 * a name, the one in the template's VPC is meant. False: the change has failed. */
bool ecsfs_server_template_resolve(EcsfsChange *change, EcsfsTemplate *template);

EcsfsSpec *ecsfs_template_spec(const EcsfsOrder *order);
const EcsServerSpec *ecsfs_spec_server(const EcsfsSpec *spec);
void ecsfs_spec_free(EcsfsSpec *spec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsfsSpec, ecsfs_spec_free)
