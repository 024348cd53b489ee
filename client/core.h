/* SPDX-License-Identifier: MIT */
/*
 * core - the insides of EcsClient and EcsScope, for call.c, auth.c and client.c only.
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

	GMutex lock;		 /* the rest */
	GHashTable *scopes;	 /* "region\nproject" (owned) → EcsScope (owned) */
	const char *home_region; /* interned; "" until the first token */
	char **regions;		 /* owned */
	int64_t token_expires;
};

struct EcsScope {
	EcsClient *client;
	const char *region; /* interned */
	char *project;	    /* as asked for, or NULL */
	EcsAuth *auth;	    /* owned by client->auths; NULL until the first call */
	uint64_t named;	    /* generation of the token that project_name is from */
	char *project_name; /* under client->lock; "" until the scope has a token */
};

/* Before the first call. */
void ecs_client_tune(EcsClient *client, const EcsTuning *tuning);

/* Called by auth.c on the loop's thread when a token has come for @auth. */
void ecs_client_logged_in(EcsClient *client, EcsAuth *auth);
