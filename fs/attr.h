/* SPDX-License-Identifier: MIT */
/*
 * attr - one row is one file: its name, its mode, how its text is made, what writing it does.
 *
 * A file is added to the tree by adding a row to its directory's table; nothing else knows its
 * name.
 */
#pragma once

#include <sys/stat.h>

#include "fs/fs.h"
#include "fs/verb.h"

/* Append the text of the file to @out. A function of @view alone: no I/O, no lock, no clock
 * (VOLATILE rows may read counters). Returns false if something is missing or failed: @view says
 * what (ecsfs_view_*), @out is dropped, and the call is repeated once it is there. */
typedef bool (*EcsfsShow)(const EcsfsAttr *attr, EcsfsView *view, GString *out);

/* Start the change that @text asks for: NUL-terminated, @len bytes, one line without its newline
 * (GATHER rows: the whole document). Ends in exactly one ecsfs_change_done(), at once or later, on
 * any thread. */
typedef void (*EcsfsStore)(EcsfsChange *change, const char *text, size_t len);

enum {
	ECSFS_VOLATILE = 1 << 0, /* differs from read to read: never cached by the kernel */
	ECSFS_GATHER =
		1 << 1, /* many lines; kept on this machine, so each write(2) stores the whole */
	ECSFS_SECRET = 1 << 2, /* 0400: left out of json, logs and messages */
	ECSFS_NOTED = 1 << 3,  /* also shows why the last change to the object failed */
};

#define ECSFS_VALUE_MAX                                                                            \
	1024 /* bytes of a one-line value: the longest that the API takes is 255                   \
	      */

struct EcsfsAttr {
	const char *name; /* [a-z0-9_.-]; "<key>" in a row for entries that the cloud names */
	mode_t mode;	  /* 0444, 0644, 0200; secrets 0400, 0600; agrees with show and store */
	EcsfsShow show;	  /* NULL: cannot be read */
	EcsfsStore store; /* NULL: cannot be written */
	size_t field;	  /* where the stock show functions look in the object */
	unsigned flags;
	size_t max;		/* most bytes of a GATHER document; 0: ECSFS_VALUE_MAX */
	const EcsfsVerb *verbs; /* the words, where store is ecsfs_verb_store */
	const char *help;	/* one line: the manual and --list-files are made from it */
};

/* A row that names a field of another type does not compile. */
#define STRING_AT(type, member)                                                                    \
	_Generic(((type *)0)->member, char *: offsetof(type, member),                              \
		 const char *: offsetof(type, member))
#define INT_AT(type, member) _Generic(((type *)0)->member, int : offsetof(type, member))
#define INT64_AT(type, member) _Generic(((type *)0)->member, int64_t : offsetof(type, member))
#define BOOL_AT(type, member) _Generic(((type *)0)->member, bool : offsetof(type, member))
#define PAIRS_AT(type, member) _Generic(((type *)0)->member, EcsPairs : offsetof(type, member))

#define SHOW_STRING(type, member) .show = ecsfs_show_string, .field = STRING_AT(type, member)
#define SHOW_INT(type, member) .show = ecsfs_show_int, .field = INT_AT(type, member)
#define SHOW_INT64(type, member) .show = ecsfs_show_int64, .field = INT64_AT(type, member)
#define SHOW_BOOL(type, member) .show = ecsfs_show_bool, .field = BOOL_AT(type, member)
#define SHOW_TIME(type, member) .show = ecsfs_show_time, .field = INT64_AT(type, member)

bool ecsfs_show_string(const EcsfsAttr *attr, EcsfsView *view, GString *out); /* "" → empty file */
bool ecsfs_show_int(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_show_int64(const EcsfsAttr *attr, EcsfsView *view, GString *out);
bool ecsfs_show_bool(const EcsfsAttr *attr, EcsfsView *view, GString *out); /* true, false */
bool ecsfs_show_time(const EcsfsAttr *attr, EcsfsView *view,
		     GString *out); /* ISO 8601 UTC; 0 → empty */

/* Append @text as one value: control characters become spaces, what is no UTF-8 U+FFFD, then a
 * newline; nothing if it is "".
 */
void ecsfs_value(GString *out, const char *text);
/* Append seconds since 1970 as 2026-01-31T23:59:59Z. */
void ecsfs_iso8601(GString *out, int64_t seconds);
/* Append the JSON text @compact (one line, as client/ keeps it) indented by two spaces, with a
 * newline. */
void ecsfs_pretty(GString *out, const char *compact, size_t len);

/* A symbolic link; the target is always made by ecsfs, never a string of the cloud's. */
struct EcsfsLink {
	const char *name; /* "<key>" in a row for entries that the cloud names */
	bool (*target)(const EcsfsLink *link, EcsfsView *view, GString *out);
	const char *help;
};
