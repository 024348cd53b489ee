/* SPDX-License-Identifier: MIT */
#include "client/port.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/list.h"
#include "client/single.h"
#include "client/vpc.h"

/* VPC reference, native OpenStack Neutron, "Querying Ports". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsPort, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsPort, name) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsPort, status) },
	{ "mac_address", ECS_JSON_STRING, ECS_JSON_AT(EcsPort, mac) },
	{ "network_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsPort, subnet) },
	{ "device_id", ECS_JSON_STRING, ECS_JSON_AT(EcsPort, device) },
	{ "device_owner", ECS_JSON_SHARED, ECS_JSON_AT(EcsPort, device_owner) },
	{ "admin_state_up", ECS_JSON_BOOL, ECS_JSON_AT(EcsPort, enabled) },
	{ "port_security_enabled", ECS_JSON_BOOL, ECS_JSON_AT(EcsPort, secured) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsPort, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsPort, updated) },
	{},
};

static const EcsJsonField address_fields[] = {
	{ "subnet_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsFixedIp, subnet) },
	{ "ip_address", ECS_JSON_STRING, ECS_JSON_AT(EcsFixedIp, ip) },
	{},
};

static size_t count(const EcsJson *list)
{
	size_t n = 0;
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item))
		n++;
	return MIN(n, ECS_JSON_MEMBERS_MAX);
}

static void decode_addresses(const EcsJson *json, EcsPort *port, EcsBuilder *builder)
{
	const EcsJson *list = ecs_json_get(json, "fixed_ips");
	EcsFixedIp *addresses =
		ecs_builder_array(builder, &port->addresses, count(list), sizeof(EcsFixedIp));
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item))
		if (ecs_json_is_object(item) && port->n_addresses < ECS_JSON_MEMBERS_MAX)
			ecs_json_decode(item, address_fields, &addresses[port->n_addresses++],
					builder);
}

static void decode_groups(const EcsJson *json, EcsPort *port, EcsBuilder *builder)
{
	const EcsJson *list = ecs_json_get(json, "security_groups");
	const char **groups =
		ecs_builder_array(builder, &port->groups, count(list), sizeof(char *));
	for (const EcsJson *item = ecs_json_first(list); item; item = ecs_json_next(item))
		if (ecs_json_text(item) && port->n_groups < ECS_JSON_MEMBERS_MAX)
			ecs_builder_shared(builder, &groups[port->n_groups++], ecs_json_text(item));
}

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsPort *port = ecs_builder_begin(builder, sizeof(EcsPort));
	if (!ecs_json_decode(json, fields, port, builder))
		return NULL;
	decode_addresses(json, port, builder);
	decode_groups(json, port, builder);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

/* There a subnet is Neutron's, and a port is in that of its first address. */
static void *decode_neutron(EcsJson *json, EcsBuilder *builder)
{
	EcsPort *port = ecs_builder_begin(builder, sizeof(EcsPort));
	if (!ecs_json_decode(json, fields, port, builder))
		return NULL;
	decode_addresses(json, port, builder);
	decode_groups(json, port, builder);
	ecs_builder_shared(builder, &port->subnet,
			   port->n_addresses ? port->addresses[0].subnet : "");
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

static const EcsShape shapes[ECS_DIALECTS] = {
	[ECS_DIALECT_NATIVE] = { "port", decode },
	[ECS_DIALECT_NOVA] = { "port", decode_neutron },
};

EcsPort *ecs_port_ref(EcsPort *port)
{
	return ecs_object_ref(port);
}

void ecs_port_unref(EcsPort *port)
{
	ecs_object_unref(port);
}

void ecs_port_json(const EcsPort *port, GString *out)
{
	ecs_object_json(port, out);
}

bool ecs_port_same(const EcsPort *a, const EcsPort *b)
{
	return ecs_object_same(a, b);
}

const char *ecs_port_zone(const EcsPort *port)
{
	static const char owner[] = "compute:";
	return g_str_has_prefix(port->device_owner, owner) ? port->device_owner + strlen(owner)
							   : NULL;
}

static const char *port_id(const void *object)
{
	return ((const EcsPort *)object)->id;
}

#define PAGE_SIZE 2000 /* the API's most, and its default */

static const EcsListType port_list = {
	.what = "ports",
	.key = "ports",
	.route = {
		[ECS_DIALECT_NATIVE] = { "vpc", "/v2.0/ports?limit=2000{m}" },
		[ECS_DIALECT_NOVA] = { "network", "/v2.0/ports?limit=1000{m}", .linked = true,
				       .decode = decode_neutron, .page_size = 1000 },
	},
	.page_size = PAGE_SIZE,
	.decode = decode,
	.id = port_id,
};

void ecs_port_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &port_list, cancellable, done, data);
}

