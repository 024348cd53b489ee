/* SPDX-License-Identifier: MIT */
/* What engine.c answers with; set by fuzz-client.c before a call. */
#pragma once

#include <stddef.h>

#define FUZZ_ANSWERS                                                                               \
	200 /* to all calls; then the cloud is gone: who goes on from page to page ends */

typedef struct {
	const char *body; /* NUL-terminated */
	size_t len;
	int given; /* atomic */
} FuzzAnswer;

extern FuzzAnswer fuzz_answer;
