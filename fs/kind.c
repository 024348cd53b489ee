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

static bool find_fixed(const EcsfsKind *kind, const char *name, EcsfsEntry *entry)
{
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		if (strcmp(attr->name, name) == 0) {
			*entry = (EcsfsEntry){ .name = attr->name, .attr = attr };
			return true;
		}
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		if (strcmp(link->name, name) == 0) {
			*entry = (EcsfsEntry){ .name = link->name, .link = link };
			return true;
		}
	return false;
}

static const EcsfsChild *find_child(const EcsfsKind *kind, const char *name)
{
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++)
		if (strcmp(child->name, name) == 0)
			return child;
	return NULL;
}

static bool child_entry(EcsfsView *view, const EcsfsChild *child, EcsfsEntry *entry)
{
	*entry = (EcsfsEntry){ .name = child->name, .kind = child->kind };
	return child->object == NULL || child->object(view, entry);
}

bool ecsfs_kind_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsKind *kind = view->node->kind;

	*entry = (EcsfsEntry){ 0 };
	if (find_fixed(kind, name, entry))
		return true;
	const EcsfsChild *child = find_child(kind, name);
	if (child != NULL)
		return child_entry(view, child, entry);
	if (kind->find == NULL)
		return true;
	return kind->find(view, name, entry);
}

bool ecsfs_kind_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsfsKind *kind = view->node->kind;

	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		emit(&(EcsfsEntry){ .name = attr->name, .attr = attr }, data);
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		emit(&(EcsfsEntry){ .name = link->name, .link = link }, data);
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++) {
		EcsfsEntry entry;
		if (!child_entry(view, child, &entry))
			return false;
		emit(&entry, data);
	}
	return kind->list == NULL || kind->list(view, emit, data);
}
