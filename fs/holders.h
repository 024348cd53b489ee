/* SPDX-License-Identifier: MIT */
/* holders - which processes have something open in a mount, or are in it. */
#pragma once

/* What /proc tells this user; the mount itself is not asked. @mountpoint: absolute, without links.
 * Returns: "vim (4711), bash (815)", ten at most, owned; NULL: nobody. */
char *ecsfs_holders(const char *mountpoint);
