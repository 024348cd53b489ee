/* SPDX-License-Identifier: MIT */
/*
 * tsan-glib - tell ThreadSanitizer of the locks, queues and counters in GLib, which is not built
 * with it: without that nearly all that it reports is none. To be preloaded after libtsan; see
 * docs/hacking.md.
 */
#include <dlfcn.h>
#include <glib.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* What every source of a main context, and every job of a pool, is ordered by. */
static char handed_over;

#define NEXT(function)                                                                             \
	static __typeof__(&(function)) next;                                                       \
	if (next == NULL)                                                                          \
	*(void **)&next = dlsym(RTLD_NEXT, #function)

void g_mutex_lock(GMutex *mutex)
{
	NEXT(g_mutex_lock);
	next(mutex);
	__tsan_acquire(mutex);
}

void g_mutex_unlock(GMutex *mutex)
{
	NEXT(g_mutex_unlock);
	__tsan_release(mutex);
	next(mutex);
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
	NEXT(g_cond_wait);
	__tsan_release(mutex);
	next(cond, mutex);
	__tsan_acquire(mutex);
}

void g_async_queue_push(GAsyncQueue *queue, void *data)
{
	NEXT(g_async_queue_push);
	__tsan_release(queue);
	next(queue, data);
}

void *g_async_queue_pop(GAsyncQueue *queue)
{
	NEXT(g_async_queue_pop);
	void *data = next(queue);
	__tsan_acquire(queue);
	return data;
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
	NEXT(g_cond_wait_until);
	__tsan_release(mutex);
	gboolean signalled = next(cond, mutex, end_time);
	__tsan_acquire(mutex);
	return signalled;
}

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
	static gboolean (*next)(gatomicrefcount *);
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "g_atomic_ref_count_dec");
	__tsan_release(count);
	gboolean last = next(count);
	if (last)
		__tsan_acquire(count);
	return last;
}

#define UNREF(function, type)                                                                      \
	void function(type *object)                                                                \
	{                                                                                          \
		NEXT(function);                                                                    \
		__tsan_release(object);                                                            \
		__tsan_acquire(object);                                                            \
		next(object);                                                                      \
	}
UNREF(g_ref_string_release, char)
UNREF(g_ptr_array_unref, GPtrArray)
UNREF(g_hash_table_unref, GHashTable)
UNREF(g_bytes_unref, GBytes)
UNREF(g_source_unref, GSource)

typedef struct {
	GSourceFunc run;
	void *data;
	GDestroyNotify destroy;
} Callback;

static gboolean run_callback(void *data)
{
	const Callback *callback = data;

	__tsan_acquire(&handed_over);
	gboolean again = callback->run(callback->data);
	__tsan_release(&handed_over);
	return again;
}

static void destroy_callback(void *data)
{
	Callback *callback = data;

	__tsan_acquire(&handed_over);
	if (callback->destroy != NULL)
		callback->destroy(callback->data);
	g_free(callback);
}

void g_source_set_callback(GSource *source, GSourceFunc run, void *data, GDestroyNotify destroy)
{
	NEXT(g_source_set_callback);
	Callback *callback = g_new(Callback, 1);
	*callback = (Callback){ run, data, destroy };
	next(source, run_callback, callback, destroy_callback);
}

guint g_source_attach(GSource *source, GMainContext *context)
{
	NEXT(g_source_attach);
	__tsan_release(&handed_over);
	return next(source, context);
}

static GFunc run_job; /* there is one pool */

static void job(void *data, void *user_data)
{
	__tsan_acquire(&handed_over);
	run_job(data, user_data);
	__tsan_release(&handed_over);
}

GThreadPool *g_thread_pool_new(GFunc run, void *user_data, int threads, gboolean exclusive,
			       GError **error)
{
	NEXT(g_thread_pool_new);
	run_job = run;
	return next(job, user_data, threads, exclusive, error);
}

gboolean g_thread_pool_push(GThreadPool *pool, void *data, GError **error)
{
	NEXT(g_thread_pool_push);
	__tsan_release(&handed_over);
	return next(pool, data, error);
}

void g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait)
{
	NEXT(g_thread_pool_free);
	next(pool, immediate, wait);
	__tsan_acquire(&handed_over);
}
