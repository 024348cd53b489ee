/* SPDX-License-Identifier: MIT */
#include "client/call.h"

#include <stdarg.h>
#include <string.h>

#include "client/core.h"
#include "client/envelope.h"
#include "client/retry.h"

struct EcsCall {
	gatomicrefcount refs; /* one while under way, one per posted function and handler */
	EcsClient *client;
	EcsScope *scope; /* NULL for identity calls without one */
	EcsAuth *auth;	 /* NULL: no token */
	bool identity;
	EcsCallSpec spec;
	EcsDialect dialect;
	const EcsRoute *route; /* of the dialect, once that is known */
	GError *refused;
	EcsCallDone done;
	void *data;
	GCancellable *cancellable;
	gulong cancel_handler;
	GList link; /* in client->calls while under way */
	bool begun;
	bool ended;
	int64_t deadline;
	EcsTimer *deadline_timer;
	EcsTimer *delay_timer;
	EcsAuthWait *wait;
	EcsHttp *http;
	GBytes *body;
	unsigned attempt;
	uint64_t generation; /* of the token that was sent */
	bool renewed;
	bool sent;	    /* at some time */
	char *last_failure; /* why the attempt before failed */
};

static void proceed(EcsCall *call);

static EcsCall *call_ref(EcsCall *call)
{
	g_atomic_ref_count_inc(&call->refs);
	return call;
}

/* Bodies can hold passwords and user data. */
static void free_body(GString *body)
{
	if (!body)
		return;
	explicit_bzero(body->str, body->len);
	g_string_free(body, TRUE);
}

static void spec_clear(EcsCallSpec *spec)
{
	for (int i = 0; i < ECS_DIALECTS; i++) {
		g_free(spec->route[i].path);
		free_body(spec->route[i].body);
	}
	g_free(spec->object);
	g_free(spec->client_token);
}

static void call_unref(EcsCall *call)
{
	if (!g_atomic_ref_count_dec(&call->refs))
		return;
	g_clear_pointer(&call->body, g_bytes_unref);
	spec_clear(&call->spec);
	g_clear_error(&call->refused);
	g_clear_object(&call->cancellable);
	g_free(call->last_failure);
	g_free(call);
}

static void stop_waiting(EcsCall *call)
{
	g_clear_pointer(&call->delay_timer, ecs_timer_cancel);
	g_clear_pointer(&call->wait, ecs_auth_wait_cancel);
	if (call->http && !ecs_http_cancel(call->http))
		call->sent = true;
	call->http = NULL;
}

static void end(EcsCall *call, const EcsReply *reply, const GError *error)
{
	call->ended = true;
	stop_waiting(call);
	g_clear_pointer(&call->deadline_timer, ecs_timer_cancel);
	if (call->cancel_handler)
		g_cancellable_disconnect(call->cancellable, call->cancel_handler);
	if (call->begun)
		g_queue_unlink(&call->client->calls, &call->link);
	call->done(reply, error, call->data);
	call_unref(call);
}

