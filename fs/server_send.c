/* SPDX-License-Identifier: MIT */
#include "fs/server_send.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/collection.h"
#include "fs/fault.h"
#include "fs/servers.h"

#define METADATA_MAX 10 /* pairs: ECS reference, "Creating ECSs" */

/* What the change holds while it is under way. */
typedef struct {
	EcsfsCollection *servers;
	EcsfsTemplate *draft; /* as it is sent */
	char *name, *zone;
	bool taken;    /* another server of the zone has the name */
	bool doubtful; /* it may have become a server before: look first */
	bool ask;      /* look in any case, for the name */
	bool was_sent;
	bool sent;	 /* this time */
	bool unknown;	 /* the answer says neither yes nor no */
	bool found;	 /* it had become a server before */
	GPtrArray *made; /* EcsServer: what the cloud has promised; NULL: nothing */
} Sending;

static void sending_free(void *data)
{
	Sending *sending = data;

	g_clear_pointer(&sending->made, g_ptr_array_unref);
	ecsfs_template_free(sending->draft);
	g_free(sending->name);
	g_free(sending->zone);
	g_free(sending);
}

static bool has_token(const EcsServer *server, const char *token)
{
	return g_strcmp0(ecs_pairs_get(&server->metadata, ECSFS_TOKEN_KEY), token) == 0;
}

bool ecsfs_server_made(const EcsfsSnapshot *servers, const char *token)
{
	for (size_t i = 0; i < servers->n; i++)
		if (servers->by_id[i]->item != NULL && has_token(servers->by_id[i]->item, token))
			return true;
	return false;
}

static EcsfsOrder order_of(const Sending *sending)
{
	return (EcsfsOrder){
		.template = sending->draft,
		.name = sending->name,
		.zone = sending->zone,
		.token = ecsfs_template_value(sending->draft, TOKEN),
		.marked = true,
	};
}

/* What each of several is called. Source: ECS reference, "Creating ECSs", name. Returns: owned. */
static char *name_of(const char *name, size_t n, size_t i)
{
	const char *dash = strrchr(name, '-');
	int64_t first = 0;

	if (n < 2)
		return g_strdup(name);
	if (dash == NULL || dash == name || strlen(dash) != 5 ||
	    !g_ascii_string_to_signed(dash + 1, 10, 0, 9999, &first, NULL))
		dash = name + strlen(name);
	return g_strdup_printf("%.*s-%04d", (int)(dash - name), name, (int)(first + (int64_t)i));
}

/* EcsChangeDone. */
static void created(const EcsAccepted *accepted, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Sending *sending = change->data;
	size_t n = accepted != NULL ? g_strv_length((char **)accepted->ids) : 0;

	if (accepted == NULL) {
		ecsfs_change_done(change, error);
		return;
	}
	change->job = g_strdup(accepted->job_id);
	if (n == 0) {
		sending->unknown = true;
		ecsfs_change_fail(change, EBADMSG,
				  "the cloud accepted it but named nothing new: see jobs/%s",
				  accepted->job_id);
		return;
	}
	sending->made = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_server_unref);
	for (size_t i = 0; i < n; i++) {
		g_autofree char *name = name_of(sending->name, n, i);
		EcsfsOrder order = order_of(sending);
		order.name = name;
		g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(&order);
		g_ptr_array_add(sending->made,
				ecs_server_promise(accepted->ids[i], ecsfs_spec_server(spec)));
	}
	ecsfs_change_done(change, NULL);
}

/* Any thread: it is marked, and nothing speaks against it. */
static void create(EcsfsChange *change)
{
	Sending *sending = change->data;
	const EcsfsOrder order = order_of(sending);
	g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(&order);

	if (sending->taken) {
		ecsfs_change_fail(change, EEXIST, "there is a server called \"%s\" already",
				  sending->name);
		return;
	}
	sending->sent = true;
	ecs_server_create(change->node->scope, ecsfs_spec_server(spec), change->cancellable,
			  created, change);
}

/* EcsListDone: has it become a server, and is the name free? */
static void listed(GPtrArray *servers, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Sending *sending = change->data;
	const char *token = ecsfs_template_value(sending->draft, TOKEN);
	const char *found = NULL;

	if (error != NULL) {
		ecsfs_change_fail(change, ecsfs_fault_errno(error), "not sent: %s", error->message);
		return;
	}
	for (size_t i = 0; i < servers->len; i++) {
		const EcsServer *server = servers->pdata[i];
		if (has_token(server, token))
			found = server->name;
		else if (strcmp(server->name, sending->name) == 0 &&
			 strcmp(server->zone, sending->zone) == 0)
			sending->taken = true;
	}
	sending->found = found != NULL;
	if (found != NULL)
		ecsfs_change_done(change, NULL);
	else
		create(change);
	g_ptr_array_unref(servers);
}

/* EcsfsStateDone: whatever happens now, it will be known that it may have been sent. */
static void marked(const GError *error, void *data)
{
	EcsfsChange *change = data;
	const Sending *sending = change->data;

	if (error != NULL)
		ecsfs_change_fail(change, EIO, "not sent, because it cannot be kept: %s",
				  error->message);
	else if (sending->doubtful || sending->ask)
		ecs_server_list(change->node->scope, change->cancellable, listed, change);
	else
		create(change);
}

