/* SPDX-License-Identifier: MIT */
/* zone - availability zones of a region. */
#pragma once

#include "client/client.h"

typedef struct EcsZone {
	const char *name; /* "eu-de-01" */
	bool available;
} EcsZone;

EcsZone *ecs_zone_ref(EcsZone *zone);
void ecs_zone_unref(EcsZone *zone);

/* Elements are EcsZone; internal zones of Nova ("internal") are left out.
 * API: GET /v2.1/{project_id}/os-availability-zone */
void ecs_zone_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
