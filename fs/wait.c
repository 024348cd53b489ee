/* SPDX-License-Identifier: MIT */
#include "fs/wait.h"

#include <errno.h>
#include <string.h>

#include "client/error.h"
#include "fs/view.h"

#define FAST_MS 500  /* between two looks, in the beginning */
#define SLOW_MS 5000 /* and in the end */
#define SLOWER 20    /* a wait of that many times as long */

#define WORD_MAX 32 /* bytes of a status, one more for its end */

/* Returns: the object as it is now, borrowed from the view; NULL: it is gone, or *@waits. What was
 * made from a draft has another id, but is called as that was. */
static const EcsfsRecord *now(EcsfsView *view, bool *waits)
{
	const EcsfsNode *node = view->node;

	*waits = false;
	if (view->item != NULL || ecsfs_collection_class(view->collection)->draft == NULL)
		return view->item != NULL ? view->record : NULL;
	while (node->collection == NULL)
		node = node->parent;
	const EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, view->collection);
	*waits = snapshot == NULL;
	size_t n, first = *waits ? 0 : ecsfs_snapshot_named(snapshot, node->id, &n);
	return *waits || n != 1 ? NULL : snapshot->by_name[first];
}

/* Not yet. Returns false. */
static bool look_later(EcsfsView *view, const EcsfsRecord *record)
{
	int64_t limit = (int64_t)view->fs->options.wait_s * G_USEC_PER_SEC;
	int64_t ms = CLAMP(view->waited_us / 1000 / SLOWER, FAST_MS, SLOW_MS);

	if (view->waited_us > limit)
		return ecsfs_view_fail(view, ETIMEDOUT);
	ecsfs_collection_watch(view->collection, record->id, ms * 1000);
	view->wait_ms = (unsigned)MIN(ms, (limit - view->waited_us) / 1000 + 1);
	return false;
}

/* What else was waited for will never be. Returns false. */
static bool gone(EcsfsView *view, bool waits)
{
	if (!waits)
		g_set_error(&view->error, ECS_ERROR, ECS_ERROR_NOT_FOUND, "it is gone");
	return false;
}

static const char *status_of(const EcsfsRecord *record)
{
	return ecsfs_class_text(record->item, record->class->status);
}

/* Is something being done to it that its status does not tell? */
static bool busy(const EcsfsView *view, const EcsfsRecord *record)
{
	return *ecsfs_class_text(record->item, record->class->task) != '\0' ||
	       ecsfs_collection_working(view->collection, record->id);
}

/* ERROR, error_extending, BIND_ERROR; killed is an image's, FAIL a job's. */
static bool is_error(const char *status)
{
	return g_ascii_strncasecmp(status, "error", strlen("error")) == 0 ||
	       g_str_has_suffix(status, "_ERROR") || strcmp(status, "killed") == 0 ||
	       strcmp(status, "FAIL") == 0;
}

/* It will not get any further by itself. Returns false. */
static bool broken(EcsfsView *view, const EcsfsRecord *record)
{
	const char *why = ecsfs_class_text(record->item, record->class->fault);

	if (*why == '\0')
		why = view->note != NULL ? view->note : "";
	g_set_error(&view->error, ECS_ERROR, ECS_ERROR_FAILED, "its status is %s%s%s",
		    status_of(record), *why != '\0' ? ": " : "", why);
	return false;
}

static bool tell_status(const EcsfsRecord *record, GString *out)
{
	ecsfs_value(out, status_of(record));
	return true;
}

static bool is_passing(const EcsfsClass *class, const char *status)
{
	return class->passing != NULL && g_strv_contains(class->passing, status);
}

static bool status_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	bool waits;
	const EcsfsRecord *record = now(view, &waits);

	if (record == NULL || record->item == NULL)
		return gone(view, waits);
	const char *status = status_of(record);
	/* A server that was just told to reboot is still ACTIVE, but it will not stay so. */
	bool settled = is_passing(record->class, status) || !busy(view, record);
	if (strcmp(status, view->key) == 0 && settled)
		return tell_status(record, out);
	if (is_error(status) && settled)
		return broken(view, record);
	return look_later(view, record);
}

static bool idle_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	bool waits;
	const EcsfsRecord *record = now(view, &waits);

	if (record == NULL || record->item == NULL)
		return gone(view, waits);
	if (busy(view, record) || ecsfs_class_in_flux(record->class, record->item))
		return look_later(view, record);
	return tell_status(record, out);
}

static bool change_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	bool waits;
	const EcsfsRecord *record = now(view, &waits);

	if (record == NULL || record->item == NULL)
		return gone(view, waits);
	return record == view->opened ? look_later(view, record) : tell_status(record, out);
}

static bool gone_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	bool waits;
	const EcsfsRecord *record = now(view, &waits);

	if (waits)
		return false;
	if (record != NULL && record->item != NULL)
		return look_later(view, record);
	g_string_append(out, "gone\n");
	return true;
}

/* The last is for every word that can be a status. */
static const EcsfsAttr rows[] = {
	{ "change", 0444, change_show, .flags = ECSFS_WAITS },
	{ "gone", 0444, gone_show, .flags = ECSFS_WAITS },
	{ "idle", 0444, idle_show, .flags = ECSFS_WAITS },
	{ "<status>", 0444, status_show, .flags = ECSFS_WAITS,
	  .help = "read: returns when it has that status; also idle, change, gone" },
};
#define STATUS_ROW (&rows[G_N_ELEMENTS(rows) - 1])

/* Could an object of the class have that status? */
static bool is_status(const EcsfsClass *class, const char *word)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (class->lasting != NULL)
		return g_strv_contains(class->lasting, word) || is_passing(class, word);
	return *word != '_' && strspn(word, capitals) == strlen(word) && strlen(word) < WORD_MAX;
}

static bool wait_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsfsClass *class = ecsfs_collection_class(view->collection);
	const EcsfsAttr *row = is_status(class, name) ? STATUS_ROW : NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			row = &rows[i];
	if (row != NULL)
		*entry = (EcsfsEntry){ .name = name, .attr = row, .id = name };
	return true;
}

static bool wait_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	return true;
}

const EcsfsKind ecsfs_wait = {
	.name = "wait", .find = wait_find, .list = wait_list, .row = STATUS_ROW
};
