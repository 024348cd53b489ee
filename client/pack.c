/* SPDX-License-Identifier: MIT */
/*
 * Text and copies take turns: a number and as many bytes of text, then, unless that was all, two
 * numbers: how many bytes to copy, and from how far back in what has been unpacked with the model
 * before it.
 */
#include "client/pack.h"

#include <glib.h>
#include <stdint.h>
#include <string.h>

#define WINDOW 65535 /* bytes of model and document together */
#define LEAST 5	     /* a shorter copy costs more than the text */
#define NUMBER_MAX 3 /* bytes of a number up to WINDOW */
#define BITS 12
#define CHAIN 4	  /* places of the model that are tried */
#define ENOUGH 16 /* a copy that long is taken without looking for a longer one */

struct EcsPacker {
	uint16_t model_len;
	uint16_t latest[1 << BITS];	     /* place in the model + 1; 0: none */
	uint16_t before[ECS_PACK_MODEL_MAX]; /* of each place: the one before it, likewise */
	uint16_t seen[1 << BITS];	     /* the same in the document */
	char window[WINDOW];
};

static unsigned hash_at(const char *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return (word * 2654435761u) >> (32 - BITS);
}

EcsPacker *ecs_packer_new(const char *model, size_t model_len)
{
	EcsPacker *packer = g_new(EcsPacker, 1);

	packer->model_len = (uint16_t)MIN(model_len, ECS_PACK_MODEL_MAX);
	memset(packer->latest, 0, sizeof(packer->latest));
	memcpy(packer->window, model, packer->model_len);
	for (uint16_t i = 0; i + sizeof(uint32_t) <= packer->model_len; i++) {
		unsigned hash = hash_at(packer->window + i);
		packer->before[i] = packer->latest[hash];
		packer->latest[hash] = (uint16_t)(i + 1);
	}
	return packer;
}

void ecs_packer_free(EcsPacker *packer)
{
	g_free(packer);
}

typedef struct {
	size_t from, len;
} Match;

static void try_place(const EcsPacker *packer, size_t from, size_t at, size_t end, Match *best)
{
	const char *a = packer->window + from, *b = packer->window + at;
	size_t len = 0, most = end - at;

	while (len < most && a[len] == b[len])
		len++;
	if (len > best->len)
		*best = (Match){ from, len };
}

/* @back: how far back the last copy was: where one goes on after a value of the same length. */
static Match find(const EcsPacker *packer, size_t at, size_t end, size_t back)
{
	Match best = { 0, 0 };
	unsigned hash = hash_at(packer->window + at);
	uint16_t place = packer->latest[hash];

	if (back > 0)
		try_place(packer, at - back, at, end, &best);
	if (best.len >= ENOUGH)
		return best;
	for (int i = 0; i < CHAIN && place > 0 && best.len < ENOUGH * 4;
	     i++, place = packer->before[place - 1])
		try_place(packer, place - 1u, at, end, &best);
	if (packer->seen[hash] > 0)
		try_place(packer, packer->seen[hash] - 1u, at, end, &best);
	return best;
}

static size_t put_number(char *out, size_t n)
{
	size_t used = 0;

	for (; n > 0x7f; n >>= 7)
		out[used++] = (char)(n | 0x80);
	out[used++] = (char)n;
	return used;
}

static size_t get_number(const char **in)
{
	size_t n = 0;

	for (unsigned shift = 0;; shift += 7) {
		unsigned char byte = (unsigned char)*(*in)++;
		n |= (size_t)(byte & 0x7f) << shift;
		if (byte <= 0x7f)
			return n;
	}
}

static size_t put_text(char *out, const char *text, size_t len)
{
	size_t used = put_number(out, len);

	memcpy(out + used, text, len);
	return used + len;
}

size_t ecs_packer_pack(EcsPacker *packer, const char *in, size_t n, char *out)
{
	size_t at = packer->model_len, end = at + n, text = at, used = 0, back = 0;

	if (end > WINDOW)
		return 0;
	memcpy(packer->window + at, in, n);
	memset(packer->seen, 0, sizeof(packer->seen));
	while (at + sizeof(uint32_t) <= end) {
		Match match = find(packer, at, end, back);
		packer->seen[hash_at(packer->window + at)] = (uint16_t)(at + 1);
		if (match.len < LEAST) {
			at++;
			continue;
		}
		if (used + (at - text) + 3 * NUMBER_MAX >= n)
			return 0;
		used += put_text(out + used, packer->window + text, at - text);
		back = at - match.from;
		used += put_number(out + used, match.len);
		used += put_number(out + used, back);
		at += match.len;
		text = at;
	}
	if (used + (end - text) + NUMBER_MAX >= n)
		return 0;
	return text < end ? used + put_text(out + used, packer->window + text, end - text) : used;
}

void ecs_unpack(const char *model, size_t model_len, const char *in, char *out, size_t n)
{
	size_t at = 0;

	model_len = MIN(model_len, ECS_PACK_MODEL_MAX);
	for (;;) {
		size_t len = get_number(&in);
		memcpy(out + at, in, len);
		at += len;
		in += len;
		if (at >= n)
			return;
		len = get_number(&in);
		size_t back = get_number(&in);
		if (back > at) { /* begins in the model */
			size_t part = MIN(len, back - at);
			memcpy(out + at, model + model_len - (back - at), part);
			at += part;
			len -= part;
		}
		for (; len > 0; len--, at++) /* may overlap */
			out[at] = out[at - back];
		if (at >= n)
			return;
	}
}
