/* SPDX-License-Identifier: MIT */
#include "client/engine.h"

#include <string.h>

#include "client/hint.h"
#include "client/multi.h"
#include "client/pace.h"
#include "client/text.h"

/* The largest documented answer is a page of 1000 servers, about 4 MB. */
#define BODY_MAX (64u << 20)
/* The gateway's own cap for all headers together is 128 KiB; a token is up to 32 KiB. */
#define HEADERS_MAX (256u << 10)
#define TOO_MANY_REQUESTS 429
#define USER_AGENT "ecsfs/" ECSFS_VERSION

typedef struct {
	char *key; /* "https://ecs.eu-de.otc.t-systems.com:443" */
	unsigned under_way;
	EcsPace pace;
	EcsTimer *turn; /* when the next may be sent; NULL: when one has ended */
	GQueue waiting; /* EcsHttp */
} Host;

struct EcsEngine {
	EcsLoop *loop;
	EcsEngineOptions options; /* .cacert, .cert, .key: owned */
	EcsMulti *multi;
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
	char *project; /* NULL: none */
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
	char *date;
	char *location;
	char *token;
	const char *overflow; /* why a callback stopped the transfer */
	char failure[CURL_ERROR_SIZE];
	EcsHttpDone done;
	void *data;
};

static void start_next(Host *host);

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
	g_free(http->project);
	g_free(http->method);
	g_free(http->url);
	g_free(http->request_id);
	g_free(http->retry_after);
	g_free(http->date);
	g_free(http->location);
	wipe(http->token);
	g_free(http);
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

/* Headers of an answer that are kept, by lower-case name. A request's id goes into messages and
 * logs. */
static const struct {
	const char *name;
	size_t max; /* bytes: one that is longer is none */
	size_t offset;
} kept_headers[] = {
	{ "date", 64, offsetof(EcsHttp, date) },
	{ "location", 1024, offsetof(EcsHttp, location) },
	{ "retry-after", 64, offsetof(EcsHttp, retry_after) },
	{ "x-subject-token", HEADERS_MAX, offsetof(EcsHttp, token) },
	{ "x-request-id", 128, offsetof(EcsHttp, request_id) },
	{ "x-openstack-request-id", 128, offsetof(EcsHttp, request_id) },
	{ "x-compute-request-id", 128, offsetof(EcsHttp, request_id) },
	{ "x-iam-trace-id", 128, offsetof(EcsHttp, request_id) },
	{},
};

static bool is_printable(const char *text, size_t max)
{
	size_t len = strlen(text);
	if (len > max)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isprint(text[i]))
			return false;
	return true;
}

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
		if (!is_printable(value, kept_headers[i].max)) {
			wipe(value);
			continue;
		}
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
		.project = http->project ? http->project : "",
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
		ecs_multi_remove(http->engine->multi, http->easy);
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
		.date = http->date,
		.location = http->location,
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
	{ CURLE_PEER_FAILED_VERIFICATION, ECS_HTTP_UNTRUSTED },
	{ CURLE_SSL_CACERT_BADFILE, ECS_HTTP_UNTRUSTED },
	{ CURLE_SSL_CERTPROBLEM, ECS_HTTP_UNTRUSTED },
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

static void adapt(EcsHttp *http, long status)
{
	EcsPace *pace = &http->host->pace;
	int64_t now = g_get_monotonic_time();
	if (status == TOO_MANY_REQUESTS)
		ecs_pace_refused(pace, http->start_mono, now);
	else
		ecs_pace_accepted(pace, now);
}

/* EcsMultiDone. */
static void completed(CURL *easy, CURLcode code)
{
	EcsHttp *http = NULL;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &http);
	long status = 0;
	curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
	adapt(http, status);
	if (code == CURLE_OK) {
		finish(http, ECS_HTTP_ANSWERED, (int)status, "");
		return;
	}
	const char *failure = http->overflow;
	if (!failure)
		failure = *http->failure ? http->failure : curl_easy_strerror(code);
	const char *hint = ecs_hint(failure);
	g_autofree char *line = ecs_text_line(failure); /* it may quote the other's certificate */
	g_autofree char *told = g_strconcat(line, *hint ? ": " : "", hint, NULL);
	finish(http, result_of(code), 0, told);
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
	if (options->cert)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, options->cert);
	if (options->cert && options->key)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, options->key);
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
	ecs_multi_add(http->engine->multi, http->easy);
}

static void turn_comes(void *data)
{
	Host *host = data;
	host->turn = NULL;
	start_next(host);
}

/* Start as many as may be. */
static void start_next(Host *host)
{
	GList *link;
	while ((link = g_queue_peek_head_link(&host->waiting))) {
		EcsHttp *http = link->data;
		int64_t when;
		if (!ecs_pace_take(&host->pace, host->under_way, g_get_monotonic_time(), &when)) {
			if (when != 0 && !host->turn)
				host->turn =
					ecs_loop_timer(http->engine->loop, when, turn_comes, host);
			return;
		}
		g_queue_unlink(&host->waiting, link);
		start(http);
	}
}

static void host_free(void *data)
{
	Host *host = data;
	if (host->turn)
		ecs_timer_cancel(host->turn);
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
		ecs_pace_init(&host->pace, engine->options.parallel, engine->options.rate,
			      g_get_monotonic_time());
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
	http->project = g_strdup(request->project);
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
	if (request->urgent)
		g_queue_push_head_link(&http->host->waiting, &http->link);
	else
		g_queue_push_tail_link(&http->host->waiting, &http->link);
	start_next(http->host);
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

EcsEngine *ecs_engine_new(EcsLoop *loop, const EcsEngineOptions *options)
{
	EcsEngine *engine = g_new0(EcsEngine, 1);
	engine->loop = loop;
	engine->options = *options;
	engine->options.cacert = g_strdup(options->cacert);
	engine->options.cert = g_strdup(options->cert);
	engine->options.key = g_strdup(options->key);
	engine->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_free);
	engine->multi = ecs_multi_new(loop, completed);
	return engine;
}

void ecs_engine_free(EcsEngine *engine)
{
	if (!engine)
		return;
	ecs_multi_free(engine->multi);
	g_hash_table_unref(engine->hosts);
	g_free((char *)engine->options.cacert);
	g_free((char *)engine->options.cert);
	g_free((char *)engine->options.key);
	g_free(engine);
}
