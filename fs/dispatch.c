/* SPDX-License-Identifier: MIT */
#include "fs/dispatch.h"

#include <errno.h>

#include "fs/sweep.h"

struct EcsfsDispatch {
	EcsfsFs *fs;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	GMutex lock;
	GHashTable *parked; /* serial → EcsfsOp, counted */
	uint64_t serials;
	GAsyncQueue *aborted; /* told when abort_all() is through */
	int closing;	      /* atomic: no operation is run any more */
};

static void *run_loop(void *data)
{
	EcsfsDispatch *dispatch = data;

	g_main_context_push_thread_default(dispatch->context);
	g_main_loop_run(dispatch->loop);
	g_main_context_pop_thread_default(dispatch->context);
	return NULL;
}

EcsfsDispatch *ecsfs_dispatch_new(EcsfsFs *fs)
{
	EcsfsDispatch *dispatch = g_new0(EcsfsDispatch, 1);

	dispatch->fs = fs;
	g_mutex_init(&dispatch->lock);
	dispatch->parked = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
						 (GDestroyNotify)ecsfs_op_unref);
	dispatch->context = g_main_context_new();
	dispatch->loop = g_main_loop_new(dispatch->context, FALSE);
	dispatch->thread = g_thread_new("ecsfs-dispatch", run_loop, dispatch);
	return dispatch;
}

static void later(EcsfsDispatch *dispatch, unsigned ms, GSourceFunc fn, void *data,
		  GDestroyNotify destroy)
{
	GSource *source = ms > 0 ? g_timeout_source_new(ms) : g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, fn, data, destroy);
	g_source_attach(source, dispatch->context);
	g_source_unref(source);
}

void ecsfs_dispatch_call(EcsfsDispatch *dispatch, GSourceFunc fn, void *data)
{
	later(dispatch, 0, fn, data, NULL);
}

void ecsfs_dispatch_later(EcsfsDispatch *dispatch, unsigned ms, GSourceFunc fn, void *data,
			  GDestroyNotify destroy)
{
	later(dispatch, ms, fn, data, destroy);
}

size_t ecsfs_dispatch_parked(EcsfsDispatch *dispatch)
{
	g_mutex_lock(&dispatch->lock);
	size_t n = g_hash_table_size(dispatch->parked);
	g_mutex_unlock(&dispatch->lock);
	return n;
}

EcsfsOp *ecsfs_op_new(fuse_req_t req, fuse_ino_t ino, bool (*run)(EcsfsOp *op))
{
	EcsfsOp *op = g_new0(EcsfsOp, 1);

	g_atomic_ref_count_init(&op->refs);
	op->fs = fuse_req_userdata(req);
	op->req = req;
	op->ino = ino;
	op->run = run;
	op->since = g_get_monotonic_time();
	op->began = op->since;
	op->caller = fuse_req_ctx(req)->pid;
	ecsfs_sweep_begins(op->caller, op->since);
	return op;
}

EcsfsOp *ecsfs_op_ref(EcsfsOp *op)
{
	g_atomic_ref_count_inc(&op->refs);
	return op;
}

void ecsfs_op_unref(EcsfsOp *op)
{
	if (!g_atomic_ref_count_dec(&op->refs))
		return;
	if (op->ph != NULL)
		fuse_pollhandle_destroy(op->ph);
	ecsfs_view_clear(&op->view);
	ecsfs_node_unref(op->fs->nodes, op->node);
	g_clear_pointer(&op->patience, g_source_unref);
	g_clear_pointer(&op->again, g_source_unref);
	g_free(op->name);
	g_free(op->new_name);
	g_free(op->data);
	g_free(op);
}

/* Take @op out of the parked ones. Returns: false if it was answered meanwhile. */
static bool claim(EcsfsOp *op, bool answer)
{
	EcsfsDispatch *dispatch = op->fs->dispatch;

	g_mutex_lock(&dispatch->lock);
	bool mine = !op->answered;
	if (mine && answer)
		op->answered = true;
	if (op->answered && op->patience != NULL)
		g_source_destroy(op->patience);
	if (op->answered && op->again != NULL)
		g_source_destroy(op->again);
	if (op->answered && op->serial != 0)
		g_hash_table_remove(dispatch->parked, &op->serial);
	g_mutex_unlock(&dispatch->lock);
	if (mine && answer)
		ecsfs_sweep_busy(op->caller);
	return mine;
}

/* On the dispatch thread: a second has passed since the interrupt. */
static gboolean out_of_patience(void *data)
{
	EcsfsOp *op = data;

	if (claim(op, true)) {
		if (op->change != NULL)
			ecsfs_change_abandon(g_steal_pointer(&op->change));
		ecsfs_ops_reply_error(op, EINTR);
	}
	return G_SOURCE_REMOVE;
}

/* libfuse calls this on a FUSE thread, perhaps while the operation is being answered. */
static void interrupted(fuse_req_t req, void *data)
{
	EcsfsFs *fs = fuse_req_userdata(req);
	EcsfsDispatch *dispatch = fs->dispatch;
	uint64_t serial = (uintptr_t)data;

	g_mutex_lock(&dispatch->lock);
	EcsfsOp *op = g_hash_table_lookup(dispatch->parked, &serial);
	if (op != NULL && !op->answered && !op->interrupted) {
		op->interrupted = true;
		op->patience = g_timeout_source_new(op->again != NULL ? 0 : ECSFS_GRACE_MS);
		g_source_set_callback(op->patience, out_of_patience, ecsfs_op_ref(op),
				      (GDestroyNotify)ecsfs_op_unref);
		g_source_attach(op->patience, dispatch->context);
	}
	g_mutex_unlock(&dispatch->lock);
}

