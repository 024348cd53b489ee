#include "contrib/sandbox/network.h"

#include <string.h>

#include "contrib/sandbox/server.h"

/* How long new VPCs, subnets and EIPs are not ready yet */
#define SETTLE (world.options.network_ms * MSEC)

/* Which of the arrays an object comes from decides how it is freed, so each array knows */
static void vpc_free(void *data)
{
	Vpc *vpc = data;

	g_free(vpc->name);
	g_free(vpc->description);
	g_free(vpc->cidr);
	g_ptr_array_unref(vpc->routes);
	g_free(vpc);
}

static void subnet_free_all(void *data)
{
	Subnet *subnet = data;

	g_free(subnet->name);
	g_free(subnet->description);
	g_free(subnet->network_name);
	g_free(subnet->network_description);
	g_free(subnet->dns[0]);
	g_free(subnet->dns[1]);
	g_hash_table_unref(subnet->used);
	g_free(subnet);
}

static void rule_free(void *data)
{
	GroupRule *rule = data;

	g_free(rule->protocol);
	g_free(rule->remote_ip);
	g_free(rule->description);
	g_free(rule);
}

static void group_free(void *data)
{
	SecurityGroup *group = data;

	g_free(group->name);
	g_free(group->description);
	g_ptr_array_unref(group->rules);
	g_free(group);
}

void port_free(void *data)
{
	Port *port = data;

	g_free(port->name);
	g_free(port);
}

static void bandwidth_free(void *data)
{
	Bandwidth *bandwidth = data;

	g_free(bandwidth->name);
	g_free(bandwidth);
}

/* An object put away, and how it is freed in the end */
typedef struct {
	void *object;
	GDestroyNotify free;
} Gone;

static void gone_free(void *data)
{
	Gone *gone = data;

	gone->free(gone->object);
	g_free(gone);
}

void network_init(Network *network)
{
	*network = (Network){
		.vpcs = g_ptr_array_new_with_free_func(vpc_free),
		.subnets = g_ptr_array_new_with_free_func(subnet_free_all),
		.groups = g_ptr_array_new_with_free_func(group_free),
		.ports = g_ptr_array_new_with_free_func(port_free),
		.eips = g_ptr_array_new_with_free_func(g_free),
		.bandwidths = g_ptr_array_new_with_free_func(bandwidth_free),
		.bare = g_ptr_array_new_with_free_func(subnet_free_all),
		.gone = g_ptr_array_new_with_free_func(gone_free),
	};
}

void network_clear(Network *network)
{
	g_ptr_array_unref(network->vpcs);
	g_ptr_array_unref(network->subnets);
	g_ptr_array_unref(network->groups);
	g_ptr_array_unref(network->ports);
	g_ptr_array_unref(network->eips);
	g_ptr_array_unref(network->bandwidths);
	g_ptr_array_unref(network->bare);
	g_ptr_array_unref(network->gone);
	g_clear_pointer(&network->index, g_array_unref);
}

/* An id that takes nothing from the world's random numbers, on which the servers depend */
static void take_id(char id[37])
{
	static unsigned count;

	g_strlcpy(id, text_uuid(world.key, text_format("network %u", count++)), 37);
}

void network_changed(Project *project)
{
	g_clear_pointer(&project->network.index, g_array_unref);
}

Vpc *network_add_vpc(Project *project, const char *name, const char *description, const char *cidr)
{
	Vpc *vpc = g_new0(Vpc, 1);

	g_strlcpy(vpc->id, world_uuid(), sizeof vpc->id);
	vpc->name = g_strdup(name);
	vpc->description = g_strdup(description);
	vpc->cidr = g_strdup(cidr);
	vpc->routes = g_ptr_array_new_with_free_func(g_free);
	vpc->created = vpc->updated = clock_now();
	vpc->ready = vpc->created + SETTLE;
	g_ptr_array_add(project->network.vpcs, vpc);
	return vpc;
}

Subnet *network_add_subnet(Project *project, Vpc *vpc, const char *name, uint32_t net, int prefix)
{
	Subnet *subnet = g_new0(Subnet, 1);

	g_strlcpy(subnet->id, world_uuid(), sizeof subnet->id);
	g_strlcpy(subnet->neutron_id, world_uuid(), sizeof subnet->neutron_id);
	subnet->name = g_strdup(name);
	subnet->description = g_strdup("");
	subnet->vpc = vpc;
	subnet->net = net;
	subnet->prefix = prefix;
	subnet->gateway = net + 1;
	subnet->dhcp = true;
	subnet->dns[0] = g_strdup("100.125.4.25");
	subnet->dns[1] = g_strdup("100.125.129.199");
	subnet->az = project->region ? project->region->az[0] : NULL;
	subnet->created = subnet->updated = clock_now();
	subnet->ready = subnet->created + SETTLE;
	subnet->used = g_hash_table_new(NULL, NULL);
	g_ptr_array_add(project->network.subnets, subnet);
	network_changed(project);
	return subnet;
}

