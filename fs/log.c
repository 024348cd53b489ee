/* SPDX-License-Identifier: MIT */
#include "fs/log.h"

#include <linux/fuse.h>
#include <string.h>

#include "client/text.h"
#include "fs/attr.h"

typedef struct {
	char *lines[ECSFS_LOG_REQUESTS]; /* the oldest at next, once it is full */
	size_t size, next;
} Ring;

/* The kernel's requests, by name; what is not here is counted as OTHER. */
static const char *const opcodes[] = {
	[0] = "OTHER",
	[FUSE_LOOKUP] = "LOOKUP",
	[FUSE_FORGET] = "FORGET",
	[FUSE_GETATTR] = "GETATTR",
	[FUSE_SETATTR] = "SETATTR",
	[FUSE_READLINK] = "READLINK",
	[FUSE_MKDIR] = "MKDIR",
	[FUSE_UNLINK] = "UNLINK",
	[FUSE_RMDIR] = "RMDIR",
	[FUSE_RENAME] = "RENAME",
	[FUSE_OPEN] = "OPEN",
	[FUSE_READ] = "READ",
	[FUSE_WRITE] = "WRITE",
	[FUSE_STATFS] = "STATFS",
	[FUSE_RELEASE] = "RELEASE",
	[FUSE_FSYNC] = "FSYNC",
	[FUSE_GETXATTR] = "GETXATTR",
	[FUSE_LISTXATTR] = "LISTXATTR",
	[FUSE_FLUSH] = "FLUSH",
	[FUSE_INIT] = "INIT",
	[FUSE_OPENDIR] = "OPENDIR",
	[FUSE_READDIR] = "READDIR",
	[FUSE_RELEASEDIR] = "RELEASEDIR",
	[FUSE_ACCESS] = "ACCESS",
	[FUSE_CREATE] = "CREATE",
	[FUSE_INTERRUPT] = "INTERRUPT",
	[FUSE_POLL] = "POLL",
	[FUSE_BATCH_FORGET] = "BATCH_FORGET",
	[FUSE_READDIRPLUS] = "READDIRPLUS",
	[FUSE_RENAME2] = "RENAME2",
};

#define OPCODES G_N_ELEMENTS(opcodes)

struct EcsfsLog {
	GMutex lock;
	Ring requests, errors;
	GHashTable *sessions; /* pid_t → char *sentence, owned */
	GQueue session_order; /* pid_t, the oldest first */
	uint64_t failures;
	uint64_t operations;	  /* atomic */
	uint64_t kernel[OPCODES]; /* by opcode; 0: what is not in opcodes; atomic */
};

EcsfsLog *ecsfs_log_new(void)
{
	EcsfsLog *log = g_new0(EcsfsLog, 1);

	g_mutex_init(&log->lock);
	log->requests.size = ECSFS_LOG_REQUESTS;
	log->errors.size = ECSFS_LOG_ERRORS;
	log->sessions = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	return log;
}

static void ring_clear(Ring *ring)
{
	for (size_t i = 0; i < ring->size; i++)
		g_free(ring->lines[i]);
}

void ecsfs_log_free(EcsfsLog *log)
{
	if (log == NULL)
		return;
	ring_clear(&log->requests);
	ring_clear(&log->errors);
	g_hash_table_unref(log->sessions);
	g_queue_clear(&log->session_order);
	g_mutex_clear(&log->lock);
	g_free(log);
}

/* Takes over @line. Under the lock. */
static void ring_add(Ring *ring, char *line)
{
	g_free(ring->lines[ring->next]);
	ring->lines[ring->next] = line;
	ring->next = (ring->next + 1) % ring->size;
}

static void ring_show(const Ring *ring, GString *out)
{
	for (size_t i = 0; i < ring->size; i++) {
		const char *line = ring->lines[(ring->next + i) % ring->size];
		if (line != NULL)
			ecsfs_value(out, line);
	}
}

void ecsfs_log_request(EcsfsLog *log, char *line)
{
	g_mutex_lock(&log->lock);
	ring_add(&log->requests, line);
	g_mutex_unlock(&log->lock);
}

