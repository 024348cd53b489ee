/* SPDX-License-Identifier: MIT */
#include "client/call.h"

#include <stdarg.h>
#include <string.h>

#include "client/core.h"
#include "client/envelope.h"
#include "client/header.h"
#include "client/login.h"
#include "client/microversion.h"
#include "client/redirect.h"
#include "client/retry.h"
#include "client/route.h"

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
	EcsMicroWait *micro_wait;
	unsigned micro; /* that is said */
	EcsHttp *http;
	GBytes *body;
	unsigned attempt;
	uint64_t generation; /* of the token that was sent */
	GPtrArray *secrets;  /* that were sent, owned strings, a NULL behind them */
	int64_t dating_s;    /* client->dating_s when it was signed */
	bool renewed;
	bool redated;
	char *url;	    /* that was asked last */
	char *redirect;	    /* the URL that was named instead; NULL: none yet */
	bool sent;	    /* at some time */
	bool doubtful;	    /* an attempt before may have been carried out */
	char *last_failure; /* why the attempt before failed */
};

static void proceed(EcsCall *call);

static EcsCall *call_ref(EcsCall *call)
{
	g_atomic_ref_count_inc(&call->refs);
	return call;
}

static void wipe(void *data)
{
	char *text = data;
	explicit_bzero(text, strlen(text));
	g_free(text);
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
	if (spec->secret)
		explicit_bzero(spec->secret, strlen(spec->secret));
	g_free(spec->secret);
	g_free(spec->object);
	g_free(spec->client_token);
	g_free(spec->project_id);
}

static void call_unref(EcsCall *call)
{
	if (!g_atomic_ref_count_dec(&call->refs))
		return;
	g_clear_pointer(&call->body, g_bytes_unref);
	g_ptr_array_unref(call->secrets);
	spec_clear(&call->spec);
	g_clear_error(&call->refused);
	g_clear_object(&call->cancellable);
	g_free(call->last_failure);
	g_free(call->redirect);
	g_free(call->url);
	g_free(call);
}

