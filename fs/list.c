/* SPDX-License-Identifier: MIT */
#include "fs/list.h"

#include <errno.h>
#include <string.h>

#include "fs/name.h"
#include "fs/view.h"

EcsfsEntry ecsfs_list_entry(EcsfsCollection *collection, const char *name, EcsfsRecord *record)
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

static bool is_here(const EcsfsView *view, const EcsfsRecord *record)
{
	const EcsfsKind *kind = view->node->kind;

	return kind->here == NULL || (record->item != NULL && kind->here(view, record->item));
}

bool ecsfs_list_named(EcsfsView *view, EcsfsCollection *collection,
		      bool (*here)(const EcsfsView *view, const void *item), const char *name,
		      EcsfsRecord **record)
{
	size_t n, found = 0;

	*record = NULL;
	if (ecsfs_collection_class(collection)->name_of == NULL)
		return true;
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, collection);
	if (snapshot == NULL)
		return false;
	size_t first = ecsfs_snapshot_named(snapshot, name, &n);
	for (size_t i = first; i < first + n; i++) {
		EcsfsRecord *candidate = snapshot->by_name[i];
		if (here != NULL && (candidate->item == NULL || !here(view, candidate->item)))
			continue;
		*record = candidate;
		found++;
	}
	return found <= 1 || ecsfs_view_fail(view, ENOTUNIQ);
}

/* Returns: the object whose id had to be cut to be the file name @name. */
static EcsfsRecord *find_cut(const EcsfsSnapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->n; i++) {
		EcsfsRecord *record = snapshot->by_id[i];
		if (strlen(record->id) <= ECSFS_NAME_MAX / 3) /* it would not be, escaped or not */
			continue;
		g_autofree char *file = ecsfs_name_escape(record->id, record->id);
		if (strcmp(file, name) == 0)
			return record;
	}
	return NULL;
}

/* Set *@record to the object of that id, as a file name. False: see the view. */
static bool find_id(EcsfsView *view, EcsfsCollection *collection, const char *name, const char *id,
		    EcsfsRecord **record)
{
	*record = ecsfs_view_find(view, collection, id);
	if (*record != NULL || strlen(name) < ECSFS_NAME_CUT)
		return *record != NULL || !ecsfs_view_waits(view);
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, collection);
	if (snapshot != NULL)
		*record = find_cut(snapshot, name);
	return snapshot != NULL;
}

bool ecsfs_list_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsCollection *collection = view->node->kind->collection(view);
	g_autofree char *id = ecsfs_name_unescape(name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	EcsfsRecord *record;
	if (!find_id(view, collection, name, id, &record))
		return false;
	if (record != NULL && !is_here(view, record))
		record = NULL;
	bool alias = record == NULL;
	if (record == NULL &&
	    !ecsfs_list_named(view, collection, view->node->kind->here, id, &record))
		return false;
	if (record != NULL) {
		*entry = ecsfs_list_entry(collection, name, record);
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
		if (!is_here(view, record))
			continue;
		g_autofree char *name = ecsfs_name_escape(record->id, record->id);
		EcsfsEntry entry = ecsfs_list_entry(collection, name, record);
		emit(&entry, data);
	}
	return true;
}

EcsfsRecord *ecsfs_change_find(EcsfsChange *change, EcsfsCollection *collection, const char *what,
			       const char *text)
{
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(&change->view, collection);
	EcsfsRecord *record = snapshot != NULL ? ecsfs_snapshot_find(snapshot, text) : NULL;
	size_t n = record != NULL;

	if (snapshot != NULL && record == NULL) {
		size_t first = ecsfs_snapshot_named(snapshot, text, &n);
		record = n == 1 ? snapshot->by_name[first] : NULL;
	}
	if (record != NULL && record->item != NULL)
		return record;
	if (n > 1)
		ecsfs_change_fail(change, EINVAL, "%zu are called \"%.255s\": write the id", n,
				  text);
	else
		ecsfs_change_fail(change, EINVAL,
				  "there is no %s \"%.255s\": write an id or a name", what, text);
	return NULL;
}
