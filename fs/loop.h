/* SPDX-License-Identifier: MIT */
/*
 * loop - read the kernel's requests on several threads, until a signal or the unmount.
 *
 * libfuse's own loop is not used for two reasons, both seen: it looks at a flag and then waits, so
 * a signal in between is lost; and it throws away what a thread has just read when the end comes,
 * whose caller then keeps the lock of a directory for ever.
 */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct fuse_session;

/* HUP, INT and TERM, but those that were ignored when we started. */
sigset_t ecsfs_loop_endings(void);

/* Ends on those signals; they stay blocked. What has
 * been read is answered then, the rest is still in the kernel. For the main thread, with all
 * signals blocked. @mask: what may be let through besides. Returns: false if requests could not be
 * read. */
bool ecsfs_loop(struct fuse_session *session, const sigset_t *mask);
