/* SPDX-License-Identifier: MIT */
#include "fs/patience.h"

#include <glib.h>

#define TICK_S 15 /* the kernel looks that often, and takes nothing shorter */
#define AHEAD_S 5 /* an answer takes its time, too */

unsigned ecsfs_patience(unsigned default_s, unsigned max_s)
{
	unsigned limit =
		default_s != 0 && max_s != 0 ? MIN(default_s, max_s) : MAX(default_s, max_s);

	return limit != 0 ? MAX(limit, TICK_S) - AHEAD_S : 0;
}

/* Kernels before 6.14 have no such file, and no limit. */
static unsigned setting(const char *name)
{
	g_autofree char *path = g_build_filename("/proc/sys/fs/fuse", name, NULL);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL)
		       ? (unsigned)g_ascii_strtoull(text, NULL, 10)
		       : 0;
}

void ecsfs_patience_apply(EcsfsOptions *options)
{
	unsigned limit =
		ecsfs_patience(setting("default_request_timeout"), setting("max_request_timeout"));

	if (limit != 0)
		options->wait_s = MIN(options->wait_s, limit);
}
