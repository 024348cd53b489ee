#include "contrib/sandbox/seed.h"

#include <string.h>

#include "contrib/sandbox/server.h"

/* 2026-01-05T08:00:00Z: everything in a new cloud is older */
#define EPOCH (INT64_C(1767600000) * SECOND)
#define SERVER_INTERVAL (20 * 60 * SECOND) /* between the creation of one server and the next */
#define MAX_FLOATING 500		   /* addresses in the three documentation networks */

static const struct {
	const char *name, *description, *az[REGION_AZS];
} regions[WORLD_REGIONS] = {
	{ "eu-de", "Germany", { "eu-de-01", "eu-de-02", "eu-de-03" } },
	{ "eu-nl", "Netherlands", { "eu-nl-01", "eu-nl-02", "eu-nl-03" } },
};

static const Image images[REGION_IMAGES] = {
	{ "", "Standard_Debian_12_amd64_bios_latest", "Debian", "Debian GNU/Linux 12.0.0 64bit",
	  "Linux", "gold", "active", 8, 1024 },
	{ "", "Standard_Ubuntu_22.04_amd64_bios_latest", "Ubuntu", "Ubuntu 22.04 server 64bit",
	  "Linux", "gold", "active", 10, 1024 },
	{ "", "Standard_Ubuntu_24.04_amd64_bios_latest", "Ubuntu", "Ubuntu 24.04 server 64bit",
	  "Linux", "gold", "active", 10, 1024 },
	{ "", "Standard_AlmaLinux_9_latest", "AlmaLinux", "AlmaLinux 9 64bit", "Linux", "gold",
	  "active", 10, 1024 },
	{ "", "Standard_Windows_2022_amd64_latest", "Windows", "Windows Server 2022 Standard 64bit",
	  "Windows", "gold", "active", 40, 2048 },
	{ "", "golden-web-2025-11", "Debian", "Debian GNU/Linux 12.0.0 64bit", "Linux", "private",
	  "active", 20, 0 },
	{ "", "golden-web-2025-12", "Debian", "Debian GNU/Linux 12.0.0 64bit", "Linux", "private",
	  "queued", 20, 0 },
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
	for (int i = 0; i < REGION_IMAGES; i++) {
		region->images[i] = images[i];
		take_id(region->images[i].id, sizeof region->images[i].id, world_uuid());
	}
}

static const struct {
	const char *name, *region, *parent;
} projects[WORLD_PROJECTS] = {
	{ "eu-de", "eu-de", NULL },
	{ "eu-nl", "eu-nl", NULL },
	{ "eu-de_dev", "eu-de", "eu-de" },
	{ "MOS", NULL, NULL },
};

static void networks_init(Project *project, int index)
{
	static const Vpc vpcs[PROJECT_VPCS] = {
		{ "", "vpc-default", "", "10.0.0.0/8" },
		{ "", "vpc-backend", "databases and batch", "10.0.0.0/8" },
	};
	static const char *const subnets[PROJECT_SUBNETS] = { "subnet-web", "subnet-app",
							      "subnet-db" };
	static const SecurityGroup groups[PROJECT_GROUPS] = {
		{ "", "default", "Default security group" },
		{ "", "sg-web", "http and https from everywhere" },
		{ "", "sg-db", "" },
	};

	for (int i = 0; i < PROJECT_VPCS; i++) {
		project->vpcs[i] = vpcs[i];
		take_id(project->vpcs[i].id, sizeof project->vpcs[i].id, world_uuid());
	}
	for (int i = 0; i < PROJECT_SUBNETS; i++) {
		Subnet *subnet = &project->subnets[i];
		*subnet = (Subnet){
			.name = subnets[i],
			.vpc = &project->vpcs[i == PROJECT_SUBNETS - 1],
			.net = 10U << 24 | (uint32_t)(index * 10 + i + 1) << 16,
			.next = 10,
			.used = g_hash_table_new(NULL, NULL),
		};
		take_id(subnet->id, sizeof subnet->id, world_uuid());
		take_id(subnet->neutron_id, sizeof subnet->neutron_id, world_uuid());
	}
	for (int i = 0; i < PROJECT_GROUPS; i++) {
		project->groups[i] = groups[i];
		take_id(project->groups[i].id, sizeof project->groups[i].id, world_uuid());
	}
}

static void project_init(Project *project, int index)
{
	project->name = projects[index].name;
	if (projects[index].region)
		project->region = world_region(projects[index].region);
	if (projects[index].parent)
		project->parent = world_project_by_name(projects[index].parent);
	project->servers = g_ptr_array_new();
	project->graves = g_ptr_array_new_with_free_func((GDestroyNotify)server_free);
	take_id(project->id, sizeof project->id, world_hex(32));
	networks_init(project, index);
}

char *seed_public_key(void)
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

static void place_server(Server *server, int index)
{
	Project *project = server->project;
	static uint32_t floating;
	Subnet *subnet = &project->subnets[draw(PROJECT_SUBNETS)];

	if (index == 0)
		floating = 0;
	server->az = project->region->az[draw(REGION_AZS)];
	server->vpc = subnet->vpc;
	server->n_nics = 1;
	server->nics = g_new0(Nic, 1);
	server->nics[0] = (Nic){ subnet, subnet_take(subnet, 0), 0 };
	for (int i = 0; !server->nics[0].ip && i < PROJECT_SUBNETS; i++) {
		server->nics[0].subnet = &project->subnets[i];
		server->nics[0].ip = subnet_take(&project->subnets[i], 0);
		server->vpc = project->subnets[i].vpc;
	}
	if (index % 4 == 0 && floating < MAX_FLOATING) {
		static const uint32_t nets[] = { 203U << 24 | 113 << 8,
						 198U << 24 | 51 << 16 | 100 << 8 };
		server->nics[0].eip = nets[floating / 250] + floating % 250 + 2;
		floating++;
	}
	server->groups[0] = &project->groups[draw(PROJECT_GROUPS)];
	server->image = &project->region->images[draw(4)];
	server->n_disks = index % 3 == 1 ? 2 : 1;
	server->disks = g_new0(Disk, server->n_disks);
	server->disks[0] = (Disk){ "SSD", 40 };
	if (server->n_disks == 2)
		server->disks[1] = (Disk){ "SAS", 100 * (1 + (int)draw(5)) };
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

#define DEFAULT_QUOTA_ROOM 100
#define QUOTA_CORES 8	   /* per server of the quota */
#define QUOTA_RAM_MB 16384 /* the same */
#define QUOTA_EIP_ROOM 10

static void quota_init(Project *project)
{
	int servers = world.options.quota;

	if (!servers)
		servers = project->servers_used + DEFAULT_QUOTA_ROOM;
	project->max_servers = servers;
	project->max_cores = servers * QUOTA_CORES;
	project->max_ram_mb = servers * QUOTA_RAM_MB;
	project->max_eips = project->eips_used + QUOTA_EIP_ROOM;
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
	for (int i = 0; i < WORLD_PROJECTS; i++)
		quota_init(&world.projects[i]);
}
