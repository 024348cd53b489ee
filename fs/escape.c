/* SPDX-License-Identifier: MIT */
#include "fs/escape.h"

#include <string.h>

#include "client/json.h"
#include "client/text.h"

/* How one character of a format is written; NULL: as it is. */
typedef const char *(*Spelling)(gunichar c);

/* Append @text, valid and without control characters, each character as @spell wants it. */
static void spelled(GString *out, const char *text, Spelling spell)
{
	g_autofree char *made =
		g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
	const char *valid = made != NULL ? made : text;

	for (const char *p = valid, *next; *p != '\0'; p = next) {
		gunichar c = g_utf8_get_char(p);
		next = g_utf8_next_char(p);
		bool blank = ecs_text_misleads(c);
		const char *other = spell != NULL ? spell(blank ? ' ' : c) : NULL;
		if (other == NULL && blank)
			other = " ";
		if (other != NULL)
			g_string_append(out, other);
		else
			g_string_append_len(out, p, next - p);
	}
}

void ecsfs_escape_line(GString *out, const char *text)
{
	spelled(out, text, NULL);
}

bool ecsfs_escape_label(GString *out, const char *text)
{
	size_t start = out->len;
	bool gap = false;

	for (const char *p = text; *p != '\0' && out->len - start < ECSFS_LABEL_MAX; p++) {
		bool plain = g_ascii_isalnum(*p) ||
			     (strchr("._-", *p) != NULL && out->len > start && !gap);
		if (!plain) {
			gap = true;
			continue;
		}
		if (gap && out->len > start)
			g_string_append_c(out, '-');
		g_string_append_c(out, *p);
		gap = false;
	}
	if (out->len - start > ECSFS_LABEL_MAX) /* a '-' and what it joins */
		g_string_truncate(out, start + ECSFS_LABEL_MAX);
	while (out->len > start && !g_ascii_isalnum(out->str[out->len - 1]))
		g_string_truncate(out, out->len - 1);
	return strcmp(out->str + start, text) == 0;
}

static const char *underscore(gunichar c)
{
	return c < 0x80 && g_ascii_isalnum((char)c) ? NULL : "_";
}

void ecsfs_escape_word(GString *out, const char *text)
{
	spelled(out, text, underscore);
}

static const char *harmless(gunichar c)
{
	return c < 0x80 && strchr(" ._:/@+-", (char)c) != NULL ? NULL : underscore(c);
}

void ecsfs_escape_variable(GString *out, const char *text)
{
	g_string_append(out, "'\"");
	spelled(out, text, harmless);
	g_string_append(out, "\"'");
}

void ecsfs_escape_json(GString *out, const char *text)
{
	g_autoptr(GString) line = g_string_new(NULL);

	ecsfs_escape_line(line, text);
	ecs_json_quote(out, line->str);
}

static const char *twice(gunichar c)
{
	return c == '"' ? "\"\"" : NULL;
}

void ecsfs_escape_csv(GString *out, const char *text)
{
	const char *first = text;
	while (*first > '\0' && *first <= ' ')
		first++;
	bool formula = *first != '\0' && strchr("=+-@", *first) != NULL;
	bool quoted = text[strcspn(text, ",\"\r\n ;\t'")] != '\0' || formula;

	if (quoted)
		g_string_append_c(out, '"');
	if (formula)
		g_string_append_c(out, '\'');
	spelled(out, text, twice);
	if (quoted)
		g_string_append_c(out, '"');
}

static const char *dot(gunichar c)
{
	return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '&' ? "&amp;" : NULL;
}

void ecsfs_escape_dot(GString *out, const char *text)
{
	spelled(out, text, dot);
}

static const char *entity(gunichar c)
{
	return c == '&'	   ? "&amp;"
	       : c == '<'  ? "&lt;"
	       : c == '>'  ? "&gt;"
	       : c == '"'  ? "&quot;"
	       : c == '\'' ? "&#39;"
			   : NULL;
}

void ecsfs_escape_html(GString *out, const char *text)
{
	spelled(out, text, entity);
}
