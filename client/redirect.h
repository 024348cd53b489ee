/* SPDX-License-Identifier: MIT */
/*
 * redirect - where an answer sends us, and whether we go there. Pure. Internal to client/.
 *
 * A token or a signature goes along, so only to the host that has it already: the same place, or
 * the same host by https where http was asked. Everything else is told to the user.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Of an error: with the status, and ecs_redirect_text(). */
#define ECS_REDIRECT_REFUSED                                                                       \
	"HTTP %d sends us to %s, where no credentials are sent unasked: if that is right, it "     \
	"belongs into clouds.yaml"

/* Is @status a redirect to another URL? */
bool ecs_redirect_is(int status);

/**
 * ecs_redirect_follow - the URL to ask instead.
 * @url: that was asked. @location: of the answer: absolute, or a path; NULL.
 *
 * Returns: owned; NULL: it is not to be followed.
 */
char *ecs_redirect_follow(const char *url, const char *location);

/* Returns: host and port of @url, for a sentence; owned. */
char *ecs_redirect_host(const char *url);

/* Returns: @location for a sentence: without user, query and fragment, and not long. Owned. */
char *ecs_redirect_text(const char *location);
