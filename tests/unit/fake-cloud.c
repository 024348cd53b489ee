/* SPDX-License-Identifier: MIT */
#include "tests/unit/fake-cloud.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <string.h>

#include "client/clouds.h"

typedef struct {
	char *line; /* "GET /path?query" */
	char *body;
} Seen;

struct FakeCloud {
	struct MHD_Daemon *daemon;
	FakeScript script;
	void *data;
	char *url;
	GMutex lock; /* the rest */
	GCond cond;
	GPtrArray *seen;
	GPtrArray *stalled; /* struct MHD_Connection */
	bool resumed;
	unsigned tokens;
	int token_life;
	bool plain;
	unsigned micro;
};

/* One request, across the calls that microhttpd makes for it. */
typedef struct {
	GString *body;
	char *path;
	bool stalled;
} Pending;

static void seen_free(void *data)
{
	Seen *seen = data;
	g_free(seen->line);
	g_free(seen->body);
	g_free(seen);
}

static enum MHD_Result add_argument(void *data, enum MHD_ValueKind kind, const char *key,
				    const char *value)
{
	GString *path = data;
	g_string_append_printf(path, "%c%s", strchr(path->str, '?') ? '&' : '?', key);
	if (value)
		g_string_append_printf(path, "=%s", value);
	return MHD_YES;
}

static char *token_document(FakeCloud *cloud)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autoptr(GDateTime) end = g_date_time_add_seconds(now, cloud->token_life);
	g_autofree char *issued = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.000000Z");
	g_autofree char *expires = g_date_time_format(end, "%Y-%m-%dT%H:%M:%S.000000Z");
	static const struct {
		const char *type, *path;
		bool plain;
	} services[] = {
		{ "ecs", "eu-de/ecs/v1/0123456789abcdef", false },
		{ "evs", "eu-de/evs/v2/0123456789abcdef", false },
		{ "image", "eu-de/ims", false },
		{ "vpc", "eu-de/vpc/v1/0123456789abcdef", false },
		{ "bms", "eu-de/bms/v1/0123456789abcdef", false },
		{ "compute", "compute/v2.1", true },
		{ "volumev3", "volumev3/v3/0123456789abcdef", true },
		{ "image", "image", true },
		{ "network", "network", true },
	};
	const char *comma = "";
	GString *json = g_string_new(NULL);
	g_string_append_printf(
		json,
		"{\"token\":{\"expires_at\":\"%s\",\"issued_at\":\"%s\",\"methods\":[\"password\"],"
		"\"project\":{\"id\":\"0123456789abcdef\",\"name\":\"eu-de\",\"domain\":{\"id\":"
		"\"d1\"}},\"catalog\":[",
		expires, issued);
	for (size_t i = 0; i < G_N_ELEMENTS(services); i++) {
		if (services[i].plain != cloud->plain)
			continue;
		g_string_append_printf(
			json,
			"%s{\"type\":\"%s\",\"endpoints\":[{\"interface\":\"public\","
			"\"region\":\"eu-de\",\"url\":\"%s/%s\"}]}",
			comma, services[i].type, cloud->url, services[i].path);
		comma = ",";
	}
	g_string_append(json, "]}}");
	return g_string_free(json, FALSE);
}

static void answer_default(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer)
{
	if (strcmp(request->path, "/v3/auth/tokens") == 0) {
		answer->status = 201;
		answer->body = token_document(cloud);
		answer->header = "X-Subject-Token";
		cloud->tokens++;
	} else if (cloud->micro && strcmp(request->path, "/compute/v2.1/") == 0) {
		answer->status = 200;
		answer->body = g_strdup_printf("{\"version\":{\"id\":\"v2.1\",\"version\":\"2.%u\","
					       "\"min_version\":\"2.1\"}}",
					       cloud->micro);
	} else {
		answer->status = 404;
		answer->body =
			g_strdup("{\"error\":{\"code\":\"Ecs.0114\",\"message\":\"not there\"}}");
	}
}

typedef struct {
	char *bytes;
	size_t len;
} Half;

