/* SPDX-License-Identifier: MIT */
#include "fs/views.h"

#include <string.h>

#include "fs/name.h"
#include "fs/view.h"

static void target(EcsfsView *view, const char *up, GString *out)
{
	g_autofree char *id = ecsfs_name_escape(view->record->id, view->record->id);
	const EcsfsNode *node = view->node;

	while (node->parent != NULL && (node->kind == NULL || node->kind->viewed != NULL))
		node = node->parent;
	g_autofree char *name = ecsfs_kind_beside(node->kind, id);
	g_string_append_printf(out, "%s%s", up, name);
}

bool ecsfs_views_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	target(view, "../", out);
	return true;
}

bool ecsfs_group_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	target(view, "../../", out);
	return true;
}

static EcsfsEntry link_entry(EcsfsView *view, const char *name, EcsfsRecord *record)
{
	const EcsfsKind *kind = view->node->kind;

	return (EcsfsEntry){
		.name = name,
		.link = kind->entry_link,
		.id = record->id,
		.collection = kind->viewed->collection(view),
		.record = record,
	};
}

static bool each_record(EcsfsView *view, const EcsfsViewed *viewed, EcsfsRecordFn fn, void *data)
{
	if (viewed->each != NULL)
		return viewed->each(view, fn, data);
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, viewed->collection(view));
	for (size_t i = 0; snapshot != NULL && i < snapshot->n; i++)
		fn(snapshot->by_id[i], data);
	return snapshot != NULL;
}

typedef void (*Labels)(const void *item, GPtrArray *labels);

/* Returns: the labels of the object, owned. @labels: NULL: its name. */
static GPtrArray *labels_of(const EcsfsRecord *record, Labels labels)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

	if (record->item != NULL && labels != NULL)
		labels(record->item, all);
	else if (record->item != NULL)
		g_ptr_array_add(all, g_strdup(record->class->name_of(record->item)));
	return all;
}

/* An object and one of its labels. */
typedef struct {
	EcsfsRecord *record; /* borrowed from the view */
	char *label;
} Labelled;

static void labelled_clear(void *data)
{
	g_free(((Labelled *)data)->label);
}

static int by_label(const void *a, const void *b)
{
	const Labelled *x = a, *y = b;
	int order = strcmp(x->label, y->label);

	return order != 0 ? order : strcmp(x->record->id, y->record->id);
}

typedef struct {
	Labels labels;
	GArray *all; /* Labelled */
} Collected;

static void collect(EcsfsRecord *record, void *data)
{
	const Collected *collected = data;
	g_autoptr(GPtrArray) labels = labels_of(record, collected->labels);

	for (size_t i = 0; i < labels->len; i++) {
		Labelled labelled = { record, g_strdup(labels->pdata[i]) };
		g_array_append_val(collected->all, labelled);
	}
}

/* Returns: Labelled, sorted, owned. NULL: see the view. */
static GArray *label_all(EcsfsView *view, const EcsfsViewed *viewed, Labels labels)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Labelled));
	Collected collected = { labels, all };

	g_array_set_clear_func(all, labelled_clear);
	if (!each_record(view, viewed, collect, &collected))
		return NULL;
	g_array_sort(all, by_label);
	return g_steal_pointer(&all);
}

static bool twins(const GArray *all, size_t i, size_t j)
{
	return j < all->len && strcmp(g_array_index(all, Labelled, i).label,
				      g_array_index(all, Labelled, j).label) == 0;
}

/* Twins whose ids do not tell them apart, as file names have them. */
static bool alike(const GArray *all, size_t i, size_t j)
{
	if (!twins(all, i, j))
		return false;
	const Labelled *x = &g_array_index(all, Labelled, i), *y = &g_array_index(all, Labelled, j);
	g_autofree char *one = ecsfs_name_distinct("", x->record->id);
	g_autofree char *other = ecsfs_name_distinct("", y->record->id);
	return strcmp(one, other) == 0;
}

/* Returns: the file name of all[i], owned. */
static char *file_of(const GArray *all, size_t i)
{
	const Labelled *labelled = &g_array_index(all, Labelled, i);
	bool several = twins(all, i, i + 1) || (i > 0 && twins(all, i, i - 1));

	if (several && (alike(all, i, i + 1) || (i > 0 && alike(all, i, i - 1))))
		return ecsfs_name_hashed(labelled->label, labelled->record->id);
	return several ? ecsfs_name_distinct(labelled->label, labelled->record->id)
		       : ecsfs_name_escape(labelled->label, labelled->record->id);
}

static bool each_label(EcsfsView *view, const EcsfsViewed *viewed, Labels labels, EcsfsNamedFn fn,
		       void *data)
{
	g_autoptr(GArray) all = label_all(view, viewed, labels);

	if (all == NULL)
		return false;
	for (size_t i = 0; i < all->len; i++) {
		g_autofree char *file = file_of(all, i);
		fn(g_array_index(all, Labelled, i).record, file, data);
	}
	return true;
}

