/* SPDX-License-Identifier: MIT */
#include "fs/jobs.h"

#include <string.h>

#include "client/job.h"
#include "fs/list.h"
#include "fs/view.h"

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
	.get = job_get,
	.id = job_id,
	.updated = job_updated,
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

static bool error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsJob *job = view->item;
	g_autofree char *line = g_strconcat(job->error_code, *job->error_code != '\0' ? " " : "",
					    job->reason, NULL);

	ecsfs_value(out, line);
	return true;
}

static bool entities_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsJob *job = view->item;

	for (size_t i = 0; i < job->n_entities; i++) {
		g_autofree char *line =
			g_strdup_printf("%s %s", job->entities[i].key, job->entities[i].value);
		ecsfs_value(out, line);
	}
	return true;
}

static bool json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecs_job_json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}

static const EcsfsAttr job_attrs[] = {
	{ "begin", 0444, SHOW_TIME(EcsJob, begin), .help = "when it began, ISO 8601 UTC" },
	{ "end", 0444, SHOW_TIME(EcsJob, end), .help = "when it ended; empty: it has not" },
	{ "entities", 0444, entities_show, .help = "what it works on: `key id`, one a line" },
	{ "error", 0444, error_show,
	  .help = "code and reason of its failure; empty: it did not fail" },
	{ "id", 0444, SHOW_STRING(EcsJob, id), .help = "id" },
	{ "json", 0444, json_show, .help = "the API's own document" },
	{ "status", 0444, SHOW_STRING(EcsJob, status), .help = "INIT, RUNNING, SUCCESS or FAIL" },
	{ "type", 0444, SHOW_STRING(EcsJob, type), .help = "what is done, such as createServer" },
	{}
};

static const EcsfsKind job_kind = {
	.name = "<job>",
	.help = "a job of the cloud",
	.attrs = job_attrs,
};

const EcsfsKind ecsfs_jobs = {
	.name = "jobs",
	.entry = &job_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = jobs_collection,
};
