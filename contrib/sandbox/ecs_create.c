/*
 * ECS v1 "create servers" (ecs.md L1): the order is checked field by field, each check a row.
 */
#include <string.h>

#include "contrib/sandbox/create.h"
#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/idempotence.h"
#include "contrib/sandbox/server_groups.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/volume.h"

#define BATCH_NAME_LIMIT 59
#define COUNT_LIMIT 100
#define META_PAIRS 10
#define META_TEXT_LIMIT 255
#define TAG_LIMIT 10
#define USER_DATA_LIMIT 43692 /* 32 KB in base64 */
#define ROOT_LIMIT 1024
#define BANDWIDTH_LIMIT 1000

/* The member, with null taken for absent */
static const cJSON *given(const cJSON *server, const char *key)
{
	const cJSON *item = json_get(server, key);

	return cJSON_IsNull(item) ? NULL : item;
}

static bool bad(Request *req, const char *field)
{
	return fail_ecs(req, 400, "Ecs.0005", "The parameter %s is invalid.", field);
}

static bool take_count(Request *req, const cJSON *server, Order *order)
{
	const cJSON *count = given(server, "count");

	order->count = 1;
	if (!count)
		return true;
	if (!json_is_int(count) || count->valueint < 1)
		return bad(req, "count");
	if (count->valueint > COUNT_LIMIT)
		return fail_ecs(req, 400, "Ecs.0913", "At most %d servers can be created at once.",
				COUNT_LIMIT);
	order->count = count->valueint;
	return true;
}

static bool take_name(Request *req, const cJSON *server, Order *order)
{
	order->name = json_string(server, "name");
	if (order->name && (strlen(order->name) > 128 ||
			    (order->count > 1 && strlen(order->name) > BATCH_NAME_LIMIT)))
		return fail_ecs(req, 400, "Ecs.0914", "The server name is too long.");
	if (!order->name || !ecs_name_ok(order->name))
		return bad(req, "name");
	return true;
}

static bool take_image(Request *req, const cJSON *server, Order *order)
{
	const char *id = json_string(server, "imageRef");

	if (!id)
		return bad(req, "imageRef");
	order->image = project_image(req->project, id);
	if (!order->image)
		return fail_ecs(req, 400, "Ecs.0031", "The image %s does not exist.", id);
	if (strcmp(order->image->status, "active") != 0)
		return fail_ecs(req, 400, "Ecs.0032", "The image %s is not active.", id);
	return true;
}

static bool take_flavor(Request *req, const cJSON *server, Order *order)
{
	const char *id = json_string(server, "flavorRef");
	const cJSON *az = given(server, "availability_zone");

	if (!id)
		return bad(req, "flavorRef");
	order->flavor = world_flavor(id);
	if (!order->flavor)
		return fail_ecs(req, 400, "Ecs.0029", "The flavor %s does not exist.", id);
	if (az && !cJSON_IsString(az))
		return bad(req, "availability_zone");
	if (az && *az->valuestring) {
		order->az = region_az(req->region, az->valuestring);
		if (!order->az)
			return bad(req, "availability_zone");
	}
	if (!order_zone(order, req->region))
		return fail_ecs(req, 400, "Ecs.0319", "The flavor %s is sold out in %s.", id,
				order->az ? order->az : req->region->name);
	return true;
}

static bool take_nic(Request *req, const cJSON *nic, Order *order)
{
	const char *id = json_string(nic, "subnet_id");
	const cJSON *ip = given(nic, "ip_address");
	int at = order->n_nics++;

	if (!id || (ip && !cJSON_IsString(ip)))
		return bad(req, "nics");
	Subnet *subnet = order->nics[at].subnet = project_subnet(req->project, id);
	if (!subnet)
		return fail_ecs(req, 400, "Ecs.0038", "The subnet %s does not exist.", id);
	if (subnet->vpc != order->vpc)
		return fail_ecs(req, 400, "Ecs.0064", "The subnet %s is not in the VPC.", id);
	if (subnet_free(subnet) < order->count)
		return fail_ecs(req, 400, "Ecs.0012", "The subnet %s has no free address.", id);
	if (!ip || !*ip->valuestring)
		return true;
	uint32_t want = 0;
	if (!text_parse_ip(ip->valuestring, &want) || order->count > 1)
		return bad(req, "ip_address");
	if (!subnet_holds(subnet, want))
		return fail_ecs(req, 400, "Ecs.0039", "The address is not in the subnet.");
	if (g_hash_table_contains(subnet->used, GUINT_TO_POINTER(want)))
		return fail_ecs(req, 400, "Ecs.0010", "The private address is in use.");
	order->nics[at].ip = want;
	return true;
}