GroupRule *network_add_rule(SecurityGroup *group, const GroupRule *rule)
{
	GroupRule *copy = g_memdup2(rule, sizeof *rule);

	take_id(copy->id);
	copy->group = group;
	copy->protocol = g_strdup(rule->protocol);
	copy->remote_ip = g_strdup(rule->remote_ip);
	copy->description = g_strdup(rule->description ? rule->description : "");
	g_ptr_array_add(group->rules, copy);
	return copy;
}

SecurityGroup *network_add_group(Project *project, const char *name, const char *description)
{
	static const char *const ethertypes[] = { "IPv4", "IPv6" };
	SecurityGroup *group = g_new0(SecurityGroup, 1);

	g_strlcpy(group->id, world_uuid(), sizeof group->id);
	group->name = g_strdup(name);
	group->description = g_strdup(description);
	group->rules = g_ptr_array_new_with_free_func(rule_free);
	group->created = group->updated = clock_now();
	for (int i = 0; i < 2; i++) {
		GroupRule rule = {
			.direction = "egress", .ethertype = ethertypes[i], .min = -1, .max = -1
		};
		network_add_rule(group, &rule);
		rule.direction = "ingress";
		rule.remote_group = group;
		network_add_rule(group, &rule);
	}
	g_ptr_array_add(project->network.groups, group);
	return group;
}

Bandwidth *network_add_bandwidth(Project *project, const char *name, int size, bool shared)
{
	Bandwidth *bandwidth = g_new0(Bandwidth, 1);

	take_id(bandwidth->id);
	bandwidth->name = g_strdup(name);
	bandwidth->size = size;
	bandwidth->shared = shared;
	bandwidth->created = bandwidth->updated = clock_now();
	g_ptr_array_add(project->network.bandwidths, bandwidth);
	return bandwidth;
}

/* 192.0.2.0/24, then 198.18.0.0/15: the addresses of the first day are in other networks */
static uint32_t next_address(void)
{
	static uint32_t count;
	uint32_t n = count++;

	return n < 250 ? (192U << 24 | 2 << 8) + n + 2
		       : (198U << 24 | 18 << 16) + (n - 250) % 0x1fffe + 1;
}

Eip *network_add_eip(Project *project, const char *type, Bandwidth *bandwidth, uint32_t ip)
{
	Eip *eip = g_new0(Eip, 1);

	take_id(eip->id);
	eip->type = text_intern(type);
	eip->ip = ip ? ip : next_address();
	eip->bandwidth = bandwidth;
	eip->created = eip->updated = clock_now();
	eip->ready = eip->created + SETTLE;
	g_ptr_array_add(project->network.eips, eip);
	return eip;
}

static void take_mac(char *mac, uint64_t hash)
{
	g_snprintf(mac, 18, "fa:16:3e:%02x:%02x:%02x", (unsigned)(hash & 255),
		   (unsigned)(hash >> 8 & 255), (unsigned)(hash >> 16 & 255));
}

Port *network_add_port(Project *project, Subnet *subnet, uint32_t ip)
{
	Port *port = g_new0(Port, 1);

	take_id(port->id);
	take_mac(port->mac, world_key());
	port->name = g_strdup("");
	port->owner = "";
	port->nic = (Nic){ .subnet = subnet, .ip = ip };
	port->created = port->updated = clock_now();
	g_ptr_array_add(project->network.ports, port);
	network_changed(project);
	return port;
}

void network_drop(Project *project, GPtrArray *of, void *object)
{
	Network *network = &project->network;
	unsigned at = 0;
	Gone *gone = g_new(Gone, 1);

	*gone = (Gone){ object, of == network->vpcs	    ? vpc_free
				: of == network->subnets    ? subnet_free_all
				: of == network->bare	    ? subnet_free_all
				: of == network->groups	    ? group_free
				: of == network->ports	    ? port_free
				: of == network->bandwidths ? bandwidth_free
							    : g_free };
	if (g_ptr_array_find(of, object, &at))
		g_ptr_array_steal_index(of, at);
	g_ptr_array_add(network->gone, gone);
	network_changed(project);
}

