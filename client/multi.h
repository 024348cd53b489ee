/* SPDX-License-Identifier: MIT */
/*
 * multi - one curl_multi driven by the sources of the loop. Internal to client/engine.c; on the
 * loop's thread only.
 */
#pragma once

#include <curl/curl.h>

#include "client/loop.h"

typedef struct EcsMulti EcsMulti;

/* A transfer has ended; it may be removed, and others added. */
typedef void (*EcsMultiDone)(CURL *easy, CURLcode code);

EcsMulti *ecs_multi_new(EcsLoop *loop, EcsMultiDone done);
/* No transfer may be left. */
void ecs_multi_free(EcsMulti *multi);

/* @easy stays the caller's, who removes it before it is freed. */
void ecs_multi_add(EcsMulti *multi, CURL *easy);
void ecs_multi_remove(EcsMulti *multi, CURL *easy);
