/* SPDX-License-Identifier: MIT */
#include "fs/change.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fs/diff.h"
#include "fs/dispatch.h"
#include "fs/fault.h"
#include "fs/jobs.h"
#include "fs/log.h"

EcsfsChange *ecsfs_change_new(EcsfsOp *op, EcsfsNode *node, const EcsfsAttr *attr, const char *what,
			      const char *name)
{
	EcsfsChange *change = g_new0(EcsfsChange, 1);
	g_autofree char *path = ecsfs_node_path(node);
	pid_t session = getsid(fuse_req_ctx(op->req)->pid);

	change->fs = op->fs;
	change->node = ecsfs_node_ref(op->fs->nodes, node);
	change->attr = attr;
	change->what = what;
	change->path = g_build_filename(path, name, NULL);
	change->session = session > 0 ? session : 0;
	change->cancellable = g_cancellable_new();
	change->op = ecsfs_op_ref(op);
	change->view = op->view; /* moved: the change outlives the operation */
	change->view.node = change->node;
	ecsfs_view_init(&op->view, op->fs, op->node);
	change->collection = change->view.collection;
	if (change->view.record != NULL)
		change->id = g_strdup(change->view.record->id);
	ecsfs_op_changing(op, change);
	return change;
}

static void change_free(EcsfsChange *change)
{
	ecsfs_view_clear(&change->view);
	ecsfs_node_unref(change->fs->nodes, change->node);
	g_object_unref(change->cancellable);
	g_free(change->path);
	g_free(change->id);
	g_free(change->job);
	if (change->free_data != NULL)
		change->free_data(change->data);
	g_free(change);
}

typedef struct {
	EcsfsChange *change;
	int err; /* 0: accepted */
	char *why;
} Outcome;

static gboolean conclude(void *data)
{
	Outcome *outcome = data;
	EcsfsChange *change = outcome->change;
	EcsfsFs *fs = change->fs;
	bool object = change->collection != NULL && change->id != NULL;

	if (outcome->err == ENOENT && object &&
	    ecsfs_collection_promised(change->collection, change->id)) {
		g_free(outcome->why);
		outcome->why = g_strdup("it is still being created: try again when it is there");
		outcome->err = EBUSY;
	}
	if (object)
		ecsfs_collection_set_note(change->collection, change->id, outcome->why);
	if (outcome->err != 0)
		ecsfs_log_failure(fs->log, change->path, change->session, outcome->err,
				  outcome->why);
	else if (change->job != NULL && *change->job != '\0')
		ecsfs_jobs_know(fs, change->node->scope, change->job);
	if (outcome->err == 0 && change->accepted != NULL)
		change->accepted(change);
	/* Refused or not, it may have reached the cloud: look again before anybody reads. */
	if (object) {
		ecsfs_collection_touch(change->collection, change->id,
				       outcome->err == 0 ? change->job : NULL);
		ecsfs_diff_doubt(fs, change->collection, change->id);
	}
	if (change->op != NULL) {
		change->op->made = change->made;
		ecsfs_op_changed(change->op, outcome->err);
		ecsfs_op_unref(change->op);
	}
	change_free(change);
	g_free(outcome->why);
	g_free(outcome);
	return G_SOURCE_REMOVE;
}

static void end(EcsfsChange *change, int err, char *why)
{
	Outcome *outcome = g_new(Outcome, 1);

	*outcome = (Outcome){ .change = change, .err = err, .why = why };
	ecsfs_dispatch_call(change->fs->dispatch, conclude, outcome);
}

void ecsfs_change_done(EcsfsChange *change, const GError *error)
{
	if (error == NULL)
		end(change, 0, NULL);
	else
		end(change, ecsfs_fault_errno(error), g_strdup(error->message));
}

void ecsfs_change_fail(EcsfsChange *change, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *why = g_strdup_vprintf(format, args);
	va_end(args);
	end(change, err, why);
}

void ecsfs_change_accepted(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;

	if (accepted != NULL)
		change->job = g_strdup(accepted->job_id);
	ecsfs_change_done(change, error);
}

void ecsfs_change_abandon(EcsfsChange *change)
{
	g_autofree char *why = g_strdup_printf(
		"the %s was interrupted after it was sent: its outcome is pending", change->what);

	ecsfs_log_failure(change->fs->log, change->path, change->session, EINTR, why);
	if (change->collection != NULL && change->id != NULL)
		ecsfs_collection_set_note(change->collection, change->id, why);
	ecsfs_op_unref(g_steal_pointer(&change->op));
}
