/* SPDX-License-Identifier: MIT */
#include "fs/watchers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define WATCH_LINE "inotify wd:%*x ino:%" SCNx64 " sdev:%x"

typedef struct {
	GHashTable *inodes;
	unsigned device; /* as the kernel writes it there: major << 20 | minor */
} Scan;

/* A process or a file that goes away meanwhile is not an error. */
static bool is_inotify(int fds, const char *name)
{
	char target[64];
	ssize_t n = readlinkat(fds, name, target, sizeof(target) - 1);

	if (n < 0)
		return false;
	target[n] = '\0';
	return strcmp(target, "anon_inode:inotify") == 0 || strcmp(target, "inotify") == 0;
}

static void add_watches(Scan *scan, const char *pid, const char *fd)
{
	char path[64], line[256];
	uint64_t ino;
	unsigned device;

	g_snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", pid, fd);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, WATCH_LINE, &ino, &device) == 2 && device == scan->device)
			g_hash_table_add(scan->inodes, g_memdup2(&ino, sizeof(ino)));
	if (file != NULL)
		fclose(file);
}

static void scan_process(Scan *scan, int proc, const char *pid)
{
	char path[32];
	const struct dirent *entry;

	g_snprintf(path, sizeof(path), "%s/fd", pid);
	int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd >= 0 ? fdopendir(fd) : NULL;
	if (fds == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(fds)) != NULL)
		if (g_ascii_isdigit(*entry->d_name) && is_inotify(fd, entry->d_name))
			add_watches(scan, pid, entry->d_name);
	closedir(fds);
}

GHashTable *ecsfs_watchers_scan(dev_t device)
{
	Scan scan = {
		.inodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
		.device = major(device) << 20 | minor(device),
	};
	const struct dirent *entry;
	DIR *proc = opendir("/proc");

	if (proc == NULL) {
		g_warning("nobody can be told of changes by inotify: /proc: %s", g_strerror(errno));
		return scan.inodes;
	}
	while ((entry = readdir(proc)) != NULL)
		if (g_ascii_isdigit(*entry->d_name))
			scan_process(&scan, dirfd(proc), entry->d_name);
	closedir(proc);
	return scan.inodes;
}
