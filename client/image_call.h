/* SPDX-License-Identifier: MIT */
/* image_call - what image.c and image_change.c share. Internal to client/. */
#pragma once

#include "client/image.h"
#include "client/json.h"

/* Returns: owned, or NULL if it is no image. */
EcsImage *ecs_image_decode(EcsJson *json, EcsBuilder *builder);
