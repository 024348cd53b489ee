/* SPDX-License-Identifier: MIT */
#include "client/job.h"

#include <string.h>

#include "client/change.h"

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/jobs/"))
		return;
	answer->status = strstr(data, "error-") ? 400 : 200;
	answer->body = g_str_has_suffix(data, ".json") ? fake_cloud_data(data) : g_strdup(data);
}

/* "type status running? code reason key=value..." or the error's code as "!N" */
static const struct {
	const char *data; /* a file of tests/data, or a body */
	const char *expected;
} jobs[] = {
	{ "ecs-job-success.json",
	  "createServer|SUCCESS|0|||server_id=bae51750-0089-41a1-9b18-5c777978ff6d" },
	{ "ecs-job-running.json",
	  "createServer|RUNNING|1|||server_id=bae51750-0089-41a1-9b18-5c777978ff6d" },
	{ "ecs-job-nic.json", "addNics|SUCCESS|0|||nic_id=04819c0a-6a07-44b6-945e-fb932071888e" },
	{ "ecs-job-fail.json",
	  "createServer|FAIL|0|Ecs.0319|Insufficient resources for this flavor. Try "
	  "another flavor." },
	{ "{\"status\":\"FAIL\",\"job_id\":\"j\",\"error_code\":\"E\",\"fail_reason\":\"R\"}",
	  "|FAIL|1|E|R" },
	{ "{\"status\":\"FAIL\",\"job_id\":\"j\",\"entities\":{\"sub_jobs\":[{\"status\":"
	  "\"SUCCESS\","
	  "\"entities\":{\"server_id\":\"a\"}},{\"status\":\"FAIL\",\"entities\":{\"server_id\":"
	  "\"b\","
	  "\"errorcode_message\":\"why\"}},{\"status\":\"FAIL\",\"error_code\":\"later\"}]}}",
	  "|FAIL|1||why|server_id=a|server_id=b" },
	{ "{\"status\":\"SUCCESS\",\"job_id\":\"j\",\"entities\":{\"sub_jobs_list\":[\"k\"],"
	  "\"sub_jobs_result\":[{\"status\":\"SUCCESS\",\"entities\":{\"image_id\":\"i\"}}]}}",
	  "|SUCCESS|1|||image_id=i" },
	{ "{\"status\":\"INIT\",\"job_id\":\"j\",\"entities\":[]}", "|INIT|1||" },
	{ "{\"status\":\"INIT\",\"job_id\":\"j\",\"entities\":{\"sub_jobs\":{\"a\":1}}}",
	  "|INIT|1||" },
	{ "{\"status\":\"INIT\"}", "!15" },
	{ "{\"job_id\":\"j\"}", "!15" },
	{ "[]", "!15" },
	{ "", "!15" },
	{ "error-job-query.json", "!1" },
};

G_STATIC_ASSERT(ECS_ERROR_NOT_FOUND == 1 && ECS_ERROR_BAD_REPLY == 15);

