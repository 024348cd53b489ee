/* SPDX-License-Identifier: MIT */
#include "client/job.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/call.h"
#include "client/json.h"
#include "client/object.h"

#define AT(member) ECS_JSON_AT(EcsJob, member)
/* One sub-job per server of a batch of 1000, a few entities each. */
#define ENTITIES_MAX 10000

/* ECS reference, "Querying Task Execution Status". */
static const EcsJsonField fields[] = {
	{ "job_id", ECS_JSON_STRING, AT(id), .required = true },
	{ "job_type", ECS_JSON_STRING, AT(type) },
	{ "status", ECS_JSON_STRING, AT(status), .required = true },
	{ "begin_time", ECS_JSON_TIME, AT(begin) },
	{ "end_time", ECS_JSON_TIME, AT(end) },
	{ "error_code", ECS_JSON_STRING, AT(error_code) },
	{ "fail_reason", ECS_JSON_STRING, AT(reason) },
	{},
};

/* Members of "entities" that are no objects of the cloud. */
static const char *const no_entities[] = { "sub_jobs_total", "errorcode_message", NULL };

static void collect_entities(const cJSON *entities, GArray *found)
{
	const cJSON *member;
	if (!cJSON_IsObject(entities))
		return;
	cJSON_ArrayForEach (member, entities)
		if (cJSON_IsString(member) && *member->valuestring && found->len < ENTITIES_MAX &&
		    !g_strv_contains(no_entities, member->string)) {
			EcsPair pair = { member->string, member->valuestring };
			g_array_append_val(found, pair);
		}
}

static void add_entities(EcsJob *job, const GArray *found, EcsBuilder *builder)
{
	EcsPair *pairs = ecs_builder_array(builder, &job->entities, found->len, sizeof(EcsPair));
	for (unsigned i = 0; i < found->len; i++) {
		const EcsPair *pair = &g_array_index(found, EcsPair, i);
		ecs_builder_string(builder, &pairs[i].key, pair->key, strlen(pair->key));
		ecs_builder_string(builder, &pairs[i].value, pair->value, strlen(pair->value));
	}
	job->n_entities = found->len;
}

static void set_text(EcsBuilder *builder, const char **slot, const char *text)
{
	if (*text)
		ecs_builder_string(builder, slot, text, ECS_JSON_STRING_MAX);
}

/* The parent says "a sub-job failed"; the sub-job says why. */
static void take_failure(EcsJob *job, const cJSON *sub_job, EcsBuilder *builder)
{
	const cJSON *entities = cJSON_GetObjectItemCaseSensitive(sub_job, "entities");
	const char *code = ecs_json_get_text(sub_job, "error_code");
	const char *reason = ecs_json_get_text(sub_job, "fail_reason");
	const char *cause = ecs_json_get_text(entities, "errorcode_message");
	set_text(builder, &job->error_code, code);
	set_text(builder, &job->reason, *reason ? reason : cause);
}

static void decode_sub_jobs(EcsJob *job, const cJSON *json, EcsBuilder *builder)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(EcsPair));
	const cJSON *entities = cJSON_GetObjectItemCaseSensitive(json, "entities");
	const cJSON *sub_job, *sub_jobs = cJSON_GetObjectItemCaseSensitive(entities, "sub_jobs");
	bool failed = false;
	collect_entities(entities, found);
	cJSON_ArrayForEach (sub_job, sub_jobs) {
		collect_entities(cJSON_GetObjectItemCaseSensitive(sub_job, "entities"), found);
		if (!failed && strcmp(ecs_json_get_text(sub_job, "status"), "FAIL") == 0) {
			failed = true;
			take_failure(job, sub_job, builder);
		}
	}
	add_entities(job, found, builder);
}

static EcsJob *decode(const EcsJson *json)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	EcsJob *job = ecs_builder_begin(builder, sizeof(EcsJob));
	if (!ecs_json_decode(json, fields, job, builder))
		return NULL;
	decode_sub_jobs(job, json, builder);
	g_autofree char *raw = ecs_json_compact(json);
	return raw ? ecs_builder_finish(builder, raw) : NULL;
}

EcsJob *ecs_job_ref(EcsJob *job)
{
	return ecs_object_ref(job);
}

void ecs_job_unref(EcsJob *job)
{
	ecs_object_unref(job);
}

void ecs_job_json(const EcsJob *job, GString *out)
{
	ecs_object_json(job, out);
}

typedef struct {
	EcsJobDone done;
	void *data;
} Get;

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Get *get = data;
	if (error) {
		get->done(NULL, error, get->data);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	EcsJob *job = json ? decode(json) : NULL;
	if (json && !job)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no job");
	get->done(job, wrong, get->data);
}

void ecs_job_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsJobDone done,
		 void *data)
{
	Get *get = g_new(Get, 1);
	*get = (Get){ done, data };
	if (!*id) {
		ecs_call_refuse(scope, cancellable, replied, get, ECS_ERROR_INVALID, "no job id");
		return;
	}
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	EcsCallSpec spec = { .object = g_strdup_printf("job %s", id) };
	spec.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ "ecs", "GET", g_strconcat("/v1/{p}/jobs/", escaped, NULL), NULL };
	ecs_call_start(scope, spec, cancellable, replied, get);
}
