/*
 * Replies that are well-formed and wrong: what a service says when its own data, its cache or the
 * proxy in front of it is broken. Each changes a reply that is complete; one that is no JSON
 * object, or has nothing to spoil, stays as it is.
 */
#ifndef SANDBOX_SPOIL_H
#define SANDBOX_SPOIL_H

#include "contrib/sandbox/request.h"

typedef struct {
	const char *key; /* interned: the member to be spoilt; NULL: all but the id */
	int offset;	 /* seconds */
} Spoil;

/** spoil_types - values of other types, in the first object of the list, or in the one object. */
void spoil_types(Request *req, const Spoil *spoil);
/** spoil_error - an error's body; the status stays. */
void spoil_error(Request *req, const Spoil *spoil);
/** spoil_duplicate - the first object of the list comes at its end again. */
void spoil_duplicate(Request *req, const Spoil *spoil);
/** spoil_ids - copies of the first object behind the others, with ids that are no file names, or
 * names of other files, or long and alike. */
void spoil_ids(Request *req, const Spoil *spoil);
/** spoil_missing - the last object of the list is left out; its count stays. */
void spoil_missing(Request *req, const Spoil *spoil);
/** spoil_shrink - the reply is right; then the first server in it is deleted, so that what the next
 * page begins with is one further on. */
void spoil_shrink(Request *req, const Spoil *spoil);
/** spoil_date - a Date header that is wrong by @spoil's offset. */
void spoil_date(Request *req, const Spoil *spoil);

#endif