static void test_jobs(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
		FakeCloud *cloud = fake_cloud_new(serve, (void *)jobs[i].data);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		Wait wait;
		wait_init(&wait);
		say_row(i, jobs[i].data);
		ecs_job_get(ecs_client_scope(client, "eu-de", NULL), "j/1", NULL,
			    (EcsJobDone)wait_object, &wait);
		wait_for(&wait, 1);
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(EcsJob) job = wait.result;
		if (job)
			g_string_printf(text, "%s|%s|%d|%s|%s", job->type, job->status,
					job->end == 0, job->error_code, job->reason);
		else
			g_string_printf(text, "!%d", wait.error->code);
		for (size_t k = 0; job && k < job->n_entities; k++)
			g_string_append_printf(text, "|%s=%s", job->entities[k].key,
					       job->entities[k].value);
		g_assert_cmpstr(text->str, ==, jobs[i].expected);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

/* Sub-jobs and what other services tell. */
static const struct {
	const char *data;
	const char
		*expected; /* progress, then of each sub-job: id type status code reason entities */
} parts[] = {
	{ "ecs-job-success.json",
	  "-1\n2c9eb2c5544cbf6101544f0635672b60 createSingleServer SUCCESS   "
	  "server_id=bae51750-0089-41a1-9b18-5c777978ff6d\n" },
	{ "ecs-job-fail.json",
	  "-1\n2c9eb2c5544cbf6101544f0635672b60 createSingleServer FAIL Ecs.0319 Insufficient "
	  "resources for this flavor. Try another flavor.\n" },
	{ "evs-job-batch-success.json",
	  "-1\n21917a8d52a19b040152a9f2f2e50041 createVolume SUCCESS   "
	  "volume_id=0b549095-4937-4849-8e4c-52aa027d64f7\n"
	  "21917a8d52a19b040152a9f2f2f60042 createVolume SUCCESS   "
	  "volume_id=e7bca1a2-d3ed-434f-86f4-a1f11aa80072\n" },
	{ "ims-job-subjobs.json",
	  "-1\n9a175ac792fa12d20193003205b22be1 imsCopyVolumeToImageJob SUCCESS   "
	  "image_name=test image_id=bfb2de92-e7b9-4820-9522-416d8f2c812a\n" },
	{ "{\"status\":\"RUNNING\",\"job_id\":\"j\",\"entities\":{\"process_percent\":\"x\"}}",
	  "-1\n" },
	{ "{\"status\":\"RUNNING\",\"job_id\":\"j\",\"entities\":{\"process_percent\":47}}",
	  "47\n" },
	{ "{\"status\":\"RUNNING\",\"job_id\":\"j\",\"entities\":{\"process_percent\":4711,"
	  "\"sub_jobs\":[7,null,{},[],{\"job_id\":\"a/b\",\"entities\":[1]}]}}",
	  "100\n    \na/b    \n" },
};

static void test_parts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		FakeCloud *cloud = fake_cloud_new(serve, (void *)parts[i].data);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		Wait wait;
		wait_init(&wait);
		say_row(i, parts[i].data);
		ecs_job_get(ecs_client_scope(client, "eu-de", NULL), "j/1", NULL,
			    (EcsJobDone)wait_object, &wait);
		wait_for(&wait, 1);
		g_assert_no_error(wait.error);
		g_autoptr(EcsJob) job = wait.result;
		g_autoptr(GString) text = g_string_new(NULL);
		g_string_append_printf(text, "%d\n", job->progress);
		for (size_t k = 0; k < job->n_sub_jobs; k++) {
			const EcsSubJob *sub = &job->sub_jobs[k];
			g_string_append_printf(text, "%s %s %s %s %s", sub->id, sub->type,
					       sub->status, sub->error_code, sub->reason);
			for (size_t e = 0; e < sub->n_entities; e++)
				g_string_append_printf(text, " %s=%s", sub->entities[e].key,
						       sub->entities[e].value);
			g_string_append_c(text, '\n');
		}
		g_assert_cmpstr(text->str, ==, parts[i].expected);
		g_assert_cmpstr(job->service, ==, "ecs");
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

static void serve_images(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (strcmp(request->path, "/eu-de/ims/v2/things") == 0)
		answer->body = g_strdup("{\"job_id\":\"started\"}");
	else if (strstr(request->path, "/ims/v1/0123456789abcdef/jobs/started") ||
		 strstr(request->path, "/ecs/v1/0123456789abcdef/jobs/other"))
		answer->body = g_strdup("{\"status\":\"INIT\",\"job_id\":\"j\"}");
	else
		return;
	answer->status = 200;
}

/* A job is asked for where it was started. */
static void test_service(void)
{
	static const char *const ids[] = { "started", "other" };
	FakeCloud *cloud = fake_cloud_new(serve_images, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	EcsCallSpec spec = { .route[ECS_DIALECT_NATIVE] = { "image", "POST", g_strdup("/v2/things"),
							    NULL } };
	Wait wait;
	wait_init(&wait);
	ecs_change_start(scope, spec, true, NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	for (unsigned i = 0; i < G_N_ELEMENTS(ids); i++) {
		ecs_job_get(scope, ids[i], NULL, (EcsJobDone)wait_object, &wait);
		wait_for(&wait, i + 2);
		g_assert_no_error(wait.error);
		ecs_job_unref(wait.result);
	}
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* Which services know the job, and what the others say. */
static const struct {
	const char *id; /* a part of the path tells which service has it */
	const char *has;
	unsigned asked; /* services, the first time */
	const char *service;
	int error;
} places[] = {
	{ "in-ecs", "/ecs/", 1, "ecs", 0 },   { "in-evs", "/evs/", 2, "evs", 0 },
	{ "in-ims", "/ims/", 3, "image", 0 }, { "in-bms", "/bms/", 4, "bms", 0 },
	{ "nowhere", "/x/", 4, NULL, 1 },     { "broken", "/x/", 2, NULL, ECS_ERROR_FAILED },
};

static void serve_place(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	const char *id = strrchr(request->path, '/') + 1;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		if (strcmp(id, places[i].id) != 0)
			continue;
		bool has = strstr(request->path, places[i].has);
		bool broken = strcmp(id, "broken") == 0 && strstr(request->path, "/evs/");
		bool barred = strstr(request->path, "/ims/");
		answer->status = has ? 200 : broken ? 500 : barred ? 403 : 400;
		answer->body = g_strdup(has	 ? "{\"status\":\"INIT\",\"job_id\":\"j\"}"
					: broken ? "{}"
					: barred ? "{\"error\":{\"code\":\"IMG.0026\"}}"
						 : "{\"error\":{\"code\":\"Common.0011\"}}");
	}
}

/* A job of which nobody knows who does it is sought, once. */
static void test_places(void)
{
	FakeCloud *cloud = fake_cloud_new(serve_place, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	unsigned before = 0;
	for (unsigned i = 0; i < 2 * G_N_ELEMENTS(places); i++) {
		bool again = i % 2 && places[i / 2].service;
		ecs_job_get(scope, places[i / 2].id, NULL, (EcsJobDone)wait_object, &wait);
		wait_for(&wait, i + 1);
		unsigned asked = fake_cloud_count(cloud, "GET ");
		say_row(i, places[i / 2].id);
		g_assert_cmpuint(asked - before, ==, again ? 1 : places[i / 2].asked);
		before = asked;
		g_autoptr(EcsJob) job = wait.result;
		wait.result = NULL;
		g_assert_cmpstr(job ? job->service : NULL, ==, places[i / 2].service);
		if (!job)
			g_assert_error(wait.error, ECS_ERROR, places[i / 2].error);
	}
	wait_clear(&wait);
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/job/jobs", test_jobs);
	g_test_add_func("/job/parts", test_parts);
	g_test_add_func("/job/service", test_service);
	g_test_add_func("/job/places", test_places);
	return g_test_run();
}
