/* SPDX-License-Identifier: MIT */
/*
 * follow - a change in two calls: what there is is asked for, and the change is made of it. For
 * OpenStack's APIs, where they want what the tree does not show, or a list as a whole. Internal to
 * client/.
 */
#pragma once

#include "client/call.h"
#include "client/json.h"
#include "client/types.h"

/* What is to be changed; strings are copied. */
typedef struct {
	const char *id;
	const char *text, *more; /* as the step wants; may be NULL */
	bool flag;
} EcsFollowed;

/**
 * EcsFollow - the second call.
 * @json: the first one's answer.
 * @spec: to be filled in.
 *
 * Returns: false with @error set: nothing is changed.
 */
typedef bool (*EcsFollow)(const EcsJson *json, const EcsFollowed *what, EcsCallSpec *spec,
			  GError **error);

/* How the second answer is told: as ecs_change_start() does, or the id in it. */
typedef struct {
	const char *member, *key; /* of ecs_single_made(); NULL: ecs_change_start() */
} EcsFollowEnd;

/* @first: as ecs_call_start(); taken over. */
void ecs_follow_start(EcsScope *scope, EcsCallSpec first, const EcsFollowed *what, EcsFollow follow,
		      EcsFollowEnd end, GCancellable *cancellable, EcsChangeDone done, void *data);
