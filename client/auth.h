/* SPDX-License-Identifier: MIT */
/*
 * auth - tokens: one EcsAuth per project, which gets its token when it is first needed, renews it
 * before it ends, and once when a service refuses it. How a token is got is in login. With an
 * access key there is none, and "" stands for it. Internal to client/.
 *
 * However many calls wait, there is one login per project under way, and a login that failed is not
 * repeated for a while: their callers get its error. A renewal ahead of time goes on behind; its
 * failure matters only once the old token has ended. All of it runs on the loop's thread.
 *
 * Source: IAM reference, "Obtaining a User Token Through Password Authentication"; Keystone v3.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "client/catalog.h"
#include "client/client.h"

typedef struct EcsAuth EcsAuth;
typedef struct EcsAuthWait EcsAuthWait;

/* Whose token it is to be. */
typedef enum {
	ECS_AUTH_CONFIGURED, /* the project of clouds.yaml, or none */
	ECS_AUTH_PROJECT,    /* the project of that name */
	ECS_AUTH_ID,	     /* the project of that id */
	ECS_AUTH_REGION,     /* the project named as that region; if there is none, as CONFIGURED */
} EcsAuthKind;

/* @error: NULL, or why there is no token; borrowed. */
typedef void (*EcsAuthDone)(const GError *error, void *data);

/* @name: or id; copied; NULL for CONFIGURED. @label: the project's name for messages, copied; NULL:
 * @name. Sends nothing. */
EcsAuth *ecs_auth_new(EcsClient *client, EcsAuthKind kind, const char *name, const char *label);
/* Nobody may be waiting. The token is wiped. */
void ecs_auth_free(EcsAuth *auth);
bool ecs_auth_is(const EcsAuth *auth, EcsAuthKind kind, const char *name);

/* Returns: whether there is a token to call with. Starts a renewal if one is due. */
bool ecs_auth_ready(EcsAuth *auth);
/* Returns: the error of a login that failed a moment ago, borrowed; NULL: trying makes sense. */
const GError *ecs_auth_failed(EcsAuth *auth);

/* Log in unless that is under way. @done: once, later. Returns: borrowed until @done. */
EcsAuthWait *ecs_auth_wait(EcsAuth *auth, EcsAuthDone done, void *data);
void ecs_auth_wait_cancel(EcsAuthWait *wait); /* @done will not run */

/* A service refused the token of @generation. Drops it if it is still the one. */
void ecs_auth_refused(EcsAuth *auth, uint64_t generation);
/* Forget a failure, so that the next login is tried. */
void ecs_auth_forget_failure(EcsAuth *auth);

/* These need a token (ecs_auth_ready()); borrowed until the next turn of the loop. */
const char *ecs_auth_token(EcsAuth *auth);	  /* "" if there is none */
uint64_t ecs_auth_generation(EcsAuth *auth);	  /* counts tokens */
const char *ecs_auth_project_id(EcsAuth *auth);	  /* "" for an unscoped token */
const char *ecs_auth_project_name(EcsAuth *auth); /* "" for an unscoped token */
const EcsCatalog *ecs_auth_catalog(EcsAuth *auth);
int64_t ecs_auth_expires(EcsAuth *auth); /* seconds since 1970, as the cloud says */