void network_drop_group(Project *project, SecurityGroup *group)
{
	const GPtrArray *groups = project->network.groups;

	for (unsigned i = 0; i < groups->len; i++) {
		SecurityGroup *other = groups->pdata[i];
		for (unsigned j = other->rules->len; j-- > 0 && other != group;)
			if (((GroupRule *)other->rules->pdata[j])->remote_group == group)
				g_ptr_array_remove_index(other->rules, j);
	}
	network_drop(project, project->network.groups, group);
}

void network_drop_eip(Project *project, Eip *eip)
{
	if (!eip->bandwidth->shared)
		network_drop(project, project->network.bandwidths, eip->bandwidth);
	network_drop(project, project->network.eips, eip);
}

void network_drop_port(Project *project, Port *port)
{
	if (port->nic.eip)
		eip_unbind(project, port->nic.eip);
	subnet_release(port->nic.subnet, port->nic.ip);
	network_drop(project, project->network.ports, port);
}

void *network_find(const GPtrArray *of, const char *id)
{
	for (unsigned i = 0; i < of->len; i++)
		if (strcmp(of->pdata[i], id) == 0)
			return of->pdata[i];
	return NULL;
}

int network_rules(const Network *network)
{
	unsigned n = 0;

	for (unsigned i = 0; i < network->groups->len; i++)
		n += ((SecurityGroup *)network->groups->pdata[i])->rules->len;
	return (int)n;
}

int network_shared(const Network *network)
{
	int n = 0;

	for (unsigned i = 0; i < network->bandwidths->len; i++)
		n += ((Bandwidth *)network->bandwidths->pdata[i])->shared;
	return n;
}

int bandwidth_eips(const Network *network, const Bandwidth *bandwidth)
{
	int n = 0;

	for (unsigned i = 0; i < network->eips->len; i++)
		n += ((Eip *)network->eips->pdata[i])->bandwidth == bandwidth;
	return n;
}

