/* SPDX-License-Identifier: MIT */
#include "client/job.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "client/call.h"
#include "client/core.h"
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

static const EcsJsonField sub_fields[] = {
	{ "job_id", ECS_JSON_STRING, ECS_JSON_AT(EcsSubJob, id) },
	{ "job_type", ECS_JSON_STRING, ECS_JSON_AT(EcsSubJob, type) },
	{ "status", ECS_JSON_STRING, ECS_JSON_AT(EcsSubJob, status) },
	{ "begin_time", ECS_JSON_TIME, ECS_JSON_AT(EcsSubJob, begin) },
	{ "end_time", ECS_JSON_TIME, ECS_JSON_AT(EcsSubJob, end) },
	{ "error_code", ECS_JSON_STRING, ECS_JSON_AT(EcsSubJob, error_code) },
	{ "fail_reason", ECS_JSON_STRING, ECS_JSON_AT(EcsSubJob, reason) },
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

static size_t add_entities(const EcsPair **slot, const GArray *found, EcsBuilder *builder)
{
	EcsPair *pairs = ecs_builder_array(builder, slot, found->len, sizeof(EcsPair));
	for (unsigned i = 0; i < found->len; i++) {
		const EcsPair *pair = &g_array_index(found, EcsPair, i);
		ecs_builder_string(builder, &pairs[i].key, pair->key, strlen(pair->key));
		ecs_builder_string(builder, &pairs[i].value, pair->value, strlen(pair->value));
	}
	return found->len;
}

static void set_text(EcsBuilder *builder, const char **slot, const char *text)
{
	if (*text)
		ecs_builder_string(builder, slot, text, ECS_JSON_STRING_MAX);
}

/* The parent says "a sub-job failed"; the sub-job says why. */
static void take_failure(EcsJob *job, const EcsSubJob *sub_job, EcsBuilder *builder)
{
	g_autofree char *code = g_strdup(sub_job->error_code);
	g_autofree char *reason = g_strdup(sub_job->reason);
	set_text(builder, &job->error_code, code);
	set_text(builder, &job->reason, reason);
}

/* Returns: whether it is one. */
static bool decode_sub_job(EcsSubJob *sub_job, const cJSON *json, EcsBuilder *builder)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(EcsPair));
	const cJSON *entities = cJSON_GetObjectItemCaseSensitive(json, "entities");
	if (!ecs_json_decode(json, sub_fields, sub_job, builder))
		return false;
	if (!*sub_job->reason)
		set_text(builder, &sub_job->reason,
			 ecs_json_get_text(entities, "errorcode_message"));
	collect_entities(entities, found);
	sub_job->n_entities = add_entities(&sub_job->entities, found, builder);
	return true;
}

static void decode_sub_jobs(EcsJob *job, const cJSON *sub_jobs, EcsBuilder *builder)
{
	int n = cJSON_IsArray(sub_jobs) ? cJSON_GetArraySize(sub_jobs) : 0;
	EcsSubJob *all = ecs_builder_array(builder, &job->sub_jobs, (size_t)MIN(n, ENTITIES_MAX),
					   sizeof(EcsSubJob));
	bool failed = false;
	const cJSON *json;
	cJSON_ArrayForEach (json, sub_jobs) {
		if (job->n_sub_jobs == ENTITIES_MAX || !all)
			break;
		EcsSubJob *sub_job = &all[job->n_sub_jobs];
		if (!decode_sub_job(sub_job, json, builder))
			continue;
		job->n_sub_jobs++;
		if (!failed && strcmp(sub_job->status, "FAIL") == 0) {
			failed = true;
			take_failure(job, sub_job, builder);
		}
	}
}

/* What is worked on: the job's own, that of a shared image, and the sub-jobs'. */
static void decode_entities(EcsJob *job, const cJSON *json, EcsBuilder *builder)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(EcsPair));
	const cJSON *entities = cJSON_GetObjectItemCaseSensitive(json, "entities");
	const cJSON *part, *sub_jobs = cJSON_GetObjectItemCaseSensitive(entities, "sub_jobs");
	int64_t progress;
	if (!sub_jobs) /* IMS reference, "Querying an Asynchronous Job" */
		sub_jobs = cJSON_GetObjectItemCaseSensitive(entities, "sub_jobs_result");
	collect_entities(entities, found);
	cJSON_ArrayForEach (part, cJSON_GetObjectItemCaseSensitive(entities, "results"))
		collect_entities(part, found);
	cJSON_ArrayForEach (part, sub_jobs)
		collect_entities(cJSON_GetObjectItemCaseSensitive(part, "entities"), found);
	job->n_entities = add_entities(&job->entities, found, builder);
	job->progress = -1;
	if (ecs_json_number(cJSON_GetObjectItemCaseSensitive(entities, "process_percent"),
			    &progress))
		job->progress = (int)CLAMP(progress, 0, 100);
	decode_sub_jobs(job, sub_jobs, builder);
}

