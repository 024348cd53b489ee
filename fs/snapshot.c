/* SPDX-License-Identifier: MIT */
#include "fs/snapshot.h"

#include <string.h>

EcsfsRecord *ecsfs_record_new(const EcsfsClass *class, const char *id, void *item, int64_t fetched)
{
	EcsfsRecord *record = g_new0(EcsfsRecord, 1);

	g_atomic_ref_count_init(&record->refs);
	record->class = class;
	record->item = item;
	record->id = g_strdup(id);
	record->fetched = fetched;
	return record;
}

EcsfsRecord *ecsfs_record_ref(EcsfsRecord *record)
{
	g_atomic_ref_count_inc(&record->refs);
	return record;
}

void ecsfs_record_unref(EcsfsRecord *record)
{
	if (record == NULL || !g_atomic_ref_count_dec(&record->refs))
		return;
	if (record->item != NULL)
		record->class->unref(record->item);
	g_clear_pointer(&record->stamps, g_ptr_array_unref);
	g_free(record->id);
	g_free(record);
}

int64_t ecsfs_record_mtime(const EcsfsRecord *record, const char *path)
{
	for (size_t i = 0; record->stamps != NULL && i < record->stamps->len; i++) {
		const EcsfsStamp *stamp = record->stamps->pdata[i];
		if (strcmp(stamp->path, path) == 0)
			return stamp->ns;
	}
	return record->base_ns;
}

int64_t ecsfs_ns(int64_t s)
{
	return MIN(s, G_MAXINT64 / NS_PER_S) * NS_PER_S;
}

int64_t ecsfs_record_updated(const EcsfsRecord *record)
{
	int64_t s = 0;

	if (record->item != NULL && record->class->updated != NULL)
		s = record->class->updated(record->item);
	return s > 0 ? ecsfs_ns(s) : record->base_ns;
}

const char *ecsfs_record_name(const EcsfsRecord *record)
{
	const char *name = "";

	if (record->item != NULL && record->class->name_of != NULL)
		name = record->class->name_of(record->item);
	return *name != '\0' ? name : record->id;
}

static int by_id(const void *a, const void *b)
{
	const EcsfsRecord *x = *(EcsfsRecord *const *)a, *y = *(EcsfsRecord *const *)b;

	return strcmp(x->id, y->id);
}

static int by_name(const void *a, const void *b)
{
	const EcsfsRecord *x = *(EcsfsRecord *const *)a, *y = *(EcsfsRecord *const *)b;
	int order = strcmp(ecsfs_record_name(x), ecsfs_record_name(y));

	return order != 0 ? order : strcmp(x->id, y->id);
}

EcsfsSnapshot *ecsfs_snapshot_new(GPtrArray *records, int64_t fetched)
{
	EcsfsSnapshot *snapshot = g_new0(EcsfsSnapshot, 1);
	bool named = records->len > 0 && ((EcsfsRecord *)records->pdata[0])->class->name_of != NULL;

	g_atomic_ref_count_init(&snapshot->refs);
	snapshot->fetched = fetched;
	snapshot->n = records->len;
	snapshot->by_id = (EcsfsRecord **)g_ptr_array_free(records, FALSE);
	if (snapshot->n > 0)
		qsort(snapshot->by_id, snapshot->n, sizeof(EcsfsRecord *), by_id);
	if (named) {
		snapshot->by_name = g_memdup2(snapshot->by_id, snapshot->n * sizeof(EcsfsRecord *));
		qsort(snapshot->by_name, snapshot->n, sizeof(EcsfsRecord *), by_name);
	}
	return snapshot;
}

EcsfsSnapshot *ecsfs_snapshot_ref(EcsfsSnapshot *snapshot)
{
	g_atomic_ref_count_inc(&snapshot->refs);
	return snapshot;
}

void ecsfs_snapshot_unref(EcsfsSnapshot *snapshot)
{
	if (snapshot == NULL || !g_atomic_ref_count_dec(&snapshot->refs))
		return;
	for (size_t i = 0; i < snapshot->n; i++)
		ecsfs_record_unref(snapshot->by_id[i]);
	g_free(snapshot->by_id);
	g_free(snapshot->by_name);
	g_free(snapshot);
}

EcsfsRecord *ecsfs_snapshot_find(const EcsfsSnapshot *snapshot, const char *id)
{
	EcsfsRecord key = { .id = (char *)id };
	EcsfsRecord *pointer = &key;

	if (snapshot->n == 0)
		return NULL;
	EcsfsRecord **found =
		bsearch(&pointer, snapshot->by_id, snapshot->n, sizeof(EcsfsRecord *), by_id);
	return found != NULL ? *found : NULL;
}

size_t ecsfs_snapshot_named(const EcsfsSnapshot *snapshot, const char *name, size_t *count)
{
	size_t low = 0, high = snapshot->by_name != NULL ? snapshot->n : 0, n = high;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(ecsfs_record_name(snapshot->by_name[middle]), name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (high = low; high < n; high++)
		if (strcmp(ecsfs_record_name(snapshot->by_name[high]), name) != 0)
			break;
	*count = high - low;
	return low;
}

/* Copy @from (@n pointers, sorted by @order) without @out and with @in; either may be NULL. */
static EcsfsRecord **splice(EcsfsRecord **from, size_t n, EcsfsRecord *out, EcsfsRecord *in,
			    int (*order)(const void *, const void *))
{
	EcsfsRecord **to = g_new0(EcsfsRecord *, n + 1);
	size_t at = 0;

	for (size_t i = 0; from != NULL && i < n; i++) {
		if (from[i] == out)
			continue;
		if (in != NULL && order(&in, &from[i]) < 0) {
			to[at++] = in;
			in = NULL;
		}
		to[at++] = from[i];
	}
	if (in != NULL)
		to[at++] = in;
	return to;
}

EcsfsSnapshot *ecsfs_snapshot_replace(const EcsfsSnapshot *from, EcsfsRecord *out, EcsfsRecord *in)
{
	EcsfsSnapshot *snapshot = g_new0(EcsfsSnapshot, 1);
	bool named = from->by_name != NULL || (in != NULL && in->class->name_of != NULL);

	g_atomic_ref_count_init(&snapshot->refs);
	snapshot->fetched = from->fetched;
	snapshot->n = from->n - (out != NULL) + (in != NULL);
	snapshot->by_id = splice(from->by_id, from->n, out, in, by_id);
	if (named)
		snapshot->by_name = splice(from->by_name, from->n, out, in, by_name);
	for (size_t i = 0; i < snapshot->n; i++)
		ecsfs_record_ref(snapshot->by_id[i]);
	return snapshot;
}
