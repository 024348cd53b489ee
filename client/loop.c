/* SPDX-License-Identifier: MIT */
#include "client/loop.h"

#include <signal.h>

typedef struct {
	EcsLoopFunc func;
	void *data;
} Post;

struct EcsTimer {
	EcsLoop *loop;
	int64_t when;
	EcsLoopFunc func;
	void *data;
	GSequenceIter *at;
};

struct EcsLoop {
	gatomicrefcount refs;
	GThread *thread;
	GMainContext *context;
	GSource *post_source;
	GSource *timer_source;
	GSequence *timers; /* EcsTimer by time; loop's thread */
	bool ending;	   /* loop's thread */
	GMutex lock;
	GQueue posts; /* Post; under lock */
};

/* A source that is ready when its time has come, and does nothing else. */
typedef struct {
	GSource source;
	EcsLoop *loop;
} Source;

static bool take_post(EcsLoop *loop, Post *out)
{
	g_mutex_lock(&loop->lock);
	Post *post = g_queue_pop_head(&loop->posts);
	g_mutex_unlock(&loop->lock);
	if (!post)
		return false;
	*out = *post;
	g_free(post);
	return true;
}

static gboolean dispatch_posts(GSource *source, GSourceFunc callback, gpointer data)
{
	EcsLoop *loop = ((Source *)source)->loop;
	/* First this, then the look at the queue: a post in between sets it again. */
	g_source_set_ready_time(source, -1);
	Post post;
	while (take_post(loop, &post))
		post.func(post.data);
	return G_SOURCE_CONTINUE;
}

static void arm_timers(EcsLoop *loop)
{
	GSequenceIter *first = g_sequence_get_begin_iter(loop->timers);
	int64_t when = -1;
	if (!g_sequence_iter_is_end(first))
		when = MAX(((EcsTimer *)g_sequence_get(first))->when, 0);
	if (g_source_get_ready_time(loop->timer_source) != when)
		g_source_set_ready_time(loop->timer_source, when);
}

static gboolean dispatch_timers(GSource *source, GSourceFunc callback, gpointer data)
{
	EcsLoop *loop = ((Source *)source)->loop;
	int64_t now = g_get_monotonic_time();
	for (;;) {
		GSequenceIter *first = g_sequence_get_begin_iter(loop->timers);
		if (g_sequence_iter_is_end(first))
			break;
		EcsTimer *timer = g_sequence_get(first);
		if (timer->when > now)
			break;
		g_sequence_remove(first);
		timer->func(timer->data);
		g_free(timer);
	}
	arm_timers(loop);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs post_funcs = { .dispatch = dispatch_posts };
static GSourceFuncs timer_funcs = { .dispatch = dispatch_timers };

static GSource *add_source(EcsLoop *loop, GSourceFuncs *funcs, const char *name)
{
	GSource *source = g_source_new(funcs, sizeof(Source));
	((Source *)source)->loop = loop;
	g_source_set_name(source, name);
	g_source_attach(source, loop->context);
	return source;
}

static void block_signals(void)
{
	static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
	sigset_t set;
	sigfillset(&set);
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
		sigdelset(&set, faults[i]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static gpointer run(gpointer data)
{
	EcsLoop *loop = data;
	block_signals();
	g_main_context_push_thread_default(loop->context);
	while (!loop->ending)
		g_main_context_iteration(loop->context, TRUE);
	g_main_context_pop_thread_default(loop->context);
	return NULL;
}

static int by_time(const void *a, const void *b, void *data)
{
	const EcsTimer *x = a, *y = b;
	return x->when < y->when ? -1 : x->when > y->when;
}

EcsLoop *ecs_loop_new(void)
{
	EcsLoop *loop = g_new0(EcsLoop, 1);
	g_atomic_ref_count_init(&loop->refs);
	loop->context = g_main_context_new();
	g_mutex_init(&loop->lock);
	g_queue_init(&loop->posts);
	loop->timers = g_sequence_new(NULL);
	loop->post_source = add_source(loop, &post_funcs, "ecs-posts");
	loop->timer_source = add_source(loop, &timer_funcs, "ecs-timers");
	loop->thread = g_thread_new("ecs-engine", run, loop);
	return loop;
}

EcsLoop *ecs_loop_ref(EcsLoop *loop)
{
	g_atomic_ref_count_inc(&loop->refs);
	return loop;
}

static void end(void *data)
{
	EcsLoop *loop = data;
	loop->ending = true;
}

static void free_loop(EcsLoop *loop)
{
	ecs_loop_post(loop, end, loop);
	g_thread_join(loop->thread);
	g_sequence_free(loop->timers);
	g_source_destroy(loop->post_source);
	g_source_unref(loop->post_source);
	g_source_destroy(loop->timer_source);
	g_source_unref(loop->timer_source);
	g_main_context_unref(loop->context);
	g_mutex_clear(&loop->lock);
	g_free(loop);
}

/* Somebody waits until all that is posted has run, and what that has posted. */
typedef struct {
	EcsLoop *loop;
	GMutex lock;
	GCond cond;
	bool done;
} Drain;

static void drained(void *data)
{
	Drain *drain = data;
	if (!ecs_loop_idle(drain->loop)) {
		ecs_loop_post(drain->loop, drained, drain);
		return;
	}
	g_mutex_lock(&drain->lock);
	drain->done = true;
	g_cond_signal(&drain->cond);
	g_mutex_unlock(&drain->lock);
}

static void wait_drained(EcsLoop *loop)
{
	Drain drain = { .loop = loop };
	g_mutex_init(&drain.lock);
	g_cond_init(&drain.cond);
	ecs_loop_post(loop, drained, &drain);
	g_mutex_lock(&drain.lock);
	while (!drain.done)
		g_cond_wait(&drain.cond, &drain.lock);
	g_mutex_unlock(&drain.lock);
	g_mutex_clear(&drain.lock);
	g_cond_clear(&drain.cond);
}

void ecs_loop_unref(EcsLoop *loop)
{
	if (!loop)
		return;
	g_return_if_fail(!ecs_loop_is_current(loop));
	wait_drained(loop);
	if (g_atomic_ref_count_dec(&loop->refs))
		free_loop(loop);
}

void ecs_loop_post(EcsLoop *loop, EcsLoopFunc func, void *data)
{
	Post *post = g_new(Post, 1);
	*post = (Post){ func, data };
	g_mutex_lock(&loop->lock);
	g_queue_push_tail(&loop->posts, post);
	/* Under the lock: after the queue has been seen, the loop may be freed. */
	g_source_set_ready_time(loop->post_source, 0);
	g_mutex_unlock(&loop->lock);
}

bool ecs_loop_idle(EcsLoop *loop)
{
	g_mutex_lock(&loop->lock);
	bool idle = g_queue_is_empty(&loop->posts);
	g_mutex_unlock(&loop->lock);
	return idle;
}

bool ecs_loop_is_current(EcsLoop *loop)
{
	return g_thread_self() == loop->thread;
}

GMainContext *ecs_loop_context(EcsLoop *loop)
{
	return loop->context;
}

EcsTimer *ecs_loop_timer(EcsLoop *loop, int64_t when, EcsLoopFunc func, void *data)
{
	EcsTimer *timer = g_new(EcsTimer, 1);
	*timer = (EcsTimer){ .loop = loop, .when = when, .func = func, .data = data };
	timer->at = g_sequence_insert_sorted(loop->timers, timer, by_time, NULL);
	arm_timers(loop);
	return timer;
}

void ecs_timer_cancel(EcsTimer *timer)
{
	g_sequence_remove(timer->at);
	g_free(timer);
}
