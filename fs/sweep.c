/* SPDX-License-Identifier: MIT */
#include "fs/sweep.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fs/own.h"

#define LISTED_US (60 * G_USEC_PER_SEC)
#define LISTINGS 1024		      /* remembered: one object's directories, many times */
#define PLACES 16		      /* of these, where one can be */
#define PAUSE_US (2 * G_USEC_PER_SEC) /* without an operation: that is no program that walks */
#define THREADS 1024		      /* whose pauses are known: of two in one place, fewer are */
#define COMMS 16		      /* whose names are read without opening a file first */
#define REFUSED_US (2 * G_USEC_PER_SEC)
#define REFUSALS 256 /* remembered */

/* A program's name, as the kernel cuts it. */
typedef struct {
	char name[16];
} Program;

static struct {
	pid_t thread;
	Program program;
	uint64_t ino;
	int64_t at;   /* monotonic us */
} listings[LISTINGS]; /* under the lock */
static GMutex lock;

static struct {
	int64_t last;  /* monotonic us: when it last did something */
	int64_t since; /* and since when, without a pause */
} activities[THREADS]; /* atomic, each by itself */

static struct {
	pid_t thread; /* 0: none */
	int fd;	      /* of its name; kept until another one's takes the place */
} comms[COMMS];	      /* under their lock */
static GMutex comms_lock;

static struct {
	pid_t session;
	const EcsfsCollection *collection;
	char *id;
	int64_t at;   /* monotonic us */
} refusals[REFUSALS]; /* the dispatch thread's */
static unsigned next_refusal;

void ecsfs_sweep_begins(pid_t thread, int64_t now)
{
	unsigned i = (unsigned)thread % THREADS;

	if (now - __atomic_load_n(&activities[i].last, __ATOMIC_RELAXED) > PAUSE_US)
		__atomic_store_n(&activities[i].since, now, __ATOMIC_RELAXED);
}

void ecsfs_sweep_busy(pid_t thread)
{
	__atomic_store_n(&activities[(unsigned)thread % THREADS].last, g_get_monotonic_time(),
			 __ATOMIC_RELAXED);
}

/* Returns: whether the thread has paused since @at, and then not gone on. */
static bool has_paused(pid_t thread, int64_t at, int64_t now)
{
	unsigned i = (unsigned)thread % THREADS;

	return at < __atomic_load_n(&activities[i].since, __ATOMIC_RELAXED) ||
	       now - __atomic_load_n(&activities[i].last, __ATOMIC_RELAXED) > PAUSE_US;
}

/* Read the thread's /proc/.../comm, for each directory that is listed. It is kept open: what it
 * says is what is so at each read, and it ends with the thread, whoever gets its number then.
 * Returns: bytes; 0: the thread is not there. */
static size_t read_comm(pid_t thread, char *text, size_t size)
{
	unsigned i = (unsigned)thread % COMMS;
	char path[32];
	ssize_t n = -1;

	g_mutex_lock(&comms_lock);
	if (comms[i].thread == thread)
		n = pread(comms[i].fd, text, size, 0);
	if (n <= 0) {
		if (comms[i].thread != 0)
			close(comms[i].fd);
		g_snprintf(path, sizeof(path), "/proc/%d/comm", (int)thread);
		comms[i].fd = open(path, O_RDONLY | O_CLOEXEC);
		comms[i].thread = comms[i].fd >= 0 ? thread : 0;
		n = comms[i].fd >= 0 ? pread(comms[i].fd, text, size, 0) : 0;
	}
	g_mutex_unlock(&comms_lock);
	return (size_t)MAX(n, 0);
}

/* What the thread runs now: a shell that has listed a directory for its `*` may have become the rm.
 */
static Program program_of(pid_t thread)
{
	Program program = { "" };
	char text[sizeof(program.name) + 1] = "";

	if (read_comm(thread, text, sizeof(text) - 1) > 0)
		g_strlcpy(program.name, g_strchomp(text), sizeof(program.name));
	return program;
}

/* Returns: what a program of many names was called as; owned, "" if that is not told. */
static char *applet_of(pid_t thread)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", (int)thread);
	g_autofree char *text = NULL;
	size_t len = 0;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return g_strdup("");
	size_t first = strlen(text) + 1;
	return g_strdup(first < len ? text + first : "");
}

bool ecsfs_sweep_replaces(const EcsfsOp *op)
{
	static const char *const many[] = { "busybox", "coreutils", "toybox", NULL };
	static const char *const replacing[] = { "7z", "7za", "bsdcpio", "bsdtar", "cpio",  "git",
						 "mv", "pax", "rsync",	 "tar",	   "unzip", NULL };
	pid_t caller = fuse_req_ctx(op->req)->pid;

	if (caller == 0)
		return false;
	Program program = program_of(caller);
	if (!g_strv_contains(many, program.name))
		return g_strv_contains(replacing, program.name);
	g_autofree char *applet = applet_of(caller);
	return g_strv_contains(replacing, applet);
}

