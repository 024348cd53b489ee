/*
 * ECS v1 changes of state: batch start, stop, reboot (B1–B3), delete (L2), resize (S3).
 */
#include <string.h>

#include "contrib/sandbox/create.h"
#include "contrib/sandbox/ecs.h"

/* One batch operation on one server */
typedef struct {
	const char *word; /* member of the body */
	const char *job_type, *sub_type;
	const char *event;
	const char *vm; /* states in which it may begin, separated by blanks; NULL: any */
	const char *hard_vm;
	bool type_needed;
	int64_t (*run)(Server *server, bool hard);
} Operation;

static int64_t run_start(Server *server, bool hard)
{
	return server_start(server);
}

/* @hard: its data disks as well */
static int64_t run_delete(Server *server, bool hard)
{
	server->takes_disks |= hard;
	if (g_strcmp0(server->task, "deleting") == 0) /* on its way already */
		return clock_now() + world.options.delete_ms * MSEC;
	return server_delete(server);
}

static int64_t run_delete_with_eips(Server *server, bool hard)
{
	server->release_eips = true;
	return run_delete(server, hard);
}

static const Operation operations[] = {
	{ "os-start", "startServer", "startSingleServer", "start", "stopped", "stopped", false,
	  run_start },
	{ "os-stop", "stopServer", "stopSingleServer", "stop", "active", "active", false,
	  server_stop },
	{ "reboot", "rebootServer", "rebootSingleServer", "reboot", "active",
	  "active stopped error", true, server_reboot },
	{},
};

static const Operation deletion = { "servers", "deleteServer", "deleteSingleServer",
				    "delete",  NULL,	       NULL,
				    false,     run_delete };
static const Operation deletion_with_eips = {
	"servers", "deleteServer", "deleteSingleServer", "delete", NULL,
	NULL,	   false,	   run_delete_with_eips
};

typedef struct {
	const char *code;
	char *text; /* owned */
} Refusal;

static void refusal_clear(Refusal *refusal)
{
	g_clear_pointer(&refusal->text, g_free);
	refusal->code = NULL;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Refusal, refusal_clear)

/* May it begin? Sets @refusal if not. */
static bool allowed(const Operation *operation, const Server *server, const char *id, bool hard,
		    Refusal *refusal)
{
	const char *states = hard ? operation->hard_vm : operation->vm;

	refusal_clear(refusal);
	if (!server) {
		refusal->code = "Ecs.0114";
		refusal->text = g_strdup_printf("Instance %s could not be found.", id);
	} else if (server->locked) {
		refusal->code = "Ecs.0605";
		refusal->text = g_strdup_printf("The ECS %s is locked.", id);
	} else if (states) {
		g_auto(GStrv) list = g_strsplit(states, " ", -1);
		if (server->task || !g_strv_contains((const char *const *)list, server->vm)) {
			refusal->code = "Ecs.0100";
			refusal->text = g_strdup_printf(
				"The status %s of the ECS %s does not allow the operation.",
				server_status(server), id);
		}
	}
	return !refusal->code;
}

/* The ids of the batch without repetitions; NULL after Ecs.0005 or Ecs.0118 */
static GPtrArray *batch_ids(Request *req, const cJSON *servers)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const cJSON *item = NULL;

	if (!cJSON_IsArray(servers) || !cJSON_GetArraySize(servers)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter servers is invalid.");
		return NULL;
	}
	if (cJSON_GetArraySize(servers) > BATCH_LIMIT) {
		fail_ecs(req, 400, "Ecs.0118", "More than %d servers.", BATCH_LIMIT);
		return NULL;
	}
	cJSON_ArrayForEach (item, servers) {
		char *id = cJSON_GetStringValue(json_get(item, "id"));
		if (!id) {
			fail_ecs(req, 400, "Ecs.0005", "The parameter id is invalid.");
			return NULL;
		}
		if (g_hash_table_add(seen, id))
			g_ptr_array_add(ids, id);
	}
	return g_steal_pointer(&ids);
}

/*
 * If nothing at all can be done the answer is an error; otherwise there is a job, and what cannot
 * be done shows in its parts.
 */
