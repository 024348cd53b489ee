#include "contrib/sandbox/idempotence.h"

#include <string.h>

#define TOKEN_LIMIT 64 /* longer ones are ignored: the real ones are UUIDs */

static GHashTable *answers; /* "project token" -> body, both owned */

static char *answer_key(const Request *req)
{
	const char *token = request_header(req, "x-client-token");

	if (!token || !*token || strlen(token) > TOKEN_LIMIT)
		return NULL;
	return g_strdup_printf("%s %s", req->project->id, token);
}

bool idempotence_replay(Request *req)
{
	g_autofree char *key = answer_key(req);
	const char *body = key && answers ? g_hash_table_lookup(answers, key) : NULL;

	if (!body)
		return false;
	reply(req, 200, "%p", body);
	return true;
}

void idempotence_keep(const Request *req)
{
	char *key = req->status == 200 ? answer_key(req) : NULL;

	if (!key)
		return;
	if (!answers)
		answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_insert(answers, key, g_strdup(req->out->str));
}

void idempotence_clear(void)
{
	g_clear_pointer(&answers, g_hash_table_unref);
}
