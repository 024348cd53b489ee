/* SPDX-License-Identifier: MIT */
/* Documents: parse, print, take to pieces; and the envelopes of errors, whatever they hold. */
#include "client/envelope.h"
#include "client/json.h"
#include "tests/fuzz/fuzz.h"

static void element(const char *text, size_t len, void *data)
{
	g_autoptr(EcsJson) json = ecs_json_parse(text, len, NULL);
	int *sum = data;

	if (json != NULL)
		*sum += ecs_json_is_object(json);
}

/* What is printed is read as the same. */
static void round_trip(const char *text, size_t len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(EcsJson) json = ecs_json_parse(text, len, &error);

	g_assert_true((json == NULL) == (error != NULL));
	if (json == NULL)
		return;
	g_autofree char *once = ecs_json_compact(json);
	g_assert_null(strchr(once, '\n'));
	g_autoptr(EcsJson) again = ecs_json_parse(once, strlen(once), NULL);
	g_assert_nonnull(again);
	g_autofree char *twice = ecs_json_compact(again);
	g_assert_cmpstr(once, ==, twice);
}

static void envelope(const char *text, size_t len)
{
	static const char *const secrets[] = { "Secret-1", NULL };
	g_auto(EcsEnvelope) found = { 0 };

	ecs_envelope_parse(text, len, secrets, &found);
	g_assert_nonnull(found.code);
	g_assert_true(g_utf8_validate(found.text, -1, NULL));
	g_assert_null(strpbrk(found.text, "\n\r\033"));
	g_assert_null(strstr(found.text, "Secret-1"));
	g_autoptr(GError) error = ecs_envelope_error(&found, 409, "server x", "", true);
	g_assert_nonnull(error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = { "servers", "volumes", "jobs", "x" };
	g_autofree char *text = fuzz_text(data, size);
	size_t len = strlen(text);
	int sum = 0;

	round_trip(text, len);
	envelope(text, len);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		EcsJsonTail tail;
		ecs_json_each(text, len, keys[i], element, &sum, &tail, NULL);
	}
	ecs_json_time(text);
	g_autoptr(GString) quoted = g_string_new(NULL);
	ecs_json_quote(quoted, text);
	g_autoptr(EcsJson) string = ecs_json_parse(quoted->str, quoted->len, NULL);
	g_assert_true(string != NULL || len > ECS_JSON_STRING_MAX);
	return 0;
}
