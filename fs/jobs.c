/* SPDX-License-Identifier: MIT */
#include "fs/jobs.h"

#include <string.h>

#include "client/job.h"
#include "fs/bound.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/view.h"
#include "fs/wait.h"

static const EcsfsKind job_kind;

static const char *job_id(const void *item)
{
	return ((const EcsJob *)item)->id;
}

static int64_t job_updated(const void *item)
{
	const EcsJob *job = item;

	return job->end != 0 ? job->end : job->begin;
}

static bool job_in_flux(const void *item)
{
	const EcsJob *job = item;

	return strcmp(job->status, "SUCCESS") != 0 && strcmp(job->status, "FAIL") != 0;
}

static void job_got(EcsJob *job, const GError *error, void *data)
{
	ecsfs_fetch_item(data, job, error);
}

static void job_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_job_get(scope, id, NULL, job_got, fetch);
}

static const EcsfsClass jobs_class = {
	.name = "jobs",
	.kind = &job_kind,
	.most = JOBS_MAX,
	.get = job_get,
	.id = job_id,
	.json = ECSFS_JSON(ecs_job_json),
	.updated = job_updated,
	.status = STRING_AT(EcsJob, status),
	.fault = STRING_AT(EcsJob, reason),
	.in_flux = job_in_flux,
	.unref = (void (*)(void *))ecs_job_unref,
};

void ecsfs_jobs_know(EcsfsFs *fs, EcsScope *scope, const char *id)
{
	ecsfs_collection_promise(ecsfs_cache_collection(fs->cache, &jobs_class, scope), id, NULL,
				 NULL);
}

static EcsfsCollection *jobs_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &jobs_class, ecsfs_view_scope(view));
}

static void failure(GString *out, const char *code, const char *reason)
{
	g_autofree char *line = g_strconcat(code, *code != '\0' ? " " : "", reason, NULL);

	ecsfs_value(out, line);
}

static void entities(GString *out, const EcsPair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		g_autofree char *line = g_strdup_printf("%s %s", pairs[i].key, pairs[i].value);
		ecsfs_value(out, line);
	}
}

static bool error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsJob *job = view->item;

	failure(out, job->error_code, job->reason);
	return true;
}

static bool entities_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsJob *job = view->item;

	entities(out, job->entities, job->n_entities);
	return true;
}

static bool progress_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsJob *job = view->item;

	if (job->progress >= 0)
		g_string_append_printf(out, "%d\n", job->progress);
	return true;
}

/* Returns: the sub-job @id of the job; NULL: there is none (any more). */
static const EcsSubJob *find_sub_job(const EcsfsView *view, const char *id)
{
	const EcsJob *job = view->item;

	for (size_t i = 0; id != NULL && i < job->n_sub_jobs; i++)
		if (strcmp(job->sub_jobs[i].id, id) == 0)
			return &job->sub_jobs[i];
	return NULL;
}

/* The row's member of the sub-job that the view is in. */
#define SUB_FIELD(type, sub_job, attr)                                                             \
	(*(const type *)(const void *)((const char *)(sub_job) + (attr)->field))

static bool sub_string_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubJob *sub_job = find_sub_job(view, view->key);

	if (sub_job != NULL)
		ecsfs_value(out, SUB_FIELD(char *, sub_job, attr));
	return true;
}

static bool sub_time_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubJob *sub_job = find_sub_job(view, view->key);

	if (sub_job == NULL || SUB_FIELD(int64_t, sub_job, attr) == 0)
		return true;
	ecsfs_iso8601(out, SUB_FIELD(int64_t, sub_job, attr));
	g_string_append_c(out, '\n');
	return true;
}

static bool sub_error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubJob *sub_job = find_sub_job(view, view->key);

	if (sub_job != NULL)
		failure(out, sub_job->error_code, sub_job->reason);
	return true;
}

static bool sub_entities_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsSubJob *sub_job = find_sub_job(view, view->key);

	if (sub_job != NULL)
		entities(out, sub_job->entities, sub_job->n_entities);
	return true;
}

static const EcsfsAttr sub_job_attrs[] = {
	{ "begin", 0444, sub_time_show, .field = INT64_AT(EcsSubJob, begin),
	  .help = "when it began, ISO 8601 UTC" },
	{ "end", 0444, sub_time_show, .field = INT64_AT(EcsSubJob, end),
	  .help = "when it ended; empty: it has not" },
	{ "entities", 0444, sub_entities_show, .help = "what it works on: `key id`, one a line" },
	{ "error", 0444, sub_error_show,
	  .help = "code and reason of its failure; empty: it did not fail" },
	{ "id", 0444, sub_string_show, .field = STRING_AT(EcsSubJob, id), .help = "id" },
	{ "status", 0444, sub_string_show, .field = STRING_AT(EcsSubJob, status),
	  .help = "INIT, RUNNING, SUCCESS or FAIL" },
	{ "type", 0444, sub_string_show, .field = STRING_AT(EcsSubJob, type),
	  .help = "what is done, such as createSingleServer" },
	{}
};

static const EcsfsKind sub_job_kind = {
	.name = "<sub_job>",
	.help = "a part of the job, by id",
	.attrs = sub_job_attrs,
};

static bool sub_jobs_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *id = ecsfs_name_unescape(name);
	const EcsSubJob *sub_job = find_sub_job(view, id);

	if (sub_job != NULL)
		*entry = (EcsfsEntry){ .name = name, .kind = &sub_job_kind, .id = sub_job->id };
	return true;
}

static bool sub_jobs_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsJob *job = view->item;

	for (size_t i = 0; i < job->n_sub_jobs; i++) {
		const char *id = job->sub_jobs[i].id;
		g_autofree char *name = ecsfs_name_escape(id, id);
		if (*id != '\0' && find_sub_job(view, id) == &job->sub_jobs[i])
			emit(&(EcsfsEntry){ .name = name, .kind = &sub_job_kind, .id = id }, data);
	}
	return true;
}

static const EcsfsKind sub_jobs_kind = {
	.name = "sub_jobs",
	.entry = &sub_job_kind,
	.find = sub_jobs_find,
	.list = sub_jobs_list,
};

static const EcsfsChild job_children[] = { { "sub_jobs", &sub_jobs_kind, "its parts" },
					   ECSFS_WAIT_CHILD,
					   {} };

static const EcsfsAttr job_attrs[] = {
	{ "begin", 0444, SHOW_TIME(EcsJob, begin), .help = "when it began, ISO 8601 UTC" },
	{ "end", 0444, SHOW_TIME(EcsJob, end), .help = "when it ended; empty: it has not" },
	{ "entities", 0444, entities_show, .help = "what it works on: `key id`, one a line" },
	{ "error", 0444, error_show,
	  .help = "code and reason of its failure; empty: it did not fail" },
	{ "id", 0444, SHOW_STRING(EcsJob, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "progress", 0444, progress_show,
	  .help = "percent done; empty: the service does not tell" },
	{ "service", 0444, SHOW_STRING(EcsJob, service),
	  .help = "that does it: ecs, evs (disks), image or bms" },
	{ "status", 0444, SHOW_STRING(EcsJob, status), .help = "INIT, RUNNING, SUCCESS or FAIL" },
	{ "type", 0444, SHOW_STRING(EcsJob, type), .help = "what is done, such as createServer" },
	{}
};

static const EcsfsKind job_kind = {
	.name = "<job>",
	.help = "a job of the cloud",
	.attrs = job_attrs,
	.children = job_children,
};

const EcsfsKind ecsfs_jobs = {
	.name = "jobs",
	.entry = &job_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = jobs_collection,
};