bool ecsfs_views_each(EcsfsView *view, const EcsfsViewed *viewed, EcsfsNamedFn fn, void *data)
{
	return each_label(view, viewed, NULL, fn, data);
}

typedef struct {
	EcsfsView *view;
	EcsfsEmit emit;
	void *data;
} Listing;

static void emit_link(EcsfsRecord *record, const char *file, void *data)
{
	const Listing *listing = data;
	EcsfsEntry entry = link_entry(listing->view, file, record);

	listing->emit(&entry, listing->data);
}

typedef struct {
	const char *file;
	EcsfsRecord *record;
} Wanted;

static void match(EcsfsRecord *record, const char *file, void *data)
{
	Wanted *wanted = data;

	if (strcmp(file, wanted->file) == 0)
		wanted->record = record;
}

/* Set *@record to the object whose label is @name as a file name. False: see the view. */
static bool find_label(EcsfsView *view, Labels labels, const char *name, EcsfsRecord **record)
{
	const EcsfsViewed *viewed = view->node->kind->viewed;
	Wanted wanted = { .file = name };

	if (labels == NULL && viewed->named != NULL)
		return viewed->named(view, name, record);
	if (!each_label(view, viewed, labels, match, &wanted))
		return false;
	*record = wanted.record;
	return true;
}

bool ecsfs_views_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	Labels labels = view->node->kind->labels;
	EcsfsRecord *record = NULL;

	if (ecsfs_name_probe(name))
		return true;
	if (!find_label(view, labels, name, &record))
		return false;
	if (record != NULL)
		*entry = link_entry(view, name, record);
	else if (labels != NULL)
		view->fresh_us = 0; /* addresses come by themselves */
	return true;
}

bool ecsfs_views_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsfsKind *kind = view->node->kind;
	Listing listing = { view, emit, data };

	return each_label(view, kind->viewed, kind->labels, emit_link, &listing);
}

/* ---- a directory for each label ---- */

static bool has_label(const EcsfsRecord *record, Labels labels, const char *wanted)
{
	g_autoptr(GPtrArray) all = labels_of(record, labels);

	for (size_t i = 0; i < all->len; i++)
		if (strcmp(all->pdata[i], wanted) == 0)
			return true;
	return false;
}

bool ecsfs_group_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsNode *node = view->node;
	EcsfsRecord *record = NULL;

	view->fresh_us = 0; /* objects come and go by themselves */
	if (ecsfs_name_probe(name))
		return true;
	if (!find_label(view, NULL, name, &record))
		return false;
	if (record != NULL && has_label(record, node->kind->labels, node->id))
		*entry = link_entry(view, name, record);
	return true;
}

static void emit_member(EcsfsRecord *record, const char *file, void *data)
{
	const Listing *listing = data;
	const EcsfsNode *node = listing->view->node;

	if (has_label(record, node->kind->labels, node->id))
		emit_link(record, file, data);
}

bool ecsfs_group_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	Listing listing = { view, emit, data };

	return each_label(view, view->node->kind->viewed, NULL, emit_member, &listing);
}

typedef struct {
	Labels labels;
	GHashTable *keys; /* set of labels, owned */
} Keys;

static void collect_keys(EcsfsRecord *record, void *data)
{
	const Keys *keys = data;
	g_autoptr(GPtrArray) all = labels_of(record, keys->labels);

	for (size_t i = 0; i < all->len; i++)
		g_hash_table_add(keys->keys, g_strdup(all->pdata[i]));
}

/* Returns: the labels that the objects have, a set; NULL: see the view. */
static GHashTable *keys_of(EcsfsView *view)
{
	const EcsfsKind *kind = view->node->kind;
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Keys collected = { kind->labels, keys };

	return each_record(view, kind->viewed, collect_keys, &collected) ? g_steal_pointer(&keys)
									 : NULL;
}

bool ecsfs_groups_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *key = ecsfs_name_unescape(name);

	view->fresh_us = 0;
	if (key == NULL || ecsfs_name_probe(name))
		return true;
	g_autoptr(GHashTable) keys = keys_of(view);
	if (keys == NULL)
		return false;
	if (g_hash_table_contains(keys, key)) {
		*entry = (EcsfsEntry){ .name = name,
				       .kind = view->node->kind->entry,
				       .id = g_intern_string(key) };
	}
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool ecsfs_groups_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	g_autoptr(GHashTable) keys = keys_of(view);
	unsigned n;

	if (keys == NULL)
		return false;
	g_autofree void **sorted = g_hash_table_get_keys_as_array(keys, &n);
	qsort(sorted, n, sizeof(void *), by_text);
	for (unsigned i = 0; i < n; i++) {
		const char *key = sorted[i];
		g_autofree char *name = ecsfs_name_escape(key, key);
		emit(&(EcsfsEntry){ .name = name, .kind = view->node->kind->entry, .id = key },
		     data);
	}
	return true;
}
