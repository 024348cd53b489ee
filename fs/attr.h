/* SPDX-License-Identifier: MIT */
/*
 * attr - one row is one file: its name, its mode, how its text is made, what writing it does.
 *
 * A file is added to the tree by adding a row to its directory's table; nothing else knows its
 * name.
 */
#pragma once

#include <sys/stat.h>

#include "client/feature.h"
#include "fs/cache.h"
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
		1 << 1, /* many lines, of which each write(2) stores all that there are so far */
	ECSFS_SECRET = 1 << 2,	 /* 0400: left out of json, logs and messages */
	ECSFS_NOTED = 1 << 3,	 /* also shows why the last change to the object failed */
	ECSFS_ONCE = 1 << 4,	 /* fs/secret.h: forgotten once it has been read to its end */
	ECSFS_OWN_CALL = 1 << 5, /* costs a call of its own: made when it is opened, not for its
				    size; see fs/own.h */
	ECSFS_WAITS = 1 << 7,	 /* a read lasts until what it waits for is so; 0 bytes in stat */
	ECSFS_LINES = 1 << 8,	 /* many lines, each for itself: store gets whole ones, as many as
				    there are */
	ECSFS_LISTING = 1 << 6,	 /* made from lists: its mtime is when one of them was last seen to
				    change; rendered anew for each open and stat */
};

#define ECSFS_UNCACHED (ECSFS_VOLATILE | ECSFS_LISTING) /* the kernel keeps nothing of it */

#define ECSFS_VALUE_MAX                                                                            \
	1024 /* bytes of a one-line value: the longest that the API takes is 255                   \
	      */

/* A file that only grows, as a log does; its row has ECSFS_VOLATILE | ECSFS_OWN_CALL too. What is
 * read of it is not copied to the open file. */
typedef struct {
	/* Ask the cloud for what is to be added, if it is time. False: the view says why not yet.
	 */
	bool (*ask)(EcsfsView *view);
	uint64_t (*length)(EcsfsView *view); /* bytes; sets view->changed_ns */
	void (*piece)(EcsfsView *view, uint64_t off, size_t size, GString *out);
} EcsfsGrowing;

struct EcsfsAttr {
	const char *name; /* [a-z0-9_.-]; "<key>" in a row for entries that the cloud names */
	mode_t mode;	  /* 0444, 0644, 0200; secrets 0400, 0600; agrees with show and store */
	EcsfsShow show;	  /* NULL: cannot be read */
	EcsfsStore store; /* NULL: cannot be written */
	size_t field;	  /* where the stock show functions look in the object */
	unsigned flags;
	size_t max; /* most bytes of a GATHER document; 0: ECSFS_VALUE_MAX */
	/* As EcsfsKind.prepare, before store. */
	bool (*prepare)(EcsfsView *view);
	/* Whether it has the value @text already, as far as the view knows. If so the object is
	 * asked for, and what it is then decides: there is nothing to do, or store does it. NULL:
	 * store is always called. */
	bool (*so)(EcsfsView *view, const char *text);
	const EcsfsVerb *verbs;	      /* the words, where store is ecsfs_verb_store */
	const struct EcsfsClass *own; /* of the texts, where show is ecsfs_own_show */
	const EcsfsGrowing *growing;  /* NULL: it does not */
	/* rm: may do what it means for this value; NULL: refused */
	void (*drop)(EcsfsChange *change, const EcsfsEntry *entry);
	const char *help; /* one line: the manual and --list-files are made from it */
	/* The value is the id of an object of that collection, or its name: store gets the id.
	 * NULL: it is not. */
	EcsfsCollection *(*refers)(EcsfsView *view);
	EcsFeature needs; /* what a cloud must have for it to be there */
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
/* Why the last change of the object failed; for rows `error` with ECSFS_NOTED. */
bool ecsfs_show_note(const EcsfsAttr *attr, EcsfsView *view, GString *out);
/* The API's own document of the object, indented. */
bool ecsfs_show_json(const EcsfsAttr *attr, EcsfsView *view, GString *out);

/* Append @text as one value: control characters become spaces, what is no UTF-8 U+FFFD, then a
 * newline; nothing if it is "".
 */
void ecsfs_value(GString *out, const char *text);
/* Append seconds since 1970 as 2026-01-31T23:59:59Z. */
void ecsfs_iso8601(GString *out, int64_t seconds);
/* Append the JSON text @compact (one line, as client/ keeps it) indented by two spaces, with a
 * newline. */
void ecsfs_pretty(GString *out, const char *compact, size_t len);
/* The same, on one line, without the newline. */
void ecsfs_plain(GString *out, const char *compact, size_t len);

/* A symbolic link; the target is always made by ecsfs, never a string of the cloud's. */
struct EcsfsLink {
	const char *name; /* "<key>" in a row for entries that the cloud names */
	bool (*target)(const EcsfsLink *link, EcsfsView *view, GString *out);
	const char *help;
	bool (*there)(const EcsfsView *view); /* is there one in this object? NULL: always */
	EcsFeature needs;
};
