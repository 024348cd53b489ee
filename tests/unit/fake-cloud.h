/* SPDX-License-Identifier: MIT */
/*
 * fake-cloud - an HTTP server in the test's own process, scripted per test.
 *
 * What the script leaves alone is answered by default: POST /v3/auth/tokens gives token-1, token-2,
 * ... with a catalog that points back here; everything else 404. It runs on a thread of its own;
 * scripts are called on that thread, one at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "client/client.h"

typedef struct FakeCloud FakeCloud;
struct Wait;

typedef struct {
	const char *method;
	const char *path;  /* with the query */
	const char *token; /* X-Auth-Token, or "" */
	const char *body;
	unsigned n; /* 1: the first with this method and path (without the query) */
	struct MHD_Connection *connection;
} FakeRequest;

/* Returns: a header of the request, borrowed; "" if it has none of that name. */
const char *fake_request_header(const FakeRequest *request, const char *name);

typedef enum {
	FAKE_WHOLE,
	FAKE_RESET,    /* close the connection without a byte */
	FAKE_TRUNCATE, /* announce twice as much as is sent, then close */
	FAKE_STALL,    /* say nothing until fake_cloud_resume() */
} FakeHow;

typedef struct {
	int status;		    /* 0: the default answer */
	char *body;		    /* owned */
	size_t len;		    /* 0: strlen(body) */
	const char *header, *value; /* one more header, or NULL */
	FakeHow how;
} FakeAnswer;

typedef void (*FakeScript)(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			   void *data);

FakeCloud *fake_cloud_new(FakeScript script, void *data);
/* At "http://[::1]:1234". Returns: NULL if this machine has no IPv6. */
FakeCloud *fake_cloud_new_v6(FakeScript script, void *data);
void fake_cloud_free(FakeCloud *cloud);
const char *fake_cloud_url(FakeCloud *cloud); /* "http://127.0.0.1:1234" */

/* How many requests came whose "METHOD PATH" starts with @prefix. */
unsigned fake_cloud_count(FakeCloud *cloud, const char *prefix);
/* Wait until there are @n of them. */
void fake_cloud_wait(FakeCloud *cloud, const char *prefix, unsigned n);
void fake_cloud_resume(FakeCloud *cloud);
/* The body of the last request whose "METHOD PATH" starts with @prefix, owned; NULL. */
char *fake_cloud_body(FakeCloud *cloud, const char *prefix);

/* How long the tokens of the default answer live, in seconds; 86400 at first. */
void fake_cloud_token_life(FakeCloud *cloud, int seconds);

/* It is plain OpenStack then: compute (of microversions up to 2.@micro; 0: it does not tell),
 * volumev3, image and network, at /SERVICE. */
void fake_cloud_plain(FakeCloud *cloud, unsigned micro);

/* A client of it: user demo, password "Secret-1", project eu-de. Freed by the caller. */
EcsClient *fake_cloud_client(FakeCloud *cloud, const EcsClientOptions *options);

/* A file of tests/data, owned. */
char *fake_cloud_data(const char *name);

/* What the list calls of client/ are. */
typedef void (*FakeList)(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* What @list makes of a cloud that answers what has @path in it with @body: JSON, or a file of
 * tests/data. @wait: set up here. Returns: owned; NULL: @wait has an error. */
GPtrArray *fake_cloud_list(FakeList list, const char *path, const char *body, struct Wait *wait);
/* And that it is told by BAD_REPLY what is no list of @key. */
void fake_cloud_bad_lists(FakeList list, const char *path, const char *key);

/* Name the row of a table that is being tested; @text may be NULL and any bytes. */
void say_row(size_t row, const char *text);

/* What a callback leaves for the thread that waits for it. */
typedef struct Wait {
	GMutex lock;
	GCond cond;
	unsigned done; /* callbacks so far */
	void *result;  /* the last one's */
	GError *error; /* the last one's */
	char *job;
	char **ids;
	GThread *thread; /* the callback's */
} Wait;

void wait_init(Wait *wait);
void wait_clear(Wait *wait);
void wait_for(Wait *wait, unsigned n);
void wait_listed(GPtrArray *items, const GError *error, void *data); /* EcsListDone */
void wait_changed(const EcsAccepted *accepted, const GError *error, void *data);
void wait_object(void *object, const GError *error, void *data);

#define assert_error(w, c) g_assert_error((w)->error, ECS_ERROR, (gint)ECS_ERROR_##c)
