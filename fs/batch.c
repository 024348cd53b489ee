/* SPDX-License-Identifier: MIT */
/*
 * batch - servers/batch: names or ids written to a verb's file, one a line: one call for up to a
 * thousand of them. What fails is told line by line in batch/error; the rest is done.
 */
#include <errno.h>
#include <string.h>

#include "fs/brake.h"
#include "fs/change.h"
#include "fs/dispatch.h"
#include "fs/diff.h"
#include "fs/fault.h"
#include "fs/servers.h"
#include "fs/view.h"

#define CALL_MAX 1000 /* servers a call: ECS reference, "Batch operations" */
#define TOLD_MAX 100  /* lines of `error` */

typedef void (*Send)(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		     EcsChangeDone done, void *data);

typedef struct {
	EcsfsChange *change;
	EcsfsCollection *servers;
	Send send;
	bool deletes;
	GPtrArray *ids; /* owned strings */
	size_t sent;	/* of ids, in calls that have ended or are under way */
	size_t calling; /* of those, in the call under way */
	size_t lines, failed;
	int err; /* of the first that failed */
	GString *why;
} Batch;

/* One call that has ended, for the dispatch thread. */
typedef struct {
	EcsfsFs *fs;
	EcsfsCollection *servers;
	bool accepted;
	bool deletes;
	char **ids;
	char *job;
} Part;

static void stop(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		 EcsChangeDone done, void *data)
{
	ecs_server_stop(scope, ids, false, cancellable, done, data);
}

static void reboot(EcsScope *scope, const char *const *ids, GCancellable *cancellable,
		   EcsChangeDone done, void *data)
{
	ecs_server_reboot(scope, ids, false, cancellable, done, data);
}

static void fail(Batch *batch, size_t lines, int err, const char *line, const char *why)
{
	if (batch->failed < TOLD_MAX)
		g_string_append_printf(batch->why, "%.255s%s%s\n", line, *line != '\0' ? ": " : "",
				       why);
	batch->failed += lines;
	if (batch->err == 0)
		batch->err = err;
}

static gboolean apply(void *data)
{
	Part *part = data;

	for (char **id = part->ids; *id != NULL; id++) {
		if (part->accepted)
			ecsfs_collection_set_note(part->servers, *id, NULL);
		if (part->accepted && part->deletes)
			ecsfs_collection_leaving(part->servers, *id, part->job);
		else /* also after a refusal: it may have reached the cloud */
			ecsfs_collection_touch(part->servers, *id, part->job);
		ecsfs_diff_doubt(part->fs, part->servers, *id);
	}
	g_strfreev(part->ids);
	g_free(part->job);
	g_free(part);
	return G_SOURCE_REMOVE;
}

static void batch_free(Batch *batch)
{
	g_ptr_array_unref(batch->ids);
	g_string_free(batch->why, TRUE);
	g_free(batch);
}

/* All calls have ended. */
static void finish(Batch *batch)
{
	EcsfsChange *change = batch->change;

	if (batch->failed > 0) {
		change->note = g_strndup(batch->why->str, batch->why->len);
		g_strdelimit(g_strchomp(batch->why->str), "\n", ';');
		ecsfs_change_fail(change, batch->err, "%zu of %zu failed: %.400s", batch->failed,
				  batch->lines, batch->why->str);
	} else {
		ecsfs_change_done(change, NULL);
	}
	batch_free(batch);
}

static void next(Batch *batch);

/* Returns: the ids of the call under way, owned. */
static char **called(const Batch *batch)
{
	char **ids = g_new0(char *, batch->calling + 1);

	for (size_t i = 0; i < batch->calling; i++)
		ids[i] = g_strdup(batch->ids->pdata[batch->sent - batch->calling + i]);
	return ids;
}

static void answered(const EcsAccepted *accepted, const GError *error, void *data)
{
	Batch *batch = data;
	EcsfsFs *fs = batch->change->fs;

	Part *part = g_new(Part, 1);
	*part = (Part){
		.fs = fs,
		.servers = batch->servers,
		.accepted = error == NULL,
		.deletes = batch->deletes,
		.ids = called(batch),
		.job = g_strdup(error == NULL ? accepted->job_id : NULL),
	};
	ecsfs_dispatch_call(fs->dispatch, apply, part);
	if (error != NULL && batch->deletes && !ecsfs_fault_uncertain(error))
		ecsfs_brake_refused(fs->brake, (unsigned)batch->calling);
	if (error != NULL)
		fail(batch, batch->calling, ecsfs_fault_errno(error), "", error->message);
	next(batch);
}

