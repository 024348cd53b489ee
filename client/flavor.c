/* SPDX-License-Identifier: MIT */
#include "client/flavor.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

#define AT(member) ECS_JSON_AT(EcsFlavor, member)

/* ECS reference, "Querying Details About Flavors and Extended Flavor Information". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, AT(ref), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "vcpus", ECS_JSON_INT, AT(vcpus) },
	{ "ram", ECS_JSON_INT64, AT(ram_mb) },
	{ "disk", ECS_JSON_INT, AT(disk_gb) },
	{ "OS-FLV-DISABLED:disabled", ECS_JSON_BOOL, AT(disabled) },
	{ "os-flavor-access:is_public", ECS_JSON_BOOL, AT(is_public) },
	{ "os_extra_specs", ECS_JSON_PAIRS, AT(extra_specs) },
	{},
};

static const char *const sale_states[] = { "normal", "promotion", "obt", NULL };

static void copy(EcsBuilder *builder, const char **slot, const char *text)
{
	ecs_builder_string(builder, slot, text, strlen(text));
}

/* @id: the member that the tree knows it by. */
static void *decode_by(EcsJson *json, const char *id, EcsBuilder *builder)
{
	EcsFlavor *flavor = ecs_builder_begin(builder, sizeof(EcsFlavor));
	if (!ecs_json_decode(json, fields, flavor, builder))
		return NULL;
	if (!flavor->extra_specs.n) /* Nova's name for it */
		ecs_json_pairs(ecs_json_get(json, "extra_specs"), &flavor->extra_specs, builder);
	if (!*flavor->name)
		copy(builder, &flavor->name, ecs_json_get_text(json, "id"));
	copy(builder, &flavor->id, ecs_json_get_text(json, id));
	if (!*flavor->id)
		copy(builder, &flavor->id, ecs_json_get_text(json, "id"));
	const char *state = ecs_pairs_get(&flavor->extra_specs, "cond:operation:status");
	ecs_builder_shared(builder, &flavor->state, state && *state ? state : "normal");
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	return decode_by(json, "id", builder);
}

/* Servers tell its name: Nova's microversion 2.47. */
static void *decode_nova(EcsJson *json, EcsBuilder *builder)
{
	return decode_by(json, "name", builder);
}

EcsFlavor *ecs_flavor_ref(EcsFlavor *flavor)
{
	return ecs_object_ref(flavor);
}

void ecs_flavor_unref(EcsFlavor *flavor)
{
	ecs_object_unref(flavor);
}

void ecs_flavor_json(const EcsFlavor *flavor, GString *out)
{
	ecs_object_json(flavor, out);
}

bool ecs_flavor_same(const EcsFlavor *a, const EcsFlavor *b)
{
	return ecs_object_same(a, b);
}

char *ecs_flavor_zone_state(const EcsFlavor *flavor, const char *zone)
{
	/* "eu-de-01(normal), eu-de-02(sellout)" */
	const char *at = ecs_pairs_get(&flavor->extra_specs, "cond:operation:az");
	size_t zone_len = strlen(zone);
	while (at && *at) {
		at += strspn(at, ", ");
		size_t len = strcspn(at, "(,");
		const char *state = at[len] == '(' ? at + len + 1 : NULL;
		while (len && at[len - 1] == ' ')
			len--;
		if (state && zone_len && len == zone_len && strncmp(at, zone, len) == 0)
			return g_strndup(state, strcspn(state, "),"));
		at += strcspn(at, ",");
	}
	return g_strdup(flavor->state);
}

bool ecs_flavor_on_sale(const EcsFlavor *flavor, const char *zone)
{
	g_autofree char *state = ecs_flavor_zone_state(flavor, zone);
	return g_strv_contains(sale_states, state);
}

static const char *flavor_ref(const void *object)
{
	return ((const EcsFlavor *)object)->ref;
}

static const EcsListType flavor_list = {
	.what = "flavors",
	.key = "flavors",
	.route[ECS_DIALECT_NATIVE] = { "ecs", "/v1/{p}/cloudservers/flavors" },
	/* From microversion 2.61 on it has the extra specs. */
	.route[ECS_DIALECT_NOVA] = { "compute", "/v2.1/{p}/flavors/detail?limit=1000{m}",
				     .linked = true, .page_size = 1000, .micro = 61,
				     .decode = decode_nova },
	.decode = decode,
	.id = flavor_ref,
};

void ecs_flavor_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &flavor_list, cancellable, done, data);
}

typedef struct {
	EcsTextDone done;
	void *data;
	char *id;
} Resolution;

static void resolved(GPtrArray *flavors, const GError *error, void *data)
{
	Resolution *resolution = data;
	const char *ref = resolution->id;
	for (unsigned i = 0; flavors && i < flavors->len; i++) {
		const EcsFlavor *flavor = flavors->pdata[i];
		if (strcmp(flavor->id, resolution->id) == 0)
			ref = flavor->ref;
	}
	resolution->done(error ? NULL : ref, error, resolution->data);
	if (flavors)
		g_ptr_array_unref(flavors);
	g_free(resolution->id);
	g_free(resolution);
}

void ecs_flavor_resolve(EcsScope *scope, const char *id, GCancellable *cancellable,
			EcsTextDone done, void *data)
{
	Resolution *resolution = g_new(Resolution, 1);
	*resolution = (Resolution){ done, data, g_strdup(id) };
	ecs_list_start(scope, &flavor_list, cancellable, resolved, resolution);
}
