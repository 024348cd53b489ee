/* SPDX-License-Identifier: MIT */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/feature.h"
#include "client/json.h"
#include "client/list.h"
#include "client/object.h"
#include "client/server_call.h"

#define AT(member) ECS_JSON_AT(EcsServer, member)
#define BARE_METAL "__type_baremetal"
/* Of Nova's microversions: with the flavor's size (2.47); from 2.71 on a list tells less of a
 * server than a get. */
#define NOVA_MICRO 47

static const EcsJsonField flavor_fields[] = {
	{ "id", ECS_JSON_SHARED, AT(flavor) },
	{ "vcpus", ECS_JSON_INT, AT(vcpus) },
	{ "ram", ECS_JSON_INT64, AT(ram_mb) },
	{},
};

static const EcsJsonField image_fields[] = {
	{ "id", ECS_JSON_SHARED, AT(image) },
	{},
};

/* ECS reference, "Querying Details About an ECS", in the order of its example. Addresses, disks,
 * groups, tags: see the hooks. */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "flavor", ECS_JSON_OBJECT, .sub = flavor_fields },
	{ "status", ECS_JSON_SHARED, AT(status) },
	{ "progress", ECS_JSON_INT, AT(progress), .fallback = -1 },
	{ "image", ECS_JSON_OBJECT, .sub = image_fields },
	{ "hostId", ECS_JSON_SHARED, AT(host_id) },
	{ "updated", ECS_JSON_TIME, AT(updated) },
	{ "created", ECS_JSON_TIME, AT(created) },
	{ "metadata", ECS_JSON_PAIRS, AT(metadata) },
	{ "description", ECS_JSON_STRING, AT(description) },
	{ "locked", ECS_JSON_BOOL, AT(locked) },
	{ "config_drive", ECS_JSON_SHARED, AT(config_drive) },
	{ "tenant_id", ECS_JSON_SHARED, AT(project_id) },
	{ "user_id", ECS_JSON_SHARED, AT(user_id) },
	{ "key_name", ECS_JSON_SHARED, AT(key_name) },
	{ "OS-EXT-STS:task_state", ECS_JSON_SHARED, AT(task_state) },
	{ "OS-EXT-STS:power_state", ECS_JSON_INT, AT(power_state) },
	{ "OS-EXT-STS:vm_state", ECS_JSON_SHARED, AT(vm_state) },
	{ "OS-EXT-SRV-ATTR:host", ECS_JSON_SHARED, AT(host) },
	{ "OS-EXT-SRV-ATTR:instance_name", ECS_JSON_STRING, AT(instance_name) },
	{ "OS-EXT-SRV-ATTR:hypervisor_hostname", ECS_JSON_SHARED, AT(hypervisor_hostname) },
	{ "OS-DCF:diskConfig", ECS_JSON_SHARED, AT(disk_config) },
	{ "OS-EXT-AZ:availability_zone", ECS_JSON_SHARED, AT(zone) },
	{ "OS-EXT-SRV-ATTR:root_device_name", ECS_JSON_SHARED, AT(root_device) },
	{ "OS-EXT-SRV-ATTR:user_data", ECS_JSON_STRING, AT(user_data) },
	{ "enterprise_project_id", ECS_JSON_SHARED, AT(enterprise_project_id) },
	{ "OS-SRV-USG:launched_at", ECS_JSON_TIME, AT(launched) },
	{ "OS-SRV-USG:terminated_at", ECS_JSON_TIME, AT(terminated) },
	{ "OS-EXT-SRV-ATTR:launch_index", ECS_JSON_INT, AT(launch_index) },
	{ "host_status", ECS_JSON_SHARED, AT(host_status) },
	{ "OS-EXT-SRV-ATTR:reservation_id", ECS_JSON_STRING, AT(reservation_id) },
	{ "OS-EXT-SRV-ATTR:hostname", ECS_JSON_STRING, AT(hostname) },
	{},
};

static const EcsJsonField address_fields[] = {
	{ "addr", ECS_JSON_STRING, ECS_JSON_AT(EcsAddress, addr), .required = true },
	{ "version", ECS_JSON_INT, ECS_JSON_AT(EcsAddress, version), .fallback = 4 },
	{ "OS-EXT-IPS-MAC:mac_addr", ECS_JSON_STRING, ECS_JSON_AT(EcsAddress, mac) },
	{ "OS-EXT-IPS:port_id", ECS_JSON_STRING, ECS_JSON_AT(EcsAddress, port_id) },
	{},
};

