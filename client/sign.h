/* SPDX-License-Identifier: MIT */
/*
 * sign - requests signed with an access key (AK/SK), the scheme SDK-HMAC-SHA256. Pure: no clock, no
 * I/O. Internal to client/.
 *
 * What is signed must reach the cloud as it is, so the lines of a signature include the Host header
 * that curl would write itself.
 *
 * Source: API gateway, "AK/SK Signing and Authentication"; the form with "Access=".
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
	const char *access_key;
	const char *secret_key;
	const char *security_token; /* of temporary keys; NULL: permanent ones */
	const char *project_id;	    /* NULL or "": none */
	int64_t now;		    /* seconds since 1970; the cloud allows 15 minutes */
	const char *method;
	const char *url;
	const char *content_type; /* NULL: none is sent */
	const void *body;
	size_t body_len;
} EcsSignature;

/* Returns: the header lines to send ("Host: ...", ..., "Authorization: ..."), NULL-terminated,
 * owned, g_strfreev(); a security token is among them. */
char **ecs_sign_lines(const EcsSignature *signature);

/**
 * ecs_sign_canonical - the text whose hash is signed.
 * @headers: "Name: value", NULL-terminated, all signed; no name twice.
 *
 * Returns: owned.
 */
char *ecs_sign_canonical(const char *method, const char *url, const char *const *headers,
			 const void *body, size_t len);

/**
 * ecs_sign_authorization - the value of the Authorization header.
 * @headers: as ecs_sign_canonical() takes them; X-Sdk-Date must be among them.
 *
 * Returns: owned.
 */
char *ecs_sign_authorization(const char *access_key, const char *secret_key, const char *method,
			     const char *url, const char *const *headers, const void *body,
			     size_t len);
