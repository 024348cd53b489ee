/* SPDX-License-Identifier: MIT */
/*
 * cloud_rules - which of the many spellings counts: from configuration trees to one EcsCloud,
 * without touching a file. Internal to clouds.c.
 *
 * The rules are openstacksdk's (openstack/config/loader.py). Where that skips what it cannot use
 * and goes on, this one says what is wrong.
 */
#pragma once

#include "client/clouds.h"
#include "client/conf.h"

/* OS_* as a cloud. @environment: NULL-terminated NAME=VALUE. Returns: a map, owned; NULL if there
 * is nothing but selectors (OS_CLOUD, OS_REGION_NAME, ...). */
EcsConf *ecs_cloud_from_environment(const char *const *environment);

/**
 * ecs_cloud_from_conf - make the cloud.
 * @name: its name; @cloud: its map.
 * @vendors: "public-clouds" of clouds-public.yaml, or NULL.
 * @region: OS_REGION_NAME, which counts where the cloud names no region; or NULL.
 *
 * Returns: owned; NULL and ECS_ERROR_CONFIG.
 */
EcsCloud *ecs_cloud_from_conf(const char *name, const EcsConf *cloud, const EcsConf *vendors,
			      const char *region, GError **error);
