/* SPDX-License-Identifier: MIT */
/* project - the projects that the user can work in. */
#pragma once

#include "client/client.h"

typedef struct EcsProject {
	const char *id;
	const char *name; /* "eu-de", "eu-de_dev" */
	const char *description;
	const char *domain_id;
	const char *parent_id;
	bool enabled;
} EcsProject;

EcsProject *ecs_project_ref(EcsProject *project);
void ecs_project_unref(EcsProject *project);

/* Elements are EcsProject, all regions'; "MOS" is left out. API: GET /v3/auth/projects */
void ecs_project_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
