/* SPDX-License-Identifier: MIT */
/*
 * fuzz - what every target is linked with: libFuzzer (meson -Dfuzz=true, clang), or replay.c, which
 * feeds it the corpus and what comes of it by small changes.
 *
 * A target is one file with LLVMFuzzerTestOneInput(), which must take any bytes. It aborts, by
 * g_assert_*(), on what must not happen; the sanitizers do on the rest.
 */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a text of its own, NUL-terminated; a NUL inside ends it earlier. Owned. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	return g_strndup((const char *)data, size);
}
