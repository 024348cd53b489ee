/* SPDX-License-Identifier: MIT */
/* options - the command line. */
#pragma once

#include "fs/fs.h"

typedef struct {
	char **clouds;	  /* --cloud, each once; NULL: not said */
	char *region;	  /* --region; NULL: not said */
	char *mountpoint; /* absolute; NULL: not said, which only --check allows */
	char *fuse;	  /* -o options for the kernel and libfuse, commas between; "" */
	gboolean sandbox;
	gboolean foreground;
	gboolean debug;
	gboolean check;
	gboolean list_files;
	gboolean version;
	unsigned retry_s; /* -o retry=: how long to wait for a cloud that is out of reach; 0: not */
	EcsfsOptions fs;
} EcsfsCommand;

/* Returns: false with a sentence on what is wrong with the line. --help is printed and ends the
 * program. */
bool ecsfs_command_parse(EcsfsCommand *command, int argc, char **argv, GError **error);
/* Returns: how many clouds are to be mounted. */
size_t ecsfs_command_clouds(const EcsfsCommand *command);
void ecsfs_command_clear(EcsfsCommand *command);