static void stop_waiting(EcsCall *call)
{
	g_clear_pointer(&call->delay_timer, ecs_timer_cancel);
	g_clear_pointer(&call->wait, ecs_auth_wait_cancel);
	g_clear_pointer(&call->micro_wait, ecs_microversion_wait_cancel);
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

G_GNUC_PRINTF(3, 4)
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
	call->doubtful |= class == ECS_RETRY_GATEWAY && !unsent;
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

static bool is_deletion(const EcsCall *call)
{
	return strcmp(call->route->method, "DELETE") == 0;
}

/* No success; but who deletes again what an attempt before may have deleted finds nothing. */
static void refused_by_cloud(EcsCall *call, const EcsHttpReply *reply, const EcsEnvelope *envelope)
{
	int64_t after = ecs_retry_after_ms(reply->retry_after, g_get_real_time() / G_USEC_PER_SEC);
	if (after < 0 && envelope->retry_after >= 0)
		after = (int64_t)envelope->retry_after * 1000;
	EcsRetryClass class = ecs_error_retry_class(reply->status, envelope->code, after > 0);
	if (class == ECS_RETRY_TOKEN && !call->redated &&
	    ecs_client_redate(call->client, call->dating_s)) {
		call->redated = true;
		proceed(call);
		return;
	}
	if (class == ECS_RETRY_TOKEN && call->auth && !call->renewed) {
		renew(call);
		return;
	}
	const char *object = call->spec.object ? call->spec.object : "";
	g_autoptr(GError) error = ecs_envelope_error(envelope, reply->status, object,
						     reply->request_id, call->spec.writing);
	if (call->doubtful && error->code == ECS_ERROR_NOT_FOUND && is_deletion(call)) {
		EcsReply gone = {
			204, "", 0, reply->request_id, NULL, call->dialect, call->route->service
		};
		end(call, &gone, NULL);
		return;
	}
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

/* Once, and only what changes nothing: a redirect may make a GET of a POST. */
static void redirected(EcsCall *call, const EcsHttpReply *reply)
{
	bool may = strcmp(call->route->method, "GET") == 0 && !call->redirect;
	g_free(call->redirect);
	call->redirect = may ? ecs_redirect_follow(call->url, reply->location) : NULL;
	g_autofree char *text = ecs_redirect_text(reply->location);
	if (call->redirect)
		proceed(call);
	else
		fail(call, ECS_ERROR_FAILED, ECS_REDIRECT_REFUSED, reply->status, text);
}

static void succeed(EcsCall *call, const EcsHttpReply *reply)
{
	EcsReply good = { reply->status, reply->body,	reply->body_len,     reply->request_id,
			  reply->token,	 call->dialect, call->route->service };
	end(call, &good, NULL);
}

static void answered(EcsCall *call, const EcsHttpReply *reply)
{
	call->sent = true;
	if (ecs_redirect_is(reply->status) && reply->location) {
		redirected(call, reply);
		return;
	}
	if (reply->status >= 200 && reply->status < 300 && reply->status != 202) {
		succeed(call, reply);
		return;
	}
	g_auto(EcsEnvelope) envelope = { 0 };
	ecs_envelope_parse(reply->body, reply->body_len, (const char *const *)call->secrets->pdata,
			   &envelope);
	if (reply->status == 202 &&
	    ecs_error_retry_class(202, envelope.code, false) != ECS_RETRY_THROTTLED) {
		succeed(call, reply);
		return;
	}
	refused_by_cloud(call, reply, &envelope);
}

static const char *find_root(EcsCall *call)
{
	if (call->identity || !call->scope)
		return call->client->cloud->auth_url;
	return ecs_catalog_root(ecs_auth_catalog(call->auth), call->route->service,
				call->scope->region);
}

static void replied(const EcsHttpReply *reply, void *data)
{
	EcsCall *call = data;
	call->http = NULL;
	int64_t date = reply->date ? ecs_retry_http_date(reply->date) : -1;
	if (date >= 0)
		ecs_client_clock_told(call->client, date);
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
	g_autofree char *host = ecs_redirect_host(find_root(call));
	if (reply->result == ECS_HTTP_BAD)
		fail(call, ECS_ERROR_BAD_REPLY, "%s: %s%s", host, reply->failure, outcome(call));
	else if (reply->result == ECS_HTTP_UNTRUSTED)
		fail(call, ECS_ERROR_UNTRUSTED, "no TLS with %s: %s", host, reply->failure);
	else
		fail(call, ECS_ERROR_UNREACHABLE, "%s %s: %s%s",
		     reply->unsent ? "no connection to" : "the connection broke to", host,
		     reply->failure, outcome(call));
}

/* What must not come back in an error: a service can quote what it was sent, now or before. */
static void note_secrets(EcsCall *call)
{
	const EcsCloud *cloud = call->client->cloud;
	const char *session = cloud->security_token ? cloud->security_token : "";
	const char *secrets[ECS_LOGIN_SECRETS + 2] = { call->auth ? ecs_auth_token(call->auth) : "",
						       call->spec.secret ? call->spec.secret : "",
						       session };
	/* A password may be any word: only a login has sent it. */
	if (!call->auth)
		ecs_login_secrets(cloud, secrets + 2);
	for (size_t i = 0; secrets[i]; i++)
		if (*secrets[i] &&
		    !g_ptr_array_find_with_equal_func(call->secrets, secrets[i], g_str_equal, NULL))
			g_ptr_array_add(call->secrets, g_strdup(secrets[i]));
}

/* A login that is signed knows its project before there is a grant. */
static GPtrArray *header_lines(EcsCall *call, const char *url)
{
	EcsAuth *auth = call->auth;
	EcsHeaderSpec spec = {
		.cloud = call->client->cloud,
		.token = auth ? ecs_auth_token(auth) : NULL,
		.project_id = auth ? ecs_auth_project_id(auth) : call->spec.project_id,
		.now = g_get_real_time() / G_USEC_PER_SEC + call->client->dating_s,
		.method = call->route->method,
		.url = url,
		.body = call->body,
		.type = call->route->type,
		.client_token = call->spec.client_token,
		.service = call->route->service,
		.micro = call->micro,
	};
	return ecs_header_lines(&spec);
}

static void send_request(EcsCall *call, const char *root)
{
	note_secrets(call);
	const char *project = call->auth ? ecs_auth_project_id(call->auth) : NULL;
	g_free(call->url);
	call->url = call->redirect ? g_strdup(call->redirect)
				   : ecs_route_url(call->route, root, project);
	g_autoptr(GPtrArray) lines = header_lines(call, call->url);
	call->generation = call->auth ? ecs_auth_generation(call->auth) : 0;
	call->dating_s = call->client->dating_s;
	EcsHttpRequest request = {
		.service = call->identity ? "identity" : call->route->service,
		.method = call->route->method,
		.url = call->url,
		.headers = (const char *const *)lines->pdata,
		.body = call->body,
		.deadline = call->deadline,
		/* Not DELETE: here it is to be known that one was sent before. */
		.repeatable = !call->spec.writing || strcmp(call->route->method, "PUT") == 0,
		.urgent = call->spec.urgent,
		.attempt = (int)++call->attempt,
		.project = call->auth ? ecs_auth_project_name(call->auth) : call->spec.project,
	};
	call->http = ecs_engine_send(call->client->engine, &request, replied, call);
}

static void resume(EcsCall *call, const GError *error)
{
	if (error)
		end(call, NULL, error);
	else
		proceed(call);
}

static void token_came(const GError *error, void *data)
{
	EcsCall *call = data;
	call->wait = NULL;
	resume(call, error);
}

static void microversion_came(const GError *error, void *data)
{
	EcsCall *call = data;
	call->micro_wait = NULL;
	resume(call, error);
}

/* Returns: false after having failed the call, or begun to wait. The cloud's own Nova has all that
 * it is asked for. */
static bool settle_microversion(EcsCall *call)
{
	const EcsRoute *route = call->route;
	call->micro = route->micro;
	bool nova = call->dialect == ECS_DIALECT_NOVA && strcmp(route->service, "compute") == 0;
	if (!route->micro || !nova)
		return true;
	unsigned newest = ecs_microversion_known(call->scope);
	if (!newest) {
		call->micro_wait = ecs_microversion_wait(call->scope, microversion_came, call);
		return false;
	}
	if (newest < route->micro_min) {
		fail(call, ECS_ERROR_NOT_SUPPORTED,
		     "this cloud's Nova speaks microversion 2.%u; 2.%u is needed", newest,
		     route->micro_min);
		return false;
	}
	call->micro = MIN(route->micro, newest);
	return true;
}

/* Choose the dialect. Returns: false after having failed the call. */
static bool choose_route(EcsCall *call)
{
	if (!call->identity && call->scope) {
		g_autoptr(GError) error = NULL;
		call->dialect =
			ecs_route_choose(&call->spec, ecs_auth_catalog(call->auth),
					 call->scope->region, call->client->options.plain, &error);
		if (error) {
			fail(call, error->code, "%s", error->message);
			return false;
		}
	}
	call->route = &call->spec.route[call->dialect];
	if (!call->body && call->route->body) {
		const GString *body = call->route->body;
		call->body = g_bytes_new_static(body->str, body->len);
	}
	return settle_microversion(call);
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
		ecs_scope_named(call->scope);
	if (!choose_route(call))
		return;
	send_request(call, find_root(call));
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
		call->auth = ecs_scope_auth(call->scope);
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
	call->secrets = g_ptr_array_new_null_terminated(0, wipe, true);
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
