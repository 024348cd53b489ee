/* SPDX-License-Identifier: MIT */
/* jobs - the cloud's jobs that this mount has started or was asked for: the API has no list of
 * them. */
#pragma once

#include "fs/fs.h"

/* From now on jobs/ lists @id. On the dispatch thread. */
void ecsfs_jobs_know(EcsfsFs *fs, EcsScope *scope, const char *id);
