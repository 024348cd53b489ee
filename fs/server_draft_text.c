/* SPDX-License-Identifier: MIT */
#include "fs/server_draft_text.h"

#include <string.h>

#include "fs/name.h"

#define HEAD "ecsfs draft 1"
#define WORDS 3 /* of a line, at most */

/* The rows that are kept, and what they are called. Names stay as they are: there are files. */
static const struct {
	int row;
	const char *word;
	size_t max; /* bytes */
	bool lines; /* any text; else it is one line of UTF-8 */
} values[] = {
	{ COUNT, "count", ECSFS_VALUE_MAX, false },
	{ DATA_DISKS, "data_disks", ECSFS_LIST_MAX, true },
	{ DESCRIPTION, "description", ECSFS_VALUE_MAX, false },
	{ EIP, "eip", ECSFS_VALUE_MAX, false },
	{ FLAVOR, "flavor", ECSFS_VALUE_MAX, false },
	{ IMAGE, "image", ECSFS_VALUE_MAX, false },
	{ KEY_NAME, "key_name", ECSFS_VALUE_MAX, false },
	{ LIKE, "like", ECSFS_VALUE_MAX, false },
	{ SECURITY_GROUPS, "security_groups", ECSFS_LIST_MAX, true },
	{ SENT_AS, "sent_as", ECSFS_NAME_MAX, false },
	{ SERVER_GROUP, "server_group", ECSFS_VALUE_MAX, false },
	{ STATUS, "status", ECSFS_VALUE_MAX, false },
	{ SUBNET, "subnet", ECSFS_LIST_MAX, true },
	{ SYSTEM_DISK_GB, "system_disk_gb", ECSFS_VALUE_MAX, false },
	{ SYSTEM_DISK_TYPE, "system_disk_type", ECSFS_VALUE_MAX, false },
	{ TOKEN, "token", ECSFS_VALUE_MAX, false },
	{ USER_DATA, "user_data_base64", ECSFS_USER_DATA_ENCODED_MAX, false },
	{ VPC, "vpc", ECSFS_VALUE_MAX, false },
};

static void add(GString *out, const char *word, const char *first, const char *second)
{
	g_autofree char *one = g_uri_escape_string(first, NULL, FALSE);
	g_autofree char *two = second != NULL ? g_uri_escape_string(second, NULL, FALSE) : NULL;

	g_string_append_printf(out, "%s %s%s%s\n", word, one, two != NULL ? " " : "",
			       two != NULL ? two : "");
}

static void add_pairs(GString *out, const char *word, const EcsPairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++)
		add(out, word, pairs->v[i].key, pairs->v[i].value);
}

char *ecsfs_server_draft_text(const EcsfsTemplate *draft, const EcsfsDraftPlace *place)
{
	GString *out = g_string_sized_new(ECSFS_USER_DATA_ENCODED_MAX); /* secrets do not move about */

	g_string_append(out, HEAD "\n");
	add(out, "cloud", place->cloud, NULL);
	add(out, "project", place->project, NULL);
	add(out, "region", place->region, NULL);
	add(out, "id", draft->id, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
		if (*ecsfs_template_value(draft, values[i].row) != '\0')
			add(out, values[i].word, draft->values[values[i].row], NULL);
	add_pairs(out, "metadata", &draft->metadata);
	add_pairs(out, "tag", &draft->tags);
	g_string_append(out, "end\n");
	return g_string_free(out, FALSE);
}

/* Returns: the text that the word stands for, owned; NULL: it is none. */
static char *unescape(const char *word)
{
	g_autoptr(GBytes) bytes = g_uri_unescape_bytes(word, -1, NULL, NULL);
	size_t len;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;

	if (bytes == NULL || (text != NULL && memchr(text, '\0', len) != NULL))
		return NULL;
	return text != NULL ? g_strndup(text, len) : g_strdup("");
}

static bool is_line(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 && *c != '\t')
			return false;
	return g_utf8_validate(text, -1, NULL);
}

/* One file being read. */
typedef struct {
	EcsfsTemplate *draft;
	const EcsfsDraftPlace *place;
	unsigned seen; /* of the words of the place */
} Parse;

enum { CLOUD = 1, PROJECT = 2, REGION = 4 };

/* As drafts have it that were kept by a version that knew no other user data than text. */
static bool take_plain_user_data(EcsfsTemplate *draft, const char *text)
{
	size_t len = strlen(text);
	g_autofree char *encoded = g_base64_encode((const unsigned char *)text, len);

	if (draft->values[USER_DATA] != NULL || len == 0 || len > ECSFS_USER_DATA_MAX)
		return false;
	ecsfs_template_set(draft, USER_DATA, encoded);
	return true;
}

