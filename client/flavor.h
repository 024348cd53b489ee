/* SPDX-License-Identifier: MIT */
/* flavor - the sizes in which servers are sold, and in which zone each is on sale. */
#pragma once

#include "client/client.h"

typedef struct EcsFlavor {
	const char *id; /* "s3.medium.4"; of plain OpenStack the name, which is unique there too */
	const char *name;
	const char *ref; /* what requests name it by: the cloud's id */
	int vcpus;
	int64_t ram_mb;
	int disk_gb; /* local disk; 0: disks are EVS volumes */
	bool disabled;
	bool is_public;
	const char *state; /* region-wide "cond:operation:status": normal (default), abandon,
			      sellout, ... */
	EcsPairs extra_specs;
} EcsFlavor;

EcsFlavor *ecs_flavor_ref(EcsFlavor *flavor);
void ecs_flavor_unref(EcsFlavor *flavor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsFlavor, ecs_flavor_unref)

void ecs_flavor_json(const EcsFlavor *flavor, GString *out); /* as ecs_server_json() */
bool ecs_flavor_same(const EcsFlavor *a, const EcsFlavor *b);

/* Returns: the sale state in @zone, owned: its entry of "cond:operation:az", else the region's.
 * Source: ECS reference, "Listing Flavor Details", extra spec cond:operation:az. */
char *ecs_flavor_zone_state(const EcsFlavor *flavor, const char *zone);
/* Returns: whether it can be bought in @zone: the state is normal, promotion or obt. */
bool ecs_flavor_on_sale(const EcsFlavor *flavor, const char *zone);

/* Elements are EcsFlavor. API: GET /v1/{project_id}/cloudservers/flavors (one answer, not paged);
 * Nova GET /v2.1/{project_id}/flavors/detail */
void ecs_flavor_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* What requests name the flavor @id by, from the list. One that is not
 * listed is left as it is: the cloud will say what is wrong with it. */
void ecs_flavor_resolve(EcsScope *scope, const char *id, GCancellable *cancellable,
			EcsTextDone done, void *data);
