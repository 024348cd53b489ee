/*
 * Nova's smaller things: limits, quota sets, availability zones, key pairs, instance actions.
 */
#include <string.h>

#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/sshkey.h"
#include "contrib/sandbox/token.h"

#define KEYPAIR_QUOTA 100
#define KEYPAIR_NAME 255
#define PUBLIC_KEY_LIMIT 1024
#define KEYPAIR_TYPE_SINCE 2
#define KEYPAIR_PAGES_SINCE 35
#define EVENT_PAGES_SINCE 58

void nova_limits_get(Request *req)
{
	const Project *project = req->project;

	reply(req, 200,
	      "{'limits':{'rate':[],'absolute':{'maxServerMeta':128,'maxPersonality':5,"
	      "'totalServerGroupsUsed':%d,'maxImageMeta':128,'maxPersonalitySize':10240,"
	      "'maxTotalRAMSize':%d,'maxTotalKeypairs':%d,'maxSecurityGroupRules':20,",
	      server_groups_used(project), project->max_ram_mb, KEYPAIR_QUOTA);
	json_write(req->out,
		   "'maxServerGroups':%d,'totalCoresUsed':%d,'totalRAMUsed':%d,"
		   "'maxSecurityGroups':%d,'totalFloatingIpsUsed':%d,'totalInstancesUsed':%d,",
		   GROUP_QUOTA, project->cores_used, project->ram_mb_used,
		   project->network.max_groups, (int)project->network.eips->len,
		   project->servers_used);
	json_write(req->out,
		   "'totalSecurityGroupsUsed':%d,'maxTotalFloatingIps':%d,"
		   "'maxTotalInstances':%d,'maxTotalCores':%d,'maxServerGroupMembers':%d}}}",
		   (int)project->network.groups->len, project->network.max_eips,
		   project->max_servers, project->max_cores, GROUP_MEMBERS);
}

void nova_quota_get(Request *req)
{
	const Project *project = req->project;

	if (strcmp(req->param[1], project->id) != 0) {
		fail_nova(req, 403, "You are not authorized to perform the requested action.");
		return;
	}
	reply(req, 200,
	      "{'quota_set':{'cores':%d,'fixed_ips':40,'floating_ips':%d,'id':%s,"
	      "'injected_file_content_bytes':10240,'injected_file_path_bytes':255,"
	      "'injected_files':5,'instances':%d,'key_pairs':%d,'metadata_items':128,"
	      "'ram':%d,'security_group_rules':20,'security_groups':50,"
	      "'server_group_members':16,'server_groups':10}}",
	      project->max_cores, project->network.max_eips, project->id, project->max_servers,
	      KEYPAIR_QUOTA, project->max_ram_mb);
}

void nova_zones_list(Request *req)
{
	reply(req, 200, "{'availabilityZoneInfo':[");
	for (int i = 0; i < REGION_AZS; i++) {
		json_comma(req->out);
		json_write(req->out, "{'zoneState':{'available':true},'hosts':null,'zoneName':%s}",
			   req->region->az[i]);
	}
	g_string_append(req->out, "]}");
}

/* The hosts of the zones are for administrators */
void nova_zones_detail(Request *req)
{
	fail_nova(req, 403,
		  "Policy doesn't allow os_compute_api:os-availability-zone:detail to be "
		  "performed.");
}

/* ---- key pairs ---- */

static int name_order(gconstpointer a, gconstpointer b)
{
	const Keypair *left = *(const Keypair *const *)a, *right = *(const Keypair *const *)b;

	return strcmp(left->name, right->name);
}

void nova_keypairs_list(Request *req)
{
	g_autoptr(GPtrArray) keypairs = g_ptr_array_copy(req->token->user->keypairs, NULL, NULL);
	bool paged = req->microversion >= KEYPAIR_PAGES_SINCE;
	const char *marker = paged ? request_arg(req, "marker") : NULL;
	int limit = 1000;

	/* the copy must not free what it only shows */
	g_ptr_array_set_free_func(keypairs, NULL);
	g_ptr_array_sort(keypairs, name_order);
	if (paged && !request_int(req, "limit", 0, G_MAXINT, &limit)) {
		fail_nova(req, 400, "limit param must be an integer");
		return;
	}
	if (marker && !user_keypair(req->token->user, marker)) {
		fail_nova(req, 400, "Marker %s could not be found.", marker);
		return;
	}
	reply(req, 200, "{'keypairs':[");
	for (unsigned i = 0; i < keypairs->len && (!paged || limit > 0); i++) {
		const Keypair *keypair = keypairs->pdata[i];
		if (marker && strcmp(keypair->name, marker) <= 0)
			continue;
		json_comma(req->out);
		json_write(req->out, "{'keypair':{'fingerprint':%s,'name':%s,'public_key':%s",
			   keypair->fingerprint, keypair->name, keypair->public_key);
		if (req->microversion >= KEYPAIR_TYPE_SINCE)
			json_write(req->out, ",'type':'ssh'");
		g_string_append(req->out, "}}");
		limit--;
	}
	g_string_append(req->out, "]}");
}

