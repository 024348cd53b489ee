/*
 * Text: the clock, times as the APIs write them, JSON out and JSON in. Knows nothing of the cloud.
 *
 * Everything in the sandbox runs on one thread (the main loop), so the short texts returned here
 * live in a ring of static buffers: valid until 128 more of them have been made.
 */
#ifndef SANDBOX_TEXT_H
#define SANDBOX_TEXT_H

#include <cjson/cJSON.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(cJSON, cJSON_Delete)

#define SECOND INT64_C(1000000) /* all times inside are microseconds since 1970, UTC */
#define MSEC INT64_C(1000)

/** clock_now - the time, in microseconds since 1970; never goes back. */
int64_t clock_now(void);

/** time_z - "2018-09-13T07:03:44Z". Returns: borrowed from the ring. */
const char *time_z(int64_t us);
/** time_us - "2018-09-13T07:03:44.123456", without a zone. Returns: borrowed from the ring. */
const char *time_us(int64_t us);
/** time_us_z - "2018-09-13T07:03:44.123456Z". Returns: borrowed from the ring. */
const char *time_us_z(int64_t us);
/** time_ms_z - "2018-09-13T07:03:44.123Z". Returns: borrowed from the ring. */
const char *time_ms_z(int64_t us);
/** time_plain - "2018-09-13T07:03:44", without a zone. Returns: borrowed from the ring. */
const char *time_plain(int64_t us);
/**
 * time_parse - read an ISO 8601 time; without a zone it is UTC.
 * @us: set on success only.
 */
bool time_parse(const char *text, int64_t *us);

/** text_format - printf into the ring, cut at 127 bytes. Returns: borrowed from the ring. */
const char *text_format(const char *format, ...) G_GNUC_PRINTF(1, 2);

/**
 * text_intern - the one copy of @text, good until text_clear().
 * GLib's own interning is for few and fixed strings; clients bring any number.
 */
const char *text_intern(const char *text);
/** text_clear - free all interned texts. */
void text_clear(void);

/**
 * text_hash - a well mixed 64-bit number from @key and @salt, the same in every run.
 */
uint64_t text_hash(uint64_t key, const char *salt);
/** text_uuid - an UUID derived from @key and @salt. Returns: borrowed from the ring. */
const char *text_uuid(uint64_t key, const char *salt);
/** text_hex - @digits (at most 64) hex digits derived from @key and @salt. Returns: ring. */
const char *text_hex(uint64_t key, const char *salt, int digits);

/** text_ip - dotted form of an address in host byte order. Returns: borrowed from the ring. */
const char *text_ip(uint32_t ip);
/** text_parse_ip - false if @text is not four decimal bytes. */
bool text_parse_ip(const char *text, uint32_t *ip);

/** text_is_uuid - 36 characters, hex and dashes in the right places. */
bool text_is_uuid(const char *text);
/** text_all_in - is every byte of @text a letter, a digit or one of @extra? "" is. */
bool text_all_in(const char *text, const char *extra);
/**
 * text_int - a whole decimal number, nothing else around it.
 * @value: set on success only.
 */
bool text_int(const char *text, int *value);

/**
 * json_write - append JSON by a template.
 * @format: JSON with ' in place of ". %s is a string, quoted and escaped, NULL becomes null
 *   (bytes that are not UTF-8 go out as they are); %d and %lld are numbers; %i is a boolean;
 *   %p is a char * with ready JSON, copied. The compiler checks them as printf's.
 */
void json_write(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);
/** json_write_v - the same with the arguments collected. */
void json_write_v(GString *out, const char *format, va_list args) G_GNUC_PRINTF(2, 0);
/** json_comma - append a comma unless an array or object was just opened. */
void json_comma(GString *out);

/** json_get - the member, or NULL; @object may be NULL or no object. */
const cJSON *json_get(const cJSON *object, const char *key);
/** json_string - the member if it is a string, else NULL; borrowed from the tree. */
const char *json_string(const cJSON *object, const char *key);
/** json_is_int - is it a number without a fraction that fits an int? */
bool json_is_int(const cJSON *item);

#endif
