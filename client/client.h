/* SPDX-License-Identifier: MIT */
/*
 * client - the one type that a user of this library holds: a cloud, logged in to, with its engine
 * thread, its tokens and its endpoints.
 *
 * EcsClient is thread-safe. EcsScope is what a call is made in: one project in one region; scopes
 * are made on first use, live as long as their client, and get their token when their first call
 * needs it (single flight). A token is renewed before it expires, and once on a 401, by one request
 * however many calls are waiting for it.
 */
#pragma once

#include "client/clouds.h"
#include "client/types.h"

typedef struct EcsClient EcsClient;
typedef struct EcsScope EcsScope;

/* What one HTTP request was like: for the request log and the statistics. Borrowed for the
 * callback. */
typedef struct {
	int64_t start_us; /* when it was sent, g_get_real_time() */
	int64_t duration_us;
	const char *service;	/* "identity", "ecs", "compute", ... */
	const char *project;	/* name of the project that it was made in; "" if none is known */
	const char *method;	/* "GET" */
	const char *path;	/* path and query as sent; no host, no secret */
	int status;		/* HTTP status; 0: there was no answer */
	uint64_t bytes_in;	/* body bytes received */
	const char *request_id; /* as the cloud named it, "" if it did not */
	const char *failure;	/* "" or what went wrong below HTTP, as curl says it */
	int attempt;		/* 1, 2, ... : retries of one call */
} EcsTrace;

/* Called on the engine's thread for every finished HTTP request, token requests too. Must not
 * block. */
typedef void (*EcsTracer)(const EcsTrace *trace, void *data);

typedef struct {
	unsigned connect_ms; /* to connect, per attempt; 0: 3000 */
	unsigned read_ms; /* deadline of a call that changes nothing, retries included; 0: 10000 */
	unsigned change_ms; /* deadline of a call that changes something; 0: 30000 */
	unsigned parallel;  /* requests in flight per host; 0: 8 */
	unsigned rate;	    /* requests a second to a host; 0: no limit */
	bool plain;	    /* do with OpenStack's own APIs, also where the cloud has others */
	EcsTracer tracer;   /* or NULL */
	void *tracer_data;
	/* Read the configuration again, since the cloud has refused the credentials; may block.
	 * Returns: owned; NULL and the error. On a thread of its own. NULL: there is no file. */
	EcsCloud *(*reload)(void *data, GError **error);
	void *reload_data;
	void *owner; /* for ecs_scope_owner(); not looked at */
	EcsClient
		*beside; /* one whose thread it shares, for ecs_client_new() only; NULL: its own */
} EcsClientOptions;

/**
 * ecs_client_new - make a client and start its engine thread. No request is sent.
 * @cloud: copied.
 * @options: copied; NULL for the defaults.
 *
 * Call it after fork()ing into the background. Returns: owned, or NULL and ECS_ERROR_CONFIG
 * (no auth_url, no credentials, a malformed URL, an unknown auth_type: the sentence says which
 * key).
 */
EcsClient *ecs_client_new(const EcsCloud *cloud, const EcsClientOptions *options, GError **error);

/**
 * ecs_client_login - get the first token and the catalog; blocks until it is there or the read
 * deadline is over. Not to be called on the engine's thread.
 *
 * Returns: false and ECS_ERROR_AUTH, UNREACHABLE, TIMED_OUT, BAD_REPLY, ... with a sentence that
 * names the URL and the user.
 */
bool ecs_client_login(EcsClient *client, GError **error);

/* The same in two halves, to log in to several clouds at once: each start needs one wait. */
typedef struct EcsLogin EcsLogin;
EcsLogin *ecs_client_login_start(EcsClient *client);
bool ecs_client_login_wait(EcsLogin *login, GError **error);

/* Cancels everything under way, and what callbacks start then: each callback still runs, before
 * this returns. What is called later is cancelled at once: its callback runs soon. Scopes stay
 * valid. Not on the engine's thread; twice does no harm. */
void ecs_client_close(EcsClient *client);

/* A login that was refused is tried again when somebody needs it, however short ago that was. Any
 * thread. */
void ecs_client_forgive(EcsClient *client);

/* Closes it, stops the thread if nobody shares it; no scope is valid any more. */
void ecs_client_free(EcsClient *client);

/* Returns: the regions of the catalog in which a server API is offered, sorted, NULL-terminated;
 * owned, g_strfreev(). Empty before ecs_client_login(). No network. */
char **ecs_client_regions(EcsClient *client);

/* Returns: why there are no regions after a login, a sentence, owned; NULL: there are, or there was
 * no login. */
char *ecs_client_lacking(EcsClient *client);

/* Returns: the region that the credentials are scoped to; borrowed; "" before ecs_client_login().
 */
const char *ecs_client_home_region(EcsClient *client);

/* The cloud it was made for; borrowed for the client's life. */
const EcsCloud *ecs_client_cloud(EcsClient *client);

/* Returns: by how many seconds the cloud's clock was ahead of this machine's when it last answered
 * (negative: behind); 0 if it never said. */
int64_t ecs_client_clock(EcsClient *client);

/* Returns: what the user should know although it works, a sentence each, lower case, no full stop;
 * NULL-terminated, owned, g_strfreev(). Any thread; what the clock says only after a login. */
char **ecs_client_warnings(EcsClient *client);

/* Returns: when the token of the home scope ends, seconds since 1970; 0 if there is none. */
int64_t ecs_client_token_expires(EcsClient *client);

/**
 * ecs_client_scope - the scope of one project in one region. No network.
 * @region: a name of ecs_client_regions(); "": what is of no region, such as these.
 * @project: name of a project; NULL: the one that is configured if the region is the home region;
 * in another region the project named as the region (OTC, Huawei), else the configured one
 * (OpenStack).
 *
 * Returns: borrowed, valid until the client is freed; the same pointer for the same arguments.
 * Errors (unknown project, no rights) come from the first call that uses it.
 */
EcsScope *ecs_client_scope(EcsClient *client, const char *region, const char *project);

/**
 * ecs_scope_in - the scope of another project of the same region. No network.
 * @scope: of ecs_client_scope() with @project NULL.
 * @id, @name: the project's, as EcsProject has them; @name is for messages only.
 *
 * Returns: borrowed, as ecs_client_scope(); the same pointer for the same region and id, whatever
 * the name. It is @scope itself where that is the project that @scope works in anyway: what is
 * changed in one place must be seen in the other.
 */
EcsScope *ecs_scope_in(EcsScope *scope, const char *id, const char *name);

/* Returns: EcsClientOptions.owner of its client. */
void *ecs_scope_owner(const EcsScope *scope);
const char *ecs_scope_region(const EcsScope *scope);
/* Returns: the name of the project that the scope was made for; NULL: the region's own. Borrowed.
 */
const char *ecs_scope_made_for(const EcsScope *scope);
/* Returns: the id of its project, copied, owned; "" until the scope has a token. */
char *ecs_scope_project_id(EcsScope *scope);
/* The project's name as far as it is known ("" until the scope has a token). Copied, owned. */
char *ecs_scope_project(EcsScope *scope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsClient, ecs_client_free)
