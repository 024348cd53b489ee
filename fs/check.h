/* SPDX-License-Identifier: MIT */
/*
 * check - what works and what does not with the given credentials, step by step: for --check.
 *
 * A table of steps; each says one line on stdout: "ok", "FAILED" or "-" (it does not apply, or what
 * it needs has failed), its name, and a sentence. Of several clouds each line has the name, too.
 * Nothing in the cloud is changed, and nothing is mounted.
 */
#pragma once

#include "fs/options.h"

/* The configuration of the cloud @i of the command line. @data: its own. Returns: owned; NULL and
 * the error. */
typedef EcsCloud *(*EcsfsCheckLoad)(size_t i, void *data, GError **error);

/* Returns: exit status: 0, or 1 if a step has failed. */
int ecsfs_check(const EcsfsCommand *command, EcsfsCheckLoad load, void *data);
