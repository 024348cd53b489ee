/*
 * One server and everything that can happen to it. A change is a list of steps with times; the
 * world applies those that are due. The status is never stored: it follows from vm_state and
 * task_state by the documented table (unless a test forced one through the control API).
 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "contrib/sandbox/image.h"

/* Pairs: interned strings key, value, key, value, … in a GPtrArray; keys are unique */
typedef GPtrArray Pairs;

typedef struct {
	const char *type; /* interned */
	int size_gb;
} Disk;

typedef struct {
	const char *action; /* interned */
	char request_id[41];
	int64_t start, finish; /* finish may still be ahead */
	bool failed;
} Event;

typedef struct {
	int code;
	char *message;
	char *details; /* or NULL */
	int64_t created;
} Fault;

struct Server {
	char id[37];
	char *name;
	char *hostname; /* NULL: the name, which has not been changed since it was made */
	char *description;
	uint64_t key; /* port, volume and host ids are derived from it */
	Project *project;
	const User *user;
	const char *az; /* of the region's names */
	const Flavor *flavor, *old_flavor;
	const Image *image;
	const Vpc *vpc;
	SecurityGroup *groups[SERVER_GROUPS];
	Nic *nics;
	int n_nics;
	int nic_numbers;   /* given to NICs so far */
	bool release_eips; /* when it is deleted; else they are unbound */
	Volume **disks;	   /* by device; the first is the system disk */
	int n_disks;
	const char *vm, *task, *old_vm; /* interned; task may be NULL */
	const char *forced_status;	/* interned; NULL: by the table */
	bool visible;			/* false: just created, not in the scheduler's books yet */
	bool locked;
	bool from_volume; /* Nova's: it boots from a volume, and tells no image */
	bool no_recovery; /* automatic recovery was switched off */
	bool password_cleared;
	unsigned system_disks;	    /* how often the system disk was replaced */
	const char *dedicated_host; /* of project_dedicated_host(); NULL: the shared pool */
	const Image *next_image;    /* what a rebuild under way leads to */
	const char *next_key;
	bool takes_disks; /* being deleted, and its data disks with it */
	int64_t created, updated, launched, terminated; /* 0: never */
	const char *key_name;
	const char *group_hint;	    /* interned server group id, or NULL */
	const char *reservation_id; /* interned */
	int launch_index;
	char *user_data; /* base64 or NULL */
	Pairs *tags;	 /* or NULL */
	Pairs *meta;	 /* NULL: the system's keys only */
	Fault *fault;	 /* or NULL */
	GQueue *steps;	 /* or NULL */
	GPtrArray
		*events; /* Event, oldest first; or NULL; without the creation of seeded servers */
};

Pairs *pairs_new(void);
/** pairs_get - value or NULL; @pairs may be NULL. */
const char *pairs_get(const Pairs *pairs, const char *key);
void pairs_set(Pairs **pairs, const char *key, const char *value);
bool pairs_remove(Pairs *pairs, const char *key);
/** pairs_count - number of pairs; 0 for NULL. */
unsigned pairs_count(const Pairs *pairs);

/** server_new - a bare server with a fresh id in @project, not in the world yet. */
Server *server_new(Project *project);
void server_free(Server *server);
/** server_enter - put it into the world and the quota's count; takes ownership. */
void server_enter(Server *server);
/** server_drop - out of the world at once; its addresses become free. @bury: keep for changes-since
 */
void server_drop(Server *server, bool bury);
/** server_find - the visible server of @project with that id, or NULL. */
Server *server_find(const Project *project, const char *id);

/** server_rename - @name: copied. The host name stays what it was at first (ecs.md L5, 0.1). */
void server_rename(Server *server, const char *name);
const char *server_hostname(const Server *server);

const char *server_status(const Server *server);
int server_power(const Server *server);
/** server_status_known - is it a status of the documented table? */
bool server_status_known(const char *status);
/** server_matches_status - does the list filter status=@status select it (ecs.md 2.1)? */
bool server_matches_status(const Server *server, const char *status);
/** server_meta - all metadata with the system's keys; owned, free with g_ptr_array_unref(). */
Pairs *server_meta(const Server *server);
/** server_own_meta - the stored metadata, made complete first, for changing. */
Pairs **server_own_meta(Server *server);
/** server_has_tag - by key, or by "key=value". */
bool server_has_tag(const Server *server, const char *tag);
/** server_touch - it changed now. */
void server_touch(Server *server);
void server_set_fault(Server *server, int code, const char *message, const char *details);
/** server_event - note an action in the instance action log, from now to @finish. */
void server_event(Server *server, const char *action, const char *request_id, int64_t finish,
		  bool failed);
/** server_groups - of NIC @index, ended by NULL if there are less than SERVER_GROUPS. */
SecurityGroup *const *server_groups(const Server *server, int index);
/** server_all_groups - of all its NICs, each once; owned, free with g_ptr_array_unref(). */
GPtrArray *server_all_groups(const Server *server);
/** server_add_nic - a network interface more. Returns: borrowed until the next one comes or goes.
 */
Nic *server_add_nic(Server *server, Subnet *subnet, uint32_t ip);
/** server_remove_nic - its address becomes free, its EIP unbound. */
void server_remove_nic(Server *server, int index);
/** server_port - port id of NIC @index. Returns: borrowed, ring. */
const char *server_port(const Server *server, int index);
const char *server_mac(const Server *server, int index);

/*
 * Changes. Each starts now, unconditionally: whether the state allows it is the API's business.
 * Each returns the time at which it will be over.
 */
/** server_boot - @absent_ms: how long nobody sees it. */
int64_t server_boot(Server *server, int absent_ms, bool fail);
int64_t server_start(Server *server);
int64_t server_stop(Server *server, bool hard);
int64_t server_reboot(Server *server, bool hard);
/** server_resize - @confirm: end in the state before, not in VERIFY_RESIZE. */
int64_t server_resize(Server *server, const Flavor *flavor, bool confirm);
void server_confirm_resize(Server *server);
int64_t server_revert_resize(Server *server);
/** server_rebuild - a fresh system disk with @image on it; ends in the state before, or running if
 * that was an error. @key_name: interned or NULL. */
int64_t server_rebuild(Server *server, const Image *image, const char *key_name);
/** server_migrate - to a dedicated host, or NULL: the shared pool. */
int64_t server_migrate(Server *server, const char *dedicated_host);
/** server_snapshot - an image is made of it; it goes on as it is. */
int64_t server_snapshot(Server *server);
int64_t server_delete(Server *server);
/** server_halt - forget what was going to happen. */
void server_halt(Server *server);
/** server_advance - apply the steps due by @now. Returns: false when no step is left. */
bool server_advance(Server *server, int64_t now);

#endif
