/* SPDX-License-Identifier: MIT */
#include "fs/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK "lock"   /* held by who has the place */
#define SUFFIX ".new" /* written, not yet in place */

struct EcsfsState {
	char *root; /* NULL: nothing is kept */
	char *daemon;
	GMutex lock;
	GCond drained;
	GThreadPool *pool;  /* one thread; NULL: closed */
	bool closing;	    /* the pool is being emptied */
	GHashTable *places; /* place (owned) → descriptor of its lock; the worker's */
};

/* Something to be done. */
typedef struct {
	char *place, *name;
	char *text;		 /* to be saved; NULL: the file is to be removed */
	EcsfsStateLoaded loaded; /* or the place is to be read */
	EcsfsStateDone done;
	EcsfsStateTask task; /* or this */
	void *data;
} Job;

char *ecsfs_state_root(void)
{
	const char *home = g_get_user_state_dir();

	return home != NULL && g_path_is_absolute(home) ? g_build_filename(home, "ecsfs", NULL)
							: NULL;
}

static void wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

static void *failure(GError **error, const char *what, const char *path)
{
	int err = errno;

	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(err), "%s %s: %s", what, path,
		    g_strerror(err));
	return NULL;
}

static void file_free(void *data)
{
	EcsfsStateFile *file = data;

	wipe(file->text);
	g_clear_error(&file->error);
	g_free(file->name);
	g_free(file);
}

/* Is it what we have made, and has nobody else written to it? */
static bool is_ours(const struct stat *st, mode_t type)
{
	return (st->st_mode & S_IFMT) == type && st->st_uid == geteuid() &&
	       (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Returns: NULL and @error, or the text. */
static char *read_file(int fd, const char *name, size_t *len, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return failure(error, "cannot read", name);
	if (!is_ours(&st, S_IFREG) || st.st_size > ECSFS_STATE_FILE_MAX) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM,
			    "%s is ignored: it is not a file of at most %d bytes that only you can "
			    "write to",
			    name, ECSFS_STATE_FILE_MAX);
		return NULL;
	}
	char *text = g_malloc0((size_t)st.st_size + 1);
	for (*len = 0; *len < (size_t)st.st_size;) {
		ssize_t n = read(fd, text + *len, (size_t)st.st_size - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			wipe(text);
			return failure(error, "cannot read", name);
		}
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return text;
}

static EcsfsStateFile *load_file(int directory, const char *name)
{
	EcsfsStateFile *file = g_new0(EcsfsStateFile, 1);
	/* Not to wait for the writer of a pipe. */
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	file->name = g_strdup(name);
	if (fd < 0) {
		failure(&file->error, "cannot open", name);
		return file;
	}
	file->text = read_file(fd, name, &file->len, &file->error);
	close(fd);
	return file;
}

static void load_files(DIR *directory, GPtrArray *files, GError **error)
{
	const struct dirent *entry;

	while ((entry = readdir(directory)) != NULL) {
		const char *name = entry->d_name;
		if (*name == '.' || strcmp(name, LOCK) == 0)
			continue;
		if (g_str_has_suffix(name, SUFFIX)) /* who wrote it was killed */
			unlinkat(dirfd(directory), name, 0);
		else if (files->len < ECSFS_STATE_FILES_MAX)
			g_ptr_array_add(files, load_file(dirfd(directory), name));
		else if (*error == NULL)
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
				    "there are more than %d files: the others are ignored",
				    ECSFS_STATE_FILES_MAX);
	}
}

/* Make the directory of the place, and have it for us alone. Returns: false and @error. */
static bool take_place(EcsfsState *state, const char *place, const char *path, GError **error)
{
	g_autofree char *lock = g_build_filename(path, LOCK, NULL);
	struct stat st;

	if (g_mkdir_with_parents(path, 0700) != 0 || stat(path, &st) != 0)
		return failure(error, "cannot make", path);
	if (!is_ours(&st, S_IFDIR)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM,
			    "%s is not a directory that only you can write to", path);
		return false;
	}
	int fd = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return failure(error, "cannot open", lock);
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		g_hash_table_insert(state->places, g_strdup(place), GINT_TO_POINTER(fd));
		return true;
	}
	if (errno == EWOULDBLOCK)
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
			    "another mount, or cloud of this mount, has %s: what is made here "
			    "ends with this one",
			    path);
	else
		failure(error, "cannot lock", lock);
	close(fd);
	return false;
}

static void run_load(EcsfsState *state, const Job *job, const char *path)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
	g_autoptr(GError) error = NULL;
	bool ours = g_hash_table_contains(state->places, job->place) ||
		    take_place(state, job->place, path, &error);
	DIR *directory = ours ? opendir(path) : NULL;

	if (directory != NULL) {
		load_files(directory, files, &error);
		closedir(directory);
	} else if (ours) {
		failure(&error, "cannot read", path);
	}
	job->loaded(files, error, job->data);
}