/* Both dialects have the same call. */
static EcsCallSpec about(const char *id, const char *method, cJSON *body)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	g_autofree char *path = g_strconcat("/v2.0/ports/", escaped, NULL);
	EcsCallSpec call = ecs_single_spec("port", id, "vpc", method, path, body);
	ecs_single_same(&call, "network", path);
	return call;
}

void ecs_port_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		  void *data)
{
	ecs_single_shaped(scope, about(id, "GET", NULL), shapes, cancellable, done, data);
}

/* "security_groups": ["..."] */
static void add_groups(cJSON *port, const char *const *groups)
{
	cJSON *list = cJSON_AddArrayToObject(port, "security_groups");
	for (size_t i = 0; groups[i]; i++)
		cJSON_AddItemToArray(list, cJSON_CreateString(groups[i]));
}

/* @subnet: Neutron's, that the address is to be in; NULL: the network has one only. */
static cJSON *create_body(const EcsPortSpec *spec, const char *network, const char *subnet)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *port = cJSON_AddObjectToObject(body, "port");
	cJSON_AddStringToObject(port, "network_id", network);
	if (spec->name && *spec->name)
		cJSON_AddStringToObject(port, "name", spec->name);
	if ((spec->ip && *spec->ip) || subnet) {
		cJSON *address = cJSON_CreateObject();
		if (subnet)
			cJSON_AddStringToObject(address, "subnet_id", subnet);
		if (spec->ip && *spec->ip)
			cJSON_AddStringToObject(address, "ip_address", spec->ip);
		cJSON_AddItemToArray(cJSON_AddArrayToObject(port, "fixed_ips"), address);
	}
	if (spec->security_groups && *spec->security_groups)
		add_groups(port, spec->security_groups);
	return body;
}

/* Neutron wants the subnet's network too. */
typedef struct {
	EcsScope *scope;
	EcsPortSpec spec; /* its strings are owned */
	GCancellable *cancellable;
	EcsObjectDone done;
	void *data;
} Creation;

static void subnet_came(void *object, const GError *error, void *data)
{
	Creation *creation = data;
	const EcsPortSpec *spec = &creation->spec;
	if (error) {
		creation->done(NULL, error, creation->data);
	} else {
		EcsSubnet *subnet = object;
		EcsCallSpec call = { .object = g_strdup_printf("new port %.255s", spec->name),
				     .writing = true };
		ecs_single_nova(&call, "", "network", "POST", "/v2.0/ports",
				create_body(spec, subnet->vpc, subnet->id));
		ecs_single_shaped(creation->scope, call, shapes, creation->cancellable,
				  creation->done, creation->data);
		ecs_subnet_unref(subnet);
	}
	g_clear_object(&creation->cancellable);
	g_free((char *)spec->name);
	g_free((char *)spec->ip);
	g_strfreev((char **)spec->security_groups);
	g_free(creation);
}

void ecs_port_create(EcsScope *scope, const EcsPortSpec *spec, GCancellable *cancellable,
		     EcsObjectDone done, void *data)
{
	const char *name = spec->name ? spec->name : "", *subnet = spec->subnet ? spec->subnet : "";
	if (ecs_scope_has(scope, ECS_HAS_VPC)) {
		EcsCallSpec call = ecs_single_new("port", name, "vpc", "/v2.0/ports",
						  create_body(spec, subnet, NULL));
		ecs_single_start(scope, call, "port", decode, cancellable, done, data);
		return;
	}
	Creation *creation = g_new(Creation, 1);
	*creation = (Creation){ scope, { .name = g_strdup(name) }, NULL, done, data };
	creation->spec.ip = g_strdup(spec->ip);
	creation->spec.security_groups =
		(const char *const *)g_strdupv((char **)spec->security_groups);
	creation->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	ecs_subnet_get(scope, subnet, cancellable, subnet_came, creation);
}

void ecs_port_rename(EcsScope *scope, const char *id, const char *name, GCancellable *cancellable,
		     EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *port = cJSON_AddObjectToObject(body, "port");
	cJSON_AddStringToObject(port, "name", name);
	ecs_change_start(scope, about(id, "PUT", body), false, cancellable, done, data);
}

void ecs_port_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data)
{
	ecs_change_start(scope, about(id, "DELETE", NULL), false, cancellable, done, data);
}
