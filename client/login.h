/* SPDX-License-Identifier: MIT */
/*
 * login - how credentials become a grant: what IAM is asked with a password, a token, an
 * application credential or an access key, and what its answers mean. Knows no waiting, no renewal
 * and no second try: that is auth's. Internal to client/.
 *
 * With an access key there is no token: each call is signed (sign.h), and the grant is what the
 * project's id and the catalog have to be asked for.
 *
 * Source: IAM reference, "Obtaining a User Token ..."; Keystone v3, "Authentication and token
 * management"; openstacksdk and gophertelekomcloud for the names of methods.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "client/catalog.h"
#include "client/client.h"

typedef enum {
	ECS_LOGIN_PASSWORD,
	ECS_LOGIN_MULTIFACTOR, /* a password, and a passcode that is good once */
	ECS_LOGIN_TOKEN,
	ECS_LOGIN_APPLICATION, /* an application credential; it is for one project only */
	ECS_LOGIN_KEYS,	       /* an access key, AK/SK */
} EcsLoginMethod;

/* auth_type, or if that is not said: what there is. */
EcsLoginMethod ecs_login_method(const EcsCloud *cloud);
/* Is all there that the method needs? Returns: false and ECS_ERROR_CONFIG. */
bool ecs_login_check(const EcsCloud *cloud, GError **error);
/* Can it be done again at any time? */
bool ecs_login_renewable(const EcsCloud *cloud);
/* Who logs in, for messages. Borrowed. */
const char *ecs_login_who(const EcsCloud *cloud);

#define ECS_LOGIN_SECRETS 8
/* What must not come back in an error. @out: that many; set to what there is, then NULL. */
void ecs_login_secrets(const EcsCloud *cloud, const char **out);

/* For which project. All borrowed, copied by ecs_login_start(). */
typedef struct {
	const char *id;	  /* NULL: by name */
	const char *name; /* NULL and no id: for no project */
	const char *domain_id, *domain_name;
	const char *label; /* the project, for the trace; as long as the client; NULL: none */
	const char *token; /* to log in with instead of the cloud's credentials; NULL: with those */
} EcsLoginScope;

/* Owned by whoever gets it; ecs_grant_free(). */
typedef struct {
	char *token; /* "" for an access key */
	char *project_id;
	char *project_name;
	char *domain_id; /* of the project; "" if it was not told */
	EcsCatalog *catalog;
	int64_t expires; /* seconds since 1970; 0: it does not, or was not told */
	int64_t life_s;	 /* from now; G_MAXINT64: for ever; 0: not told */
} EcsGrant;

/* @grant: taken over by the callback; NULL with @error. On the loop's thread, once, later; also
 * when the client is closed. */
typedef void (*EcsLoginDone)(EcsGrant *grant, const GError *error, void *data);

/* Loop's thread. */
void ecs_login_start(EcsClient *client, const EcsLoginScope *scope, EcsLoginDone done, void *data);

void ecs_grant_free(EcsGrant *grant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsGrant, ecs_grant_free)
