#include "contrib/sandbox/seed.h"

#include <string.h>

#include "contrib/sandbox/bms.h"
#include "contrib/sandbox/volume.h"

/* 2026-01-05T08:00:00Z: everything in a new cloud is older */
#define EPOCH (INT64_C(1767600000) * SECOND)
#define SERVER_INTERVAL (20 * 60 * SECOND) /* between the creation of one server and the next */
#define DAY (24 * 3600 * SECOND)
#define IMAGE_AGE (77 * 24 * 3600 * SECOND)
#define MAX_FLOATING 500 /* addresses in the three documentation networks */

static const struct {
	const char *name, *description, *az[REGION_AZS];
} regions[WORLD_REGIONS] = {
	{ "eu-de", "Germany", { "eu-de-01", "eu-de-02", "eu-de-03" } },
	{ "eu-nl", "Netherlands", { "eu-nl-01", "eu-nl-02", "eu-nl-03" } },
};

static const struct {
	const char *name, *platform, *version, *os_type, *status;
	bool private;
	int min_disk, min_ram;
} images[] = {
	{ "Standard_Debian_12_amd64_bios_latest", "Debian", "Debian GNU/Linux 12.0.0 64bit",
	  "Linux", "active", false, 8, 1024 },
	{ "Standard_Ubuntu_22.04_amd64_bios_latest", "Ubuntu", "Ubuntu 22.04 server 64bit", "Linux",
	  "active", false, 10, 1024 },
	{ "Standard_Ubuntu_24.04_amd64_bios_latest", "Ubuntu", "Ubuntu 24.04 server 64bit", "Linux",
	  "active", false, 10, 1024 },
	{ "Standard_AlmaLinux_9_latest", "AlmaLinux", "AlmaLinux 9 64bit", "Linux", "active", false,
	  10, 1024 },
	{ "Standard_Windows_2022_amd64_latest", "Windows", "Windows Server 2022 Standard 64bit",
	  "Windows", "active", false, 40, 2048 },
	{ "golden-web-2025-11", "Debian", "Debian GNU/Linux 12.0.0 64bit", "Linux", "active", true,
	  20, 0 },
	{ "golden-web-2025-12", "Debian", "Debian GNU/Linux 12.0.0 64bit", "Linux", "queued", true,
	  20, 0 },
};

static const char *const roles[] = { "web",	"db",	"app", "web", "cache", "worker",
				     "bastion", "mail", "web", "ci",  "db",    "monitor" };

static const char *const environments[] = { "prod", "prod", "stage", "dev" };

/* One letter a server, again and again: most in eu-de, some in eu-nl, a few in eu-de_dev */
static const char places[] = "DDNDVDDNDD";

static unsigned draw(unsigned below)
{
	return (unsigned)g_rand_int_range(world.rand, 0, (gint32)below);
}

static void take_id(char *id, size_t size, const char *text)
{
	g_strlcpy(id, text, size);
}

static void region_init(Region *region, int index)
{
	region->name = regions[index].name;
	region->description = regions[index].description;
	for (int i = 0; i < REGION_AZS; i++)
		region->az[i] = regions[index].az[i];
	region->images = g_ptr_array_new();
	region->dead_images = g_ptr_array_new();
	for (unsigned i = 0; i < G_N_ELEMENTS(images); i++) {
		/* of the project that is called like the region */
		const Project *owner = images[i].private ? &world.projects[index] : NULL;
		Image *image = image_add(region, owner, images[i].name);
		image->platform = images[i].platform;
		image->version = images[i].version;
		image->os_type = images[i].os_type;
		image->status = images[i].status;
		image->min_disk = images[i].min_disk;
		image->min_ram = images[i].min_ram;
		image->created = image->updated = EPOCH - IMAGE_AGE;
	}
}

static const struct {
	const char *name, *region, *parent, *description;
} projects[WORLD_PROJECTS] = {
	{ "eu-de", "eu-de", NULL, "" },
	{ "eu-nl", "eu-nl", NULL, "" },
	{ "eu-de_dev", "eu-de", "eu-de", "for trying things out" },
	{ "MOS", NULL, NULL, "" },
};

static void add_port_rule(SecurityGroup *group, int port, const char *ip, SecurityGroup *remote)
{
	network_add_rule(group, &(GroupRule){ .direction = "ingress",
					      .ethertype = "IPv4",
					      .protocol = (char *)"tcp",
					      .min = port,
					      .max = port,
					      .remote_ip = (char *)ip,
					      .remote_group = remote });
}

