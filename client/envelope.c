/* SPDX-License-Identifier: MIT */
#include "client/envelope.h"

#include <string.h>

#include "client/json.h"
#include "client/text.h"
#include "client/error_table.h"

#define TEXT_MAX 300
#define WORD_MAX 64
#define QUOTED_MIN 24 /* bytes of a secret by which it is known */

/* Where the two texts may stand, in the order in which they are looked for. */
static const struct {
	const char *code;
	const char *text;
} spellings[] = {
	{ "error_code", "error_msg" },
	{ "errorCode", "errorMsg" },
	{ "code", "message" },
	{ "type", "message" },
	{ "error_code", "error_message" },
	{ "code", "error_msg" },
	{ "error_code", "message" },
	{ "code", "title" },
	{},
};

/* API codes look like "Ecs.0114"; a gateway's like "APIG.0301". */
static bool is_api_code(const char *text)
{
	const char *dot = strchr(text, '.');
	return dot && dot != text && g_ascii_isupper(*text) && strlen(dot) == 5 &&
	       strspn(dot + 1, "0123456789") == 4 &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
		       (size_t)(dot - text);
}

/* One line of valid UTF-8 without markup, without its full stop, cut. */
static char *clean(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, 8 * TEXT_MAX));
	GString *out = g_string_new(NULL);
	bool tag = false, gap = false;
	for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (c == '<' && (g_ascii_isalpha(at[1]) || at[1] == '/' || at[1] == '!'))
			tag = true;
		if (!tag && !g_unichar_isspace(c) && !ecs_text_misleads(c)) {
			if (gap && out->len)
				g_string_append_c(out, ' ');
			gap = false;
			if (out->len > TEXT_MAX) {
				g_string_append(out, "…");
				break;
			}
			g_string_append_unichar(out, c);
		} else {
			gap = true;
		}
		if (c == '>')
			tag = false;
	}
	while (out->len && out->str[out->len - 1] == '.' && !g_str_has_suffix(out->str, "..."))
		g_string_truncate(out, out->len - 1);
	if (g_ascii_isupper(out->str[0]) && g_ascii_islower(out->str[1]))
		out->str[0] = g_ascii_tolower(out->str[0]);
	return g_string_free(out, FALSE);
}

static bool take_spelling(const EcsJson *object, EcsEnvelope *out)
{
	for (size_t i = 0; spellings[i].code; i++) {
		char scratch[32];
		const char *code =
			ecs_json_scalar(ecs_json_get(object, spellings[i].code), scratch);
		const char *text = ecs_json_get_text(object, spellings[i].text);
		if (!*code && (!*text || spellings[i + 1].code))
			continue;
		if (!*text && i < 2 && !is_api_code(code))
			continue;
		out->code = g_strdup(code);
		out->text = g_strdup(text);
		return true;
	}
	const char *text = ecs_json_get_text(object, "message");
	if (!*text)
		return false;
	out->code = g_strdup("");
	out->text = g_strdup(text);
	return true;
}

/* Nova's faults and IAM's errors carry the HTTP status as code: the member's name says more. */
static void name_fault(EcsEnvelope *out, const char *name)
{
	if (*out->code && strspn(out->code, "0123456789") != strlen(out->code))
		return;
	g_free(out->code);
	out->code = g_strdup(strcmp(name, "error") == 0 ? "" : name);
}

static void take_json(const EcsJson *json, EcsEnvelope *out)
{
	out->request_id = g_strdup(ecs_json_get_text(json, "request_id"));
	if (take_spelling(json, out)) {
		name_fault(out, "error");
		return;
	}
	const EcsJson *member;
	for (member = ecs_json_first(json); member; member = ecs_json_next(member)) {
		if (!ecs_json_is_object(member) || !take_spelling(member, out))
			continue;
		int64_t seconds;
		if (ecs_json_number(ecs_json_get(member, "retryAfter"), &seconds) && seconds >= 0)
			out->retry_after = (int)MIN(seconds, G_MAXINT);
		if (ecs_json_key(member))
			name_fault(out, ecs_json_key(member));
		return;
	}
}

