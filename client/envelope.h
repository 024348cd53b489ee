/* SPDX-License-Identifier: MIT */
/*
 * envelope - what an answer that is no success says about itself: its code, its text, its request
 * id, whichever of the cloud's dozen shapes it has. Internal to client/.
 *
 * Source: the error chapters of the ECS, EVS, VPC, IAM and API gateway references, and Nova's
 * faults.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "client/error.h"

typedef struct {
	char *code; /* "Ecs.0114", "itemNotFound", "PortNotFound"; "" if there is none */
	char *text; /* one line of UTF-8, cut to 300 bytes, no full stop; "" if there is none */
	char *request_id; /* "" if the body has none */
	int retry_after;  /* seconds, from the body; -1 if not there */
} EcsEnvelope;

/* @body: any bytes, JSON or not. @secrets: NULL-terminated: what holds one, or how a long one
 * begins, is left out; NULL: nothing to hide. Fills @out: owned, ecs_envelope_clear(). */
void ecs_envelope_parse(const char *body, size_t len, const char *const *secrets, EcsEnvelope *out);
void ecs_envelope_clear(EcsEnvelope *envelope);

/**
 * ecs_envelope_error - the error that an answer amounts to.
 * @object: what the call was about, "server 118258c5", or "".
 * @request_id: from the header; "" takes the body's.
 * @writing: the call changes something.
 *
 * Returns: owned, in ECS_ERROR.
 */
GError *ecs_envelope_error(const EcsEnvelope *envelope, int status, const char *object,
			   const char *request_id, bool writing);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EcsEnvelope, ecs_envelope_clear)