static void next(Batch *batch)
{
	batch->calling = MIN(batch->ids->len - batch->sent, CALL_MAX);
	if (batch->calling == 0) {
		finish(batch);
		return;
	}
	batch->sent += batch->calling;
	g_auto(GStrv) ids = called(batch);
	batch->send(batch->change->node->scope, (const char *const *)ids,
		    batch->change->cancellable, answered, batch);
}

/* A name or an id, or a path to it: `ls by-tag/env=test`, `find by-status/SHUTOFF -type l`. */
static void resolve(Batch *batch, GHashTable *known, char *line)
{
	EcsfsView *view = &batch->change->view;
	const char *slash = strrchr(line, '/');
	const char *file = slash != NULL ? slash + 1 : line;
	EcsfsRecord *record = NULL;

	batch->lines++;
	if (!ecsfs_servers_here(view, file, &record)) {
		int err = view->err != 0 ? view->err : EAGAIN;
		const char *why = ecsfs_fault_sentence(err);
		fail(batch, 1, err, line, why != NULL ? why : "the cloud does not answer");
		g_clear_error(&view->error);
		view->err = 0;
	} else if (record == NULL) {
		fail(batch, 1, ENOENT, line, "there is no such server in the zone");
	} else if (g_hash_table_add(known, record->id)) {
		g_ptr_array_add(batch->ids, g_strdup(record->id));
	}
}

/* All of them, or none: what is deleted is not to depend on the order of the lines. */
static void brake(Batch *batch)
{
	EcsfsBrake *brake = batch->change->fs->brake;
	int64_t now = g_get_monotonic_time();
	size_t n = batch->ids->len;

	if (ecsfs_brake_allows(brake, (unsigned)n, now))
		return;
	g_autofree char *why = g_strdup_printf(
		"not deleted: %zu servers, of which %u may be deleted now; to go on, write how "
		"many more to .ecsfs/confirm",
		n, ecsfs_brake_left(brake, now));
	g_ptr_array_set_size(batch->ids, 0);
	fail(batch, n, EDQUOT, "", why);
}

static void start(EcsfsChange *change, const char *text, Send send, bool deletes)
{
	Batch *batch = g_new0(Batch, 1);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	change->aside = true;
	batch->change = change;
	batch->servers = ecsfs_servers_collection(&change->view);
	batch->send = send;
	batch->deletes = deletes;
	batch->ids = g_ptr_array_new_with_free_func(g_free);
	batch->why = g_string_new(NULL);
	for (char **line = lines; *line != NULL; line++)
		if (*g_strstrip(*line) != '\0')
			resolve(batch, known, *line);
	if (deletes)
		brake(batch);
	next(batch);
}

static void delete_store(EcsfsChange *change, const char *text, size_t len)
{
	if (change->fs->options.allow_delete)
		start(change, text, ecs_server_delete, true);
	else
		ecsfs_change_fail(change, EPERM,
				  "deleting what costs money or data needs a mount with -o "
				  "allow_delete");
}

static void reboot_store(EcsfsChange *change, const char *text, size_t len)
{
	start(change, text, reboot, false);
}

static void start_store(EcsfsChange *change, const char *text, size_t len)
{
	start(change, text, ecs_server_start, false);
}

static void stop_store(EcsfsChange *change, const char *text, size_t len)
{
	start(change, text, stop, false);
}

static bool error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_auto(GStrv) lines = g_strsplit(view->note != NULL ? view->note : "", "\n", -1);

	for (char **line = lines; *line != NULL; line++)
		ecsfs_value(out, *line);
	return true;
}

static const EcsfsAttr batch_attrs[] = {
	{ "delete", 0200, NULL, delete_store, .flags = ECSFS_LINES,
	  .help = "names or ids, one a line: delete those servers" },
	{ "error", 0444, error_show, .flags = ECSFS_NOTED,
	  .help = "what of the last batch failed, and why, a line each" },
	{ "reboot", 0200, NULL, reboot_store, .flags = ECSFS_LINES,
	  .help = "names or ids, one a line: restart those servers" },
	{ "start", 0200, NULL, start_store, .flags = ECSFS_LINES,
	  .help = "names or ids, one a line: power on those servers" },
	{ "stop", 0200, NULL, stop_store, .flags = ECSFS_LINES,
	  .help = "names or ids, one a line: shut down those servers" },
	{}
};

const EcsfsKind ecsfs_batch = {
	.name = "batch",
	.attrs = batch_attrs,
	.collection = ecsfs_servers_collection,
};
