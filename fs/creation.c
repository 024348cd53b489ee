/* SPDX-License-Identifier: MIT */
#include "fs/creation.h"

#include <errno.h>

#include "fs/change.h"
#include "fs/cloud.h"
#include "fs/fault.h"
#include "fs/journal.h"
#include "fs/name.h"

static void creation_free(void *data)
{
	EcsfsCreation *creation = data;

	if (creation->item != NULL)
		ecsfs_collection_class(creation->collection)->unref(creation->item);
	if (creation->template != NULL)
		ecsfs_template_free(creation->template);
	g_free(creation->name);
	g_free(creation->key);
	g_free(creation->token);
	g_free(creation->journal);
	g_free(creation->id);
	g_free(creation);
}

EcsfsCreation *ecsfs_creation_begin(EcsfsChange *change, EcsfsCollection *collection,
				    const EcsfsTemplateType *type, const char *id, const char *file)
{
	EcsScope *scope = change->node->scope;
	EcsfsCreation *creation = g_new0(EcsfsCreation, 1);

	const EcsfsTemplateRow *missing = NULL;

	creation->collection = collection;
	creation->name = ecsfs_name_unescape(file);
	creation->key = g_strconcat(id, "/", file, NULL);
	change->data = creation;
	change->free_data = creation_free;
	if (type != NULL) {
		creation->template = ecsfs_template_take(change->fs, scope, type, id);
		missing = ecsfs_template_missing(scope, type, creation->template);
		change->collection = ecsfs_template_collection(change->fs, scope, type);
		g_free(change->id);
		change->id = g_strdup(id);
	}
	if (creation->name != NULL && missing == NULL) {
		creation->token = ecsfs_collection_token(collection, creation->key);
		return creation;
	}
	if (creation->name == NULL)
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a name", file);
	else
		ecsfs_change_fail(change, EINVAL, "%s/%s is empty: it takes %s",
				  type->class.kind->name, missing->file, missing->hint);
	return NULL;
}

/* On the dispatch thread: show the object although no list has it yet. */
static void created(EcsfsChange *change)
{
	EcsfsCreation *creation = change->data;

	ecsfs_collection_promise(creation->collection, creation->id,
				 g_steal_pointer(&creation->item), change->job);
	change->made = (EcsfsEntry){
		.kind = ecsfs_collection_class(creation->collection)->kind,
		.id = creation->id,
		.collection = creation->collection,
		.alias = true,
	};
}

void ecsfs_creation_done(EcsfsChange *change, const char *id, void *item, const char *job,
			 const GError *error)
{
	EcsfsCreation *creation = change->data;

	creation->item = item;
	if (error == NULL || !ecsfs_fault_uncertain(error)) {
		ecsfs_collection_settled(creation->collection, creation->key);
		if (creation->journal != NULL)
			ecsfs_journal_end(ecsfs_cloud_of(change->fs, change->node->scope)->state,
					  creation->journal, error == NULL);
	}
	if (error != NULL && g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_FOUND)) {
		/* A value names what is not there; ENOENT would be said of the new name. */
		g_autoptr(GError) wrong =
			g_error_new_literal(ECS_ERROR, ECS_ERROR_INVALID, error->message);
		ecsfs_change_done(change, wrong);
		return;
	}
	if (error != NULL) {
		ecsfs_change_done(change, error);
		return;
	}
	if (*id == '\0') {
		ecsfs_change_fail(change, EBADMSG,
				  "the cloud accepted the mkdir but named nothing new%s%s",
				  *job != '\0' ? ": see jobs/" : "", job);
		return;
	}
	creation->id = g_strdup(id);
	change->job = g_strdup(job);
	change->accepted = created;
	ecsfs_change_done(change, NULL);
}