static const EcsJsonField volume_fields[] = {
	{ "id", ECS_JSON_STRING, ECS_JSON_AT(EcsServerVolume, id), .required = true },
	{ "device", ECS_JSON_SHARED, ECS_JSON_AT(EcsServerVolume, device) },
	{ "bootIndex", ECS_JSON_INT, ECS_JSON_AT(EcsServerVolume, boot_index), .fallback = -1 },
	{ "delete_on_termination", ECS_JSON_BOOL,
	  ECS_JSON_AT(EcsServerVolume, delete_on_termination) },
	{},
};

static const EcsJsonField group_fields[] = {
	{ "id", ECS_JSON_SHARED, ECS_JSON_AT(EcsServerGroup, id) },
	{ "name", ECS_JSON_SHARED, ECS_JSON_AT(EcsServerGroup, name) },
	{},
};

/* So few are compared with one another; of more a table is made. */
#define FEW 16

static unsigned address_hash(const void *key)
{
	return g_str_hash(((const EcsAddress *)key)->addr);
}

static gboolean address_equal(const void *a, const void *b)
{
	const EcsAddress *x = a, *y = b;
	return strcmp(x->addr, y->addr) == 0 && strcmp(x->port_id, y->port_id) == 0 &&
	       strcmp(x->mac, y->mac) == 0 && strcmp(x->network, y->network) == 0 &&
	       x->floating == y->floating;
}

static unsigned group_hash(const void *key)
{
	const EcsServerGroup *group = key;
	return g_str_hash(group->id) * 31 + g_str_hash(group->name);
}

static gboolean group_equal(const void *a, const void *b)
{
	const EcsServerGroup *x = a, *y = b;
	return strcmp(x->id, y->id) == 0 && strcmp(x->name, y->name) == 0;
}

/* Returns: whether none of the @n in front of @element, each of @size bytes, is the same. @table:
 * of these; NULL: there are few. */
static bool is_new(GHashTable *table, GEqualFunc equal, const char *element, size_t n, size_t size)
{
	if (table && g_hash_table_contains(table, element))
		return false;
	for (size_t i = 1; !table && i <= n; i++)
		if (equal(element, element - i * size))
			return false;
	if (table)
		g_hash_table_add(table, (char *)element);
	return true;
}

static void decode_addresses(EcsServer *server, const cJSON *networks, EcsBuilder *builder)
{
	const cJSON *network, *json;
	int n = 0;
	if (!cJSON_IsObject(networks))
		return;
	cJSON_ArrayForEach (network, networks)
		n += cJSON_IsArray(network) ? cJSON_GetArraySize(network) : 0;
	g_autoptr(GHashTable) known =
		n > FEW ? g_hash_table_new(address_hash, address_equal) : NULL;
	EcsAddress *addresses =
		ecs_builder_array(builder, &server->addresses, (size_t)MIN(n, ECS_JSON_MEMBERS_MAX),
				  sizeof(EcsAddress));
	cJSON_ArrayForEach (network, networks) {
		if (!cJSON_IsArray(network))
			continue;
		cJSON_ArrayForEach (json, network) {
			if (server->n_addresses == ECS_JSON_MEMBERS_MAX)
				return;
			EcsAddress *address = &addresses[server->n_addresses];
			ecs_builder_shared(builder, &address->network, network->string);
			if (!ecs_json_decode(json, address_fields, address, builder))
				continue;
			address->floating =
				strcmp(ecs_json_get_text(json, "OS-EXT-IPS:type"), "floating") == 0;
			if (is_new(known, address_equal, (const char *)address, server->n_addresses,
				   sizeof(*address)))
				server->n_addresses++;
		}
	}
}

static void decode_volumes(EcsServer *server, const cJSON *list, EcsBuilder *builder)
{
	const cJSON *json;
	if (!cJSON_IsArray(list))
		return;
	EcsServerVolume *volumes =
		ecs_builder_array(builder, &server->volumes, (size_t)cJSON_GetArraySize(list),
				  sizeof(EcsServerVolume));
	cJSON_ArrayForEach (json, list)
		if (server->n_volumes < ECS_JSON_MEMBERS_MAX &&
		    ecs_json_decode(json, volume_fields, &volumes[server->n_volumes], builder))
			server->n_volumes++;
}

