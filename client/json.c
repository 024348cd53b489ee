/* SPDX-License-Identifier: MIT */
#include "client/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/arena.h"
#include "client/error.h"
#include "client/scan.h"

EcsJson *ecs_json_parse(const char *text, size_t len, GError **error)
{
	EcsScan scan = { text, text + len, false };
	ecs_scan_space(&scan);
	const char *what = ecs_scan_value(&scan);
	if (!what && scan.deep)
		what = "it is nested too deep";
	cJSON *json = what ? NULL : cJSON_ParseWithLength(text, len);
	if (!json)
		g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY, "the answer is not usable: %s",
			    what ? what : "it is not JSON");
	return json;
}

EcsJson *ecs_json_parse_element(const char *text, size_t len)
{
	ecs_arena_begin();
	cJSON *json = cJSON_ParseWithLength(text, len);
	ecs_arena_end();
	return json;
}

void ecs_json_free_element(EcsJson *json)
{
	cJSON_Delete(json);
	ecs_arena_reset();
}

void ecs_json_free(EcsJson *json)
{
	cJSON_Delete(json);
}

const EcsJson *ecs_json_get(const EcsJson *json, const char *key)
{
	return cJSON_IsObject(json) ? cJSON_GetObjectItemCaseSensitive(json, key) : NULL;
}

const EcsJson *ecs_json_first(const EcsJson *json)
{
	return cJSON_IsObject(json) || cJSON_IsArray(json) ? json->child : NULL;
}

const EcsJson *ecs_json_next(const EcsJson *json)
{
	return json ? json->next : NULL;
}

const char *ecs_json_key(const EcsJson *json)
{
	return json ? json->string : NULL;
}

const char *ecs_json_text(const EcsJson *json)
{
	return cJSON_IsString(json) ? json->valuestring : NULL;
}

const char *ecs_json_get_text(const EcsJson *json, const char *key)
{
	const char *text = ecs_json_text(ecs_json_get(json, key));
	return text ? text : "";
}

bool ecs_json_is_object(const EcsJson *json)
{
	return cJSON_IsObject(json);
}

bool ecs_json_number(const EcsJson *json, int64_t *out)
{
	double number;
	if (cJSON_IsNumber(json)) {
		number = json->valuedouble;
	} else if (cJSON_IsString(json)) {
		char *end = NULL;
		int64_t n = g_ascii_strtoll(json->valuestring, &end, 10);
		if (end != json->valuestring && !*end) {
			*out = n;
			return true;
		}
		number = g_ascii_strtod(json->valuestring, &end);
		if (end == json->valuestring || *end)
			return false;
	} else {
		return false;
	}
	/* 2^63 as a double is exact; casting what does not fit is undefined. */
	if (isnan(number) || number >= 9223372036854775808.0 || number < -9223372036854775808.0)
		return false;
	*out = (int64_t)number;
	return true;
}

bool ecs_json_truth(const EcsJson *json)
{
	int64_t number;
	if (cJSON_IsBool(json))
		return cJSON_IsTrue(json);
	if (cJSON_IsString(json) && g_ascii_strcasecmp(json->valuestring, "true") == 0)
		return true;
	return ecs_json_number(json, &number) && number != 0;
}

const char *ecs_json_scalar(const EcsJson *json, char *scratch)
{
	if (cJSON_IsString(json))
		return json->valuestring;
	if (cJSON_IsBool(json))
		return cJSON_IsTrue(json) ? "true" : "false";
	if (!cJSON_IsNumber(json))
		return "";
	int64_t number;
	if (ecs_json_number(json, &number) && (double)number == json->valuedouble)
		g_snprintf(scratch, 32, "%" G_GINT64_FORMAT, number);
	else
		g_ascii_dtostr(scratch, 32, json->valuedouble);
	return scratch;
}

void ecs_json_pairs(const EcsJson *object, EcsPairs *out, EcsBuilder *builder)
{
	int n = cJSON_IsObject(object) ? cJSON_GetArraySize(object) : 0;
	if (n == 0) {
		*out = (EcsPairs){ 0 };
		return;
	}
	g_autofree EcsPair *v = g_new(EcsPair, n);
	g_autofree char *scratch = g_malloc(32 * (size_t)n);
	size_t i = 0;
	const cJSON *member;
	cJSON_ArrayForEach (member, object) {
		if (i == ECS_JSON_MEMBERS_MAX)
			break;
		v[i].key = member->string;
		v[i].value = ecs_json_scalar(member, scratch + 32 * i);
		i++;
	}
	ecs_builder_pairs(builder, out, v, i);
}

