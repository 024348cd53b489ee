/* SPDX-License-Identifier: MIT */
/*
 * server_call - what server.c and server_change.c share. Internal to client/.
 */
#pragma once

#include "client/call.h"
#include "client/json.h"
#include "client/server.h"

/* Returns: owned, or NULL if it is no server. @json loses its secrets. */
EcsServer *ecs_server_decode(EcsJson *json);

/* ecs_server_create() where there is no ECS API. */
void ecs_server_create_nova(EcsScope *scope, const EcsServerSpec *spec, GCancellable *cancellable,
			    EcsChangeDone done, void *data);

/* Returns: "server 118258c5", owned. */
char *ecs_server_label(const char *id);

/* One request about one server. */
typedef struct EcsServerCall EcsServerCall;
struct EcsServerCall {
	const char *service; /* "ecs"; "compute": Nova's own */
	const char *method;  /* both literals */
	const char *path;    /* with {p} and {id}; borrowed */
	GString *body;	     /* taken over; NULL: none */
	bool must_start;     /* a change whose answer names a job */
	/* As in EcsRoute, for plain OpenStack. */
	unsigned micro, micro_min;
	/* What it is in plain OpenStack. NULL: the same if it is Nova's own, else it is not
	 * there. */
	const EcsServerCall *nova;
};

/* One server by id, of a service that shows it as ECS or Nova does. */
void ecs_server_get_from(EcsScope *scope, const char *id, const EcsServerCall *call,
			 GCancellable *cancellable, EcsServerDone done, void *data);

/* Fill in the routes of @spec; takes over the body. */
void ecs_server_route(EcsCallSpec *spec, const char *id, const EcsServerCall *call);

/* Send a change of one server; refuses "" as @id. */
void ecs_server_change(EcsScope *scope, const char *id, EcsServerCall call,
		       GCancellable *cancellable, EcsChangeDone done, void *data);

/* Returns: @format with {id} replaced by @id, escaped for a path; owned. */
char *ecs_server_path(const char *id, const char *format);
