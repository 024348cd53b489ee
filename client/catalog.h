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

/* The first endpoint of @type whose region is @region or "*". Where no
 * "compute" is listed, "ecs" stands in: they are one host. Returns: the root without a trailing
 * slash, borrowed; NULL if there is none. */
const char *ecs_catalog_root(const EcsCatalog *catalog, const char *type, const char *region);

EcsDialect ecs_catalog_dialect(const EcsCatalog *catalog, const char *region);

/* Returns: the regions with a server API, sorted, NULL-terminated, owned. */
char **ecs_catalog_regions(const EcsCatalog *catalog);

/* Returns: @url up to the first path segment that starts with v and a digit, without a query and
 * trailing slashes, owned; NULL if it is no http or https URL. */
char *ecs_catalog_strip(const char *url);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsCatalog, ecs_catalog_free)
