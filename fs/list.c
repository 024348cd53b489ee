/* SPDX-License-Identifier: MIT */
#include "fs/list.h"

#include <errno.h>

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

/* By name, where objects have one. False: see the view. */
static bool find_named(EcsfsView *view, EcsfsCollection *collection, const char *name,
		       EcsfsRecord **record)
{
	size_t n;

	if (ecsfs_collection_class(collection)->name_of == NULL)
		return true;
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, collection);
	if (snapshot == NULL)
		return false;
	size_t first = ecsfs_snapshot_named(snapshot, name, &n);
	if (n > 1)
		return ecsfs_view_fail(view, ENOTUNIQ);
	if (n == 1)
		*record = snapshot->by_name[first];
	return true;
}

bool ecsfs_list_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsCollection *collection = view->node->kind->collection(view);
	g_autofree char *id = ecsfs_name_unescape(name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	EcsfsRecord *record = ecsfs_view_find(view, collection, id);
	bool alias = record == NULL;
	if (record == NULL && ecsfs_view_waits(view))
		return false;
	if (record == NULL && !find_named(view, collection, id, &record))
		return false;
	if (record != NULL) {
		*entry = entry_of(collection, name, record);
		entry->alias = alias;
	}
	return true;
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
