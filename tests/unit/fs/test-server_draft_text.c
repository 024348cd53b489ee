/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "fs/server_draft_text.h"

#define TOKEN_TEXT "0b0c5b46-3a4f-4c5e-9d7e-0123456789ab"
#define PLACE "cloud https%3A%2F%2Fiam%2Fv3\nproject p\nregion eu-de\n"
#define GOOD "ecsfs draft 1\n" PLACE "id z%2Fweb\nstatus DRAFT\ntoken " TOKEN_TEXT "\n"

static const EcsfsDraftPlace here = { "https://iam/v3", "p", "eu-de" };

static EcsfsTemplate *parse(const char *text, GError **error)
{
	return ecsfs_server_draft_parse(text, strlen(text), &here, error);
}

static void test_round_trip(void)
{
	static const char odd[] = "a %41 \xff\n\tb\n";
	EcsfsTemplate *draft = g_new0(EcsfsTemplate, 1);

	draft->id = g_strdup("eu-de-01/a b/\xc3\xa4");
	ecsfs_template_set(draft, STATUS, "SENT");
	ecsfs_template_set(draft, SENT_AS, "a b");
	ecsfs_template_set(draft, TOKEN, TOKEN_TEXT);
	ecsfs_template_set(draft, USER_DATA, "AAD/+w==");
	ecsfs_template_set(draft, SECURITY_GROUPS, odd);
	ecsfs_template_set(draft, DATA_DISKS, "SSD 10\nSAS 20\n");
	ecsfs_template_set(draft, DESCRIPTION, "100 % sure");
	ecsfs_template_pair(&draft->metadata, "a key", "");
	ecsfs_template_pair(&draft->tags, "env", "dev=1");
	draft->values[FLAVOR] = g_strdup(""); /* the same as none */
	draft->busy = true;
	g_autofree char *text = ecsfs_server_draft_text(draft, &here);
	g_assert_true(g_str_is_ascii(text));
	g_autoptr(GError) error = NULL;
	EcsfsTemplate *again = parse(text, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(again->id, ==, draft->id);
	for (int i = 0; i < ECSFS_TEMPLATE_ROWS; i++)
		g_assert_cmpstr(ecsfs_template_value(again, i), ==, ecsfs_template_value(draft, i));
	g_assert_cmpuint(again->metadata.n, ==, 1);
	g_assert_cmpstr(ecs_pairs_get(&again->metadata, "a key"), ==, "");
	g_assert_cmpstr(ecs_pairs_get(&again->tags, "env"), ==, "dev=1");
	g_assert_false(again->busy);
	ecsfs_template_free(again);

	/* A part of it is none. */
	for (size_t len = 0; len < strlen(text); len++) {
		g_autofree char *part = g_strndup(text, len);
		g_assert_null(parse(part, NULL));
	}
	ecsfs_template_free(draft);
}

static const struct {
	const char *name, *text;
	const char *why; /* NULL: it is a draft */
} files[] = {
	{ "good", GOOD "end\n", NULL },
	{ "empty", "", "damaged" },
	{ "only a newline", "\n", "damaged" },
	{ "another version", "ecsfs draft 2\n" PLACE "end\n", "damaged" },
	{ "no end", GOOD, "damaged" },
	{ "something behind the end", GOOD "end\nend", "damaged" },
	{ "two ends", GOOD "end\nend\n", "line 8 " },
	{ "an empty line", GOOD "\nend\n", "line 8 " },
	{ "a word alone", GOOD "flavor\nend\n", "line 8 " },
	{ "a value that is none", GOOD "flavor \nend\n", "line 8 " },
	{ "an unknown word", GOOD "adminPass x\nend\n", "line 8 " },
	{ "a word too many", GOOD "tag a b c\nend\n", "line 8 " },
	{ "two values", GOOD "flavor a b\nend\n", "line 8 " },
	{ "a tag without a value", GOOD "tag a\nend\n", "line 8 " },
	{ "a key twice", GOOD "tag a b\ntag a c\nend\n", "line 9 " },
	{ "a value twice", GOOD "flavor a\nflavor a\nend\n", "line 9 " },
	{ "two ids", GOOD "id z%2Fa\nend\n", "line 8 " },
	{ "a bad escape", GOOD "flavor a%zz\nend\n", "line 8 " },
	{ "a NUL in a value", GOOD "flavor a%00b\nend\n", "line 8 " },
	{ "a control character", GOOD "flavor a%0Ab\nend\n", "line 8 " },
	{ "no UTF-8", GOOD "flavor %FF\nend\n", "line 8 " },
	{ "a count that is none", GOOD "count 0\nend\n", "line 8 " },
	{ "a size that is none", GOOD "system_disk_gb 99999\nend\n", "line 8 " },
	{ "a disk that is none", GOOD "data_disks SSD\nend\n", "line 8 " },
	{ "an EIP that is none", GOOD "eip 5_bgp%200\nend\n", "line 8 " },
	{ "a token twice", GOOD "token " TOKEN_TEXT "\nend\n", "line 8 " },
	{ "another cloud",
	  "ecsfs draft 1\ncloud x\nproject p\nregion eu-de\nid z%2Fa\nstatus "
	  "DRAFT\ntoken " TOKEN_TEXT "\nend\n",
	  "line 2 " },
	{ "an id without a zone",
	  "ecsfs draft 1\n" PLACE "id web\nstatus DRAFT\ntoken " TOKEN_TEXT "\nend\n", "line 5 " },
	{ "an id without a name",
	  "ecsfs draft 1\n" PLACE "id z%2F\nstatus DRAFT\ntoken " TOKEN_TEXT "\nend\n", "line 5 " },
	{ "an id of no zone",
	  "ecsfs draft 1\n" PLACE "id %2Fweb\nstatus DRAFT\ntoken " TOKEN_TEXT "\nend\n",
	  "line 5 " },
	{ "a token that is no UUID",
	  "ecsfs draft 1\n" PLACE "id z%2Fa\nstatus DRAFT\ntoken x\nend\n", "missing" },
	{ "no token", "ecsfs draft 1\n" PLACE "id z%2Fa\nstatus DRAFT\nend\n", "missing" },
	{ "no place",
	  "ecsfs draft 1\nproject p\nregion eu-de\nid z%2Fa\nstatus DRAFT\ntoken " TOKEN_TEXT
	  "\nend\n",
	  "missing" },
	{ "an unknown status",
	  "ecsfs draft 1\n" PLACE "id z%2Fa\nstatus ACTIVE\ntoken " TOKEN_TEXT "\nend\n",
	  "missing" },
	{ "sent, but not as what",
	  "ecsfs draft 1\n" PLACE "id z%2Fa\nstatus SENT\ntoken " TOKEN_TEXT "\nend\n", "missing" },
	{ "sent",
	  "ecsfs draft 1\n" PLACE "id z%2Fa\nstatus SENT\nsent_as a\ntoken " TOKEN_TEXT "\nend\n",
	  NULL },
};

static void test_files(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GError) error = NULL;
		EcsfsTemplate *draft = parse(files[i].text, &error);
		g_test_message("%s: %s", files[i].name, error != NULL ? error->message : "a draft");
		g_assert_true((draft != NULL) == (files[i].why == NULL));
		g_assert_true((error == NULL) == (files[i].why == NULL));
		g_assert_true(error == NULL || strstr(error->message, files[i].why) != NULL);
		g_clear_pointer(&draft, ecsfs_template_free);
	}
}

