#include "contrib/sandbox/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <string.h>
#include <sys/socket.h>

#include "contrib/sandbox/control.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/log.h"
#include "contrib/sandbox/router.h"
#include "contrib/sandbox/token.h"

#define BODY_LIMIT (12 * 1024 * 1024) /* the gateway's */
#define MEMORY_LIMIT (160 * 1024)     /* headers of 128 KB, the gateway's limit, and buffers */
#define CONNECTION_LIMIT 4000
#define IDLE_SECONDS 300
#define SLOW_PIECES 10

/* A suspended connection and the timer that will wake it */
typedef struct {
	struct MHD_Connection *connection;
	guint timer;
} Pause;

typedef struct {
	Request *req;
	Pause pause;
	FaultPlan plan;
	bool seen, ready, oversize, control;
	unsigned number; /* in the log */
	int64_t start;
} Exchange;

/* A body that is sent in pieces or by half */
typedef struct {
	Pause pause;
	char *text;
	size_t len, piece;
	size_t blanks; /* in front of the text */
	bool truncate;
	bool paused; /* the pause before the next piece is over */
	int ms;
} Trickle;

static struct MHD_Daemon *httpd;
static GSource *source;
static GPtrArray *pauses; /* Pause, borrowed */
static int latency_ms;
static bool down;

/* ---- pauses ---- */

static gboolean pause_over(gpointer data)
{
	Pause *pause = data;

	pause->timer = 0;
	g_ptr_array_remove_fast(pauses, pause);
	MHD_resume_connection(pause->connection);
	g_source_set_ready_time(source, 0); /* no descriptor tells that there is work */
	return G_SOURCE_REMOVE;
}

static void pause_start(Pause *pause, struct MHD_Connection *connection, int ms)
{
	pause->connection = connection;
	pause->timer = g_timeout_add((guint)ms, pause_over, pause);
	g_ptr_array_add(pauses, pause);
	MHD_suspend_connection(connection);
}

static void pause_cancel(Pause *pause)
{
	if (!pause->timer)
		return;
	g_source_remove(pause->timer);
	pause->timer = 0;
	g_ptr_array_remove_fast(pauses, pause);
}

/* ---- replies ---- */

static ssize_t trickle_read(void *data, uint64_t at, char *buffer, size_t max)
{
	Trickle *trickle = data;

	if (trickle->truncate && at >= trickle->len / 2)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (trickle->ms && at && !trickle->paused) {
		trickle->paused = true;
		pause_start(&trickle->pause, trickle->pause.connection, trickle->ms);
		return 0;
	}
	trickle->paused = false;
	if (at < trickle->blanks) {
		size_t n = MIN(max, trickle->blanks - at);
		memset(buffer, ' ', n);
		return (ssize_t)n;
	}
	at -= trickle->blanks;
	size_t len = MIN(MIN(max, trickle->piece), trickle->len - at);
	if (trickle->truncate)
		len = MIN(len, trickle->len / 2 - at);
	memcpy(buffer, trickle->text + at, len);
	return (ssize_t)len;
}

static void trickle_free(void *data)
{
	Trickle *trickle = data;

	pause_cancel(&trickle->pause);
	g_free(trickle->text);
	g_free(trickle);
}

static struct MHD_Response *trickle_response(Exchange *exchange, struct MHD_Connection *connection)
{
	GString *out = exchange->req->out;
	Trickle *trickle = g_new0(Trickle, 1);

	trickle->pause.connection = connection;
	trickle->text = g_memdup2(out->str, out->len + 1);
	trickle->len = out->len;
	trickle->truncate = exchange->plan.cut == CUT_TRUNCATE;
	trickle->ms = exchange->plan.piece_ms;
	trickle->piece = trickle->ms ? out->len / SLOW_PIECES + 1 : out->len + 1;
	if (exchange->plan.cut == CUT_HUGE)
		trickle->blanks = (size_t)exchange->plan.size_mb << 20;
	return MHD_create_response_from_callback(trickle->blanks + out->len, 32 * 1024,
						 trickle_read, trickle, trickle_free);
}

static void spoil(GString *out)
{
	if (out->len > 2)
		g_string_truncate(out, out->len - 2);
	g_string_append(out, ",]");
}

static enum MHD_Result send_reply(Exchange *exchange, struct MHD_Connection *connection)
{
	Request *req = exchange->req;
	FaultCut cut = exchange->plan.cut;

	if (cut == CUT_BADJSON)
		spoil(req->out);
	struct MHD_Response *response =
		(cut == CUT_TRUNCATE || cut == CUT_SLOW || cut == CUT_HUGE) && req->out->len
			? trickle_response(exchange, connection)
			: MHD_create_response_from_buffer(req->out->len, req->out->str,
							  MHD_RESPMEM_MUST_COPY);
	if (req->out->len)
		MHD_add_response_header(response, "Content-Type",
					req->type ? req->type : "application/json");
	MHD_add_response_header(response, "X-Request-Id", req->id);
	for (unsigned i = 0; i < req->out_headers->len; i += 2)
		MHD_add_response_header(response, req->out_headers->pdata[i],
					req->out_headers->pdata[i + 1]);
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)req->status, response);
	MHD_destroy_response(response);
	return result;
}

static void log_answer(const Exchange *exchange, int status)
{
	int64_t ms = (clock_now() - exchange->start) / MSEC;

	if (!exchange->control)
		log_close(exchange->number, status, (int)ms);
}

