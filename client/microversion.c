/* SPDX-License-Identifier: MIT */
#include "client/microversion.h"

#include <string.h>

#include "client/core.h"
#include "client/json.h"

#define UNTOLD 1
#define MINOR_MAX 9999 /* Nova is at 2.100 after ten years */

struct EcsMicroWait {
	EcsMicroDone done;
	void *data;
	GQueue *queue;
	GList link;
};

/* Who waits for one region. */
typedef struct {
	EcsClient *client;
	const char *region; /* interned */
	GQueue waits;	    /* EcsMicroWait */
} Question;

unsigned ecs_microversion_known(EcsScope *scope)
{
	g_mutex_lock(&scope->client->lock);
	unsigned minor =
		GPOINTER_TO_UINT(g_hash_table_lookup(scope->client->microversions, scope->region));
	g_mutex_unlock(&scope->client->lock);
	return minor;
}

/* "2.93" */
static unsigned parse(const char *text)
{
	char *end = NULL;
	if (!g_str_has_prefix(text, "2."))
		return 0;
	uint64_t minor = g_ascii_strtoull(text + 2, &end, 10);
	return end != text + 2 && !*end && minor <= MINOR_MAX ? (unsigned)minor : 0;
}

static unsigned told(const EcsReply *reply)
{
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, NULL);
	unsigned minor = parse(ecs_json_get_text(ecs_json_get(json, "version"), "version"));
	return minor ? minor : UNTOLD;
}

/* Whether the cloud has answered, though not with what was asked for: an old one. */
static bool is_answer(const GError *error)
{
	return error->code == ECS_ERROR_NOT_FOUND || error->code == ECS_ERROR_FORBIDDEN ||
	       error->code == ECS_ERROR_INVALID || error->code == ECS_ERROR_NOT_SUPPORTED;
}

static void answered(const EcsReply *reply, const GError *error, void *data)
{
	Question *question = data;
	EcsClient *client = question->client;
	bool known = !error || is_answer(error);
	unsigned minor = reply ? told(reply) : UNTOLD;
	if (known) {
		g_mutex_lock(&client->lock);
		g_hash_table_insert(client->microversions, (void *)question->region,
				    GUINT_TO_POINTER(minor));
		g_mutex_unlock(&client->lock);
	}
	g_hash_table_remove(client->questions, question->region);
	GList *link;
	while ((link = g_queue_pop_head_link(&question->waits))) {
		EcsMicroWait *wait = link->data;
		EcsMicroDone done = wait->done;
		void *of = wait->data;
		g_free(wait);
		done(known ? NULL : error, of);
	}
	g_free(question);
}

static Question *ask(EcsScope *scope)
{
	Question *question = g_new0(Question, 1);
	question->client = scope->client;
	question->region = scope->region;
	g_queue_init(&question->waits);
	g_hash_table_insert(scope->client->questions, (void *)scope->region, question);
	EcsCallSpec spec = { .object = g_strdup("Nova's version") };
	spec.route[ECS_DIALECT_NOVA] =
		(EcsRoute){ .service = "compute", .method = "GET", .path = g_strdup("/v2.1/") };
	ecs_call_start(scope, spec, NULL, answered, question);
	return question;
}

EcsMicroWait *ecs_microversion_wait(EcsScope *scope, EcsMicroDone done, void *data)
{
	Question *question = g_hash_table_lookup(scope->client->questions, scope->region);
	if (!question)
		question = ask(scope);
	EcsMicroWait *wait = g_new0(EcsMicroWait, 1);
	wait->done = done;
	wait->data = data;
	wait->queue = &question->waits;
	wait->link.data = wait;
	g_queue_push_tail_link(wait->queue, &wait->link);
	return wait;
}

void ecs_microversion_wait_cancel(EcsMicroWait *wait)
{
	g_queue_unlink(wait->queue, &wait->link);
	g_free(wait);
}
