/* SPDX-License-Identifier: MIT */
/* mountpoint - can we mount here, and if not, why? */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Check that @path is an empty place to mount on; what a killed daemon left there is unmounted
 * first. Returns false and a sentence: it does not exist, is not a directory, is a mountpoint
 * already. */
bool ecsfs_mountpoint_check(const char *path, GError **error);
