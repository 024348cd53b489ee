/* SPDX-License-Identifier: MIT */
#include "client/bandwidth.h"

#include <cjson/cJSON.h>

#include "client/change.h"
#include "client/list.h"
#include "client/single.h"

/* VPC reference, "Querying Bandwidths". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsBandwidth, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsBandwidth, name) },
	{ "size", ECS_JSON_INT, ECS_JSON_AT(EcsBandwidth, mbits) },
	{ "share_type", ECS_JSON_SHARED, ECS_JSON_AT(EcsBandwidth, share_type) },
	{ "bandwidth_type", ECS_JSON_SHARED, ECS_JSON_AT(EcsBandwidth, type) },
	{ "charge_mode", ECS_JSON_SHARED, ECS_JSON_AT(EcsBandwidth, charge_mode) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsBandwidth, status) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsBandwidth, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsBandwidth, updated) },
	{},
};

static const EcsJsonField eip_fields[] = {
	{ "publicip_id", ECS_JSON_STRING, ECS_JSON_AT(EcsBandwidthEip, id), .required = true },
	{ "publicip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsBandwidthEip, address) },
	{},
};

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsBandwidth *bandwidth = ecs_builder_begin(builder, sizeof(EcsBandwidth));
	if (!ecs_json_decode(json, fields, bandwidth, builder))
		return NULL;
	const EcsJson *list = ecs_json_get(json, "publicip_info"), *item;
	size_t n = 0;
	for (item = ecs_json_first(list); item; item = ecs_json_next(item))
		n++;
	EcsBandwidthEip *eips =
		ecs_builder_array(builder, &bandwidth->eips, n, sizeof(EcsBandwidthEip));
	for (item = ecs_json_first(list); item; item = ecs_json_next(item))
		if (ecs_json_decode(item, eip_fields, &eips[bandwidth->n_eips], builder))
			bandwidth->n_eips++;
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsBandwidth *ecs_bandwidth_ref(EcsBandwidth *bandwidth)
{
	return ecs_object_ref(bandwidth);
}

void ecs_bandwidth_unref(EcsBandwidth *bandwidth)
{
	ecs_object_unref(bandwidth);
}

void ecs_bandwidth_json(const EcsBandwidth *bandwidth, GString *out)
{
	ecs_object_json(bandwidth, out);
}

bool ecs_bandwidth_same(const EcsBandwidth *a, const EcsBandwidth *b)
{
	return ecs_object_same(a, b);
}

static const char *bandwidth_id(const void *object)
{
	return ((const EcsBandwidth *)object)->id;
}

static const EcsListType bandwidth_list = {
	.what = "bandwidths",
	.key = "bandwidths",
	.route[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/bandwidths?limit=2000{m}" },
	.page_size = 2000, /* the API's default */
	.decode = decode,
	.id = bandwidth_id,
};

void ecs_bandwidth_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &bandwidth_list, cancellable, done, data);
}

static EcsCallSpec about(const char *id, const char *method, const char *path, cJSON *body)
{
	return ecs_single_spec("bandwidth", id, "vpc", method, path, body);
}

void ecs_bandwidth_get(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsObjectDone done, void *data)
{
	ecs_single_start(scope, about(id, "GET", "/v1/{p}/bandwidths/{id}", NULL), "bandwidth",
			 decode, cancellable, done, data);
}

void ecs_bandwidth_update(EcsScope *scope, const char *id, const char *name, int mbits,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *bandwidth = cJSON_AddObjectToObject(body, "bandwidth");
	if (name)
		cJSON_AddStringToObject(bandwidth, "name", name);
	if (mbits)
		cJSON_AddNumberToObject(bandwidth, "size", mbits);
	ecs_change_start(scope, about(id, "PUT", "/v1/{p}/bandwidths/{id}", body), false,
			 cancellable, done, data);
}

void ecs_bandwidth_create(EcsScope *scope, const char *name, int mbits, GCancellable *cancellable,
			  EcsObjectDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *bandwidth = cJSON_AddObjectToObject(body, "bandwidth");
	cJSON_AddStringToObject(bandwidth, "name", name);
	cJSON_AddNumberToObject(bandwidth, "size", mbits);
	ecs_single_start(scope,
			 ecs_single_new("bandwidth", name, "vpc", "/v2.0/{p}/bandwidths", body),
			 "bandwidth", decode, cancellable, done, data);
}

void ecs_bandwidth_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			  EcsChangeDone done, void *data)
{
	ecs_change_start(scope, about(id, "DELETE", "/v2.0/{p}/bandwidths/{id}", NULL), false,
			 cancellable, done, data);
}

/* "publicip_info":[{"publicip_id":"..."}] */
static void add_eip(cJSON *bandwidth, const char *eip)
{
	cJSON *item = cJSON_CreateObject();
	cJSON_AddStringToObject(item, "publicip_id", eip);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(bandwidth, "publicip_info"), item);
}

void ecs_bandwidth_insert(EcsScope *scope, const char *id, const char *eip,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	add_eip(cJSON_AddObjectToObject(body, "bandwidth"), eip);
	ecs_change_start(scope, about(id, "POST", "/v2.0/{p}/bandwidths/{id}/insert", body), false,
			 cancellable, done, data);
}

void ecs_bandwidth_remove(EcsScope *scope, const char *id, const char *eip, int mbits,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *bandwidth = cJSON_AddObjectToObject(body, "bandwidth");
	cJSON_AddStringToObject(bandwidth, "charge_mode", "traffic");
	cJSON_AddNumberToObject(bandwidth, "size", mbits);
	add_eip(bandwidth, eip);
	ecs_change_start(scope, about(id, "POST", "/v2.0/{p}/bandwidths/{id}/remove", body), false,
			 cancellable, done, data);
}
