/* SPDX-License-Identifier: MIT */
#include "fs/notify.h"

#include <fuse3/fuse_lowlevel.h>
#include <string.h>

typedef struct Notice {
	void (*send)(struct fuse_session *session, const struct Notice *notice); /* NULL: the end */
	uint64_t ino;
	char *name; /* in the directory @ino; NULL: the inode itself */
	void (*fn)(void *data);
	void *data;
} Notice;

struct EcsfsNotify {
	GAsyncQueue *queue; /* owns Notice */
	GThread *thread;
	struct fuse_session *session;
	uint64_t queued; /* atomic */
	uint64_t sent;	 /* atomic; or dropped while stopping */
	int stopping;	 /* atomic */
};

static void notice_free(void *data)
{
	Notice *notice = data;

	g_free(notice->name);
	g_free(notice);
}

/* A failure of the next three means that the kernel does not know the inode or the name: nothing to
 * drop. */
static void send_inode(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_inval_inode(session, notice->ino, 0, 0);
}

static void send_entry(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_inval_entry(session, notice->ino, notice->name, strlen(notice->name));
}

static void send_expire(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_expire_entry(session, notice->ino, notice->name, strlen(notice->name),
					  FUSE_LL_EXPIRE_ONLY);
}

static void send_nothing(struct fuse_session *session, const Notice *notice)
{
}

static void *run(void *data)
{
	EcsfsNotify *notify = data;
	bool last = false;

	while (!last) {
		Notice *notice = g_async_queue_pop(notify->queue);
		last = notice->send == NULL;
		if (!last && !g_atomic_int_get(&notify->stopping))
			notice->send(notify->session, notice);
		__atomic_add_fetch(&notify->sent, 1, __ATOMIC_RELEASE);
		if (notice->fn != NULL)
			notice->fn(notice->data);
		notice_free(notice);
	}
	return NULL;
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

/* Takes over @notice.name. */
static void push(EcsfsNotify *notify, Notice notice)
{
	__atomic_add_fetch(&notify->queued, 1, __ATOMIC_RELEASE);
	g_async_queue_push(notify->queue, g_memdup2(&notice, sizeof(notice)));
}

void ecsfs_notify_stop(EcsfsNotify *notify)
{
	if (notify->thread == NULL)
		return;
	g_atomic_int_set(&notify->stopping, 1);
	push(notify, (Notice){ .send = NULL });
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
	push(notify, (Notice){ .send = send_inode, .ino = ino });
}

void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name)
{
	push(notify, (Notice){ .send = send_entry, .ino = parent, .name = g_strdup(name) });
}

void ecsfs_notify_expire(EcsfsNotify *notify, uint64_t parent, const char *name)
{
	push(notify, (Notice){ .send = send_expire, .ino = parent, .name = g_strdup(name) });
}

void ecsfs_notify_then(EcsfsNotify *notify, void (*fn)(void *data), void *data)
{
	push(notify, (Notice){ .send = send_nothing, .fn = fn, .data = data });
}

bool ecsfs_notify_idle(EcsfsNotify *notify)
{
	uint64_t queued = ecsfs_notify_queued(notify);

	return __atomic_load_n(&notify->sent, __ATOMIC_ACQUIRE) >= queued;
}

uint64_t ecsfs_notify_queued(EcsfsNotify *notify)
{
	return __atomic_load_n(&notify->queued, __ATOMIC_ACQUIRE);
}

uint64_t ecsfs_notify_sent(EcsfsNotify *notify)
{
	return __atomic_load_n(&notify->sent, __ATOMIC_ACQUIRE);
}
