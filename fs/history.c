/* SPDX-License-Identifier: MIT */
#include "fs/history.h"

#include <string.h>

#include "fs/attr.h"
#include "fs/zones.h"

#define VALUE_MAX 200			       /* bytes of a text in a line */
#define KEPT_LEAST (ECSFS_HISTORY_MAX / 4 * 3) /* when something is dropped */

typedef struct {
	EcsScope *scope;
	char *zone;
	GString *text;	  /* whole lines */
	uint64_t dropped; /* bytes that were before it */
	int64_t changed_ns;
} Log;

struct EcsfsHistory {
	GMutex lock;
	GHashTable *logs; /* Log (scope, zone) → the same, owned */
};

static unsigned log_hash(const void *key)
{
	const Log *log = key;

	return g_str_hash(log->zone) * 31 + g_direct_hash(log->scope);
}

static gboolean log_equal(const void *a, const void *b)
{
	const Log *x = a, *y = b;

	return x->scope == y->scope && strcmp(x->zone, y->zone) == 0;
}

static void log_free(void *data)
{
	Log *log = data;

	g_string_free(log->text, TRUE);
	g_free(log->zone);
	g_free(log);
}

EcsfsHistory *ecsfs_history_new(void)
{
	EcsfsHistory *history = g_new0(EcsfsHistory, 1);

	g_mutex_init(&history->lock);
	history->logs = g_hash_table_new_full(log_hash, log_equal, NULL, log_free);
	return history;
}

void ecsfs_history_free(EcsfsHistory *history)
{
	if (history == NULL)
		return;
	g_hash_table_unref(history->logs);
	g_mutex_clear(&history->lock);
	g_free(history);
}

/* Under the lock. Returns: NULL, if nothing has been told of it. */
static Log *find(EcsfsHistory *history, EcsScope *scope, const char *zone)
{
	const Log key = { .scope = scope, .zone = (char *)zone };

	return g_hash_table_lookup(history->logs, &key);
}

static Log *make(EcsfsHistory *history, EcsScope *scope, const char *zone)
{
	Log *log = find(history, scope, zone);

	if (log == NULL) {
		log = g_new0(Log, 1);
		log->scope = scope;
		log->zone = g_strdup(zone);
		log->text = g_string_new(NULL);
		g_hash_table_add(history->logs, log);
	}
	return log;
}

static void trim(Log *log)
{
	if (log->text->len <= ECSFS_HISTORY_MAX)
		return;
	const char *cut = log->text->str + log->text->len - KEPT_LEAST;
	gssize old = strchr(cut, '\n') + 1 - log->text->str;
	g_string_erase(log->text, 0, old);
	log->dropped += (uint64_t)old;
}

static void add(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record,
		const GString *lines)
{
	EcsScope *scope = ecsfs_collection_scope(collection);
	const char *zone = ecsfs_class_text(record->item, record->class->zone);
	g_autofree char *place = ecsfs_zones_place(fs, scope, zone);

	if (place == NULL || lines->len == 0)
		return;
	g_mutex_lock(&fs->history->lock);
	Log *log = make(fs->history, scope, place);
	g_string_append_len(log->text, lines->str, (gssize)lines->len);
	log->changed_ns = g_get_real_time() * 1000;
	trim(log);
	g_mutex_unlock(&fs->history->lock);
}

/* Append @text (NULL: empty) as one field. */
static void field(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
	size_t len = strlen(valid);

	while (len > 0 && valid[len - 1] == '\n')
		valid[--len] = '\0';
	const char *end = valid + MIN(len, VALUE_MAX);
	if (len > VALUE_MAX)
		end = g_utf8_find_prev_char(valid, end + 1);
	for (const char *p = valid; p < end; p++) {
		if (*p == '\n')
			g_string_append(out, "; ");
		else
			g_string_append_c(out, (unsigned char)*p < 0x20 || *p == 0x7f ? ' ' : *p);
	}
	if (len > VALUE_MAX)
		g_string_append(out, "...");
	if (len == 0)
		g_string_append_c(out, '-');
}

