/* SPDX-License-Identifier: MIT */
#include "client/nic.h"

#include <cjson/cJSON.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/follow.h"
#include "client/single.h"

/* Nova's own calls are the same in plain OpenStack. */
static EcsCallSpec nova(const char *server, const char *path, cJSON *body)
{
	EcsCallSpec call = ecs_single_spec("server", server, "compute", "POST", path, body);
	const EcsRoute *native = &call.route[ECS_DIALECT_NATIVE];
	call.route[ECS_DIALECT_NOVA] =
		(EcsRoute){ native->service, native->method, g_strdup(native->path),
			    g_string_new(native->body->str) };
	return call;
}

#define INTERFACES "/v2.1/{p}/servers/{id}/os-interface"

static cJSON *interface_body(const char *network)
{
	cJSON *body = cJSON_CreateObject();
	cJSON_AddStringToObject(cJSON_AddObjectToObject(body, "interfaceAttachment"), "net_id",
				network);
	return body;
}

/* Nova takes networks: @json has the subnet's. */
static bool add_in_network(const EcsJson *json, const EcsFollowed *what, EcsCallSpec *spec,
			   GError **error)
{
	const char *network = ecs_json_get_text(ecs_json_get(json, "subnet"), "network_id");
	if (!*network) {
		g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: the subnet is in no network");
		return false;
	}
	ecs_single_nova(spec, what->id, "compute", "POST", INTERFACES, interface_body(network));
	return true;
}

void ecs_nic_add(EcsScope *scope, const char *server, const char *subnet, GCancellable *cancellable,
		 EcsChangeDone done, void *data)
{
	static const char member[] = "interfaceAttachment", key[] = "port_id";
	if (ecs_scope_has(scope, ECS_HAS_VPC)) { /* its subnets are Nova's networks */
		ecs_single_made(scope, nova(server, INTERFACES, interface_body(subnet)), member,
				key, cancellable, done, data);
		return;
	}
	EcsCallSpec first = { .object = g_strdup_printf("server %.8s", server) };
	ecs_single_nova(&first, subnet, "network", "GET", "/v2.0/subnets/{id}", NULL);
	ecs_follow_start(scope, first, &(EcsFollowed){ .id = server }, add_in_network,
			 (EcsFollowEnd){ member, key }, cancellable, done, data);
}

void ecs_nic_remove(EcsScope *scope, const char *server, const char *port,
		    GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON *nic = cJSON_CreateObject();
	g_autofree char *escaped = g_uri_escape_string(port, NULL, FALSE);
	g_autofree char *path = g_strconcat(INTERFACES "/", escaped, NULL);
	cJSON_AddStringToObject(nic, "id", port);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "nics"), nic);
	EcsCallSpec call = ecs_single_spec("server", server, "ecs", "POST",
					   "/v1/{p}/cloudservers/{id}/nics/delete", body);
	if (*port)
		ecs_single_nova(&call, server, "compute", "DELETE", path, NULL);
	ecs_change_start(scope, call, false, cancellable, done, data);
}

static void group_action(EcsScope *scope, const char *action, const char *server, const char *group,
			 GCancellable *cancellable, EcsChangeDone done, void *data)
{
	cJSON *body = cJSON_CreateObject();
	cJSON_AddStringToObject(cJSON_AddObjectToObject(body, action), "name", group);
	ecs_change_start(scope, nova(server, "/v2.1/{p}/servers/{id}/action", body), false,
			 cancellable, done, data);
}

void ecs_nic_add_group(EcsScope *scope, const char *server, const char *group,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	group_action(scope, "addSecurityGroup", server, group, cancellable, done, data);
}

void ecs_nic_remove_group(EcsScope *scope, const char *server, const char *group,
			  GCancellable *cancellable, EcsChangeDone done, void *data)
{
	group_action(scope, "removeSecurityGroup", server, group, cancellable, done, data);
}
