/* SPDX-License-Identifier: MIT */
/* Names, rules of security groups, the formats of export/, and drafts as they are kept. */
#include "fs/escape.h"
#include "fs/name.h"
#include "fs/rule.h"
#include "fs/server_draft_text.h"
#include "tests/fuzz/fuzz.h"

static void check_file_name(const char *file)
{
	size_t len = strlen(file);

	g_assert_cmpuint(len, >, 0);
	g_assert_cmpuint(len, <=, ECSFS_NAME_MAX);
	g_assert_null(strchr(file, '/'));
	g_assert_true(file[0] != '.' && file[0] != '-');
	g_assert_true(g_utf8_validate(file, -1, NULL));
	for (const char *c = file; *c != '\0'; c++)
		g_assert_false(g_ascii_iscntrl(*c));
}

static void names(const char *text)
{
	g_autofree char *file = ecsfs_name_escape(text, "0123456789abcdef");
	g_autofree char *twin = ecsfs_name_distinct(text, "0123456789abcdef");
	g_autofree char *bytes = ecsfs_name_unescape(file);
	g_autofree char *any = ecsfs_name_unescape(text);

	check_file_name(file);
	check_file_name(twin);
	if (*text != '\0' && strlen(text) < ECSFS_NAME_MAX / 3) {
		g_assert_cmpstr(bytes, ==, text);
		g_assert_cmpstr(file, !=, twin);
	}
	if (any != NULL && *any != '\0' && strlen(any) < ECSFS_NAME_MAX / 3) {
		g_autofree char *again = ecsfs_name_escape(any, "0123456789abcdef");
		g_autofree char *back = ecsfs_name_unescape(again);
		g_assert_cmpstr(back, ==, any);
	}
	ecsfs_name_probe(text);
	ecsfs_name_temporary(text);
}

/* A rule's text is a rule, and its text is itself. */
static void rules(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 2 * ECSFS_RULE_WORDS);
	g_auto(EcsfsRule) rule = { 0 }, again = { 0 };
	g_autofree char *why = NULL;

	if (!ecsfs_rule_parse(words, g_strv_length(words), &rule, &why)) {
		g_assert_nonnull(why);
		return;
	}
	g_autoptr(GString) once = g_string_new(NULL);
	ecsfs_rule_text(&rule.rule, once);
	g_auto(GStrv) parts = g_strsplit(once->str, " ", -1);
	g_assert_cmpuint(g_strv_length(parts), <=, ECSFS_RULE_WORDS);
	g_assert_true(ecsfs_rule_parse(parts, g_strv_length(parts), &again, &why));
	g_autoptr(GString) twice = g_string_new(NULL);
	ecsfs_rule_text(&again.rule, twice);
	g_assert_cmpstr(once->str, ==, twice->str);
}

/* Nothing of the cloud's ends a line, a string or an element. */
static void formats(const char *text)
{
	static const struct {
		void (*escape)(GString *out, const char *text);
		const char *never;
	} all[] = {
		{ ecsfs_escape_line, "\n\r" },	    { ecsfs_escape_word, "\n \"'{}-" },
		{ ecsfs_escape_variable, "\n{}$" }, { ecsfs_escape_json, "\n\r" },
		{ ecsfs_escape_csv, "\r\n" },	    { ecsfs_escape_dot, "\n\r" },
		{ ecsfs_escape_html, "<>\"'" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		all[i].escape(out, text);
		g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
		g_assert_cmpuint(strcspn(out->str, all[i].never), ==, out->len);
	}
	g_autoptr(GString) label = g_string_new(NULL);
	ecsfs_escape_label(label, text);
	g_assert_cmpuint(label->len, <=, ECSFS_LABEL_MAX);
}

static void drafts(const char *text, size_t len)
{
	const EcsfsDraftPlace place = { "http://127.0.0.1/v3", "p", "eu-de" };
	g_autoptr(GError) error = NULL;
	EcsfsTemplate *draft = ecsfs_server_draft_parse(text, len, &place, &error);

	g_assert_true((draft == NULL) == (error != NULL));
	if (draft == NULL)
		return;
	g_autofree char *once = ecsfs_server_draft_text(draft, &place);
	EcsfsTemplate *again = ecsfs_server_draft_parse(once, strlen(once), &place, &error);
	g_assert_no_error(error);
	g_autofree char *twice = ecsfs_server_draft_text(again, &place);
	g_assert_cmpstr(once, ==, twice);
	ecsfs_template_free(again);
	ecsfs_template_free(draft);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = fuzz_text(data, size);

	names(text);
	rules(text);
	formats(text);
	drafts(text, strlen(text));
	return 0;
}