static void line(GString *out, const EcsfsRecord *record, const char *path, const char *before,
		 const char *after)
{
	const char *const fields[] = { record->id, ecsfs_record_name(record), path, before, after };

	ecsfs_iso8601(out, g_get_real_time() / G_USEC_PER_SEC);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_string_append_c(out, '\t');
		field(out, fields[i]);
	}
	g_string_append_c(out, '\n');
}

static bool is_told(const EcsfsClass *class, const char *path)
{
	for (size_t i = 0; class->told[i] != NULL; i++)
		if (g_pattern_match_simple(class->told[i], path))
			return true;
	return false;
}

/* Append the paths of @texts that are told, and not in @others. */
static void collect(const EcsfsClass *class, GHashTable *texts, GHashTable *others,
		    GPtrArray *paths)
{
	GHashTableIter iter;
	void *path;

	g_hash_table_iter_init(&iter, texts);
	while (g_hash_table_iter_next(&iter, &path, NULL))
		if (is_told(class, path) &&
		    (others == NULL || !g_hash_table_contains(others, path)))
			g_ptr_array_add(paths, path);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_making(const EcsfsClass *class, GHashTable *before)
{
	const char *status = g_hash_table_lookup(before, "status");

	g_autofree char *making = g_strconcat(class->making, "\n", NULL);

	return class->making != NULL && g_strcmp0(status, making) == 0;
}

void ecsfs_history_changed(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record,
			   GHashTable *before, GHashTable *after)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_autoptr(GString) lines = g_string_new(NULL);

	if (class->told == NULL)
		return;
	collect(class, before, NULL, paths);
	collect(class, after, before, paths);
	bool making = is_making(class, before);
	g_ptr_array_sort(paths, compare);
	for (size_t i = 0; i < paths->len; i++) {
		const char *was = g_hash_table_lookup(before, paths->pdata[i]);
		const char *is = g_hash_table_lookup(after, paths->pdata[i]);
		if (making && (was == NULL || *was == '\0'))
			continue;
		if (g_strcmp0(was != NULL ? was : "", is != NULL ? is : "") != 0)
			line(lines, record, paths->pdata[i], was, is);
	}
	add(fs, collection, record, lines);
}

/* It has its status from now on, or until now. */
static void tell(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record, bool came)
{
	const EcsfsClass *class = ecsfs_collection_class(collection);
	g_autoptr(GString) lines = g_string_new(NULL);

	if (class->told == NULL || record->item == NULL)
		return;
	const char *status = ecsfs_class_text(record->item, class->status);
	line(lines, record, "status", came ? NULL : status, came ? status : NULL);
	add(fs, collection, record, lines);
}

void ecsfs_history_came(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record)
{
	tell(fs, collection, record, true);
}

void ecsfs_history_gone(EcsfsFs *fs, EcsfsCollection *collection, const EcsfsRecord *record)
{
	tell(fs, collection, record, false);
}

EcsfsHistoryState ecsfs_history_state(EcsfsHistory *history, EcsScope *scope, const char *zone)
{
	EcsfsHistoryState state = { 0 };

	g_mutex_lock(&history->lock);
	const Log *log = find(history, scope, zone);
	if (log != NULL)
		state = (EcsfsHistoryState){ log->dropped, log->dropped + log->text->len,
					     log->changed_ns };
	g_mutex_unlock(&history->lock);
	return state;
}

static void fill(GString *out, size_t n)
{
	size_t was = out->len;

	g_string_set_size(out, was + n);
	memset(out->str + was, '\n', n);
}

void ecsfs_history_read(EcsfsHistory *history, EcsScope *scope, const char *zone, uint64_t from,
			size_t size, GString *out)
{
	g_mutex_lock(&history->lock);
	const Log *log = find(history, scope, zone);
	if (log != NULL && from < log->dropped) {
		size_t lost = (size_t)MIN(log->dropped - from, size);
		fill(out, lost);
		from += lost;
		size -= lost;
	}
	if (log != NULL && from >= log->dropped && from - log->dropped < log->text->len) {
		size_t off = (size_t)(from - log->dropped);
		g_string_append_len(out, log->text->str + off,
				    (gssize)MIN(size, log->text->len - off));
	}
	g_mutex_unlock(&history->lock);
}
