/* SPDX-License-Identifier: MIT */
#include "fs/copy.h"

#include <fuse3/fuse_lowlevel.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "fs/kind.h"

/*
 * EcsfsNode.copy: 0: the kernel has no listing, or has been told to drop it; above: until when
 * (monotonic us) the one may be used that it has, or is being given; below: one is being made, by
 * which one. EcsfsNode.copy_version: of the cache, before that was begun.
 */
#define OLD 1		   /* in place of a time: the kernel may have one, and nobody may use it */
static int64_t last_begun; /* atomic */

/* Linux 6.9 to 6.12 do not drop their copy when an open says that it is old (7de64d521bf9, mended
 * by 03f275adb8fb in 6.13). */
static bool kernel_drops(void)
{
	static size_t known; /* 1: no, 2: yes */
	struct utsname name;
	int major, minor;

	if (g_once_init_enter(&known)) {
		bool broken = uname(&name) == 0 &&
			      sscanf(name.release, "%d.%d", &major, &minor) == 2 && major == 6 &&
			      minor >= 9 && minor <= 12;
		g_once_init_leave(&known, broken ? 1 : 2);
	}
	return known == 2;
}

/* Are the directory's entries those of its object's document? As fs/diff.c has it. */
static bool is_part(const EcsfsKind *kind)
{
	return !kind->place && kind->collection == NULL && kind->stale == NULL &&
	       (kind->like == NULL || is_part(kind->like));
}

/* Or those of the cloud's lists? */
static bool is_list(const EcsfsKind *kind)
{
	return !kind->place && kind->collection != NULL;
}

static bool is_part_of_object(const EcsfsView *view, const EcsfsKind *kind)
{
	return view->record != NULL && is_part(kind);
}

/* Does the kernel keep listings of such a directory? Of all if it opens none. */
static bool is_kept(const EcsfsView *view, const EcsfsKind *kind)
{
	return view->fs->options.no_open || is_list(kind) || is_part_of_object(view, kind);
}

/* Has what the listing was made from changed? */
static bool has_changed(const EcsfsView *view)
{
	if (is_part_of_object(view, view->node->kind))
		return ecsfs_collection_changed(view->collection, view->record);
	return ecsfs_cache_version(view->fs->cache) !=
	       __atomic_load_n(&view->node->copy_version, __ATOMIC_RELAXED);
}

static int64_t until(const EcsfsNode *node)
{
	return __atomic_load_n(&node->copy, __ATOMIC_ACQUIRE);
}

static bool is_valid(const EcsfsView *view)
{
	return until(view->node) > g_get_monotonic_time() && !has_changed(view);
}

bool ecsfs_copy_open(EcsfsView *view, EcsfsDirectory *directory, struct fuse_file_info *fi)
{
	EcsfsNode *node = view->node;

	if (!is_kept(view, node->kind) || !kernel_drops())
		return false;
	bool alone = __atomic_fetch_add(&node->copy_readers, 1, __ATOMIC_ACQ_REL) == 0;
	bool valid = is_valid(view);
	fi->keep_cache = valid || !alone; /* else it drops what somebody else is just given */
	fi->cache_readdir = valid || alone;
	if (!fi->cache_readdir) {
		__atomic_fetch_sub(&node->copy_readers, 1, __ATOMIC_ACQ_REL);
		return false;
	}
	directory->nodes = view->fs->nodes;
	directory->node = ecsfs_node_ref(directory->nodes, node);
	return valid;
}

bool ecsfs_copy_is_old(const EcsfsView *view)
{
	const EcsfsKind *kind = view->node->kind;
	bool tell = kind != NULL && (view->fs->options.no_open || is_list(kind));

	return tell && until(view->node) > 0 && !is_valid(view);
}

double ecsfs_copy_timeout(const EcsfsView *view, const EcsfsNode *node, double timeout)
{
	if (node->kind == NULL || is_part_of_object(view, node->kind) || !is_kept(view, node->kind))
		return timeout;
	int64_t left = until(node) - g_get_monotonic_time();
	double most = left > 0 ? (double)left / G_USEC_PER_SEC : view->fs->options.ttl_s;
	return MIN(timeout, most);
}

/* Returns: until when a listing may be used that has just been made. */
static int64_t until_when(const EcsfsView *view)
{
	if (view->elsewhere && is_part_of_object(view, view->node->kind))
		return OLD;
	if (view->fresh_us == INT64_MAX)
		return INT64_MAX;
	return g_get_monotonic_time() + view->fresh_us;
}

int64_t ecsfs_copy_begin(EcsfsDirectory *directory, const EcsfsFs *fs)
{
	EcsfsNode *node = directory->node;

	if (node == NULL)
		return 0;
	/* With others about, what they are given could be mixed with this. */
	bool alone = __atomic_load_n(&node->copy_readers, __ATOMIC_ACQUIRE) == 1;
	int64_t begun = alone ? -(__atomic_add_fetch(&last_begun, 1, __ATOMIC_RELAXED)) : 0;
	__atomic_store_n(&node->copy_version, ecsfs_cache_version(fs->cache), __ATOMIC_RELAXED);
	__atomic_store_n(&node->copy, alone ? begun : OLD, __ATOMIC_RELEASE);
	return begun;
}

void ecsfs_copy_end(EcsfsDirectory *directory, int64_t begun, const EcsfsView *view)
{
	if (begun != 0)
		__atomic_compare_exchange_n(&directory->node->copy, &begun, until_when(view), false,
					    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

bool ecsfs_copy_made(const EcsfsView *view, uint64_t version)
{
	EcsfsNode *node = view->node;
	bool another = until(node) > 0 && !is_valid(view);

	__atomic_store_n(&node->copy_version, version, __ATOMIC_RELAXED);
	__atomic_store_n(&node->copy, until_when(view), __ATOMIC_RELEASE);
	return another;
}

void ecsfs_copy_spoil(const EcsfsNode *node)
{
	if (node != NULL)
		__atomic_store_n(&((EcsfsNode *)node)->copy, OLD, __ATOMIC_RELEASE);
}

void ecsfs_copy_close(EcsfsDirectory *directory)
{
	if (directory->node == NULL)
		return;
	__atomic_fetch_sub(&directory->node->copy_readers, 1, __ATOMIC_ACQ_REL);
	ecsfs_node_unref(directory->nodes, directory->node);
}

void ecsfs_copy_drop(const EcsfsNode *node)
{
	__atomic_store_n(&((EcsfsNode *)node)->copy, 0, __ATOMIC_RELEASE);
}