void ecs_json_tags(const EcsJson *list, EcsPairs *out, EcsBuilder *builder)
{
	int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
	if (!n)
		return;
	g_autofree EcsPair *pairs = g_new(EcsPair, n);
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	size_t kept = 0;
	const cJSON *json;
	cJSON_ArrayForEach (json, list) {
		if (kept == ECS_JSON_MEMBERS_MAX)
			break;
		if (cJSON_IsString(json)) {
			const char *tag = json->valuestring;
			const char *value = strchrnul(tag, '=');
			char *key = g_strndup(tag, (size_t)(value - tag));
			g_ptr_array_add(keys, key);
			pairs[kept++] = (EcsPair){ key, *value ? value + 1 : value };
		} else if (*ecs_json_get_text(json, "key")) {
			pairs[kept++] = (EcsPair){ ecs_json_get_text(json, "key"),
						   ecs_json_get_text(json, "value") };
		}
	}
	ecs_builder_pairs(builder, out, pairs, kept);
}

/* Returns: whether the value counts as there (for required fields). @json may be NULL. */
static bool decode_one(const cJSON *json, const EcsJsonField *field, void *member,
		       EcsBuilder *builder)
{
	char scratch[32];
	int64_t number = field->fallback;
	bool there = true;
	switch (field->type) {
	case ECS_JSON_STRING:
	case ECS_JSON_SHARED: {
		const char *text = ecs_json_scalar(json, scratch);
		there = *text && (!field->required || strlen(text) <= ECS_JSON_STRING_MAX);
		if (field->type == ECS_JSON_SHARED)
			ecs_builder_shared(builder, member, text);
		else
			ecs_builder_string(builder, member, text, ECS_JSON_STRING_MAX);
		break;
	}
	case ECS_JSON_INT:
		there = ecs_json_number(json, &number);
		*(int *)member = (int)CLAMP(number, G_MININT, G_MAXINT);
		break;
	case ECS_JSON_INT64:
		there = ecs_json_number(json, &number);
		*(int64_t *)member = number;
		break;
	case ECS_JSON_BOOL:
		*(bool *)member = ecs_json_truth(json);
		break;
	case ECS_JSON_TIME:
		*(int64_t *)member = ecs_json_time(ecs_json_text(json));
		break;
	case ECS_JSON_PAIRS:
		ecs_json_pairs(json, member, builder);
		break;
	case ECS_JSON_OBJECT:
		break;
	}
	return there;
}

static const cJSON *find_in(const cJSON *from, const cJSON *to, const char *key)
{
	while (from != to && strcmp(from->string, key) != 0)
		from = from->next;
	return from != to ? from : NULL;
}

/* Find a member, first behind the last one that was found, *@at: tables have about the order that
 * documents have. */
static const cJSON *find_on(const cJSON *object, const char *key, const cJSON **at)
{
	if (!cJSON_IsObject(object))
		return NULL;
	const cJSON *start = *at ? (*at)->next : object->child;
	const cJSON *found = find_in(start, NULL, key);
	if (!found)
		found = find_in(object->child, start, key);
	if (found)
		*at = found;
	return found;
}

static bool decode_object(const cJSON *object, const EcsJsonField *fields, char *out,
			  EcsBuilder *builder)
{
	const cJSON *at = NULL;
	for (const EcsJsonField *field = fields; field->key; field++) {
		const cJSON *json = find_on(object, field->key, &at);
		bool there = field->type == ECS_JSON_OBJECT
				     ? decode_object(json, field->sub, out, builder)
				     : decode_one(json, field, out + field->offset, builder);
		if (field->type == ECS_JSON_OBJECT && !there)
			return false;
		if (field->required && !there)
			return false;
	}
	return true;
}

bool ecs_json_decode(const EcsJson *object, const EcsJsonField *fields, void *out,
		     EcsBuilder *builder)
{
	return cJSON_IsObject(object) && decode_object(object, fields, out, builder);
}

void ecs_json_drop(EcsJson *object, const char *key)
{
	cJSON *member;
	while (cJSON_IsObject(object) &&
	       (member = cJSON_GetObjectItemCaseSensitive(object, key))) {
		if (cJSON_IsString(member))
			explicit_bzero(member->valuestring, strlen(member->valuestring));
		cJSON_Delete(cJSON_DetachItemViaPointer(object, member));
	}
}

