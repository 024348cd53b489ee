/* SPDX-License-Identifier: MIT */
#include "fs/name.h"

#include <fnmatch.h>
#include <string.h>

#include "client/text.h"

#define ID_CHARS 8 /* of an id, behind a name that is not unique */

static bool plain(const char *s, bool first)
{
	unsigned char c = (unsigned char)*s;

	if (c == '~' && strlen(s + 1) == ID_CHARS) /* that is how two of a name are told apart */
		return false;
	if (c == '/' || c == '%')
		return false;
	return !first || (c != '.' && c != '-');
}

/* Append @name, escaped, as long as it stays within @room bytes. Returns false if it was cut. */
static bool append(GString *out, const char *name, size_t room)
{
	const char *p = name;
	bool probed = ecsfs_name_probe(name); /* as it stands it would never be found */

	while (*p != '\0') {
		gunichar c = g_utf8_get_char_validated(p, -1);
		bool valid = c != (gunichar)-1 && c != (gunichar)-2;
		size_t len = valid ? (size_t)(g_utf8_next_char(p) - p) : 1;
		bool verbatim = valid && !ecs_text_misleads(c) && plain(p, p == name) &&
				!(probed && p == name);

		if (out->len + (verbatim ? len : 3) > room)
			return false;
		if (verbatim)
			g_string_append_len(out, p, (gssize)len);
		else
			g_string_append_printf(out, "%%%02X", (unsigned char)*p);
		p += verbatim ? len : 1;
	}
	return true;
}

static void append_id(GString *out, const char *id)
{
	g_autoptr(GString) safe = g_string_new(NULL);

	append(safe, id, ECSFS_NAME_MAX);
	g_string_append_c(out, '~');
	g_string_append_len(out, safe->str, (gssize)MIN(safe->len, ID_CHARS));
}

/* An id that has to be cut itself tells nothing apart by its start. */
static void append_hash(GString *out, const char *id)
{
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, id, -1);

	g_string_append_printf(out, "~%.*s", ID_CHARS, hash);
}

char *ecsfs_name_hashed(const char *name, const char *id)
{
	GString *out = g_string_new(NULL);

	append(out, name, ECSFS_NAME_MAX - 1 - ID_CHARS);
	append_hash(out, id);
	return g_string_free(out, FALSE);
}

char *ecsfs_name_distinct(const char *name, const char *id)
{
	GString *out = g_string_new(NULL);

	append(out, name, ECSFS_NAME_MAX - 1 - ID_CHARS);
	append_id(out, id);
	return g_string_free(out, FALSE);
}

char *ecsfs_name_escape(const char *name, const char *id)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (*name == '\0' || !append(out, name, ECSFS_NAME_MAX))
		return *name != '\0' && strcmp(name, id) == 0 ? ecsfs_name_hashed(name, id)
							      : ecsfs_name_distinct(name, id);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *ecsfs_name_unescape(const char *file)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (const char *p = file; *p != '\0'; p++) {
		if (*p != '%') {
			g_string_append_c(out, *p);
			continue;
		}
		if (!g_ascii_isxdigit(p[1]) || !g_ascii_isxdigit(p[2]))
			return NULL;
		int c = g_ascii_xdigit_value(p[1]) << 4 | g_ascii_xdigit_value(p[2]);
		if (c == 0)
			return NULL;
		g_string_append_c(out, (char)c);
		p += 2;
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Shell prompts, desktops, version control, indexers: asked in every directory, never there. A
 * leading '.' is always escaped, and so is the first letter of the others, so no entry of the tree
 * has such a name (but /.ecsfs, which is found before). */
static const char *const probes[] = {
	".*", "HEAD", "autorun.inf", "AACS", "BDMV", "lost+found",
};

static const char *const temporaries[] = {
	".*.sw?", ".*.swpx", "4913", "*~", ".#*", "#*#", "sed??????", ".goutputstream-*",
};

static bool matches(const char *file, const char *const *patterns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fnmatch(patterns[i], file, 0) == 0)
			return true;
	return false;
}

bool ecsfs_name_probe(const char *file)
{
	return matches(file, probes, G_N_ELEMENTS(probes));
}

bool ecsfs_name_temporary(const char *file)
{
	return matches(file, temporaries, G_N_ELEMENTS(temporaries));
}
