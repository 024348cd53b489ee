/* SPDX-License-Identifier: MIT */
/* server_drafts - drafts/: what is planned in a zone. */
#include "fs/server_drafts.h"

#include <errno.h>
#include <string.h>

#include "fs/collection.h"
#include "fs/dispatch.h"
#include "fs/log.h"
#include "fs/name.h"
#include "fs/server_draft_files.h"
#include "fs/server_like.h"
#include "fs/server_send.h"
#include "fs/servers.h"
#include "fs/view.h"

/* How old a list may be in which a server is looked for that may or may not have been made. */
#define LOOK_US (2 * G_USEC_PER_SEC)

static const EcsfsKind draft_kind;

/* EcsfsStateDone: it is kept, or cannot be. */
static void kept(const GError *error, void *data)
{
	if (error != NULL)
		ecsfs_change_fail(data, EIO, "it cannot be kept: %s", error->message);
	else
		ecsfs_change_done(data, NULL);
}

/* In place of the stock one. */
static void put(EcsfsChange *change, EcsfsTemplate *draft)
{
	if (draft->busy || ecsfs_server_draft_sent(draft)) {
		ecsfs_change_fail(change, EBUSY,
				  "it was sent, and nobody knows yet what became of it: mv it to "
				  "servers/ again, or drop it with rmdir");
		ecsfs_template_free(draft);
		return;
	}
	ecsfs_server_draft_keep(change->fs, change->node->scope, draft, kept, change);
}

static const EcsfsTemplateType drafts_type = {
	.class = {
		.name = "drafts",
		.kind = &draft_kind,
		.local = true,
		.ttl_s = ECSFS_TTL_EVER,
		.list = ecsfs_server_draft_list,
		.id = ecsfs_template_id,
		.unref = ecsfs_template_free,
	},
	.rows = ecsfs_server_template_rows,
	.put = put,
};

EcsfsCollection *ecsfs_server_drafts_collection(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_template_collection(fs, scope, &drafts_type);
}

static EcsfsCollection *drafts_of(EcsfsView *view)
{
	return ecsfs_server_drafts_collection(view->fs, ecsfs_view_scope(view));
}

const char *ecsfs_server_draft_name(const EcsfsTemplate *draft)
{
	return strchr(draft->id, '/') + 1; /* no zone has one in its name */
}

bool ecsfs_server_draft_sent(const EcsfsTemplate *draft)
{
	return strcmp(ecsfs_template_value(draft, STATUS), "SENT") == 0;
}

bool ecsfs_server_draft_doubtful(const EcsfsTemplate *draft)
{
	return *ecsfs_template_value(draft, SENT_AS) != '\0';
}

void ecsfs_server_draft_unkept(const GError *error, void *data)
{
	const EcsfsFs *fs = data;

	if (error != NULL)
		ecsfs_log_failure(fs->log, "drafts", 0, EIO, error->message);
}

void ecsfs_server_draft_keep(EcsfsFs *fs, EcsScope *scope, EcsfsTemplate *draft,
			     EcsfsStateDone done, void *data)
{
	ecsfs_server_draft_save(fs, scope, draft, done, data);
	ecsfs_collection_put(ecsfs_server_drafts_collection(fs, scope), draft);
}

void ecsfs_server_draft_drop(EcsfsFs *fs, EcsScope *scope, const char *id, EcsfsStateDone done,
			     void *data)
{
	EcsfsCollection *drafts = ecsfs_server_drafts_collection(fs, scope);

	ecsfs_collection_set_note(drafts, id, NULL);
	ecsfs_refresh_remove(drafts, id);
	ecsfs_server_draft_forget(fs, scope, id, done, data);
}

/* What a look has found out: a draft has become a server although nobody was told. */
typedef struct {
	EcsfsFs *fs;
	EcsScope *scope;
	char *id, *token;
} Found;

/* On the dispatch thread. */
static gboolean drop_found(void *data)
{
	Found *found = data;
	const EcsfsCollection *drafts = ecsfs_server_drafts_collection(found->fs, found->scope);
	const EcsfsRecord *record = ecsfs_snapshot_find(drafts->snapshot, found->id);
	const EcsfsTemplate *draft = record != NULL ? record->item : NULL;

	if (draft != NULL && !draft->busy &&
	    strcmp(ecsfs_template_value(draft, TOKEN), found->token) == 0)
		ecsfs_server_draft_drop(found->fs, found->scope, found->id,
					ecsfs_server_draft_unkept, found->fs);
	g_free(found->id);
	g_free(found->token);
	g_free(found);
	return G_SOURCE_REMOVE;
}

