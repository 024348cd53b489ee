/* SPDX-License-Identifier: MIT */
#include "fs/view.h"

#include <errno.h>

void ecsfs_view_init(EcsfsView *view, EcsfsFs *fs, EcsfsNode *node)
{
	*view = (EcsfsView){
		.fs = fs,
		.node = node,
		.began = g_get_monotonic_time(),
		.fresh_us = INT64_MAX,
	};
}

void ecsfs_view_clear(EcsfsView *view)
{
	g_clear_pointer(&view->record, ecsfs_record_unref);
	g_clear_pointer(&view->found, ecsfs_record_unref);
	g_clear_pointer(&view->note, g_ref_string_release);
	g_clear_pointer(&view->fetch, ecsfs_fetch_unref);
	g_clear_error(&view->error);
	while (view->n_snapshots > 0)
		ecsfs_snapshot_unref(view->snapshots[--view->n_snapshots]);
}

bool ecsfs_view_fail(EcsfsView *view, int err)
{
	view->err = err;
	return false;
}

bool ecsfs_view_object(EcsfsView *view)
{
	const EcsfsNode *node = view->node;

	for (; node != NULL && node->collection == NULL; node = node->parent)
		if (view->key == NULL)
			view->key = node->id;
	if (node == NULL)
		return true;
	view->collection = node->collection;
	view->record =
		ecsfs_collection_record(node->collection, node->id, view->any_age, view->began,
					&view->fresh_us, &view->fetch, &view->error);
	if (view->record == NULL) {
		if (view->fetch == NULL && view->error == NULL)
			view->err = ESTALE;
		return false;
	}
	view->item = view->record->item;
	view->note = ecsfs_collection_note(node->collection, node->id, &view->note_ns);
	return true;
}

EcsfsSnapshot *ecsfs_view_snapshot(EcsfsView *view, EcsfsCollection *collection)
{
	view->elsewhere = true;
	for (int i = 0; i < view->n_snapshots; i++)
		if (view->of[i] == collection)
			return view->snapshots[i];
	g_return_val_if_fail(view->n_snapshots < ECSFS_VIEW_SNAPSHOTS, NULL);
	EcsfsSnapshot *snapshot = ecsfs_collection_snapshot(
		collection, view->began, &view->fresh_us, &view->fetch, &view->error);
	if (snapshot != NULL) {
		view->changed_ns = MAX(view->changed_ns, snapshot->changed_ns);
		view->of[view->n_snapshots] = collection;
		view->snapshots[view->n_snapshots++] = snapshot;
	}
	return snapshot;
}

bool ecsfs_view_gather(EcsfsView *view, EcsfsCollection *const *collections, size_t n,
		       EcsfsSnapshot **snapshots)
{
	g_autoptr(EcsfsFetch) fetch = NULL;

	for (size_t i = 0; i < n; i++) {
		snapshots[i] = ecsfs_view_snapshot(view, collections[i]);
		if (view->fetch != NULL) {
			g_clear_pointer(&fetch, ecsfs_fetch_unref);
			fetch = g_steal_pointer(&view->fetch);
		} else if (snapshots[i] == NULL) {
			g_clear_error(&view->error);
			view->partial = true;
			view->fresh_us = MIN(view->fresh_us, G_USEC_PER_SEC); /* look again soon */
		}
	}
	view->fetch = g_steal_pointer(&fetch);
	return view->fetch == NULL;
}

EcsfsRecord *ecsfs_view_find(EcsfsView *view, EcsfsCollection *collection, const char *id)
{
	view->elsewhere = true;
	g_clear_pointer(&view->found, ecsfs_record_unref);
	if (view->known)
		view->found = ecsfs_collection_known(collection, id);
	else if (ecsfs_collection_class(collection)->own)
		view->found = ecsfs_collection_since(collection, id, view->since, &view->fetch,
						     &view->error);
	else
		view->found = ecsfs_collection_record(collection, id, view->any_age, view->began,
						      &view->fresh_us, &view->fetch, &view->error);
	return view->found;
}

bool ecsfs_view_waits(const EcsfsView *view)
{
	return view->fetch != NULL || view->error != NULL || view->err != 0;
}

EcsScope *ecsfs_view_scope(const EcsfsView *view)
{
	return view->node->scope;
}

const char *ecsfs_view_zone(const EcsfsView *view)
{
	return view->node->zone != NULL ? view->node->zone : "";
}
