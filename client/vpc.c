/* SPDX-License-Identifier: MIT */
#include "client/vpc.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/list.h"
#include "client/single.h"

/* VPC reference, "Querying VPCs". */
static const EcsJsonField vpc_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, description) },
	{ "cidr", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, cidr) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsVpc, status) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, updated) },
	{},
};

/* VPC reference, "Querying Subnets". */
static const EcsJsonField subnet_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, description) },
	{ "vpc_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, vpc) },
	{ "cidr", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, cidr) },
	{ "gateway_ip", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, gateway) },
	{ "primary_dns", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, dns1) },
	{ "secondary_dns", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, dns2) },
	{ "availability_zone", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, zone) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, status) },
	{ "dhcp_enable", ECS_JSON_BOOL, ECS_JSON_AT(EcsSubnet, dhcp) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, updated) },
	{},
};

/* Neutron's API reference: a VPC is a network there, and its subnets are that network's. */
static const EcsJsonField network_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, description) },
	{ "", ECS_JSON_STRING, ECS_JSON_AT(EcsVpc, cidr) },
	{ "status", ECS_JSON_SHARED, ECS_JSON_AT(EcsVpc, status) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsVpc, updated) },
	{},
};

static const EcsJsonField neutron_subnet_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, id), .required = true },
	{ "name", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, name) },
	{ "description", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, description) },
	{ "network_id", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, vpc) },
	{ "cidr", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, cidr) },
	{ "gateway_ip", ECS_JSON_STRING, ECS_JSON_AT(EcsSubnet, gateway) },
	{ "", ECS_JSON_SHARED, ECS_JSON_AT(EcsSubnet, zone) },
	{ "enable_dhcp", ECS_JSON_BOOL, ECS_JSON_AT(EcsSubnet, dhcp) },
	{ "created_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, created) },
	{ "updated_at", ECS_JSON_TIME, ECS_JSON_AT(EcsSubnet, updated) },
	{},
};

static const EcsJsonField route_fields[] = {
	{ "destination", ECS_JSON_STRING, ECS_JSON_AT(EcsVpcRoute, destination) },
	{ "nexthop", ECS_JSON_STRING, ECS_JSON_AT(EcsVpcRoute, next_hop) },
	{},
};

static void *decode_vpc(EcsJson *json, EcsBuilder *builder)
{
	EcsVpc *vpc = ecs_builder_begin(builder, sizeof(EcsVpc));
	if (!ecs_json_decode(json, vpc_fields, vpc, builder))
		return NULL;
	const EcsJson *list = ecs_json_get(json, "routes"), *item;
	size_t n = 0;
	for (item = ecs_json_first(list); item; item = ecs_json_next(item))
		n += ecs_json_is_object(item);
	EcsVpcRoute *routes = ecs_builder_array(builder, &vpc->routes, n, sizeof(EcsVpcRoute));
	for (item = ecs_json_first(list); item; item = ecs_json_next(item))
		if (ecs_json_is_object(item) && vpc->n_routes < ECS_JSON_MEMBERS_MAX)
			ecs_json_decode(item, route_fields, &routes[vpc->n_routes++], builder);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

static void *decode_subnet(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, subnet_fields, sizeof(EcsSubnet), builder);
}

static void *decode_network(EcsJson *json, EcsBuilder *builder)
{
	return ecs_single_decode(json, network_fields, sizeof(EcsVpc), builder);
}

