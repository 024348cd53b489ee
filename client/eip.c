/* SPDX-License-Identifier: MIT */
#include "client/eip.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/list.h"
#include "client/single.h"

/* VPC reference, "Querying EIPs". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, id), .required = true },
	{ "public_ip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, address) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, status) },
	{ "type", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, type) },
	{ "private_ip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, private_address) },
	{ "port_id", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, port) },
	{ "bandwidth_id", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, bandwidth) },
	{ "bandwidth_name", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, bandwidth_name) },
	{ "bandwidth_size", ECS_JSON_INT, ECS_JSON_AT(EcsEip, bandwidth_mbits) },
	{ "bandwidth_share_type", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, share_type) },
	{ "ip_version", ECS_JSON_INT, ECS_JSON_AT(EcsEip, ip_version), .fallback = 4 },
	{ "create_time", ECS_JSON_TIME, ECS_JSON_AT(EcsEip, created) },
	{},
};

/* Neutron's API reference, "Floating IPs". The network that it is of is its type. */
static const EcsJsonField neutron_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, id), .required = true },
	{ "floating_ip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, address) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, status) },
	{ "floating_network_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, type) },
	{ "fixed_ip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, private_address) },
	{ "port_id", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, port) },
	{ "", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, bandwidth) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsEip, bandwidth_name) },
	{ "", ECS_JSON_SHARED, ECS_JSON_AT(EcsEip, share_type) },
	{ "", ECS_JSON_INT, ECS_JSON_AT(EcsEip, ip_version), .fallback = 4 },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsEip, created) },
	{},
};

static void *decode_neutron(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, neutron_fields, sizeof(EcsEip), builder);
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, fields, sizeof(EcsEip), builder);
}

EcsEip *ecs_eip_ref(EcsEip *eip)
{
	return ecs_object_ref(eip);
}

void ecs_eip_unref(EcsEip *eip)
{
	ecs_object_unref(eip);
}

void ecs_eip_json(const EcsEip *eip, GString *out)
{
	ecs_object_json(eip, out);
}

bool ecs_eip_same(const EcsEip *a, const EcsEip *b)
{
	return ecs_object_same(a, b);
}

static const char *eip_id(const void *object)
{
	return ((const EcsEip *)object)->id;
}

#define NEUTRON "/v2.0/floatingips"

static const EcsShape shapes[ECS_DIALECTS] = {
	[ECS_DIALECT_NATIVE] = { "publicip", decode },
	[ECS_DIALECT_NOVA] = { "floatingip", decode_neutron },
};

static const EcsListType eip_list = {
	.what = "elastic IPs",
	.key = "publicips",
	.route = {
		[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/publicips?limit=2000{m}" },
		[ECS_DIALECT_NOVA] = { "network", NEUTRON "?limit=1000{m}", .linked = true,
				       .key = "floatingips", .decode = decode_neutron,
				       .page_size = 1000 },
	},
	.page_size = 2000, /* the API's default */
	.decode = decode,
	.id = eip_id,
};

void ecs_eip_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &eip_list, cancellable, done, data);
}

void ecs_eip_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		 void *data)
{
	EcsCallSpec call =
		ecs_single_spec("elastic IP", id, "vpc", "GET", "/v1/{p}/publicips/{id}", NULL);
	ecs_single_nova(&call, id, "network", "GET", NEUTRON "/{id}", NULL);
	ecs_single_shaped(scope, call, shapes, cancellable, done, data);
}

/* A create under way: what was asked for, of which the answer says nothing yet. */
typedef struct {
	EcsObjectDone done;
	void *data;
	cJSON *asked; /* members as a get has them */
	char *object;
} Creation;

static void complete(cJSON *eip, const cJSON *asked)
{
	const cJSON *member;
	cJSON_ArrayForEach (member, asked) {
		cJSON_DeleteItemFromObjectCaseSensitive(eip, member->string);
		cJSON_AddItemToObject(eip, member->string, cJSON_Duplicate(member, true));
	}
}

static void created(const EcsReply *reply, const GError *error, void *data)
{
	Creation *creation = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	cJSON *member = cJSON_GetObjectItemCaseSensitive(json, "publicip");
	if (member)
		complete(member, creation->asked);
	void *eip = member ? decode(member, builder) : NULL;
	if (json && !eip)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "%s: the answer names no elastic IP; outcome unknown",
			    creation->object);
	creation->done(eip, error ? error : wrong, creation->data);
	cJSON_Delete(creation->asked);
	g_free(creation->object);
	g_free(creation);
}

/* "bandwidth":{...} of the body, and the same as a get will tell it. */
static void add_bandwidth(cJSON *body, cJSON *asked, const EcsEipSpec *spec)
{
	const char *shared = spec->shared_bandwidth, *name = spec->bandwidth_name;
	bool whole = shared && *shared;
	cJSON *bandwidth = cJSON_AddObjectToObject(body, "bandwidth");
	cJSON_AddStringToObject(bandwidth, "share_type", whole ? "WHOLE" : "PER");
	cJSON_AddStringToObject(asked, "bandwidth_share_type", whole ? "WHOLE" : "PER");
	if (whole) {
		cJSON_AddStringToObject(bandwidth, "id", shared);
		cJSON_AddStringToObject(asked, "bandwidth_id", shared);
		return;
	}
	cJSON_AddStringToObject(bandwidth, "name", name ? name : "");
	cJSON_AddNumberToObject(bandwidth, "size", spec->bandwidth_mbits);
	if (spec->charge_mode && *spec->charge_mode)
		cJSON_AddStringToObject(bandwidth, "charge_mode", spec->charge_mode);
	cJSON_AddStringToObject(asked, "bandwidth_name", name ? name : "");
	cJSON_AddNumberToObject(asked, "bandwidth_size", spec->bandwidth_mbits);
}