static void accept(EcsfsChange *change, Sending *sending)
{
	ecsfs_server_draft_drop(change->fs, change->node->scope, sending->draft->id,
				ecsfs_server_draft_unkept, change->fs);
	unsigned made = sending->made != NULL ? sending->made->len : 0;
	int count = atoi(ecsfs_template_value(sending->draft, COUNT));
	if (sending->found || count > (int)made) /* Nova names the first of several only */
		ecsfs_collection_stale(sending->servers);
	for (size_t i = 0; sending->made != NULL && i < sending->made->len; i++) {
		EcsServer *server = sending->made->pdata[i];
		ecsfs_collection_promise(sending->servers, server->id, ecs_server_ref(server),
					 change->job);
	}
}

/* On the dispatch thread. */
static void ended(EcsfsChange *change, int err, bool uncertain)
{
	Sending *sending = change->data;
	bool unknown = sending->sent && (uncertain || sending->unknown);

	if (err == 0) {
		accept(change, sending);
		return;
	}
	EcsfsTemplate *draft = ecsfs_template_copy(sending->draft);
	draft->busy = false;
	if (unknown)
		ecsfs_collection_stale(sending->servers);
	else if (sending->sent || !sending->was_sent) /* it was refused */
		ecsfs_template_set(draft, STATUS, "DRAFT");
	if (!unknown && !sending->doubtful) {
		/* A cloud may repeat its answer to a token. */
		g_autofree char *token = g_uuid_string_random();
		ecsfs_template_set(draft, TOKEN, token);
		ecsfs_template_set(draft, SENT_AS, "");
	}
	ecsfs_server_draft_keep(change->fs, change->node->scope, draft, ecsfs_server_draft_unkept,
				change->fs);
}

/* Fails the change and returns false if there is no sense in asking the cloud. */
static bool complete(EcsfsChange *change, const EcsfsTemplate *draft)
{
	const EcsfsTemplateType *type =
		(const EcsfsTemplateType *)ecsfs_collection_class(change->collection);
	const EcsfsTemplateRow *missing = ecsfs_template_missing(change->node->scope, type, draft);

	if (missing != NULL)
		ecsfs_change_fail(change, EINVAL, "%s is empty: it takes %s", missing->file,
				  missing->hint);
	else if (draft->metadata.n >= METADATA_MAX &&
		 ecs_pairs_get(&draft->metadata, ECSFS_TOKEN_KEY) == NULL)
		ecsfs_change_fail(change, EINVAL,
				  "metadata: %d keys at most, as one more is ecsfs's own",
				  METADATA_MAX - 1);
	else
		return true;
	return false;
}

/* As far as is known here: what was made a moment ago is not in the cloud's list yet. */
static bool is_taken(const EcsfsCollection *servers, const char *name, const char *zone)
{
	size_t n = 0, first = 0;

	if (servers->snapshot != NULL)
		first = ecsfs_snapshot_named(servers->snapshot, name, &n);
	for (size_t i = first; i < first + n; i++) {
		const EcsServer *server = servers->snapshot->by_name[i]->item;
		if (server != NULL && strcmp(server->zone, zone) == 0)
			return true;
	}
	return false;
}

void ecsfs_server_send(EcsfsChange *change, const EcsfsTemplate *draft, const char *name,
		       EcsfsNameIs is)
{
	const char *sent_as = ecsfs_template_value(draft, SENT_AS);
	bool sent = ecsfs_server_draft_sent(draft);

	if (draft->busy) {
		ecsfs_change_fail(change, EBUSY, "it is being sent");
		return;
	}
	if (sent && strcmp(sent_as, name) != 0) {
		ecsfs_change_fail(change, EBUSY,
				  "it was sent as \"%s\", and nobody knows yet what became of it: "
				  "mv it to that name, or drop it with rmdir",
				  sent_as);
		return;
	}
	if (!complete(change, draft))
		return;
	Sending *sending = g_new(Sending, 1);
	*sending = (Sending){
		.servers = ecsfs_servers_collection(&change->view),
		.draft = ecsfs_template_copy(draft),
		.name = g_strdup(name),
		.zone = g_strdup(ecsfs_view_zone(&change->view)),
		.taken = is == ECSFS_NAME_TAKEN,
		.doubtful = *sent_as != '\0',
		.ask = is == ECSFS_NAME_ASK,
		.was_sent = sent,
	};
	change->data = sending;
	change->free_data = sending_free;
	if (!ecsfs_server_template_resolve(change, sending->draft))
		return;
	if (sending->ask)
		sending->taken = is_taken(sending->servers, name, sending->zone);
	if (sending->taken && !sending->doubtful) {
		create(change); /* says so */
		return;
	}
	ecsfs_template_set(sending->draft, STATUS, "SENT");
	ecsfs_template_set(sending->draft, SENT_AS, name);
	sending->draft->busy = true;
	change->ended = ended;
	ecsfs_server_draft_keep(change->fs, change->node->scope,
				ecsfs_template_copy(sending->draft), marked, change);
}

void ecsfs_server_check(EcsfsChange *change, const EcsfsTemplate *draft)
{
	EcsfsTemplate *resolved = ecsfs_template_copy(draft);
	EcsfsOrder order = {
		.template = resolved,
		.name = ecsfs_server_draft_name(draft),
		.zone = ecsfs_view_zone(&change->view),
		.token = ecsfs_template_value(draft, TOKEN),
		.marked = true,
		.dry_run = true,
	};

	if (complete(change, draft) && ecsfs_server_template_resolve(change, resolved)) {
		g_autoptr(EcsfsSpec) spec = ecsfs_template_spec(&order);
		ecs_server_create(change->node->scope, ecsfs_spec_server(spec), change->cancellable,
				  ecsfs_change_accepted, change);
	}
	ecsfs_template_free(resolved);
}
