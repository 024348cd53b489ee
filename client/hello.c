/* SPDX-License-Identifier: MIT */
#include "client/hello.h"

#include "client/call.h"
#include "client/json.h"

typedef struct {
	EcsHelloDone done;
	void *data;
} Hello;

static void answered(const EcsReply *reply, const GError *error, void *data)
{
	g_autofree Hello *hello = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		reply ? ecs_json_parse(reply->body, reply->body_len, &wrong) : NULL;
	const EcsJson *version = ecs_json_get(json, "version");
	if (!error && !wrong && !ecs_json_is_object(version))
		g_set_error_literal(&wrong, ECS_ERROR, ECS_ERROR_BAD_REPLY,
				    "what answers there is no identity service");
	if (!error)
		error = wrong;
	hello->done(error ? NULL : ecs_json_get_text(version, "id"), error, hello->data);
}

void ecs_client_hello(EcsClient *client, EcsHelloDone done, void *data)
{
	Hello *hello = g_new(Hello, 1);
	*hello = (Hello){ done, data };
	EcsCallSpec spec = { .urgent = true };
	spec.route[0] = (EcsRoute){ "identity", "GET", g_strdup(""), NULL };
	ecs_call_start_identity(client, NULL, spec, NULL, answered, hello);
}