/* Is there a server of a draft whose create had no answer? Then it is dropped. False: see the view.
 */
static bool look(EcsfsView *view, const EcsfsTemplate *draft, bool *made)
{
	const char *token = ecsfs_template_value(draft, TOKEN);

	*made = false;
	if (draft->busy || !ecsfs_server_draft_doubtful(draft))
		return true;
	ecsfs_collection_outdated(ecsfs_servers_collection(view), LOOK_US);
	EcsfsSnapshot *servers = ecsfs_view_snapshot(view, ecsfs_servers_collection(view));
	if (servers == NULL && view->error == NULL)
		return false;
	g_clear_error(&view->error); /* the cloud is away: it stays as it is */
	*made = servers != NULL && ecsfs_server_made(servers, token);
	if (!*made)
		return true;
	Found *found = g_new(Found, 1);
	*found = (Found){ view->fs, ecsfs_view_scope(view), g_strdup(draft->id), g_strdup(token) };
	ecsfs_dispatch_call(view->fs->dispatch, drop_found, found);
	return true;
}

/* Returns: the id that a draft of that file name has, owned; NULL: it cannot be a name. */
static char *id_of(const EcsfsView *view, const char *file)
{
	g_autofree char *name = ecsfs_name_unescape(file);

	return name != NULL ? g_strconcat(ecsfs_view_zone(view), "/", name, NULL) : NULL;
}

static EcsfsEntry draft_entry(EcsfsView *view, const char *name, EcsfsRecord *record)
{
	return (EcsfsEntry){
		.name = name,
		.kind = &draft_kind,
		.id = record->id,
		.collection = drafts_of(view),
		.record = record,
	};
}

/* Of one in doubt nothing is asked here, for mv comes by: it is to find the draft and succeed.
 *
 * The kernel is to keep no entry: after a rename it has the draft's directory under the server's
 * name, and must ask what is there. */
static bool drafts_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	g_autofree char *id = id_of(view, name);

	if (id == NULL || ecsfs_name_probe(name))
		return true;
	EcsfsRecord *record = ecsfs_view_find(view, drafts_of(view), id);
	if (record == NULL && ecsfs_view_waits(view))
		return false;
	if (record != NULL)
		*entry = draft_entry(view, name, record);
	view->fresh_us = 0;
	return true;
}

static bool drafts_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	EcsfsSnapshot *drafts = ecsfs_view_snapshot(view, drafts_of(view));
	g_autofree char *here = g_strconcat(ecsfs_view_zone(view), "/", NULL);

	for (size_t i = 0; drafts != NULL && i < drafts->n; i++) {
		EcsfsRecord *record = drafts->by_id[i];
		bool made;
		if (!g_str_has_prefix(record->id, here))
			continue;
		if (!look(view, record->item, &made))
			return false;
		const char *plain = ecsfs_server_draft_name(record->item);
		g_autofree char *name = ecsfs_name_escape(plain, plain);
		EcsfsEntry entry = draft_entry(view, name, record);
		if (!made)
			emit(&entry, data);
	}
	view->fresh_us = 0;
	return drafts != NULL;
}

/* One that mkdir could not keep is none. */
static void made(EcsfsChange *change, int err, bool uncertain)
{
	if (err != 0)
		ecsfs_server_draft_drop(change->fs, change->node->scope, change->id,
					ecsfs_server_draft_unkept, change->fs);
}

static void drafts_make(EcsfsChange *change, const char *file)
{
	EcsScope *scope = change->node->scope;
	const char *zone = ecsfs_view_zone(&change->view);
	EcsfsCollection *drafts = drafts_of(&change->view);
	char *id = id_of(&change->view, file);

	if (id == NULL) {
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a name", file);
		return;
	}
	change->collection = drafts;
	g_free(change->id);
	change->id = id;
	if (drafts->snapshot->n >= ECSFS_DRAFTS_MAX) {
		ecsfs_change_fail(change, EDQUOT, "there are %d drafts already", ECSFS_DRAFTS_MAX);
		return;
	}
	g_autofree char *token = g_uuid_string_random();
	EcsfsTemplate *draft =
		ecsfs_template_take(change->fs, scope, &ecsfs_server_templates, zone);
	g_free(draft->id);
	draft->id = g_strdup(id);
	ecsfs_template_set(draft, STATUS, "DRAFT");
	ecsfs_template_set(draft, TOKEN, token);
	change->made = (EcsfsEntry){ .kind = &draft_kind, .id = id, .collection = drafts };
	change->ended = made;
	ecsfs_server_draft_keep(change->fs, scope, draft, kept, change);
}

