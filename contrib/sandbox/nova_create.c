/*
 * Nova "create server" (nova.md 3.3).
 */
#include <string.h>

#include "contrib/sandbox/create.h"
#include "contrib/sandbox/fault.h"
#include "contrib/sandbox/nova.h"
#include "contrib/sandbox/token.h"
#include "contrib/sandbox/view.h"
#include "contrib/sandbox/volume.h"

#define NAME_LIMIT 128
#define BATCH_LIMIT 100
#define META_LIMIT 128
#define TEXT_LIMIT 255
#define TAG_LIMIT 50
#define NETWORKS_SINCE 37
#define DISK_TYPES_SINCE 67
#define DEFAULT_DISK_TYPE "SAS"

static bool bad(Request *req, const char *field)
{
	return fail_nova(req, 400, "Invalid input for field/attribute %s.", field);
}

static bool take_name(Request *req, const cJSON *server, Order *order)
{
	const cJSON *description = json_get(server, "description");

	order->name = json_string(server, "name");
	if (!order->name || !*order->name || strlen(order->name) > NAME_LIMIT ||
	    !text_all_in(order->name, "_-."))
		return bad(req, "name");
	if (description && !cJSON_IsNull(description) && !cJSON_IsString(description))
		return bad(req, "description");
	if (req->microversion >= 19)
		order->description = cJSON_GetStringValue(description);
	return true;
}

static bool take_count(Request *req, const cJSON *server, Order *order)
{
	const cJSON *min = json_get(server, "min_count"), *max = json_get(server, "max_count");

	order->count = 1;
	if ((min && (!json_is_int(min) || min->valueint < 1)) ||
	    (max && (!json_is_int(max) || max->valueint < 1)))
		return bad(req, "min_count");
	if (min && max && min->valueint > max->valueint)
		return fail_nova(req, 400, "min_count must be <= max_count");
	order->count = max ? max->valueint : min ? min->valueint : 1;
	return order->count <= BATCH_LIMIT || bad(req, "max_count");
}

static bool take_flavor(Request *req, const cJSON *server, Order *order)
{
	const char *flavor = json_string(server, "flavorRef");
	const cJSON *az = json_get(server, "availability_zone");

	if (!flavor)
		return bad(req, "flavorRef");
	order->flavor = world_flavor_by_ref(flavor);
	if (!order->flavor)
		return fail_nova(req, 400, "Flavor %s could not be found.", flavor);
	if (az && !cJSON_IsNull(az)) {
		order->az = cJSON_IsString(az) ? region_az(req->region, az->valuestring) : NULL;
		if (!order->az)
			return fail_nova(req, 400,
					 "The requested availability zone is not available");
	}
	if (!order_zone(order, req->region))
		return fail_nova(req, 400, "Flavor %s is sold out.", flavor);
	return true;
}

static bool bad_mapping(Request *req, const char *why)
{
	return fail_nova(req, 400, "Block Device Mapping is Invalid: %s", why);
}

static bool take_disk_type(Request *req, const cJSON *mapping, const char **type)
{
	const char *name = json_string(mapping, "volume_type");

	*type = DEFAULT_DISK_TYPE;
	if (!name)
		return true;
	/* OTC knows them in its newest one, which is older than that */
	if (req->microversion < MIN(DISK_TYPES_SINCE, world.options.microversion))
		return bad(req, "block_device_mapping_v2");
	if (!volume_type(name))
		return fail_nova(req, 400, "Volume type %s could not be found.", name);
	*type = volume_type(name)->name;
	return true;
}

/* Of block_device_mapping_v2: the first one is the boot disk, those behind it are blank */
static bool take_disk(Request *req, const cJSON *mapping, Order *order, int at)
{
	const char *source = json_string(mapping, "source_type");
	bool volume = g_strcmp0(json_string(mapping, "destination_type"), "volume") == 0;
	const cJSON *size = json_get(mapping, "volume_size");
	const char *type;

	if (g_strcmp0(source, at == 0 ? "image" : "blank") != 0 || (at > 0 && !volume))
		return bad(req, "block_device_mapping_v2");
	if (!volume)
		return true;
	if (size && (!json_is_int(size) || size->valueint < 0 || size->valueint > VOLUME_MAX_GB))
		return bad(req, "volume_size");
	if (!size || !size->valueint)
		return bad_mapping(req, at == 0 ? "Images with destination_type 'volume' need to "
						  "have a non-zero size specified"
						: "Blank volumes (source: 'blank', dest: 'volume') "
						  "need to have non-zero size");
	if (at == 0 && size->valueint < order->image->min_disk)
		return fail_nova(req, 400,
				 "Volume is smaller than the minimum size specified in "
				 "image metadata.");
	if (!take_disk_type(req, mapping, &type))
		return false;
	order->from_volume |= at == 0;
	order->disks[at] = (Disk){ type, size->valueint };
	order->n_disks = MAX(order->n_disks, at + 1);
	return true;
}

