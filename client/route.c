/* SPDX-License-Identifier: MIT */
#include "client/route.h"

/* Returns: the service that is missing for the call; NULL: it cannot be said at all. */
static const char *missing(const EcsCallSpec *spec, EcsDialect region)
{
	if (region != ECS_DIALECT_NONE && spec->route[region].path)
		return spec->route[region].service;
	return NULL;
}

EcsDialect ecs_route_choose(const EcsCallSpec *spec, const EcsCatalog *catalog, const char *region,
			    bool plain, GError **error)
{
	for (EcsDialect dialect = plain ? ECS_DIALECT_NOVA : 0; dialect < ECS_DIALECT_NONE;
	     dialect++)
		if (spec->route[dialect].path &&
		    ecs_catalog_speaks(catalog, dialect, spec->route[dialect].service, region))
			return dialect;
	EcsDialect servers = ecs_catalog_dialect(catalog, region);
	if (plain && servers == ECS_DIALECT_NATIVE)
		servers = ECS_DIALECT_NOVA;
	const char *service = missing(spec, servers);
	if (servers == ECS_DIALECT_NONE)
		g_set_error(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED,
			    "region %s has no server API", region);
	else if (service)
		g_set_error(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED,
			    "region %s has no %s endpoint", region, service);
	else
		g_set_error(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED,
			    "a plain OpenStack cloud cannot do that");
	return ECS_DIALECT_NONE;
}

char *ecs_route_url(const EcsRoute *route, const char *root, const char *project_id)
{
	GString *url = g_string_new(root);
	g_string_append(url, route->path);
	if (project_id)
		g_string_replace(url, "{p}", project_id, 0);
	return g_string_free(url, FALSE);
}
