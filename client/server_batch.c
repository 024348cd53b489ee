/* SPDX-License-Identifier: MIT */
/* server_batch - what is said to many servers at once: deletion and power. The ECS API takes up to
 * a thousand in a call, Nova one. */
#include "client/server.h"

#include <string.h>

#include "client/change.h"
#include "client/feature.h"
#include "client/json.h"
#include "client/server_call.h"

/* ECS reference: servers per batch call. */
#define BATCH_MAX 1000

/* One verb in both dialects. */
typedef struct {
	const char *path;   /* of the ECS API */
	const char *before; /* of its body: what comes in front of the ids, */
	const char *after;  /* and behind them */
	const char *nova;   /* method; NULL: Nova has no such thing */
	const char *nova_path, *nova_body;
} Verb;

#define ACTION "/v1/{p}/cloudservers/action"
#define NOVA_ACTION "POST", "/v2.1/{p}/servers/{id}/action"

/* Both delete_... are always said: without delete_publicip the EIP's own flag would decide. */
static const Verb delete_verb = {
	"/v1/{p}/cloudservers/delete",
	"{",
	",\"delete_publicip\":false,\"delete_volume\":false}",
	"DELETE",
	"/v2.1/{p}/servers/{id}",
	NULL,
};
static const Verb start_verb = {
	ACTION, "{\"os-start\":{", "}}", NOVA_ACTION, "{\"os-start\":null}",
};
static const Verb stop_verbs[] = {
	{ ACTION, "{\"os-stop\":{\"type\":\"SOFT\",", "}}", NOVA_ACTION, "{\"os-stop\":null}" },
	{ ACTION, "{\"os-stop\":{\"type\":\"HARD\",", "}}", NULL, NULL, NULL },
};
static const Verb reboot_verbs[] = {
	{ ACTION, "{\"reboot\":{\"type\":\"SOFT\",", "}}", NOVA_ACTION,
	  "{\"reboot\":{\"type\":\"SOFT\"}}" },
	{ ACTION, "{\"reboot\":{\"type\":\"HARD\",", "}}", NOVA_ACTION,
	  "{\"reboot\":{\"type\":\"HARD\"}}" },
};

/* "servers":[{"id":"..."},...] */
static void add_ids(GString *json, const char *const *ids)
{
	g_string_append(json, "\"servers\":[");
	for (size_t i = 0; ids[i]; i++) {
		g_string_append(json, i ? ",{\"id\":" : "{\"id\":");
		ecs_json_quote(json, ids[i]);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

static char *batch_label(const char *const *ids, size_t n)
{
	return n == 1 ? ecs_server_label(ids[0]) : g_strdup_printf("%zu servers", n);
}

static void set_native(EcsCallSpec *spec, const Verb *verb, const char *const *ids)
{
	GString *body = g_string_new(verb->before);
	add_ids(body, ids);
	g_string_append(body, verb->after);
	spec->route[ECS_DIALECT_NATIVE] = (EcsRoute){
		.service = "ecs",
		.method = "POST",
		.path = g_strdup(verb->path),
		.body = body,
	};
}

static void set_nova(EcsCallSpec *spec, const Verb *verb, const char *id)
{
	if (!verb->nova)
		return;
	spec->route[ECS_DIALECT_NOVA] = (EcsRoute){
		.service = "compute",
		.method = verb->nova,
		.path = ecs_server_path(id, verb->nova_path),
		.body = verb->nova_body ? g_string_new(verb->nova_body) : NULL,
	};
}

/* A call a server. */
typedef struct {
	EcsChangeDone done;
	void *data;
	size_t n, left, failed;
	GError *error; /* the first */
} Batch;

static void one_done(const EcsAccepted *accepted, const GError *error, void *data)
{
	static const char *const none[] = { NULL };
	Batch *batch = data;
	batch->failed += error != NULL;
	if (error && !batch->error)
		batch->error = g_error_copy(error);
	if (--batch->left)
		return;
	if (batch->error)
		g_prefix_error(&batch->error, "%zu of %zu servers failed: ", batch->failed,
			       batch->n);
	EcsAccepted all = { "", none };
	batch->done(batch->error ? NULL : &all, batch->error, batch->data);
	g_clear_error(&batch->error);
	g_free(batch);
}

static void each(EcsScope *scope, const Verb *verb, const char *const *ids, size_t n,
		 GCancellable *cancellable, EcsChangeDone done, void *data)
{
	Batch *batch = g_new(Batch, 1);
	*batch = (Batch){ done, data, n, n, 0, NULL };
	for (size_t i = 0; i < n; i++) {
		EcsCallSpec spec = { .object = ecs_server_label(ids[i]) };
		set_nova(&spec, verb, ids[i]);
		ecs_change_start(scope, spec, false, cancellable, one_done, batch);
	}
}

static void send(EcsScope *scope, const Verb *verb, const char *const *ids,
		 GCancellable *cancellable, EcsChangeDone done, void *data)
{
	size_t n = ids ? g_strv_length((char **)ids) : 0;
	if (n == 0 || n > BATCH_MAX) {
		ecs_change_refuse(scope, cancellable, done, data,
				  "%zu servers in one call; 1 to %d are allowed", n, BATCH_MAX);
		return;
	}
	if (n > 1 && !ecs_scope_has(scope, ECS_HAS_ECS)) {
		each(scope, verb, ids, n, cancellable, done, data);
		return;
	}
	EcsCallSpec spec = { .object = batch_label(ids, n) };
	set_native(&spec, verb, ids);
	set_nova(&spec, verb, ids[0]);
	ecs_change_start(scope, spec, false, cancellable, done, data);
}

void ecs_server_delete(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		       EcsChangeDone done, void *data)
{
	send(scope, &delete_verb, ids, cancellable, done, data);
}

void ecs_server_start(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		      EcsChangeDone done, void *data)
{
	send(scope, &start_verb, ids, cancellable, done, data);
}

void ecs_server_stop(EcsScope *scope, const char *const *ids, bool hard, GCancellable *cancellable,
		     EcsChangeDone done, void *data)
{
	send(scope, &stop_verbs[hard], ids, cancellable, done, data);
}

void ecs_server_reboot(EcsScope *scope, const char *const *ids, bool hard,
		       GCancellable *cancellable, EcsChangeDone done, void *data)
{
	send(scope, &reboot_verbs[hard], ids, cancellable, done, data);
}