/* Returns: where that is remembered, or can be: in place of what was longest ago. Under the lock.
 */
static unsigned place_of(pid_t thread, uint64_t ino)
{
	uint64_t hash = (ino ^ (uint64_t)thread) * UINT64_C(0x9e3779b97f4a7c15);
	unsigned first = (unsigned)(hash >> 32) % (LISTINGS / PLACES) * PLACES;
	unsigned oldest = first;

	for (unsigned i = first; i < first + PLACES; i++) {
		if (listings[i].thread == thread && listings[i].ino == ino)
			return i;
		if (listings[i].at < listings[oldest].at)
			oldest = i;
	}
	return oldest;
}

void ecsfs_sweep_listed(const EcsfsView *view)
{
	pid_t thread = view->caller;
	uint64_t ino = view->node->ino;

	if (thread == 0 || view->record == NULL || view->fs->options.read_only)
		return; /* 0: of another pid namespace */
	Program program = program_of(thread);
	g_mutex_lock(&lock);
	unsigned i = place_of(thread, ino);
	listings[i].thread = thread;
	listings[i].program = program;
	listings[i].ino = ino;
	listings[i].at = g_get_monotonic_time();
	g_mutex_unlock(&lock);
}

/* Has a thread of @op's process listed the directory? @walking: and neither that one nor the caller
 * has paused since. */
static bool has_listed(const EcsfsOp *op, uint64_t ino, bool walking)
{
	pid_t caller = fuse_req_ctx(op->req)->pid;
	int64_t now = op->since; /* not how long the cloud took to say what is there */
	g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(pid_t));
	Program program = program_of(caller);
	bool itself = false;

	g_mutex_lock(&lock);
	for (unsigned i = 0; i < LISTINGS; i++) {
		if (listings[i].ino != ino || now - listings[i].at > LISTED_US)
			continue;
		if (walking && has_paused(listings[i].thread, listings[i].at, now) &&
		    has_paused(caller, listings[i].at, now))
			continue;
		if (listings[i].thread != caller)
			g_array_append_val(others, listings[i].thread);
		else
			itself |= strcmp(listings[i].program.name, program.name) == 0;
	}
	g_mutex_unlock(&lock);
	if (itself || others->len == 0 || caller == 0)
		return itself;
	/* One thread may list and another remove. */
	int process = ecsfs_own_process(caller);
	for (unsigned i = 0; i < others->len && process != 0; i++)
		if (ecsfs_own_process(g_array_index(others, pid_t, i)) == process)
			return true;
	return false;
}

bool ecsfs_sweep_lists(const EcsfsOp *op, uint64_t ino)
{
	return has_listed(op, ino, false);
}

bool ecsfs_sweep_walks(const EcsfsOp *op, uint64_t ino)
{
	return has_listed(op, ino, true);
}

/* Returns: the caller's session; in another pid namespace the caller. */
static pid_t session_of(const EcsfsOp *op)
{
	pid_t pid = fuse_req_ctx(op->req)->pid;
	pid_t session = getsid(pid);

	return session > 0 ? session : pid;
}

static bool is_refusal(unsigned i, pid_t session, const EcsfsCollection *collection, const char *id)
{
	return refusals[i].session == session && refusals[i].collection == collection &&
	       g_strcmp0(refusals[i].id, id) == 0;
}

static void remember(pid_t session, const EcsfsNode *object, int64_t at)
{
	unsigned i = 0;

	while (i < REFUSALS && !is_refusal(i, session, object->collection, object->id))
		i++;
	if (i == REFUSALS) {
		i = next_refusal++ % REFUSALS;
		g_free(refusals[i].id);
		refusals[i].id = g_strdup(object->id);
		refusals[i].collection = object->collection;
		refusals[i].session = session;
	}
	refusals[i].at = at;
}

void ecsfs_sweep_refused(const EcsfsOp *op, const EcsfsCollection *but, const char *id)
{
	pid_t session = session_of(op);
	int64_t now = g_get_monotonic_time();

	for (const EcsfsNode *node = op->node; node != NULL; node = node->parent)
		if (node->collection != NULL &&
		    (node->collection != but || g_strcmp0(node->id, id) != 0))
			remember(session, node, now);
}

bool ecsfs_sweep_goes_on(const EcsfsOp *op, const EcsfsCollection *collection, const char *id)
{
	pid_t session = session_of(op);
	int64_t now = op->since; /* not how long the cloud took to say what is there */

	for (unsigned i = 0; i < REFUSALS; i++)
		if (is_refusal(i, session, collection, id) && now - refusals[i].at < REFUSED_US)
			return true;
	return false;
}
