#include "contrib/sandbox/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOG_LIMIT 1000000 /* lines kept: a runaway client must not eat the memory */

typedef struct {
	char *line; /* "METHOD PATH?QUERY" */
	int status, ms;
	bool done;
} Entry;

static GArray *entries; /* of Entry */
static unsigned first;	/* log_open()'s number of the first entry, less one */
static FILE *file;

static void entry_clear(gpointer data)
{
	g_free(((Entry *)data)->line);
}

bool log_to_file(const char *path, GError **error)
{
	file = fopen(path, "ae");
	if (file)
		return true;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", path,
		    g_strerror(errno));
	return false;
}

unsigned log_open(const char *method, const char *target)
{
	Entry entry = { .line = g_strdup_printf("%s %s", method, target) };

	if (!entries) {
		entries = g_array_new(FALSE, FALSE, sizeof entry);
		g_array_set_clear_func(entries, entry_clear);
	}
	if (entries->len >= LOG_LIMIT) {
		g_array_remove_range(entries, 0, LOG_LIMIT / 2);
		first += LOG_LIMIT / 2;
	}
	g_array_append_val(entries, entry);
	return first + entries->len;
}

void log_close(unsigned number, int status, int ms)
{
	if (!entries || number <= first || number - first > entries->len)
		return;

	Entry *entry = &g_array_index(entries, Entry, number - first - 1);
	if (entry->done)
		return;
	entry->status = status;
	entry->ms = ms;
	entry->done = true;
	if (file) {
		fprintf(file, "%u %s %d %d\n", number, entry->line, status, ms);
		fflush(file);
	}
}

void log_write(GString *out)
{
	for (unsigned i = 0; entries && i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);
		if (entry->done)
			g_string_append_printf(out, "%u %s %d %d\n", first + i + 1, entry->line,
					       entry->status, entry->ms);
		else
			g_string_append_printf(out, "%u %s - -\n", first + i + 1, entry->line);
	}
}

unsigned log_count(const char *match)
{
	unsigned count = 0;

	for (unsigned i = 0; entries && i < entries->len; i++)
		if (strstr(g_array_index(entries, Entry, i).line, match))
			count++;
	return count;
}

/* A request that is still under way keeps its number; closing it must not hit a new entry. */
void log_clear(void)
{
	if (entries) {
		first += entries->len;
		g_array_set_size(entries, 0);
	}
}

void log_end(void)
{
	g_clear_pointer(&entries, g_array_unref);
	g_clear_pointer(&file, fclose);
}
