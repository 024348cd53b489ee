/* SPDX-License-Identifier: MIT */
/*
 * calls - for the tests of services: a cloud that answers from a table, a client of it, and what it
 * was sent. To be included by one test.
 */
#pragma once

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define CALLS_PROJECT "0123456789abcdef"

/* One answer: the first row whose text the "METHOD PATH" contains. */
typedef struct {
	const char *call; /* NULL ends the table */
	int status;
	const char *body; /* a file of tests/data, or JSON; NULL: none */
} CallsAnswer;

typedef struct {
	FakeCloud *cloud;
	EcsClient *client;
	EcsScope *scope;
	Wait wait;
} Calls;

static void calls_serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	g_autofree char *call = g_strdup_printf("%s %s", request->method, request->path);

	for (const CallsAnswer *row = data; row->call != NULL; row++) {
		if (strstr(call, row->call) == NULL)
			continue;
		answer->status = row->status;
		if (row->body != NULL)
			answer->body = g_str_has_suffix(row->body, ".json")
					       ? fake_cloud_data(row->body)
					       : g_strdup(row->body);
		return;
	}
}

static void calls_begin(Calls *calls, const CallsAnswer *answers)
{
	calls->cloud = fake_cloud_new(calls_serve, (void *)answers);
	calls->client = fake_cloud_client(calls->cloud, NULL);
	calls->scope = ecs_client_scope(calls->client, "eu-de", NULL);
	wait_init(&calls->wait);
}

static void calls_end(Calls *calls)
{
	ecs_client_free(calls->client);
	fake_cloud_free(calls->cloud);
	wait_clear(&calls->wait);
}

/* Wait for the answer; the last request whose "METHOD PATH" starts with @call had @body (NULL:
 * none). */
static G_GNUC_UNUSED void calls_expect(Calls *calls, const char *call, const char *body)
{
	wait_for(&calls->wait, 1);
	g_assert_no_error(calls->wait.error);
	g_assert_cmpuint(fake_cloud_count(calls->cloud, call), ==, 1);
	g_autofree char *sent = fake_cloud_body(calls->cloud, call);
	g_assert_cmpstr(sent != NULL ? sent : "", ==, body != NULL ? body : "");
}
