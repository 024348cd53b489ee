/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/server.h"
#include "tests/unit/fake-cloud.h"

typedef void (*Start)(EcsScope *scope, Wait *wait);

#define START(name, ...)                                                                           \
	static void name(EcsScope *scope, Wait *wait)                                              \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

START(resize, ecs_server_resize(scope, "s1", "f\"2", false, NULL, wait_changed, wait))
START(verify, ecs_server_resize(scope, "s1", "f2", true, NULL, wait_changed, wait))
START(confirm, ecs_server_resize_end(scope, "s1", true, NULL, wait_changed, wait))
START(revert, ecs_server_resize_end(scope, "s1", false, NULL, wait_changed, wait))
START(rebuild, ecs_server_rebuild(scope, "s1", "i1", NULL, wait_changed, wait))
START(change, EcsOsSpec spec = { "i1", "k", NULL };
      ecs_server_replace_os(scope, "s1", &spec, NULL, wait_changed, wait))
START(reinstall, EcsOsSpec spec = { NULL, "k", "u1" };
      ecs_server_replace_os(scope, "s1", &spec, NULL, wait_changed, wait))
START(plain, EcsOsSpec spec = { "", "", "" };
      ecs_server_replace_os(scope, "s1", &spec, NULL, wait_changed, wait))
START(migrate, ecs_server_migrate(scope, "s1", "h1", NULL, wait_changed, wait))
START(pool, ecs_server_migrate(scope, "s1", "", NULL, wait_changed, wait))
START(monitor, ecs_server_monitor(scope, "s1", NULL, wait_changed, wait))
START(recovery, ecs_server_recovery_set(scope, "s1", false, NULL, wait_changed, wait))
START(clear, ecs_server_password_clear(scope, "s1", NULL, wait_changed, wait))
START(join_group, ecs_server_group_change(scope, "s1", "g1", true, NULL, wait_changed, wait))
START(leave_group, ecs_server_group_change(scope, "s1", "g1", false, NULL, wait_changed, wait))

/* Answered as the reference's examples are. */
static const struct {
	const char *name;
	Start start;
	const char *line; /* {p}: the project */
	const char *body;
	int status;
	const char *answer;
} rows[] = {
	{ "resize", resize, "POST /eu-de/ecs/v1/{p}/cloudservers/s1/resize",
	  "{\"resize\":{\"flavorRef\":\"f\\\"2\"}}", 200, "{\"job_id\":\"j1\"}" },
	{ "resize, to be confirmed", verify, "POST /eu-de/ecs/v2.1/{p}/servers/s1/action",
	  "{\"resize\":{\"flavorRef\":\"f2\"}}", 202, NULL },
	{ "confirm", confirm, "POST /eu-de/ecs/v2.1/{p}/servers/s1/action",
	  "{\"confirmResize\":null}", 204, NULL },
	{ "revert", revert, "POST /eu-de/ecs/v2.1/{p}/servers/s1/action", "{\"revertResize\":null}",
	  202, NULL },
	{ "rebuild", rebuild, "POST /eu-de/ecs/v2.1/{p}/servers/s1/action",
	  "{\"rebuild\":{\"imageRef\":\"i1\"}}", 202,
	  "{\"server\":{\"id\":\"s1\",\"adminPass\":\"x\",\"status\":\"REBUILD\"}}" },
	{ "change the system", change, "POST /eu-de/ecs/v2/{p}/cloudservers/s1/changeos",
	  "{\"os-change\":{\"imageid\":\"i1\",\"keyname\":\"k\",\"mode\":\"withStopServer\"}}", 200,
	  "{\"job_id\":\"j1\"}" },
	{ "reinstall", reinstall, "POST /eu-de/ecs/v2/{p}/cloudservers/s1/reinstallos",
	  "{\"os-reinstall\":{\"keyname\":\"k\",\"userid\":\"u1\",\"mode\":\"withStopServer\"}}",
	  200, "{\"job_id\":\"j1\"}" },
	{ "reinstall without a key", plain, "POST /eu-de/ecs/v2/{p}/cloudservers/s1/reinstallos",
	  "{\"os-reinstall\":{\"mode\":\"withStopServer\"}}", 200, "{\"job_id\":\"j1\"}" },
	{ "migrate", migrate, "POST /eu-de/ecs/v1/{p}/cloudservers/s1/migrate",
	  "{\"migrate\":{\"dedicated_host_id\":\"h1\"}}", 200, "{\"job_id\":\"j1\"}" },
	{ "migrate to the pool", pool, "POST /eu-de/ecs/v1/{p}/cloudservers/s1/migrate",
	  "{\"migrate\":null}", 200, "{\"job_id\":\"j1\"}" },
	{ "monitor", monitor, "POST /eu-de/ecs/v1.0/servers/s1/action", "{\"monitorMetrics\":\"\"}",
	  200, NULL },
	{ "recovery", recovery, "PUT /eu-de/ecs/v1/{p}/cloudservers/s1/autorecovery",
	  "{\"support_auto_recovery\":\"false\"}", 204, NULL },
	{ "password", clear, "DELETE /eu-de/ecs/v2.1/{p}/servers/s1/os-server-password", "", 204,
	  NULL },
	{ "join a group", join_group,
	  "POST /eu-de/ecs/v1/{p}/cloudservers/os-server-groups/g1/action",
	  "{\"add_member\":{\"instance_uuid\":\"s1\"}}", 200, NULL },
	{ "leave a group", leave_group,
	  "POST /eu-de/ecs/v1/{p}/cloudservers/os-server-groups/g1/action",
	  "{\"remove_member\":{\"instance_uuid\":\"s1\"}}", 200, NULL },
};

static size_t row; /* that is being sent */

static void answer_row(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/ecs/"))
		return;
	answer->status = rows[row].status;
	answer->body = g_strdup(rows[row].answer);
}

static void test_rows(void)
{
	FakeCloud *cloud = fake_cloud_new(answer_row, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	for (row = 0; row < G_N_ELEMENTS(rows); row++) {
		GString *line = g_string_new(rows[row].line);
		g_string_replace(line, "{p}", "0123456789abcdef", 1);
		Wait wait;
		wait_init(&wait);
		say_row(row, rows[row].name);
		rows[row].start(scope, &wait);
		wait_for(&wait, 1);
		g_assert_no_error(wait.error);
		bool job = rows[row].answer && strstr(rows[row].answer, "job_id");
		g_assert_cmpstr(wait.job, ==, job ? "j1" : "");
		g_autofree char *body = fake_cloud_body(cloud, line->str);
		g_assert_cmpstr(body, ==, rows[row].body);
		wait_clear(&wait);
		g_string_free(line, TRUE);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void answer_empty(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (!strstr(request->path, "/ecs/"))
		return;
	answer->status = 202;
	answer->body = g_strdup("{}");
}

/* What starts a job names it; and there is no server without an id. */
static void test_wrong(void)
{
	FakeCloud *cloud = fake_cloud_new(answer_empty, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	resize(scope, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, BAD_REPLY);
	ecs_server_resize(scope, "", "f", false, NULL, wait_changed, &wait);
	wait_for(&wait, 2);
	assert_error(&wait, INVALID);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST /eu-de/ecs"), ==, 1);
	wait_clear(&wait);
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server_action/rows", test_rows);
	g_test_add_func("/server_action/wrong", test_wrong);
	return g_test_run();
}
