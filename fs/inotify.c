/* SPDX-License-Identifier: MIT */
#include "fs/inotify.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fs/kind.h"
#include "fs/log.h"
#include "fs/notify.h"
#include "fs/stat.h"
#include "fs/view.h"
#include "fs/watchers.h"

#define LOOK_MS 500    /* between two looks at what is watched */
#define SCAN_MS 1000   /* between two looks at who watches: at least */
#define QUIET_MS 60000 /* the same, at last, while nobody watches nor asks for anything */
#define SCAN_SHARE 100 /* looking at who watches takes that part of the time, at most */
#define TOLD_MS 5      /* how soon it is noticed that the kernel has dropped what is old */

#define ITSELF "" /* what is watched, among the names in it */

/* What something was like when it was looked at: name → version (uint64_t), both owned. */
typedef GHashTable Versions;

struct EcsfsInotify {
	EcsfsFs *fs;
	const char *mountpoint;
	dev_t device;
	GThread *thread;
	int tid;   /* atomic: of the thread; 0: it does not run */
	int ended; /* atomic */
	GMutex lock;
	GCond wake;
	bool ending;	     /* under the lock */
	GHashTable *watched; /* ino (owned) → Versions (owned), changed under the lock */
	uint64_t requests;   /* of the kernel, at the last look at who watches */
	int64_t scanned;     /* monotonic ms: when that ended */
	int64_t pause_ms;    /* from then to the next one */
};

static Versions *versions_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void versions_free(void *data)
{
	g_hash_table_unref(data);
}

static int64_t now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

EcsfsInotify *ecsfs_inotify_new(EcsfsFs *fs)
{
	EcsfsInotify *inotify = g_new0(EcsfsInotify, 1);

	inotify->fs = fs;
	g_mutex_init(&inotify->lock);
	g_cond_init(&inotify->wake);
	inotify->watched =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, versions_free);
	return inotify;
}

bool ecsfs_inotify_watched(EcsfsInotify *inotify, uint64_t ino)
{
	g_mutex_lock(&inotify->lock);
	bool found = g_hash_table_contains(inotify->watched, &ino);
	g_mutex_unlock(&inotify->lock);
	return found;
}

bool ecsfs_inotify_asks(EcsfsInotify *inotify, pid_t caller)
{
	return caller != 0 && caller == g_atomic_int_get(&inotify->tid);
}

/* Returns: false if the thread is to end. */
static bool rest(EcsfsInotify *inotify, int64_t ms)
{
	int64_t until = g_get_monotonic_time() + ms * 1000;

	g_mutex_lock(&inotify->lock);
	while (!inotify->ending && g_cond_wait_until(&inotify->wake, &inotify->lock, until))
		;
	bool on = !inotify->ending;
	g_mutex_unlock(&inotify->lock);
	return on;
}

static gboolean is_left(void *ino, void *versions, void *inodes)
{
	return !g_hash_table_contains(inodes, ino);
}

static void find_watchers(EcsfsInotify *inotify)
{
	g_autoptr(GHashTable) inodes = ecsfs_watchers_scan(inotify->device);
	GHashTableIter iter;
	void *ino;

	g_mutex_lock(&inotify->lock);
	g_hash_table_foreach_remove(inotify->watched, is_left, inodes);
	g_hash_table_iter_init(&iter, inodes);
	while (g_hash_table_iter_next(&iter, &ino, NULL))
		if (!g_hash_table_contains(inotify->watched, ino))
			g_hash_table_insert(inotify->watched, g_memdup2(ino, sizeof(uint64_t)),
					    versions_new());
	g_mutex_unlock(&inotify->lock);
}

/* Look who watches, if it is time: soon after somebody has asked for anything, since a watch begins
 * with a look-up, which the kernel may have an answer to; then more and more seldom. */
static void scan(EcsfsInotify *inotify)
{
	uint64_t requests = ecsfs_log_kernel_requests(inotify->fs->log);
	int64_t began = now_ms();

	if (requests != inotify->requests)
		inotify->pause_ms = MIN(inotify->pause_ms, SCAN_MS);
	if (began < inotify->scanned + inotify->pause_ms)
		return;
	find_watchers(inotify);
	inotify->requests = requests;
	inotify->scanned = now_ms();
	int64_t least = MAX(SCAN_MS, (inotify->scanned - began) * SCAN_SHARE);
	bool quiet = g_hash_table_size(inotify->watched) == 0;
	inotify->pause_ms = MAX(least, quiet ? MIN(inotify->pause_ms * 2, QUIET_MS) : 0);
}