static void test_too_long(void)
{
	g_autofree char *value = g_strnfill(ECSFS_VALUE_MAX + 1, 'x');
	g_autofree char *data = g_strnfill(ECSFS_USER_DATA_MAX + 1, 'x');
	g_autofree char *encoded = g_strnfill(ECSFS_USER_DATA_ENCODED_MAX + 1, 'x');
	g_autofree char *one = g_strconcat(GOOD "flavor ", value, "\nend\n", NULL);
	g_autofree char *two = g_strconcat(GOOD "user_data ", data, "\nend\n", NULL);
	g_autofree char *four = g_strconcat(GOOD "user_data_base64 ", encoded, "\nend\n", NULL);
	g_autofree char *three = g_strconcat(GOOD "metadata k ", value, "\nend\n", NULL);

	g_assert_null(parse(one, NULL));
	g_assert_null(parse(two, NULL));
	g_assert_null(parse(three, NULL));
	g_assert_null(parse(four, NULL));
	one[strlen(GOOD "flavor ")] = '\0'; /* a NUL in the file */
	g_assert_null(ecsfs_server_draft_parse(one, strlen(two), &here, NULL));
}

/* A file of a version that knew no other user data than text. */
static void test_plain_user_data(void)
{
	EcsfsTemplate *draft = parse(GOOD "user_data %23!%0A\nend\n", NULL);

	g_assert_nonnull(draft);
	g_assert_cmpstr(ecsfs_template_value(draft, USER_DATA), ==, "IyEK");
	ecsfs_template_free(draft);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server_draft_text/round-trip", test_round_trip);
	g_test_add_func("/server_draft_text/files", test_files);
	g_test_add_func("/server_draft_text/plain-user-data", test_plain_user_data);
	g_test_add_func("/server_draft_text/too-long", test_too_long);
	return g_test_run();
}
