/* SPDX-License-Identifier: MIT */
/* thing - an object for tests: an id, a name, a value; its directory has a file for each. */
#pragma once

#include "fs/kind.h"
#include "fs/snapshot.h"
#include "fs/view.h"

typedef struct {
	char *id, *name, *value;
} Thing;

static inline Thing *thing_new(const char *id, const char *name, const char *value)
{
	Thing *thing = g_new(Thing, 1);

	*thing = (Thing){ g_strdup(id), g_strdup(name), g_strdup(value) };
	return thing;
}

static inline void thing_free(void *data)
{
	Thing *thing = data;

	g_free(thing->id);
	g_free(thing->name);
	g_free(thing->value);
	g_free(thing);
}

static inline const char *thing_id(const void *item)
{
	return ((const Thing *)item)->id;
}

static inline const char *thing_name(const void *item)
{
	return ((const Thing *)item)->name;
}

static inline int64_t thing_updated(const void *item)
{
	return 1000;
}

static const EcsfsAttr thing_attrs[] = { { "id", 0444, SHOW_STRING(Thing, id), .help = "id" },
					 { "name", 0444, SHOW_STRING(Thing, name), .help = "name" },
					 { "value", 0444, SHOW_STRING(Thing, value),
					   .help = "value" },
					 {} };

static const EcsfsKind thing_kind = { .name = "<thing>", .attrs = thing_attrs };

static const EcsfsClass thing_class = {
	.name = "things",
	.kind = &thing_kind,
	.local = true,
	.id = thing_id,
	.name_of = thing_name,
	.updated = thing_updated,
	.unref = thing_free,
};
