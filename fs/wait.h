/* SPDX-License-Identifier: MIT */
/*
 * wait - <object>/wait: files whose read returns when something is so. None is listed, so that
 * `cat *` and `grep -r` do not wait. While somebody waits, the object is asked for more and more
 * seldom, with one call however many wait.
 *
 * One directory for all kinds of objects: what their status is, which statuses pass, and what else
 * says that something is being done to them is in their class.
 */
#pragma once

#include "fs/kind.h"

extern const EcsfsKind ecsfs_wait;

#define ECSFS_WAIT_CHILD                                                                           \
	{                                                                                          \
		"wait", &ecsfs_wait, "files whose read waits; not listed"                          \
	}
