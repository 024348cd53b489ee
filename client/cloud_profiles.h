/* SPDX-License-Identifier: MIT */
/*
 * cloud_profiles - what is known of public clouds without a file: the profiles that openstacksdk
 * brings along, as far as they are Keystone v3. Internal to cloud_rules.c.
 *
 * Source: openstack/config/vendors.
 */
#pragma once

#include "client/conf.h"

/* Returns: a map as in clouds-public.yaml, owned; NULL: that one is not known. */
EcsConf *ecs_cloud_profile(const char *name);