static void remember_session(EcsfsLog *log, pid_t session, const char *why)
{
	void *key = GINT_TO_POINTER(session);

	if (!g_hash_table_contains(log->sessions, key))
		g_queue_push_tail(&log->session_order, key);
	g_hash_table_replace(log->sessions, key, g_strdup(why));
	if (g_queue_get_length(&log->session_order) > ECSFS_LOG_SESSIONS)
		g_hash_table_remove(log->sessions, g_queue_pop_head(&log->session_order));
}

void ecsfs_log_failure(EcsfsLog *log, const char *path, pid_t session, int err, const char *why)
{
	g_autoptr(GString) line = g_string_new(NULL);

	ecsfs_iso8601(line, g_get_real_time() / G_USEC_PER_SEC);
	g_string_append_printf(line, " %s: %s (%s)", path, why, g_strerror(err));
	g_autofree char *place = ecs_text_line(path), *reason = ecs_text_line(why);
	g_message("%s: %s", place, reason);

	g_mutex_lock(&log->lock);
	log->failures++;
	ring_add(&log->errors, g_string_free(g_steal_pointer(&line), FALSE));
	g_mutex_unlock(&log->lock);
	ecsfs_log_why(log, path, session, why);
}

void ecsfs_log_why(EcsfsLog *log, const char *path, pid_t session, const char *why)
{
	if (session <= 0)
		return;
	g_autofree char *sentence = g_strdup_printf("%s: %s", path, why);
	g_mutex_lock(&log->lock);
	remember_session(log, session, sentence);
	g_mutex_unlock(&log->lock);
}

void ecsfs_log_operation(EcsfsLog *log)
{
	__atomic_add_fetch(&log->operations, 1, __ATOMIC_RELAXED);
}

void ecsfs_log_kernel(EcsfsLog *log, unsigned opcode)
{
	bool known = opcode < OPCODES && opcodes[opcode] != NULL;

	__atomic_add_fetch(&log->kernel[known ? opcode : 0], 1, __ATOMIC_RELAXED);
}

uint64_t ecsfs_log_kernel_requests(EcsfsLog *log)
{
	uint64_t n = 0;

	for (size_t i = 0; i < OPCODES; i++)
		n += __atomic_load_n(&log->kernel[i], __ATOMIC_RELAXED);
	return n;
}

static void show_kernel(const EcsfsLog *log, GString *out)
{
	g_string_append(out, "# HELP ecsfs_kernel_requests_total Requests of the kernel.\n"
			     "# TYPE ecsfs_kernel_requests_total counter\n");
	for (size_t i = 0; i < OPCODES; i++) {
		uint64_t n = __atomic_load_n(&log->kernel[i], __ATOMIC_RELAXED);
		if (n > 0)
			g_string_append_printf(out,
					       "ecsfs_kernel_requests_total{opcode=\"%s\"} "
					       "%" G_GUINT64_FORMAT "\n",
					       opcodes[i], n);
	}
}

void ecsfs_log_show_requests(EcsfsLog *log, GString *out)
{
	g_mutex_lock(&log->lock);
	ring_show(&log->requests, out);
	g_mutex_unlock(&log->lock);
}

void ecsfs_log_show_errors(EcsfsLog *log, GString *out)
{
	g_mutex_lock(&log->lock);
	ring_show(&log->errors, out);
	g_mutex_unlock(&log->lock);
}

void ecsfs_log_show_why(EcsfsLog *log, pid_t session, GString *out)
{
	g_mutex_lock(&log->lock);
	const char *why = g_hash_table_lookup(log->sessions, GINT_TO_POINTER(session));
	if (why != NULL)
		ecsfs_value(out, why);
	g_mutex_unlock(&log->lock);
}

void ecsfs_log_show_stats(EcsfsLog *log, GString *out)
{
	g_mutex_lock(&log->lock);
	g_string_append_printf(out,
			       "# HELP ecsfs_failures_total Failures told in /.ecsfs/errors.\n"
			       "# TYPE ecsfs_failures_total counter\n"
			       "ecsfs_failures_total %" G_GUINT64_FORMAT "\n"
			       "# HELP ecsfs_operations_total Requests of the kernel answered.\n"
			       "# TYPE ecsfs_operations_total counter\n"
			       "ecsfs_operations_total %" G_GUINT64_FORMAT "\n",
			       log->failures, __atomic_load_n(&log->operations, __ATOMIC_RELAXED));
	g_mutex_unlock(&log->lock);
	show_kernel(log, out);
}
