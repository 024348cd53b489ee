/*
 * Which function answers which path, and what is checked before: the token, the project in the
 * path against the token's, the region, the right to write. Every service is a table of routes.
 */
#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include "contrib/sandbox/request.h"

#define ROUTE_PUBLIC 1 /* needs no token */
#define ROUTE_OTC 4    /* not in plain OpenStack */
#define ROUTE_PLAIN 8  /* only there */
#define ROUTE_READ 2   /* a POST that changes nothing: read-only users may */

struct Route {
	const char *method;
	/*
	 * Segments: literal, or {name} for a parameter. {p} must be the token's project; {p?} may
	 * be left out (Nova 2.18); v2|v2.1 is the one or the other.
	 */
	const char *pattern;
	void (*handler)(Request *req);
	unsigned flags;
	const char *action; /* the policy's name for it, for the 403 of read-only users */
};

typedef struct {
	const char
		*mount; /* second segment of the path, after the region; NULL: no prefix at all */
	const Route *routes;
	bool (*prepare)(Request *req);	 /* more checks before the handler, or NULL */
	void (*mismatch)(Request *req);	 /* the project or region is not the token's */
	void (*forbidden)(Request *req); /* a read-only user wants to write */
	bool otc;			 /* not in plain OpenStack */
} Service;

extern const Service identity_service, access_service, credentials_service, ecs_service,
	nova_service, vpc_service, ims_service, evs_service, bms_service;

/** router_answer - find the handler and let it answer, or answer with what is wrong. */
void router_answer(Request *req);
/** router_match - does the path fit? Fills @req's parameters (decoded) if it does. */
bool router_match(const char *pattern, const char *path, Request *req);

#endif
