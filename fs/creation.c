/* SPDX-License-Identifier: MIT */
#include "fs/creation.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/cloud.h"
#include "fs/fault.h"
#include "fs/journal.h"
#include "fs/name.h"

static void creation_free(void *data)
{
	EcsfsCreation *creation = data;

	if (creation->journal != NULL)
		ecsfs_collection_sent(creation->collection, creation->key);
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

/* Where what is of the scope's cloud is noted. */
static EcsfsState *state_of(const EcsfsChange *change)
{
	return ecsfs_cloud_of(change->fs, change->node->scope)->state;
}

/* What it is called in the journal. Returns: owned. */
static char *journal_key(const EcsfsChange *change, EcsfsCollection *collection, const char *key)
{
	EcsScope *scope = change->node->scope;
	EcsClient *client = ecsfs_cloud_of(change->fs, scope)->client;
	g_autofree char *project = ecs_scope_project_id(scope);

	return g_strjoin("\n", ecs_client_cloud(client)->auth_url, project, ecs_scope_region(scope),
			 ecsfs_collection_class(collection)->name, key, NULL);
}

/* Does the cloud itself see to it that nothing is made twice? */
static bool is_heeded(const EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;
	EcsFeature feature = creation->type->heeds;

	return feature != ECS_HAS_ANY && ecs_scope_has(change->node->scope, feature);
}

/* The outcome is known. */
static void settle(const EcsfsChange *change, bool accepted)
{
	const EcsfsCreation *creation = change->data;

	ecsfs_collection_settled(creation->collection, creation->key);
	if (creation->journal != NULL)
		ecsfs_journal_end(state_of(change), creation->journal,
				  accepted && is_heeded(change));
}

/* EcsfsJournalBegun: nothing speaks against it any more. */
static void send_again(const char *token, int64_t since, void *data)
{
	EcsfsChange *change = data;
	const EcsfsCreation *creation = change->data;

	creation->type->send(change);
}

static EcsfsCreationIs is_it(const EcsfsChange *change, const void *item)
{
	const EcsfsCreation *creation = change->data;
	const EcsfsKind *kind = change->node->kind;
	const char *name = ecsfs_collection_class(creation->collection)->name_of(item);

	if (creation->type->is != NULL)
		return creation->type->is(change, item);
	return strcmp(name, creation->name) == 0 &&
			       (kind->here == NULL || kind->here(&change->view, item))
		       ? ECSFS_CREATION_MADE
		       : ECSFS_CREATION_NOT;
}

/* It cannot be told whether @id is what was made. */
static void fail_maybe(EcsfsChange *change, const char *id)
{
	const EcsfsCreation *creation = change->data;
	g_autoptr(GDateTime) sent = g_date_time_new_from_unix_utc(creation->since);
	g_autofree char *time = g_date_time_format_iso8601(sent);

	ecsfs_change_fail(
		change, EEXIST,
		"not sent: a mkdir of \"%.255s\" was sent at %s, nobody knows what became "
		"of it, and %.64s was made since: if that is something else, mkdir another "
		"name",
		creation->name, time, id);
}

static void fail_late(EcsfsChange *change, int64_t age)
{
	const EcsfsCreation *creation = change->data;

	ecsfs_change_fail(change, EBUSY,
			  "not sent: an ecsfs that was killed has sent a mkdir of \"%.255s\" %d s "
			  "ago, and the cloud may still make it: try again in %d s",
			  creation->name, (int)age, (int)(ECSFS_CREATION_LATE_S - age));
}

/* EcsListDone: has it been made? */
static void listed(GPtrArray *items, const GError *error, void *data)
{
	EcsfsChange *change = data;
	const EcsfsCreation *creation = change->data;
	const EcsfsClass *class = ecsfs_collection_class(creation->collection);
	int64_t age = MAX(g_get_real_time() / G_USEC_PER_SEC - creation->since, 0);
	EcsfsCreationIs best = ECSFS_CREATION_NOT;
	guint which = 0;

	if (error != NULL) {
		ecsfs_change_fail(change, ecsfs_fault_errno(error),
				  "not sent, as nobody knows what became of the last: %s",
				  error->message);
		return;
	}
	for (guint i = 0; i < items->len && best != ECSFS_CREATION_MADE; i++) {
		EcsfsCreationIs is = is_it(change, items->pdata[i]);
		which = is > best ? i : which;
		best = MAX(is, best);
	}
	if (best == ECSFS_CREATION_MADE) {
		void *item = g_ptr_array_steal_index_fast(items, which);
		g_autofree char *id = g_strdup(class->id(item));
		ecsfs_creation_done(change, id, item, "", NULL);
	} else if (best == ECSFS_CREATION_MAYBE) {
		fail_maybe(change, class->id(items->pdata[which]));
	} else if (creation->earlier && age < ECSFS_CREATION_LATE_S) {
		fail_late(change, age);
	} else {
		ecsfs_journal_again(state_of(change), creation->journal, creation->token,
				    send_again, change);
	}
	g_ptr_array_unref(items);
}

/* EcsfsJournalBegun */
static void noted(const char *token, int64_t since, void *data)
{
	EcsfsChange *change = data;
	EcsfsCreation *creation = change->data;
	const EcsfsClass *class = ecsfs_collection_class(creation->collection);

	g_free(creation->token);
	creation->token = g_strdup(token);
	creation->earlier = since != 0;
	if (since != 0)
		creation->since = since;
	if (creation->since == 0 || is_heeded(change))
		creation->type->send(change);
	else
		class->list(change->node->scope, change->cancellable, listed, change);
}

void ecsfs_creation_send(EcsfsChange *change, const EcsfsCreationType *type)
{
	EcsfsCreation *creation = change->data;

	if (!ecsfs_collection_sending(creation->collection, creation->key, &creation->since)) {
		ecsfs_change_fail(
			change, EBUSY,
			"a mkdir of \"%.255s\" is under way: its outcome is not known yet",
			creation->name);
		return;
	}
	creation->type = type;
	creation->journal = journal_key(change, creation->collection, creation->key);
	ecsfs_journal_begin(state_of(change), creation->journal, creation->token, noted, change);
}

void ecsfs_creation_forget(const EcsfsChange *change, EcsfsCollection *collection, const char *id,
			   const char *file)
{
	g_autofree char *key = g_strconcat(id, "/", file, NULL);
	g_autofree char *journal = journal_key(change, collection, key);

	ecsfs_journal_end(state_of(change), journal, false);
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
	/* A refusal of what was sent again does not tell what became of the first. */
	if (error == NULL || (!ecsfs_fault_uncertain(error) && creation->since == 0))
		settle(change, error == NULL);
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