static bool take_disks(Request *req, const cJSON *server, Order *order)
{
	const cJSON *mapping = NULL;
	int n = 0;

	cJSON_ArrayForEach (mapping, json_get(server, "block_device_mapping_v2"))
		if (!take_disk(req, mapping, order, n++))
			return false;
	return true;
}

/* The image is named directly, or as the source of the boot disk */
static bool take_image(Request *req, const cJSON *server, Order *order)
{
	const char *id = json_string(server, "imageRef");
	const cJSON *disks = json_get(server, "block_device_mapping_v2");

	if (disks && (!cJSON_IsArray(disks) || cJSON_GetArraySize(disks) >= ORDER_DISKS))
		return bad(req, "block_device_mapping_v2");
	if ((!id || !*id) && disks)
		id = json_string(cJSON_GetArrayItem(disks, 0), "uuid");
	if (!id || !*id)
		return fail_nova(req, 400, "Missing imageRef attribute");
	order->image = project_image(req->project, id);
	if (!order->image)
		return fail_nova(req, 400, "Image %s could not be found.", id);
	if (strcmp(order->image->status, "active") != 0)
		return fail_nova(req, 400, "Image %s is not active.", id);
	order->disks[0] = (Disk){ DEFAULT_DISK_TYPE, MAX(order->image->min_disk, 40) };
	order->n_disks = 1;
	return !world.options.openstack || take_disks(req, server, order);
}

/* "auto" says so from 2.37 on, and before that nothing does; OTC wants them named */
static bool chosen_for(const Request *req, const cJSON *networks)
{
	if (req->microversion < NETWORKS_SINCE)
		return !networks;
	return g_strcmp0(cJSON_GetStringValue(networks), "auto") == 0;
}

static bool take_networks(Request *req, const cJSON *server, Order *order)
{
	const cJSON *networks = json_get(server, "networks"), *network = NULL;

	if (world.options.openstack && chosen_for(req, networks)) {
		Subnet *subnet = req->project->network.subnets->len
					 ? req->project->network.subnets->pdata[0]
					 : NULL;
		if (!subnet)
			return fail_nova(req, 400, "Unable to automatically allocate a network");
		order->nics[order->n_nics++].subnet = subnet;
		order->vpc = subnet->vpc;
		return true;
	}
	if (!cJSON_IsArray(networks) || !cJSON_GetArraySize(networks) ||
	    cJSON_GetArraySize(networks) > ORDER_NICS)
		return bad(req, "networks");
	cJSON_ArrayForEach (network, networks) {
		const char *id = json_string(network, "uuid");
		const char *ip = json_string(network, "fixed_ip");
		int at = order->n_nics++;
		Subnet *subnet = id ? project_subnet(req->project, id) : NULL;
		if (!id)
			return bad(req, "networks");
		if (!subnet)
			return fail_nova(req, 400, "Network %s could not be found.", id);
		order->nics[at].subnet = subnet;
		if (!at)
			order->vpc = subnet->vpc;
		if (ip && (!text_parse_ip(ip, &order->nics[at].ip) ||
			   !subnet_holds(subnet, order->nics[at].ip)))
			return bad(req, "fixed_ip");
		if (ip && g_hash_table_contains(subnet->used, GUINT_TO_POINTER(order->nics[at].ip)))
			return fail_nova(req, 400, "Fixed IP address %s is already in use.", ip);
	}
	return true;
}

static bool take_groups(Request *req, const cJSON *server, Order *order)
{
	const cJSON *item = NULL;

	cJSON_ArrayForEach (item, json_get(server, "security_groups")) {
		const char *name = json_string(item, "name");
		SecurityGroup *group = name ? project_group(req->project, name) : NULL;
		if (!group)
			return fail_nova(req, 400, "Security group %s not found.",
					 name ? name : "");
		if (order->n_groups < SERVER_GROUPS)
			order->groups[order->n_groups++] = group;
	}
	return true;
}