static ssize_t read_half(void *data, uint64_t at, char *out, size_t max)
{
	Half *half = data;
	if (at >= half->len)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	size_t n = MIN(max, half->len - (size_t)at);
	memcpy(out, half->bytes + at, n);
	return (ssize_t)n;
}

static void free_half(void *data)
{
	Half *half = data;
	g_free(half->bytes);
	g_free(half);
}

static struct MHD_Response *make_response(FakeAnswer *answer)
{
	size_t len = answer->len ? answer->len : answer->body ? strlen(answer->body) : 0;
	if (answer->how != FAKE_TRUNCATE)
		return MHD_create_response_from_buffer(
			len, answer->body ? answer->body : (char *)"", MHD_RESPMEM_MUST_COPY);
	Half *half = g_new(Half, 1);
	*half = (Half){ g_strdup(answer->body), len };
	return MHD_create_response_from_callback(2 * len, 4096, read_half, half, free_half);
}

static enum MHD_Result send_answer(FakeCloud *cloud, struct MHD_Connection *connection,
				   FakeAnswer *answer)
{
	g_autofree char *token = g_strdup_printf("token-%u", cloud->tokens);
	struct MHD_Response *response = make_response(answer);
	MHD_add_response_header(response, "Content-Type", "application/json");
	MHD_add_response_header(response, "X-Request-Id", "req-1");
	if (answer->header)
		MHD_add_response_header(response, answer->header,
					answer->value ? answer->value : token);
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	g_free(answer->body);
	return result;
}

static unsigned count(FakeCloud *cloud, const char *prefix)
{
	unsigned n = 0;
	for (unsigned i = 0; i < cloud->seen->len; i++)
		n += g_str_has_prefix(((Seen *)cloud->seen->pdata[i])->line, prefix);
	return n;
}

const char *fake_request_header(const FakeRequest *request, const char *name)
{
	const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
	return value ? value : "";
}

static enum MHD_Result handle(FakeCloud *cloud, struct MHD_Connection *connection,
			      const char *method, Pending *pending)
{
	FakeAnswer answer = { 0 };
	const char *token =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Auth-Token");
	Seen *seen = g_new(Seen, 1);
	*seen = (Seen){ g_strconcat(method, " ", pending->path, NULL),
			g_strdup(pending->body->str) };
	g_autofree char *plain = g_strndup(seen->line, strcspn(seen->line, "?"));
	g_mutex_lock(&cloud->lock);
	g_ptr_array_add(cloud->seen, seen);
	FakeRequest request = { method,
				pending->path,
				token ? token : "",
				pending->body->str,
				count(cloud, plain),
				connection };
	g_cond_broadcast(&cloud->cond);
	g_mutex_unlock(&cloud->lock);
	if (cloud->script)
		cloud->script(cloud, &request, &answer, cloud->data);
	if (!answer.status && answer.how == FAKE_WHOLE) {
		g_mutex_lock(&cloud->lock);
		answer_default(cloud, &request, &answer);
		g_mutex_unlock(&cloud->lock);
	}
	if (answer.how == FAKE_RESET)
		return MHD_NO;
	if (answer.how != FAKE_STALL)
		return send_answer(cloud, connection, &answer);
	g_mutex_lock(&cloud->lock);
	pending->stalled = true;
	if (!cloud->resumed) {
		MHD_suspend_connection(connection);
		g_ptr_array_add(cloud->stalled, connection);
	}
	g_mutex_unlock(&cloud->lock);
	return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **state)
{
	Pending *pending = *state;
	if (!pending) {
		*state = pending = g_new0(Pending, 1);
		pending->body = g_string_new(NULL);
		GString *path = g_string_new(url);
		MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, path);
		pending->path = g_string_free(path, FALSE);
		return MHD_YES;
	}
	if (*upload_size) {
		g_string_append_len(pending->body, upload, (gssize)*upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (!pending->stalled)
		return handle(data, connection, method, pending);
	FakeAnswer late = { .status = 503, .body = g_strdup("{}") };
	return send_answer(data, connection, &late);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	Pending *pending = *state;
	if (!pending)
		return;
	g_string_free(pending->body, TRUE);
	g_free(pending->path);
	g_free(pending);
}

static FakeCloud *start(FakeScript script, void *data, unsigned flags,
			const struct sockaddr *address, const char *host)
{
	g_unsetenv("http_proxy");
	g_unsetenv("https_proxy");
	g_unsetenv("all_proxy");
	g_unsetenv("ALL_PROXY");
	FakeCloud *cloud = g_new0(FakeCloud, 1);
	cloud->script = script;
	cloud->data = data;
	cloud->token_life = 86400;
	cloud->daemon = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME | flags, 0, NULL, NULL,
		on_request, cloud, MHD_OPTION_SOCK_ADDR, address, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT, 200u, MHD_OPTION_END);
	if (!cloud->daemon) {
		g_free(cloud);
		return NULL;
	}
	cloud->seen = g_ptr_array_new_with_free_func(seen_free);
	cloud->stalled = g_ptr_array_new();
	g_mutex_init(&cloud->lock);
	g_cond_init(&cloud->cond);
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(cloud->daemon, MHD_DAEMON_INFO_BIND_PORT);
	cloud->url = g_strdup_printf("http://%s:%u", host, info->port);
	return cloud;
}