static void fail(EcsCall *call, EcsError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void fail(EcsCall *call, EcsError code, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	const char *object = call->spec.object ? call->spec.object : "";
	g_autoptr(GError) error =
		g_error_new(ECS_ERROR, (gint)code, "%s%s%s", object, *object ? ": " : "", text);
	end(call, NULL, error);
}

/* A change that was sent and not answered may have happened. */
static const char *outcome(const EcsCall *call)
{
	return call->spec.writing && call->sent ? "; outcome unknown" : "";
}

static unsigned limit_ms(const EcsCall *call)
{
	return call->spec.writing ? call->client->options.change_ms : call->client->options.read_ms;
}

static void time_out(EcsCall *call)
{
	fail(call, ECS_ERROR_TIMED_OUT, "no answer within %u ms%s%s%s", limit_ms(call),
	     call->last_failure ? ", after: " : "", call->last_failure ? call->last_failure : "",
	     outcome(call));
}

static void deadline_passed(void *data)
{
	EcsCall *call = data;
	call->deadline_timer = NULL;
	stop_waiting(call);
	time_out(call);
}

static void delay_over(void *data)
{
	EcsCall *call = data;
	call->delay_timer = NULL;
	proceed(call);
}

/* Returns: whether the call goes on: it will be tried again. */
static bool try_again(EcsCall *call, EcsRetryClass class, bool unsent, int64_t retry_after_ms,
		      EcsRetryVerdict *verdict)
{
	const char *method = call->route->method;
	int64_t delay;
	EcsRetryInput input = {
		.class = class,
		.repeatable = !call->spec.writing || strcmp(method, "PUT") == 0 ||
			      strcmp(method, "DELETE") == 0,
		.unsent = unsent,
		.attempt = call->attempt,
		.retry_after_ms = retry_after_ms,
		.left_ms = (call->deadline - g_get_monotonic_time()) / 1000,
		.base_ms = call->client->tuning.backoff_ms,
	};
	*verdict = ecs_retry_decide(&input, call->client->random, &delay);
	if (*verdict != ECS_RETRY_WAIT)
		return false;
	call->delay_timer = ecs_loop_timer(call->client->loop,
					   g_get_monotonic_time() + delay * 1000, delay_over, call);
	return true;
}

static void renew(EcsCall *call)
{
	call->renewed = true;
	ecs_auth_refused(call->auth, call->generation);
	proceed(call);
}

/* An answer that is no success. */
static void refused_by_cloud(EcsCall *call, const EcsHttpReply *reply, const EcsEnvelope *envelope)
{
	int64_t after = ecs_retry_after_ms(reply->retry_after, g_get_real_time() / G_USEC_PER_SEC);
	if (after < 0 && envelope->retry_after >= 0)
		after = (int64_t)envelope->retry_after * 1000;
	EcsRetryClass class = ecs_error_retry_class(reply->status, envelope->code, after >= 0);
	if (class == ECS_RETRY_TOKEN && call->auth && !call->renewed) {
		renew(call);
		return;
	}
	const char *object = call->spec.object ? call->spec.object : "";
	g_autoptr(GError) error = ecs_envelope_error(envelope, reply->status, object,
						     reply->request_id, call->spec.writing);
	g_free(call->last_failure);
	call->last_failure = g_strdup(error->message);
	EcsRetryVerdict verdict;
	if (try_again(call, class, false, after, &verdict))
		return;
	if (verdict == ECS_RETRY_TOO_LATE)
		error->code = ECS_ERROR_RATE_LIMITED;
	/* A gateway does not know what the service behind it has done. */
	g_autofree char *message = error->message;
	error->message =
		g_strconcat(message, class == ECS_RETRY_GATEWAY ? outcome(call) : "", NULL);
	end(call, NULL, error);
}

/* What must not come back in an error: a service can quote what it was sent. */
static const char *secret_of(const EcsCall *call)
{
	const EcsCloud *cloud = call->client->cloud;
	if (call->auth)
		return ecs_auth_token(call->auth);
	return cloud->password ? cloud->password : cloud->token;
}

static void answered(EcsCall *call, const EcsHttpReply *reply)
{
	call->sent = true;
	if (reply->status >= 200 && reply->status < 300 && reply->status != 202) {
		EcsReply good = { reply->status,     reply->body,  reply->body_len,
				  reply->request_id, reply->token, call->dialect };
		end(call, &good, NULL);
		return;
	}
	g_auto(EcsEnvelope) envelope = { 0 };
	ecs_envelope_parse(reply->body, reply->body_len, secret_of(call), &envelope);
	if (reply->status == 202 &&
	    ecs_error_retry_class(202, envelope.code, false) != ECS_RETRY_THROTTLED) {
		EcsReply good = { reply->status,     reply->body,  reply->body_len,
				  reply->request_id, reply->token, call->dialect };
		end(call, &good, NULL);
		return;
	}
	refused_by_cloud(call, reply, &envelope);
}

/* The endpoint for error messages: its authority. */
static char *where(const char *root)
{
	const char *authority = strstr(root, "://");
	authority = authority ? authority + 3 : root;
	return g_strndup(authority, strcspn(authority, "/"));
}

static const char *find_root(EcsCall *call)
{
	if (call->identity)
		return call->client->cloud->auth_url;
	return ecs_catalog_root(ecs_auth_catalog(call->auth), call->route->service,
				call->scope->region);
}

static void replied(const EcsHttpReply *reply, void *data)
{
	EcsCall *call = data;
	call->http = NULL;
	if (reply->result == ECS_HTTP_ANSWERED) {
		answered(call, reply);
		return;
	}
	if (!reply->unsent)
		call->sent = true;
	if (reply->result == ECS_HTTP_TIMED_OUT) {
		time_out(call);
		return;
	}
	EcsRetryVerdict verdict;
	g_free(call->last_failure);
	call->last_failure = g_strdup(reply->failure);
	if (reply->result == ECS_HTTP_UNREACHABLE &&
	    try_again(call, ECS_RETRY_GATEWAY, reply->unsent, -1, &verdict))
		return;
	const char *root = find_root(call);
	g_autofree char *host = where(root ? root : "");
	if (reply->result == ECS_HTTP_BAD)
		fail(call, ECS_ERROR_BAD_REPLY, "%s: %s%s", host, reply->failure, outcome(call));
	else
		fail(call, ECS_ERROR_UNREACHABLE, "%s %s: %s%s",
		     reply->unsent ? "no connection to" : "the connection broke to", host,
		     reply->failure, outcome(call));
}

/* root + path, with the project's id in the place of {p}. */
static char *build_url(EcsCall *call, const char *root)
{
	GString *url = g_string_new(root);
	g_string_append(url, call->route->path);
	if (call->auth)
		g_string_replace(url, "{p}", ecs_auth_project_id(call->auth), 1);
	return g_string_free(url, FALSE);
}

static void send_request(EcsCall *call, const char *root)
{
	g_autofree char *url = build_url(call, root);
	const char *headers[5];
	size_t n = 0;
	g_autofree char *token = NULL;
	g_autofree char *client_token = NULL;
	headers[n++] = "Accept: application/json";
	if (call->auth) {
		token = g_strconcat("X-Auth-Token: ", ecs_auth_token(call->auth), NULL);
		call->generation = ecs_auth_generation(call->auth);
		headers[n++] = token;
	}
	if (call->body)
		headers[n++] = "Content-Type: application/json";
	if (call->spec.client_token) {
		client_token = g_strconcat("X-Client-Token: ", call->spec.client_token, NULL);
		headers[n++] = client_token;
	}
	headers[n] = NULL;
	EcsHttpRequest request = {
		.service = call->identity ? "identity" : call->route->service,
		.method = call->route->method,
		.url = url,
		.headers = headers,
		.body = call->body,
		.deadline = call->deadline,
		.repeatable = !call->spec.writing || strcmp(call->route->method, "PUT") == 0 ||
			      strcmp(call->route->method, "DELETE") == 0,
		.urgent = call->spec.urgent,
		.attempt = (int)++call->attempt,
	};
	call->http = ecs_engine_send(call->client->engine, &request, replied, call);
	if (token)
		explicit_bzero(token, strlen(token));
}

static void token_came(const GError *error, void *data)
{
	EcsCall *call = data;
	call->wait = NULL;
	if (error)
		end(call, NULL, error);
	else
		proceed(call);
}

/* Choose the dialect. Returns: false after having failed the call. */
static bool choose_route(EcsCall *call)
{
	if (call->identity) {
		call->route = &call->spec.route[0];
	} else {
		const EcsCatalog *catalog = ecs_auth_catalog(call->auth);
		call->dialect = ecs_catalog_dialect(catalog, call->scope->region);
		if (call->dialect == ECS_DIALECT_NONE) {
			fail(call, ECS_ERROR_NOT_SUPPORTED, "region %s has no server API",
			     call->scope->region);
			return false;
		}
		call->route = &call->spec.route[call->dialect];
	}
	if (!call->route->path) {
		fail(call, ECS_ERROR_NOT_SUPPORTED,
		     "this cloud has no ECS API; plain OpenStack is not spoken yet");
		return false;
	}
	if (!call->body && call->route->body) {
		const GString *body = call->route->body;
		call->body = g_bytes_new_static(body->str, body->len);
	}
	return true;
}

/* Let other threads know the project's name. */
static void name_scope(EcsScope *scope)
{
	uint64_t generation = ecs_auth_generation(scope->auth);
	if (scope->named == generation)
		return;
	scope->named = generation;
	g_mutex_lock(&scope->client->lock);
	g_free(scope->project_name);
	scope->project_name = g_strdup(ecs_auth_project_name(scope->auth));
	g_mutex_unlock(&scope->client->lock);
}

/* The step that every wait returns to: get what is missing, or send. */
static void proceed(EcsCall *call)
{
	if (call->auth && !ecs_auth_ready(call->auth)) {
		const GError *failed = ecs_auth_failed(call->auth);
		if (failed)
			end(call, NULL, failed);
		else
			call->wait = ecs_auth_wait(call->auth, token_came, call);
		return;
	}
	if (call->scope)
		name_scope(call->scope);
	if (!choose_route(call))
		return;
	const char *root = find_root(call);
	if (!root)
		fail(call, ECS_ERROR_NOT_SUPPORTED, "region %s has no %s endpoint",
		     call->scope ? call->scope->region : "", call->route->service);
	else
		send_request(call, root);
}

static void cancel_posted(void *data)
{
	EcsCall *call = data;
	if (!call->ended)
		ecs_call_cancel(call);
	call_unref(call);
}

/* Any thread, also from inside g_cancellable_connect(). */
static void cancel_requested(GCancellable *cancellable, void *data)
{
	EcsCall *call = data;
	ecs_loop_post(call->client->loop, cancel_posted, call_ref(call));
}

static EcsAuth *scope_auth(EcsScope *scope)
{
	EcsClient *client = scope->client;
	if (scope->auth)
		return scope->auth;
	const char *configured = client->cloud->project_name;
	EcsAuthKind kind = scope->project ? ECS_AUTH_PROJECT : ECS_AUTH_REGION;
	const char *name = scope->project ? scope->project : scope->region;
	if (scope->project && configured && strcmp(scope->project, configured) == 0)
		return scope->auth = client->home;
	for (unsigned i = 0; i < client->auths->len; i++) {
		EcsAuth *auth = g_ptr_array_index(client->auths, i);
		if (ecs_auth_is(auth, kind, name))
			return scope->auth = auth;
	}
	scope->auth = ecs_auth_new(client, kind, name);
	g_ptr_array_add(client->auths, scope->auth);
	return scope->auth;
}

static void begin(EcsCall *call)
{
	call->begun = true;
	g_queue_push_tail_link(&call->client->calls, &call->link);
	if (call->client->closing || g_cancellable_is_cancelled(call->cancellable)) {
		ecs_call_cancel(call);
		return;
	}
	if (call->refused) {
		end(call, NULL, call->refused);
		return;
	}
	if (call->scope)
		call->auth = scope_auth(call->scope);
	call->deadline = g_get_monotonic_time() + (int64_t)limit_ms(call) * 1000;
	call->deadline_timer =
		ecs_loop_timer(call->client->loop, call->deadline, deadline_passed, call);
	/* Not a GCancellableSource: with thousands of calls waiting for one token, every turn of
	 * the context would look at each of them. */
	if (call->cancellable)
		call->cancel_handler = g_cancellable_connect(
			call->cancellable, G_CALLBACK(cancel_requested), call, NULL);
	proceed(call);
}

static void begin_posted(void *data)
{
	EcsCall *call = data;
	if (!call->ended)
		begin(call);
	call_unref(call);
}

static EcsCall *call_new(EcsClient *client, EcsScope *scope, GCancellable *cancellable,
			 EcsCallDone done, void *data)
{
	EcsCall *call = g_new0(EcsCall, 1);
	g_atomic_ref_count_init(&call->refs);
	call->client = client;
	call->scope = scope;
	call->link.data = call;
	call->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	call->done = done;
	call->data = data;
	return call;
}

EcsCall *ecs_call_start(EcsScope *scope, EcsCallSpec spec, GCancellable *cancellable,
			EcsCallDone done, void *data)
{
	EcsCall *call = call_new(scope->client, scope, cancellable, done, data);
	call->spec = spec;
	ecs_loop_post(call->client->loop, begin_posted, call_ref(call));
	return call;
}

EcsCall *ecs_call_start_identity(EcsClient *client, EcsAuth *auth, EcsCallSpec spec,
				 GCancellable *cancellable, EcsCallDone done, void *data)
{
	EcsCall *call = call_new(client, NULL, cancellable, done, data);
	call->spec = spec;
	call->auth = auth;
	call->identity = true;
	ecs_loop_post(client->loop, begin_posted, call_ref(call));
	return call;
}

EcsCall *ecs_call_start_scope_identity(EcsScope *scope, EcsCallSpec spec, GCancellable *cancellable,
				       EcsCallDone done, void *data)
{
	EcsCall *call = call_new(scope->client, scope, cancellable, done, data);
	call->spec = spec;
	call->identity = true;
	ecs_loop_post(call->client->loop, begin_posted, call_ref(call));
	return call;
}

EcsCall *ecs_call_refuse(EcsScope *scope, GCancellable *cancellable, EcsCallDone done, void *data,
			 EcsError code, const char *format, ...)
{
	EcsCall *call = call_new(scope->client, scope, cancellable, done, data);
	va_list args;
	va_start(args, format);
	call->refused = g_error_new_valist(ECS_ERROR, (gint)code, format, args);
	va_end(args);
	ecs_loop_post(call->client->loop, begin_posted, call_ref(call));
	return call;
}

void ecs_call_cancel(EcsCall *call)
{
	stop_waiting(call);
	fail(call, ECS_ERROR_CANCELLED, "cancelled%s", outcome(call));
}

EcsClient *ecs_scope_client(EcsScope *scope)
{
	return scope->client;
}
