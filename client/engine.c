/* SPDX-License-Identifier: MIT */
#include "client/engine.h"

#include <curl/curl.h>
#include <string.h>

/* The largest documented answer is a page of 1000 servers, about 4 MB. */
#define BODY_MAX (64u << 20)
/* The gateway's own cap for all headers together is 128 KiB; a token is up to 32 KiB. */
#define HEADERS_MAX (256u << 10)
#define IDLE_CONNECTIONS 32
#define USER_AGENT "ecsfs/" ECSFS_VERSION

typedef struct {
	char *key; /* "https://ecs.eu-de.otc.t-systems.com:443" */
	unsigned under_way;
	GQueue waiting; /* EcsHttp */
} Host;

struct EcsEngine {
	EcsLoop *loop;
	EcsEngineOptions options; /* .cacert: owned */
	CURLM *multi;
	EcsTimer *timer;   /* curl's one, or NULL */
	GHashTable *hosts; /* key (the host's) → Host, owned */
};

struct EcsHttp {
	EcsEngine *engine;
	Host *host;
	CURL *easy;	 /* NULL while it waits for its turn */
	GList link;	 /* in host->waiting */
	EcsTimer *timer; /* its deadline */
	int64_t deadline;
	const char *service;
	char *method;
	char *url;
	const char *path; /* in url */
	struct curl_slist *headers;
	GBytes *request_body;
	bool repeatable;
	int attempt;
	int64_t start_us;
	int64_t start_mono;
	GByteArray *body;
	size_t header_bytes;
	char *request_id;
	char *retry_after;
	char *token;
	const char *overflow; /* why a callback stopped the transfer */
	char failure[CURL_ERROR_SIZE];
	EcsHttpDone done;
	void *data;
};

/* A socket that curl wants watched. */
typedef struct {
	GSource source;
	EcsEngine *engine;
	curl_socket_t fd;
	gpointer tag;
} Watch;

static void start_next(Host *host);
static void collect(EcsEngine *engine);

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

static void free_headers(struct curl_slist *headers)
{
	for (struct curl_slist *at = headers; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(headers);
}

static void http_free(EcsHttp *http)
{
	if (http->timer)
		ecs_timer_cancel(http->timer);
	if (http->easy)
		curl_easy_cleanup(http->easy);
	free_headers(http->headers);
	g_clear_pointer(&http->request_body, g_bytes_unref);
	g_byte_array_unref(http->body);
	g_free(http->method);
	g_free(http->url);
	g_free(http->request_id);
	g_free(http->retry_after);
	wipe(http->token);
	g_free(http);
}

static gboolean watch_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
	Watch *watch = (Watch *)source;
	EcsEngine *engine = watch->engine;
	GIOCondition condition = g_source_query_unix_fd(source, watch->tag);
	int events = 0, running;
	if (condition & (G_IO_IN | G_IO_HUP))
		events |= CURL_CSELECT_IN;
	if (condition & G_IO_OUT)
		events |= CURL_CSELECT_OUT;
	if (condition & (G_IO_ERR | G_IO_NVAL))
		events |= CURL_CSELECT_ERR;
	curl_multi_socket_action(engine->multi, watch->fd, events, &running);
	collect(engine);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch };

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	EcsEngine *engine = data;
	GSource *source = socket_data;
	if (what == CURL_POLL_REMOVE) {
		if (source) {
			g_source_destroy(source);
			g_source_unref(source);
		}
		return 0;
	}
	GIOCondition condition = G_IO_ERR | G_IO_HUP;
	if (what & CURL_POLL_IN)
		condition |= G_IO_IN;
	if (what & CURL_POLL_OUT)
		condition |= G_IO_OUT;
	if (source) {
		g_source_modify_unix_fd(source, ((Watch *)source)->tag, condition);
		return 0;
	}
	source = g_source_new(&watch_funcs, sizeof(Watch));
	Watch *watch = (Watch *)source;
	watch->engine = engine;
	watch->fd = fd;
	watch->tag = g_source_add_unix_fd(source, fd, condition);
	g_source_attach(source, ecs_loop_context(engine->loop));
	curl_multi_assign(engine->multi, fd, source);
	return 0;
}

static void timer_fired(void *data)
{
	EcsEngine *engine = data;
	int running;
	engine->timer = NULL;
	curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(engine);
}

static int set_timer(CURLM *multi, long timeout_ms, void *data)
{
	EcsEngine *engine = data;
	if (engine->timer)
		ecs_timer_cancel(engine->timer);
	engine->timer = NULL;
	if (timeout_ms >= 0)
		engine->timer =
			ecs_loop_timer(engine->loop, g_get_monotonic_time() + timeout_ms * 1000,
				       timer_fired, engine);
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *data)
{
	EcsHttp *http = data;
	if (n > BODY_MAX - http->body->len) {
		http->overflow = "the answer is larger than 64 MiB";
		return 0;
	}
	g_byte_array_append(http->body, (const guint8 *)bytes, (guint)n);
	return n;
}