static bool take_network(Request *req, const cJSON *server, Order *order)
{
	const char *vpc = json_string(server, "vpcid");
	const cJSON *nics = json_get(server, "nics"), *nic = NULL;
	int count = cJSON_GetArraySize(nics);

	if (!vpc)
		return bad(req, "vpcid");
	order->vpc = project_vpc(req->project, vpc);
	if (!order->vpc)
		return fail_ecs(req, 400, "Ecs.0014", "The VPC %s does not exist.", vpc);
	if (!cJSON_IsArray(nics) || count < 1)
		return bad(req, "nics");
	if (count > ORDER_NICS)
		return fail_ecs(req, 400, "Ecs.0050", "More than %d NICs.", ORDER_NICS);
	cJSON_ArrayForEach (nic, nics)
		if (!take_nic(req, nic, order))
			return false;
	return true;
}

static bool take_groups(Request *req, const cJSON *server, Order *order)
{
	const cJSON *groups = given(server, "security_groups"), *item = NULL;

	if (groups && !cJSON_IsArray(groups))
		return bad(req, "security_groups");
	cJSON_ArrayForEach (item, groups) {
		const char *id = json_string(item, "id");
		if (!id || !*id) /* an empty entry means the default group */
			continue;
		SecurityGroup *group = project_group(req->project, id);
		if (!group)
			return fail_ecs(req, 400, "Ecs.0014",
					"The security group %s does not exist.", id);
		if (order->n_groups < SERVER_GROUPS)
			order->groups[order->n_groups++] = group;
	}
	return true;
}

static bool take_disk(Request *req, const cJSON *volume, Order *order, int min, int max)
{
	const char *name = json_string(volume, "volumetype");
	const VolumeType *type = name ? volume_type(name) : NULL;
	bool sold;
	const cJSON *size = given(volume, "size");

	if (!name)
		return bad(req, "volumetype");
	if (!type || !volume_type_has(type, req->region, order->az, &sold))
		return fail_ecs(req, 400, "Ecs.0043", "The disk type %s does not exist.", name);
	if (sold)
		return fail_ecs(req, 400, "Ecs.0044", "The disk type %s is sold out.", name);
	if (size && (!json_is_int(size) || size->valueint < 0 || size->valueint > max))
		return bad(req, "size");
	int gb = size && size->valueint ? size->valueint : order->n_disks ? 0 : min;
	if (gb < min)
		return bad(req, "size");
	order->disks[order->n_disks++] = (Disk){ type->name, gb };
	return true;
}

static bool take_disks(Request *req, const cJSON *server, Order *order)
{
	const cJSON *root = json_get(server, "root_volume");
	const cJSON *data = given(server, "data_volumes"), *volume = NULL;

	if (!cJSON_IsObject(root))
		return bad(req, "root_volume");
	if (!take_disk(req, root, order, order->image->min_disk, ROOT_LIMIT))
		return false;
	if (data && !cJSON_IsArray(data))
		return bad(req, "data_volumes");
	if (cJSON_GetArraySize(data) >= ORDER_DISKS)
		return fail_ecs(req, 400, "Ecs.0042", "More than %d data disks.", ORDER_DISKS - 1);
	cJSON_ArrayForEach (volume, data)
		if (!take_disk(req, volume, order, 10, 32768))
			return false;
	return true;
}

static bool password_ok(const char *password)
{
	bool classes[4] = { false };
	size_t len = strlen(password);

	for (const char *c = password; *c; c++) {
		if (!g_ascii_isalnum(*c) && !strchr("!@$%^-_=+[{}]:,./?~#*", *c))
			return false;
		classes[g_ascii_isupper(*c)   ? 0
			: g_ascii_islower(*c) ? 1
			: g_ascii_isdigit(*c) ? 2
					      : 3] = true;
	}
	return len >= 8 && len <= 26 && classes[0] + classes[1] + classes[2] + classes[3] >= 3;
}

