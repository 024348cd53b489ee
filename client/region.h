/* SPDX-License-Identifier: MIT */
/* region - the regions of a cloud, for who mounts it before it can be reached. */
#pragma once

#include "client/client.h"

/* Log in, if nobody has. Elements are char *, as of ecs_client_regions(), at least one: a cloud
 * without is ECS_ERROR_NOT_SUPPORTED with the sentence of ecs_client_lacking(). A login that has
 * failed a moment ago is not repeated: its error is told again. @scope: any of the cloud. */
void ecs_region_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