static void run_batch(Request *req, const Operation *operation, const cJSON *servers, bool hard)
{
	g_autoptr(GPtrArray) ids = batch_ids(req, servers);
	g_auto(Refusal) refusal = { 0 };
	bool any = false;

	for (unsigned i = 0; ids && i < ids->len && !any; i++)
		any = allowed(operation, server_find(req->project, ids->pdata[i]), ids->pdata[i],
			      hard, &refusal);
	if (!ids)
		return;
	if (!any) {
		bool absent = strcmp(refusal.code, "Ecs.0114") == 0;
		fail_ecs(req, absent ? 404 : 400, refusal.code, "%s", refusal.text);
		return;
	}
	Job *job = job_new(req->project, operation->job_type, operation->sub_type);
	for (unsigned i = 0; i < ids->len; i++) {
		Server *server = server_find(req->project, ids->pdata[i]);
		int64_t end = clock_now();
		if (allowed(operation, server, ids->pdata[i], hard, &refusal)) {
			end = operation->run(server, hard);
			server_event(server, operation->event, req->id, end, false);
		}
		job_add(job, ids->pdata[i], end, end, refusal.code, refusal.text);
	}
	ecs_job_reply(req, job);
}

void ecs_servers_action(Request *req)
{
	const cJSON *body = ecs_body(req);

	if (!body)
		return;
	for (const Operation *operation = operations; operation->word; operation++) {
		const cJSON *order = json_get(body, operation->word);
		const cJSON *type = json_get(order, "type");
		const char *word = cJSON_GetStringValue(type);
		if (!order)
			continue;
		bool hard = g_strcmp0(word, "HARD") == 0;
		bool soft = g_strcmp0(word, "SOFT") == 0;
		if ((type || operation->type_needed) && !hard && !soft) {
			fail_ecs(req, 400, "Ecs.0005", "The parameter type is invalid.");
			return;
		}
		run_batch(req, operation, json_get(order, "servers"), hard);
		return;
	}
	fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
}

void ecs_servers_delete(Request *req)
{
	const cJSON *body = ecs_body(req);
	const cJSON *disks = json_get(body, "delete_volume");

	if (!body)
		return;
	if (disks && !cJSON_IsBool(disks)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter delete_volume is invalid.");
		return;
	}
	run_batch(req,
		  cJSON_IsTrue(json_get(body, "delete_publicip")) ? &deletion_with_eips : &deletion,
		  json_get(body, "servers"), cJSON_IsTrue(disks));
}

/* ---- resize ---- */

static bool resize_allowed(Request *req, const Server *server, const cJSON *resize,
			   const Flavor **flavor)
{
	const char *id = json_string(resize, "flavorRef");
	const char *mode = json_string(resize, "mode");
	bool may_run = g_strcmp0(mode, "withStopServer") == 0;

	if (!id)
		return fail_ecs(req, 400, "Ecs.0005", "The parameter flavorRef is invalid.");
	*flavor = world_flavor(id);
	if (!*flavor)
		return fail_ecs(req, 400, "Ecs.0029", "The flavor %s does not exist.", id);
	if (server->locked)
		return fail_ecs(req, 400, "Ecs.0605", "The ECS is locked.");
	if (*flavor == server->flavor)
		return fail_ecs(req, 400, "Ecs.0810", "The flavor is the one the ECS has.");
	if (server->task ||
	    (strcmp(server->vm, "stopped") != 0 && !(may_run && strcmp(server->vm, "active") == 0)))
		return fail_ecs(req, 400, "Ecs.0100",
				"The status %s of the ECS does not allow the operation.",
				server_status(server));
	if (!flavor_usable(*flavor, server->az))
		return fail_ecs(req, 400, "Ecs.0319", "The flavor %s is sold out in %s.", id,
				server->az);
	const char *quota = quota_flavor(req->project, server->flavor, *flavor);
	if (quota)
		return fail_ecs(req, 400, "Ecs.0001", "Quota exceeded for %s.", quota);
	return true;
}

void ecs_server_resize(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const Flavor *flavor = NULL;

	if (!body || !resize_allowed(req, server, json_get(body, "resize"), &flavor))
		return;
	if (ecs_dry_run(req)) {
		reply_empty(req, 202);
		return;
	}
	Job *job = job_new(req->project, "resizeServer", NULL);
	bool fails = flavor->no_capacity; /* tries and comes back with the flavor it had */
	int64_t end = server_resize(server, fails ? server->flavor : flavor, true);
	server_event(server, "resize", req->id, end, fails);
	job_add(job, server->id, end, end, fails ? "Ecs.0319" : NULL,
		fails ? "Insufficient resources for this flavor. Try another flavor." : NULL);
	ecs_job_reply(req, job);
}
