/* SPDX-License-Identifier: MIT */
/*
 * route - which of a call's requests fits the cloud. Internal to client/.
 *
 * It is decided service by service: the first dialect in which the call can be said and of whose
 * service the region's catalog has an endpoint.
 */
#pragma once

#include "client/call.h"

/**
 * ecs_route_choose - the dialect for a call.
 * @plain: the cloud's own APIs are not to be used.
 *
 * Returns: its number in @spec's routes; ECS_DIALECT_NONE and ECS_ERROR_NOT_SUPPORTED.
 */
EcsDialect ecs_route_choose(const EcsCallSpec *spec, const EcsCatalog *catalog, const char *region,
			    bool plain, GError **error);

/* Returns: @root and the route's path, with @project_id (NULL: it is left) in the place of {p};
 * owned. */
char *ecs_route_url(const EcsRoute *route, const char *root, const char *project_id);
