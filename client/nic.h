/* SPDX-License-Identifier: MIT */
/* nic - network interfaces and security groups of a server that exists. */
#pragma once

#include "client/client.h"

/*
 * Add an interface in a subnet, at once.
 * @done: accepted->ids has the new port's id.
 * API: Nova POST /v2.1/{project_id}/servers/{id}/os-interface, which, unlike the ECS one, answers
 * with the port
 */
void ecs_nic_add(EcsScope *scope, const char *server, const char *subnet, GCancellable *cancellable,
		 EcsChangeDone done, void *data);
/* Not the primary one: that is refused with ECS_ERROR_FORBIDDEN. A job.
 * API: POST /v1/{project_id}/cloudservers/{id}/nics/delete */
void ecs_nic_remove(EcsScope *scope, const char *server, const char *port,
		    GCancellable *cancellable, EcsChangeDone done, void *data);

/* All interfaces of the server are in the group then, or in it no more. @group: id.
 * API: Nova POST /v2.1/{project_id}/servers/{id}/action, addSecurityGroup, removeSecurityGroup */
void ecs_nic_add_group(EcsScope *scope, const char *server, const char *group,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
void ecs_nic_remove_group(EcsScope *scope, const char *server, const char *group,
			  GCancellable *cancellable, EcsChangeDone done, void *data);
