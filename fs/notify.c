/* SPDX-License-Identifier: MIT */
#include "fs/notify.h"

#include <fuse3/fuse_lowlevel.h>
#include <string.h>

typedef struct {
	uint64_t ino;
	char *name; /* NULL: the inode itself; else this name in it */
} Notice;

struct EcsfsNotify {
	GAsyncQueue *queue; /* owns Notice */
	GThread *thread;
	struct fuse_session *session;
	uint64_t sent; /* atomic */
	int stopping;  /* atomic */
};

static void notice_free(void *data)
{
	Notice *notice = data;

	g_free(notice->name);
	g_free(notice);
}

/* A failure means that the kernel does not know the inode or the name: nothing to drop. */
static void send_notice(EcsfsNotify *notify, const Notice *notice)
{
	if (notice->name == NULL)
		fuse_lowlevel_notify_inval_inode(notify->session, notice->ino, 0, 0);
	else
		fuse_lowlevel_notify_inval_entry(notify->session, notice->ino, notice->name,
						 strlen(notice->name));
	__atomic_add_fetch(&notify->sent, 1, __ATOMIC_RELAXED);
}

static void *run(void *data)
{
	EcsfsNotify *notify = data;

	for (;;) {
		Notice *notice = g_async_queue_pop(notify->queue);
		bool last = notice->ino == 0;

		if (!last && !g_atomic_int_get(&notify->stopping))
			send_notice(notify, notice);
		notice_free(notice);
		if (last)
			return NULL;
	}
}

EcsfsNotify *ecsfs_notify_new(void)
{
	EcsfsNotify *notify = g_new0(EcsfsNotify, 1);

	notify->queue = g_async_queue_new_full(notice_free);
	return notify;
}

void ecsfs_notify_start(EcsfsNotify *notify, struct fuse_session *session)
{
	notify->session = session;
	notify->thread = g_thread_new("ecsfs-notify", run, notify);
}

static void push(EcsfsNotify *notify, uint64_t ino, const char *name)
{
	Notice *notice = g_new0(Notice, 1);

	notice->ino = ino;
	notice->name = g_strdup(name);
	g_async_queue_push(notify->queue, notice);
}

void ecsfs_notify_stop(EcsfsNotify *notify)
{
	if (notify->thread == NULL)
		return;
	g_atomic_int_set(&notify->stopping, 1);
	push(notify, 0, NULL);
	g_thread_join(g_steal_pointer(&notify->thread));
}

void ecsfs_notify_free(EcsfsNotify *notify)
{
	if (notify == NULL)
		return;
	ecsfs_notify_stop(notify);
	g_async_queue_unref(notify->queue);
	g_free(notify);
}

void ecsfs_notify_inode(EcsfsNotify *notify, uint64_t ino)
{
	push(notify, ino, NULL);
}

void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name)
{
	push(notify, parent, name);
}

uint64_t ecsfs_notify_sent(EcsfsNotify *notify)
{
	return __atomic_load_n(&notify->sent, __ATOMIC_RELAXED);
}
