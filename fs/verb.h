/* SPDX-License-Identifier: MIT */
/*
 * verb - words written to a control file: one line, a verb and its arguments, blanks between. One
 * parser for every such file; the words are rows.
 */
#pragma once

#include "client/feature.h"
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
	bool costly;	  /* destroys data: needs -o allow_delete */
	EcsFeature needs; /* what a cloud must have for it to be a verb there */
} EcsfsVerb;

/* The store of a verb file: parse, then run. A costly verb without -o allow_delete is EPERM. An
 * unknown word or a wrong count of arguments is EINVAL, and the sentence lists the words. The state
 * is not checked here: what the cache knows may be old. */
void ecsfs_verb_store(EcsfsChange *change, const char *text, size_t len);
/* The show of a verb file: the verbs that the object's status (the string at attr->field) allows
 * now, one a line (with -o ro none, costly ones with -o allow_delete only); while the object is in
 * transition or locked, only those that any status allows. */
bool ecsfs_verbs_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);

/* Is the text what an object of some status shows? So it is when somebody copies a directory over
 * another one, and wants none of them done. */
bool ecsfs_verbs_copied(EcsScope *scope, const EcsfsVerb *verbs, const char *text, size_t len);
