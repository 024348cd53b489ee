/* SPDX-License-Identifier: MIT */
#include "fs/list.h"

#include "fs/name.h"
#include "fs/view.h"

static EcsfsEntry entry_of(EcsfsCollection *collection, const char *name, EcsfsRecord *record)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);

	return (EcsfsEntry){
		.name = name,
		.kind = class->kind,
		.attr = class->attr,
		.id = record->id,
		.collection = collection,
		.record = record,
	};
}

bool ecsfs_list_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsCollection *collection = view->node->kind->collection(view);
	g_autofree char *id = ecsfs_name_unescape(name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	EcsfsRecord *record = ecsfs_view_find(view, collection, id);
	if (record != NULL)
		*entry = entry_of(collection, name, record);
	return record != NULL || !ecsfs_view_waits(view);
}

bool ecsfs_list_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	EcsfsCollection *collection = view->node->kind->collection(view);
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, collection);

	if (snapshot == NULL)
		return false;
	for (size_t i = 0; i < snapshot->n; i++) {
		EcsfsRecord *record = snapshot->by_id[i];
		g_autofree char *name = ecsfs_name_escape(record->id, record->id);
		EcsfsEntry entry = entry_of(collection, name, record);
		emit(&entry, data);
	}
	return true;
}
