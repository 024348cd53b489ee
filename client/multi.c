/* SPDX-License-Identifier: MIT */
#include "client/multi.h"

#define IDLE_CONNECTIONS 32

struct EcsMulti {
	CURLM *curl;
	EcsLoop *loop;
	EcsTimer *timer; /* curl's one, or NULL */
	EcsMultiDone done;
};

/* A socket that curl wants watched. */
typedef struct {
	GSource source;
	EcsMulti *multi;
	curl_socket_t fd;
	gpointer tag;
} Watch;

static void collect(EcsMulti *multi)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(multi->curl, &left)))
		if (message->msg == CURLMSG_DONE)
			multi->done(message->easy_handle, message->data.result);
}

static gboolean watch_dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
	Watch *watch = (Watch *)source;
	EcsMulti *multi = watch->multi;
	GIOCondition condition = g_source_query_unix_fd(source, watch->tag);
	int events = 0, running;
	if (condition & (G_IO_IN | G_IO_HUP))
		events |= CURL_CSELECT_IN;
	if (condition & G_IO_OUT)
		events |= CURL_CSELECT_OUT;
	if (condition & (G_IO_ERR | G_IO_NVAL))
		events |= CURL_CSELECT_ERR;
	curl_multi_socket_action(multi->curl, watch->fd, events, &running);
	collect(multi);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch };

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	EcsMulti *multi = data;
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
	watch->multi = multi;
	watch->fd = fd;
	watch->tag = g_source_add_unix_fd(source, fd, condition);
	g_source_attach(source, ecs_loop_context(multi->loop));
	curl_multi_assign(multi->curl, fd, source);
	return 0;
}

static void timer_fired(void *data)
{
	EcsMulti *multi = data;
	int running;
	multi->timer = NULL;
	curl_multi_socket_action(multi->curl, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(multi);
}

static int set_timer(CURLM *curl, long timeout_ms, void *data)
{
	EcsMulti *multi = data;
	if (multi->timer)
		ecs_timer_cancel(multi->timer);
	multi->timer = NULL;
	if (timeout_ms >= 0)
		multi->timer =
			ecs_loop_timer(multi->loop, g_get_monotonic_time() + timeout_ms * 1000,
				       timer_fired, multi);
	return 0;
}

static void init_curl(void)
{
	static size_t once;
	if (g_once_init_enter(&once)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&once, 1);
	}
}

EcsMulti *ecs_multi_new(EcsLoop *loop, EcsMultiDone done)
{
	init_curl();
	EcsMulti *multi = g_new0(EcsMulti, 1);
	multi->loop = loop;
	multi->done = done;
	multi->curl = curl_multi_init();
	curl_multi_setopt(multi->curl, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(multi->curl, CURLMOPT_SOCKETDATA, multi);
	curl_multi_setopt(multi->curl, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(multi->curl, CURLMOPT_TIMERDATA, multi);
	curl_multi_setopt(multi->curl, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(multi->curl, CURLMOPT_MAXCONNECTS, (long)IDLE_CONNECTIONS);
	return multi;
}

void ecs_multi_free(EcsMulti *multi)
{
	if (!multi)
		return;
	/* Closing the connections that are kept alive still calls watch_socket() and set_timer().
	 */
	curl_multi_cleanup(multi->curl);
	if (multi->timer)
		ecs_timer_cancel(multi->timer);
	g_free(multi);
}

void ecs_multi_add(EcsMulti *multi, CURL *easy)
{
	curl_multi_add_handle(multi->curl, easy);
}

void ecs_multi_remove(EcsMulti *multi, CURL *easy)
{
	curl_multi_remove_handle(multi->curl, easy);
}
