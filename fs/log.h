/* SPDX-License-Identifier: MIT */
/*
 * log - what happened lately, for /.ecsfs: API requests, failures as sentences, counters. Bounded
 * rings; any thread.
 */
#pragma once

#include "fs/fs.h"

#define ECSFS_LOG_REQUESTS 500 /* lines kept */
#define ECSFS_LOG_ERRORS 200
#define ECSFS_LOG_SESSIONS 256 /* sessions whose last failure is kept */

EcsfsLog *ecsfs_log_new(void);
void ecsfs_log_free(EcsfsLog *log);

/* The cloud was asked. @line: taken over. */
void ecsfs_log_request(EcsfsLog *log, char *line);
/* A failure. @path: of the file concerned; @session: of who asked, 0: nobody. Also one g_message().
 */
void ecsfs_log_failure(EcsfsLog *log, const char *path, pid_t session, int err, const char *why);
/* For .ecsfs/why of that session only: what a reader was told. */
void ecsfs_log_why(EcsfsLog *log, const char *path, pid_t session, const char *why);
/* A FUSE operation was answered. */
void ecsfs_log_operation(EcsfsLog *log);
/* The kernel has sent a request; @opcode: enum fuse_opcode of linux/fuse.h. */
void ecsfs_log_kernel(EcsfsLog *log, unsigned opcode);
uint64_t ecsfs_log_kernel_requests(EcsfsLog *log); /* so far */

void ecsfs_log_show_requests(EcsfsLog *log,
			     GString *out); /* time method path status ms request-id project */
void ecsfs_log_show_errors(EcsfsLog *log, GString *out);
void ecsfs_log_show_why(EcsfsLog *log, pid_t session, GString *out);
void ecsfs_log_show_stats(EcsfsLog *log, GString *out); /* Prometheus text format 0.0.4 */
