/* SPDX-License-Identifier: MIT */
/* fault - EcsError → errno: the one table. No other file turns a cloud's error into an errno. */
#pragma once

#include <glib.h>

/* Returns: an errno, never 0; EIO for what is not of ECS_ERROR. */
int ecsfs_fault_errno(const GError *error);