/* Valid UTF-8 without control characters, cut. @text may be NULL. */
static char *short_word(const char *text)
{
	if (!text)
		return g_strdup("");
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)strnlen(text, WORD_MAX));
	GString *out = g_string_new(NULL);
	for (const char *at = valid; *at; at = g_utf8_next_char(at))
		if (!ecs_text_misleads(g_utf8_get_char(at)))
			g_string_append_unichar(out, g_utf8_get_char(at));
	return g_string_free(out, FALSE);
}

/* As it is in the body that was sent. */
static bool holds_as_json(const char *text, const char *secret)
{
	g_autoptr(GString) quoted = g_string_new(NULL);
	ecs_json_quote(quoted, secret);
	g_string_truncate(quoted, MIN(quoted->len - 1, 1 + QUOTED_MIN));
	bool holds = strstr(text, quoted->str + 1);
	explicit_bzero(quoted->str, quoted->len);
	return holds;
}

/* Who quotes a long value may cut it. */
static void hide(char **text, const char *const *secrets)
{
	for (; *text && secrets && *secrets; secrets++) {
		g_autofree char *start = g_strndup(*secrets, QUOTED_MIN);
		if (*start && (strstr(*text, start) || holds_as_json(*text, *secrets)))
			g_clear_pointer(text, g_free);
	}
}

/* The VPC API quotes what is behind it, as JSON inside its own message: the sentence is what people
 * want, the code stays the API's. */
static void unwrap(EcsEnvelope *out)
{
	if (!out->text || *out->text != '{')
		return;
	g_autoptr(EcsJson) json = ecs_json_parse(out->text, strlen(out->text), NULL);
	EcsEnvelope inner = { .retry_after = -1 };
	if (ecs_json_is_object(json))
		take_json(json, &inner);
	if (inner.text && *inner.text) {
		g_free(out->text);
		out->text = g_steal_pointer(&inner.text);
	}
	ecs_envelope_clear(&inner);
}

void ecs_envelope_parse(const char *body, size_t len, const char *const *secrets, EcsEnvelope *out)
{
	*out = (EcsEnvelope){ .retry_after = -1 };
	g_autoptr(EcsJson) json = len ? ecs_json_parse(body, len, NULL) : NULL;
	if (ecs_json_is_object(json))
		take_json(json, out);
	else if (!json && len)
		out->text = g_strndup(body, len);
	unwrap(out);
	if (out->code && out->text && !is_api_code(out->code) && is_api_code(out->text)) {
		char *code = out->text;
		out->text = out->code;
		out->code = code;
	}
	/* Before anything is cut or changed, which could disguise it. */
	hide(&out->code, secrets);
	hide(&out->text, secrets);
	hide(&out->request_id, secrets);
	g_autofree char *raw_text = out->text;
	g_autofree char *raw_code = out->code;
	g_autofree char *raw_id = out->request_id;
	out->text = clean(raw_text ? raw_text : "");
	out->code = short_word(raw_code);
	out->request_id = short_word(raw_id);
}

void ecs_envelope_clear(EcsEnvelope *envelope)
{
	g_clear_pointer(&envelope->code, g_free);
	g_clear_pointer(&envelope->text, g_free);
	g_clear_pointer(&envelope->request_id, g_free);
}

GError *ecs_envelope_error(const EcsEnvelope *envelope, int status, const char *object,
			   const char *request_id, bool writing)
{
	g_autoptr(GString) message = g_string_new(object);
	if (message->len)
		g_string_append(message, ": ");
	if (*envelope->code)
		g_string_append(message, envelope->code);
	else
		g_string_append_printf(message, "HTTP %d", status);
	if (*envelope->text)
		g_string_append_printf(message, " %s", envelope->text);
	if (!*request_id)
		request_id = envelope->request_id;
	if (*request_id)
		g_string_append_printf(message, " (request %s)", request_id);
	EcsError code = ecs_error_classify(status, envelope->code, envelope->text, writing);
	return g_error_new_literal(ECS_ERROR, (gint)code, message->str);
}
