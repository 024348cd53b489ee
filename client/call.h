/* SPDX-License-Identifier: MIT */
/*
 * call - one API call from its start to its callback: the token, the URL, the retries, the
 * deadline, the error. Internal to client/.
 *
 * A call may be started on any thread; everything else about it happens on the loop's. It ends in
 * exactly one callback, also when cancelled and when the client is freed.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>
#include <stddef.h>

#include "client/auth.h"
#include "client/catalog.h"
#include "client/client.h"

typedef struct EcsCall EcsCall;

/* One request in one dialect. */
typedef struct {
	const char *service; /* catalog type; a literal */
	const char *method;  /* a literal */
	char *path; /* "/v1/{p}/cloudservers": {p}, wherever, becomes the project's id. Owned. NULL:
		     * not spoken */
	GString *body; /* JSON; owned; NULL: none */
	/* Of Nova's microversions 2.N the newest that the call is made for, and the oldest that
	 * has it; a plain Nova is asked first how new it is. Of Cinder's, 3.N, the one. 0: none is
	 * said. */
	unsigned micro, micro_min;
	const char *type; /* media type of the body; a literal; NULL: JSON's */
} EcsRoute;

typedef struct {
	EcsRoute route[ECS_DIALECTS];
	char *object;	    /* what errors name: "server 118258c5"; owned; NULL: nothing */
	char *client_token; /* X-Client-Token; owned; NULL: none */
	char *secret; /* of the body: what quotes it is left out of errors; owned; NULL: none */
	bool writing; /* it changes something: change_ms, and no retries that could do it twice */
	bool urgent;
	char *project_id;    /* of a login that is signed; owned; NULL: none is known yet */
	const char *project; /* of a login: for the trace; as long as the client; NULL: none */
} EcsCallSpec;

/* Borrowed for the callback. */
typedef struct {
	int status;	  /* 200 to 299 */
	const char *body; /* NUL-terminated */
	size_t body_len;
	const char *request_id; /* "" */
	const char *token;	/* X-Subject-Token; NULL */
	EcsDialect dialect;
	const char *service; /* that answered; static */
} EcsReply;

/* Exactly one of @reply and @error is set. On the loop's thread. */
typedef void (*EcsCallDone)(const EcsReply *reply, const GError *error, void *data);

/**
 * ecs_call_start - start a call in a scope.
 * @spec: taken over; its strings are freed with the call.
 * @cancellable: referenced, or NULL.
 *
 * Errors of every call: AUTH, FORBIDDEN, NOT_SUPPORTED (no such API in this region), TIMED_OUT,
 * UNREACHABLE, UNTRUSTED, RATE_LIMITED, BAD_REPLY, CANCELLED, and what ecs_error_classify() makes
 * of the answer.
 *
 * Returns: for ecs_call_cancel(), borrowed until @done; on another thread than the loop's @done may
 * have run already.
 */
EcsCall *ecs_call_start(EcsScope *scope, EcsCallSpec spec, GCancellable *cancellable,
			EcsCallDone done, void *data);

/* A call to IAM, below auth_url, route[0] only. @auth: whose token; NULL: a login, which has none.
 */
EcsCall *ecs_call_start_identity(EcsClient *client, EcsAuth *auth, EcsCallSpec spec,
				 GCancellable *cancellable, EcsCallDone done, void *data);

/* In an identity call @scope's own token is used. */
EcsCall *ecs_call_start_scope_identity(EcsScope *scope, EcsCallSpec spec, GCancellable *cancellable,
				       EcsCallDone done, void *data);

/* Loop's thread. @done will get ECS_ERROR_CANCELLED, before this returns. */
void ecs_call_cancel(EcsCall *call);

EcsClient *ecs_scope_client(EcsScope *scope);

/* Fail a call that was refused before it began; keeps the callback contract. Any thread. */
EcsCall *ecs_call_refuse(EcsScope *scope, GCancellable *cancellable, EcsCallDone done, void *data,
			 EcsError code, const char *format, ...) G_GNUC_PRINTF(6, 7);