static void groups_init(Project *project)
{
	network_add_group(project, "default", "Default security group");
	SecurityGroup *web = network_add_group(project, "sg-web", "http and https from everywhere");
	SecurityGroup *db = network_add_group(project, "sg-db", "");

	add_port_rule(web, 80, "0.0.0.0/0", NULL);
	add_port_rule(web, 443, "0.0.0.0/0", NULL);
	add_port_rule(db, 5432, NULL, web);
}

#define VPC_QUOTA 5
#define SUBNET_QUOTA 100
#define GROUP_QUOTA 10
#define RULE_QUOTA 500
#define SHARED_QUOTA 5
#define SHARED_EIP_QUOTA 20

static void networks_init(Project *project, int index)
{
	static const char *const names[] = { "subnet-web", "subnet-app", "subnet-db" };
	Network *network = &project->network;

	network_init(network);
	Vpc *vpc = network_add_vpc(project, "vpc-default", "", "10.0.0.0/8");
	Vpc *backend = network_add_vpc(project, "vpc-backend", "databases and batch", "10.0.0.0/8");
	for (int i = 0; i < 3; i++) {
		uint32_t net = 10U << 24 | (uint32_t)(index * 10 + i + 1) << 16;
		Subnet *subnet =
			network_add_subnet(project, i == 2 ? backend : vpc, names[i], net, 16);
		subnet->next = 10;
	}
	groups_init(project);
	network->max_vpcs = VPC_QUOTA;
	network->max_subnets = SUBNET_QUOTA;
	network->max_groups = GROUP_QUOTA;
	network->max_rules = RULE_QUOTA;
	network->max_shared = SHARED_QUOTA;
	network->max_shared_eips = SHARED_EIP_QUOTA;
}

#define NETWORKS_MADE (EPOCH - 63 * 24 * 3600 * SECOND) /* before any server */

/* Let the networks be as old as the rest, and ready */
static void networks_age(Network *network)
{
	for (unsigned i = 0; i < network->vpcs->len; i++) {
		Vpc *vpc = network->vpcs->pdata[i];
		vpc->created = vpc->updated = NETWORKS_MADE;
		vpc->ready = 0;
	}
	for (unsigned i = 0; i < network->subnets->len; i++) {
		Subnet *subnet = network->subnets->pdata[i];
		subnet->created = subnet->updated = NETWORKS_MADE;
		subnet->ready = 0;
	}
	for (unsigned i = 0; i < network->groups->len; i++) {
		SecurityGroup *group = network->groups->pdata[i];
		group->created = group->updated = NETWORKS_MADE;
	}
	for (unsigned i = 0; i < network->eips->len; i++) {
		Eip *eip = network->eips->pdata[i];
		eip->created = eip->updated = NETWORKS_MADE;
		eip->bandwidth->created = eip->bandwidth->updated = NETWORKS_MADE;
		eip->ready = 0;
	}
}

static void project_init(Project *project, int index)
{
	project->name = projects[index].name;
	project->description = projects[index].description;
	if (projects[index].region)
		project->region = world_region(projects[index].region);
	if (projects[index].parent)
		project->parent = world_project_by_name(projects[index].parent);
	project->servers = g_ptr_array_new();
	volumes_init(project);
	project->graves = g_ptr_array_new_with_free_func((GDestroyNotify)server_free);
	take_id(project->id, sizeof project->id, world_hex(32));
	networks_init(project, index);
}

/* "ssh-rsa AAAA… Generated-by-Nova\n" with a made-up modulus, which follows from the seed; owned */
static char *seed_public_key(void)
{
	static const guchar head[] = "\0\0\0\7ssh-rsa\0\0\0\3\1\0\1\0\0\1\1";
	guchar blob[sizeof head - 1 + 257] = { 0 };

	memcpy(blob, head, sizeof head - 1);
	for (size_t i = sizeof head; i < sizeof blob; i++)
		blob[i] = (guchar)draw(256);
	blob[sizeof head] |= 0x80;
	g_autofree char *text = g_base64_encode(blob, sizeof blob);
	return g_strdup_printf("ssh-rsa %s Generated-by-Nova\n", text);
}

static const Flavor *pick_flavor(const char *role)
{
	static const char *const big[] = { "m3.large.8", "m3.xlarge.8", "c3.xlarge.2" };
	static const char *const small[] = { "s3.medium.1", "s3.medium.2", "s3.large.2",
					     "s3.large.4",  "s3.xlarge.2", "c3.large.2" };

	if (strcmp(role, "db") == 0 || strcmp(role, "cache") == 0)
		return world_flavor(big[draw(G_N_ELEMENTS(big))]);
	return world_flavor(small[draw(G_N_ELEMENTS(small))]);
}

