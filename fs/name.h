/* SPDX-License-Identifier: MIT */
/*
 * name - a cloud's names as file names, and back. What is not a legal or a safe file name is
 * written as %XX, as in a URL: '/', '%', control characters, what turns the direction of writing,
 * bytes that are not UTF-8, a leading '.' or '-', a '~' before the last eight bytes, and the first
 * letter of what programs probe for (HEAD, lost+found ...).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define ECSFS_NAME_MAX 255 /* bytes of a file name: NAME_MAX */
#define ECSFS_NAME_CUT 240 /* what had to be cut is still longer: see name.c */

/* Returns: the escaped name, owned, 1 to ECSFS_NAME_MAX bytes: reversible, unless it had to be cut
 * ("" and what is too long get "~" and the first eight characters of @id; if it is the id itself,
 * of a hash of it). */
char *ecsfs_name_escape(const char *name, const char *id);
/* The same, with "~" and eight characters of @id always: for a name that is used twice. */
char *ecsfs_name_distinct(const char *name, const char *id);
/* The same, with eight characters of a hash of @id: where ids begin alike. */
char *ecsfs_name_hashed(const char *name, const char *id);
/* Returns: the bytes that @file stands for, owned; NULL if a '%' is not followed by two hexadecimal
 * digits, or they are 00. */
char *ecsfs_name_unescape(const char *file);
/* Returns: whether @file is what programs probe for by themselves (.git, .envrc, .Trash ...). */
bool ecsfs_name_probe(const char *file);
/* Returns: whether an editor or `sed -i` would make such a file beside the one it edits. */
bool ecsfs_name_temporary(const char *file);
