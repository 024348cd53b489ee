/*
 * One API request and its reply, as the handlers see it, and every shape of error a reply can have.
 * A handler reads path parameters, query and body here and leaves a status and a body; it never
 * meets the HTTP library. Owned by http.c, which also sends the reply.
 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "contrib/sandbox/text.h"

typedef struct Project Project;
typedef struct Region Region;
typedef struct Request Request;
typedef struct Route Route;
typedef struct Token Token;

#define REQUEST_PARAMS 4

struct Request {
	char *method;
	char *path;	     /* percent-decoded, without query */
	char *target;	     /* as received: path and query, for the log and the fault rules */
	GHashTable *query;   /* name -> first value; names given without value map to "" */
	GHashTable *headers; /* lower-case name -> value */
	GString *body;
	cJSON *json; /* parsed on demand by request_json() */
	char id[33]; /* X-Request-Id */
	const Route *route;
	Region *region;		     /* named by the path; NULL for identity and control */
	Token *token;		     /* checked; NULL where the route needs none */
	Project *project;	     /* of the token */
	char *param[REQUEST_PARAMS]; /* the {names} of the route's pattern, in order, decoded */
	int microversion;	     /* Nova: 1 is 2.1 */

	int status;	  /* the reply */
	const char *type; /* content type; NULL is JSON */
	GString *out;
	GPtrArray *out_headers; /* name, value, name, value, … */
};

/** request_new - an empty request; free with request_free(). */
Request *request_new(const char *method, const char *target);
void request_free(Request *req);

/** request_header - value or NULL. @name: lower case. */
const char *request_header(const Request *req, const char *name);
/** request_arg - value of a query parameter, "" if it has none, NULL if it is not there. */
const char *request_arg(const Request *req, const char *name);
/** request_json - the body parsed, borrowed; NULL if it is empty or not one JSON value. */
const cJSON *request_json(Request *req);

/** reply - set the status and append to the body as json_write() does. */
void reply(Request *req, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** reply_empty - a status without a body. */
void reply_empty(Request *req, int status);
/** reply_header - add a header to the reply. */
void reply_header(Request *req, const char *name, const char *value);

/*
 * The error envelopes of errors.md section 1; each replaces what the reply held. All return false
 * so that a check can end with `return fail_…()`.
 */
/** fail_ecs - E1, ECS, EVS, IMS: {"error":{"code","message"}} */
bool fail_ecs(Request *req, int status, const char *code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/** fail_nova - E3, Nova: {"itemNotFound":{"code","message"}}; the name follows from the status */
bool fail_nova(Request *req, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** fail_vpc - E4, VPC v1: {"code","message"} */
bool fail_vpc(Request *req, int status, const char *code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/** fail_neutron - E6, Neutron: {"NeutronError":{"type","message","detail"}} */
bool fail_neutron(Request *req, int status, const char *type, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/** fail_gateway - E7, in front of every service: {"error_code","error_msg","request_id"} */
bool fail_gateway(Request *req, int status, const char *code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
/** fail_iam - E8, identity: {"error":{"code":401,"title","message"}} */
bool fail_iam(Request *req, int status, const char *format, ...) G_GNUC_PRINTF(3, 4);
/** fail_iam_own - E9: {"error_code","error_msg"} */
bool fail_iam_own(Request *req, int status, const char *code, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/**
 * request_int - a whole number from the query.
 * @value: left alone when the parameter is not there.
 * Returns: false if it is there and no whole number from @min to @max.
 */
bool request_int(const Request *req, const char *name, int min, int max, int *value);

#endif