static void *decode_neutron_subnet(EcsJson *json, EcsBuilder *builder)
{
	EcsSubnet *subnet = ecs_builder_begin(builder, sizeof(EcsSubnet));
	if (!ecs_json_decode(json, neutron_subnet_fields, subnet, builder))
		return NULL;
	ecs_builder_shared(builder, &subnet->status, "ACTIVE"); /* Neutron's have no status */
	const EcsJson *dns = ecs_json_first(ecs_json_get(json, "dns_nameservers"));
	ecs_builder_shared(builder, &subnet->dns1, ecs_json_text(dns));
	ecs_builder_shared(builder, &subnet->dns2, ecs_json_text(ecs_json_next(dns)));
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

static const EcsShape vpc_shapes[ECS_DIALECTS] = {
	[ECS_DIALECT_NATIVE] = { "vpc", decode_vpc },
	[ECS_DIALECT_NOVA] = { "network", decode_network },
};

static const EcsShape subnet_shapes[ECS_DIALECTS] = {
	[ECS_DIALECT_NATIVE] = { "subnet", decode_subnet },
	[ECS_DIALECT_NOVA] = { "subnet", decode_neutron_subnet },
};

EcsVpc *ecs_vpc_ref(EcsVpc *vpc)
{
	return ecs_object_ref(vpc);
}

void ecs_vpc_unref(EcsVpc *vpc)
{
	ecs_object_unref(vpc);
}

void ecs_vpc_json(const EcsVpc *vpc, GString *out)
{
	ecs_object_json(vpc, out);
}

bool ecs_vpc_same(const EcsVpc *a, const EcsVpc *b)
{
	return ecs_object_same(a, b);
}

EcsSubnet *ecs_subnet_ref(EcsSubnet *subnet)
{
	return ecs_object_ref(subnet);
}

void ecs_subnet_unref(EcsSubnet *subnet)
{
	ecs_object_unref(subnet);
}

void ecs_subnet_json(const EcsSubnet *subnet, GString *out)
{
	ecs_object_json(subnet, out);
}

bool ecs_subnet_same(const EcsSubnet *a, const EcsSubnet *b)
{
	return ecs_object_same(a, b);
}

static const char *vpc_id(const void *object)
{
	return ((const EcsVpc *)object)->id;
}

static const char *subnet_id(const void *object)
{
	return ((const EcsSubnet *)object)->id;
}

#define PAGE_SIZE 2000 /* the API's most, and its default */

static const EcsListType vpc_list = {
	.what = "VPCs",
	.key = "vpcs",
	.route = {
		[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/vpcs?limit=2000{m}" },
		[ECS_DIALECT_NOVA] = { "network", "/v2.0/networks?limit=1000{m}", .linked = true,
				       .key = "networks", .decode = decode_network,
				       .page_size = 1000 },
	},
	.page_size = PAGE_SIZE,
	.decode = decode_vpc,
	.id = vpc_id,
};

static const EcsListType subnet_list = {
	.what = "subnets",
	.key = "subnets",
	.route = {
		[ECS_DIALECT_NATIVE] = { "vpc", "/v1/{p}/subnets?limit=2000{m}" },
		[ECS_DIALECT_NOVA] = { "network", "/v2.0/subnets?limit=1000{m}", .linked = true,
				       .decode = decode_neutron_subnet, .page_size = 1000 },
	},
	.page_size = PAGE_SIZE,
	.decode = decode_subnet,
	.id = subnet_id,
};

void ecs_vpc_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &vpc_list, cancellable, done, data);
}

void ecs_subnet_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &subnet_list, cancellable, done, data);
}

void ecs_vpc_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		 void *data)
{
	EcsCallSpec call = ecs_single_spec("VPC", id, "vpc", "GET", "/v1/{p}/vpcs/{id}", NULL);
	ecs_single_nova(&call, id, "network", "GET", "/v2.0/networks/{id}", NULL);
	ecs_single_shaped(scope, call, vpc_shapes, cancellable, done, data);
}

void ecs_subnet_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		    void *data)
{
	EcsCallSpec call =
		ecs_single_spec("subnet", id, "vpc", "GET", "/v1/{p}/subnets/{id}", NULL);
	ecs_single_nova(&call, id, "network", "GET", "/v2.0/subnets/{id}", NULL);
	ecs_single_shaped(scope, call, subnet_shapes, cancellable, done, data);
}

