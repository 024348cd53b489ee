#include "contrib/sandbox/job.h"

#include <string.h>

#define CLOSE_TIME (50 * MSEC) /* and ends that long after its last part */

typedef struct {
	char id[33];
	char entity[37];
	int64_t begin, shown, end;
	const char *code;
	char *reason;
} Part;

struct Job {
	char id[33];
	const Project *project;
	const char *type, *sub_type;
	const char *service, *key;
	const char *name_key; /* NULL: no name */
	char *name;
	int64_t begin, end;
	bool failed;
	GPtrArray *parts;
};

static GHashTable *jobs; /* id -> Job, owned */

static void part_free(gpointer data)
{
	Part *part = data;

	g_free(part->reason);
	g_free(part);
}

static void job_free(gpointer data)
{
	Job *job = data;

	g_ptr_array_unref(job->parts);
	g_free(job->name);
	g_free(job);
}

Job *job_new(const Project *project, const char *type, const char *sub_type)
{
	Job *job = g_new0(Job, 1);

	if (!jobs)
		jobs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
	*job = (Job){
		.project = project,
		.type = type,
		.sub_type = sub_type,
		.service = "ecs",
		.key = "server_id",
		.begin = clock_now() + world.options.job_ms * MSEC,
		.parts = g_ptr_array_new_with_free_func(part_free),
	};
	job->end = job->begin;
	g_strlcpy(job->id, world_hex(32), sizeof job->id);
	g_hash_table_insert(jobs, job->id, job);
	return job;
}

void job_add(Job *job, const char *entity, int64_t shown, int64_t end, const char *code,
	     const char *reason)
{
	Part *part = g_new0(Part, 1);

	*part = (Part){
		.begin = job->begin,
		.shown = MAX(shown, job->begin),
		.end = MAX(end, job->begin),
		.code = code,
		.reason = g_strdup(reason),
	};
	g_strlcpy(part->id, world_hex(32), sizeof part->id);
	g_strlcpy(part->entity, entity, sizeof part->entity);
	g_ptr_array_add(job->parts, part);
	job->failed |= code != NULL;
	job->end = MAX(job->end, part->end + (job->sub_type ? CLOSE_TIME : 0));
}

void job_of(Job *job, const char *service, const char *entity)
{
	job->service = service;
	job->key = entity;
}

void job_name(Job *job, const char *key, const char *name)
{
	g_free(job->name);
	job->name_key = key;
	job->name = g_strdup(name);
}

const char *job_id(const Job *job)
{
	return job->id;
}

const Job *job_find(const Project *project, const char *service, const char *id)
{
	const Job *job = jobs ? g_hash_table_lookup(jobs, id) : NULL;

	return job && job->project == project && strcmp(job->service, service) == 0 ? job : NULL;
}

static void part_entities(GString *out, const Job *job, const Part *part, int64_t now)
{
	if (part->code && now >= part->end)
		json_write(out, "{'errorcode_message':%s}", part->code);
	else if (!part->code && now >= part->shown && job->name)
		json_write(out, "{%s:%s,%s:%s}", job->name_key, job->name, job->key, part->entity);
	else if (!part->code && now >= part->shown)
		json_write(out, "{%s:%s}", job->key, part->entity);
	else
		json_write(out, "{}");
}

static void part_write(GString *out, const Job *job, const Part *part, int64_t now)
{
	bool over = now >= part->end;
	const char *status = over ? part->code ? "FAIL" : "SUCCESS" : "RUNNING";

	json_comma(out);
	json_write(out, "{'status':%s,'entities':", status);
	part_entities(out, job, part, now);
	json_write(out, ",'job_id':%s,'job_type':%s,'begin_time':%s,'end_time':%s,", part->id,
		   job->sub_type, time_ms_z(part->begin), over ? time_ms_z(part->end) : "");
	json_write(out, "'error_code':%s,'fail_reason':%s}", over ? part->code : NULL,
		   over && part->code ? part->reason : NULL);
}

static void job_entities(GString *out, const Job *job, int64_t now)
{
	if (now < job->begin) {
		json_write(out, "{}");
		return;
	}
	if (!job->sub_type) {
		part_entities(out, job, job->parts->pdata[0], now);
		return;
	}
	json_write(out, "{'sub_jobs_total':%d,'sub_jobs':[", (int)job->parts->len);
	for (unsigned i = 0; i < job->parts->len; i++)
		part_write(out, job, job->parts->pdata[i], now);
	json_write(out, "]}");
}

void job_write(GString *out, const Job *job, int64_t now)
{
	bool over = now >= job->end;
	const char *status = now < job->begin ? "INIT"
			     : !over	      ? "RUNNING"
			     : job->failed    ? "FAIL"
					      : "SUCCESS";
	const char *code = NULL, *reason = NULL;

	if (over && job->failed) {
		const Part *first = job->parts->pdata[0];
		code = job->sub_type ? "Common.0021" : first->code;
		reason = job->sub_type ? "Subjob fails." : first->reason;
	}
	json_write(out, "{'status':%s,'entities':", status);
	job_entities(out, job, now);
	json_write(out, ",'job_id':%s,'job_type':%s,'begin_time':%s,'end_time':%s,", job->id,
		   job->type, time_ms_z(job->begin), over ? time_ms_z(job->end) : "");
	json_write(out, "'error_code':%s,'fail_reason':%s}", code, reason);
}

void jobs_clear(void)
{
	g_clear_pointer(&jobs, g_hash_table_unref);
}
