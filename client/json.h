/* SPDX-License-Identifier: MIT */
/*
 * json - what every JSON document has to pass: caps on size, depth and length, and the field tables
 * by which documents become structs. Internal to client/.
 *
 * Lenient where the cloud is known to be sloppy (numbers and booleans as strings, null for "", keys
 * that nobody documented), strict about what would hurt: depth, length, and keys marked required.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/object.h"

/* cJSON's node; only json.c and the service files look inside. */
typedef struct cJSON EcsJson;

#define ECS_JSON_DEPTH_MAX 32	  /* a server nests 5 deep; cJSON recurses */
#define ECS_JSON_LIST_MAX 1000000 /* elements of one list, all pages: a GB as objects */
/* Members of one kind in one object (addresses, tags ...): the most that are allowed anywhere is
 * some hundreds. They are compared with one another, and each is a file. What is more is left out.
 */
#define ECS_JSON_MEMBERS_MAX 20000
#define ECS_JSON_STRING_MAX 262144 /* bytes; user_data is the longest documented, 44 KiB */

typedef enum {
	ECS_JSON_STRING, /* const char * */
	ECS_JSON_SHARED, /* const char *, likely the same in other objects of the list */
	ECS_JSON_INT,	 /* int */
	ECS_JSON_INT64,	 /* int64_t */
	ECS_JSON_BOOL,	 /* bool */
	ECS_JSON_TIME,	 /* int64_t, seconds since 1970 */
	ECS_JSON_PAIRS,	 /* EcsPairs, from an object of scalars */
	ECS_JSON_OBJECT, /* no member: @sub says what is taken from the object inside */
} EcsJsonType;

typedef struct EcsJsonField EcsJsonField;
struct EcsJsonField {
	const char *key; /* as in the document; NULL ends the table */
	EcsJsonType type;
	size_t offset;
	bool required;		 /* must be there, and not be empty */
	int fallback;		 /* ECS_JSON_INT, _INT64: the value when it is not there or null */
	const EcsJsonField *sub; /* ECS_JSON_OBJECT */
};

#define ECS_JSON_AT(type, member) offsetof(type, member)

/* Parse a whole document. Returns: owned, ecs_json_free(); NULL and ECS_ERROR_BAD_REPLY. */
EcsJson *ecs_json_parse(const char *text, size_t len, GError **error);
/* Parse what ecs_json_each() hands out: its depth has been looked at. One at a time on each thread.
 * Returns: owned, ecs_json_free_element() on the same thread; or NULL. */
EcsJson *ecs_json_parse_element(const char *text, size_t len);
void ecs_json_free_element(EcsJson *json);
void ecs_json_free(EcsJson *json);

/**
 * ecs_json_decode - fill a struct from an object by a table.
 * @out: the struct, as ecs_builder_begin() returned it. Every member of the table is set.
 *
 * Returns: false if @object is no object or a required key is missing: @out is then unusable.
 */
bool ecs_json_decode(const EcsJson *object, const EcsJsonField *fields, void *out,
		     EcsBuilder *builder);

/* An object of scalars as pairs; for ECS_JSON_PAIRS and hooks. Anything else gives none. */
void ecs_json_pairs(const EcsJson *object, EcsPairs *out, EcsBuilder *builder);

/* A list of tags as pairs: "key=value" or "key" each, or {"key","value"}, as some services have it.
 * Anything else gives none. */
void ecs_json_tags(const EcsJson *list, EcsPairs *out, EcsBuilder *builder);

/* Look-ups for small documents. @json may be NULL or of any type. Results are borrowed from it. */
const EcsJson *ecs_json_get(const EcsJson *json, const char *key);
const EcsJson *ecs_json_first(const EcsJson *json); /* first element or member, or NULL */
const EcsJson *ecs_json_next(const EcsJson *json);
const char *ecs_json_key(const EcsJson *json);	/* a member's key, NULL for elements */
const char *ecs_json_text(const EcsJson *json); /* a string's text, else NULL */
const char *ecs_json_get_text(const EcsJson *json, const char *key); /* "" if it is no string */
bool ecs_json_is_object(const EcsJson *json);
/* Numbers, also as a string. Returns: whether it was one. */
bool ecs_json_number(const EcsJson *json, int64_t *out);
bool ecs_json_truth(const EcsJson *json); /* true, "true", "True", 1 */
/* A scalar as text, "" for anything else: numbers in decimal, booleans as true and false.
 * @scratch: 32 bytes, used if the text is not in @json itself. */
const char *ecs_json_scalar(const EcsJson *json, char *scratch);

/**
 * ecs_json_each - take a document { KEY: [ element, ... ], ... } to pieces without building a tree
 * of it.
 * @key: of the list.
 * @each: gets every element's text, borrowed for its call.
 * @tail: if not NULL, gets what stands beside the list.
 *
 * A null list is an empty one. Returns: false and ECS_ERROR_BAD_REPLY if the document is cut off,
 * nested too deep, too long or has no such list; elements may have been delivered before that
 * shows.
 */
typedef void (*EcsJsonEach)(const char *text, size_t len, void *data);
typedef struct {
	int64_t count; /* the number under "count"; -1: there is none */
	/* There is a link to the next page: "next", or in "..._links" (OpenStack's API guideline
	 * on pagination, and what Glance does). */
	bool more;
} EcsJsonTail;
bool ecs_json_each(const char *text, size_t len, const char *key, EcsJsonEach each, void *data,
		   EcsJsonTail *tail, GError **error);

/* Take every member of that name, most have one, out of an object, and wipe its text. @object may
 * be NULL or of any type. */
void ecs_json_drop(EcsJson *object, const char *key);

/* The document on one line. Returns: owned, g_free(). */
char *ecs_json_compact(const EcsJson *json);

/* Append @text as a JSON string, quoted. Broken UTF-8 is replaced by U+FFFD. */
void ecs_json_quote(GString *out, const char *text);

/**
 * ecs_json_time - parse a time of any of the cloud's services.
 * @text: YYYY-MM-DD, 'T', 't' or ' ', HH:MM:SS, optional fraction, optional Z or +hh:mm; UTC if not
 * said.
 *
 * Returns: seconds since 1970; 0 if it is NULL, empty or no time.
 */
int64_t ecs_json_time(const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsJson, ecs_json_free)
