/*
 * Nova server actions (nova.md 4): one row each.
 */
#include <string.h>

#include "contrib/sandbox/create.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/view.h"
#include "contrib/sandbox/volume.h"

#define REBUILD_KEY_SINCE 54
#define REBUILD_USER_DATA_SINCE 57
#define NAME_LIMIT 128

typedef struct {
	const char *word;
	const char *event;  /* its name in the instance action log; NULL: it is no change */
	const char *states; /* vm_states it is allowed in, separated by blanks; NULL: any */
	bool ignores_lock;
	int status; /* of the answer; 0: run answers */
	/* Returns: when it will be over; 0 after a failure, or if it has answered by itself */
	int64_t (*run)(Request *req, Server *server, const cJSON *argument);
	bool plain; /* only there in plain OpenStack */
} Action;

static int64_t run_start(Request *req, Server *server, const cJSON *argument)
{
	return server_start(server);
}

/* NULL if there is no type; "" if it is wrong */
static const char *power_type(const cJSON *argument)
{
	const cJSON *type = json_get(argument, "type");
	const char *word = cJSON_GetStringValue(type);

	if (!type)
		return NULL;
	return word && (strcmp(word, "SOFT") == 0 || strcmp(word, "HARD") == 0) ? word : "";
}

static int64_t run_stop(Request *req, Server *server, const cJSON *argument)
{
	const char *type = power_type(argument);

	if (type && !*type)
		return fail_nova(req, 400, "Invalid input for field/attribute type.");
	return server_stop(server, g_strcmp0(type, "HARD") == 0);
}

static int64_t run_reboot(Request *req, Server *server, const cJSON *argument)
{
	const char *type = power_type(argument);

	if (!type || !*type)
		return fail_nova(req, 400, "Invalid input for field/attribute type.");
	if (strcmp(type, "SOFT") == 0 && strcmp(server->vm, "active") != 0)
		return fail_nova(req, 409, "Cannot 'reboot' instance %s while it is in vm_state %s",
				 server->id, server->vm);
	return server_reboot(server, strcmp(type, "HARD") == 0);
}

static int64_t run_resize(Request *req, Server *server, const cJSON *argument)
{
	const char *id = json_string(argument, "flavorRef");
	const Flavor *flavor = id ? world_flavor_by_ref(id) : NULL;

	if (!id)
		return fail_nova(req, 400, "Invalid input for field/attribute flavorRef.");
	if (!flavor)
		return fail_nova(req, 400, "Flavor %s could not be found.", id);
	if (flavor == server->flavor)
		return fail_nova(req, 400, "When resizing, instances must change flavor!");
	if (!flavor_usable(flavor, server->az) || flavor->no_capacity)
		return fail_nova(req, 400, "No valid host was found.");
	const char *quota = quota_flavor(req->project, server->flavor, flavor);
	if (quota)
		return fail_nova(req, 403, "Quota exceeded for %s", quota);
	return server_resize(server, flavor, false);
}

static int64_t run_confirm(Request *req, Server *server, const cJSON *argument)
{
	server_confirm_resize(server);
	return clock_now();
}

static int64_t run_revert(Request *req, Server *server, const cJSON *argument)
{
	return server_revert_resize(server);
}

/* Members that a microversion knows; NULL: not given */
static const cJSON *known(const Request *req, const cJSON *argument, const char *key, int since)
{
	return req->microversion >= since ? json_get(argument, key) : NULL;
}

static bool rebuild_image(Request *req, const Server *server, const cJSON *argument,
			  const Image **image)
{
	const char *id = json_string(argument, "imageRef");

	if (!id)
		return fail_nova(req, 400, "Invalid input for field/attribute imageRef.");
	*image = project_image(req->project, id);
	if (!*image)
		return fail_nova(req, 400, "Cannot find image for rebuild");
	if (strcmp((*image)->status, "active") != 0)
		return fail_nova(req, 400, "Image %s is not active.", id);
	if ((*image)->min_ram > server->flavor->ram_mb)
		return fail_nova(req, 400, "Flavor's memory is too small for requested image.");
	const Volume *disk = server_system_disk(server);
	if (!disk || (*image)->min_disk > disk->size_gb)
		return fail_nova(req, 400, "Flavor's disk is too small for requested image.");
	return true;
}

