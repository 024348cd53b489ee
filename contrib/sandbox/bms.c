#include "contrib/sandbox/bms.h"

#include <string.h>

#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/view.h"

#define NAME_LIMIT 63
#define META_LIMIT 128
#define TEXT_LIMIT 255
#define BATCH_LIMIT 1000
#define LIST_LIMIT 1000
#define MACHINES_MAX 100 /* quota */

/* Flavors are sold by BMS only: ECS does not list them */
static const struct {
	Flavor flavor;
	int disk_gb;
	const char *board, *cpu, *memory, *disk;
} models[] = {
	{ { "physical.h2.large", 32, 193047, "physical", "normal", "ironic", "normal" },
	  1600,
	  "h2",
	  "Intel Xeon E5-2667 V4 (2*8core* 3.2 GHz)",
	  "192GB DDR4 RAM(GB)",
	  "NVMe SSD Card 1.6T" },
	{ { "physical.o2.medium", 32, 193047, "physical", "normal", "ironic", "normal" },
	  9309,
	  "o2m",
	  "Intel Xeon E5-2667 V4 (2*8core* 3.2 GHz)",
	  "192GB DDR4 RAM(GB)",
	  "SAS:2*600G Raid 1 + SAS 12*800G Raid 5" },
};

static int find_model(const char *id)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(models); i++)
		if (strcmp(models[i].flavor.id, id) == 0)
			return (int)i;
	return -1;
}

const Flavor *bms_flavor(const char *id)
{
	int found = find_model(id);

	return found < 0 ? NULL : &models[found].flavor;
}

bool server_is_bare(const Server *server)
{
	return server->flavor && bms_flavor(server->flavor->id);
}

/* ---- how they look ---- */

/* As at ECS (bms.md section 3), but for what they do not have */
static void write_machine(GString *out, const Server *server, bool in_list)
{
	static const char *const absent[] = { "OS-EXT-STS:task_state", "security_groups",
					      "os-extended-volumes:volumes_attached", "fault" };
	g_autoptr(GString) text = g_string_new(NULL);

	view_v1(text, server, in_list);
	cJSON *json = cJSON_ParseWithLength(text->str, text->len);
	if (!server_is_bare(server)) { /* the list can show those as well */
		g_string_append_len(out, text->str, (gssize)text->len);
		cJSON_Delete(json);
		return;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(absent); i++)
		if (i < G_N_ELEMENTS(absent) - 1 || !server->fault)
			cJSON_DeleteItemFromObjectCaseSensitive(json, absent[i]);
	int disk_gb = models[find_model(server->flavor->id)].disk_gb;
	cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, "flavor"),
					       "disk",
					       cJSON_CreateString(text_format("%d", disk_gb)));
	char *printed = cJSON_PrintUnformatted(json);
	g_string_append(out, printed);
	cJSON_free(printed);
	cJSON_Delete(json);
}

/* The machine of the path, or NULL after BMS.0040 */
static Server *machine(Request *req)
{
	Server *server = server_find(req->project, req->param[1]);

	if (server && server_is_bare(server))
		return server;
	fail_ecs(req, 400, "BMS.0040", "The BMS %s does not exist.", req->param[1]);
	return NULL;
}

/* ---- lists ---- */

static bool selected(const Request *req, const Server *server)
{
	const char *name = request_arg(req, "name"), *status = request_arg(req, "status");
	const char *flavor = request_arg(req, "flavor"), *tags = request_arg(req, "tags");

	return server->visible && (!tags || !*tags || server_has_tag(server, tags)) &&
	       (!name || strstr(server->name, name)) &&
	       (!flavor || strcmp(server->flavor->id, flavor) == 0) &&
	       (!status || server_matches_status(server, status));
}

static void machines_detail(Request *req)
{
	static const char *const statuses[] = { "ACTIVE", "BUILD",   "ERROR", "HARD_REBOOT",
						"REBOOT", "SHUTOFF", NULL };
	const char *status = request_arg(req, "status");
	const GPtrArray *servers = req->project->servers;
	int limit = request_arg(req, "offset") ? LIST_LIMIT : 25, page = 1, count = 0;

	if (!request_int(req, "limit", 1, LIST_LIMIT, &limit) ||
	    !request_int(req, "offset", 0, G_MAXINT, &page) ||
	    (status && !g_strv_contains(statuses, status))) {
		fail_ecs(req, 400, "BMS.0018", "Parameter limit, offset or status is invalid.");
		return;
	}
	int64_t from = (int64_t)(MAX(page, 1) - 1) * limit; /* offset is a page number, 0 is 1 */

	reply(req, 200, "{'servers':[");
	for (unsigned i = servers->len; i-- > 0;) {
		const Server *server = servers->pdata[i];
		if (!selected(req, server))
			continue;
		if (count >= from && count < from + limit) {
			json_comma(req->out);
			write_machine(req->out, server, true);
		}
		count++;
	}
	json_write(req->out, "],'count':%d}", count);
}

