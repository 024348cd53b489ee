#include "contrib/sandbox/world.h"

#include <string.h>

#include "contrib/sandbox/seed.h"
#include "contrib/sandbox/server.h"
#include "contrib/sandbox/sshkey.h"
#include "contrib/sandbox/volume.h"

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
	for (int i = 0; i < WORLD_REGIONS; i++)
		images_settle(&world.regions[i], now);
	volumes_settle(now);
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

const char *region_az(const Region *region, const char *name)
{
	for (int i = 0; i < REGION_AZS; i++)
		if (strcmp(region->az[i], name) == 0)
			return region->az[i];
	return NULL;
}

Vpc *project_vpc(const Project *project, const char *id)
{
	return network_find(project->network.vpcs, id);
}

Subnet *project_subnet(const Project *project, const char *id)
{
	return network_find(project->network.subnets, id);
}

const char *project_dedicated_hosts(const Project *project, int index)
{
	uint64_t key = text_hash(world.key, project->id);

	return text_intern(text_uuid(key, text_format("dedicated host %d", index)));
}

const char *project_dedicated_host(const Project *project, const char *id)
{
	for (int i = 0; i < DEDICATED_HOSTS; i++)
		if (strcmp(project_dedicated_hosts(project, i), id) == 0)
			return project_dedicated_hosts(project, i);
	return NULL;
}

SecurityGroup *project_group(const Project *project, const char *id_or_name)
{
	const GPtrArray *groups = project->network.groups;
	SecurityGroup *found = network_find(groups, id_or_name);

	for (unsigned i = 0; i < groups->len && !found; i++)
		if (strcmp(((SecurityGroup *)groups->pdata[i])->name, id_or_name) == 0)
			found = groups->pdata[i];
	return found;
}

SecurityGroup *project_default_group(const Project *project)
{
	return project->network.groups->pdata[0];
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

	*keypair = (Keypair){
		.name = g_strdup(name),
		.public_key = public_key,
		.fingerprint = sshkey_fingerprint(public_key),
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
		volumes_clear(project);
		g_ptr_array_unref(project->graves);
		g_ptr_array_unref(project->servers);
	}
	g_clear_pointer(&world.busy, g_ptr_array_unref);
	g_hash_table_unref(world.servers);
	for (int i = 0; i < WORLD_PROJECTS; i++)
		network_clear(&world.projects[i].network);
	for (int i = 0; i < WORLD_USERS; i++)
		g_ptr_array_unref(world.users[i].keypairs);
	for (int i = 0; i < WORLD_REGIONS; i++)
		images_clear(&world.regions[i]);
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
	world.users[0].access_key = "SANDBOXDEMO000000001";
	world.users[0].secret_key = "sandboxDemoSecretKeyOpensNoDoorsAtAll001";
	user_init(&world.users[1], "reader", "readonly", "eu-de_dev");
	world.users[1].access_key = "SANDBOXREADER0000001";
	world.users[1].secret_key = "sandboxReaderSecretKeyOpensNoDoorsAll001";
	world.users[1].read_only = true;
	seed_init();
}
