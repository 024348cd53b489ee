/* SPDX-License-Identifier: MIT */
#include "client/header.h"

#include <string.h>

#include "client/login.h"
#include "client/sign.h"

#define JSON "application/json"

static void wipe(void *data)
{
	char *line = data;
	if (line)
		explicit_bzero(line, strlen(line));
	g_free(line);
}

static void add(GPtrArray *lines, const char *name, const char *value)
{
	if (value)
		g_ptr_array_add(lines, g_strconcat(name, ": ", value, NULL));
}

static void add_signature(GPtrArray *lines, const EcsHeaderSpec *spec)
{
	EcsSignature signature = {
		.access_key = spec->cloud->access_key,
		.secret_key = spec->cloud->secret_key,
		.security_token = spec->cloud->security_token,
		.project_id = spec->project_id,
		.now = spec->now,
		.method = spec->method,
		.url = spec->url,
		.content_type = spec->body ? JSON : NULL,
	};
	if (spec->body)
		signature.body = g_bytes_get_data(spec->body, &signature.body_len);
	char **signed_lines = ecs_sign_lines(&signature);
	for (size_t i = 0; signed_lines[i]; i++)
		g_ptr_array_add(lines, signed_lines[i]);
	g_free(signed_lines);
}

static void add_micro(GPtrArray *lines, const EcsHeaderSpec *spec)
{
	bool nova = strcmp(spec->service ? spec->service : "", "volumev3") != 0;
	g_autofree char *text = g_strdup_printf(nova ? "2.%u" : "volume 3.%u", spec->micro);
	if (spec->micro)
		add(lines, nova ? "X-OpenStack-Nova-API-Version" : "OpenStack-API-Version", text);
}

GPtrArray *ecs_header_lines(const EcsHeaderSpec *spec)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(wipe);
	add(lines, "Accept", JSON);
	if (ecs_login_method(spec->cloud) == ECS_LOGIN_KEYS) {
		add_signature(lines, spec);
	} else {
		add(lines, "X-Auth-Token", spec->token);
		add(lines, "Content-Type", !spec->body ? NULL : spec->type ? spec->type : JSON);
	}
	add(lines, "X-Client-Token", spec->client_token);
	add_micro(lines, spec);
	g_ptr_array_add(lines, NULL);
	return lines;
}
