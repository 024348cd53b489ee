/* SPDX-License-Identifier: MIT */
#include "client/follow.h"

#include "client/change.h"
#include "client/single.h"

typedef struct {
	EcsScope *scope;
	EcsFollowed what;
	EcsFollow follow;
	EcsFollowEnd end;
	char *object;
	GCancellable *cancellable;
	EcsChangeDone done;
	void *data;
} Following;

static void following_free(Following *following)
{
	g_clear_object(&following->cancellable);
	g_free((char *)following->what.id);
	g_free((char *)following->what.text);
	g_free((char *)following->what.more);
	g_free(following->object);
	g_free(following);
}

static void spec_clear(EcsCallSpec *spec)
{
	for (int i = 0; i < ECS_DIALECTS; i++) {
		g_free(spec->route[i].path);
		if (spec->route[i].body)
			g_string_free(spec->route[i].body, TRUE);
	}
	g_free(spec->object);
}

static void first_done(const EcsReply *reply, const GError *error, void *data)
{
	Following *following = data;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(EcsJson) json =
		error ? NULL : ecs_json_parse(reply->body, reply->body_len, &wrong);
	EcsCallSpec spec = { .object = g_strdup(following->object), .writing = true };
	if (json && following->follow(json, &following->what, &spec, &wrong)) {
		if (following->end.key)
			ecs_single_made(following->scope, spec, following->end.member,
					following->end.key, following->cancellable, following->done,
					following->data);
		else
			ecs_change_start(following->scope, spec, false, following->cancellable,
					 following->done, following->data);
	} else {
		if (wrong)
			g_prefix_error(&wrong, "%s: ", following->object);
		spec_clear(&spec);
		following->done(NULL, error ? error : wrong, following->data);
	}
	following_free(following);
}

void ecs_follow_start(EcsScope *scope, EcsCallSpec first, const EcsFollowed *what, EcsFollow follow,
		      EcsFollowEnd end, GCancellable *cancellable, EcsChangeDone done, void *data)
{
	Following *following = g_new0(Following, 1);
	following->scope = scope;
	following->what = (EcsFollowed){ g_strdup(what->id), g_strdup(what->text),
					 g_strdup(what->more), what->flag };
	following->follow = follow;
	following->end = end;
	following->object = g_strdup(first.object);
	following->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	following->done = done;
	following->data = data;
	ecs_call_start(scope, first, cancellable, first_done, following);
}