static void flavors_list(Request *req)
{
	reply(req, 200, "{'flavors':[");
	for (unsigned i = 0; i < G_N_ELEMENTS(models); i++) {
		const Flavor *flavor = &models[i].flavor;
		json_comma(req->out);
		json_write(req->out, "{'id':%s,'name':%s,'vcpus':%s,'ram':%d,'disk':%s,'swap':'',",
			   flavor->id, flavor->id, text_format("%d", flavor->vcpus), flavor->ram_mb,
			   text_format("%d", models[i].disk_gb));
		g_autofree char *link =
			g_strdup_printf("%s/v2.1/%s/flavors/%s", view_host(req->region),
					req->project->id, flavor->id);
		json_write(req->out,
			   "'links':[{'rel':'self','href':%s,'type':null}],"
			   "'OS-FLV-EXT-DATA:ephemeral':0,'OS-FLV-DISABLED:disabled':false,"
			   "'rxtx_factor':1,'rxtx_quota':null,'rxtx_cap':null,"
			   "'os-flavor-access:is_public':false,'os_extra_specs':{"
			   "'capabilities:board_type':%s,'baremetal:net_num':'2',"
			   "'baremetal:netcard_detail':'2 x 2*10GE',"
			   "'resource_type':'ironic','capabilities:cpu_arch':'x86_64',"
			   "'capabilities:hypervisor_type':'ironic',"
			   "'baremetal:extBootType':'Volume','baremetal:__support_evs':'true','"
			   "baremetal:cpu_detail':%s,"
			   "'baremetal:memory_detail':%s,'baremetal:disk_detail':%s,"
			   "'cond:operation:status':%s}}",
			   link, models[i].board, models[i].cpu, models[i].memory, models[i].disk,
			   flavor->status);
	}
	g_string_append(req->out, "]}");
}

static void limits_get(Request *req)
{
	int machines = 0, cores = 0, ram_mb = 0;

	for (unsigned i = 0; i < req->project->servers->len; i++) {
		const Server *server = req->project->servers->pdata[i];
		if (!server_is_bare(server))
			continue;
		machines++;
		cores += server->flavor->vcpus;
		ram_mb += server->flavor->ram_mb;
	}
	reply(req, 200,
	      "{'absolute':{'maxServerMeta':%d,'maxTotalInstances':%d,'totalInstancesUsed':%d,"
	      "'maxTotalCores':-1,'totalCoresUsed':%d,'maxTotalRAMSize':-1,'totalRAMUsed':%d,"
	      "'maxTotalKeypairs':100,'maxServerGroups':-1,'maxServerGroupMembers':-1,",
	      META_LIMIT, MACHINES_MAX, machines, cores, ram_mb);
	json_write(
		req->out,
		"'maxPersonality':5,'maxImageMeta':128,'maxPersonalitySize':10240,"
		"'maxSecurityGroupRules':20,'maxSecurityGroups':%d,'totalSecurityGroupsUsed':%d,"
		"'maxTotalFloatingIps':%d,'totalFloatingIpsUsed':%d,'totalServerGroupsUsed':%d}}",
		req->project->network.max_groups, (int)req->project->network.groups->len,
		req->project->network.max_eips, (int)req->project->network.eips->len,
		server_groups_used(req->project));
}

/* ---- one machine ---- */

static void machine_get(Request *req)
{
	const Server *server = machine(req);

	if (!server)
		return;
	reply(req, 200, "{'server':");
	write_machine(req->out, server, false);
	g_string_append_c(req->out, '}');
}

static void machine_rename(Request *req)
{
	Server *server = machine(req);
	const char *name = json_string(json_get(request_json(req), "server"), "name");

	if (!server)
		return;
	if (!name || !*name || strlen(name) > NAME_LIMIT || !text_all_in(name, "_-.")) {
		fail_ecs(req, 400, "BMS.0018", "The BMS name is invalid.");
		return;
	}
	server_rename(server, name);
	server_touch(server);
	reply(req, 200, "{'server':{'id':%s,'name':%s,'status':%s}}", server->id, server->name,
	      server_status(server));
}

static void metadata_merge(Request *req)
{
	Server *server = machine(req);
	const cJSON *metadata = json_get(request_json(req), "metadata"), *item = NULL;

	if (!server)
		return;
	cJSON_ArrayForEach (item, metadata) {
		size_t len = strlen(item->string);
		if (cJSON_IsString(item) && len > 0 && len <= TEXT_LIMIT &&
		    strlen(item->valuestring) <= TEXT_LIMIT && text_all_in(item->string, "_:.-"))
			continue;
		fail_ecs(req, 400, "BMS.0018", "Metadata is invalid.");
		return;
	}
	if (!cJSON_IsObject(metadata) ||
	    pairs_count(server->meta) + (unsigned)cJSON_GetArraySize(metadata) > META_LIMIT) {
		fail_ecs(req, 400, "BMS.0018", "Metadata is invalid.");
		return;
	}
	reply(req, 200, "{'metadata':{");
	cJSON_ArrayForEach (item, metadata) {
		pairs_set(server_own_meta(server), item->string, item->valuestring);
		json_comma(req->out);
		json_write(req->out, "%s:%s", item->string, item->valuestring);
	}
	g_string_append(req->out, "}}");
	server_touch(server);
}

