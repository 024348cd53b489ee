/* SPDX-License-Identifier: MIT */
/*
 * single - calls about one object that answer with it: {"vpc":{...}}. A get, or a create that the
 * API carries out at once. Internal to client/.
 */
#pragma once

#include "client/call.h"
#include "client/json.h"
#include "client/list.h"
#include "client/object.h"
#include "client/types.h"

/**
 * ecs_single_start - send the call.
 * @spec: as ecs_call_start().
 * @member: of the answer, that holds the object.
 */
void ecs_single_start(EcsScope *scope, EcsCallSpec spec, const char *member, EcsDecode decode,
		      GCancellable *cancellable, EcsObjectDone done, void *data);

/* Where the object stands in the answer of a dialect, and how it is read. */
typedef struct {
	const char *member;
	EcsDecode decode;
} EcsShape;

/* The same where dialects answer differently. @shapes: static, ECS_DIALECTS of them. */
void ecs_single_shaped(EcsScope *scope, EcsCallSpec spec, const EcsShape *shapes,
		       GCancellable *cancellable, EcsObjectDone done, void *data);

/* Fill the object of @size by its table, and keep the document: what most decoders are. */
void *ecs_single_decode(EcsJson *json, const EcsJsonField *fields, size_t size,
			EcsBuilder *builder);

/**
 * ecs_single_spec - a call in the native dialect.
 * @what: "VPC"; with the first characters of @id it is what errors name.
 * @path: with {id} for @id, escaped.
 * @body: taken over; NULL: none.
 */
EcsCallSpec ecs_single_spec(const char *what, const char *id, const char *service,
			    const char *method, const char *path, EcsJson *body);
/* What @call is in plain OpenStack. @path, @body: as above. */
void ecs_single_nova(EcsCallSpec *call, const char *id, const char *service, const char *method,
		     const char *path, EcsJson *body);
/* The same, with the method and the body of the native one. @path: without {id}. */
void ecs_single_same(EcsCallSpec *call, const char *service, const char *path);
/* The same for an object that is not there yet: errors call it "new WHAT NAME". */
EcsCallSpec ecs_single_new(const char *what, const char *name, const char *service,
			   const char *path, EcsJson *body);

/**
 * ecs_single_made - a create of which only the new object's id is of interest.
 * @member, @key: where that stands in the answer; @member NULL: at the top.
 * @done: accepted->ids has it.
 */
void ecs_single_made(EcsScope *scope, EcsCallSpec spec, const char *member, const char *key,
		     GCancellable *cancellable, EcsChangeDone done, void *data);
