/* SPDX-License-Identifier: MIT */
#include "fs/copy.h"

#include <fuse3/fuse_lowlevel.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "fs/collection.h"
#include "fs/kind.h"

/*
 * EcsfsNode.copy: 0: nothing that anybody may use; above: until when (monotonic us) the listing may
 * be used that the kernel has, or is being given; below: a listing is being made, by which one.
 * EcsfsNode.copy_version: of the cache, before that was begun.
 */
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

/* Has what the listing was made from changed? */
static bool has_changed(const EcsfsView *view)
{
	if (is_list(view->node->kind))
		return ecsfs_cache_version(view->fs->cache) !=
		       __atomic_load_n(&view->node->copy_version, __ATOMIC_RELAXED);
	return ecsfs_collection_changed(view->collection, view->record);
}

static bool is_valid(const EcsfsView *view)
{
	return __atomic_load_n(&view->node->copy, __ATOMIC_ACQUIRE) > g_get_monotonic_time() &&
	       !has_changed(view);
}

bool ecsfs_copy_open(EcsfsView *view, EcsfsDirectory *directory, struct fuse_file_info *fi)
{
	EcsfsNode *node = view->node;

	bool part = view->record != NULL && is_part(node->kind);
	if ((!part && !is_list(node->kind)) || !kernel_drops())
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
	const EcsfsNode *node = view->node;

	return node->kind != NULL && is_list(node->kind) &&
	       __atomic_load_n(&node->copy, __ATOMIC_ACQUIRE) > 0 && !is_valid(view);
}

double ecsfs_copy_timeout(const EcsfsView *view, const EcsfsKind *kind, double timeout)
{
	if (kind == NULL || !is_list(kind) || timeout == 0)
		return timeout;
	EcsfsView of = { .fs = view->fs, .node = view->node, .record = view->record };
	int64_t left = ecsfs_collection_left(kind->collection(&of));
	return MIN(timeout, (double)left / G_USEC_PER_SEC);
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
	__atomic_store_n(&node->copy, begun, __ATOMIC_RELEASE);
	return begun;
}

void ecsfs_copy_end(EcsfsDirectory *directory, int64_t begun, const EcsfsView *view)
{
	int64_t until = INT64_MAX;

	if (begun == 0 || (view->elsewhere && !is_list(directory->node->kind)))
		return;
	if (view->fresh_us != INT64_MAX)
		until = g_get_monotonic_time() + view->fresh_us;
	__atomic_compare_exchange_n(&directory->node->copy, &begun, until, false, __ATOMIC_ACQ_REL,
				    __ATOMIC_RELAXED);
}

void ecsfs_copy_spoil(EcsfsDirectory *directory)
{
	if (directory->node != NULL)
		ecsfs_copy_drop(directory->node);
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
