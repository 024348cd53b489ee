/* SPDX-License-Identifier: MIT */
/* fault - EcsError → errno: the one table. No other file turns a cloud's error into an errno. And
 * a sentence for the errnos that fs/ decides on alone. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Returns: an errno, never 0; EIO for what is not of ECS_ERROR. */
int ecsfs_fault_errno(const GError *error);

/* Returns: whether a change that ended so may have been carried out all the same. */
bool ecsfs_fault_uncertain(const GError *error);

/* Returns: what an errno of our own means in the tree, for a person; a literal. NULL: there is
 * nothing to explain (no such file, interrupted, gone). */
const char *ecsfs_fault_sentence(int err);
