/* SPDX-License-Identifier: MIT */
/* scan - where the values of a JSON text end, without a tree of it. Internal to client/json.h. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
	const char *at;
	const char *end;
	bool deep; /* the last value is nested too deep to be parsed */
} EcsScan;

/* Returns: NULL, or what is wrong. Afterwards @scan is behind the value. Brackets, strings and
 * depth are checked; what is inside is left to the parser. */
const char *ecs_scan_value(EcsScan *scan);
void ecs_scan_space(EcsScan *scan);

/* Returns: where the first byte is that is a quote, a backslash or a control character; @end: there
 * is none. Most of a document is in between, so eight bytes are looked at together. */
static inline const char *ecs_scan_plain(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
	for (; end - at >= 8; at += 8) {
		uint64_t word;
		memcpy(&word, at, sizeof(word));
		word = GUINT64_FROM_LE(word);
		/* A zero byte minus one has its high bit set, and it is the lowest that has. */
		uint64_t quote = word ^ (ones * '"'), back = word ^ (ones * '\\');
		uint64_t found = ((quote - ones) & ~quote) | ((back - ones) & ~back) |
				 ((word - ones * ' ') & ~word);
		found &= high;
		if (found)
			return at + __builtin_ctzll(found) / 8;
	}
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ')
		at++;
	return at;
}