static const EcsfsTemplate *draft_of(const EcsfsEntry *entry)
{
	return entry->record->item;
}

static void drafts_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	if (draft_of(entry)->busy) {
		ecsfs_change_fail(change, EBUSY, "it is being sent");
		return;
	}
	ecsfs_server_draft_drop(change->fs, change->node->scope, change->id, kept, change);
}

static bool drafts_may_move(EcsfsView *view, const EcsfsEntry *entry)
{
	return ecsfs_server_values_names(view, draft_of(entry));
}

static bool action_prepare(EcsfsView *view)
{
	return ecsfs_server_values_names(view, view->item);
}

static void drafts_move(EcsfsChange *change, const EcsfsEntry *entry, const char *file, bool taken)
{
	g_autofree char *name = ecsfs_name_unescape(file);

	if (name == NULL)
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a name", file);
	else
		ecsfs_server_send(change, draft_of(entry), name,
				  taken ? ECSFS_NAME_TAKEN : ECSFS_NAME_FREE);
}

static void verb_check(EcsfsChange *change, int argc, char **argv)
{
	ecsfs_server_check(change, change->view.item);
}

static void verb_create(EcsfsChange *change, int argc, char **argv)
{
	const EcsfsTemplate *draft = change->view.item;

	ecsfs_server_send(change, draft, ecsfs_server_draft_name(draft), ECSFS_NAME_ASK);
}

static const EcsfsVerb verbs[] = {
	{ "check", 0, 0, "DRAFT", NULL, verb_check, "ask the cloud whether it would be accepted",
	  .needs = ECS_HAS_ECS },
	{ "create", 0, 0, "DRAFT SENT", NULL, verb_create, "as mv to servers/" },
	{}
};

static bool status_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	bool made;

	if (!look(view, view->item, &made))
		return false;
	return made ? ecsfs_view_fail(view, ENOENT) : ecsfs_show_string(attr, view, out);
}

static EcsfsCollection *servers_of(EcsfsView *view)
{
	return ecsfs_servers_collection(view);
}

/* Sorted by name. */
static const EcsfsAttr draft_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, ECSFS_TEMPLATE_AT(STATUS),
	  .verbs = verbs, .prepare = action_prepare,
	  .help = "write a verb: check, create; read: those that make sense now" },
	{ "count", 0644, ecsfs_show_string, ecsfs_server_value_store, ECSFS_TEMPLATE_AT(COUNT),
	  .help = "how many to create at once, 1 to 100; empty: one" },
	ECSFS_SERVER_ROWS_D_E,
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why it was refused, or could not be written; empty: it was not" },
	ECSFS_SERVER_ROWS_F_K,
	{ "like", 0644, ecsfs_show_string, ecsfs_server_like_store, ECSFS_TEMPLATE_AT(LIKE),
	  .refers = servers_of,
	  .help = "id of the server that values were taken from; write an id or a name to take "
		  "them" },
	ECSFS_SERVER_ROWS_SE,
	{ "status", 0444, status_show, .field = ECSFS_TEMPLATE_AT(STATUS), .flags = ECSFS_VOLATILE,
	  .help = "DRAFT; SENT: it was sent, and nobody knows what became of it" },
	ECSFS_SERVER_ROWS_SU_Z,
	{}
};

static const EcsfsKind draft_kind = {
	.name = "<draft>",
	.help = "a server to be",
	.attrs = draft_attrs,
	.children = ecsfs_server_template_children,
};

const EcsfsKind ecsfs_server_drafts = {
	.name = "drafts",
	.entry = &draft_kind,
	.find = drafts_find,
	.list = drafts_list,
	.collection = drafts_of,
	.make = drafts_make,
	.remove = drafts_remove,
	.beside = &ecsfs_servers,
	.may_move = drafts_may_move,
	.move = drafts_move,
};