static bool take_value(EcsfsTemplate *draft, const char *word, const char *text)
{
	if (strcmp(word, "user_data") == 0)
		return take_plain_user_data(draft, text);
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		if (strcmp(values[i].word, word) != 0)
			continue;
		if (draft->values[values[i].row] != NULL || *text == '\0' ||
		    strlen(text) > values[i].max || (!values[i].lines && !is_line(text)) ||
		    ecsfs_server_value_wrong(values[i].row, text) != NULL)
			return false;
		ecsfs_template_set(draft, values[i].row, text);
		return true;
	}
	return false;
}

/* "<zone>/<name>", where the name can be one of a file. */
static bool take_id(EcsfsTemplate *draft, const char *id)
{
	const char *slash = strchr(id, '/');

	if (draft->id != NULL || slash == NULL || slash == id || slash[1] == '\0')
		return false;
	g_autofree char *file = ecsfs_name_escape(slash + 1, slash + 1);
	g_autofree char *name = ecsfs_name_unescape(file);
	if (g_strcmp0(name, slash + 1) != 0)
		return false;
	draft->id = g_strdup(id);
	return true;
}

static bool take_place(Parse *parse, unsigned bit, const char *here, const char *text)
{
	parse->seen |= bit;
	return strcmp(here, text) == 0;
}

static bool take_pair(EcsPairs *pairs, const char *key, const char *value)
{
	if (*key == '\0' || strlen(key) > ECSFS_NAME_MAX || strlen(value) > ECSFS_VALUE_MAX ||
	    !is_line(value) || ecs_pairs_get(pairs, key) != NULL)
		return false;
	ecsfs_template_pair(pairs, key, value);
	return true;
}

/* @second: NULL: the line has one value. */
static bool take(Parse *parse, const char *word, const char *first, const char *second)
{
	EcsfsTemplate *draft = parse->draft;

	if (second != NULL)
		return strcmp(word, "metadata") == 0 ? take_pair(&draft->metadata, first, second)
		       : strcmp(word, "tag") == 0    ? take_pair(&draft->tags, first, second)
						     : false;
	return strcmp(word, "cloud") == 0 ? take_place(parse, CLOUD, parse->place->cloud, first)
	       : strcmp(word, "project") == 0
		       ? take_place(parse, PROJECT, parse->place->project, first)
	       : strcmp(word, "region") == 0
		       ? take_place(parse, REGION, parse->place->region, first)
	       : strcmp(word, "id") == 0 ? take_id(draft, first)
					 : take_value(draft, word, first);
}

static bool parse_line(Parse *parse, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", WORDS + 1);
	unsigned n = g_strv_length(words);
	g_autofree char *first = n > 1 ? unescape(words[1]) : NULL;
	g_autofree char *second = n > 2 ? unescape(words[2]) : NULL;

	bool ok = n > 1 && n <= WORDS && first != NULL && (second != NULL) == (n > 2) &&
		  take(parse, words[0], first, second);
	for (unsigned i = 0; i < n; i++)
		explicit_bzero(words[i], strlen(words[i]));
	return ok;
}

/* Does what was read make a draft? */
static bool is_whole(const Parse *parse)
{
	const EcsfsTemplate *draft = parse->draft;
	const char *status = ecsfs_template_value(draft, STATUS);
	bool sent = strcmp(status, "SENT") == 0;

	return parse->seen == (CLOUD | PROJECT | REGION) && draft->id != NULL &&
	       g_uuid_string_is_valid(ecsfs_template_value(draft, TOKEN)) &&
	       (sent || strcmp(status, "DRAFT") == 0) &&
	       !(sent && *ecsfs_template_value(draft, SENT_AS) == '\0');
}

EcsfsTemplate *ecsfs_server_draft_parse(const char *text, size_t len, const EcsfsDraftPlace *place,
					GError **error)
{
	Parse parse = { .draft = g_new0(EcsfsTemplate, 1), .place = place };
	g_auto(GStrv) lines = strlen(text) == len ? g_strsplit(text, "\n", -1) : NULL;
	unsigned n = lines != NULL ? g_strv_length(lines) : 0;
	unsigned at = 1;
	/* The last piece is what follows the last newline. */
	bool ok = n >= 3 && strcmp(lines[0], HEAD) == 0 && strcmp(lines[n - 2], "end") == 0 &&
		  *lines[n - 1] == '\0';

	for (; ok && at + 2 < n; at++)
		if (!parse_line(&parse, lines[at]))
			break;
	for (unsigned i = 0; i < n; i++)
		explicit_bzero(lines[i], strlen(lines[i]));
	if (ok && at + 2 == n && is_whole(&parse))
		return parse.draft;
	ecsfs_template_free(parse.draft);
	if (!ok)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			    "it is damaged, or not a draft of this version");
	else if (at + 2 < n)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "line %u is wrong", at + 1);
	else
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "something is missing");
	return NULL;
}
