/* SPDX-License-Identifier: MIT */
/*
 * projects - the other projects that the user can work in, by name: each is the tree of its region
 * once more, in a scope of its own. Only looking into one gets a token for it.
 */
#include <string.h>

#include "client/project.h"
#include "fs/cloud.h"
#include "fs/list.h"
#include "fs/view.h"
#include "fs/zones.h"

static const EcsfsKind project_kind;

/* Listed by name, as people and clouds.yaml call it: names are unique within an account, and the
 * first part of a name is its region. The id is the second name. */
static const char *project_name(const void *item)
{
	return ((const EcsProject *)item)->name;
}

static const char *project_id(const void *item)
{
	return ((const EcsProject *)item)->id;
}

static bool project_same(const void *a, const void *b)
{
	const EcsProject *x = a, *y = b;

	return strcmp(x->id, y->id) == 0 && strcmp(x->description, y->description) == 0 &&
	       x->enabled == y->enabled;
}

static const EcsfsClass projects_class = {
	.name = "projects",
	.kind = &project_kind,
	.ttl_s = 300,
	.list = ecs_project_list,
	.id = project_name,
	.name_of = project_id,
	.same = project_same,
	.unref = (void (*)(void *))ecs_project_unref,
};

/* One list has those of all regions. */
static EcsfsCollection *projects_collection(EcsfsView *view)
{
	const EcsfsCloud *cloud = ecsfs_cloud_of(view->fs, ecsfs_view_scope(view));

	return ecsfs_cache_collection(view->fs->cache, &projects_class, ecsfs_cloud_home(cloud));
}

/* "eu-de_dev" and "eu-de" are in eu-de. A name that tells no region is in each of them: that is how
 * other clouds than OTC have it. Source: IAM reference, "Creating a Project". */
static bool is_here(const EcsfsView *view, const char *name)
{
	EcsScope *scope = ecsfs_view_scope(view);
	g_auto(GStrv) regions = ecs_client_regions(ecsfs_cloud_of(view->fs, scope)->client);
	g_autofree char *prefix = g_strndup(name, strcspn(name, "_"));

	return strcmp(prefix, ecs_scope_region(scope)) == 0 ||
	       !g_strv_contains((const char *const *)regions, prefix);
}

static EcsfsEntry project_entry(const EcsfsView *view, const EcsfsEntry *listed)
{
	const EcsProject *project = listed->record->item;
	EcsfsEntry entry = *listed;

	entry.scope = ecs_scope_in(ecsfs_view_scope(view), project->id, project->name);
	return entry;
}

static bool projects_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsEntry found = { 0 };

	if (!ecsfs_list_find(view, name, &found))
		return false;
	if (found.name != NULL && is_here(view, found.id))
		*entry = project_entry(view, &found);
	return true;
}

typedef struct {
	const EcsfsView *view;
	EcsfsEmit emit;
	void *data;
} Filter;

static void emit_here(const EcsfsEntry *listed, void *data)
{
	const Filter *filter = data;

	if (!is_here(filter->view, listed->id))
		return;
	EcsfsEntry entry = project_entry(filter->view, listed);
	filter->emit(&entry, filter->data);
}

static bool projects_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	Filter filter = { view, emit, data };

	return ecsfs_list_list(view, emit_here, &filter);
}

static EcsfsCollection *project_zones(EcsfsView *view)
{
	return ecsfs_zones_collection(view->fs, ecsfs_view_scope(view));
}

static const EcsfsAttr project_attrs[] = {
	{ "description", 0444, SHOW_STRING(EcsProject, description), .help = "free text" },
	{ "enabled", 0444, SHOW_BOOL(EcsProject, enabled), .help = "false if it is locked" },
	{ "id", 0444, SHOW_STRING(EcsProject, id), .help = "id, as the API's paths have it" },
	{ "name", 0444, SHOW_STRING(EcsProject, name), .help = "name" },
	{}
};

static const EcsfsKind project_kind = {
	.name = "<project>",
	.help = "a project: as its region, for that project",
	.attrs = project_attrs,
	.like = &ecsfs_region,
	.place = true,
	.collection = project_zones,
};

const EcsfsKind ecsfs_projects = {
	.name = "projects",
	.entry = &project_kind,
	.find = projects_find,
	.list = projects_list,
	.collection = projects_collection,
};