/* Headers of an answer that are kept, by lower-case name. */
static const struct {
	const char *name;
	size_t offset;
} kept_headers[] = {
	{ "retry-after", offsetof(EcsHttp, retry_after) },
	{ "x-subject-token", offsetof(EcsHttp, token) },
	{ "x-request-id", offsetof(EcsHttp, request_id) },
	{ "x-openstack-request-id", offsetof(EcsHttp, request_id) },
	{ "x-compute-request-id", offsetof(EcsHttp, request_id) },
	{ "x-iam-trace-id", offsetof(EcsHttp, request_id) },
	{},
};

static char **kept_slot(EcsHttp *http, size_t i)
{
	return (char **)(void *)((char *)http + kept_headers[i].offset);
}

static size_t take_header(char *line, size_t size, size_t n, void *data)
{
	EcsHttp *http = data;
	http->header_bytes += n;
	if (http->header_bytes > HEADERS_MAX) {
		http->overflow = "the answer's headers are larger than 256 KiB";
		return 0;
	}
	if (n > 5 &&
	    memcmp(line, "HTTP/", 5) == 0) { /* the final answer, after a 100 or a proxy's */
		for (size_t i = 0; kept_headers[i].name; i++)
			g_clear_pointer(kept_slot(http, i), wipe);
		return n;
	}
	const char *colon = memchr(line, ':', n);
	for (size_t i = 0; colon && kept_headers[i].name; i++) {
		size_t len = strlen(kept_headers[i].name);
		if ((size_t)(colon - line) != len ||
		    g_ascii_strncasecmp(line, kept_headers[i].name, len) != 0)
			continue;
		char *value = g_strstrip(g_strndup(colon + 1, n - len - 1));
		wipe(*kept_slot(http, i));
		*kept_slot(http, i) = value;
	}
	return n;
}

static void trace(EcsHttp *http, int status, const char *failure)
{
	const EcsEngineOptions *options = &http->engine->options;
	int64_t duration = g_get_monotonic_time() - http->start_mono;
	g_debug("%s %s %s: %d, %u bytes, %" G_GINT64_FORMAT " ms%s%s", http->service, http->method,
		http->path, status, http->body->len, duration / 1000, *failure ? ", " : "",
		failure);
	if (!options->tracer)
		return;
	EcsTrace record = {
		.start_us = http->start_us,
		.duration_us = duration,
		.service = http->service,
		.method = http->method,
		.path = http->path,
		.status = status,
		.bytes_in = http->body->len,
		.request_id = http->request_id ? http->request_id : "",
		.failure = failure,
		.attempt = http->attempt,
	};
	options->tracer(&record, options->tracer_data);
}

/* Take it off curl and its host's books, and let the next one start. */
static void detach(EcsHttp *http)
{
	Host *host = http->host;
	if (http->easy) {
		curl_multi_remove_handle(http->engine->multi, http->easy);
		host->under_way--;
		start_next(host);
	} else {
		g_queue_unlink(&host->waiting, &http->link);
	}
}

static bool nothing_left(EcsHttp *http)
{
	long sent = 0;
	if (http->easy)
		curl_easy_getinfo(http->easy, CURLINFO_REQUEST_SIZE, &sent);
	return sent == 0;
}

static void finish(EcsHttp *http, EcsHttpResult result, int status, const char *failure)
{
	bool unsent = nothing_left(http);
	if (http->easy)
		trace(http, status, failure);
	detach(http);
	static const guint8 nul = 0;
	g_byte_array_append(http->body, &nul, 1);
	EcsHttpReply reply = {
		.result = result,
		.unsent = unsent,
		.status = status,
		.body = (const char *)http->body->data,
		.body_len = http->body->len - 1,
		.request_id = http->request_id ? http->request_id : "",
		.retry_after = http->retry_after,
		.token = http->token,
		.failure = failure,
	};
	http->done(&reply, http->data);
	http_free(http);
}

/* What curl's codes come to; all others are UNREACHABLE, curl's only timeout (connecting) too. */
static const struct {
	CURLcode code;
	EcsHttpResult result;
} results[] = {
	{ CURLE_WRITE_ERROR, ECS_HTTP_BAD },
	{ CURLE_BAD_CONTENT_ENCODING, ECS_HTTP_BAD },
	{ CURLE_WEIRD_SERVER_REPLY, ECS_HTTP_BAD },
	{ CURLE_UNSUPPORTED_PROTOCOL, ECS_HTTP_BAD },
	{ CURLE_OK, ECS_HTTP_ANSWERED },
};

static EcsHttpResult result_of(CURLcode code)
{
	for (size_t i = 0;; i++)
		if (results[i].code == code)
			return results[i].result;
		else if (results[i].code == CURLE_OK)
			return ECS_HTTP_UNREACHABLE;
}

static void completed(EcsHttp *http, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK) {
		finish(http, ECS_HTTP_ANSWERED, (int)status, "");
		return;
	}
	const char *failure = http->overflow;
	if (!failure)
		failure = *http->failure ? http->failure : curl_easy_strerror(code);
	finish(http, result_of(code), 0, failure);
}

static void collect(EcsEngine *engine)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(engine->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		EcsHttp *http = NULL;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &http);
		completed(http, code);
	}
}

