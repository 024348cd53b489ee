/* SPDX-License-Identifier: MIT */
#include "fs/own.h"

#include <stdio.h>
#include <string.h>

#include "fs/collection.h"
#include "fs/kind.h"

#define WALK_US (5 * G_USEC_PER_SEC)
#define WALKS 256 /* listings remembered */

bool ecsfs_own_same(const void *a, const void *b)
{
	return strcmp(a, b) == 0;
}

void ecsfs_own_free(void *item)
{
	explicit_bzero(item, strlen(item));
	g_free(item);
}

void ecsfs_own_text(const char *text, const GError *error, void *fetch)
{
	bool whole = text == NULL || *text == '\0' || g_str_has_suffix(text, "\n");

	ecsfs_fetch_item(fetch, text != NULL ? g_strconcat(text, whole ? "" : "\n", NULL) : NULL,
			 error);
}

bool ecsfs_own_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (view->record == NULL)
		return true;
	EcsfsCollection *texts =
		ecsfs_cache_collection(view->fs->cache, attr->own, ecsfs_view_scope(view));
	const EcsfsRecord *record = ecsfs_view_find(view, texts, view->record->id);
	if (record != NULL)
		g_string_append(out, record->item);
	return record != NULL || !ecsfs_view_waits(view);
}

void ecsfs_own_forget(EcsfsFs *fs, const EcsfsClass *class, EcsScope *scope, const char *id)
{
	ecsfs_refresh_remove(ecsfs_cache_collection(fs->cache, class, scope), id);
}

void ecsfs_own_sweep(EcsfsCollection *texts)
{
	int64_t oldest = g_get_monotonic_time() - ECSFS_OWN_KEEP_US;
	g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < texts->snapshot->n; i++) {
		const EcsfsRecord *record = texts->snapshot->by_id[i];
		if (record->fetched < oldest)
			g_ptr_array_add(old, g_strdup(record->id));
	}
	for (size_t i = 0; i < old->len; i++)
		ecsfs_refresh_remove(texts, old->pdata[i]);
}

/* Who has listed which object's directory when. */
static struct {
	pid_t thread;
	const EcsfsCollection *collection;
	unsigned id; /* its hash */
	int64_t at;  /* monotonic us */
} walks[WALKS];	     /* under the lock */
static unsigned next_walk;
static GMutex walks_lock;

static bool has_own(const EcsfsKind *kind)
{
	for (const EcsfsAttr *attr = kind->attrs; attr != NULL && attr->name != NULL; attr++)
		if ((attr->flags & ECSFS_OWN_CALL) != 0)
			return true;
	return kind->row != NULL && (kind->row->flags & ECSFS_OWN_CALL) != 0;
}

void ecsfs_own_listed(const EcsfsView *view)
{
	if (view->record == NULL || view->caller == 0 || !has_own(view->node->kind))
		return;
	g_mutex_lock(&walks_lock);
	unsigned i = next_walk++ % WALKS;
	walks[i].thread = view->caller;
	walks[i].collection = view->collection;
	walks[i].id = g_str_hash(view->record->id);
	walks[i].at = g_get_monotonic_time();
	g_mutex_unlock(&walks_lock);
}

int ecsfs_own_process(pid_t thread)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)thread);
	g_autofree char *text = NULL;
	int process = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	const char *line = strstr(text, "\nTgid:");
	return line != NULL && sscanf(line, "\nTgid: %d", &process) == 1 ? process : 0;
}

bool ecsfs_own_walks(const EcsfsView *view)
{
	int64_t now = g_get_monotonic_time();
	g_autoptr(GArray) listers = g_array_new(FALSE, FALSE, sizeof(pid_t));
	bool walks_itself = false;

	if (view->record == NULL || view->caller == 0)
		return false;
	unsigned id = g_str_hash(view->record->id);
	g_mutex_lock(&walks_lock);
	for (unsigned i = 0; i < WALKS; i++) {
		if (walks[i].collection != view->collection || walks[i].id != id ||
		    now - walks[i].at > WALK_US)
			continue;
		walks_itself |= walks[i].thread == view->caller;
		g_array_append_val(listers, walks[i].thread);
	}
	g_mutex_unlock(&walks_lock);
	if (walks_itself || listers->len == 0)
		return walks_itself;
	/* One thread may list and another open. */
	int process = ecsfs_own_process(view->caller);
	for (unsigned i = 0; i < listers->len && process != 0; i++)
		if (ecsfs_own_process(g_array_index(listers, pid_t, i)) == process)
			return true;
	return false;
}
