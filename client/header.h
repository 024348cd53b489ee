/* SPDX-License-Identifier: MIT */
/*
 * header - the header lines of one request: what it proves itself with, a token or a signature, and
 * what the services want to be told. Internal to client/.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "client/clouds.h"

typedef struct {
	const EcsCloud *cloud;
	const char *token;	/* NULL: none; not sent with a signature */
	const char *project_id; /* for a signature; NULL or "": none */
	int64_t now;		/* of a signature: seconds since 1970 */
	const char *method;
	const char *url;
	GBytes *body;		  /* NULL: none */
	const char *type;	  /* its media type; NULL: JSON's */
	const char *client_token; /* X-Client-Token; NULL: none */
	const char *service;	  /* as in EcsRoute; matters with micro only */
	unsigned micro; /* of Nova's microversions 2.N, or Cinder's 3.N; 0: none is said */
} EcsHeaderSpec;

/* Returns: "Name: value" lines, NULL-terminated in pdata, owned; unreferencing wipes them. */
GPtrArray *ecs_header_lines(const EcsHeaderSpec *spec);