static bool take_key(Request *req, const cJSON *server, Order *order)
{
	const cJSON *key = json_get(server, "key_name"), *data = json_get(server, "user_data");

	if ((key && !cJSON_IsNull(key) && !cJSON_IsString(key)) ||
	    (data && !cJSON_IsNull(data) && !cJSON_IsString(data)))
		return bad(req, "key_name");
	order->key_name = cJSON_GetStringValue(key);
	order->user_data = cJSON_GetStringValue(data);
	if (order->key_name && !user_keypair(req->token->user, order->key_name))
		return fail_nova(req, 400, "Invalid key_name provided.");
	return true;
}

static bool take_pairs(Request *req, const cJSON *server, Order *order)
{
	const cJSON *metadata = json_get(server, "metadata"), *tags = NULL, *item = NULL;

	if (metadata && (!cJSON_IsObject(metadata) || cJSON_GetArraySize(metadata) > META_LIMIT))
		return bad(req, "metadata");
	cJSON_ArrayForEach (item, metadata) {
		if (!cJSON_IsString(item) || !*item->string || strlen(item->string) > TEXT_LIMIT ||
		    strlen(item->valuestring) > TEXT_LIMIT)
			return bad(req, "metadata");
		pairs_set(&order->meta, item->string, item->valuestring);
	}
	tags = req->microversion >= 52 ? json_get(server, "tags") : NULL;
	if (tags && (!cJSON_IsArray(tags) || cJSON_GetArraySize(tags) > TAG_LIMIT))
		return bad(req, "tags");
	cJSON_ArrayForEach (item, tags) {
		const char *tag = cJSON_GetStringValue(item);
		g_auto(GStrv) part = g_strsplit(tag ? tag : "", "=", 2);
		if (!part[0] || !*part[0])
			return bad(req, "tags");
		pairs_set(&order->tags, part[0], part[1] ? part[1] : "");
	}
	return true;
}

static bool check_quota(Request *req, const cJSON *server, Order *order)
{
	const char *quota = order_quota(order, req->project);

	if (!quota)
		quota = order_disk_quota(order, req->project);
	return !quota ||
	       fail_nova(req, 403, "Quota exceeded for %s: Requested %d", quota, order->count);
}

static bool (*const checks[])(Request *req, const cJSON *server, Order *order) = {
	take_name,   take_count, take_flavor, take_image,  take_networks,
	take_groups, take_key,	 take_pairs,  check_quota, NULL,
};

static void write_created(Request *req, const Server *server)
{
	g_autofree char *location = g_strdup_printf("%s/v2.1/%s/servers/%s", view_host(req->region),
						    req->project->id, server->id);

	reply_header(req, "Location", location);
	reply(req, 202, "{'server':{'security_groups':[");
	for (int i = 0; i < SERVER_GROUPS && server->groups[i]; i++) {
		json_comma(req->out);
		json_write(req->out, "{'name':%s}", server->groups[i]->name);
	}
	json_write(req->out, "],'OS-DCF:diskConfig':'MANUAL','id':%s,'adminPass':%s,", server->id,
		   text_hex(world_key(), "password", 12));
	view_links(req->out, req->project, "servers", server->id);
	g_string_append(req->out, "}}");
}

static void make_servers(Request *req, const cJSON *server, Order *order)
{
	const char *code = fault_job(req);
	bool fails = code || order->flavor->no_capacity;
	const Server *first = NULL;

	if (cJSON_IsTrue(json_get(server, "return_reservation_id")))
		order->reservation_id = text_intern(text_format("r-%s", world_hex(8)));
	for (int i = 0; i < order->count; i++) {
		Server *made = order_make(order, req->project, req->token->user, i);
		int64_t end =
			server_boot(made, 0, fails); /* there at once, unlike in the ECS API */
		server_event(made, "create", req->id, end, fails);
		if (!first)
			first = made;
	}
	if (order->reservation_id)
		reply(req, 202, "{'reservation_id':%s}", order->reservation_id);
	else
		write_created(req, first);
}

void nova_servers_create(Request *req)
{
	g_auto(Order) order = { 0 };
	const cJSON *body = nova_body(req);
	const cJSON *server = json_get(body, "server");

	if (!body)
		return;
	if (!cJSON_IsObject(server)) {
		bad(req, "server");
		return;
	}
	for (int i = 0; checks[i]; i++)
		if (!checks[i](req, server, &order))
			return;
	order.group_hint = json_string(json_get(body, "os:scheduler_hints"), "group");
	make_servers(req, server, &order);
}
