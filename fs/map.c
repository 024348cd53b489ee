/* SPDX-License-Identifier: MIT */
#include "fs/map.h"

#include <string.h>

#include "fs/name.h"
#include "fs/view.h"

static const EcsPairs *pairs_at(const EcsfsView *view, size_t offset)
{
	return (const EcsPairs *)(const void *)((const char *)view->item + offset);
}

bool ecsfs_map_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsPairs *pairs = pairs_at(view, view->node->kind->pairs);
	g_autofree char *key = ecsfs_name_unescape(name);

	for (size_t i = 0; key != NULL && i < pairs->n; i++) {
		if (strcmp(pairs->v[i].key, key) != 0)
			continue;
		*entry = (EcsfsEntry){ .name = name,
				       .attr = view->node->kind->row,
				       .id = pairs->v[i].key };
		break;
	}
	return true;
}

bool ecsfs_map_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsfsKind *kind = view->node->kind;
	const EcsPairs *pairs = pairs_at(view, kind->pairs);

	for (size_t i = 0; i < pairs->n; i++) {
		const char *key = pairs->v[i].key;
		g_autofree char *name = ecsfs_name_escape(key, key);
		emit(&(EcsfsEntry){ .name = name, .attr = kind->row, .id = key }, data);
	}
	return true;
}

bool ecsfs_map_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *value = ecs_pairs_get(pairs_at(view, attr->field), view->key);

	if (value != NULL)
		ecsfs_value(out, value);
	return true;
}