typedef struct {
	EcsfsView *view;
	Versions *versions;
	bool growing;	/* only what grows is looked at */
	uint64_t names; /* a digest of them, in whatever order */
} Look;

static void keep(Versions *versions, const char *name, uint64_t version)
{
	g_hash_table_replace(versions, g_strdup(name), g_memdup2(&version, sizeof(version)));
}

static uint64_t version_of(const struct stat *st)
{
	uint64_t ns = (uint64_t)st->st_mtim.tv_sec * 1000000000 + (uint64_t)st->st_mtim.tv_nsec;

	return ns * 31 + (uint64_t)st->st_size;
}

static bool is_volatile(const EcsfsAttr *attr)
{
	return attr->growing == NULL && (attr->flags & ECSFS_VOLATILE) != 0;
}

/* EcsfsEmit. A file that always has just changed has to be watched itself. */
static void look_at_entry(const EcsfsEntry *entry, void *data)
{
	Look *look = data;
	struct stat st;

	look->names += g_str_hash(entry->name) * UINT64_C(0x9e3779b97f4a7c15);
	if (entry->attr == NULL || is_volatile(entry->attr) ||
	    (look->growing && entry->attr->growing == NULL))
		return;
	if (entry->attr->growing != NULL)
		entry->attr->growing->ask(look->view); /* what comes of it: at the next look */
	if (ecsfs_stat_entry(look->view, entry, &st))
		keep(look->versions, entry->name, version_of(&st));
	g_clear_error(&look->view->error);
	g_clear_pointer(&look->view->fetch, ecsfs_fetch_unref);
	look->view->err = 0;
}

static bool look_at_directory(EcsfsView *view, Versions *versions, bool growing)
{
	Look look = { .view = view, .versions = versions, .growing = growing };

	if (!ecsfs_kind_list(view, look_at_entry, &look))
		return false;
	if (!growing)
		keep(versions, ITSELF, look.names);
	return true;
}

static bool look_at_file(EcsfsView *view, Versions *versions)
{
	const EcsfsAttr *attr = view->node->attr;
	struct stat st;

	if (attr != NULL && is_volatile(attr) && attr->show != NULL) {
		g_autoptr(GString) text = g_string_new(NULL);
		if (!attr->show(attr, view, text))
			return false;
		keep(versions, ITSELF, g_string_hash(text));
		return true;
	}
	if (!ecsfs_stat_node(view, &st))
		return false;
	keep(versions, ITSELF, version_of(&st));
	return true;
}

/* The device of what @fd and @path name. The kernel answers that itself: an unmount in the meantime
 * would find the mount busy. Returns: 0 if it cannot be told. */
static dev_t device_of(int fd, const char *path)
{
	struct statx st;

	if (statx(fd, path, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &st) != 0)
		return 0;
	return makedev(st.stx_dev_major, st.stx_dev_minor);
}

/* Tell the watchers of a file, or of the directory itself that its names have changed. The names
 * are the mount's, if it is still the one that we have. */
static void touch(EcsfsInotify *inotify, const EcsfsNode *node, const char *name)
{
	bool names = node->kind != NULL && *name == '\0';
	const struct timespec times[] = { { .tv_nsec = names ? UTIME_NOW : UTIME_OMIT },
					  { .tv_nsec = UTIME_NOW } };
	g_autofree char *path = ecsfs_node_path(node);
	g_autofree char *full = g_build_filename(".", path, *name != '\0' ? name : NULL, NULL);
	int root = open(inotify->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root >= 0 && device_of(root, "") == inotify->device &&
	    utimensat(root, full, times, AT_SYMLINK_NOFOLLOW) != 0)
		g_debug("%s has changed, which nobody could be told: %s", full, g_strerror(errno));
	if (root >= 0)
		close(root);
}

/* Let the kernel drop what is old: who is woken reads at once. */
static void wait_until_told(EcsfsInotify *inotify)
{
	while (!ecsfs_notify_idle(inotify->fs->notify) && rest(inotify, TOLD_MS))
		;
}

