/* SPDX-License-Identifier: MIT */
#include "fs/catalogue.h"

#include "fs/kind.h"

static void line(GString *out, const char *path, const char *name, char type, unsigned mode,
		 const char *help)
{
	g_string_append_printf(out, "%c %04o %s/%s  %s\n", type, mode, path, name,
			       help != NULL ? help : "");
}

static void directory(GString *out, const char *path, const char *name, const EcsfsKind *kind,
		      const char *help);

static void contents(GString *out, const char *path, const EcsfsKind *kind)
{
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		line(out, path, attr->name, '-', attr->mode, attr->help);
	if (kind->row != NULL)
		line(out, path, kind->row->name, '-', kind->row->mode, kind->row->help);
	for (const EcsfsLink *link = kind->links; link != NULL && link->name != NULL; link++)
		line(out, path, link->name, 'l', 0777, link->help);
	if (kind->entry_link != NULL)
		line(out, path, kind->entry_link->name, 'l', 0777, kind->entry_link->help);
	for (const EcsfsChild *child = kind->children; child != NULL && child->name != NULL;
	     child++)
		directory(out, path, child->name, child->kind, child->help);
	if (kind->entry != NULL)
		directory(out, path, kind->entry->name, kind->entry, kind->entry->help);
}

static void directory(GString *out, const char *path, const char *name, const EcsfsKind *kind,
		      const char *help)
{
	g_autofree char *below = g_strconcat(path, "/", name, NULL);

	line(out, path, name, 'd', ecsfs_kind_mode(kind), help);
	contents(out, below, kind);
}

void ecsfs_catalogue(GString *out)
{
	contents(out, "", &ecsfs_root);
}