static bool keypair_ok(Request *req, const char *name, const cJSON *key, const cJSON *type)
{
	if (!name || !*name || strlen(name) > KEYPAIR_NAME || !text_all_in(name, " _-"))
		return fail_nova(req, 400, "Invalid input for field/attribute name.");
	if (type && g_strcmp0(cJSON_GetStringValue(type), "ssh") != 0)
		return fail_nova(req, 400, "Invalid input for field/attribute type.");
	if (key && (!cJSON_IsString(key) || strlen(key->valuestring) > PUBLIC_KEY_LIMIT ||
		    !sshkey_valid(key->valuestring)))
		return fail_nova(req, 400,
				 "Keypair data is invalid: failed to generate fingerprint");
	if (user_keypair(req->token->user, name))
		return fail_nova(req, 409, "Key pair '%s' already exists.", name);
	if (req->token->user->keypairs->len >= KEYPAIR_QUOTA)
		return fail_nova(req, 403, "Quota exceeded, too many key pairs.");
	return true;
}

void nova_keypairs_create(Request *req)
{
	const cJSON *body = nova_body(req);
	const cJSON *wanted = json_get(body, "keypair");
	const char *name = json_string(wanted, "name");
	const cJSON *key = json_get(wanted, "public_key");
	User *user = req->token->user;

	g_autofree char *secret = NULL;

	if (!body || !keypair_ok(req, name, key, json_get(wanted, "type")))
		return;
	const Keypair *keypair = user_keypair_add(
		user, name, key ? g_strdup(key->valuestring) : sshkey_generate(&secret));
	reply(req, req->microversion < KEYPAIR_TYPE_SINCE ? 200 : 201,
	      "{'keypair':{'public_key':%s,'user_id':%s,'name':%s,'fingerprint':%s",
	      keypair->public_key, user->id, keypair->name, keypair->fingerprint);
	if (req->microversion >= KEYPAIR_TYPE_SINCE)
		json_write(req->out, ",'type':'ssh'");
	if (secret)
		json_write(req->out, ",'private_key':%s", secret);
	g_string_append(req->out, "}}");
}

static const Keypair *find_keypair(Request *req)
{
	const Keypair *keypair = user_keypair(req->token->user, req->param[1]);

	if (!keypair)
		fail_nova(req, 404, "Keypair %s not found for user %s", req->param[1],
			  req->token->user->id);
	return keypair;
}

void nova_keypair_get(Request *req)
{
	const Keypair *keypair = find_keypair(req);

	if (!keypair)
		return;
	reply(req, 200,
	      "{'keypair':{'created_at':%s,'deleted':false,'deleted_at':null,'fingerprint':%s,"
	      "'id':%d,'name':%s,'public_key':%s,'updated_at':null,'user_id':%s",
	      time_us(keypair->created), keypair->fingerprint, keypair->number, keypair->name,
	      keypair->public_key, req->token->user->id);
	if (req->microversion >= KEYPAIR_TYPE_SINCE)
		json_write(req->out, ",'type':'ssh'");
	g_string_append(req->out, "}}");
}

void nova_keypair_delete(Request *req)
{
	const Keypair *keypair = find_keypair(req);

	if (!keypair)
		return;
	g_ptr_array_remove(req->token->user->keypairs, (gpointer)keypair);
	reply_empty(req, req->microversion < KEYPAIR_TYPE_SINCE ? 202 : 204);
}

/* ---- instance actions ---- */

