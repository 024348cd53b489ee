/* SPDX-License-Identifier: MIT */
/*
 * clouds - which cloud and which credentials: clouds.yaml, secure.yaml and OS_*, searched exactly
 * as the OpenStack tools do (openstacksdk's loader; see docs/architecture.md for the order).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One cloud as configured. Strings are owned by the struct; NULL where nothing was said. */
typedef struct {
	char *name;	/* as in clouds.yaml; "envvars" for OS_* alone */
	char *source;	/* the file it came from, or "environment"; for error messages */
	char *secure;	/* the file that was laid over it; or NULL */
	char *auth_url; /* ends in /v3, no trailing slash */
	char *auth_type;
	char *username;
	char *user_id;
	/* Secrets are wiped on free. */
	char *password;
	char *passcode; /* of a second factor */
	char *token;
	char *application_credential_id;
	char *application_credential_name;
	char *application_credential_secret;
	char *access_key;     /* AK */
	char *secret_key;     /* SK */
	char *security_token; /* of a temporary access key */
	char *user_domain_name;
	char *user_domain_id;
	char *project_name;
	char *project_id;
	char *project_domain_name;
	char *project_domain_id;
	char *region;	 /* region_name; NULL: from the project's name, up to its first '_' */
	char *interface; /* "public" unless said otherwise */
	char *cacert;	 /* path of a PEM file, or NULL */
	char *cert;	 /* of our own, PEM file, or NULL */
	char *key;	 /* that belongs to @cert, if it is not in it; PEM file, or NULL */
	GHashTable
		*overrides; /* type in the catalog → root of an endpoint, both owned; NULL: none */
	bool verify;	    /* TLS certificates; true unless `verify: false` or OS_INSECURE */
} EcsCloud;

/**
 * ecs_cloud_load - find and read the configuration of one cloud.
 * @name: the cloud wanted (--cloud), or NULL: $OS_CLOUD, else the environment's OS_* if they name
 * an auth_url or a username, else the only cloud of clouds.yaml.
 *
 * Blocks on file reads only. Returns: owned, free with ecs_cloud_free(); NULL and ECS_ERROR_CONFIG
 * with one sentence naming file, line and key. Never prints a secret.
 */
EcsCloud *ecs_cloud_load(const char *name, GError **error);
EcsCloud *ecs_cloud_new(void); /* empty: verify = true, interface = "public" */
EcsCloud *ecs_cloud_copy(const EcsCloud *cloud);
void ecs_cloud_free(EcsCloud *cloud);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsCloud, ecs_cloud_free)