FakeCloud *fake_cloud_new(FakeScript script, void *data)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	FakeCloud *cloud = start(script, data, 0, (struct sockaddr *)&address, "127.0.0.1");
	g_assert_nonnull(cloud);
	return cloud;
}

FakeCloud *fake_cloud_new_v6(FakeScript script, void *data)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	return start(script, data, MHD_USE_IPv6, (struct sockaddr *)&address, "[::1]");
}

void fake_cloud_resume(FakeCloud *cloud)
{
	g_mutex_lock(&cloud->lock);
	cloud->resumed = true;
	for (unsigned i = 0; i < cloud->stalled->len; i++)
		MHD_resume_connection(cloud->stalled->pdata[i]);
	g_ptr_array_set_size(cloud->stalled, 0);
	g_mutex_unlock(&cloud->lock);
}

void fake_cloud_free(FakeCloud *cloud)
{
	fake_cloud_resume(cloud);
	MHD_stop_daemon(cloud->daemon);
	g_ptr_array_unref(cloud->seen);
	g_ptr_array_unref(cloud->stalled);
	g_mutex_clear(&cloud->lock);
	g_cond_clear(&cloud->cond);
	g_free(cloud->url);
	g_free(cloud);
}

const char *fake_cloud_url(FakeCloud *cloud)
{
	return cloud->url;
}

unsigned fake_cloud_count(FakeCloud *cloud, const char *prefix)
{
	g_mutex_lock(&cloud->lock);
	unsigned n = count(cloud, prefix);
	g_mutex_unlock(&cloud->lock);
	return n;
}

void fake_cloud_wait(FakeCloud *cloud, const char *prefix, unsigned n)
{
	g_mutex_lock(&cloud->lock);
	while (count(cloud, prefix) < n)
		g_cond_wait(&cloud->cond, &cloud->lock);
	g_mutex_unlock(&cloud->lock);
}

char *fake_cloud_body(FakeCloud *cloud, const char *prefix)
{
	char *body = NULL;
	g_mutex_lock(&cloud->lock);
	for (unsigned i = cloud->seen->len; i-- && !body;) {
		const Seen *seen = cloud->seen->pdata[i];
		if (g_str_has_prefix(seen->line, prefix))
			body = g_strdup(seen->body);
	}
	g_mutex_unlock(&cloud->lock);
	return body;
}

void fake_cloud_token_life(FakeCloud *cloud, int seconds)
{
	g_mutex_lock(&cloud->lock);
	cloud->token_life = seconds;
	g_mutex_unlock(&cloud->lock);
}