static EcsJob *decode(const EcsJson *json, const char *service)
{
	g_autoptr(EcsBuilder) builder = ecs_builder_new(NULL);
	EcsJob *job = ecs_builder_begin(builder, sizeof(EcsJob));
	if (!ecs_json_decode(json, fields, job, builder))
		return NULL;
	ecs_builder_string(builder, &job->service, service, strlen(service));
	decode_entities(job, json, builder);
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

/* Where a job may be that this client has not started, in that order. */
static const char *const services[] = { "ecs", "evs", "image", "bms" };

typedef struct {
	EcsScope *scope;
	GCancellable *cancellable; /* counted; or NULL */
	char *id;
	size_t next;   /* of services; past the end: the last one is being asked */
	GError *error; /* NULL: nobody has said anything but "there is no such job" */
	EcsJobDone done;
	void *data;
} Get;

static void replied(const EcsReply *reply, const GError *error, void *data);

static void ask(Get *get, const char *service)
{
	g_autofree char *escaped = g_uri_escape_string(get->id, NULL, FALSE);
	EcsCallSpec spec = { .object = g_strdup_printf("job %s", get->id) };
	spec.route[ECS_DIALECT_NATIVE] =
		(EcsRoute){ service, "GET", g_strconcat("/v1/{p}/jobs/", escaped, NULL), NULL };
	ecs_call_start(get->scope, spec, get->cancellable, replied, get);
}

static void finish(Get *get, EcsJob *job, const GError *error)
{
	get->done(job, error, get->data);
	g_clear_object(&get->cancellable);
	g_clear_error(&get->error);
	g_free(get->id);
	g_free(get);
}

/* Returns: whether another service may have it: this one does not know it, has no jobs, is not in
 * the region, or does not talk to us. */
static bool is_elsewhere(const GError *error)
{
	return error->code == ECS_ERROR_NOT_FOUND || error->code == ECS_ERROR_NOT_SUPPORTED ||
	       error->code == ECS_ERROR_FORBIDDEN;
}

static void refused(Get *get, const GError *error)
{
	bool last = get->next >= G_N_ELEMENTS(services);
	if (!is_elsewhere(error)) {
		finish(get, NULL, error);
		return;
	}
	/* "No such job", rather than that one of the services is not there. */
	if (!get->error ||
	    (get->error->code != ECS_ERROR_NOT_FOUND && error->code != ECS_ERROR_NOT_SUPPORTED)) {
		g_clear_error(&get->error);
		get->error = g_error_copy(error);
	}
	if (last)
		finish(get, NULL, get->error);
	else
		ask(get, services[get->next++]);
}

static void replied(const EcsReply *reply, const GError *error, void *data)
{
	Get *get = data;
	if (error) {
		refused(get, error);
		return;
	}
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(reply->body, reply->body_len, &wrong);
	EcsJob *job = json ? decode(json, reply->service) : NULL;
	if (json && !job)
		g_set_error(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
			    "the answer is not usable: it has no job");
	if (job)
		ecs_client_job_started(ecs_scope_client(get->scope), get->id, reply->service);
	finish(get, job, wrong);
}

void ecs_job_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsJobDone done,
		 void *data)
{
	Get *get = g_new0(Get, 1);
	get->scope = scope;
	get->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	get->id = g_strdup(id);
	get->done = done;
	get->data = data;
	const char *service = ecs_client_job_service(ecs_scope_client(scope), id);
	if (!*id) {
		ecs_call_refuse(scope, cancellable, replied, get, ECS_ERROR_INVALID, "no job id");
		return;
	}
	get->next = service ? G_N_ELEMENTS(services) : 1;
	ask(get, service ? service : services[0]);
}
