/* SPDX-License-Identifier: MIT */
/* sandbox - `ecsfs --sandbox`: a cloud of its own, which ends with the mount. */
#pragma once

#include "client/clouds.h"

/**
 * ecsfs_sandbox_start - start ecs-sandbox on a free port of 127.0.0.1 and wait until it serves.
 * @quiet: its stderr is not ours: for a mount that goes to the background.
 * @lifeline: the sandbox ends when this descriptor is closed, by us or by our end; owned by the
 * caller.
 *
 * Returns: the cloud to log in to, owned; NULL and a sentence if the program is missing or does not
 * start.
 */
EcsCloud *ecsfs_sandbox_start(bool quiet, int *lifeline, GError **error);
