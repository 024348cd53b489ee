/*
 * Jobs: what the asynchronous calls of ECS leave behind. How a job will end is known when it is
 * made, because the servers' changes are timed too; its status is only a matter of the clock.
 */
#ifndef SANDBOX_JOB_H
#define SANDBOX_JOB_H

#include "contrib/sandbox/server.h"

typedef struct Job Job;

/**
 * job_new - a job of @project in the books; lives until jobs_clear().
 * @type: static, e.g. "createServer".
 * @sub_type: static; NULL if the job has no sub-jobs but one server of its own.
 */
Job *job_new(const Project *project, const char *type, const char *sub_type);
/**
 * job_add - one server's part.
 * @shown: when the entities tell the server; @end: when it is over.
 * @code: NULL, or the error it ends with, static or interned.
 */
void job_add(Job *job, const char *server_id, int64_t shown, int64_t end, const char *code,
	     const char *reason);
/** job_id - 32 hex digits, borrowed. */
const char *job_id(const Job *job);
/** job_find - by id, of that project only; NULL if there is none. */
const Job *job_find(const Project *project, const char *id);
/** job_write - the job as of @now. */
void job_write(GString *out, const Job *job, int64_t now);
void jobs_clear(void);

#endif
