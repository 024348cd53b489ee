/* SPDX-License-Identifier: MIT */
/*
 * feature - what a cloud has, as far as clouds differ. A plain OpenStack cloud has no jobs, no
 * bandwidths, no bare metal servers of their own.
 */
#pragma once

#include "client/client.h"

typedef enum {
	ECS_HAS_ANY,	/* every cloud has it */
	ECS_HAS_ECS,	/* the cloud's own API of servers: jobs, dedicated hosts, ... */
	ECS_HAS_EVS,	/* that of disks */
	ECS_HAS_IMS,	/* that of images */
	ECS_HAS_VPC,	/* that of networks: bandwidths, ... */
	ECS_HAS_IMAGES, /* some API of them, and so on */
	ECS_HAS_NETWORK,
	ECS_HAS_VOLUMES,
	ECS_HAS_TAGS, /* of servers */
} EcsFeature;

/* Returns: whether the scope's cloud has it: as the catalog of the home project says, so before
 * ecs_client_login() it has everything; and what Nova's microversion decides not before that is
 * known. No network; any thread. */
bool ecs_scope_has(EcsScope *scope, EcsFeature feature);
