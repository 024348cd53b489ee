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
#include "fs/name.h"
#include "fs/quotas.h"

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
	g_free(change->before);
	g_free(change->refusal);
	g_free(change->note);
	if (change->free_data != NULL)
		change->free_data(change->data);
	g_free(change);
}

typedef struct {
	EcsfsChange *change;
	int err; /* 0: accepted */
	char *why;
	bool uncertain; /* it may have been carried out all the same */
} Outcome;

/* Nobody knows what has become of a mkdir: list before anybody tries again. */
static void look_again(EcsfsChange *change)
{
	const EcsfsKind *kind = change->node->kind;

	if (kind != NULL && kind->collection != NULL)
		ecsfs_collection_stale(kind->collection(&change->view));
}

/* Was only a value written that this mount keeps? A mkdir from such values changes the cloud. */
static bool only_here(const EcsfsChange *change)
{
	return change->node->scope == NULL ||
	       (change->accepted == NULL && change->collection != NULL &&
		ecsfs_collection_class(change->collection)->local);
}

/* Store what the document was before; that ends the change once more. */
static void put_back(Outcome *outcome)
{
	EcsfsChange *change = outcome->change;
	g_autofree char *before = g_steal_pointer(&change->before);

	change->refused = outcome->err;
	change->refusal = outcome->why;
	g_free(outcome);
	change->attr->store(change, before, strlen(before));
}

static gboolean conclude(void *data)
{
	Outcome *outcome = data;
	EcsfsChange *change = outcome->change;
	EcsfsFs *fs = change->fs;
	bool object = change->collection != NULL && change->id != NULL;

	if (outcome->err != 0 && change->before != NULL && only_here(change)) {
		put_back(outcome);
		return G_SOURCE_REMOVE;
	}
	if (outcome->err == 0 && change->refused != 0) {
		outcome->err = change->refused;
		outcome->why = g_steal_pointer(&change->refusal);
	}
	if (outcome->err == ENOENT && object &&
	    ecsfs_collection_promised(change->collection, change->id)) {
		g_free(outcome->why);
		outcome->why = g_strdup("it is still being created: try again when it is there");
		outcome->err = EBUSY;
	}
	if (object)
		ecsfs_collection_set_note(change->collection, change->id,
					  change->note != NULL ? change->note : outcome->why);
	if (outcome->err != 0)
		ecsfs_log_failure(fs->log, change->path, change->session, outcome->err,
				  outcome->why);
	else if (change->job != NULL && *change->job != '\0')
		ecsfs_jobs_know(fs, change->node->scope, change->job);
	if (outcome->err == 0 && change->accepted != NULL)
		change->accepted(change);
	if (outcome->err == 0 && !only_here(change))
		ecsfs_quotas_changed(fs, change->node->scope);
	if (change->ended != NULL)
		change->ended(change, outcome->err, outcome->uncertain);
	if (outcome->uncertain)
		look_again(change);
	/* Refused or not, it may have reached the cloud: look again before anybody reads. */
	if (object && !change->aside) {
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

static void end(EcsfsChange *change, int err, char *why, bool uncertain)
{
	Outcome *outcome = g_new(Outcome, 1);

	*outcome = (Outcome){ .change = change, .err = err, .why = why, .uncertain = uncertain };
	ecsfs_dispatch_call(change->fs->dispatch, conclude, outcome);
}

void ecsfs_change_done(EcsfsChange *change, const GError *error)
{
	if (error == NULL)
		end(change, 0, NULL, false);
	else
		end(change, ecsfs_fault_errno(error), g_strdup(error->message),
		    ecsfs_fault_uncertain(error));
}

void ecsfs_change_fail(EcsfsChange *change, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *why = g_strdup_vprintf(format, args);
	va_end(args);
	end(change, err, why, false);
}

void ecsfs_change_accepted(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;

	if (accepted != NULL)
		change->job = g_strdup(accepted->job_id);
	ecsfs_change_done(change, error);
}

void ecsfs_change_removed(EcsfsChange *change)
{
	ecsfs_collection_leaving(change->collection, change->id, change->job);
}

/* An object of a collection, until it is shown. */
typedef struct {
	EcsfsCollection *collection;
	void *object;
	char *id;
} Made;

static void made_free(void *data)
{
	Made *made = data;

	if (made->object != NULL)
		ecsfs_collection_class(made->collection)->unref(made->object);
	g_free(made->id);
	g_free(made);
}

/* On the dispatch thread. */
static void show_made(EcsfsChange *change)
{
	Made *made = change->data;

	ecsfs_collection_promise(made->collection, made->id, g_steal_pointer(&made->object), NULL);
	change->made = (EcsfsEntry){
		.kind = ecsfs_collection_class(made->collection)->kind,
		.id = made->id,
		.collection = made->collection,
		.alias = true,
	};
}

void ecsfs_change_made(EcsfsChange *change, void *object, const GError *error)
{
	if (object != NULL) {
		Made *made = g_new(Made, 1);
		made->collection = change->node->kind->collection(&change->view);
		made->object = object;
		made->id = g_strdup(ecsfs_collection_class(made->collection)->id(object));
		change->data = made;
		change->free_data = made_free;
		change->accepted = show_made;
	}
	ecsfs_change_done(change, error);
}

char *ecsfs_change_name(EcsfsChange *change, const char *file)
{
	char *name = ecsfs_name_unescape(file);

	if (name == NULL)
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a name", file);
	return name;
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