static void deadline_passed(void *data)
{
	EcsHttp *http = data;
	http->timer = NULL;
	finish(http, ECS_HTTP_TIMED_OUT, 0, "no answer in time");
}

static void set_body(EcsHttp *http)
{
	CURL *easy = http->easy;
	size_t len = 0;
	const void *bytes = http->request_body ? g_bytes_get_data(http->request_body, &len) : NULL;
	if (bytes || strcmp(http->method, "POST") == 0 || strcmp(http->method, "PUT") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes ? bytes : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, http->method);
}

static void set_options(EcsHttp *http)
{
	CURL *easy = http->easy;
	const EcsEngineOptions *options = &http->engine->options;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, http);
	curl_easy_setopt(easy, CURLOPT_URL, http->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
			 1L); /* cancelling must not wait for a resolver */
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* the token is for this host only */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->verify ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->verify ? 2L : 0L);
	if (options->cacert)
		curl_easy_setopt(easy, CURLOPT_CAINFO, options->cacert);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, http->headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, http);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->failure);
	/* On a connection that was used before, curl itself sends again if it breaks before the
	 * answer's first byte: also what the server has already carried out. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, http->repeatable ? 0L : 1L);
	set_body(http);
}

static void start(EcsHttp *http)
{
	http->host->under_way++;
	http->start_us = g_get_real_time();
	http->start_mono = g_get_monotonic_time();
	http->easy = curl_easy_init();
	set_options(http);
	curl_multi_add_handle(http->engine->multi, http->easy);
}

static void start_next(Host *host)
{
	GList *link = g_queue_peek_head_link(&host->waiting);
	if (!link)
		return;
	EcsHttp *http = link->data;
	if (host->under_way >= http->engine->options.parallel)
		return;
	g_queue_unlink(&host->waiting, link);
	start(http);
}

static void host_free(void *data)
{
	Host *host = data;
	g_free(host->key);
	g_free(host);
}

/* @path: gets the address of the path in @url. */
static Host *find_host(EcsEngine *engine, const char *url, const char **path)
{
	const char *authority = strstr(url, "://");
	authority = authority ? authority + 3 : url;
	*path = authority + strcspn(authority, "/?#");
	g_autofree char *key = g_strndup(url, (size_t)(*path - url));
	Host *host = g_hash_table_lookup(engine->hosts, key);
	if (!host) {
		host = g_new0(Host, 1);
		host->key = g_steal_pointer(&key);
		g_queue_init(&host->waiting);
		g_hash_table_insert(engine->hosts, host->key, host);
	}
	return host;
}

EcsHttp *ecs_engine_send(EcsEngine *engine, const EcsHttpRequest *request, EcsHttpDone done,
			 void *data)
{
	EcsHttp *http = g_new0(EcsHttp, 1);
	http->engine = engine;
	http->link.data = http;
	http->service = request->service;
	http->method = g_strdup(request->method);
	http->url = g_strdup(request->url);
	http->host = find_host(engine, http->url, &http->path);
	http->headers = curl_slist_append(NULL, "Expect:"); /* costs a round trip or a second */
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		curl_slist_append(http->headers, request->headers[i]);
	http->request_body = request->body ? g_bytes_ref(request->body) : NULL;
	http->repeatable = request->repeatable;
	http->attempt = request->attempt;
	http->body = g_byte_array_new();
	http->done = done;
	http->data = data;
	http->timer = ecs_loop_timer(engine->loop, request->deadline, deadline_passed, http);
	if (http->host->under_way < engine->options.parallel)
		start(http);
	else if (request->urgent)
		g_queue_push_head_link(&http->host->waiting, &http->link);
	else
		g_queue_push_tail_link(&http->host->waiting, &http->link);
	return http;
}

bool ecs_http_cancel(EcsHttp *http)
{
	bool unsent = nothing_left(http);
	if (http->easy)
		trace(http, 0, "cancelled");
	detach(http);
	http_free(http);
	return unsent;
}

static void init_curl(void)
{
	static size_t once;
	if (g_once_init_enter(&once)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&once, 1);
	}
}

EcsEngine *ecs_engine_new(EcsLoop *loop, const EcsEngineOptions *options)
{
	init_curl();
	EcsEngine *engine = g_new0(EcsEngine, 1);
	engine->loop = loop;
	engine->options = *options;
	engine->options.cacert = g_strdup(options->cacert);
	engine->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_free);
	engine->multi = curl_multi_init();
	curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine);
	curl_multi_setopt(engine->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(engine->multi, CURLMOPT_TIMERDATA, engine);
	curl_multi_setopt(engine->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	return engine;
}

void ecs_engine_free(EcsEngine *engine)
{
	if (!engine)
		return;
	/* Closing the connections that are kept alive still calls watch_socket() and set_timer().
	 */
	curl_multi_cleanup(engine->multi);
	if (engine->timer)
		ecs_timer_cancel(engine->timer);
	g_hash_table_unref(engine->hosts);
	g_free((char *)engine->options.cacert);
	g_free(engine);
}
