/* SPDX-License-Identifier: MIT */
#include "client/project.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/json.h"
#include "client/list.h"
#include "client/object.h"

#define AT(member) ECS_JSON_AT(EcsProject, member)

/* IAM reference, "Querying the List of Projects Accessible to Users". */
static const EcsJsonField fields[] = {
	{ "id", ECS_JSON_STRING, AT(id), .required = true },
	{ "name", ECS_JSON_STRING, AT(name) },
	{ "description", ECS_JSON_STRING, AT(description) },
	{ "domain_id", ECS_JSON_SHARED, AT(domain_id) },
	{ "parent_id", ECS_JSON_SHARED, AT(parent_id) },
	{ "enabled", ECS_JSON_BOOL, AT(enabled) },
	{},
};

static void *decode(EcsJson *json, EcsBuilder *builder)
{
	EcsProject *project = ecs_builder_begin(builder, sizeof(EcsProject));
	/* MOS is the object storage's; no other service takes it. */
	if (!ecs_json_decode(json, fields, project, builder) || strcmp(project->name, "MOS") == 0)
		return NULL;
	return ecs_builder_finish(builder, "");
}

EcsProject *ecs_project_ref(EcsProject *project)
{
	return ecs_object_ref(project);
}

void ecs_project_unref(EcsProject *project)
{
	ecs_object_unref(project);
}

static const char *project_id(const void *object)
{
	return ((const EcsProject *)object)->id;
}

static const EcsListType project_list = {
	.what = "projects",
	.key = "projects",
	.route[0] = { "identity", "/auth/projects" },
	.identity = true,
	.decode = decode,
	.id = project_id,
};

void ecs_project_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data)
{
	ecs_list_start(scope, &project_list, cancellable, done, data);
}