static void name_server(Server *server, int index)
{
	static unsigned numbers[G_N_ELEMENTS(roles)];
	unsigned which = (unsigned)index % G_N_ELEMENTS(roles);
	const char *role = roles[which];
	unsigned number = 1;

	/* the role's number goes on over all its places in the table */
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++) {
		if (index == 0)
			numbers[i] = 0;
		if (strcmp(roles[i], role) == 0)
			number += numbers[i];
	}
	numbers[which]++;
	if (index % 25 == 8) /* names need not be unique */
		number = 1;
	server->name = g_strdup_printf("%s-%02u", role, number);
	pairs_set(&server->tags, "env", environments[draw(G_N_ELEMENTS(environments))]);
	if (index % 3 == 0)
		pairs_set(&server->tags, "role", role);
	if (index % 10 == 6)
		pairs_set(&server->tags, "backup", "");
	server->flavor = pick_flavor(role);
}

static void seed_eip(Server *server, uint32_t ip)
{
	Project *project = server->project;
	g_autofree char *name = g_strconcat("bandwidth-", server->name, NULL);
	PortRef port = { .server = server };

	g_strlcpy(port.id, server_port(server, 0), sizeof port.id);
	eip_bind(network_add_eip(project, "5_bgp", network_add_bandwidth(project, name, 10, false),
				 ip),
		 &port);
}

static void place_server(Server *server, int index)
{
	Project *project = server->project;
	static uint32_t floating;
	const GPtrArray *subnets = project->network.subnets;
	Subnet *subnet = subnets->pdata[draw(subnets->len)];
	uint32_t ip = subnet_take(subnet, 0);

	if (index == 0)
		floating = 0;
	server->az = project->region->az[draw(REGION_AZS)];
	for (unsigned i = 0; !ip && i < subnets->len; i++) {
		subnet = subnets->pdata[i];
		ip = subnet_take(subnet, 0);
	}
	server->vpc = subnet->vpc;
	server_add_nic(server, subnet, ip);
	if (index % 4 == 0 && floating < MAX_FLOATING) {
		static const uint32_t nets[] = { 203U << 24 | 113 << 8,
						 198U << 24 | 51 << 16 | 100 << 8 };
		seed_eip(server, nets[floating / 250] + floating % 250 + 2);
		floating++;
	}
	server->groups[0] = project->network.groups->pdata[draw(project->network.groups->len)];
	server->image = project->region->images->pdata[draw(4)];
	server_add_disk(server, "SSD", 40);
	if (index % 3 == 1)
		server_add_disk(server, "SAS", 100 * (1 + (int)draw(5)));
}

static void age_server(Server *server, int index, int total)
{
	server->created = EPOCH - (total - index) * SERVER_INTERVAL + (int64_t)draw(600) * SECOND +
			  draw((unsigned)SECOND);
	server->launched = server->created + (20 + draw(40)) * SECOND + draw((unsigned)SECOND);
	server->updated = server->launched + draw(300) * SECOND;
	server->vm = "active";
	if (index % 5 == 3)
		server->vm = "stopped";
	if (index == 5) {
		server->vm = "error";
		server->launched = 0;
		server_set_fault(
			server, 500,
			"No valid host was found. There are not enough hosts available.",
			"File \"nova/conductor/manager.py\", line 671, in build_instances");
		server->fault->created = server->updated;
	}
}

static void seed_server(int index, int total)
{
	char place = places[(unsigned)index % (sizeof places - 1)];
	const char *project = place == 'D' ? "eu-de" : place == 'N' ? "eu-nl" : "eu-de_dev";
	Server *server = server_new(world_project_by_name(project));

	server->user = &world.users[0];
	server->visible = true;
	server->key_name = index % 7 == 2 ? NULL : "KeyPair-demo";
	name_server(server, index);
	place_server(server, index);
	age_server(server, index, total);
	if (index % 4 == 1) {
		g_autofree char *role = g_strdup(server->name);
		*strchr(role, '-') = '\0';
		pairs_set(server_own_meta(server), "role", role);
	}
	if (index % 6 == 0) {
		g_free(server->description);
		server->description = g_strdup_printf("number %d of the demo cloud", index + 1);
	}
	server_enter(server);
}

#define SPARE_VOLUMES 3