/* The renamed file is not there after a power cut unless its directory is written as well. */
static bool sync_directory(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	if (!ok)
		failure(error, "cannot write", path);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool save_file(const char *directory, const char *path, const char *text, GError **error)
{
	g_autofree char *fresh = g_strconcat(path, SUFFIX, NULL);

	if (!g_file_set_contents_full(fresh, text, (gssize)strlen(text),
				      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
				      0600, error))
		return false;
	if (g_rename(fresh, path) != 0)
		return failure(error, "cannot write", path);
	return sync_directory(directory, error);
}

static void run_change(const EcsfsState *state, const Job *job, const char *directory)
{
	g_autofree char *path = g_build_filename(directory, job->name, NULL);
	g_autoptr(GError) error = NULL;

	if (!g_hash_table_contains(state->places, job->place))
		g_debug("%s is not kept", path);
	else if (job->text != NULL && strlen(job->text) > ECSFS_STATE_FILE_MAX)
		g_set_error(&error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "it is more than %d bytes",
			    ECSFS_STATE_FILE_MAX);
	else if (job->text != NULL)
		save_file(directory, path, job->text, &error);
	else if (unlink(path) != 0 && errno != ENOENT)
		failure(&error, "cannot remove", path);
	else
		sync_directory(directory, &error);
	if (job->done != NULL)
		job->done(error, job->data);
}

static void run(void *data, void *user_data)
{
	EcsfsState *state = user_data;
	Job *job = data;
	g_autofree char *path = state->root != NULL && job->place != NULL
					? g_build_filename(state->root, "drafts", job->place, NULL)
					: NULL;

	if (job->task != NULL) {
		job->task(state->root, job->data);
	} else if (job->loaded != NULL && path == NULL) {
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		job->loaded(none, NULL, job->data);
	} else if (job->loaded != NULL) {
		run_load(state, job, path);
	} else if (path != NULL) {
		run_change(state, job, path);
	} else if (job->done != NULL) {
		job->done(NULL, job->data);
	}
	g_free(job->place);
	g_free(job->name);
	wipe(job->text);
	g_free(job);
}

static void push(EcsfsState *state, Job job)
{
	Job *copy = g_memdup2(&job, sizeof(job));

	g_mutex_lock(&state->lock);
	while (state->closing) /* what came before comes first */
		g_cond_wait(&state->drained, &state->lock);
	bool queued = state->pool != NULL;
	if (queued)
		g_thread_pool_push(state->pool, copy, NULL);
	g_mutex_unlock(&state->lock);
	if (!queued)
		run(copy, state);
}

EcsfsState *ecsfs_state_new(const char *root)
{
	EcsfsState *state = g_new0(EcsfsState, 1);

	state->root = g_strdup(root);
	state->daemon = g_uuid_string_random();
	g_mutex_init(&state->lock);
	g_cond_init(&state->drained);
	state->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	state->pool = g_thread_pool_new(run, state, 1, TRUE, NULL);
	return state;
}

void ecsfs_state_close(EcsfsState *state)
{
	g_mutex_lock(&state->lock);
	GThreadPool *pool = g_steal_pointer(&state->pool);
	state->closing = true;
	g_mutex_unlock(&state->lock);
	if (pool != NULL)
		g_thread_pool_free(pool, FALSE, TRUE);
	g_mutex_lock(&state->lock);
	state->closing = false;
	g_cond_broadcast(&state->drained);
	g_mutex_unlock(&state->lock);
}

void ecsfs_state_free(EcsfsState *state)
{
	GHashTableIter iter;
	void *fd;

	if (state == NULL)
		return;
	ecsfs_state_close(state);
	g_hash_table_iter_init(&iter, state->places);
	while (g_hash_table_iter_next(&iter, NULL, &fd))
		close(GPOINTER_TO_INT(fd));
	g_hash_table_unref(state->places);
	g_cond_clear(&state->drained);
	g_mutex_clear(&state->lock);
	g_free(state->daemon);
	g_free(state->root);
	g_free(state);
}

const char *ecsfs_state_daemon(const EcsfsState *state)
{
	return state->daemon;
}

void ecsfs_state_run(EcsfsState *state, EcsfsStateTask task, void *data)
{
	push(state, (Job){ .task = task, .data = data });
}

void ecsfs_state_load(EcsfsState *state, const char *place, EcsfsStateLoaded loaded, void *data)
{
	push(state, (Job){ .place = g_strdup(place), .loaded = loaded, .data = data });
}

void ecsfs_state_save(EcsfsState *state, const char *place, const char *name, char *text,
		      EcsfsStateDone done, void *data)
{
	push(state, (Job){ .place = g_strdup(place),
			   .name = g_strdup(name),
			   .text = text,
			   .done = done,
			   .data = data });
}

void ecsfs_state_remove(EcsfsState *state, const char *place, const char *name, EcsfsStateDone done,
			void *data)
{
	push(state,
	     (Job){ .place = g_strdup(place), .name = g_strdup(name), .done = done, .data = data });
}