/* The API repeats a group once per NIC. */
static void decode_groups(EcsServer *server, const cJSON *list, EcsBuilder *builder)
{
	const cJSON *json;
	if (!cJSON_IsArray(list))
		return;
	g_autoptr(GHashTable) known =
		cJSON_GetArraySize(list) > FEW ? g_hash_table_new(group_hash, group_equal) : NULL;
	EcsServerGroup *groups =
		ecs_builder_array(builder, &server->security_groups,
				  MIN((size_t)cJSON_GetArraySize(list), ECS_JSON_MEMBERS_MAX),
				  sizeof(EcsServerGroup));
	cJSON_ArrayForEach (json, list) {
		if (server->n_security_groups == ECS_JSON_MEMBERS_MAX)
			return;
		EcsServerGroup *group = &groups[server->n_security_groups];
		if (!ecs_json_decode(json, group_fields, group, builder))
			continue;
		if ((*group->id || *group->name) &&
		    is_new(known, group_equal, (const char *)group, server->n_security_groups,
			   sizeof(*group)))
			server->n_security_groups++;
	}
}

static void decode_fault(EcsServer *server, const cJSON *fault, EcsBuilder *builder)
{
	char scratch[32];
	const char *code = ecs_json_scalar(ecs_json_get(fault, "code"), scratch);
	const char *message = ecs_json_get_text(fault, "message");
	g_autofree char *line = g_strconcat(code, *code && *message ? " " : "", message, NULL);
	for (char *at = line; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = ' ';
	ecs_builder_string(builder, &server->fault, g_strstrip(line), ECS_JSON_STRING_MAX);
}

static bool is_uuid(const char *text)
{
	return strlen(text) == 36 && strspn(text, "0123456789abcdefABCDEF-") == 36;
}

static void share_pair(EcsServer *server, const char **slot, const char *key, EcsBuilder *builder)
{
	const char *value = ecs_pairs_get(&server->metadata, key);
	ecs_builder_shared(builder, slot, value);
}

/* An array of one in answers, a text in requests. */
static void share_hint(const char **slot, const EcsJson *hints, const char *key,
		       EcsBuilder *builder)
{
	const EcsJson *hint = ecs_json_get(hints, key);
	const char *text = ecs_json_text(cJSON_IsArray(hint) ? ecs_json_first(hint) : hint);
	ecs_builder_shared(builder, slot, text);
}

static void derive(EcsServer *server, const cJSON *json, EcsBuilder *builder)
{
	if (!*server->flavor) /* Nova's microversion 2.47: it has a name only */
		ecs_builder_shared(
			builder, &server->flavor,
			ecs_json_get_text(ecs_json_get(json, "flavor"), "original_name"));
	share_pair(server, &server->image_name, "image_name", builder);
	share_pair(server, &server->os, "os_type", builder);
	share_pair(server, &server->vpc, "vpc_id", builder);
	if (!*server->vpc && server->n_addresses && is_uuid(server->addresses[0].network))
		ecs_builder_shared(builder, &server->vpc, server->addresses[0].network);
	const EcsJson *hints = ecs_json_get(json, "os:scheduler_hints");
	share_hint(&server->server_group, hints, "group", builder);
	share_hint(&server->dedicated_host, hints, "dedicated_host_id", builder);
	const cJSON *tag;
	cJSON_ArrayForEach (tag, cJSON_GetObjectItemCaseSensitive(json, "sys_tags"))
		if (!*server->enterprise_project_id &&
		    strcmp(ecs_json_get_text(tag, "key"), "_sys_enterprise_project_id") == 0)
			ecs_builder_shared(builder, &server->enterprise_project_id,
					   ecs_json_get_text(tag, "value"));
}

static void drop_passwords(cJSON *json)
{
	cJSON *member;
	ecs_json_drop(json, "adminPass");
	cJSON_ArrayForEach (member, json)
		if (strcmp(member->string, "metadata") == 0) {
			ecs_json_drop(member, "admin_pass");
			ecs_json_drop(member, "adminPass");
		}
}

/* Returns: owned, or NULL. @json loses its secrets. */
static void *decode(EcsJson *json, EcsBuilder *builder)
{
	if (!cJSON_IsObject(json))
		return NULL;
	EcsServer *server = ecs_builder_begin(builder, sizeof(EcsServer));
	drop_passwords(json);
	if (!ecs_json_decode(json, fields, server, builder))
		return NULL;
	decode_addresses(server, cJSON_GetObjectItemCaseSensitive(json, "addresses"), builder);
	decode_volumes(
		server,
		cJSON_GetObjectItemCaseSensitive(json, "os-extended-volumes:volumes_attached"),
		builder);
	decode_groups(server, cJSON_GetObjectItemCaseSensitive(json, "security_groups"), builder);
	ecs_json_tags(cJSON_GetObjectItemCaseSensitive(json, "tags"), &server->tags, builder);
	decode_fault(server, cJSON_GetObjectItemCaseSensitive(json, "fault"), builder);
	derive(server, json, builder);
	/* Lists say null where one server's document says nothing: that is no change. */
	if (cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "fault")))
		cJSON_DeleteItemFromObjectCaseSensitive(json, "fault");
	ecs_json_drop(json, "OS-EXT-SRV-ATTR:user_data");
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsServer *ecs_server_decode(EcsJson *json)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	return decode(json, builder);
}

