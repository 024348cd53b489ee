/* SPDX-License-Identifier: MIT */
/* catalogue - every file of the tree, from the tables: for --list-files and the tests of the
 * manual. */
#pragma once

#include <glib.h>

/* Append one line a file, directory and link: `type mode path  help`, type d, - or l as `ls -l` has
 * it, depth first, names in the tables' order. */
void ecsfs_catalogue(GString *out);
