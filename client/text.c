/* SPDX-License-Identifier: MIT */
#include "client/text.h"

bool ecs_text_misleads(gunichar c)
{
	if (c < 0x80)
		return c < 0x20 || c == 0x7f;
	return c < 0xa0 || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void ecs_text_append_line(GString *out, const char *text)
{
	g_autofree char *made =
		g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);

	for (const char *at = made ? made : text, *next; *at; at = next) {
		next = g_utf8_next_char(at);
		if (ecs_text_misleads(g_utf8_get_char(at)))
			g_string_append_c(out, ' ');
		else
			g_string_append_len(out, at, next - at);
	}
}

char *ecs_text_line(const char *text)
{
	GString *out = g_string_new(NULL);

	ecs_text_append_line(out, text);
	return g_string_free(out, FALSE);
}