EcsClient *fake_cloud_client(FakeCloud *cloud, const EcsClientOptions *options)
{
	g_autoptr(EcsCloud) config = ecs_cloud_new();
	config->name = g_strdup("fake");
	config->auth_url = g_strconcat(cloud->url, "/v3", NULL);
	config->username = g_strdup("demo");
	config->password = g_strdup("Secret-1");
	config->user_domain_name = g_strdup("D");
	config->project_name = g_strdup("eu-de");
	g_autoptr(GError) error = NULL;
	EcsClient *client = ecs_client_new(config, options, &error);
	g_assert_no_error(error);
	return client;
}

char *fake_cloud_data(const char *name)
{
	g_autofree char *file = g_test_build_filename(G_TEST_DIST, "..", "data", name, NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;
	g_file_get_contents(file, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

void say_row(size_t row, const char *text)
{
	g_autofree char *escaped = g_strescape(text ? text : "NULL", NULL);
	g_test_message("row %zu: %s", row, escaped);
}

void wait_init(Wait *wait)
{
	*wait = (Wait){ 0 };
	g_mutex_init(&wait->lock);
	g_cond_init(&wait->cond);
}

void wait_clear(Wait *wait)
{
	g_mutex_clear(&wait->lock);
	g_cond_clear(&wait->cond);
	g_clear_error(&wait->error);
	g_free(wait->job);
	g_strfreev(wait->ids);
}

void wait_for(Wait *wait, unsigned n)
{
	g_mutex_lock(&wait->lock);
	while (wait->done < n)
		g_cond_wait(&wait->cond, &wait->lock);
	g_mutex_unlock(&wait->lock);
}

static void note(Wait *wait, void *result, const GError *error, const EcsAccepted *accepted)
{
	g_mutex_lock(&wait->lock);
	wait->done++;
	wait->thread = g_thread_self();
	wait->result = result;
	g_clear_error(&wait->error);
	wait->error = error ? g_error_copy(error) : NULL;
	if (accepted) {
		g_free(wait->job);
		g_strfreev(wait->ids);
		wait->job = g_strdup(accepted->job_id);
		wait->ids = g_strdupv((char **)accepted->ids);
	}
	g_cond_signal(&wait->cond);
	g_mutex_unlock(&wait->lock);
}

void wait_listed(GPtrArray *items, const GError *error, void *data)
{
	g_assert_true((items == NULL) == (error != NULL));
	note(data, items, error, NULL);
}

void wait_changed(const EcsAccepted *accepted, const GError *error, void *data)
{
	g_assert_true((accepted == NULL) == (error != NULL));
	note(data, NULL, error, accepted);
}

void wait_object(void *object, const GError *error, void *data)
{
	g_assert_true((object == NULL) == (error != NULL));
	note(data, object, error, NULL);
}

typedef struct {
	const char *path, *body;
} OneList;

static void serve_list(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const OneList *one = data;
	if (!strstr(request->path, one->path))
		return;
	answer->status = 200;
	answer->body = g_str_has_suffix(one->body, ".json") ? fake_cloud_data(one->body)
							    : g_strdup(one->body);
}

void fake_cloud_plain(FakeCloud *cloud, unsigned micro)
{
	cloud->plain = true;
	cloud->micro = micro;
}

GPtrArray *fake_cloud_list(FakeList list, const char *path, const char *body, Wait *wait)
{
	OneList one = { path, body };
	FakeCloud *cloud = fake_cloud_new(serve_list, &one);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	wait_init(wait);
	list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

void fake_cloud_bad_lists(FakeList list, const char *path, const char *key)
{
	static const char *const bodies[] = {
		"", "[]", "{}", "{\"%s\":7}", "{\"%s\":[", "{\"%s\":[{\"id\":", "x"
	};
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_auto(GStrv) parts = g_strsplit(bodies[i], "%s", 2);
		g_autofree char *body = g_strjoinv(key, parts);
		Wait wait;
		say_row(i, body);
		g_assert_null(fake_cloud_list(list, path, body, &wait));
		assert_error(&wait, BAD_REPLY);
		wait_clear(&wait);
	}
}
