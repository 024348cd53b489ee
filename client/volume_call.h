/* SPDX-License-Identifier: MIT */
/* volume_call - what volume.c and volume_change.c share. Internal to client/. */
#pragma once

#include "client/json.h"
#include "client/volume.h"

/* EcsVolume, EcsSnapshot; for lists and single calls. */
void *ecs_volume_decode(EcsJson *json, EcsBuilder *builder);
void *ecs_snapshot_decode(EcsJson *json, EcsBuilder *builder);