static bool holds_group(SecurityGroup *const *groups, const SecurityGroup *group)
{
	for (int i = 0; i < SERVER_GROUPS && groups[i]; i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool network_uses_group(const Project *project, const SecurityGroup *group)
{
	const GPtrArray *ports = project->network.ports;

	for (unsigned i = 0; i < project->servers->len; i++) {
		const Server *server = project->servers->pdata[i];
		for (int nic = 0; nic < server->n_nics; nic++)
			if (holds_group(server_groups(server, nic), group))
				return true;
	}
	for (unsigned i = 0; i < ports->len; i++)
		if (holds_group(((Port *)ports->pdata[i])->groups, group))
			return true;
	return false;
}

void eip_bind(Eip *eip, const PortRef *port)
{
	Nic *nic = port_nic(port);

	nic->eip = eip;
	g_strlcpy(eip->port_id, port->id, sizeof eip->port_id);
	eip->private_ip = nic->ip;
	eip->updated = clock_now();
	if (port->server)
		server_touch(port->server);
}

void eip_unbind(Project *project, Eip *eip)
{
	PortRef port;

	if (network_port(project, eip->port_id, &port)) {
		port_nic(&port)->eip = NULL;
		if (port.server)
			server_touch(port.server);
	}
	*eip->port_id = '\0';
	eip->private_ip = 0;
	eip->updated = clock_now();
}

/* ---- ports ---- */

static int by_id(const void *a, const void *b)
{
	return strcmp(((const PortRef *)a)->id, ((const PortRef *)b)->id);
}

static void add_ref(GArray *index, const char *id, PortRef ref)
{
	g_strlcpy(ref.id, id, sizeof ref.id);
	g_array_append_val(index, ref);
}

static GArray *make_index(Project *project)
{
	const Network *network = &project->network;
	GArray *index = g_array_new(FALSE, FALSE, sizeof(PortRef));

	for (unsigned i = 0; i < project->servers->len; i++) {
		Server *server = project->servers->pdata[i];
		for (int nic = 0; nic < server->n_nics; nic++)
			add_ref(index, server_port(server, nic),
				(PortRef){ .server = server, .nic = nic });
	}
	for (unsigned i = 0; i < network->ports->len; i++) {
		Port *port = network->ports->pdata[i];
		add_ref(index, port->id, (PortRef){ .port = port });
	}
	for (unsigned i = 0; i < network->subnets->len; i++) {
		Subnet *subnet = network->subnets->pdata[i];
		uint64_t key = text_hash(world.key, subnet->id);
		add_ref(index, text_uuid(key, "gateway"),
			(PortRef){ .service = subnet, .gateway = true });
		if (subnet->dhcp)
			add_ref(index, text_uuid(key, "dhcp"), (PortRef){ .service = subnet });
	}
	g_array_sort(index, by_id);
	return index;
}

const GArray *network_index(Project *project)
{
	if (!project->network.index)
		project->network.index = make_index(project);
	return project->network.index;
}

bool network_port(Project *project, const char *id, PortRef *port)
{
	const GArray *index = network_index(project);
	PortRef key;

	if (strlen(id) != sizeof key.id - 1)
		return false;
	g_strlcpy(key.id, id, sizeof key.id);
	const PortRef *found = bsearch(&key, index->data, index->len, sizeof key, by_id);
	if (found)
		*port = *found;
	return found;
}

Nic *port_nic(const PortRef *port)
{
	if (port->server)
		return &port->server->nics[port->nic];
	return port->port ? &port->port->nic : NULL;
}

const char *port_mac(const PortRef *port)
{
	static char mac[18];

	if (port->port)
		return port->port->mac;
	if (port->server)
		return server_mac(port->server, port->nic);
	take_mac(mac, text_hash(world.key, port->id));
	return mac;
}

SecurityGroup **port_groups(const PortRef *port)
{
	static SecurityGroup *groups[SERVER_GROUPS + 1];
	const Nic *nic = port_nic(port);
	SecurityGroup *const *from = port->port		? port->port->groups
				     : nic && nic->port ? nic->port->groups
				     : port->server	? port->server->groups
							: NULL;

	memset(groups, 0, sizeof groups);
	if (from)
		memcpy(groups, from, SERVER_GROUPS * sizeof *groups);
	return groups;
}

Port *port_own(PortRef *ref)
{
	Server *server = ref->server;

	if (ref->port)
		return ref->port;
	Nic *nic = &server->nics[ref->nic];
	if (nic->port)
		return nic->port;
	Port *port = g_new0(Port, 1);
	g_strlcpy(port->id, ref->id, sizeof port->id);
	g_strlcpy(port->mac, server_mac(server, ref->nic), sizeof port->mac);
	port->name = g_strdup("");
	port->owner = "";
	memcpy(port->groups, server->groups, sizeof port->groups);
	port->created = server->created;
	port->updated = clock_now();
	nic->port = port;
	return port;
}

/* ---- addresses ---- */

static uint32_t mask(int prefix)
{
	return prefix ? ~UINT32_C(0) << (32 - prefix) : 0;
}

bool network_parse_cidr(const char *text, uint32_t *net, int *prefix)
{
	g_auto(GStrv) part = g_strsplit(text, "/", 3);
	uint32_t address = 0;
	int bits = 0;

	if (g_strv_length(part) != 2 || !text_parse_ip(part[0], &address) ||
	    !text_int(part[1], &bits) || bits < 0 || bits > 32 || (address & ~mask(bits)))
		return false;
	*net = address;
	*prefix = bits;
	return true;
}

bool network_inside(uint32_t net, int prefix, uint32_t outer, int outer_prefix)
{
	return prefix >= outer_prefix && (net & mask(outer_prefix)) == outer;
}

const char *subnet_cidr(const Subnet *subnet)
{
	return text_format("%s/%d", text_ip(subnet->net), subnet->prefix);
}

/* The ends of a subnet are the cloud's: network, DHCP server, system, broadcast */
#define FIRST_HOST 2
#define LAST_HOSTS 4

static uint32_t last_host(const Subnet *subnet)
{
	return ~mask(subnet->prefix) - LAST_HOSTS;
}

bool subnet_holds(const Subnet *subnet, uint32_t ip)
{
	uint32_t host = ip & ~mask(subnet->prefix);

	return (ip & mask(subnet->prefix)) == subnet->net && ip != subnet->gateway &&
	       host >= FIRST_HOST && host <= last_host(subnet);
}

int subnet_free(const Subnet *subnet)
{
	return (int)(last_host(subnet) - FIRST_HOST) - (int)g_hash_table_size(subnet->used);
}

uint32_t subnet_take(Subnet *subnet, uint32_t want)
{
	uint32_t last = last_host(subnet);

	if (want)
		return g_hash_table_add(subnet->used, GUINT_TO_POINTER(want)) ? want : 0;
	for (uint32_t tries = 0; tries <= last; tries++) {
		if (subnet->next < FIRST_HOST || subnet->next > last)
			subnet->next = FIRST_HOST;
		uint32_t ip = subnet->net + subnet->next++;
		if (ip != subnet->gateway && g_hash_table_add(subnet->used, GUINT_TO_POINTER(ip)))
			return ip;
	}
	return 0;
}

void subnet_release(Subnet *subnet, uint32_t ip)
{
	g_hash_table_remove(subnet->used, GUINT_TO_POINTER(ip));
}
