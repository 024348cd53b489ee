/* SPDX-License-Identifier: MIT */
#include "client/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/error.h"

static bool bad(GError **error, const char *what)
{
	g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY, "the answer is not usable: %s", what);
	return false;
}

/*
 * The scanner finds where values end. It checks brackets, strings and depth; what is inside an
 * element is left to cJSON.
 */
typedef struct {
	const char *at;
	const char *end;
	bool deep; /* the last value is nested too deep to be parsed */
} Scan;

static void skip_space(Scan *scan)
{
	while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at)
		scan->at++;
}

static bool skip_string(Scan *scan)
{
	for (scan->at++; scan->at < scan->end; scan->at++) {
		if (*scan->at == '\\')
			scan->at++;
		else if (*scan->at == '"') {
			scan->at++;
			return true;
		}
	}
	return false;
}

static void skip_word(Scan *scan)
{
	while (scan->at < scan->end && *scan->at && !strchr(",]}\" \t\r\n[{", *scan->at))
		scan->at++;
}

/* Returns: NULL, or what is wrong. Afterwards @scan is behind the value. */
static const char *skip_value(Scan *scan)
{
	uint64_t objects = 0; /* a bit per open level: it is an object */
	unsigned depth = 0;
	G_STATIC_ASSERT(ECS_JSON_DEPTH_MAX < 64);

	scan->deep = false;
	for (;;) {
		if (scan->at >= scan->end)
			return "it is cut off";
		char c = *scan->at;
		if (c == '{' || c == '[') {
			if (++depth <= ECS_JSON_DEPTH_MAX)
				objects = objects << 1 | (c == '{');
			else
				scan->deep = true;
			scan->at++;
		} else if (c == '}' || c == ']') {
			bool known = depth <= ECS_JSON_DEPTH_MAX;
			if (!depth || (known && (objects & 1) != (c == '}')))
				return "its brackets do not match";
			depth--;
			objects >>= known;
			scan->at++;
		} else if (c == '"') {
			if (!skip_string(scan))
				return "it is cut off";
		} else if (depth && strchr(",: \t\r\n", c) && c) {
			scan->at++;
			continue;
		} else {
			const char *start = scan->at;
			skip_word(scan);
			if (scan->at == start)
				return "it is not JSON";
		}
		if (!depth)
			return NULL;
	}
}

EcsJson *ecs_json_parse(const char *text, size_t len, GError **error)
{
	Scan scan = { text, text + len, false };
	skip_space(&scan);
	const char *what = skip_value(&scan);
	if (!what && scan.deep)
		what = "it is nested too deep";
	if (what) {
		bad(error, what);
		return NULL;
	}
	cJSON *json = cJSON_ParseWithLength(text, len);
	if (!json)
		bad(error, "it is not JSON");
	return json;
}

EcsJson *ecs_json_parse_element(const char *text, size_t len)
{
	return cJSON_ParseWithLength(text, len);
}

void ecs_json_free(EcsJson *json)
{
	cJSON_Delete(json);
}

typedef struct {
	EcsJsonEach each;
	void *data;
} Elements;

static const char *each_element(Scan *scan, const Elements *elements)
{
	if (scan->at < scan->end && *scan->at != '[') {
		bool null = scan->end - scan->at >= 4 && memcmp(scan->at, "null", 4) == 0;
		const char *what = skip_value(scan);
		return what ? what : null ? NULL : "its list is no list";
	}
	scan->at++;
	skip_space(scan);
	if (scan->at < scan->end && *scan->at == ']') {
		scan->at++;
		return NULL;
	}
	for (size_t n = 0; n < ECS_JSON_LIST_MAX; n++) {
		skip_space(scan);
		const char *start = scan->at;
		const char *what = skip_value(scan);
		if (what)
			return what;
		/* One that is too deep is no reason to lose the others. */
		if (scan->deep)
			elements->each("null", 4, elements->data);
		else
			elements->each(start, (size_t)(scan->at - start), elements->data);
		skip_space(scan);
		if (scan->at >= scan->end)
			return "it is cut off";
		if (*scan->at == ']') {
			scan->at++;
			return NULL;
		}
		if (*scan->at++ != ',')
			return "it is not JSON";
	}
	return "its list is too long";
}

