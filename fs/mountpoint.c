/* SPDX-License-Identifier: MIT */
#include "fs/mountpoint.h"

#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "client/error.h"

/* A daemon that was killed leaves a mount of which every call says ENOTCONN. */
static void unmount_dead(const char *path)
{
	const char *argv[] = { "fusermount3", "-u", "-z", path, NULL };

	if (umount2(path, MNT_DETACH) != 0)
		g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
			     NULL, NULL);
}

static bool is_mountpoint(const char *path, const struct stat *st)
{
	g_autofree char *above = g_build_filename(path, "..", NULL);
	struct stat parent;

	return stat(above, &parent) == 0 &&
	       (parent.st_dev != st->st_dev || parent.st_ino == st->st_ino);
}

/* statfs: what stat says may still come from the kernel's cache. */
static bool is_dead(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) != 0 && errno == ENOTCONN;
}

bool ecsfs_mountpoint_check(const char *path, GError **error)
{
	struct stat st;

	if (is_dead(path))
		unmount_dead(path);
	int result = stat(path, &st);
	const char *why = result != 0		     ? g_strerror(errno)
			  : !S_ISDIR(st.st_mode)     ? "it is not a directory"
			  : is_mountpoint(path, &st) ? "something is mounted there already"
						     : NULL;
	if (why != NULL)
		g_set_error(error, ECS_ERROR, ECS_ERROR_CONFIG, "cannot mount on %s: %s", path,
			    why);
	return why == NULL;
}