static void *decode_listed(EcsJson *json, EcsBuilder *builder)
{
	EcsServer *server = decode(json, builder);
	if (server && ecs_pairs_get(&server->tags, BARE_METAL))
		g_clear_pointer(&server, ecs_server_unref);
	return server;
}

EcsServer *ecs_server_ref(EcsServer *server)
{
	return ecs_object_ref(server);
}

void ecs_server_unref(EcsServer *server)
{
	ecs_object_unref(server);
}

void ecs_server_json(const EcsServer *server, GString *out)
{
	ecs_object_json(server, out);
}

bool ecs_server_same(const EcsServer *a, const EcsServer *b)
{
	return ecs_object_same(a, b) && strcmp(a->user_data, b->user_data) == 0;
}

static const char *server_id(const void *object)
{
	return ((const EcsServer *)object)->id;
}

static const EcsListType server_list = {
	.what = "servers",
	.key = "servers",
	.route[ECS_DIALECT_NATIVE] = { "ecs", "/v1/{p}/cloudservers/detail?limit=1000&offset={n}"
					      "&not-tags=" BARE_METAL },
	.route[ECS_DIALECT_NOVA] = { "compute", "/v2.1/{p}/servers/detail?limit=1000{m}",
				     .linked = true, .micro = NOVA_MICRO },
	.page_size = 1000,
	.decode = decode_listed,
	.id = server_id,
};

static const EcsListType server_changes = {
	.what = "changes of servers",
	.key = "servers",
	.route[ECS_DIALECT_NOVA] = { "compute",
				     "/v2.1/{p}/servers/detail?limit=1000&changes-since={t}{m}",
				     .linked = true, .micro = NOVA_MICRO },
	.page_size = 1000,
	.decode = decode_listed,
	.id = server_id,
};

bool ecs_server_list_changes(EcsScope *scope, int64_t since, GCancellable *cancellable,
			     EcsListDone done, void *data)
{
	if (ecs_scope_has(scope, ECS_HAS_ECS))
		return false;
	ecs_list_start_since(scope, &server_changes, since, cancellable, done, data);
	return true;
}

bool ecs_server_is_gone(const EcsServer *server)
{
	return strcmp(server->status, "DELETED") == 0 ||
	       strcmp(server->status, "SOFT_DELETED") == 0;
}

void ecs_server_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &server_list, cancellable, done, data);
}

typedef struct {
	EcsServerDone done;
	void *data;
} Get;

static void get_done(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Get *get = data;
	if (error) {
		get->done(NULL, error, get->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	EcsServer *server = NULL;
	if (json)
		server = ecs_server_decode(cJSON_GetObjectItemCaseSensitive(json, "server"));
	if (json && !server)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no server");
	get->done(server, wrong, get->data);
}

char *ecs_server_label(const char *id)
{
	return g_strdup_printf("server %.*s", is_uuid(id) ? 8 : 64, id);
}

char *ecs_server_path(const char *id, const char *format)
{
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	GString *path = g_string_new(format);
	g_string_replace(path, "{id}", escaped, 1);
	return g_string_free(path, FALSE);
}

void ecs_server_get_from(EcsScope *scope, const char *id, const EcsServerCall *call,
			 GCancellable *cancellable, EcsServerDone done, void *data)
{
	Get *get = g_new(Get, 1);
	*get = (Get){ done, data };
	if (!*id) {
		ecs_call_refuse(scope, cancellable, get_done, get, ECS_ERROR_INVALID,
				"no server id");
		return;
	}
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	ecs_server_route(&spec, id, call);
	ecs_call_start(scope, spec, cancellable, get_done, get);
}

void ecs_server_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsServerDone done,
		    void *data)
{
	static const EcsServerCall nova = { "compute", "GET", "/v2.1/{p}/servers/{id}",
					    .micro = NOVA_MICRO };
	static const EcsServerCall call = { "ecs", "GET", "/v1/{p}/cloudservers/{id}",
					    .nova = &nova };
	ecs_server_get_from(scope, id, &call, cancellable, done, data);
}