static void append_quoted(GString *out, const char *text)
{
	static const char letters[' '] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'
	};
	size_t len = strlen(text), used = out->len;
	const char *end = text + len;
	if (ecs_scan_plain(text, end) == end) { /* as nearly all are */
		g_string_set_size(out, used + len + 2);
		char *at = out->str + used;
		*at = '"';
		memcpy(at + 1, text, len);
		at[len + 1] = '"';
		return;
	}
	g_string_append_c(out, '"');
	for (const char *at = text; at < end; at++) {
		const char *plain = at;
		at = ecs_scan_plain(at, end);
		g_string_append_len(out, plain, at - plain);
		if (at == end)
			break;
		unsigned char c = (unsigned char)*at;
		char letter = c < ' ' ? letters[c] : (char)c;
		if (letter != '\0')
			g_string_append_printf(out, "\\%c", letter);
		else
			g_string_append_printf(out, "\\u%04x", c);
	}
	g_string_append_c(out, '"');
}

static void append_number(GString *out, const cJSON *json)
{
	double number = json->valuedouble;
	if (number == (double)json->valueint && (json->valueint != 0 || !signbit(number))) {
		char digits[16];
		g_string_append_len(out, digits,
				    g_snprintf(digits, sizeof(digits), "%d", json->valueint));
		return;
	}
	g_autofree char *digits = cJSON_PrintUnformatted(json);
	g_string_append(out, digits);
}

static void append_value(GString *out, const cJSON *json)
{
	const cJSON *child;
	if (cJSON_IsObject(json) || cJSON_IsArray(json)) {
		g_string_append_c(out, cJSON_IsObject(json) ? '{' : '[');
		cJSON_ArrayForEach (child, json) {
			if (child != json->child)
				g_string_append_c(out, ',');
			if (cJSON_IsObject(json)) {
				append_quoted(out, child->string);
				g_string_append_c(out, ':');
			}
			append_value(out, child);
		}
		g_string_append_c(out, cJSON_IsObject(json) ? '}' : ']');
	} else if (cJSON_IsString(json)) {
		append_quoted(out, json->valuestring);
	} else if (cJSON_IsNumber(json)) {
		append_number(out, json);
	} else {
		g_string_append(out, cJSON_IsTrue(json)	   ? "true"
				     : cJSON_IsFalse(json) ? "false"
							   : "null");
	}
}

/* A list has one document after the other: cJSON's own takes four times as long, half of it to look
 * how many digits each number needs. */
char *ecs_json_compact(const EcsJson *json)
{
	GString *out = g_string_sized_new(4096); /* a server's */
	append_value(out, json);
	return g_string_free(out, FALSE);
}

void ecs_json_quote(GString *out, const char *text)
{
	g_autofree char *valid =
		g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
	append_quoted(out, valid ? valid : text);
}

/* Two to four digits. Returns: whether they were there; @at moves behind them. */
static bool take_digits(const char **at, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*at)++) {
		if (!g_ascii_isdigit(**at))
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool take_char(const char **at, const char *set)
{
	if (!**at || !strchr(set, **at))
		return false;
	(*at)++;
	return true;
}

int64_t ecs_json_time(const char *text)
{
	struct tm tm = { 0 };
	const char *at = text ? text : "";
	if (!take_digits(&at, 4, &tm.tm_year) || !take_char(&at, "-") ||
	    !take_digits(&at, 2, &tm.tm_mon) || !take_char(&at, "-") ||
	    !take_digits(&at, 2, &tm.tm_mday) || !take_char(&at, "Tt ") ||
	    !take_digits(&at, 2, &tm.tm_hour) || !take_char(&at, ":") ||
	    !take_digits(&at, 2, &tm.tm_min) || !take_char(&at, ":") ||
	    !take_digits(&at, 2, &tm.tm_sec))
		return 0;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31 ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return 0;
	if (*at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	int hours = 0, minutes = 0, sign = *at == '-' ? -1 : 1;
	if (take_char(&at, "+-") &&
	    (!take_digits(&at, 2, &hours) || (take_char(&at, ":"), !take_digits(&at, 2, &minutes))))
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (int64_t)timegm(&tm) - sign * (hours * 3600 + minutes * 60);
}
