/*
 * ECS v1, v2: another system on a server (S1, S2), another host under it (S4), the monitoring list
 * (S5), automatic recovery ("Managing Automatic Recovery of an ECS", discarded but answered).
 */
#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/volume.h"

#define USER_DATA_LIMIT 43692 /* 32 KB in base64 */

static bool unlocked(Request *req, const Server *server)
{
	return !server->locked || fail_ecs(req, 400, "Ecs.0605", "The ECS is locked.");
}

/* @may_run: also while it runs */
static bool idle(Request *req, const Server *server, bool may_run)
{
	if (!server->task &&
	    (strcmp(server->vm, "stopped") == 0 || strcmp(server->vm, "error") == 0 ||
	     (may_run && strcmp(server->vm, "active") == 0)))
		return true;
	return fail_ecs(req, 400, "Ecs.0100",
			"The status %s of the ECS does not allow the operation.",
			server_status(server));
}

/* Whose key pairs "keyname" is sought among: those of "userid", or the caller's */
static const User *key_owner(Request *req, const cJSON *order)
{
	const char *id = json_string(order, "userid");

	if (!id || !*id)
		return req->token->user;
	for (int i = 0; i < WORLD_USERS; i++)
		if (strcmp(world.users[i].id, id) == 0)
			return &world.users[i];
	return NULL;
}

/* How one gets in afterwards: a key pair, a password, or neither, as in the documented samples */
static bool take_access(Request *req, const cJSON *order, const char **key)
{
	const char *name = json_string(order, "keyname");
	const char *password = json_string(order, "adminpass");
	const User *owner = key_owner(req, order);

	*key = NULL;
	if (name && *name && password)
		return fail_ecs(req, 400, "Ecs.0005", "keyname and adminpass exclude each other.");
	if (password && (strlen(password) < 8 || strlen(password) > 26))
		return fail_ecs(req, 400, "Ecs.0011", "The password is too weak.");
	if (!name || !*name)
		return true;
	const Keypair *keypair = owner ? user_keypair(owner, name) : NULL;
	if (!keypair)
		return fail_ecs(req, 400, "Ecs.0314", "The key pair %s does not exist.", name);
	*key = text_intern(keypair->name);
	return true;
}

static bool take_user_data(Request *req, const cJSON *order, const char **user_data)
{
	const cJSON *text = json_get(json_get(order, "metadata"), "user_data");

	*user_data = cJSON_GetStringValue(text);
	if (text && (!*user_data || strlen(*user_data) > USER_DATA_LIMIT))
		return fail_ecs(req, 400, "Ecs.0005", "The parameter user_data is invalid.");
	return true;
}

static const Image *take_image(Request *req, const Server *server, const cJSON *order)
{
	const char *id = json_string(order, "imageid");
	const Image *image = id ? project_image(req->project, id) : NULL;
	const Volume *disk = server_system_disk(server);

	if (!id)
		fail_ecs(req, 400, "Ecs.0005", "The parameter imageid is invalid.");
	else if (!image)
		fail_ecs(req, 400, "Ecs.0031", "The image %s does not exist.", id);
	else if (strcmp(image->status, "active") != 0)
		fail_ecs(req, 400, "Ecs.0032", "The image %s is not active.", id);
	else if (!disk)
		fail_ecs(req, 400, "Ecs.0105", "The ECS has no system disk.");
	else if (image->min_disk > disk->size_gb || image->min_ram > server->flavor->ram_mb)
		fail_ecs(req, 400, "Ecs.0005",
			 "The image needs a system disk of %d GB and %d MB of memory.",
			 image->min_disk, image->min_ram);
	else
		return image;
	return NULL;
}

/* @image: NULL: the one it has */
static void replace_os(Request *req, Server *server, const cJSON *order, const Image *image,
		       const char *job_type)
{
	const char *mode = json_string(order, "mode");
	const char *key, *user_data;

	if (!unlocked(req, server) || !idle(req, server, g_strcmp0(mode, "withStopServer") == 0) ||
	    !take_access(req, order, &key) || !take_user_data(req, order, &user_data))
		return;
	if (user_data) {
		g_free(server->user_data);
		server->user_data = g_strdup(user_data);
	}
	int64_t end =
		server_rebuild(server, image ? image : server->image, key ? key : server->key_name);
	server_event(server, "rebuild", req->id, end, false);
	Job *job = job_new(req->project, job_type, NULL);
	job_add(job, server->id, end, end, NULL, NULL);
	ecs_job_reply(req, job);
}

void ecs_server_change_os(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *order = json_get(body, "os-change");
	const Image *image = body ? take_image(req, server, order) : NULL;

	if (image)
		replace_os(req, server, order, image, "changeOs");
}

void ecs_server_reinstall(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *order = json_get(body, "os-reinstall");

	if (body && !cJSON_IsObject(order))
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
	else if (body)
		replace_os(req, server, order, NULL, "reinstallOs");
}

void ecs_server_migrate(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *order = json_get(body, "migrate");
	const char *host = json_string(order, "dedicated_host_id");

	if (!body)
		return;
	if (!order || (!cJSON_IsNull(order) && !host)) {
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
		return;
	}
	const char *known = host ? project_dedicated_host(req->project, host) : NULL;
	if (host && !known) {
		fail_ecs(req, 400, "Ecs.0005", "The dedicated host %s does not exist.", host);
		return;
	}
	if (!unlocked(req, server) || !idle(req, server, false))
		return;
	if (known == server->dedicated_host) {
		fail_ecs(req, 400, "Ecs.0221", "The ECS is there already.");
		return;
	}
	int64_t end = server_migrate(server, known);
	server_event(server, "migrate", req->id, end, false);
	Job *job = job_new(req->project, "coldMigrateServer", NULL);
	job_add(job, server->id, end, end, NULL, NULL);
	ecs_job_reply(req, job);
}

/* S5; any server, and as often as one likes */
void ecs_server_monitor(Request *req)
{
	Server *server = server_find(req->project, req->param[0]);

	if (!server)
		fail_ecs(req, 404, "Ecs.0114", "Instance %s could not be found.", req->param[0]);
	else if (ecs_body(req) && !json_get(request_json(req), "monitorMetrics"))
		fail_ecs(req, 400, "Ecs.0005", "request body is illegal.");
	else if (req->json)
		reply_empty(req, 200);
}

void ecs_recovery_get(Request *req)
{
	const Server *server = ecs_server(req);

	if (server)
		reply(req, 200, "{'support_auto_recovery':%s}",
		      server->no_recovery ? "false" : "true");
}

void ecs_recovery_put(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const char *word = json_string(body, "support_auto_recovery");

	if (!body)
		return;
	if (g_strcmp0(word, "true") != 0 && g_strcmp0(word, "false") != 0) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter support_auto_recovery is invalid.");
		return;
	}
	server->no_recovery = strcmp(word, "false") == 0;
	server_touch(server);
	reply_empty(req, 204);
}