static void add_text(cJSON *object, const char *key, const char *value)
{
	if (value)
		cJSON_AddStringToObject(object, key, value);
}

static cJSON *vpc_body(const EcsVpcSpec *spec)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *vpc = cJSON_AddObjectToObject(body, "vpc");
	add_text(vpc, "name", spec->name);
	add_text(vpc, "description", spec->description);
	add_text(vpc, "cidr", spec->cidr);
	cJSON *routes = spec->routes ? cJSON_AddArrayToObject(vpc, "routes") : NULL;
	for (size_t i = 0; routes && i < spec->n_routes; i++) {
		cJSON *route = cJSON_CreateObject();
		add_text(route, "destination", spec->routes[i].destination);
		add_text(route, "nexthop", spec->routes[i].next_hop);
		cJSON_AddItemToArray(routes, route);
	}
	return body;
}

/* A network has no range of its own, and no routes. */
static cJSON *network_body(const EcsVpcSpec *spec)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *network = cJSON_AddObjectToObject(body, "network");
	add_text(network, "name", spec->name);
	add_text(network, "description", spec->description);
	return body;
}

void ecs_vpc_create(EcsScope *scope, const EcsVpcSpec *spec, GCancellable *cancellable,
		    EcsObjectDone done, void *data)
{
	EcsCallSpec call = ecs_single_new("VPC", spec->name, "vpc", "/v1/{p}/vpcs", vpc_body(spec));
	ecs_single_nova(&call, "", "network", "POST", "/v2.0/networks", network_body(spec));
	ecs_single_shaped(scope, call, vpc_shapes, cancellable, done, data);
}

void ecs_vpc_update(EcsScope *scope, const char *id, const EcsVpcSpec *spec,
		    GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsCallSpec call =
		ecs_single_spec("VPC", id, "vpc", "PUT", "/v1/{p}/vpcs/{id}", vpc_body(spec));
	if (!spec->cidr && !spec->routes)
		ecs_single_nova(&call, id, "network", "PUT", "/v2.0/networks/{id}",
				network_body(spec));
	ecs_change_start(scope, call, false, cancellable, done, data);
}

/* Neutron takes the subnets of a network with it: it must have none. */
typedef struct {
	EcsScope *scope;
	char *id;
	GCancellable *cancellable;
	EcsChangeDone done;
	void *data;
} Deletion;

static void subnets_counted(const EcsReply *reply, const GError *error, void *data)
{
	Deletion *deletion = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	if (json && !cJSON_IsArray(ecs_json_get(json, "subnets")))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no subnets");
	else if (ecs_json_first(ecs_json_get(json, "subnets")))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_NOT_EMPTY, "VPC %.8s: it has subnets",
			    deletion->id);
	if (error || wrong) {
		deletion->done(NULL, error ? error : wrong, deletion->data);
	} else {
		EcsCallSpec call = { .object = g_strdup_printf("VPC %.8s", deletion->id) };
		ecs_single_nova(&call, deletion->id, "network", "DELETE", "/v2.0/networks/{id}",
				NULL);
		ecs_change_start(deletion->scope, call, false, deletion->cancellable,
				 deletion->done, deletion->data);
	}
	g_clear_object(&deletion->cancellable);
	g_free(deletion->id);
	g_free(deletion);
}

static void delete_network(EcsScope *scope, const char *id, GCancellable *cancellable,
			   EcsChangeDone done, void *data)
{
	Deletion *deletion = g_new(Deletion, 1);
	*deletion = (Deletion){ scope, g_strdup(id), NULL, done, data };
	deletion->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	EcsCallSpec call = { .object = g_strdup_printf("VPC %.8s", id) };
	ecs_single_nova(&call, id, "network", "GET", "/v2.0/subnets?network_id={id}", NULL);
	ecs_call_start(scope, call, cancellable, subnets_counted, deletion);
}