/* Neutron wants an external network: the one that is called so, or the only one. */
typedef struct {
	EcsScope *scope;
	char *network, *name;
	GCancellable *cancellable;
	EcsObjectDone done;
	void *data;
} Allocation;

/* Returns: borrowed; NULL with @error set. */
static const char *choose_network(const EcsJson *list, const char *wanted, GError **error)
{
	const char *found = NULL;
	size_t n = 0;
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item)) {
		const char *id = ecs_json_get_text(item, "id");
		if (*wanted && strcmp(id, wanted) != 0 &&
		    strcmp(ecs_json_get_text(item, "name"), wanted) != 0)
			continue;
		found = id;
		n++;
	}
	if (n == 1 && *found)
		return found;
	if (n > 1)
		g_set_error(error, ECS_ERROR, ECS_ERROR_INVALID,
			    "there are several external networks%s%s: name one by its id",
			    *wanted ? " called " : "", wanted);
	else
		g_set_error(error, ECS_ERROR, ECS_ERROR_INVALID, "there is no external network%s%s",
			    *wanted ? " " : "", wanted);
	return NULL;
}

static void networks_came(const EcsReply *reply, const GError *error, void *data)
{
	Allocation *allocation = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	const char *network =
		json ? choose_network(ecs_json_get(json, "networks"), allocation->network, &wrong)
		     : NULL;
	if (network) {
		cJSON *body = cJSON_CreateObject();
		cJSON *eip = cJSON_AddObjectToObject(body, "floatingip");
		cJSON_AddStringToObject(eip, "floating_network_id", network);
		cJSON_AddStringToObject(eip, "description", allocation->name);
		EcsCallSpec call = { .object = g_strdup_printf("new elastic IP %.255s",
							       allocation->name),
				     .writing = true };
		ecs_single_nova(&call, "", "network", "POST", NEUTRON, body);
		ecs_single_shaped(allocation->scope, call, shapes, allocation->cancellable,
				  allocation->done, allocation->data);
	} else {
		allocation->done(NULL, error ? error : wrong, allocation->data);
	}
	g_clear_object(&allocation->cancellable);
	g_free(allocation->network);
	g_free(allocation->name);
	g_free(allocation);
}

static void allocate(EcsScope *scope, const EcsEipSpec *spec, const char *name,
		     GCancellable *cancellable, EcsObjectDone done, void *data)
{
	Allocation *allocation = g_new(Allocation, 1);
	*allocation = (Allocation){ scope,	    g_strdup(spec->type ? spec->type : ""),
				    g_strdup(name), NULL,
				    done,	    data };
	allocation->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	EcsCallSpec call = { .object = g_strdup_printf("new elastic IP %.255s", name) };
	ecs_single_nova(&call, "", "network", "GET", "/v2.0/networks?router:external=true", NULL);
	ecs_call_start(scope, call, cancellable, networks_came, allocation);
}

void ecs_eip_create(EcsScope *scope, const EcsEipSpec *spec, GCancellable *cancellable,
		    EcsObjectDone done, void *data)
{
	const char *name = spec->bandwidth_name ? spec->bandwidth_name : "";
	if (!ecs_scope_has(scope, ECS_HAS_VPC)) {
		allocate(scope, spec, name, cancellable, done, data);
		return;
	}
	Creation *creation = g_new(Creation, 1);
	cJSON *body = cJSON_CreateObject();
	cJSON *eip = cJSON_AddObjectToObject(body, "publicip");
	cJSON_AddStringToObject(eip, "type", spec->type ? spec->type : "");
	*creation = (Creation){ done, data, cJSON_CreateObject(), NULL };
	add_bandwidth(body, creation->asked, spec);
	EcsCallSpec call = ecs_single_new("elastic IP", name, "vpc", "/v1/{p}/publicips", body);
	creation->object = g_strdup(call.object);
	ecs_call_start(scope, call, cancellable, created, creation);
}

void ecs_eip_bind(EcsScope *scope, const char *id, const char *port, GCancellable *cancellable,
		  EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *eip = cJSON_AddObjectToObject(body, "publicip");
	cJSON_AddStringToObject(eip, "port_id", port ? port : "");
	cJSON *neutron = cJSON_CreateObject();
	cJSON *floating = cJSON_AddObjectToObject(neutron, "floatingip");
	cJSON_AddItemToObject(floating, "port_id",
			      port && *port ? cJSON_CreateString(port) : cJSON_CreateNull());
	EcsCallSpec call =
		ecs_single_spec("elastic IP", id, "vpc", "PUT", "/v1/{p}/publicips/{id}", body);
	ecs_single_nova(&call, id, "network", "PUT", NEUTRON "/{id}", neutron);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

void ecs_eip_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data)
{
	EcsCallSpec call =
		ecs_single_spec("elastic IP", id, "vpc", "DELETE", "/v1/{p}/publicips/{id}", NULL);
	ecs_single_nova(&call, id, "network", "DELETE", NEUTRON "/{id}", NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}
