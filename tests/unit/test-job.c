/* SPDX-License-Identifier: MIT */
#include "client/job.h"

#include <string.h>

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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/job/jobs", test_jobs);
	return g_test_run();
}
