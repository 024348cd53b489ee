/* SPDX-License-Identifier: MIT */
/*
 * list - list calls: one answer or many pages, fetched in parallel, decoded page by page. Internal
 * to client/.
 *
 * Of a page only one object's JSON tree exists at a time on each core. Every page call has the
 * deadline of its own; the first one that fails fails the list, and the others are cancelled: a
 * list is whole or an error. If it changed while its pages were read, it is asked for once more.
 */
#pragma once

#include "client/call.h"
#include "client/json.h"
#include "client/object.h"

/* Returns: owned, from ecs_builder_finish(); NULL: leave it out. */
typedef void *(*EcsDecode)(EcsJson *object, EcsBuilder *builder);

/* The call of one dialect. */
typedef struct {
	const char *service;
	/* {n} in it becomes the page, from 1; {o} "" and then "&offset=" with the number of
	 * objects in the pages before; {m} "" and then "&marker=" with the last id of the
	 * page before, so that pages come one after the other; {t} the time of
	 * ecs_list_start_since(). NULL: not spoken */
	const char *path;
	bool linked;	 /* a page that has another one behind it says so, however short it is */
	const char *key; /* these as in EcsListType; NULL, 0: the same */
	EcsDecode decode;
	unsigned page_size;
	unsigned micro, micro_min; /* as in EcsRoute */
} EcsListRoute;

typedef struct {
	const char *what; /* "servers", for errors */
	const char *key;  /* of the array in the answer */
	EcsListRoute route[ECS_DIALECTS];
	unsigned page_size; /* what the path asks for; 0: one answer, not paged */
	bool identity;	    /* of IAM: route[0], below auth_url */
	EcsDecode decode;
	/* By which duplicates are found, and the next page with {m}; NULL: do not look. */
	const char *(*id)(const void *object);
} EcsListType;

/* @type: static. The rest as every public list call. */
void ecs_list_start(EcsScope *scope, const EcsListType *type, GCancellable *cancellable,
		    EcsListDone done, void *data);
/* The same, of what has changed since. @since: seconds since 1970, by our clock; in the path it is
 * by the cloud's. */
void ecs_list_start_since(EcsScope *scope, const EcsListType *type, int64_t since,
			  GCancellable *cancellable, EcsListDone done, void *data);
