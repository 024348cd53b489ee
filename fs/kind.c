/* SPDX-License-Identifier: MIT */
#include "fs/kind.h"

#include <string.h>

#include "fs/view.h"

mode_t ecsfs_kind_mode(const EcsfsKind *kind)
{
	bool changes = kind->make != NULL || kind->remove != NULL || kind->drop != NULL ||
		       kind->made != NULL || kind->rename != NULL;

	return changes || kind->attrs != NULL ? 0755 : 0555;
}

static bool has(const EcsfsView *view, EcsFeature feature)
{
	return feature == ECS_HAS_ANY || ecs_scope_has(ecsfs_view_scope(view), feature);
}

static bool is_there(const EcsfsLink *link, const EcsfsView *view)
{
	return has(view, link->needs) && (link->there == NULL || link->there(view));
}

/* What is read by who opens it, and differs for each of them, is not there where nothing is opened.
 */
static bool attr_there(const EcsfsView *view, const EcsfsAttr *attr)
{
	if (view->fs->options.no_open && (attr->flags & (ECSFS_OWN_CALL | ECSFS_WAITS)) != 0)
		return false;
	return has(view, attr->needs);
}

static bool find_fixed(const EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsKind *kind = view->node->kind;

	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		if (strcmp(attr->name, name) == 0) {
			*entry = (EcsfsEntry){ .name = attr->name, .attr = attr };
			return true;
		}
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		if (strcmp(link->name, name) == 0 && is_there(link, view)) {
			*entry = (EcsfsEntry){ .name = link->name, .link = link };
			return true;
		}
	return false;
}

static const EcsfsChild *find_child(const EcsfsView *view, const EcsfsKind *kind, const char *name,
				    bool like)
{
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++)
		if (strcmp(child->name, name) == 0 && !(like && child->once) &&
		    has(view, child->needs))
			return child;
	return kind->like != NULL ? find_child(view, kind->like, name, true) : NULL;
}

static bool child_entry(EcsfsView *view, const EcsfsChild *child, EcsfsEntry *entry)
{
	*entry = (EcsfsEntry){ .name = child->name, .kind = child->kind };
	return child->object == NULL || child->object(view, entry);
}

static bool find_any(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsKind *kind = view->node->kind;
	const EcsfsKind *dynamic = kind->like != NULL ? kind->like : kind;

	*entry = (EcsfsEntry){ 0 };
	if (find_fixed(view, name, entry))
		return true;
	const EcsfsChild *child = find_child(view, kind, name, false);
	if (child != NULL)
		return child_entry(view, child, entry);
	if (dynamic->find == NULL)
		return true;
	return dynamic->find(view, name, entry);
}

bool ecsfs_kind_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	if (!find_any(view, name, entry))
		return false;
	if (entry->attr != NULL && !attr_there(view, entry->attr))
		*entry = (EcsfsEntry){ 0 };
	return true;
}

/* @like: another kind's children. */
static bool list_children(EcsfsView *view, const EcsfsKind *kind, bool like, EcsfsEmit emit,
			  void *data)
{
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++) {
		EcsfsEntry entry;
		if ((like && child->once) || !has(view, child->needs))
			continue;
		if (!child_entry(view, child, &entry))
			return false;
		emit(&entry, data);
	}
	return kind->like == NULL || list_children(view, kind->like, true, emit, data);
}

void ecsfs_kind_rows(const EcsfsKind *kind, EcsfsEmit emit, void *data)
{
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		emit(&(EcsfsEntry){ .name = attr->name, .attr = attr }, data);
}

/* Returns: whether a file, a link or a directory of the table has that name, in any cloud. */
static bool is_fixed(const EcsfsKind *kind, const char *name)
{
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		if (strcmp(attr->name, name) == 0)
			return true;
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		if (strcmp(link->name, name) == 0)
			return true;
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++)
		if (strcmp(child->name, name) == 0)
			return true;
	return kind->like != NULL && is_fixed(kind->like, name);
}

bool ecsfs_kind_never(const EcsfsKind *kind, const char *name)
{
	const EcsfsKind *dynamic = kind->like != NULL ? kind->like : kind;

	return dynamic->find == NULL && kind->made == NULL && !is_fixed(kind, name);
}

char *ecsfs_kind_beside(const EcsfsKind *kind, const char *name)
{
	if (!is_fixed(kind, name))
		return g_strdup(name);
	return g_strdup_printf("%%%02X%s", (unsigned char)*name, name + 1);
}

typedef struct {
	const EcsfsKind *kind;
	EcsfsEmit emit;
	void *data;
} Beside;

static void emit_beside(const EcsfsEntry *entry, void *data)
{
	const Beside *beside = data;
	g_autofree char *name = ecsfs_kind_beside(beside->kind, entry->name);
	EcsfsEntry renamed = *entry;

	renamed.name = name;
	beside->emit(&renamed, beside->data);
}

bool ecsfs_kind_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsfsKind *kind = view->node->kind;
	const EcsfsKind *dynamic = kind->like != NULL ? kind->like : kind;

	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		if (attr_there(view, attr))
			emit(&(EcsfsEntry){ .name = attr->name, .attr = attr }, data);
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		if (is_there(link, view))
			emit(&(EcsfsEntry){ .name = link->name, .link = link }, data);
	if (!list_children(view, kind, false, emit, data))
		return false;
	Beside beside = { kind, emit, data };
	return dynamic->list == NULL || dynamic->list(view, emit_beside, &beside);
}
