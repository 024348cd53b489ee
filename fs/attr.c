/* SPDX-License-Identifier: MIT */
#include "fs/attr.h"

#include <string.h>
#include <time.h>

#include "client/text.h"
#include "fs/view.h"

#define FIELD(type, view, attr)                                                                    \
	(*(const type *)(const void *)((const char *)(view)->item + (attr)->field))

bool ecsfs_show_note(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (view->note != NULL)
		ecsfs_value(out, view->note);
	return true;
}

void ecsfs_value(GString *out, const char *text)
{
	if (*text == '\0')
		return;
	ecs_text_append_line(out, text);
	g_string_append_c(out, '\n');
}

void ecsfs_iso8601(GString *out, int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	char text[64];

	if (gmtime_r(&t, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	g_string_append(out, text);
}

bool ecsfs_show_string(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *text = FIELD(char *, view, attr);

	if (text != NULL)
		ecsfs_value(out, text);
	return true;
}

bool ecsfs_show_int(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append_printf(out, "%d\n", FIELD(int, view, attr));
	return true;
}

bool ecsfs_show_int64(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append_printf(out, "%" G_GINT64_FORMAT "\n", FIELD(int64_t, view, attr));
	return true;
}

bool ecsfs_show_bool(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_string_append(out, FIELD(bool, view, attr) ? "true\n" : "false\n");
	return true;
}

bool ecsfs_show_time(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	int64_t seconds = FIELD(int64_t, view, attr);

	if (seconds != 0) {
		ecsfs_iso8601(out, seconds);
		g_string_append_c(out, '\n');
	}
	return true;
}

static void indent(GString *out, unsigned depth)
{
	g_string_append_c(out, '\n');
	for (unsigned i = 0; i < depth; i++)
		g_string_append(out, "  ");
}

/* Append the string that starts at @p, with its quotes; what misleads is escaped, which means the
 * same. Returns: what is behind it. */
static const char *copy_string(GString *out, const char *p, const char *end)
{
	const char *from = p++;

	while (p < end && *p != '"') {
		if ((unsigned char)*p >= ' ' && (unsigned char)*p < 0x7f) {
			p += *p == '\\' ? 2 : 1;
			continue;
		}
		gunichar c = g_utf8_get_char_validated(p, end - p);
		bool broken = c == (gunichar)-1 || c == (gunichar)-2 || c == 0;
		const char *next = broken ? p + 1 : g_utf8_next_char(p);
		if (broken || ecs_text_misleads(c)) {
			g_string_append_len(out, from, p - from);
			g_string_append_printf(out, "\\u%04x", broken ? 0xfffd : c);
			from = next;
		}
		p = next;
	}
	p = MIN(p + 1, end);
	if (p > from)
		g_string_append_len(out, from, p - from);
	return p;
}

void ecsfs_pretty(GString *out, const char *compact, size_t len)
{
	unsigned depth = 0;

	for (const char *p = compact, *end = compact + len; p < end;) {
		char c = *p;
		bool opens = c == '{' || c == '[';

		if (c == '"') {
			p = copy_string(out, p, end);
			continue;
		}
		p++;
		if (opens && p < end && (*p == '}' || *p == ']')) {
			g_string_append_c(out, c);
			g_string_append_c(out, *p++);
			continue;
		}
		if (c == '}' || c == ']')
			indent(out, depth = depth > 0 ? depth - 1 : 0);
		g_string_append_c(out, c);
		if (opens)
			indent(out, ++depth);
		else if (c == ',')
			indent(out, depth);
		else if (c == ':')
			g_string_append_c(out, ' ');
	}
	g_string_append_c(out, '\n');
}

void ecsfs_plain(GString *out, const char *compact, size_t len)
{
	for (const char *p = compact, *end = compact + len; p < end;) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *next = quote != NULL ? quote : end;
		g_string_append_len(out, p, next - p);
		p = quote != NULL ? copy_string(out, quote, end) : end;
	}
}

bool ecsfs_show_json(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecsfs_collection_class(view->collection)->json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}
