/* SPDX-License-Identifier: MIT */
/* quotas - what a project may have, and has, for others than the directory of that name. */
#pragma once

#include "client/quota.h"
#include "fs/view.h"

/* What df(1) shows: disks and servers. -1: not known, or unlimited. */
typedef struct {
	int64_t used_gb, max_gb; /* GiB of disks */
	int64_t servers, max_servers;
} EcsfsUsage;

/* Of @n scopes together. @ask: ask the clouds, if it is not known; else what was known last will
 * do. Returns false if the view says why something is not known: what is, is set. */
bool ecsfs_quotas_usage(EcsfsView *view, EcsScope *const *scopes, size_t n, bool ask,
			EcsfsUsage *usage);

/* Something was made, changed or deleted: what is known of the scope's quotas is too old now. */
void ecsfs_quotas_changed(EcsfsFs *fs, EcsScope *scope);

/* Call @fn with every quota of the view's scope, the services one after the other; those of a
 * service that could not be asked are left out. False: see the view. */
bool ecsfs_quotas_each(EcsfsView *view, void (*fn)(const EcsQuota *quota, void *data), void *data);
