/* SPDX-License-Identifier: MIT */
#include "client/feature.h"

#include "client/core.h"
#include "client/microversion.h"

#define SERVER_TAGS 26

/* By which services in which dialect it is there: any row will do. */
static const struct {
	EcsFeature feature;
	EcsDialect dialect;
	const char *service;
	unsigned micro; /* of Nova, at least */
} rows[] = {
	{ ECS_HAS_ECS, ECS_DIALECT_NATIVE, "ecs", 0 },
	{ ECS_HAS_EVS, ECS_DIALECT_NATIVE, "evs", 0 },
	{ ECS_HAS_IMS, ECS_DIALECT_NATIVE, "image", 0 },
	{ ECS_HAS_VPC, ECS_DIALECT_NATIVE, "vpc", 0 },
	{ ECS_HAS_IMAGES, ECS_DIALECT_NATIVE, "image", 0 },
	{ ECS_HAS_IMAGES, ECS_DIALECT_NOVA, "image", 0 },
	{ ECS_HAS_NETWORK, ECS_DIALECT_NATIVE, "vpc", 0 },
	{ ECS_HAS_NETWORK, ECS_DIALECT_NOVA, "network", 0 },
	{ ECS_HAS_VOLUMES, ECS_DIALECT_NATIVE, "evs", 0 },
	{ ECS_HAS_VOLUMES, ECS_DIALECT_NOVA, "volumev3", 0 },
	{ ECS_HAS_TAGS, ECS_DIALECT_NATIVE, "ecs", 0 },
	{ ECS_HAS_TAGS, ECS_DIALECT_NOVA, "compute", SERVER_TAGS },
};

G_STATIC_ASSERT(G_N_ELEMENTS(rows) <= 32);

uint32_t ecs_feature_rows(const EcsCatalog *catalog, const char *region, bool plain)
{
	uint32_t mask = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (!(plain && rows[i].dialect == ECS_DIALECT_NATIVE) &&
		    ecs_catalog_speaks(catalog, rows[i].dialect, rows[i].service, region))
			mask |= UINT32_C(1) << i;
	return mask;
}

bool ecs_scope_has(EcsScope *scope, EcsFeature feature)
{
	EcsClient *client = scope->client;
	if (feature == ECS_HAS_ANY)
		return true;
	void *mask = NULL;
	g_mutex_lock(&client->lock);
	bool known = g_hash_table_lookup_extended(client->features, scope->region, NULL, &mask);
	g_mutex_unlock(&client->lock);
	if (!known)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].feature == feature && GPOINTER_TO_UINT(mask) & UINT32_C(1) << i &&
		    (!rows[i].micro || ecs_microversion_known(scope) >= rows[i].micro))
			return true;
	return false;
}
