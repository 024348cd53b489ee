/* SPDX-License-Identifier: MIT */
/*
 * verb - words written to a control file: one line, a verb and its arguments, blanks between. One
 * parser for every such file; the words are rows.
 */
#pragma once

#include "fs/fs.h"

#define ECSFS_VERB_WORDS 8 /* the verb and its arguments, at most */

typedef struct {
	const char *word;
	int min, max;	    /* arguments */
	const char *states; /* statuses that allow it, blanks between; NULL: any */
	const char *args;   /* for messages: "[hard]"; NULL: none */
	/* Start the change: argv[0] is the verb. Ends in one ecsfs_change_done(). */
	void (*run)(EcsfsChange *change, int argc, char **argv);
	const char *help;
} EcsfsVerb;

/* The store of a verb file: parse, then run. An unknown word or a wrong count of arguments is
 * EINVAL, and the sentence lists the words. The state is not checked here: what the cache knows may
 * be old. */
void ecsfs_verb_store(EcsfsChange *change, const char *text, size_t len);
/* The show of a verb file: the verbs that the object's status (the string at attr->field) allows
 * now, one a line; while the object is in transition, only those that any status allows. */
bool ecsfs_verbs_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
