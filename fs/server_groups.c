/* SPDX-License-Identifier: MIT */
/* server_groups - servers that are to run on different hosts; made from server_group_template. */
#include "fs/server_groups.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/servers.h"

static const EcsfsKind group_kind;

static const char *group_id(const void *item)
{
	return ((const EcsGroup *)item)->id;
}

static const char *group_name(const void *item)
{
	return ((const EcsGroup *)item)->name;
}

static bool group_same(const void *a, const void *b)
{
	return ecs_group_same(a, b);
}

static void group_got(void *group, const GError *error, void *data)
{
	ecsfs_fetch_item(data, group, error);
}

static void group_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_group_get(scope, id, NULL, group_got, fetch);
}

static const EcsfsClass groups_class = {
	.name = "server_groups",
	.kind = &group_kind,
	.list = ecs_group_list,
	.get = group_get,
	.id = group_id,
	.json = ECSFS_JSON(ecs_group_json),
	.name_of = group_name,
	.same = group_same,
	.unref = (void (*)(void *))ecs_group_unref,
};

EcsfsCollection *ecsfs_server_groups_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &groups_class, ecsfs_view_scope(view));
}

static const EcsfsAttr group_attrs[] = {
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsGroup, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0444, SHOW_STRING(EcsGroup, name), .help = "name" },
	{ "policy", 0444, SHOW_STRING(EcsGroup, policy),
	  .help = "anti-affinity: its servers run on different hosts" },
	{}
};

/* The key is a server's id; its zone is where its directory is. */
static bool member_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	g_autofree char *id = g_strdup(view->key);
	const EcsfsRecord *record = ecsfs_view_find(view, ecsfs_servers_collection(view), id);

	if (record == NULL)
		return ecsfs_view_waits(view) ? false : ecsfs_view_fail(view, ENOENT);
	ecsfs_network_link_in_zone("../../../", ((const EcsServer *)record->item)->zone, id, out);
	return true;
}

static const EcsfsLink member_link = { "<server>", member_target, "a server of the group" };

static bool members_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsGroup *group = view->item;
	g_autofree char *id = ecsfs_name_unescape(name);

	for (size_t i = 0; id != NULL && i < group->n_members; i++)
		if (strcmp(group->members[i], id) == 0)
			*entry = (EcsfsEntry){ .name = name,
					       .link = &member_link,
					       .id = group->members[i] };
	return true;
}

static bool members_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsGroup *group = view->item;

	for (size_t i = 0; i < group->n_members; i++) {
		const char *id = group->members[i];
		g_autofree char *name = ecsfs_name_escape(id, id);
		emit(&(EcsfsEntry){ .name = name, .link = &member_link, .id = id }, data);
	}
	return true;
}

static const EcsfsKind members_kind = {
	.name = "members",
	.entry_link = &member_link,
	.find = members_find,
	.list = members_list,
};

static const EcsfsChild group_children[] = { { "members", &members_kind, "links to its servers" },
					     {} };

static const EcsfsKind group_kind = {
	.name = "<group>",
	.help = "a server group",
	.attrs = group_attrs,
	.children = group_children,
};

enum {
	POLICY,
};

static const EcsfsAttr template_attrs[] = {
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in server_groups/ failed; empty: it did not" },
	{ "policy", 0644, ECSFS_TEMPLATE_LINE(POLICY),
	  .help = "anti-affinity: its servers run on different hosts (mandatory)" },
	{}
};

static const EcsfsTemplateRow template_rows[] = {
	{ POLICY, "policy", "anti-affinity", "a policy, such as anti-affinity" }, {}
};

static const EcsfsTemplateType templates = {
	.class = ECSFS_TEMPLATE_CLASS("server_group_templates", &ecsfs_server_group_template),
	.rows = template_rows,
};

/* One in each region. */
static const char *template_id(const EcsfsView *view)
{
	return ecs_scope_region(ecsfs_view_scope(view));
}

bool ecsfs_server_group_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &templates, template_id(view), entry);
}

const EcsfsKind ecsfs_server_group_template = {
	.name = "server_group_template",
	.attrs = template_attrs,
};

static void created(void *group, const GError *error, void *data)
{
	ecsfs_creation_done(data, group != NULL ? ((const EcsGroup *)group)->id : "", group, "",
			    error);
}

static void send_group(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;

	ecs_group_create(change->node->scope, creation->name,
			 ecsfs_template_value(creation->template, POLICY), change->cancellable,
			 created, change);
}

static const EcsfsCreationType group_creation = { send_group };

static void groups_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_server_groups_collection(&change->view), &templates,
				 template_id(&change->view), file))
		ecsfs_creation_send(change, &group_creation);
}

/* Its servers are in no group any more. */
static void group_removed(EcsfsChange *change)
{
	ecsfs_change_removed(change);
	ecsfs_collection_stale(ecsfs_servers_collection(&change->view));
}

static void groups_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	change->accepted = group_removed;
	ecs_group_delete(change->node->scope, change->id, change->cancellable,
			 ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_server_groups = {
	.name = "server_groups",
	.entry = &group_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_server_groups_collection,
	.noted = ecsfs_server_group_template_object,
	.make = groups_make,
	.remove = groups_remove,
};