/* Disks that no server has: two in the first zone, one in the second */
static void spares_init(Project *project)
{
	static const char *const types[SPARE_VOLUMES] = { "SSD", "SAS", "SAS" };

	for (int i = 0; i < SPARE_VOLUMES; i++) {
		const char *id = text_uuid(text_hash(world.key, project->id),
					   text_format("spare %d", i));
		Volume *volume =
			volume_new(project, id, text_format("volume-spare-%02d", i + 1), types[i],
				   project->region->az[i % 2], 10 << i);
		volume->created = EPOCH - DAY;
	}
}

#define DEFAULT_QUOTA_ROOM 100
#define QUOTA_CORES 8	   /* per server of the quota */
#define QUOTA_RAM_MB 16384 /* the same */
#define QUOTA_EIP_ROOM 10
#define QUOTA_DISKS 3 /* per server of the quota, beside those that are there */
#define QUOTA_DISK_GB 500
#define QUOTA_SNAPSHOTS 10

static void quota_init(Project *project)
{
	int servers = world.options.quota;

	if (!servers)
		servers = project->servers_used + DEFAULT_QUOTA_ROOM;
	project->max_servers = servers;
	project->max_cores = servers * QUOTA_CORES;
	project->max_ram_mb = servers * QUOTA_RAM_MB;
	project->max_volumes = project->volumes_used + servers * QUOTA_DISKS;
	project->max_gigabytes = project->gigabytes_used + servers * QUOTA_DISK_GB;
	project->max_snapshots = QUOTA_SNAPSHOTS;
	project->network.max_eips = (int)project->network.eips->len + QUOTA_EIP_ROOM;
	networks_age(&project->network);
}

static const struct {
	const char *project, *name, *flavor, *vm;
} machines[] = {
	{ "eu-de", "bms-db", "physical.o2.medium", "active" },
	{ "eu-de", "bms-hpc", "physical.h2.large", "stopped" },
	{ "eu-de_dev", "bms-test", "physical.h2.large", "active" },
};

#define PLACE 2 /* one disk, no EIP */

static void seed_machine(int number)
{
	unsigned index = (unsigned)number % G_N_ELEMENTS(machines);
	Server *server = server_new(world_project_by_name(machines[index].project));

	server->name = g_strdup_printf("%s-%02u", machines[index].name,
				       (unsigned)number / (unsigned)G_N_ELEMENTS(machines) + 1);
	server->user = &world.users[0];
	server->visible = true;
	server->vm = machines[index].vm;
	server->flavor = bms_flavor(machines[index].flavor);
	server->key_name = "KeyPair-demo";
	place_server(server, PLACE);
	server->created = server->launched = server->updated = EPOCH;
	pairs_set(&server->tags, BMS_TAG, "");
	pairs_set(&server->tags, "role", "database");
	pairs_set(&server->meta, "chargingMode", "0");
	/* as the cloud writes it: a list that is no JSON */
	pairs_set(&server->meta, "baremetalPortIDList",
		  text_format("[%s]", server_port(server, 0)));
	pairs_set(&server->meta, "metering.image_id", server->image->id);
	pairs_set(&server->meta, "metering.resourcespeccode", server->flavor->id);
	pairs_set(&server->meta, "metering.resourcetype", BMS_TAG);
	pairs_set(&server->meta, "image_name", server->image->name);
	pairs_set(&server->meta, "os_type", server->image->os_type);
	pairs_set(&server->meta, "os_bit", "64");
	pairs_set(&server->meta, "vpc_id", server->vpc->id);
	server_enter(server);
}

void seed_init(void)
{
	for (int i = 0; i < WORLD_REGIONS; i++)
		region_init(&world.regions[i], i);
	for (int i = 0; i < WORLD_PROJECTS; i++)
		project_init(&world.projects[i], i);
	static const char *const keypairs[] = { "KeyPair-demo", "KeyPair-ops" };
	for (unsigned i = 0; i < G_N_ELEMENTS(keypairs); i++) {
		user_keypair_add(&world.users[0], keypairs[i], seed_public_key());
		((Keypair *)world.users[0].keypairs->pdata[i])->created = EPOCH;
	}
	user_keypair_add(&world.users[1], "KeyPair-reader", seed_public_key());
	((Keypair *)world.users[1].keypairs->pdata[0])->created = EPOCH;
	for (int i = 0; i < world.options.servers; i++)
		seed_server(i, world.options.servers);
	for (int i = 0; i < WORLD_PROJECTS; i++) {
		if (world.projects[i].region)
			spares_init(&world.projects[i]);
		quota_init(&world.projects[i]);
	}
	for (int i = 0; i < world.options.machines; i++)
		seed_machine(i);
}
