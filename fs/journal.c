/* SPDX-License-Identifier: MIT */
#include "fs/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UUID_LEN 36 /* as text */

typedef struct {
	char *file;
	const char *daemon; /* UUID: of the state */
	char *token;	    /* NULL: it has ended */
	bool accepted;
	bool again; /* whatever an earlier daemon has done */
	EcsfsJournalBegun begun;
	void *data;
} Entry;

static void entry_free(Entry *entry)
{
	g_free(entry->file);
	g_free(entry->token);
	g_free(entry);
}

static bool is_old(const struct stat *st)
{
	return st->st_mtime + ECSFS_JOURNAL_KEEP_S < g_get_real_time() / G_USEC_PER_SEC;
}

/* Let go of what nobody has tried again. */
static void sweep(const char *directory)
{
	g_autoptr(GDir) all = g_dir_open(directory, 0, NULL);
	const char *name;
	struct stat st;

	while (all != NULL && (name = g_dir_read_name(all)) != NULL) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		if (lstat(path, &st) == 0 && is_old(&st))
			unlink(path);
	}
}

/* Returns: the token with which a daemon before this one has sent it, owned, and when in *@since;
 * NULL: none has. */
static char *read_token(const char *path, const char *daemon, int64_t *since)
{
	char text[2 * UUID_LEN + 2] = "";
	struct stat st;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	bool ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		    !is_old(&st) && read(fd, text, sizeof(text) - 1) == sizeof(text) - 1;
	close(fd);
	if (!ours || text[UUID_LEN] != ' ' || strcmp(text + UUID_LEN + 1, daemon) == 0)
		return NULL;
	text[UUID_LEN] = '\0';
	*since = st.st_mtime;
	return g_uuid_string_is_valid(text) ? g_strdup(text) : NULL;
}

/* Whole, or not at all: a daemon can be killed in between. */
static void write_token(const char *directory, const char *path, const Entry *entry)
{
	g_autofree char *fresh = g_strdup_printf("%s.%d", path, (int)getpid());
	g_autofree char *text = g_strdup_printf("%s %s", entry->token, entry->daemon);
	ssize_t len = (ssize_t)strlen(text);
	int fd = -1;

	if (g_mkdir_with_parents(directory, 0700) == 0)
		fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && write(fd, text, (size_t)len) == len;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (!ok || rename(fresh, path) != 0)
		g_debug("%s is not kept: %s", path, g_strerror(errno));
}

/* Returns: the token of an earlier daemon, owned; NULL: the entry's is to be used, and is kept. */
static char *begin(const char *directory, const char *path, const Entry *entry, int64_t *since)
{
	char *earlier = entry->again ? NULL : read_token(path, entry->daemon, since);

	if (earlier == NULL) {
		sweep(directory);
		write_token(directory, path, entry);
	}
	return earlier;
}

/* Of an accepted one, nobody needs to know for long. */
static void shorten(const char *path)
{
	time_t now = (time_t)(g_get_real_time() / G_USEC_PER_SEC);
	struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = now - ECSFS_JOURNAL_KEEP_S + ECSFS_JOURNAL_LISTED_S },
	};

	if (utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT)
		unlink(path);
}

/* EcsfsStateTask. */
static void run(const char *root, void *data)
{
	Entry *entry = data;
	g_autofree char *directory = root != NULL ? g_build_filename(root, "creates", NULL) : NULL;
	g_autofree char *path =
		root != NULL ? g_build_filename(directory, entry->file, NULL) : NULL;
	g_autofree char *earlier = NULL;
	int64_t since = 0;

	if (path != NULL && entry->token == NULL && entry->accepted)
		shorten(path);
	else if (path != NULL && entry->token == NULL)
		unlink(path);
	else if (path != NULL)
		earlier = begin(directory, path, entry, &since);
	if (entry->begun != NULL && earlier != NULL)
		entry->begun(earlier, since, entry->data);
	else if (entry->begun != NULL)
		entry->begun(entry->token, 0, entry->data);
	entry_free(entry);
}

static void push(EcsfsState *state, const char *key, Entry entry)
{
	entry.daemon = ecsfs_state_daemon(state);
	entry.file = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key, -1);
	ecsfs_state_run(state, run, g_memdup2(&entry, sizeof(entry)));
}

void ecsfs_journal_begin(EcsfsState *state, const char *key, const char *token,
			 EcsfsJournalBegun begun, void *data)
{
	push(state, key, (Entry){ .token = g_strdup(token), .begun = begun, .data = data });
}

void ecsfs_journal_again(EcsfsState *state, const char *key, const char *token,
			 EcsfsJournalBegun begun, void *data)
{
	push(state, key,
	     (Entry){ .token = g_strdup(token), .again = true, .begun = begun, .data = data });
}

void ecsfs_journal_end(EcsfsState *state, const char *key, bool accepted)
{
	push(state, key, (Entry){ .accepted = accepted });
}
