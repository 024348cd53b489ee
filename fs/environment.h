/* SPDX-License-Identifier: MIT */
/* environment - the secrets in it: once the cloud is known, nobody needs them there. */
#pragma once

/* Wipe and unset the OS_* variables that hold secrets, so that no child inherits them, and
 * /proc/PID/environ shows them no more. Before threads are started; pointers of getenv(3) to them
 * are void. */
void ecsfs_environment_clear(void);
