#include "contrib/sandbox/create.h"

#include "contrib/sandbox/volume.h"

void order_clear(Order *order)
{
	g_clear_pointer(&order->base_name, g_free);
	g_clear_pointer(&order->meta, g_ptr_array_unref);
	g_clear_pointer(&order->tags, g_ptr_array_unref);
}

const char *quota_flavor(const Project *project, const Flavor *from, const Flavor *to)
{
	if (project->cores_used + to->vcpus - from->vcpus > project->max_cores)
		return "cores";
	if (project->ram_mb_used + to->ram_mb - from->ram_mb > project->max_ram_mb)
		return "ram";
	return NULL;
}

const char *order_quota(const Order *order, const Project *project)
{
	const Flavor *flavor = order->flavor;

	if (project->servers_used + order->count > project->max_servers)
		return "instances";
	if (project->cores_used + (int64_t)order->count * flavor->vcpus > project->max_cores)
		return "cores";
	if (project->ram_mb_used + (int64_t)order->count * flavor->ram_mb > project->max_ram_mb)
		return "ram";
	return NULL;
}

const char *order_disk_quota(const Order *order, const Project *project)
{
	int64_t gigabytes = 0;

	for (int i = 0; i < order->n_disks; i++)
		gigabytes += order->disks[i].size_gb;
	return quota_volumes(project, order->count * order->n_disks, order->count * gigabytes);
}

bool order_zone(Order *order, const Region *region)
{
	if (order->az)
		return flavor_usable(order->flavor, order->az);
	unsigned start = (unsigned)(world_key() % REGION_AZS);
	for (unsigned i = 0; i < REGION_AZS; i++) {
		const char *az = region->az[(start + i) % REGION_AZS];
		if (!flavor_usable(order->flavor, az))
			continue;
		order->az = az;
		return true;
	}
	return false;
}

static void make_nics(Server *server, const Order *order)
{
	for (int i = 0; i < order->n_nics; i++) {
		Subnet *subnet = order->nics[i].subnet;
		uint32_t ip = subnet_take(subnet, order->nics[i].ip);
		if (!ip) /* asked for in the same request twice */
			ip = subnet_take(subnet, 0);
		server_add_nic(server, subnet, ip);
	}
}

/* The EIP of the order, or a new one, for the first NIC */
static void bind_eip(Server *server, const Order *order)
{
	Project *project = server->project;
	Eip *eip = order->bound_eip;

	if (!eip && !order->eip_type)
		return;
	if (!eip) {
		Bandwidth *bandwidth = order->bandwidth;
		if (!bandwidth)
			bandwidth = network_add_bandwidth(
				project,
				order->bandwidth_name ? order->bandwidth_name : server->name,
				order->bandwidth_size, false);
		eip = network_add_eip(project, order->eip_type, bandwidth, 0);
		eip->ready = eip->created;
	}
	PortRef ref = { .server = server };
	g_strlcpy(ref.id, server_port(server, 0), sizeof ref.id);
	eip_bind(eip, &ref);
}

Server *order_make(const Order *order, Project *project, const User *user, int index)
{
	Server *server = server_new(project);

	server->user = user;
	server->name = g_strdup(order->name);
	if (order->count > 1) {
		const char *base = order->base_name ? order->base_name : order->name;
		int n = order->first + index;
		g_autofree char *number = world.options.openstack ? g_strdup_printf("%d", n + 1)
								  : g_strdup_printf("%04d", n);
		g_free(server->name);
		server->name = g_strconcat(base, "-", number, NULL);
	}
	if (order->description) {
		g_free(server->description);
		server->description = g_strdup(order->description);
	}
	server->user_data = g_strdup(order->user_data);
	server->key_name = order->key_name ? text_intern(order->key_name) : NULL;
	server->group_hint =
		order->group_hint && *order->group_hint ? text_intern(order->group_hint) : NULL;
	server->flavor = order->flavor;
	server->image = order->image;
	server->from_volume = order->from_volume;
	server->vpc = order->vpc;
	server->az = order->az;
	for (int i = 0; i < order->n_groups; i++)
		server->groups[i] = order->groups[i];
	if (!order->n_groups)
		server->groups[0] = project_default_group(project);
	for (int i = 0; i < order->n_disks; i++)
		server_add_disk(server, order->disks[i].type, order->disks[i].size_gb);
	if (order->reservation_id)
		server->reservation_id = order->reservation_id;
	server->launch_index = index;
	make_nics(server, order);
	bind_eip(server, order);
	for (unsigned i = 0; order->tags && i < order->tags->len; i += 2)
		pairs_set(&server->tags, order->tags->pdata[i], order->tags->pdata[i + 1]);
	for (unsigned i = 0; order->meta && i < order->meta->len; i += 2)
		pairs_set(server_own_meta(server), order->meta->pdata[i],
			  order->meta->pdata[i + 1]);
	server_enter(server);
	return server;
}
