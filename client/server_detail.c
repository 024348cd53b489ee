/* SPDX-License-Identifier: MIT */
/* server_detail - what a server's own document does not tell: a call each. */
#include "client/server.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/call.h"
#include "client/json.h"
#include "client/server_call.h"

/* Nova's microversion from which on there are remote consoles. */
#define REMOTE_CONSOLES 6
/* What is asked for at most, and what is kept. ECS reference: limit of resize_flavors. */
#define TARGETS_MAX 1000
#define EVENTS_MAX 100000

typedef struct {
	EcsTextDone done;
	void *data;
	const char *object; /* member that holds the text's; NULL: it is at the top */
	const char *key;
} Text;

static void text_done(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Text *text = data;
	if (error) {
		text->done(NULL, error, text->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *object = text->object ? ecs_json_get(json, text->object) : json;
	const EcsJson *value = ecs_json_get(object, text->key);
	if (json && (!value || !(ecs_json_text(value) || cJSON_IsNull(value))))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no %s", text->key);
	const char *found = ecs_json_text(value);
	text->done(wrong ? NULL : found ? found : "", wrong, text->data);
}

/* @body: taken over. */
static void ask_text(EcsScope *scope, const char *id, const EcsServerCall *call, Text what,
		     GCancellable *cancellable)
{
	Text *text = g_memdup2(&what, sizeof(what));
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	ecs_server_route(&spec, id, call);
	ecs_call_start(scope, spec, cancellable, text_done, text);
}

void ecs_server_console_log(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsTextDone done, void *data)
{
	EcsServerCall call = { "compute", "POST", "/v2.1/{p}/servers/{id}/action",
			       g_string_new("{\"os-getConsoleOutput\":{\"length\":-1}}"), false };
	ask_text(scope, id, &call, (Text){ done, data, NULL, "output" }, cancellable);
}

void ecs_server_console_url(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsTextDone done, void *data)
{
	EcsServerCall call = {
		"compute",
		"POST",
		"/v2.1/{p}/servers/{id}/remote-consoles",
		g_string_new("{\"remote_console\":{\"protocol\":\"vnc\",\"type\":\"novnc\"}}"),
		false,
		REMOTE_CONSOLES,
		REMOTE_CONSOLES
	};
	ask_text(scope, id, &call, (Text){ done, data, "remote_console", "url" }, cancellable);
}

void ecs_server_password(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsTextDone done, void *data)
{
	EcsServerCall call = { "compute", "GET", "/v2.1/{p}/servers/{id}/os-server-password", NULL,
			       false };
	ask_text(scope, id, &call, (Text){ done, data, NULL, "password" }, cancellable);
}

void ecs_server_recovery(EcsScope *scope, const char *id, GCancellable *cancellable,
			 EcsTextDone done, void *data)
{
	EcsServerCall call = { "ecs", "GET", "/v1/{p}/cloudservers/{id}/autorecovery", NULL,
			       false };
	ask_text(scope, id, &call, (Text){ done, data, NULL, "support_auto_recovery" },
		 cancellable);
}

typedef struct {
	EcsEventsDone done;
	void *data;
} Events;

static void events_done(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Events *events = data;
	if (error) {
		events->done(NULL, 0, error, events->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *list = ecs_json_get(json, "instanceActions");
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(EcsServerEvent));
	if (json && !cJSON_IsArray(list))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no instanceActions");
	for (const EcsJson *item = ecs_json_first(list); item && found->len < EVENTS_MAX;
	     item = ecs_json_next(item)) {
		EcsServerEvent event = {
			.start = ecs_json_time(ecs_json_get_text(item, "start_time")),
			.action = ecs_json_get_text(item, "action"),
			.message = ecs_json_get_text(item, "message"),
			.request_id = ecs_json_get_text(item, "request_id"),
		};
		if (*event.action)
			g_array_append_val(found, event);
	}
	events->done(wrong ? NULL : (const EcsServerEvent *)(const void *)found->data,
		     wrong ? 0 : found->len, wrong, events->data);
}

void ecs_server_events(EcsScope *scope, const char *id, GCancellable *cancellable,
		       EcsEventsDone done, void *data)
{
	Events *events = g_new(Events, 1);
	*events = (Events){ done, data };
	EcsServerCall call = { "compute", "GET", "/v2.1/{p}/servers/{id}/os-instance-actions", NULL,
			       false };
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	ecs_server_route(&spec, id, &call);
	ecs_call_start(scope, spec, cancellable, events_done, events);
}

typedef struct {
	EcsNamesDone done;
	void *data;
} Targets;

static void targets_done(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Targets *targets = data;
	if (error) {
		targets->done(NULL, error, targets->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	const EcsJson *list = ecs_json_get(json, "flavors");
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	if (json && !cJSON_IsArray(list))
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no flavors");
	for (const EcsJson *item = ecs_json_first(list); item && names->len < TARGETS_MAX;
	     item = ecs_json_next(item))
		if (*ecs_json_get_text(item, "id"))
			g_ptr_array_add(names, (char *)ecs_json_get_text(item, "id"));
	g_ptr_array_add(names, NULL);
	targets->done(wrong ? NULL : (const char *const *)names->pdata, wrong, targets->data);
}

void ecs_server_resize_targets(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsNamesDone done, void *data)
{
	Targets *targets = g_new(Targets, 1);
	*targets = (Targets){ done, data };
	EcsServerCall call = { "ecs", "GET",
			       "/v2.1/{p}/resize_flavors?limit=1000&instance_uuid={id}", NULL,
			       false };
	EcsCallSpec spec = { .object = ecs_server_label(id) };
	ecs_server_route(&spec, id, &call);
	ecs_call_start(scope, spec, cancellable, targets_done, targets);
}