/* What may be given beside the image; checked first, then set */
static bool rebuild_extras(Request *req, Server *server, const cJSON *argument, const char **key)
{
	const cJSON *name = json_get(argument, "name");
	const cJSON *wanted = known(req, argument, "key_name", REBUILD_KEY_SINCE);
	const cJSON *data = known(req, argument, "user_data", REBUILD_USER_DATA_SINCE);

	if (name &&
	    (!cJSON_IsString(name) || !*name->valuestring ||
	     strlen(name->valuestring) > NAME_LIMIT || !text_all_in(name->valuestring, "_-.")))
		return fail_nova(req, 400, "Invalid input for field/attribute name.");
	if (data && !cJSON_IsString(data) && !cJSON_IsNull(data))
		return fail_nova(req, 400, "Invalid input for field/attribute user_data.");
	if (cJSON_IsString(wanted)) {
		const Keypair *keypair = user_keypair(req->token->user, wanted->valuestring);
		if (!keypair)
			return fail_nova(req, 400, "Invalid key_name provided.");
		*key = text_intern(keypair->name);
	} else if (wanted) {
		*key = NULL;
	}
	if (name)
		server_rename(server, name->valuestring);
	if (data) {
		g_free(server->user_data);
		server->user_data = g_strdup(cJSON_GetStringValue(data));
	}
	return true;
}

static int64_t run_rebuild(Request *req, Server *server, const cJSON *argument)
{
	const Image *image = NULL;
	const char *key = server->key_name;

	if (!rebuild_image(req, server, argument, &image) ||
	    !rebuild_extras(req, server, argument, &key))
		return 0;
	int64_t end = server_rebuild(server, image, key);
	reply(req, 202, "{'server':");
	view_nova(req->out, server, req->microversion);
	g_string_truncate(req->out, req->out->len - 1);
	json_write(req->out, ",'adminPass':%s}}", text_hex(world_key(), "password", 12));
	return end;
}

static int64_t run_lock(Request *req, Server *server, const cJSON *argument)
{
	server->locked = true;
	server_touch(server);
	return clock_now();
}

static int64_t run_unlock(Request *req, Server *server, const cJSON *argument)
{
	server->locked = false;
	server_touch(server);
	return clock_now();
}

static const Action actions[] = {
	{ "os-start", "start", "stopped", false, 202, run_start },
	{ "os-stop", "stop", "active error", false, 202, run_stop },
	{ "reboot", "reboot", "active stopped paused suspended error", false, 202, run_reboot },
	{ "resize", "resize", "active stopped", false, 202, run_resize },
	{ "confirmResize", "confirmResize", "resized", false, 204, run_confirm },
	{ "revertResize", "revertResize", "resized", false, 202, run_revert },
	{ "rebuild", "rebuild", "active stopped error", false, 0, run_rebuild },
	{ "createImage", "createImage", "active stopped paused suspended", false, 0,
	  nova_create_image, true },
	{ "os-getConsoleOutput", NULL, NULL, true, 0, nova_console_output },
	{ "lock", "lock", NULL, true, 202, run_lock },
	{ "unlock", "unlock", NULL, true, 202, run_unlock },
	{ "addSecurityGroup", "addSecurityGroup", "active stopped paused suspended", false, 202,
	  nova_add_group },
	{ "removeSecurityGroup", "removeSecurityGroup", "active stopped paused suspended", false,
	  202, nova_remove_group },
	{},
};

static bool allowed(Request *req, const Server *server, const Action *action)
{
	if (!action->ignores_lock && !nova_unlocked(req, server))
		return false;
	if (!action->states)
		return true;
	g_auto(GStrv) states = g_strsplit(action->states, " ", -1);
	if (!g_strv_contains((const char *const *)states, server->vm))
		return fail_nova(req, 409, "Cannot '%s' instance %s while it is in vm_state %s",
				 action->event, server->id, server->vm);
	if (server->task)
		return fail_nova(req, 409, "Cannot '%s' instance %s while it is in task_state %s",
				 action->event, server->id, server->task);
	return true;
}

void nova_server_action(Request *req)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;

	if (!body)
		return;
	if (cJSON_GetArraySize(body) != 1) {
		fail_nova(req, 400, "Malformed request body");
		return;
	}
	for (const Action *action = actions; action->word; action++) {
		const cJSON *argument = json_get(body, action->word);
		if (!argument || (action->plain && !world.options.openstack))
			continue;
		if (!allowed(req, server, action))
			return;
		int64_t end = action->run(req, server, argument);
		if (!end)
			return;
		server_event(server, action->event, req->id, end, false);
		if (action->status)
			reply_empty(req, action->status);
		return;
	}
	fail_nova(req, 400, "There is no such action: %s", body->child->string);
}

void nova_server_delete(Request *req)
{
	Server *server = nova_server(req);

	if (!server || !nova_unlocked(req, server))
		return;
	if (g_strcmp0(server->task, "deleting") != 0)
		server_event(server, "delete", req->id, server_delete(server), false);
	reply_empty(req, 204);
}
