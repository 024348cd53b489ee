/* SPDX-License-Identifier: MIT */
#include "fs/own.h"

#include <string.h>
#include <unistd.h>

#include "fs/cloud.h"
#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "tests/unit/fs/thing.h"

static const EcsfsClass text_class;

/* Calls under way are answered by the test. */
static EcsfsFetch *asked;
static unsigned calls;

static void text_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	asked = fetch;
	calls++;
}

static const EcsfsClass text_class = { .name = "texts", .get = text_get, ECSFS_OWN_CLASS };

static const EcsfsAttr rows[] = { { "log", 0444, ecsfs_own_show, .own = &text_class,
				    .flags = ECSFS_OWN_CALL, .help = "log" },
				  {} };
static const EcsfsKind kind = { .name = "<thing>", .attrs = rows };
static const EcsfsKind plain = { .name = "plain", .attrs = thing_attrs };

typedef struct {
	EcsfsFs fs;
	EcsfsCloud cloud;
	EcsfsCollection *texts;
	EcsfsRecord *thing;
	EcsfsNode node;
} Fixture;

static void set_up(Fixture *f, const void *data)
{
	f->fs.clouds = &f->cloud;
	f->fs.n_clouds = 1;
	f->fs.notify = ecsfs_notify_new();
	f->fs.nodes = ecsfs_nodes_new(&thing_kind);
	f->fs.log = ecsfs_log_new();
	f->fs.cache = ecsfs_cache_new(&f->fs);
	f->fs.dispatch = ecsfs_dispatch_new(&f->fs);
	f->texts = ecsfs_cache_collection(f->fs.cache, &text_class, NULL);
	f->thing = ecsfs_record_new(&thing_class, "1", thing_new("1", "web", "x"), 1);
	f->node = (EcsfsNode){ .kind = &kind };
	calls = 0;
}

static void tear_down(Fixture *f, const void *data)
{
	ecsfs_dispatch_end(f->fs.dispatch);
	ecsfs_dispatch_free(f->fs.dispatch);
	ecsfs_record_unref(f->thing);
	ecsfs_cache_free(f->fs.cache);
	ecsfs_nodes_free(f->fs.nodes);
	ecsfs_log_free(f->fs.log);
	ecsfs_notify_free(f->fs.notify);
}

static void view_of(Fixture *f, EcsfsView *view, int64_t since)
{
	ecsfs_view_init(view, &f->fs, &f->node);
	view->caller = getpid();
	view->collection = f->texts;
	view->record = ecsfs_record_ref(f->thing);
	view->item = f->thing->item;
	view->since = since;
}

/* Returns: the text, "wait" or "error"; owned. */
static char *show(Fixture *f, int64_t since, bool known)
{
	EcsfsView view;
	GString *text = g_string_new(NULL);

	view_of(f, &view, since);
	view.known = known;
	if (!ecsfs_own_show(&rows[0], &view, text))
		g_string_assign(text, view.fetch != NULL ? "wait" : "error");
	ecsfs_view_clear(&view);
	return g_string_free(text, FALSE);
}

#define assert_shows(f, since, known, expected)                                                    \
	G_STMT_START                                                                               \
	{                                                                                          \
		g_autofree char *shown_ = show(f, since, known);                                   \
		g_assert_cmpstr(shown_, ==, expected);                                             \
	}                                                                                          \
	G_STMT_END

static gboolean reached(void *data)
{
	g_atomic_int_set((int *)data, 1);
	return G_SOURCE_REMOVE;
}

/* Answer the call under way, and let the dispatch thread put it in place. */
static void answer(Fixture *f, const char *text, const GError *error)
{
	int there = 0;

	ecsfs_own_text(text, error, asked);
	ecsfs_dispatch_call(f->fs.dispatch, reached, &there);
	while (!g_atomic_int_get(&there))
		g_thread_yield();
}

/* Each reader gets what was asked for after it came; who only looks gets what is known. */
static void test_since(Fixture *f, const void *data)
{
	int64_t first = g_get_monotonic_time();

	assert_shows(f, 0, true, "");
	g_assert_cmpuint(calls, ==, 0);
	assert_shows(f, first, false, "wait");
	assert_shows(f, first, false, "wait");
	g_assert_cmpuint(calls, ==, 1);
	answer(f, "one", NULL);
	assert_shows(f, first, false, "one\n");
	assert_shows(f, 0, true, "one\n");
	g_assert_cmpuint(calls, ==, 1);

	int64_t second = g_get_monotonic_time() + 1;
	assert_shows(f, second, false, "wait");
	assert_shows(f, 0, true, "one\n");
	assert_shows(f, first, false, "one\n");
	answer(f, "one\ntwo\n", NULL);
	g_assert_cmpuint(calls, ==, 2);
	assert_shows(f, first, false, "one\ntwo\n");
	ecsfs_own_forget(&f->fs, &text_class, NULL, "1");
	assert_shows(f, 0, true, "");
}

static bool walks(Fixture *f, pid_t caller)
{
	EcsfsView view;

	view_of(f, &view, 0);
	view.caller = caller;
	bool result = ecsfs_own_walks(&view);
	ecsfs_view_clear(&view);
	return result;
}

static void list(Fixture *f, const EcsfsKind *directory, pid_t caller)
{
	EcsfsView view;

	f->node.kind = directory;
	view_of(f, &view, 0);
	view.caller = caller;
	ecsfs_own_listed(&view);
	ecsfs_view_clear(&view);
}

typedef struct {
	Fixture *fixture;
	bool walks;
} Opener;

static void *open_there(void *data)
{
	Opener *opener = data;

	opener->walks = walks(opener->fixture, gettid());
	return NULL;
}

/* Who has just listed the directory walks: that process, in whichever thread. */
static void test_walks(Fixture *f, const void *data)
{
	g_assert_false(walks(f, getpid()));
	list(f, &plain, getpid());
	g_assert_false(walks(f, getpid())); /* nothing in there costs a call */
	list(f, &kind, 0);
	g_assert_false(walks(f, 0)); /* of another pid namespace: who knows */
	list(f, &kind, getpid());
	g_assert_true(walks(f, getpid()));
	Opener opener = { .fixture = f };
	g_thread_join(g_thread_new("opener", open_there, &opener));
	g_assert_true(opener.walks);
	g_assert_false(walks(f, getppid()));
	ecsfs_record_unref(f->thing);
	f->thing = ecsfs_record_new(&thing_class, "2", thing_new("2", "db", "x"), 1);
	g_assert_false(walks(f, getpid())); /* another object's */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/own/since", Fixture, NULL, set_up, test_since, tear_down);
	g_test_add("/own/walks", Fixture, NULL, set_up, test_walks, tear_down);
	return g_test_run();
}
