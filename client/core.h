/* SPDX-License-Identifier: MIT */
/*
 * core - the insides of EcsClient and EcsScope, for client/ only.
 *
 * Unless a field says otherwise it is owned by the loop's thread, or set before that thread starts
 * and constant since.
 */
#pragma once

#include "client/auth.h"
#include "client/catalog.h"
#include "client/client.h"
#include "client/engine.h"
#include "client/loop.h"

/* What the tests change. */
typedef struct {
	unsigned backoff_ms;	/* first back-off when throttled; 0: the default */
	unsigned login_hold_ms; /* how long a failed login is not repeated; 0: the default */
	int64_t renew_after_ms; /* renew tokens at this age instead of before their end; 0: off */
} EcsTuning;

struct EcsClient {
	EcsCloud *cloud;
	EcsClientOptions options;
	EcsTuning tuning;
	EcsLoop *loop;
	EcsEngine *engine;
	GRand *random;
	bool closing;	  /* no new call is begun */
	GQueue calls;	  /* EcsCall, under way */
	EcsAuth *home;	  /* of the configured project */
	GPtrArray *auths; /* EcsAuth, owned: home, and one per other project */
	int64_t clock_s;  /* how far the cloud's clock is ahead of ours, as of its last answer;
			     written under the lock */
	struct EcsReload *reload; /* of reload.c: under way, or NULL */
	int64_t dating_s;	  /* by how much signatures are dated ahead of our clock */

	GMutex lock;		 /* the rest */
	GCond close_done;	 /* @closed is true now */
	bool closed;		 /* nothing is under way any more */
	GHashTable *scopes;	 /* "region\nproject" (owned) → EcsScope (owned) */
	const char *home_region; /* interned; "" until the first token */
	char *home_project_id;	 /* "" until the first token */
	char **regions;		 /* owned */
	char *lacking;		 /* why there are none, owned; NULL: there are */
	char *plain;		 /* an endpoint without TLS, though IAM has it; owned; or NULL */
	int64_t token_expires;
	GHashTable *jobs;	   /* job id (owned) → service that started it (static) */
	GHashTable *features;	   /* region (interned) → rows of client/feature.c that it has */
	GHashTable *microversions; /* region (interned) → Nova's newest minor */

	GHashTable *questions; /* of client/microversion.c, on the loop's thread: region
				  (interned) → who waits for its microversion */
};

struct EcsScope {
	EcsClient *client;
	const char *region;  /* interned */
	char *project;	     /* as asked for, or NULL */
	char *asked_id;	     /* the same, by id: then @project is for messages only; or NULL */
	EcsAuth *auth;	     /* owned by client->auths; NULL until the first call */
	GHashTable *lacking; /* of client/list.c, on the loop's thread: type of a list → objects
				that its count told too many, both times */
	GHashTable *pools;   /* likewise: type of a list → EcsPool of its last one */
	uint64_t named;	     /* generation of the token that project_name is from */
	char *project_name;  /* under client->lock; "" until the scope has a token */
	char *project_id;    /* likewise */
};

/* From here on it is said that the clocks differ, seconds. */
#define ECS_CLOCK_TOLD_S 300

/* "3 minutes behind": this machine's clock, when the cloud's is @ahead_s seconds ahead. Owned. */
char *ecs_client_clock_text(int64_t ahead_s);

/* Before the first call. */
void ecs_client_tune(EcsClient *client, const EcsTuning *tuning);

/* Any thread. Every service tells of its own jobs only: remember that @service (static), of the
 * catalog, has started the job @id. */
void ecs_client_job_started(EcsClient *client, const char *id, const char *service);
/* Any thread. Returns: the service that has the job @id, static; NULL if it is not known. */
const char *ecs_client_job_service(EcsClient *client, const char *id);

/* Loop's thread: the cloud has just said that it is @now there, seconds since 1970. */
void ecs_client_clock_told(EcsClient *client, int64_t now);
/* Returns: a bit for each row of client/feature.c that the region has. @plain: without the cloud's
 * own APIs. */
uint32_t ecs_feature_rows(const EcsCatalog *catalog, const char *region, bool plain);

/* Loop's thread: a signature dated @dating_s seconds ahead of our clock was refused. Returns:
 * whether that was the reason: from now on the cloud's clock counts. */
bool ecs_client_redate(EcsClient *client, int64_t dating_s);

/* Called by auth.c on the loop's thread when a token has come for @auth. */
void ecs_client_logged_in(EcsClient *client, EcsAuth *auth);

/* Loop's thread. Returns: whose token a scope's calls take, borrowed. */
EcsAuth *ecs_scope_auth(EcsScope *scope);
/* Loop's thread: let other threads know which project the token is for. */
void ecs_scope_named(EcsScope *scope);