static void scan_count(const char *start, const char *end, int64_t *count)
{
	g_autofree char *word = g_strndup(start, (size_t)MIN(end - start, 24));
	const char *digits = *word == '"' ? word + 1 : word;
	char *rest = NULL;
	int64_t n = g_ascii_strtoll(digits, &rest, 10);
	if (rest != digits && n >= 0)
		*count = n;
}

/* Members longer than that are no links. */
#define LINKS_MAX 65536

/* "next":"/v2/images?marker=...", or "servers_links":[{"rel":"next","href":"..."}] */
static bool scan_links(const char *start, const char *end)
{
	if (end - start > LINKS_MAX)
		return false;
	cJSON *json = cJSON_ParseWithLength(start, (size_t)(end - start));
	bool next = cJSON_IsString(json) && *json->valuestring;
	const cJSON *link;
	if (cJSON_IsArray(json))
		cJSON_ArrayForEach (link, json)
			next |= strcmp(ecs_json_get_text(link, "rel"), "next") == 0;
	cJSON_Delete(json);
	return next;
}

static bool is_links(const char *name, size_t len)
{
	static const char suffix[] = "_links";
	const size_t n = sizeof(suffix) - 1;
	return (len == 4 && memcmp(name, "next", 4) == 0) ||
	       (len > n && memcmp(name + len - n, suffix, n) == 0);
}

static void take_beside(const char *name, size_t len, const char *start, const char *end,
			EcsJsonTail *tail)
{
	if (len == 5 && memcmp(name, "count", 5) == 0)
		scan_count(start, end, &tail->count);
	else if (is_links(name, len))
		tail->more |= scan_links(start, end);
}

/* One member of the outer object. @found is set when it was the list. */
static const char *each_member(Scan *scan, const char *key, const Elements *elements,
			       EcsJsonTail *tail, bool *found)
{
	skip_space(scan);
	if (scan->at >= scan->end)
		return "it is cut off";
	if (*scan->at != '"')
		return "it is not JSON";
	const char *name = scan->at + 1;
	if (!skip_string(scan))
		return "it is cut off";
	size_t name_len = (size_t)(scan->at - 1 - name);
	skip_space(scan);
	if (scan->at >= scan->end || *scan->at++ != ':')
		return "it is cut off";
	skip_space(scan);
	if (scan->at >= scan->end)
		return "it is cut off";
	if (!*found && name_len == strlen(key) && memcmp(name, key, name_len) == 0) {
		*found = true;
		return each_element(scan, elements);
	}
	const char *start = scan->at;
	const char *what = skip_value(scan);
	if (!what && tail && !scan->deep)
		take_beside(name, name_len, start, scan->at, tail);
	return what;
}

bool ecs_json_each(const char *text, size_t len, const char *key, EcsJsonEach each, void *data,
		   EcsJsonTail *tail, GError **error)
{
	Scan scan = { text, text + len, false };
	Elements elements = { each, data };
	bool found = false;
	if (tail)
		*tail = (EcsJsonTail){ .count = -1 };
	skip_space(&scan);
	if (scan.at >= scan.end || *scan.at++ != '{')
		return bad(error, "it is not JSON");
	for (;;) {
		const char *what = each_member(&scan, key, &elements, tail, &found);
		if (what)
			return bad(error, what);
		skip_space(&scan);
		if (scan.at >= scan.end)
			return bad(error, "it is cut off");
		char c = *scan.at++;
		if (c == '}')
			break;
		if (c != ',')
			return bad(error, "it is not JSON");
	}
	if (!found) {
		g_autofree char *what = g_strdup_printf("it has no \"%s\"", key);
		return bad(error, what);
	}
	return true;
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

static bool decode_object(const cJSON *object, const EcsJsonField *fields, char *out,
			  EcsBuilder *builder)
{
	for (const EcsJsonField *field = fields; field->key; field++) {
		const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, field->key);
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

char *ecs_json_compact(const EcsJson *json)
{
	/* cJSON and GLib both allocate with malloc(); the size is a server's. */
	return cJSON_PrintBuffered(json, 4096, false);
}

void ecs_json_quote(GString *out, const char *text)
{
	g_autofree char *valid =
		g_utf8_validate(text, -1, NULL) ? NULL : g_utf8_make_valid(text, -1);
	g_string_append_c(out, '"');
	for (const char *at = valid ? valid : text; *at; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_printf(out, "\\%c", *at);
		else if ((unsigned char)*at < 0x20)
			g_string_append_printf(out, "\\u%04x", *at);
		else
			g_string_append_c(out, *at);
	}
	g_string_append_c(out, '"');
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
