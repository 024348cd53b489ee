/* SPDX-License-Identifier: MIT */
#include "client/catalog.h"

#include <stdlib.h>
#include <string.h>

/* OTC has 30 services in 3 regions; a cloud with more than this is not one. */
#define ENDPOINTS_MAX 10000
/* For a sentence only. */
#define TYPES_MAX 20
#define TYPE_MAX 40

typedef struct {
	char *type;
	char *region; /* "*": all; "": it names none */
	char *root;
} Endpoint;

struct EcsCatalog {
	GArray *endpoints; /* Endpoint, in the cloud's order */
	GPtrArray *types;  /* that it lists at all, owned */
	bool other;	   /* it has a server API with another interface */
	bool unusable;	   /* it has one whose URL is none */
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
		bool version = at[1] == 'v' && g_ascii_isdigit(at[2]);
		bool template = (at[1] == '$' || at[1] == '%') && at[2] == '(';
		if (*at == '/' && (version || template)) {
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

static bool is_server_type(const char *type)
{
	return strcmp(type, "ecs") == 0 || strcmp(type, "compute") == 0;
}

static void add_endpoint(EcsCatalog *catalog, const char *type, const EcsJson *json)
{
	const char *region = ecs_json_get_text(json, "region");
	if (!*region)
		region = ecs_json_get_text(json, "region_id");
	g_autofree char *root = ecs_catalog_strip(ecs_json_get_text(json, "url"));
	if (!root || strchr(root, '@')) { /* nobody's password is to be sent */
		catalog->unusable |= is_server_type(type);
		return;
	}
	Endpoint endpoint = { g_strdup(type), g_strdup(region), g_steal_pointer(&root) };
	g_array_append_val(catalog->endpoints, endpoint);
}

static EcsCatalog *catalog_new(void)
{
	EcsCatalog *catalog = g_new0(EcsCatalog, 1);
	catalog->endpoints = g_array_new(FALSE, FALSE, sizeof(Endpoint));
	g_array_set_clear_func(catalog->endpoints, endpoint_clear);
	catalog->types = g_ptr_array_new_with_free_func(g_free);
	return catalog;
}

/* Fit for a sentence. */
static bool is_word(const char *type)
{
	size_t len = strlen(type);
	for (const char *at = type; *at; at++)
		if (!g_ascii_isalnum(*at) && !strchr("-_.", *at))
			return false;
	return len > 0 && len < TYPE_MAX;
}

static void add_service(EcsCatalog *catalog, const EcsJson *service, const char *interface)
{
	const char *type = ecs_json_get_text(service, "type");
	const EcsJson *endpoint = ecs_json_first(ecs_json_get(service, "endpoints"));
	if (is_word(type) && catalog->types->len < TYPES_MAX)
		g_ptr_array_add(catalog->types, g_strdup(type));
	for (; endpoint; endpoint = ecs_json_next(endpoint)) {
		if (!same_interface(ecs_json_get_text(endpoint, "interface"), interface))
			catalog->other |= is_server_type(type);
		else if (catalog->endpoints->len < ENDPOINTS_MAX)
			add_endpoint(catalog, type, endpoint);
	}
}

EcsCatalog *ecs_catalog_parse(const EcsJson *json, const char *interface)
{
	EcsCatalog *catalog = catalog_new();
	const EcsJson *service = ecs_json_first(json);
	for (; service; service = ecs_json_next(service))
		add_service(catalog, service, interface);
	return catalog;
}

/* Type in the catalog, and the first part of the host's name. */
static const struct {
	const char *type, *host;
} known[] = {
	{ "bms", "bms" },      { "ecs", "ecs" },   { "evs", "evs" },
	{ "identity", "iam" }, { "image", "ims" }, { "vpc", "vpc" },
};

EcsCatalog *ecs_catalog_known(const char *auth_url, const char *region)
{
	g_autofree char *root = ecs_catalog_strip(auth_url);
	g_autofree char *start = g_strdup_printf("://iam.%s.", region);
	char *at = root && *region ? strstr(root, "://") : NULL;
	if (!at || !g_str_has_prefix(at, start))
		return NULL;
	const char *rest = at + strlen("://iam.");
	EcsCatalog *catalog = catalog_new();
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		Endpoint endpoint = { g_strdup(known[i].type), g_strdup(region),
				      g_strdup_printf("%.*s://%s.%s", (int)(at - root), root,
						      known[i].host, rest) };
		g_array_append_val(catalog->endpoints, endpoint);
	}
	return catalog;
}

void ecs_catalog_override(EcsCatalog *catalog, const char *type, const char *root,
			  const char *region)
{
	g_auto(GStrv) regions = ecs_catalog_regions(catalog);
	Endpoint endpoint = { g_strdup(type), g_strdup("*"), g_strdup(root) };
	g_array_prepend_val(catalog->endpoints, endpoint);
	if (regions[0] || !region)
		return;
	endpoint = (Endpoint){ g_strdup(type), g_strdup(region), g_strdup(root) };
	g_array_append_val(catalog->endpoints, endpoint);
}

void ecs_catalog_settle(EcsCatalog *catalog, const char *region)
{
	g_auto(GStrv) regions = ecs_catalog_regions(catalog);
	for (unsigned i = 0; !regions[0] && i < catalog->endpoints->len; i++) {
		Endpoint *endpoint = &g_array_index(catalog->endpoints, Endpoint, i);
		if (*endpoint->region)
			continue;
		g_free(endpoint->region);
		endpoint->region = g_strdup(region ? region : "default");
	}
}

char *ecs_catalog_lacking(const EcsCatalog *catalog, const char *interface)
{
	g_auto(GStrv) regions = ecs_catalog_regions(catalog);
	if (regions[0])
		return NULL;
	if (catalog->unusable)
		return g_strdup("the catalog's endpoint of the server API is no http or https URL");
	if (catalog->other)
		return g_strdup_printf("the catalog has a server API, but none with the interface "
				       "%s",
				       interface);
	if (!catalog->types->len)
		return g_strdup("the catalog is empty");
	g_autoptr(GString) types = g_string_new(NULL);
	for (unsigned i = 0; i < catalog->types->len; i++)
		g_string_append_printf(types, "%s%s", i ? ", " : "",
				       (const char *)catalog->types->pdata[i]);
	return g_strdup_printf("the catalog has no server API (ecs or compute), only %s",
			       types->str);
}

/* Nobody else is on the way there. */
static const char *const loopback[] = { "http://127.", "http://localhost", "http://[::1]" };

static bool is_plain(const char *root)
{
	for (size_t i = 0; i < G_N_ELEMENTS(loopback); i++)
		if (g_str_has_prefix(root, loopback[i]))
			return false;
	return g_ascii_strncasecmp(root, "http:", 5) == 0;
}

const char *ecs_catalog_plain(const EcsCatalog *catalog)
{
	for (unsigned i = 0; i < catalog->endpoints->len; i++) {
		const char *root = g_array_index(catalog->endpoints, Endpoint, i).root;
		if (is_plain(root))
			return root;
	}
	return NULL;
}

void ecs_catalog_cut_project(EcsCatalog *catalog, const char *project_id)
{
	g_autofree char *end = g_strconcat("/", project_id, NULL);
	for (unsigned i = 0; *project_id && i < catalog->endpoints->len; i++) {
		char *root = g_array_index(catalog->endpoints, Endpoint, i).root;
		if (g_str_has_suffix(root, end))
			root[strlen(root) - strlen(end)] = '\0';
	}
}

void ecs_catalog_free(EcsCatalog *catalog)
{
	if (!catalog)
		return;
	g_array_unref(catalog->endpoints);
	g_ptr_array_unref(catalog->types);
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
	/* Servers make the regions: one that names none must not seem to be in all. */
	for (unsigned i = 0; !is_server_type(type) && i < catalog->endpoints->len; i++) {
		const Endpoint *endpoint = &g_array_index(catalog->endpoints, Endpoint, i);
		if (strcmp(endpoint->type, type) == 0 && !*endpoint->region)
			return endpoint->root;
	}
	return NULL;
}

/* What stands in for a type that is not listed, in that order. */
static const struct {
	const char *type, *other;
} aliases[] = {
	{ "compute", "ecs" },
	{ "volumev3", "block-storage" },
	{ "volumev3", "volume" },
	{},
};

const char *ecs_catalog_root(const EcsCatalog *catalog, const char *type, const char *region)
{
	const char *root = find(catalog, type, region);
	for (size_t i = 0; aliases[i].type && !root; i++)
		if (strcmp(aliases[i].type, type) == 0)
			root = find(catalog, aliases[i].other, region);
	return root;
}

/* Types that plain OpenStack has under the same name. */
static const char *const common[] = { "compute", "image", NULL };

bool ecs_catalog_speaks(const EcsCatalog *catalog, EcsDialect dialect, const char *type,
			const char *region)
{
	if (dialect == ECS_DIALECT_NATIVE && g_strv_contains(common, type) &&
	    !find(catalog, "ecs", region))
		return false;
	return ecs_catalog_root(catalog, type, region) != NULL;
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
		if (is_server_type(endpoint->type) && *endpoint->region &&
		    strcmp(endpoint->region, "*") != 0 && g_hash_table_add(seen, endpoint->region))
			g_ptr_array_add(regions, g_strdup(endpoint->region));
	}
	g_ptr_array_sort(regions, by_name);
	g_ptr_array_add(regions, NULL);
	return (char **)g_ptr_array_free(regions, FALSE);
}
