/* SPDX-License-Identifier: MIT */
#include "client/catalog.h"

#include <stdlib.h>
#include <string.h>

/* OTC has 30 services in 3 regions; a cloud with more than this is not one. */
#define ENDPOINTS_MAX 10000

typedef struct {
	char *type;
	char *region;
	char *root;
} Endpoint;

struct EcsCatalog {
	GArray *endpoints; /* Endpoint, in the cloud's order */
};

static void endpoint_clear(void *data)
{
	Endpoint *endpoint = data;
	g_free(endpoint->type);
	g_free(endpoint->region);
	g_free(endpoint->root);
}

char *ecs_catalog_strip(const char *url)
{
	const char *authority = NULL;
	if (g_ascii_strncasecmp(url, "https://", 8) == 0)
		authority = url + 8;
	else if (g_ascii_strncasecmp(url, "http://", 7) == 0)
		authority = url + 7;
	if (!authority || !*authority || strchr("/?#", *authority))
		return NULL;
	for (const char *at = url; *at; at++)
		if (!g_ascii_isgraph(*at))
			return NULL;
	const char *end = url + strcspn(url, "?#");
	const char *at = authority + strcspn(authority, "/?#");
	for (; at < end; at++) {
		if (*at == '/' && at[1] == 'v' && g_ascii_isdigit(at[2])) {
			end = at;
			break;
		}
	}
	while (end > authority && end[-1] == '/')
		end--;
	return g_strndup(url, (size_t)(end - url));
}

/* "public" and "publicURL" are one. */
static bool same_interface(const char *a, const char *b)
{
	size_t a_len = g_str_has_suffix(a, "URL") ? strlen(a) - 3 : strlen(a);
	size_t b_len = g_str_has_suffix(b, "URL") ? strlen(b) - 3 : strlen(b);
	return a_len == b_len && strncmp(a, b, a_len) == 0;
}

static void add_endpoint(EcsCatalog *catalog, const char *type, const EcsJson *json)
{
	const char *region = ecs_json_get_text(json, "region");
	if (!*region)
		region = ecs_json_get_text(json, "region_id");
	char *root = ecs_catalog_strip(ecs_json_get_text(json, "url"));
	if (!root || !*region) {
		g_free(root);
		return;
	}
	Endpoint endpoint = { g_strdup(type), g_strdup(region), root };
	g_array_append_val(catalog->endpoints, endpoint);
}

EcsCatalog *ecs_catalog_parse(const EcsJson *json, const char *interface)
{
	EcsCatalog *catalog = g_new0(EcsCatalog, 1);
	catalog->endpoints = g_array_new(FALSE, FALSE, sizeof(Endpoint));
	g_array_set_clear_func(catalog->endpoints, endpoint_clear);
	const EcsJson *service, *endpoint;
	for (service = ecs_json_first(json); service; service = ecs_json_next(service)) {
		endpoint = ecs_json_first(ecs_json_get(service, "endpoints"));
		for (; endpoint; endpoint = ecs_json_next(endpoint))
			if (same_interface(ecs_json_get_text(endpoint, "interface"), interface) &&
			    catalog->endpoints->len < ENDPOINTS_MAX)
				add_endpoint(catalog, ecs_json_get_text(service, "type"), endpoint);
	}
	return catalog;
}

void ecs_catalog_free(EcsCatalog *catalog)
{
	if (!catalog)
		return;
	g_array_unref(catalog->endpoints);
	g_free(catalog);
}

static const char *find(const EcsCatalog *catalog, const char *type, const char *region)
{
	for (unsigned i = 0; i < catalog->endpoints->len; i++) {
		const Endpoint *endpoint = &g_array_index(catalog->endpoints, Endpoint, i);
		if (strcmp(endpoint->type, type) == 0 &&
		    (strcmp(endpoint->region, region) == 0 || strcmp(endpoint->region, "*") == 0))
			return endpoint->root;
	}
	return NULL;
}

const char *ecs_catalog_root(const EcsCatalog *catalog, const char *type, const char *region)
{
	const char *root = find(catalog, type, region);
	if (!root && strcmp(type, "compute") == 0)
		root = find(catalog, "ecs", region);
	return root;
}

EcsDialect ecs_catalog_dialect(const EcsCatalog *catalog, const char *region)
{
	if (find(catalog, "ecs", region))
		return ECS_DIALECT_NATIVE;
	return find(catalog, "compute", region) ? ECS_DIALECT_NOVA : ECS_DIALECT_NONE;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **ecs_catalog_regions(const EcsCatalog *catalog)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *regions = g_ptr_array_new();
	for (unsigned i = 0; i < catalog->endpoints->len; i++) {
		const Endpoint *endpoint = &g_array_index(catalog->endpoints, Endpoint, i);
		if ((strcmp(endpoint->type, "ecs") == 0 ||
		     strcmp(endpoint->type, "compute") == 0) &&
		    strcmp(endpoint->region, "*") != 0 && g_hash_table_add(seen, endpoint->region))
			g_ptr_array_add(regions, g_strdup(endpoint->region));
	}
	g_ptr_array_sort(regions, by_name);
	g_ptr_array_add(regions, NULL);
	return (char **)g_ptr_array_free(regions, FALSE);
}