void ecs_vpc_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data)
{
	if (!ecs_scope_has(scope, ECS_HAS_VPC)) {
		delete_network(scope, id, cancellable, done, data);
		return;
	}
	ecs_change_start(scope,
			 ecs_single_spec("VPC", id, "vpc", "DELETE", "/v1/{p}/vpcs/{id}", NULL),
			 false, cancellable, done, data);
}

static cJSON *subnet_body(const char *vpc, const EcsSubnetSpec *spec)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *subnet = cJSON_AddObjectToObject(body, "subnet");
	add_text(subnet, "name", spec->name);
	add_text(subnet, "vpc_id", vpc);
	add_text(subnet, "cidr", spec->cidr);
	add_text(subnet, "gateway_ip", spec->gateway);
	add_text(subnet, "primary_dns", spec->dns1);
	add_text(subnet, "secondary_dns", spec->dns2);
	add_text(subnet, "availability_zone", spec->zone);
	if (spec->dhcp)
		cJSON_AddBoolToObject(subnet, "dhcp_enable", *spec->dhcp);
	return body;
}

static cJSON *neutron_subnet_body(const char *network, const EcsSubnetSpec *spec)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *subnet = cJSON_AddObjectToObject(body, "subnet");
	add_text(subnet, "name", spec->name);
	add_text(subnet, "network_id", network);
	add_text(subnet, "cidr", spec->cidr);
	if (spec->cidr)
		cJSON_AddNumberToObject(subnet, "ip_version", strchr(spec->cidr, ':') ? 6 : 4);
	add_text(subnet, "gateway_ip", spec->gateway);
	const char *const dns[] = { spec->dns1, spec->dns2 };
	cJSON *list = spec->dns1 ? cJSON_AddArrayToObject(subnet, "dns_nameservers") : NULL;
	for (size_t i = 0; list && i < G_N_ELEMENTS(dns); i++)
		if (dns[i] && *dns[i])
			cJSON_AddItemToArray(list, cJSON_CreateString(dns[i]));
	if (spec->dhcp)
		cJSON_AddBoolToObject(subnet, "enable_dhcp", *spec->dhcp);
	return body;
}

void ecs_subnet_create(EcsScope *scope, const char *vpc, const EcsSubnetSpec *spec,
		       GCancellable *cancellable, EcsObjectDone done, void *data)
{
	EcsCallSpec call = ecs_single_new("subnet", spec->name, "vpc", "/v1/{p}/subnets",
					  subnet_body(vpc, spec));
	ecs_single_nova(&call, "", "network", "POST", "/v2.0/subnets",
			neutron_subnet_body(vpc, spec));
	ecs_single_shaped(scope, call, subnet_shapes, cancellable, done, data);
}

/* The VPC API's changes name the VPC too. */
static EcsCallSpec in_vpc(const char *vpc, const char *id, const char *method, cJSON *body)
{
	g_autofree char *escaped = g_uri_escape_string(vpc, NULL, FALSE);
	g_autofree char *path = g_strdup_printf("/v1/{p}/vpcs/%s/subnets/{id}", escaped);
	return ecs_single_spec("subnet", id, "vpc", method, path, body);
}

void ecs_subnet_update(EcsScope *scope, const char *vpc, const char *id, const EcsSubnetSpec *spec,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	EcsCallSpec call = in_vpc(vpc, id, "PUT", subnet_body(NULL, spec));
	ecs_single_nova(&call, id, "network", "PUT", "/v2.0/subnets/{id}",
			neutron_subnet_body(NULL, spec));
	ecs_change_start(scope, call, false, cancellable, done, data);
}

void ecs_subnet_delete(EcsScope *scope, const char *vpc, const char *id, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	EcsCallSpec call = in_vpc(vpc, id, "DELETE", NULL);
	ecs_single_nova(&call, id, "network", "DELETE", "/v2.0/subnets/{id}", NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}
