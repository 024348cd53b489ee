/* SPDX-License-Identifier: MIT */
/*
 * change - calls that change something: what they have in common behind EcsChangeDone. Internal to
 * client/.
 */
#pragma once

#include "client/call.h"
#include "client/types.h"

/**
 * ecs_change_start - send a change.
 * @spec: as ecs_call_start(); .writing is set here.
 * @must_start: an answer that names neither a job nor an object is a BAD_REPLY.
 */
void ecs_change_start(EcsScope *scope, EcsCallSpec spec, bool must_start, GCancellable *cancellable,
		      EcsChangeDone done, void *data);

/* Report a refused argument. @format: the sentence. */
void ecs_change_refuse(EcsScope *scope, GCancellable *cancellable, EcsChangeDone done, void *data,
		       const char *format, ...) G_GNUC_PRINTF(5, 6);
