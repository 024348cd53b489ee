/*
 * The world: the account with its users, regions, projects, flavors, images and networks, and the
 * clock-driven part of it, the servers that are changing. Everything is made from the seed alone,
 * so equal seeds give equal clouds. There is one world; servers themselves are in server.h.
 */
#ifndef SANDBOX_WORLD_H
#define SANDBOX_WORLD_H

#include "contrib/sandbox/network.h"

typedef struct Image Image; /* image.h */
typedef struct Volume Volume;

#define MAX_MICROVERSION 60 /* of Nova, that is there to be had */
#define REGION_AZS 3
#define WORLD_REGIONS 2
#define WORLD_PROJECTS 4 /* eu-de, eu-nl, eu-de_dev, MOS */
#define WORLD_USERS 2	 /* demo, reader */

typedef struct {
	const char *id; /* also the name */
	int vcpus;
	int ram_mb;
	const char *generation, *performance, *resource_type;
	const char *status; /* cond:operation:status */
	const char *az;	    /* "01(normal),02(sellout)", or NULL; see flavor_az() */
	int max_rate_mb, min_rate_mb, max_pps;
	const char *extra; /* more extra specs as JSON members, or NULL */
	bool no_capacity;  /* accepted, but every boot fails with Ecs.0319 */
} Flavor;

/** The flavors, ordered by id, ended by one without id. */
extern const Flavor world_flavors[];

struct Region {
	const char *name, *description;
	const char *az[REGION_AZS];
	GPtrArray *images;	/* Image, owned, oldest first; the first day's begin it */
	GPtrArray *dead_images; /* Image, owned: deleted ones, which servers may still name */
};

struct Project {
	char id[33];
	const char *name;
	Region *region;	 /* NULL: MOS, the project of the object storage */
	Project *parent; /* NULL: the account */
	const char *description;
	Network network;	/* its first security group is the default */
	GPtrArray *servers;	/* Server, borrowed, oldest first; also those not visible yet */
	GPtrArray *volumes;	/* Volume, borrowed, oldest first; also disks of servers */
	GHashTable *volume_ids; /* the same as a set, owned */
	GPtrArray *snapshots;	/* Snapshot, owned, oldest first */
	GPtrArray *graves;	/* Server, owned: deleted ones, for changes-since */
	int max_servers, max_cores, max_ram_mb;
	int servers_used, cores_used, ram_mb_used;
	int max_volumes, max_gigabytes, max_snapshots;
	int volumes_used, gigabytes_used, snapshots_used;
};

typedef struct {
	char *name, *public_key, *fingerprint;
	int number;
	int64_t created;
} Keypair;

typedef struct {
	char id[33];
	const char *name;
	const char *password;
	const char *access_key, *secret_key; /* see access.h */
	const char *role;
	bool read_only;	     /* writes are refused with Pdp.0001 */
	const char *barred;  /* name of the project it has no rights on, or NULL */
	GPtrArray *keypairs; /* Keypair, owned */
} User;

/* What the command line says about the world; times in milliseconds */
typedef struct {
	gboolean openstack; /* plain: no API of the cloud's own */
	int microversion;   /* of Nova: 2.1 to that */
	int servers;
	int machines; /* bare metal servers */
	int seed;
	int quota; /* servers per project; 0: what is there and 100 more */
	int boot_ms, absent_ms, start_ms, stop_ms, reboot_ms, resize_ms, delete_ms, image_ms,
		network_ms, volume_ms;
	int job_ms;	    /* from the call to the begin of its job */
	int token_lifetime; /* seconds */
} WorldOptions;

typedef struct {
	WorldOptions options;
	char *base; /* "http://127.0.0.1:PORT" */
	char domain_id[33];
	const char *domain_name;
	uint64_t key; /* all derived ids hang on it */
	GRand *rand;
	User users[WORLD_USERS];
	Region regions[WORLD_REGIONS];
	Project projects[WORLD_PROJECTS];
	GHashTable *servers; /* id -> Server, owned */
	GPtrArray *busy;     /* Server, borrowed: those with a change under way */
} World;

extern World world;

/** world_init - make the cloud; world.base must be set by the time a request is answered. */
void world_init(const WorldOptions *options);
void world_clear(void);
/** world_settle - let everything happen that was due by @now. Call before looking at servers. */
void world_settle(int64_t now);

/** world_uuid - a fresh UUID from the world's random numbers. Returns: borrowed, ring. */
const char *world_uuid(void);
/** world_hex - @digits (at most 64) fresh hex digits. Returns: borrowed, ring. */
const char *world_hex(int digits);
/** world_key - 64 fresh random bits. */
uint64_t world_key(void);

Region *world_region(const char *name);
Project *world_project_by_id(const char *id);
Project *world_project_by_name(const char *name);
/** world_allowed - may @user have a token for @project? */
bool world_allowed(const User *user, const Project *project);

const Flavor *world_flavor(const char *id);
/** flavor_ref - how Nova names it: by a number in plain OpenStack. Returns: borrowed, ring. */
const char *flavor_ref(const Flavor *flavor);
/** world_flavor_by_ref - NULL: there is none. */
const Flavor *world_flavor_by_ref(const char *ref);
/** flavor_state - "normal", "sellout", … of @flavor in that availability zone. */
const char *flavor_state(const Flavor *flavor, const char *az);
/** flavor_usable - can a server of this flavor be started there? */
bool flavor_usable(const Flavor *flavor, const char *az);
/** flavor_az - the cond:operation:az of a region, NULL if there is none. Owned by the caller. */
char *flavor_az(const Flavor *flavor, const Region *region);

/** region_az - the static name of the zone, or NULL if the region has none of that name. */
const char *region_az(const Region *region, const char *name);
Vpc *project_vpc(const Project *project, const char *id);
Subnet *project_subnet(const Project *project, const char *id);
#define DEDICATED_HOSTS 2
/** project_dedicated_hosts - id of host @index. Returns: interned. */
const char *project_dedicated_hosts(const Project *project, int index);
/** project_dedicated_host - @id, interned; NULL if the project has no such host. */
const char *project_dedicated_host(const Project *project, const char *id);
/** project_group - by id or name. */
SecurityGroup *project_group(const Project *project, const char *id_or_name);
/** project_default_group - the group that is there from the start. */
SecurityGroup *project_default_group(const Project *project);
/**
 * subnet_take - reserve an address.
 * @want: 0 for any.
 * Returns: 0 if it is taken or the subnet is full.
 */
uint32_t subnet_take(Subnet *subnet, uint32_t want);
void subnet_release(Subnet *subnet, uint32_t ip);
/** subnet_holds - is @ip one that a server in @subnet can have? */
bool subnet_holds(const Subnet *subnet, uint32_t ip);

const Keypair *user_keypair(const User *user, const char *name);
/** user_keypair_add - the name must be free. @public_key: owned by the key pair from now on. */
const Keypair *user_keypair_add(User *user, const char *name, char *public_key);

#endif