/* The creation of servers of the first day is not in their log but follows from their times */
static Event first_event(const Server *server)
{
	Event event = {
		.action = "create",
		.start = server->created,
		.finish = server->launched ? server->launched : server->updated,
		.failed = !server->launched,
	};
	const Event *logged = server->events ? server->events->pdata[0] : NULL;

	if (logged && strcmp(logged->action, "create") == 0)
		return *logged;
	g_snprintf(event.request_id, sizeof event.request_id, "req-%s",
		   text_uuid(server->key, "create"));
	return event;
}

/* All events, oldest first; free with g_array_unref() */
static GArray *all_events(const Server *server)
{
	GArray *events = g_array_new(FALSE, FALSE, sizeof(Event));
	Event first = first_event(server);

	g_array_append_val(events, first);
	for (unsigned i = 0; server->events && i < server->events->len; i++) {
		const Event *event = server->events->pdata[i];
		if (strcmp(event->request_id, first.request_id) != 0)
			g_array_append_vals(events, event, 1);
	}
	return events;
}

static void write_event(Request *req, const Server *server, const Event *event)
{
	bool failed = event->failed && event->finish <= clock_now();

	json_write(req->out,
		   "{'instance_uuid':%s,'user_id':%s,'start_time':%s,'request_id':%s,"
		   "'action':%s,'message':%s,'project_id':%s",
		   server->id, server->user->id, time_us(event->start), event->request_id,
		   event->action, failed ? "Error" : NULL, server->project->id);
	if (req->microversion >= EVENT_PAGES_SINCE)
		json_write(req->out, ",'updated_at':%s", time_us(event->finish));
}

void nova_events_list(Request *req)
{
	const Server *server = nova_server(req);
	g_autoptr(GArray) events = server ? all_events(server) : NULL;
	const char *marker = request_arg(req, "marker");
	int limit = 1000;
	bool paged = req->microversion >= EVENT_PAGES_SINCE, started = !paged || !marker;

	if (!server)
		return;
	if (paged && !request_int(req, "limit", 1, G_MAXINT, &limit)) {
		fail_nova(req, 400, "limit param must be an integer");
		return;
	}
	reply(req, 200, "{'instanceActions':[");
	for (unsigned i = events->len; i-- > 0 && limit > 0;) {
		const Event *event = &g_array_index(events, Event, i);
		if (!started) {
			started = strcmp(event->request_id, marker) == 0;
			continue;
		}
		json_comma(req->out);
		write_event(req, server, event);
		g_string_append_c(req->out, '}');
		limit--;
	}
	g_string_append(req->out, "]}");
	if (!started)
		fail_nova(req, 400, "Marker %s could not be found.", marker);
}

static const struct {
	const char *action, *event;
} event_names[] = {
	{ "create", "compute_build_and_run_instance" },
	{ "start", "compute_start_instance" },
	{ "stop", "compute_stop_instance" },
	{ "reboot", "compute_reboot_instance" },
	{ "rebuild", "compute_rebuild_instance" },
	{ "resize", "compute_prep_resize" },
	{ "confirmResize", "compute_confirm_resize" },
	{ "revertResize", "compute_revert_resize" },
	{ "delete", "compute_terminate_instance" },
	{},
};

static void write_steps(Request *req, const Event *event)
{
	const char *name = NULL;
	bool over = event->finish <= clock_now();

	for (int i = 0; event_names[i].action; i++)
		if (strcmp(event_names[i].action, event->action) == 0)
			name = event_names[i].event;
	json_write(req->out, ",'events':[");
	if (name)
		json_write(req->out,
			   "{'event':%s,'start_time':%s,'finish_time':%s,'result':%s,"
			   "'traceback':null}",
			   name, time_us(event->start), over ? time_us(event->finish) : NULL,
			   !over	   ? NULL
			   : event->failed ? "Error"
					   : "Success");
	g_string_append(req->out, "]");
}

void nova_event_get(Request *req)
{
	const Server *server = nova_server(req);
	g_autoptr(GArray) events = server ? all_events(server) : NULL;

	for (unsigned i = 0; server && i < events->len; i++) {
		const Event *event = &g_array_index(events, Event, i);
		if (strcmp(event->request_id, req->param[2]) != 0)
			continue;
		reply(req, 200, "{'instanceAction':");
		write_event(req, server, event);
		write_steps(req, event);
		g_string_append(req->out, "}}");
		return;
	}
	if (server)
		fail_nova(req, 404, "Action for request_id %s on instance %s not found",
			  req->param[2], server->id);
}
