/* SPDX-License-Identifier: MIT */
/*
 * catalog - where the services are: the endpoints that came with a token. Internal to client/.
 *
 * A catalog's URLs end in a version and a project; what is kept is the root in front of them, since
 * one root serves all versions of its API. Immutable once parsed.
 */
#pragma once

#include <glib.h>

#include "client/json.h"

typedef struct EcsCatalog EcsCatalog;

/* Which APIs a region has. */
typedef enum {
	ECS_DIALECT_NATIVE, /* an "ecs" endpoint: the ECS API, and Nova's beside it */
	ECS_DIALECT_NOVA,   /* only "compute": plain OpenStack */
	ECS_DIALECT_NONE,
} EcsDialect;

#define ECS_DIALECTS ECS_DIALECT_NONE

/**
 * ecs_catalog_parse - read token.catalog.
 * @catalog: the array of services; anything else gives an empty catalog.
 * @interface: "public", or as clouds.yaml says; "publicURL" means the same.
 *
 * Endpoints that are no http or https URL are skipped. Returns: owned, ecs_catalog_free().
 */
EcsCatalog *ecs_catalog_parse(const EcsJson *catalog, const char *interface);
void ecs_catalog_free(EcsCatalog *catalog);

/* Endpoints that name no region count in all of them, but those of a server API only if no other
 * has one: then they are in @region; NULL: "default". */
void ecs_catalog_settle(EcsCatalog *catalog, const char *region);

/**
 * ecs_catalog_lacking - why there is no region with a server API.
 * @interface: that was wanted.
 *
 * Returns: a sentence, owned; NULL: there is one.
 */
char *ecs_catalog_lacking(const EcsCatalog *catalog, const char *interface);

/* Returns: the root of an endpoint without TLS that is not on this machine, borrowed; NULL: there
 * is none. */
const char *ecs_catalog_plain(const EcsCatalog *catalog);

/* Let @root be the endpoint of @type in all regions. @region: which the cloud is said to have; it
 * counts if the catalog has no region at all; or NULL. */
void ecs_catalog_override(EcsCatalog *catalog, const char *type, const char *root,
			  const char *region);

/* Some clouds have the project in their endpoints, and no version in front of it. */
void ecs_catalog_cut_project(EcsCatalog *catalog, const char *project_id);

/**
 * ecs_catalog_known - the endpoints of a cloud that is not allowed to tell them.
 * @auth_url: where IAM is. If it is "iam.REGION.HOST", the other services are beside it.
 *
 * Returns: owned; NULL if it is no such URL. Source: OTC's and Huawei's lists of endpoints.
 */
EcsCatalog *ecs_catalog_known(const char *auth_url, const char *region);

/* The first endpoint of @type whose region is @region or "*". Where no
 * "compute" is listed, "ecs" stands in: they are one host; and "block-storage" or "volume" for
 * "volumev3", as the OpenStack tools do (service-types authority). Returns: the root without a
 * trailing slash, borrowed; NULL if there is none. */
const char *ecs_catalog_root(const EcsCatalog *catalog, const char *type, const char *region);

/* Of the servers. */
EcsDialect ecs_catalog_dialect(const EcsCatalog *catalog, const char *region);

/* Returns: whether that service of the region can be talked to in @dialect. A type that both have,
 * such as "image", is the cloud's own where there is an "ecs" beside it. */
bool ecs_catalog_speaks(const EcsCatalog *catalog, EcsDialect dialect, const char *type,
			const char *region);

/* Returns: the regions with a server API, sorted, NULL-terminated, owned. */
char **ecs_catalog_regions(const EcsCatalog *catalog);

/* Returns: @url up to the first path segment that starts with v and a digit, or stands for a
 * project
 * ("$(tenant_id)s"), without a query and trailing slashes, owned; NULL if it is no http or https
 * URL. */
char *ecs_catalog_strip(const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsCatalog, ecs_catalog_free)