static bool take_login(Request *req, const cJSON *server, Order *order)
{
	const cJSON *key = given(server, "key_name");
	const cJSON *data = given(server, "user_data");
	const cJSON *password = given(server, "adminPass");

	if (key && !cJSON_IsString(key))
		return bad(req, "key_name");
	if (key && *key->valuestring) {
		order->key_name = key->valuestring;
		if (!user_keypair(req->token->user, key->valuestring))
			return fail_ecs(req, 400, "Ecs.0314", "The key pair %s does not exist.",
					key->valuestring);
	}
	if (data && !cJSON_IsString(data))
		return bad(req, "user_data");
	if (data &&
	    (strlen(data->valuestring) > USER_DATA_LIMIT ||
	     strspn(data->valuestring, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789+/=\r\n") != strlen(data->valuestring)))
		return bad(req, "user_data");
	order->user_data = cJSON_GetStringValue(data);
	if (!password || order->key_name || order->user_data)
		return true;
	if (!cJSON_IsString(password) || !password_ok(password->valuestring))
		return fail_ecs(req, 400, "Ecs.0011", "The password is too weak.");
	return true;
}

/* An EIP that exists already, for the one server that is ordered */
static bool take_bound_eip(Request *req, const char *id, Order *order)
{
	order->bound_eip = id ? network_find(req->project->network.eips, id) : NULL;
	if (!order->bound_eip || order->count > 1)
		return fail_ecs(req, 400, "Ecs.0005", "The EIP does not exist.");
	if (*order->bound_eip->port_id)
		return fail_ecs(req, 400, "Ecs.0005", "The EIP is in use.");
	return true;
}

static bool take_bandwidth(Request *req, const cJSON *bandwidth, Order *order)
{
	const cJSON *size = json_get(bandwidth, "size");
	const char *share = json_string(bandwidth, "sharetype"), *id = json_string(bandwidth, "id");

	if (g_strcmp0(share, "WHOLE") == 0) {
		order->bandwidth = id ? network_find(req->project->network.bandwidths, id) : NULL;
		return (order->bandwidth && order->bandwidth->shared) || bad(req, "bandwidth");
	}
	if (g_strcmp0(share, "PER") != 0)
		return bad(req, "eip");
	if (!json_is_int(size) || size->valueint < 1)
		return bad(req, "bandwidth");
	if (size->valueint > BANDWIDTH_LIMIT)
		return fail_ecs(req, 400, "Ecs.0045", "The bandwidth is too large.");
	order->bandwidth_size = size->valueint;
	order->bandwidth_name = json_string(bandwidth, "name");
	return true;
}

static bool take_eip(Request *req, const cJSON *server, Order *order)
{
	const cJSON *publicip = given(server, "publicip");
	const cJSON *eip = given(publicip, "eip");
	const Network *network = &req->project->network;

	if (!publicip)
		return true;
	if (!cJSON_IsObject(publicip) || !eip == !given(publicip, "id"))
		return bad(req, "publicip");
	if (!eip)
		return take_bound_eip(req, json_string(publicip, "id"), order);
	order->eip_type = json_string(eip, "iptype");
	if (!order->eip_type)
		return bad(req, "eip");
	if (!take_bandwidth(req, json_get(eip, "bandwidth"), order))
		return false;
	if ((int)network->eips->len + order->count > network->max_eips)
		return fail_ecs(req, 400, "Ecs.0013", "The EIP quota is used up.");
	return true;
}

static bool take_metadata(Request *req, const cJSON *server, Order *order)
{
	const cJSON *metadata = given(server, "metadata"), *item = NULL;

	if (metadata && !cJSON_IsObject(metadata))
		return bad(req, "metadata");
	if (cJSON_GetArraySize(metadata) > META_PAIRS)
		return bad(req, "metadata");
	cJSON_ArrayForEach (item, metadata) {
		size_t len = strlen(item->string);
		if (!cJSON_IsString(item) || len < 1 || len > META_TEXT_LIMIT ||
		    !text_all_in(item->string, " -_:.") ||
		    strlen(item->valuestring) > META_TEXT_LIMIT)
			return bad(req, "metadata");
		pairs_set(&order->meta, item->string, item->valuestring);
	}
	return true;
}

static bool take_tag(Request *req, Order *order, const char *key, const char *value)
{
	if (!key || !ecs_tag_ok(key, value))
		return fail_ecs(req, 400, "Ecs.0906", "The tag key or value is invalid.");
	if (pairs_get(order->tags, key))
		return fail_ecs(req, 400, "Ecs.0908", "The tag key %s is given twice.", key);
	pairs_set(&order->tags, key, value);
	return true;
}

static bool take_tags(Request *req, const cJSON *server, Order *order)
{
	const cJSON *texts = given(server, "tags");
	const cJSON *objects = given(server, "server_tags"), *item = NULL;

	if ((texts && !cJSON_IsArray(texts)) || (objects && !cJSON_IsArray(objects)))
		return bad(req, "tags");
	if (cJSON_GetArraySize(texts) + cJSON_GetArraySize(objects) > TAG_LIMIT)
		return fail_ecs(req, 400, "Ecs.0905", "More than %d tags.", TAG_LIMIT);
	cJSON_ArrayForEach (item, texts) {
		g_auto(GStrv) part =
			g_strsplit(cJSON_IsString(item) ? item->valuestring : "", ".", 2);
		if (!take_tag(req, order, part[0], part[0] && part[1] ? part[1] : ""))
			return false;
	}
	cJSON_ArrayForEach (item, objects) {
		const char *value = json_string(item, "value");
		if (!take_tag(req, order, json_string(item, "key"), value ? value : ""))
			return false;
	}
	return true;
}

static bool take_rest(Request *req, const cJSON *server, Order *order)
{
	const cJSON *description = given(server, "description");

	if (description &&
	    (!cJSON_IsString(description) || !ecs_description_ok(description->valuestring)))
		return fail_ecs(req, 400, "Ecs.0041", "The description is invalid.");
	order->description = cJSON_GetStringValue(description);
	order->group_hint = json_string(given(server, "os:scheduler_hints"), "group");
	const char *full = order->group_hint && *order->group_hint
				   ? server_group_room(req->project, order->group_hint, order->count)
				   : NULL;
	if (full)
		return fail_ecs(req, 400, "Ecs.0005", "%s", full);
	return true;
}

static bool check_quota(Request *req, const cJSON *server, Order *order)
{
	const char *quota = order_quota(order, req->project);

	if (quota)
		return fail_ecs(req, 400, "Ecs.0001", "Quota exceeded for %s.", quota);
	quota = order_disk_quota(order, req->project);
	if (quota)
		return fail_ecs(req, 400, "Ecs.0021", "The EVS quota of %s is used up.", quota);
	return true;
}

static bool (*const checks[])(Request *req, const cJSON *server, Order *order) = {
	take_count, take_name, take_image,    take_flavor, take_network, take_groups, take_disks,
	take_login, take_eip,  take_metadata, take_tags,   take_rest,	 check_quota, NULL,
};

/* In a batch a trailing -0007 of the name is not part of it but the first number */
static void split_name(Order *order)
{
	const char *dash = strrchr(order->name, '-');

	if (order->count > 1 && dash && dash != order->name && strlen(dash) == 5 &&
	    text_int(dash + 1, &order->first))
		order->base_name = g_strndup(order->name, (size_t)(dash - order->name));
}

static const struct {
	const char *code, *reason;
} reasons[] = {
	{ "Ecs.0319", "Insufficient resources for this flavor. Try another flavor." },
	{ "Ecs.0201", "Failed to create the NIC." },
	{ "Ecs.0202", "Failed to create the system disk." },
	{ "Ecs.0204", "Failed to create the ECS." },
	{},
};

static const char *reason_for(const char *code)
{
	for (int i = 0; reasons[i].code; i++)
		if (strcmp(reasons[i].code, code) == 0)
			return reasons[i].reason;
	return "Failed to create the ECS.";
}

static void make_servers(Request *req, Order *order)
{
	const char *code = fault_job(req);
	Job *job = job_new(req->project, "createServer", "createSingleServer");
	int64_t shown = clock_now() + world.options.absent_ms * MSEC;

	if (!code && order->flavor->no_capacity)
		code = "Ecs.0319";
	split_name(order);
	reply(req, 200, "{'job_id':%s,'serverIds':[", job_id(job));
	for (int i = 0; i < order->count; i++) {
		Server *server = order_make(order, req->project, req->token->user, i);
		int64_t end = server_boot(server, world.options.absent_ms, code != NULL);
		server_event(server, "create", req->id, end, code != NULL);
		job_add(job, server->id, shown, end, code, code ? reason_for(code) : NULL);
		json_comma(req->out);
		json_write(req->out, "%s", server->id);
	}
	g_string_append(req->out, "]}");
}

void ecs_servers_create(Request *req)
{
	g_auto(Order) order = { 0 };
	const cJSON *body = NULL, *server = NULL;

	if (idempotence_replay(req))
		return;
	body = ecs_body(req);
	if (!body)
		return;
	server = json_get(body, "server");
	if (!cJSON_IsObject(server)) {
		bad(req, "server");
		return;
	}
	for (int i = 0; checks[i]; i++)
		if (!checks[i](req, server, &order))
			return;
	if (ecs_dry_run(req)) {
		reply_empty(req, 202);
		return;
	}
	make_servers(req, &order);
	idempotence_keep(req);
}