/* Closing with linger time 0 sends a RST instead of a FIN */
static enum MHD_Result cut_connection(Exchange *exchange, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger linger = { .l_onoff = 1 };

	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
	log_answer(exchange, 0);
	return MHD_NO;
}

/* ---- requests ---- */

static enum MHD_Result take_header(void *data, enum MHD_ValueKind kind, const char *key,
				   const char *value)
{
	Request *req = data;

	g_hash_table_insert(req->headers, g_ascii_strdown(key, -1), g_strdup(value ? value : ""));
	return MHD_YES;
}

static enum MHD_Result answer(Exchange *exchange, struct MHD_Connection *connection)
{
	Request *req = exchange->req;
	const FaultPlan *plan = &exchange->plan;

	if (exchange->control)
		control_answer(req);
	else if (exchange->oversize)
		fail_gateway(req, 413, "APIG.0201", "Request entity too large");
	else if (plan->answer)
		plan->answer(req, plan->retry_after, plan->code);
	else if (plan->work)
		router_answer(req);
	if (plan->spoil)
		plan->spoil(req, &plan->what);
	if (plan->cut == CUT_RESET)
		return cut_connection(exchange, connection);
	log_answer(exchange, req->status);
	return send_reply(exchange, connection);
}

/* The whole request is here */
static enum MHD_Result received(Exchange *exchange, struct MHD_Connection *connection)
{
	Request *req = exchange->req;

	if (exchange->ready || exchange->control)
		return answer(exchange, connection);
	exchange->ready = true;
	exchange->number = log_open(req->method, req->target);
	if (down) {
		exchange->plan.cut = CUT_RESET;
		return cut_connection(exchange, connection);
	}
	fault_plan(req, &exchange->plan);
	int wait = latency_ms + exchange->plan.stall_ms;
	if (wait <= 0)
		return answer(exchange, connection);
	pause_start(&exchange->pause, connection, wait);
	return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload,
				  size_t *upload_size, void **context)
{
	Exchange *exchange = *context;

	if (!exchange)
		return MHD_NO;
	if (!exchange->seen) {
		Request *req = exchange->req;
		exchange->seen = true;
		g_free(req->method);
		req->method = g_strdup(method);
		MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, req);
		return MHD_YES;
	}
	if (*upload_size) {
		GString *body = exchange->req->body;
		exchange->oversize |= body->len + *upload_size > BODY_LIMIT;
		if (!exchange->oversize)
			g_string_append_len(body, upload, (gssize)*upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return received(exchange, connection);
}

/* Called with the request line as it came; what it returns is on_request()'s context */
static void *on_uri(void *data, const char *uri, struct MHD_Connection *connection)
{
	Exchange *exchange = g_new0(Exchange, 1);

	exchange->req = request_new("", uri);
	exchange->control = g_str_has_prefix(uri, CONTROL_PREFIX);
	exchange->start = clock_now();
	return exchange;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	Exchange *exchange = *context;

	if (!exchange)
		return;
	pause_cancel(&exchange->pause);
	if (exchange->ready)
		log_answer(exchange, 0); /* no effect if it was answered */
	request_free(exchange->req);
	g_free(exchange);
	*context = NULL;
}

/* ---- the daemon in the main loop ---- */

typedef struct {
	GSource source;
	gpointer tag;
} HttpSource;

static gboolean source_prepare(GSource *self, gint *timeout)
{
	MHD_UNSIGNED_LONG_LONG ms = 0;

	*timeout = -1;
	if (MHD_get_timeout(httpd, &ms) == MHD_YES)
		*timeout = (gint)MIN(ms, 1000);
	return *timeout == 0;
}

static gboolean source_check(GSource *self)
{
	gint timeout = 0;

	return g_source_query_unix_fd(self, ((HttpSource *)self)->tag) ||
	       source_prepare(self, &timeout);
}

static gboolean source_dispatch(GSource *self, GSourceFunc callback, gpointer data)
{
	g_source_set_ready_time(self, -1);
	MHD_run(httpd);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {
	.prepare = source_prepare,
	.check = source_check,
	.dispatch = source_dispatch,
};

bool http_start(unsigned port, GError **error)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	pauses = g_ptr_array_new();
	httpd = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL, on_request,
		NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_LIMIT,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
	if (!httpd) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
			    "cannot listen on 127.0.0.1 port %u", port);
		return false;
	}
	source = g_source_new(&source_funcs, sizeof(HttpSource));
	((HttpSource *)source)->tag = g_source_add_unix_fd(
		source, MHD_get_daemon_info(httpd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, G_IO_IN);
	g_source_attach(source, NULL);
	return true;
}

unsigned http_port(void)
{
	return MHD_get_daemon_info(httpd, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void http_stop(void)
{
	/* the library insists that nothing is suspended when it stops */
	while (pauses->len) {
		Pause *pause = pauses->pdata[0];
		pause_cancel(pause);
		MHD_resume_connection(pause->connection);
	}
	g_source_destroy(source);
	g_clear_pointer(&source, g_source_unref);
	g_clear_pointer(&httpd, MHD_stop_daemon);
	g_clear_pointer(&pauses, g_ptr_array_unref);
}

void http_latency(int ms)
{
	latency_ms = ms;
}

void http_down(bool is_down)
{
	down = is_down;
}
