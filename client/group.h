/* SPDX-License-Identifier: MIT */
/* group - server groups (ECS groups): servers that are to run on different hosts. */
#pragma once

#include "client/client.h"

typedef struct EcsGroup {
	const char *id; /* UUID */
	const char *name;
	const char *policy; /* "anti-affinity"; of several the first */
	size_t n_members;
	const char *const *members; /* ids of servers, in the API's order */
} EcsGroup;

EcsGroup *ecs_group_ref(EcsGroup *group);
void ecs_group_unref(EcsGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsGroup, ecs_group_unref)

void ecs_group_json(const EcsGroup *group, GString *out); /* as ecs_server_json() */
bool ecs_group_same(const EcsGroup *a, const EcsGroup *b);

/* Elements are EcsGroup. API: GET /v1/{p}/cloudservers/os-server-groups, one answer: without limit
 * and marker it is not paged (ECS reference, "Listing ECS Groups") */
void ecs_group_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* The object is an EcsGroup. API: GET /v1/{p}/cloudservers/os-server-groups/{id} */
void ecs_group_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		   void *data);

/* The object is the new EcsGroup. ECS_ERROR_QUOTA, ECS_ERROR_INVALID (the policy, the name).
 * API: POST /v1/{p}/cloudservers/os-server-groups */
void ecs_group_create(EcsScope *scope, const char *name, const char *policy,
		      GCancellable *cancellable, EcsObjectDone done, void *data);

/* Its servers stay. API: DELETE /v1/{p}/cloudservers/os-server-groups/{id} */
void ecs_group_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
		      EcsChangeDone done, void *data);
