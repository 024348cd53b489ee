/* SPDX-License-Identifier: MIT */
/*
 * text - what somebody else wrote, fit to be shown on a line of a terminal or a log. Any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Returns: whether @c is no text, but changes how a terminal or a page shows what is behind it:
 * control characters of all kinds, ends of lines and paragraphs, and what turns the direction of
 * writing (as "Trojan Source" does, CVE-2021-42574). */
bool ecs_text_misleads(gunichar c);

/* Append @text in valid UTF-8, on one line: broken bytes are U+FFFD, what misleads is a blank. */
void ecs_text_append_line(GString *out, const char *text);

/* Returns: the same alone, owned. */
char *ecs_text_line(const char *text);
