/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/server.h"
#include "tests/unit/fake-cloud.h"

/* What a callback brought, as one text. */
static void got_text(const char *text, const GError *error, void *wait)
{
	wait_object(g_strdup(text), error, wait);
}

static void got_names(const char *const *names, const GError *error, void *wait)
{
	wait_object(names ? g_strjoinv(",", (char **)names) : NULL, error, wait);
}

static void got_events(const EcsServerEvent *events, size_t n, const GError *error, void *wait)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < n; i++)
		g_string_append_printf(text, "%" G_GINT64_FORMAT " %s %s %s;", events[i].start,
				       events[i].action, events[i].message, events[i].request_id);
	wait_object(g_string_free(text, error != NULL), error, wait);
}

typedef void (*Start)(EcsScope *scope, Wait *wait);

#define START(name, ...)                                                                           \
	static void name(EcsScope *scope, Wait *wait)                                              \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

START(console_log, ecs_server_console_log(scope, "s1", NULL, got_text, wait))
START(console_url, ecs_server_console_url(scope, "s1", NULL, got_text, wait))
START(password, ecs_server_password(scope, "s1", NULL, got_text, wait))
START(recovery, ecs_server_recovery(scope, "s1", NULL, got_text, wait))
START(events, ecs_server_events(scope, "s1", NULL, got_events, wait))
START(targets, ecs_server_resize_targets(scope, "s1", NULL, got_names, wait))

static const struct {
	const char *name;
	Start start;
	const char *line;
	const char *body;   /* that was sent */
	const char *answer; /* or @file */
	const char *file;
	const char *expected; /* NULL: BAD_REPLY */
} rows[] = {
	{ "console log", console_log, "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/action",
	  "{\"os-getConsoleOutput\":{\"length\":-1}}", NULL, "nova-console-output.json",
	  "FAKE CONSOLEOUTPUT\nANOTHER\nLAST LINE" },
	{ "console log, none", console_log,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/action", NULL, "{\"output\":null}",
	  NULL, "" },
	{ "console log, what a guest writes", console_log,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/action", NULL,
	  "{\"output\":\"\\u001b[31mred\\r\\n\"}", NULL, "\033[31mred\r\n" },
	{ "console log, a number", console_log,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/action", NULL, "{\"output\":7}", NULL,
	  NULL },
	{ "console log, no JSON", console_log,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/action", NULL, "{\"output\":\"", NULL,
	  NULL },
	{ "console url", console_url,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/remote-consoles",
	  "{\"remote_console\":{\"protocol\":\"vnc\",\"type\":\"novnc\"}}", NULL,
	  "nova-remote-console.json",
	  "https://nova-novncproxy.az21.dc1.domainname.com:8002/"
	  "vnc.auto.html?token=80fa7c8d-37fe-451e-8b08-bfbd9fb6a4df&lang=EN" },
	{ "console url, none", console_url,
	  "POST /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/remote-consoles", NULL,
	  "{\"remote_console\":[]}", NULL, NULL },
	{ "password", password,
	  "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-server-password", "", NULL,
	  "nova-server-password.json", "QkFTRTY0LUVOQ1JZUFRFRC1QTEFDRUhPTERFUg==" },
	{ "password, none", password,
	  "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-server-password", "",
	  "{\"password\":\"\"}", NULL, "" },
	{ "recovery", recovery, "GET /eu-de/ecs/v1/0123456789abcdef/cloudservers/s1/autorecovery",
	  "", "{\"support_auto_recovery\":\"true\"}", NULL, "true" },
	{ "events", events, "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-instance-actions",
	  "", NULL, "nova-instance-actions.json",
	  "1418727494 resize Error req-ee56c2b5-d33b-4749-ae83-09281dbbb716;"
	  "1418727476 resize Error req-23cfd57f-c58a-45cd-86a6-eab3e38f3753;" },
	{ "events, odd", events,
	  "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-instance-actions", "",
	  "{\"instanceActions\":[7,{},{\"action\":\"stop\",\"message\":null}]}", NULL,
	  "0 stop  ;" },
	{ "events, none", events,
	  "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-instance-actions", "",
	  "{\"instanceActions\":[]}", NULL, "" },
	{ "events, no list", events,
	  "GET /eu-de/ecs/v2.1/0123456789abcdef/servers/s1/os-instance-actions", "",
	  "{\"instanceActions\":{}}", NULL, NULL },
	{ "targets", targets, "GET /eu-de/ecs/v2.1/0123456789abcdef/resize_flavors?limit=1000", "",
	  NULL, "ecs-resize-flavors.json", "c3.15xlarge.2,c3.2xlarge.2" },
	{ "targets, odd", targets, "GET /eu-de/ecs/v2.1/0123456789abcdef/resize_flavors?limit=1000",
	  "", "{\"flavors\":[null,{\"id\":7},{\"id\":\"f\"}]}", NULL, "f" },
};

static size_t row; /* that is being asked */

static void answer_row(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/ecs/"))
		return;
	answer->status = 200;
	answer->body =
		rows[row].file ? fake_cloud_data(rows[row].file) : g_strdup(rows[row].answer);
}

static void test_rows(void)
{
	FakeCloud *cloud = fake_cloud_new(answer_row, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	for (row = 0; row < G_N_ELEMENTS(rows); row++) {
		Wait wait;
		wait_init(&wait);
		say_row(row, rows[row].name);
		rows[row].start(scope, &wait);
		wait_for(&wait, 1);
		g_autofree char *text = wait.result;
		if (rows[row].expected)
			g_assert_no_error(wait.error);
		else
			assert_error(&wait, BAD_REPLY);
		g_assert_cmpstr(text, ==, rows[row].expected);
		g_autofree char *body = fake_cloud_body(cloud, rows[row].line);
		if (rows[row].body)
			g_assert_cmpstr(body, ==, rows[row].body);
		wait_clear(&wait);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void refuse(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/ecs/"))
		return;
	answer->status = 409;
	answer->body = g_strdup("{\"conflictingRequest\":{\"code\":409,"
				"\"message\":\"Instance s1 is not ready\"}}");
}

static void test_refused(void)
{
	static const Start starts[] = { console_log, console_url, password,
					recovery,    events,	  targets };
	FakeCloud *cloud = fake_cloud_new(refuse, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(starts); i++) {
		Wait wait;
		wait_init(&wait);
		say_row(i, NULL);
		starts[i](scope, &wait);
		wait_for(&wait, 1);
		assert_error(&wait, BUSY);
		g_assert_null(wait.result);
		g_assert_nonnull(strstr(wait.error->message, "not ready"));
		wait_clear(&wait);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server_detail/rows", test_rows);
	g_test_add_func("/server_detail/refused", test_refused);
	return g_test_run();
}