static void tell(EcsfsInotify *inotify, const EcsfsNode *node, Versions *before, Versions *after)
{
	GHashTableIter iter;
	void *name, *version;

	wait_until_told(inotify);
	g_hash_table_iter_init(&iter, after);
	while (g_hash_table_iter_next(&iter, &name, &version)) {
		const uint64_t *was = g_hash_table_lookup(before, name);
		if (was != NULL && *was != *(uint64_t *)version)
			touch(inotify, node, name);
	}
}

/* Returns: what it is like now, owned; NULL: that cannot be told now. */
static Versions *look(EcsfsInotify *inotify, EcsfsNode *node, bool growing)
{
	Versions *versions = versions_new();
	EcsfsView view;

	ecsfs_view_init(&view, inotify->fs, node);
	bool ok = ecsfs_view_object(&view);
	if (ok)
		ok = node->kind != NULL ? look_at_directory(&view, versions, growing)
					: look_at_file(&view, versions);
	ecsfs_view_clear(&view);
	if (!ok)
		g_clear_pointer(&versions, versions_free);
	return versions;
}

/* Who watches the directory, too, has it looked at there. */
static bool is_looked_at(EcsfsInotify *inotify, const EcsfsNode *node, bool growing)
{
	const EcsfsNode *directory = growing ? node : node->parent;

	if (directory == NULL || (!growing && node->kind != NULL) ||
	    (node->attr != NULL && is_volatile(node->attr)))
		return false;
	return g_hash_table_contains(inotify->watched, &directory->ino);
}

static void look_at(EcsfsInotify *inotify, uint64_t ino, Versions *before)
{
	EcsfsNode *node = ecsfs_node_get(inotify->fs->nodes, ino);
	bool growing = node == NULL;

	if (growing)
		node = ecsfs_node_get(inotify->fs->nodes, ecsfs_stat_where_it_grows(ino));
	if (node == NULL)
		return;
	Versions *after =
		is_looked_at(inotify, node, growing) ? NULL : look(inotify, node, growing);
	if (after != NULL) {
		tell(inotify, node, before, after);
		g_mutex_lock(&inotify->lock);
		g_hash_table_insert(inotify->watched, g_memdup2(&ino, sizeof(ino)), after);
		g_mutex_unlock(&inotify->lock);
	}
	ecsfs_node_unref(inotify->fs->nodes, node);
}

static void *run(void *data)
{
	EcsfsInotify *inotify = data;

	g_atomic_int_set(&inotify->tid, gettid());
	inotify->pause_ms = SCAN_MS;
	inotify->device = device_of(AT_FDCWD, inotify->mountpoint);
	bool watched = false;
	while (rest(inotify, watched ? LOOK_MS : SCAN_MS)) {
		scan(inotify);
		g_autoptr(GList) inodes = g_hash_table_get_keys(inotify->watched);
		for (GList *l = inodes; l != NULL; l = l->next) {
			uint64_t ino = *(uint64_t *)l->data;
			look_at(inotify, ino, g_hash_table_lookup(inotify->watched, &ino));
		}
		watched = inodes != NULL;
	}
	g_atomic_int_set(&inotify->ended, 1);
	return NULL;
}

void ecsfs_inotify_start(EcsfsInotify *inotify, const char *mountpoint)
{
	inotify->mountpoint = mountpoint;
	inotify->thread = g_thread_new("ecsfs-inotify", run, inotify);
}

void ecsfs_inotify_end(EcsfsInotify *inotify)
{
	g_mutex_lock(&inotify->lock);
	inotify->ending = true;
	g_cond_signal(&inotify->wake);
	g_mutex_unlock(&inotify->lock);
}

bool ecsfs_inotify_ended(EcsfsInotify *inotify)
{
	return inotify->thread == NULL || g_atomic_int_get(&inotify->ended) != 0;
}

void ecsfs_inotify_free(EcsfsInotify *inotify)
{
	if (inotify == NULL)
		return;
	ecsfs_inotify_end(inotify);
	if (inotify->thread != NULL)
		g_thread_join(inotify->thread);
	g_hash_table_unref(inotify->watched);
	g_mutex_clear(&inotify->lock);
	g_cond_clear(&inotify->wake);
	g_free(inotify);
}