static gboolean run_again(void *data)
{
	ecsfs_op_again(data);
	return G_SOURCE_REMOVE;
}

/* From now on @op can be interrupted. */
static void park(EcsfsOp *op)
{
	EcsfsDispatch *dispatch = op->fs->dispatch;

	g_mutex_lock(&dispatch->lock);
	bool first = op->serial == 0;
	if (first) {
		op->serial = ++dispatch->serials;
		g_hash_table_insert(dispatch->parked, &op->serial, ecsfs_op_ref(op));
	}
	g_mutex_unlock(&dispatch->lock);
	if (first)
		fuse_req_interrupt_func(op->req, interrupted, (void *)(uintptr_t)op->serial);
}

/* There is nothing to be fetched: it waits for something to happen, and looks again later. */
static void rest(EcsfsOp *op)
{
	EcsfsDispatch *dispatch = op->fs->dispatch;

	park(op);
	op->began = 0;
	g_mutex_lock(&dispatch->lock);
	if (op->again != NULL) {
		g_source_destroy(op->again);
		g_source_unref(op->again);
	}
	op->again = g_timeout_source_new(op->view.wait_ms);
	g_source_set_callback(op->again, run_again, ecsfs_op_ref(op),
			      (GDestroyNotify)ecsfs_op_unref);
	g_source_attach(op->again, dispatch->context);
	g_mutex_unlock(&dispatch->lock);
}

/* Run until it is answered, is under way as a change, or waits for a fetch. */
static void run(EcsfsOp *op)
{
	if (op->began == 0)
		op->began = g_get_monotonic_time();
	for (;;) {
		ecsfs_view_clear(&op->view);
		ecsfs_view_init(&op->view, op->fs, op->node);
		op->view.began = op->began;
		ecsfs_sweep_busy(op->caller);
		if (op->run(op)) {
			if (op->change == NULL)
				claim(op, true);
			return;
		}
		if (op->view.wait_ms > 0) {
			rest(op);
			return;
		}
		g_autoptr(EcsfsFetch) fetch = g_steal_pointer(&op->view.fetch);
		bool first = op->serial == 0;
		park(op);
		if (!ecsfs_fetch_wait(fetch, op))
			continue;
		if (first) /* a slow refresh: look whether something older will do */
			later(op->fs->dispatch, ECSFS_GRACE_MS + 10, run_again, ecsfs_op_ref(op),
			      (GDestroyNotify)ecsfs_op_unref);
		return;
	}
}

void ecsfs_op_start(EcsfsOp *op)
{
	if (g_atomic_int_get(&op->fs->dispatch->closing) && claim(op, true))
		ecsfs_ops_reply_error(op, ENOTCONN);
	else
		run(op);
	ecsfs_op_unref(op);
}

void ecsfs_op_again(EcsfsOp *op)
{
	if (op->change == NULL && claim(op, false))
		run(op);
}

static gboolean start(void *data)
{
	ecsfs_op_start(data);
	return G_SOURCE_REMOVE;
}

void ecsfs_op_submit(EcsfsOp *op)
{
	ecsfs_dispatch_call(op->fs->dispatch, start, op);
}

void ecsfs_op_changing(EcsfsOp *op, EcsfsChange *change)
{
	op->change = change;
	park(op);
}

void ecsfs_op_changed(EcsfsOp *op, int err)
{
	op->change = NULL;
	if (claim(op, true))
		op->finish(op, err);
}

static gboolean abort_all(void *data)
{
	EcsfsDispatch *dispatch = data;

	g_mutex_lock(&dispatch->lock);
	g_autoptr(GList) ops = g_hash_table_get_values(dispatch->parked);
	for (GList *l = ops; l != NULL; l = l->next)
		ecsfs_op_ref(l->data);
	g_mutex_unlock(&dispatch->lock);
	for (GList *l = ops; l != NULL; l = l->next) {
		out_of_patience(l->data);
		ecsfs_op_unref(l->data);
	}
	g_async_queue_push(dispatch->aborted, dispatch);
	return G_SOURCE_REMOVE;
}

void ecsfs_dispatch_abort(EcsfsDispatch *dispatch)
{
	g_atomic_int_set(&dispatch->closing, 1);
	dispatch->aborted = g_async_queue_new();
	ecsfs_dispatch_call(dispatch, abort_all, dispatch);
	g_async_queue_pop(dispatch->aborted);
	g_clear_pointer(&dispatch->aborted, g_async_queue_unref);
}

static gboolean quit(void *data)
{
	g_main_loop_quit(data);
	return G_SOURCE_REMOVE;
}

void ecsfs_dispatch_end(EcsfsDispatch *dispatch)
{
	ecsfs_dispatch_call(dispatch, quit, dispatch->loop);
	g_thread_join(dispatch->thread);
}

void ecsfs_dispatch_free(EcsfsDispatch *dispatch)
{
	g_main_loop_unref(dispatch->loop);
	g_main_context_unref(dispatch->context);
	g_hash_table_unref(dispatch->parked);
	g_mutex_clear(&dispatch->lock);
	g_free(dispatch);
}
