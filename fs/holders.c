/* SPDX-License-Identifier: MIT */
#include "fs/holders.h"

#include <glib.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOLD_MAX 10

static bool is_below(const char *link, const char *mountpoint)
{
	char target[PATH_MAX];
	size_t len = strlen(mountpoint);
	ssize_t n = readlink(link, target, sizeof(target) - 1);

	if (n < (ssize_t)len)
		return false;
	target[n] = '\0';
	return strncmp(target, mountpoint, len) == 0 && (target[len] == '/' || target[len] == '\0');
}

static bool has_open(const char *process, const char *mountpoint)
{
	g_autofree char *directory = g_build_filename(process, "fd", NULL);
	g_autoptr(GDir) all = g_dir_open(directory, 0, NULL);
	const char *name;
	bool found = false;

	while (!found && all != NULL && (name = g_dir_read_name(all)) != NULL) {
		g_autofree char *link = g_build_filename(directory, name, NULL);
		found = is_below(link, mountpoint);
	}
	return found;
}

static bool holds(const char *process, const char *mountpoint)
{
	static const char *const links[] = { "cwd", "root", "exe" };

	for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
		g_autofree char *link = g_build_filename(process, links[i], NULL);
		if (is_below(link, mountpoint))
			return true;
	}
	return has_open(process, mountpoint);
}

char *ecsfs_holders(const char *mountpoint)
{
	g_autoptr(GDir) all = g_dir_open("/proc", 0, NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	const char *name;
	int told = 0;

	while (told < TOLD_MAX && all != NULL && (name = g_dir_read_name(all)) != NULL) {
		g_autofree char *process = g_build_filename("/proc", name, NULL);
		g_autofree char *path = g_build_filename(process, "comm", NULL);
		g_autofree char *comm = NULL;
		if (!g_ascii_isdigit(*name) || atoi(name) == getpid() ||
		    !holds(process, mountpoint) || !g_file_get_contents(path, &comm, NULL, NULL))
			continue;
		g_string_append_printf(text, "%s%s (%s)", told++ > 0 ? ", " : "", g_strchomp(comm),
				       name);
	}
	return told > 0 ? g_strdup(text->str) : NULL;
}
