/* SPDX-License-Identifier: MIT */
#include "fs/watch.h"

#include <fuse3/fuse_lowlevel.h>
#include <poll.h>
#include <string.h>

#include "fs/dispatch.h"
#include "fs/notify.h"

#define LOOK_MS 500 /* between two looks at what is polled */

struct EcsfsWatch {
	gatomicrefcount refs; /* the handle's, and one while a look is due */
	EcsfsFs *fs;
	EcsfsNode *node;     /* counted */
	EcsfsRecord *opened; /* counted; NULL: none */
	int64_t since;	     /* monotonic us */
	GMutex lock;
	uint64_t end;		    /* of a row that grows: as in EcsfsFile */
	char *seen;		    /* what a read has given; NULL: of a row that waits */
	struct fuse_pollhandle *ph; /* owned; NULL: nobody waits */
	bool due;		    /* a look is */
	bool closed;
};

static void watch_unref(void *data)
{
	EcsfsWatch *watch = data;

	if (!g_atomic_ref_count_dec(&watch->refs))
		return;
	if (watch->ph != NULL)
		fuse_pollhandle_destroy(watch->ph);
	ecsfs_node_unref(watch->fs->nodes, watch->node);
	ecsfs_record_unref(watch->opened);
	g_mutex_clear(&watch->lock);
	g_free(watch->seen);
	g_free(watch);
}

/* Returns: the file's text, owned. NULL: it waits, or cannot be read now; the view says which. */
static char *text_of(EcsfsView *view)
{
	const EcsfsAttr *attr = view->node->attr;
	g_autoptr(GString) text = g_string_new(NULL);

	if (attr->show == NULL || !attr->show(attr, view, text))
		return NULL;
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool waits(const EcsfsNode *node)
{
	return (node->attr->flags & ECSFS_WAITS) != 0;
}

/* Has it grown beyond @end? */
static unsigned growth(EcsfsView *view, uint64_t end)
{
	const EcsfsGrowing *growing = view->node->attr->growing;

	growing->ask(view); /* what comes of it is seen at the next look */
	return growing->length(view) > end ? POLLIN | POLLRDNORM | POLLPRI : 0;
}

/* @seen, @end: as in EcsfsWatch. */
static unsigned events(EcsfsView *view, const char *seen, uint64_t end)
{
	if (view->node->attr->growing != NULL)
		return growth(view, end);

	unsigned own_call = view->node->attr->flags & ECSFS_OWN_CALL;
	g_autofree char *text = own_call == 0 ? text_of(view) : NULL;

	if (waits(view->node))
		return view->wait_ms > 0 ? 0 : POLLIN | POLLRDNORM;
	if (text != NULL && seen != NULL && strcmp(text, seen) != 0)
		return POLLIN | POLLRDNORM | POLLPRI;
	return POLLIN | POLLRDNORM;
}

unsigned ecsfs_watch_events(EcsfsView *view, EcsfsFile *file)
{
	g_autofree char *seen = NULL;

	g_mutex_lock(&file->lock);
	if (file->text != NULL)
		seen = g_strdup(file->text->str);
	uint64_t end = file->end;
	view->opened = file->record;
	g_mutex_unlock(&file->lock);
	return events(view, seen, end);
}

static gboolean look(void *data);

static void look_later(EcsfsWatch *watch)
{
	g_atomic_ref_count_inc(&watch->refs);
	watch->due = true;
	ecsfs_dispatch_later(watch->fs->dispatch, LOOK_MS, look, watch, watch_unref);
}

/* Returns: whether a poll would say something else now. */
static bool changed(EcsfsWatch *watch)
{
	bool silent = waits(watch->node) || watch->node->attr->growing != NULL;
	unsigned quiet = silent ? 0 : POLLIN | POLLRDNORM;
	EcsfsView view;

	g_mutex_lock(&watch->lock);
	g_autofree char *seen = g_strdup(watch->seen); /* the next poll replaces it */
	uint64_t end = watch->end;
	g_mutex_unlock(&watch->lock);
	ecsfs_view_init(&view, watch->fs, watch->node);
	view.any_age = waits(watch->node);
	view.opened = watch->opened;
	view.waited_us = g_get_monotonic_time() - watch->since;
	bool there = ecsfs_view_object(&view);
	bool gone = !there && view.err != 0;
	bool differs = gone || (there && events(&view, seen, end) != quiet);
	ecsfs_view_clear(&view);
	return differs;
}

static gboolean look(void *data)
{
	EcsfsWatch *watch = data;

	bool differs = changed(watch);
	g_mutex_lock(&watch->lock);
	watch->due = false;
	if (watch->ph != NULL && differs)
		ecsfs_notify_poll(watch->fs->notify, g_steal_pointer(&watch->ph));
	if (watch->ph != NULL && !watch->closed)
		look_later(watch);
	g_mutex_unlock(&watch->lock);
	return G_SOURCE_REMOVE;
}

static EcsfsWatch *watch_new(EcsfsView *view, EcsfsRecord *opened)
{
	EcsfsWatch *watch = g_new0(EcsfsWatch, 1);

	g_atomic_ref_count_init(&watch->refs);
	g_mutex_init(&watch->lock);
	watch->fs = view->fs;
	watch->node = ecsfs_node_ref(view->fs->nodes, view->node);
	watch->opened = opened != NULL ? ecsfs_record_ref(opened) : NULL;
	watch->since = g_get_monotonic_time();
	return watch;
}

void ecsfs_watch_start(EcsfsView *view, EcsfsFile *file, struct fuse_pollhandle *ph)
{
	bool compared = !waits(view->node) && view->node->attr->growing == NULL;
	g_autofree char *text = compared ? text_of(view) : NULL;

	g_mutex_lock(&file->lock);
	if (file->watch == NULL)
		file->watch = watch_new(view, file->record);
	EcsfsWatch *watch = file->watch;
	g_mutex_lock(&watch->lock);
	watch->end = file->end;
	g_free(watch->seen);
	watch->seen = file->text != NULL ? g_strdup(file->text->str) : g_steal_pointer(&text);
	if (watch->ph != NULL)
		fuse_pollhandle_destroy(watch->ph);
	watch->ph = ph;
	if (!watch->due)
		look_later(watch);
	g_mutex_unlock(&watch->lock);
	g_mutex_unlock(&file->lock);
}

void ecsfs_watch_end(EcsfsWatch *watch)
{
	if (watch == NULL)
		return;
	g_mutex_lock(&watch->lock);
	watch->closed = true;
	g_clear_pointer(&watch->ph, fuse_pollhandle_destroy);
	g_mutex_unlock(&watch->lock);
	watch_unref(watch);
}
