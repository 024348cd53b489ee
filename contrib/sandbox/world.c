#include "contrib/sandbox/world.h"

#include <string.h>

#include "contrib/sandbox/seed.h"
#include "contrib/sandbox/server.h"

World world;

uint64_t world_key(void)
{
	uint64_t high = g_rand_int(world.rand);

	return high << 32 | g_rand_int(world.rand);
}

const char *world_uuid(void)
{
	return text_uuid(world_key(), "world");
}

const char *world_hex(int digits)
{
	return text_hex(world_key(), "world", digits);
}

void world_settle(int64_t now)
{
	/* backwards: a server that is done swaps its place with the last, seen already */
	for (unsigned i = world.busy->len; i-- > 0;)
		if (i < world.busy->len)
			server_advance(world.busy->pdata[i], now);
}

Region *world_region(const char *name)
{
	for (int i = 0; i < WORLD_REGIONS; i++)
		if (strcmp(world.regions[i].name, name) == 0)
			return &world.regions[i];
	return NULL;
}

Project *world_project_by_id(const char *id)
{
	for (int i = 0; i < WORLD_PROJECTS; i++)
		if (strcmp(world.projects[i].id, id) == 0)
			return &world.projects[i];
	return NULL;
}

Project *world_project_by_name(const char *name)
{
	for (int i = 0; i < WORLD_PROJECTS; i++)
		if (strcmp(world.projects[i].name, name) == 0)
			return &world.projects[i];
	return NULL;
}

bool world_allowed(const User *user, const Project *project)
{
	return !user->barred || strcmp(user->barred, project->name) != 0;
}

const Image *region_image(const Region *region, const char *id)
{
	for (int i = 0; i < REGION_IMAGES; i++)
		if (strcmp(region->images[i].id, id) == 0)
			return &region->images[i];
	return NULL;
}

const char *region_az(const Region *region, const char *name)
{
	for (int i = 0; i < REGION_AZS; i++)
		if (strcmp(region->az[i], name) == 0)
			return region->az[i];
	return NULL;
}

const Vpc *project_vpc(const Project *project, const char *id)
{
	for (int i = 0; i < PROJECT_VPCS; i++)
		if (strcmp(project->vpcs[i].id, id) == 0)
			return &project->vpcs[i];
	return NULL;
}

Subnet *project_subnet(Project *project, const char *id)
{
	for (int i = 0; i < PROJECT_SUBNETS; i++)
		if (strcmp(project->subnets[i].id, id) == 0)
			return &project->subnets[i];
	return NULL;
}

const SecurityGroup *project_group(const Project *project, const char *id_or_name)
{
	for (int i = 0; i < PROJECT_GROUPS; i++)
		if (strcmp(project->groups[i].id, id_or_name) == 0 ||
		    strcmp(project->groups[i].name, id_or_name) == 0)
			return &project->groups[i];
	return NULL;
}

#define FIRST_HOST 10 /* below: gateway and DHCP */
#define LAST_HOST 0xfffe
#define NETMASK 0xffff0000

bool subnet_holds(const Subnet *subnet, uint32_t ip)
{
	return (ip & NETMASK) == subnet->net && (ip & ~NETMASK) >= 2 &&
	       (ip & ~NETMASK) <= LAST_HOST;
}

uint32_t subnet_take(Subnet *subnet, uint32_t want)
{
	if (want) {
		if (g_hash_table_contains(subnet->used, GUINT_TO_POINTER(want)))
			return 0;
		g_hash_table_add(subnet->used, GUINT_TO_POINTER(want));
		return want;
	}
	for (int tries = FIRST_HOST; tries <= LAST_HOST; tries++) {
		uint32_t ip = subnet->net + subnet->next;
		subnet->next = subnet->next == LAST_HOST ? FIRST_HOST : subnet->next + 1;
		if (g_hash_table_add(subnet->used, GUINT_TO_POINTER(ip)))
			return ip;
	}
	return 0;
}

void subnet_release(Subnet *subnet, uint32_t ip)
{
	g_hash_table_remove(subnet->used, GUINT_TO_POINTER(ip));
}

/* ---- key pairs ---- */

static void keypair_free(gpointer data)
{
	Keypair *keypair = data;

	g_free(keypair->name);
	g_free(keypair->public_key);
	g_free(keypair->fingerprint);
	g_free(keypair);
}

const Keypair *user_keypair(const User *user, const char *name)
{
	for (unsigned i = 0; i < user->keypairs->len; i++) {
		const Keypair *keypair = user->keypairs->pdata[i];
		if (strcmp(keypair->name, name) == 0)
			return keypair;
	}
	return NULL;
}

const Keypair *user_keypair_add(User *user, const char *name, char *public_key)
{
	static int numbers;
	Keypair *keypair = g_new0(Keypair, 1);
	g_auto(GStrv) part = g_strsplit(public_key, " ", 3);
	gsize len = 0;
	g_autofree guchar *blob = g_base64_decode(part[0] && part[1] ? part[1] : "", &len);
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, blob, len);
	GString *fingerprint = g_string_new(NULL);

	for (int i = 0; i < 32; i += 2)
		g_string_append_printf(fingerprint, "%s%.2s", i ? ":" : "", sum + i);
	*keypair = (Keypair){
		.name = g_strdup(name),
		.public_key = public_key,
		.fingerprint = g_string_free(fingerprint, FALSE),
		.number = ++numbers,
		.created = clock_now(),
	};
	g_ptr_array_add(user->keypairs, keypair);
	return keypair;
}

void world_clear(void)
{
	for (int i = 0; i < WORLD_PROJECTS; i++) {
		Project *project = &world.projects[i];
		for (int j = 0; j < PROJECT_SUBNETS; j++)
			g_hash_table_unref(project->subnets[j].used);
		g_ptr_array_unref(project->graves);
		g_ptr_array_unref(project->servers);
	}
	g_clear_pointer(&world.busy, g_ptr_array_unref);
	g_hash_table_unref(world.servers);
	for (int i = 0; i < WORLD_USERS; i++)
		g_ptr_array_unref(world.users[i].keypairs);
	g_rand_free(world.rand);
	g_free(world.base);
	world = (World){ 0 };
}

static void user_init(User *user, const char *name, const char *role, const char *barred)
{
	*user = (User){
		.name = name,
		.password = "sandbox",
		.role = role,
		.barred = barred,
		.keypairs = g_ptr_array_new_with_free_func(keypair_free),
	};
	g_strlcpy(user->id, world_hex(32), sizeof user->id);
}

void world_init(const WorldOptions *options)
{
	world = (World){
		.options = *options,
		.domain_name = "OTC-SANDBOX",
		.rand = g_rand_new_with_seed((guint32)options->seed),
		.busy = g_ptr_array_new(),
		.servers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
						 (GDestroyNotify)server_free),
	};
	world.key = world_key();
	g_strlcpy(world.domain_id, world_hex(32), sizeof world.domain_id);
	user_init(&world.users[0], "demo", "te_admin", NULL);
	user_init(&world.users[1], "reader", "readonly", "eu-de_dev");
	world.users[1].read_only = true;
	seed_init();
}
