/* SPDX-License-Identifier: MIT */
/*
 * engine - HTTP, and, with client/multi.c, the only module that knows curl.
 * Internal to client/.
 *
 * Keep-alive and HTTP/2 come from curl; the engine adds a queue per host, deadlines, caps on what
 * is received, and the answer to "was it sent?", on which the safety of every retry rests. It knows
 * no token, no JSON and no retry. All of it runs on the loop's thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/client.h"
#include "client/loop.h"

typedef struct EcsEngine EcsEngine;
typedef struct EcsHttp EcsHttp; /* one request, waiting or under way */

typedef struct {
	const char *cacert; /* PEM file, or NULL for the system's */
	const char *cert;   /* of our own, PEM file, or NULL */
	const char *key;    /* that belongs to @cert, or NULL: it is in there */
	bool verify;
	unsigned connect_ms;
	unsigned parallel; /* requests under way per host; fewer while it throttles */
	unsigned rate;	   /* requests a second to a host, likewise; 0: no limit */
	EcsTracer tracer;
	void *tracer_data;
} EcsEngineOptions;

typedef struct {
	const char *service; /* for the trace; a literal */
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value", NULL-terminated; wiped copies are kept */
	GBytes *body;		    /* or NULL */
	int64_t deadline;	    /* g_get_monotonic_time() */
	bool repeatable; /* carrying it out twice does no harm; otherwise it gets a fresh connection
			  */
	bool urgent;	 /* before others that wait for the same host */
	int attempt;	 /* for the trace */
	const char *project; /* likewise; NULL: none */
} EcsHttpRequest;

typedef enum {
	ECS_HTTP_ANSWERED,    /* there is a status, and the whole body */
	ECS_HTTP_TIMED_OUT,   /* the deadline passed */
	ECS_HTTP_UNREACHABLE, /* no connection, or it broke, also in the middle of the body */
	ECS_HTTP_UNTRUSTED,   /* a certificate is wrong, the other's or our own */
	ECS_HTTP_BAD,	      /* not HTTP, or larger than the caps */
} EcsHttpResult;

/* Borrowed for the callback. */
typedef struct {
	EcsHttpResult result;
	bool unsent;	  /* not one byte of the request has left */
	int status;	  /* 0 if there was none */
	const char *body; /* NUL-terminated, never NULL */
	size_t body_len;
	const char *request_id;	 /* "" */
	const char *retry_after; /* NULL if not there */
	const char *token;	 /* X-Subject-Token; NULL if not there */
	const char *date;	 /* NULL if not there */
	const char *location;	 /* of a redirect; NULL if not there */
	const char *failure;	 /* what went wrong, one sentence without the URL; "" if answered */
} EcsHttpReply;

typedef void (*EcsHttpDone)(const EcsHttpReply *reply, void *data);

EcsEngine *ecs_engine_new(EcsLoop *loop, const EcsEngineOptions *options);
/* No request may be left. */
void ecs_engine_free(EcsEngine *engine);

/* @request: read before this returns. @done: once, never from inside this call.
 * Returns: borrowed until @done. */
EcsHttp *ecs_engine_send(EcsEngine *engine, const EcsHttpRequest *request, EcsHttpDone done,
			 void *data);

/* Drop it; its callback will not run. Returns: whether it was certainly not sent. */
bool ecs_http_cancel(EcsHttp *http);