/* ---- power ---- */

static int64_t run_start(Server *server)
{
	return server_start(server);
}

/* There is no soft way */
static int64_t run_stop(Server *server)
{
	return server_stop(server, true);
}

static int64_t run_reboot(Server *server)
{
	return server_reboot(server, true);
}

static const struct {
	const char *word, *job_type, *sub_type, *event;
	const char *vm[3]; /* states in which it may begin */
	const char *code;  /* of the others */
	bool type_needed;
	int64_t (*run)(Server *server);
} operations[] = {
	{ "os-start",
	  "batchStartBaremetalServer",
	  "startBaremetalServer",
	  "start",
	  { "stopped" },
	  "BMS.0038",
	  false,
	  run_start },
	{ "os-stop",
	  "batchStopBaremetalServer",
	  "stopBaremetalServer",
	  "stop",
	  { "active", "error" },
	  "BMS.0036",
	  false,
	  run_stop },
	{ "reboot",
	  "batchRebootBaremetalServer",
	  "rebootBaremetalServer",
	  "reboot",
	  { "active" },
	  "BMS.0035",
	  true,
	  run_reboot },
};

/* Is every machine there, and in a state that allows it? */
static bool check_batch(Request *req, unsigned operation, const cJSON *servers)
{
	const cJSON *item = NULL;

	if (!cJSON_IsArray(servers) || cJSON_GetArraySize(servers) < 1 ||
	    cJSON_GetArraySize(servers) > BATCH_LIMIT)
		return fail_ecs(req, 400, "BMS.0018", "The parameter servers is invalid.");
	cJSON_ArrayForEach (item, servers) {
		const char *id = json_string(item, "id");
		const Server *server = id ? server_find(req->project, id) : NULL;
		if (!server || !server_is_bare(server))
			return fail_ecs(req, 400, "BMS.0040", "The BMS %s does not exist.",
					id ? id : "");
		if (server->task ||
		    !g_strv_contains((const char *const *)operations[operation].vm, server->vm))
			return fail_ecs(req, 400, operations[operation].code,
					"The status %s of the BMS %s does not allow the operation.",
					server_status(server), id);
	}
	return true;
}

static void run_batch(Request *req, unsigned operation, const cJSON *servers)
{
	Job *job = job_new(req->project, operations[operation].job_type,
			   operations[operation].sub_type);
	const cJSON *item = NULL;

	job_of(job, "bms", "server_id");
	cJSON_ArrayForEach (item, servers) {
		Server *server = server_find(req->project, json_string(item, "id"));
		if (server->task) /* named twice */
			continue;
		int64_t end = operations[operation].run(server);
		server_event(server, operations[operation].event, req->id, end, false);
		job_add(job, server->id, clock_now(), end, NULL, NULL);
	}
	reply(req, 200, "{'job_id':%s}", job_id(job));
}

static void machines_action(Request *req)
{
	const cJSON *body = request_json(req);

	for (unsigned i = 0; i < G_N_ELEMENTS(operations); i++) {
		const cJSON *action = json_get(body, operations[i].word);
		const char *type = json_string(action, "type");
		const cJSON *servers = json_get(action, "servers");
		if (!cJSON_IsObject(action))
			continue;
		if (type ? strcmp(type, "HARD") != 0 && strcmp(type, "SOFT") != 0
			 : operations[i].type_needed)
			fail_ecs(req, 400, "BMS.0018", "The parameter type is invalid.");
		else if (check_batch(req, i, servers))
			run_batch(req, i, servers);
		return;
	}
	fail_ecs(req, 400, "BMS.0018", "The request body is invalid.");
}

static void job_get(Request *req)
{
	const Job *job = job_find(req->project, "bms", req->param[1]);

	if (!job) {
		fail_ecs(req, 400, "Common.0011", "Failed to query system tasks.");
		return;
	}
	reply(req, 200, "%p", "");
	job_write(req->out, job, clock_now());
}

static void mismatch(Request *req)
{
	fail_ecs(req, 400, "BMS.0032", "The token is not valid for this project.");
}

static void forbidden(Request *req)
{
	fail_ecs(req, 403, "BMS.0033", "Role verification failed.");
}

#define P "/v1/{p}/baremetalservers"

static const Route routes[] = {
	{ "GET", P "/detail", machines_detail },
	{ "GET", P "/flavors", flavors_list },
	{ "GET", P "/limits", limits_get },
	{ "POST", P "/action", machines_action },
	{ "POST", P "/{id}/metadata", metadata_merge },
	{ "GET", P "/{id}", machine_get },
	{ "PUT", P "/{id}", machine_rename },
	{ "GET", "/v1/{p}/jobs/{id}", job_get },
	{},
};

/* Published in one region only */
static bool prepare(Request *req)
{
	return strcmp(req->region->name, BMS_REGION) == 0 ||
	       fail_gateway(req, 404, "APIG.0101",
			    "The API does not exist or has not been published in the environment");
}

const Service bms_service = {
	.mount = "bms",
	.routes = routes,
	.prepare = prepare,
	.mismatch = mismatch,
	.forbidden = forbidden,
	.otc = true,
};
