/* SPDX-License-Identifier: MIT */
/*
 * job - work that an API call started and that goes on behind it. There is no list of jobs: keep
 * ids. ECS, EVS, IMS and BMS have jobs, each only its own.
 */
#pragma once

#include "client/client.h"

/* A part of a job; parts have no parts. */
typedef struct {
	const char *id; /* "" should the API leave it out */
	const char *type;
	const char *status;
	int64_t begin, end;
	const char *error_code;
	const char *reason;
	size_t n_entities;
	const EcsPair *entities;
} EcsSubJob;

typedef struct EcsJob {
	const char *id;
	const char *service;	/* that does it: "ecs", "evs", "image", "bms", as in the catalog */
	const char *type;	/* "createServer", ... */
	const char *status;	/* INIT RUNNING SUCCESS FAIL */
	int64_t begin, end;	/* end 0: still running */
	const char *error_code; /* the most specific one: the first failed sub-job's, else the
				   job's; "" if none */
	const char *reason;	/* the sentence that goes with it */
	size_t n_entities;
	const EcsPair *entities; /* "server_id" and the like, sub-jobs' too; keys may repeat */
	int progress;		 /* percent; -1: not told, only IMS does */
	size_t n_sub_jobs;
	const EcsSubJob *sub_jobs;
} EcsJob;

EcsJob *ecs_job_ref(EcsJob *job);
void ecs_job_unref(EcsJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsJob, ecs_job_unref)

/* Append the API's own document, as ecs_server_json(). */
void ecs_job_json(const EcsJob *job, GString *out);

typedef void (*EcsJobDone)(EcsJob *job, const GError *error, void *data); /* @job: owned */

/* API: GET /v1/{project_id}/jobs/{job_id}, of the service whose change started it. If that was not
 * through this client, of ECS, EVS, IMS and BMS, one after the other until one knows it, and from
 * then on of that one. ECS_ERROR_NOT_FOUND: none does (Common.0011). */
void ecs_job_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsJobDone done,
		 void *data);
