/* SPDX-License-Identifier: MIT */
#include "fs/notify.h"

#include <fuse3/fuse_lowlevel.h>
#include <string.h>

typedef struct Notice {
	void (*send)(struct fuse_session *session, const struct Notice *notice); /* NULL: the end */
	uint64_t ino, child, length;
	char last;
	char *name;		    /* in the directory @ino; NULL: the inode itself */
	struct fuse_pollhandle *ph; /* owned */
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
	int ended;	 /* atomic */
};

static void notice_free(void *data)
{
	Notice *notice = data;

	if (notice->ph != NULL)
		fuse_pollhandle_destroy(notice->ph);
	g_free(notice->name);
	g_free(notice);
}

/* A failure of the next five means that the kernel does not know the inode or the name: nothing to
 * drop. */
static void send_inode(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_inval_inode(session, notice->ino, 0, 0);
}

static void send_length(struct fuse_session *session, const Notice *notice)
{
	char last = notice->last;
	struct fuse_bufvec buf = FUSE_BUFVEC_INIT(sizeof(last));

	buf.buf[0].mem = &last;
	fuse_lowlevel_notify_store(session, notice->ino, (off_t)notice->length - 1, &buf, 0);
}

static void send_entry(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_inval_entry(session, notice->ino, notice->name, strlen(notice->name));
}

/* The kernel refuses to delete a directory that somebody is in. */
static void send_delete(struct fuse_session *session, const Notice *notice)
{
	if (fuse_lowlevel_notify_delete(session, notice->ino, notice->child, notice->name,
					strlen(notice->name)) != 0)
		send_entry(session, notice);
}

static void send_expire(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_expire_entry(session, notice->ino, notice->name, strlen(notice->name),
					  FUSE_LL_EXPIRE_ONLY);
}

static void send_poll(struct fuse_session *session, const Notice *notice)
{
	fuse_lowlevel_notify_poll(notice->ph);
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
	g_atomic_int_set(&notify->ended, 1);
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

void ecsfs_notify_listing(EcsfsNotify *notify, uint64_t ino)
{
	fuse_lowlevel_notify_inval_inode(notify->session, ino, 0, 0);
}

void ecsfs_notify_end(EcsfsNotify *notify)
{
	if (notify->thread == NULL)
		g_atomic_int_set(&notify->ended, 1);
	else if (!g_atomic_int_compare_and_exchange(&notify->stopping, 0, 1))
		return;
	else
		push(notify, (Notice){ .send = NULL });
}

bool ecsfs_notify_ended(EcsfsNotify *notify)
{
	return g_atomic_int_get(&notify->ended) != 0;
}

void ecsfs_notify_stop(EcsfsNotify *notify)
{
	ecsfs_notify_end(notify);
	if (notify->thread != NULL)
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

void ecsfs_notify_length(EcsfsNotify *notify, uint64_t ino, uint64_t length, char last)
{
	if (length > 0)
		push(notify,
		     (Notice){ .send = send_length, .ino = ino, .length = length, .last = last });
}

void ecsfs_notify_entry(EcsfsNotify *notify, uint64_t parent, const char *name)
{
	push(notify, (Notice){ .send = send_entry, .ino = parent, .name = g_strdup(name) });
}

void ecsfs_notify_delete(EcsfsNotify *notify, uint64_t parent, uint64_t child, const char *name)
{
	push(notify,
	     (Notice){
		     .send = send_delete, .ino = parent, .child = child, .name = g_strdup(name) });
}

void ecsfs_notify_expire(EcsfsNotify *notify, uint64_t parent, const char *name)
{
	push(notify, (Notice){ .send = send_expire, .ino = parent, .name = g_strdup(name) });
}

void ecsfs_notify_poll(EcsfsNotify *notify, struct fuse_pollhandle *ph)
{
	push(notify, (Notice){ .send = send_poll, .ph = ph });
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
