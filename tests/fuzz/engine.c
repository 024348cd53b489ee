/* SPDX-License-Identifier: MIT */
/* The client's engine without a network: a token for who logs in, the input for everybody else. */
#include "client/engine.h"

#include "tests/fuzz/fuzz-client.h"

struct EcsEngine {
	EcsLoop *loop;
};

struct EcsHttp {
	bool login;
	EcsHttpDone done;
	void *data;
	EcsTimer *timer;
};

static const char token[] =
	"{\"token\":{\"expires_at\":\"2099-01-01T00:00:00Z\",\"issued_at\":\"2026-01-01T00:00:"
	"00Z\","
	"\"project\":{\"id\":\"p\",\"name\":\"eu-de\"},\"user\":{\"name\":\"demo\"},\"catalog\":["
#define SERVICE(type, path)                                                                        \
	"{\"type\":\"" type "\",\"endpoints\":[{\"interface\":\"public\",\"region\":\"eu-de\","    \
	"\"url\":\"http://127.0.0.1:1/" path "\"}]}"
	SERVICE("ecs", "ecs/v1/p") "," SERVICE("compute", "ecs/v2.1/p") "," SERVICE(
		"evs",
		"evs/v2/"
		"p") "," SERVICE("volumev2",
				 "evs/v2/p") "," SERVICE("image",
							 "ims") "," SERVICE("network",
									    "vpc") "," SERVICE("vp"
											       "c",
											       "vpc"
											       "/v1"
											       "/p") "," SERVICE("vpc2.0",
														 "vpc/v2.0/p") "," SERVICE("bms",
																	   "bms/v1/p") "]}}";

EcsEngine *ecs_engine_new(EcsLoop *loop, const EcsEngineOptions *options)
{
	EcsEngine *engine = g_new(EcsEngine, 1);

	engine->loop = loop;
	return engine;
}

void ecs_engine_free(EcsEngine *engine)
{
	g_free(engine);
}

static void answer(void *data)
{
	EcsHttp *http = data;
	EcsHttpReply reply = { .result = ECS_HTTP_ANSWERED,
			       .status = 201,
			       .body = token,
			       .body_len = sizeof(token) - 1,
			       .request_id = "",
			       .token = "token-1",
			       .failure = "" };

	if (!http->login) {
		reply.status = 200;
		reply.body = fuzz_answer.body;
		reply.body_len = fuzz_answer.len;
		reply.token = NULL;
		if (g_atomic_int_add(&fuzz_answer.given, 1) > FUZZ_ANSWERS) {
			reply.result = ECS_HTTP_UNREACHABLE;
			reply.status = 0;
			reply.failure = "no more answers";
		}
	}
	http->done(&reply, http->data);
	g_free(http);
}

EcsHttp *ecs_engine_send(EcsEngine *engine, const EcsHttpRequest *request, EcsHttpDone done,
			 void *data)
{
	EcsHttp *http = g_new(EcsHttp, 1);

	*http = (EcsHttp){ .login = g_str_has_suffix(request->url, "/auth/tokens"),
			   .done = done,
			   .data = data };
	http->timer = ecs_loop_timer(engine->loop, g_get_monotonic_time(), answer, http);
	return http;
}

bool ecs_http_cancel(EcsHttp *http)
{
	ecs_timer_cancel(http->timer);
	g_free(http);
	return false;
}
