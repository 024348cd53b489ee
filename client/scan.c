/* SPDX-License-Identifier: MIT */
#include "client/scan.h"

#include <cjson/cJSON.h>

#include "client/error.h"
#include "client/json.h"

void ecs_scan_space(EcsScan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
}

static bool skip_string(EcsScan *scan)
{
	for (scan->at++; (scan->at = ecs_scan_plain(scan->at, scan->end)) < scan->end; scan->at++) {
		if (*scan->at == '\\')
			scan->at++;
		else if (*scan->at == '"') {
			scan->at++;
			return true;
		}
	}
	return false;
}

/* Returns: whether a number, a name or what is in place of one ends there. */
static bool ends_word(char c)
{
	switch (c) {
	case '\0':
	case ',':
	case ']':
	case '}':
	case '"':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '[':
	case '{':
		return true;
	default:
		return false;
	}
}

const char *ecs_scan_value(EcsScan *scan)
{
	uint64_t objects = 0; /* a bit per open level: it is an object */
	unsigned depth = 0;
	G_STATIC_ASSERT(ECS_JSON_DEPTH_MAX < 64);

	scan->deep = false;
	for (;;) {
		if (scan->at >= scan->end)
			return "it is cut off";
		char c = *scan->at;
		switch (c) {
		case '{':
		case '[':
			if (++depth <= ECS_JSON_DEPTH_MAX)
				objects = objects << 1 | (c == '{');
			else
				scan->deep = true;
			scan->at++;
			break;
		case '}':
		case ']': {
			bool known = depth <= ECS_JSON_DEPTH_MAX;
			if (!depth || (known && (objects & 1) != (c == '}')))
				return "its brackets do not match";
			depth--;
			objects >>= known;
			scan->at++;
			break;
		}
		case '"':
			if (!skip_string(scan))
				return "it is cut off";
			break;
		case ',':
		case ':':
		case ' ':
		case '\t':
		case '\r':
		case '\n':
			if (depth) {
				scan->at++;
				continue;
			}
			/* fall through */
		default: {
			const char *start = scan->at;
			while (scan->at < scan->end && !ends_word(*scan->at))
				scan->at++;
			if (scan->at == start)
				return "it is not JSON";
		}
		}
		if (!depth)
			return NULL;
	}
}

typedef struct {
	EcsJsonEach each;
	void *data;
} Elements;

static const char *each_element(EcsScan *scan, const Elements *elements)
{
	if (scan->at < scan->end && *scan->at != '[') {
		bool null = scan->end - scan->at >= 4 && memcmp(scan->at, "null", 4) == 0;
		const char *what = ecs_scan_value(scan);
		return what ? what : null ? NULL : "its list is no list";
	}
	scan->at++;
	ecs_scan_space(scan);
	if (scan->at < scan->end && *scan->at == ']') {
		scan->at++;
		return NULL;
	}
	for (size_t n = 0; n < ECS_JSON_LIST_MAX; n++) {
		ecs_scan_space(scan);
		const char *start = scan->at;
		const char *what = ecs_scan_value(scan);
		if (what)
			return what;
		/* One that is too deep is no reason to lose the others. */
		if (scan->deep)
			elements->each("null", 4, elements->data);
		else
			elements->each(start, (size_t)(scan->at - start), elements->data);
		ecs_scan_space(scan);
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
static const char *each_member(EcsScan *scan, const char *key, const Elements *elements,
			       EcsJsonTail *tail, bool *found)
{
	ecs_scan_space(scan);
	if (scan->at >= scan->end)
		return "it is cut off";
	if (*scan->at != '"')
		return "it is not JSON";
	const char *name = scan->at + 1;
	if (!skip_string(scan))
		return "it is cut off";
	size_t name_len = (size_t)(scan->at - 1 - name);
	ecs_scan_space(scan);
	if (scan->at >= scan->end || *scan->at++ != ':')
		return "it is cut off";
	ecs_scan_space(scan);
	if (scan->at >= scan->end)
		return "it is cut off";
	if (!*found && name_len == strlen(key) && memcmp(name, key, name_len) == 0) {
		*found = true;
		return each_element(scan, elements);
	}
	const char *start = scan->at;
	const char *what = ecs_scan_value(scan);
	if (!what && tail && !scan->deep)
		take_beside(name, name_len, start, scan->at, tail);
	return what;
}

static bool bad(GError **error, const char *what)
{
	g_set_error(error, ECS_ERROR, ECS_ERROR_BAD_REPLY, "the answer is not usable: %s", what);
	return false;
}

bool ecs_json_each(const char *text, size_t len, const char *key, EcsJsonEach each, void *data,
		   EcsJsonTail *tail, GError **error)
{
	EcsScan scan = { text, text + len, false };
	Elements elements = { each, data };
	bool found = false;
	if (tail)
		*tail = (EcsJsonTail){ .count = -1 };
	ecs_scan_space(&scan);
	if (scan.at >= scan.end || *scan.at++ != '{')
		return bad(error, "it is not JSON");
	for (;;) {
		const char *what = each_member(&scan, key, &elements, tail, &found);
		if (what)
			return bad(error, what);
		ecs_scan_space(&scan);
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
