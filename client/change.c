/* SPDX-License-Identifier: MIT */
#include "client/change.h"

#include <stdarg.h>
#include <string.h>

#include "client/core.h"
#include "client/envelope.h"
#include "client/json.h"

/* A create promises at most 100 servers. */
#define IDS_MAX 1000
#define ID_MAX 255 /* bytes; UUIDs have 36 */

typedef struct {
	EcsScope *scope;
	EcsChangeDone done;
	void *data;
	bool must_start;
	char *object;
} Change;

static void finish(Change *change, const EcsAccepted *accepted, const GError *error)
{
	change->done(accepted, error, change->data);
	g_free(change->object);
	g_free(change);
}

/* Some APIs answer a refusal with 200: of the call, or, in "fail", of the objects that it names.
 * SYS.0202 is the one code that means yes: a dry run has passed. */
static GError *hidden_error(const Change *change, const EcsReply *reply, const EcsJson *json)
{
	g_auto(EcsEnvelope) envelope = { 0 };
	const EcsJson *failed = ecs_json_first(ecs_json_get(json, "fail"));
	g_autofree char *first = failed ? ecs_json_compact(failed) : NULL;
	if (first)
		ecs_envelope_parse(first, strlen(first), NULL, &envelope);
	else
		ecs_envelope_parse(reply->body, reply->body_len, NULL, &envelope);
	if (!first && (!strchr(envelope.code, '.') || strcmp(envelope.code, "SYS.0202") == 0))
		return NULL;
	return ecs_envelope_error(&envelope, 400, change->object, reply->request_id, true);
}

/* A page for people comes from a proxy, or a portal, that knows nothing of the change. */
static bool is_page(const EcsReply *reply)
{
	return reply->body[strspn(reply->body, " \t\r\n")] == '<';
}

static GPtrArray *promised_ids(const EcsJson *json)
{
	GPtrArray *ids = g_ptr_array_new();
	const EcsJson *id = ecs_json_first(ecs_json_get(json, "serverIds"));
	for (; id && ids->len < IDS_MAX; id = ecs_json_next(id)) {
		const char *text = ecs_json_text(id);
		if (text && *text && strlen(text) <= ID_MAX)
			g_ptr_array_add(ids, (char *)text);
	}
	g_ptr_array_add(ids, NULL);
	return ids;
}

static void accepted(Change *change, const EcsReply *reply)
{
	/* Without a body, or with "202 Accepted" in it, are successes of the Nova dialect. */
	g_autoptr(EcsJson) json =
		reply->body_len ? ecs_json_parse(reply->body, reply->body_len, NULL) : NULL;
	if (!json && is_page(reply)) {
		g_autoptr(GError) page = g_error_new(
			ECS_ERROR, ECS_ERROR_BAD_REPLY,
			"%s: the answer is an HTML page, not the API's; outcome unknown",
			change->object);
		finish(change, NULL, page);
		return;
	}
	g_autoptr(GPtrArray) ids = promised_ids(json);
	g_autoptr(GError) error = NULL;
	EcsAccepted result = { ecs_json_get_text(json, "job_id"), (const char *const *)ids->pdata };
	if (!*result.job_id && ids->len == 1) {
		error = json ? hidden_error(change, reply, json) : NULL;
		if (!error && change->must_start)
			error = g_error_new(ECS_ERROR, ECS_ERROR_BAD_REPLY,
					    "%s: the answer names neither a job nor an object; "
					    "outcome unknown",
					    change->object);
	}
	if (*result.job_id)
		ecs_client_job_started(ecs_scope_client(change->scope), result.job_id,
				       reply->service);
	finish(change, error ? NULL : &result, error);
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	if (error)
		finish(data, NULL, error);
	else
		accepted(data, reply);
}

static Change *change_new(EcsScope *scope, EcsChangeDone done, void *data, const char *object,
			  bool must_start)
{
	Change *change = g_new(Change, 1);
	*change = (Change){ scope, done, data, must_start, g_strdup(object ? object : "") };
	return change;
}

void ecs_change_start(EcsScope *scope, EcsCallSpec spec, bool must_start, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	spec.writing = true;
	ecs_call_start(scope, spec, cancellable, replied,
		       change_new(scope, done, data, spec.object, must_start));
}

void ecs_change_refuse(EcsScope *scope, GCancellable *cancellable, EcsChangeDone done, void *data,
		       const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	ecs_call_refuse(scope, cancellable, replied, change_new(scope, done, data, NULL, false),
			ECS_ERROR_INVALID, "%s", text);
}
