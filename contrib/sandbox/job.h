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
 * job_add - one server's, or other entity's, part.
 * @shown: when the entities tell the server; @end: when it is over.
 * @code: NULL, or the error it ends with, static or interned.
 */
void job_add(Job *job, const char *entity, int64_t shown, int64_t end, const char *code,
	     const char *reason);
/** job_of - another service's job: @service is its mount, @entity the key of what it works on;
 * both static. Without this a job is of "ecs" and of servers. */
void job_of(Job *job, const char *service, const char *entity);
/** job_name - also tell that name, as @key, where the entity is told. @key: static; @name: copied.
 */
void job_name(Job *job, const char *key, const char *name);
/** job_id - 32 hex digits, borrowed. */
const char *job_id(const Job *job);
/** job_find - by id, of that project and service only; NULL if there is none. */
const Job *job_find(const Project *project, const char *service, const char *id);
/** job_write - the job as of @now. */
void job_write(GString *out, const Job *job, int64_t now);
void jobs_clear(void);

#endif
