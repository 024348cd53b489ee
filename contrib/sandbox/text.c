#include "contrib/sandbox/text.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define RING 128
#define RING_TEXT 128

static char *ring_next(void)
{
	static char ring[RING][RING_TEXT];
	static unsigned at;

	return ring[at++ % RING];
}

const char *text_format(const char *format, ...)
{
	char *text = ring_next();
	va_list args;

	va_start(args, format);
	g_vsnprintf(text, RING_TEXT, format, args);
	va_end(args);
	return text;
}

static GStringChunk *interned;

const char *text_intern(const char *text)
{
	if (!interned)
		interned = g_string_chunk_new(16 * 1024);
	return g_string_chunk_insert_const(interned, text);
}

void text_clear(void)
{
	g_clear_pointer(&interned, g_string_chunk_free);
}

int64_t clock_now(void)
{
	static int64_t real, start;

	if (!start) {
		real = g_get_real_time();
		start = g_get_monotonic_time();
	}
	return real + g_get_monotonic_time() - start;
}

static const char *time_text(int64_t us, const char *tail)
{
	time_t seconds = (time_t)(us / SECOND);
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	return text_format("%04d-%02d-%02dT%02d:%02d:%02d%s", tm.tm_year + 1900, tm.tm_mon + 1,
			   tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tail);
}

const char *time_z(int64_t us)
{
	return time_text(us, "Z");
}

const char *time_plain(int64_t us)
{
	return time_text(us, "");
}

const char *time_us(int64_t us)
{
	return time_text(us, text_format(".%06d", (int)(us % SECOND)));
}

const char *time_us_z(int64_t us)
{
	return time_text(us, text_format(".%06dZ", (int)(us % SECOND)));
}

const char *time_ms_z(int64_t us)
{
	return time_text(us, text_format(".%03dZ", (int)(us % SECOND / MSEC)));
}

bool time_parse(const char *text, int64_t *us)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);

	if (!time)
		return false;
	*us = g_date_time_to_unix(time) * SECOND + g_date_time_get_microsecond(time);
	return true;
}

/* FNV-1a over the salt, finished with splitmix64 */
uint64_t text_hash(uint64_t key, const char *salt)
{
	uint64_t hash = key ^ UINT64_C(0xcbf29ce484222325);

	for (; *salt; salt++)
		hash = (hash ^ (unsigned char)*salt) * UINT64_C(0x100000001b3);
	hash += UINT64_C(0x9e3779b97f4a7c15);
	hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
	return hash ^ (hash >> 31);
}

const char *text_uuid(uint64_t key, const char *salt)
{
	uint64_t high = text_hash(key, salt);
	uint64_t low = text_hash(high, salt);

	return text_format("%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
			   (unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
			   ((unsigned)(low >> 48) & 0x3fff) | 0x8000,
			   (unsigned long long)(low & UINT64_C(0xffffffffffff)));
}

const char *text_hex(uint64_t key, const char *salt, int digits)
{
	char *text = ring_next();

	for (int i = 0; i < digits; i += 16) {
		key = text_hash(key, salt);
		g_snprintf(text + i, 17, "%016llx", (unsigned long long)key);
	}
	text[digits] = '\0';
	return text;
}

const char *text_ip(uint32_t ip)
{
	return text_format("%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

bool text_parse_ip(const char *text, uint32_t *ip)
{
	g_auto(GStrv) part = g_strsplit(text, ".", 5);
	uint32_t sum = 0;

	if (g_strv_length(part) != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		guint64 byte = 0;
		if (!g_ascii_string_to_unsigned(part[i], 10, 0, 255, &byte, NULL))
			return false;
		sum = sum << 8 | (uint32_t)byte;
	}
	*ip = sum;
	return true;
}

bool text_is_uuid(const char *text)
{
	for (int i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : !g_ascii_isxdigit(text[i]))
			return false;
	}
	return text[36] == '\0';
}

bool text_all_in(const char *text, const char *extra)
{
	for (; *text; text++)
		if (!g_ascii_isalnum(*text) && !strchr(extra, *text))
			return false;
	return true;
}

bool text_int(const char *text, int *value)
{
	gint64 number = 0;

	if (!g_ascii_string_to_signed(text, 10, G_MININT, G_MAXINT, &number, NULL))
		return false;
	*value = (int)number;
	return true;
}

static void write_string(GString *out, const char *text)
{
	if (!text) {
		g_string_append(out, "null");
		return;
	}
	g_string_append_c(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			g_string_append_c(out, '\\');
		if (c < 0x20)
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

void json_write_v(GString *out, const char *format, va_list args)
{
	for (const char *at = format; *at; at++) {
		if (*at == '\'') {
			g_string_append_c(out, '"');
		} else if (*at != '%') {
			g_string_append_c(out, *at);
		} else if (at[1] == 's') {
			write_string(out, va_arg(args, const char *));
			at += 1;
		} else if (at[1] == 'd') {
			g_string_append_printf(out, "%d", va_arg(args, int));
			at += 1;
		} else if (at[1] == 'i') {
			g_string_append(out, va_arg(args, int) ? "true" : "false");
			at += 1;
		} else if (at[1] == 'p') {
			g_string_append(out, va_arg(args, const char *));
			at += 1;
		} else if (g_str_has_prefix(at, "%lld")) {
			g_string_append_printf(out, "%lld", va_arg(args, long long));
			at += 3;
		} else {
			g_error("json_write: unknown directive in \"%s\"", at);
		}
	}
}

void json_write(GString *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	json_write_v(out, format, args);
	va_end(args);
}

void json_comma(GString *out)
{
	char last = out->len ? out->str[out->len - 1] : '[';

	if (last != '[' && last != '{')
		g_string_append_c(out, ',');
}

const cJSON *json_get(const cJSON *object, const char *key)
{
	return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

const char *json_string(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(json_get(object, key));
}

bool json_is_int(const cJSON *item)
{
	return cJSON_IsNumber(item) && floor(item->valuedouble) == item->valuedouble &&
	       fabs(item->valuedouble) < G_MAXINT;
}
