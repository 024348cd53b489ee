/*
 * Volumes, their types and their snapshots. The disks of servers and the volumes of EVS are the
 * same objects: a server has a list of them, each of them knows its server. A cloud of 100,000
 * servers has more disks than servers, so what few volumes have is kept beside (VolumeMore).
 */
#ifndef SANDBOX_VOLUME_H
#define SANDBOX_VOLUME_H

#include "contrib/sandbox/server.h"

#define VOLUME_MAX_GB 32768
#define VOLUME_BOOT_MAX_GB 1024
#define VOLUME_MIN_GB 10 /* of a data disk */
#define SERVER_DISKS 24	 /* that can be attached to a server, with the system disk */

typedef struct {
	const char *name;
	const char *zones;    /* digits of the zones that have it: "123" */
	const char *sold_out; /* the same, of those where nothing is left */
} VolumeType;

/** The types, ended by one without name. */
extern const VolumeType volume_types[];

/* What few volumes have */
typedef struct {
	char *description; /* or NULL */
	Pairs *meta, *tags;
	char *snapshot_id, *source_id; /* that it was made from, or NULL */
	const Image *image;	       /* the same */
	const char *attachment_id;     /* interned; NULL: derived */
	int64_t updated, attached;     /* 0: when it was created */
	bool read_only;
} VolumeMore;

struct Volume {
	uint64_t id[2]; /* the UUID's bytes, high half first */
	Project *project;
	Server *server; /* that it is attached to, or about to be; NULL: none */
	char *name;
	const char *type;   /* of volume_types */
	const char *az;	    /* of the region's names */
	const char *status; /* static; NULL: available or in-use, as it is attached or not */
	VolumeMore *more;   /* or NULL */
	int64_t created;    /* 0: with its server */
	int size_gb;
	short slot; /* of an attached one: 0 is /dev/vda, the system disk */
	bool bootable, shared;
};

typedef struct {
	char id[37];
	Project *project;
	Volume *volume;
	char *name, *description; /* description: or NULL */
	const char *status;	  /* static */
	int size_gb;
	int64_t created, updated;
	Pairs *meta;
} Snapshot;

/** volume_type - the type of that name, or NULL. */
const VolumeType *volume_type(const char *name);
/** volume_type_has - is it in that zone of @region (@sold: and sold out there)? */
bool volume_type_has(const VolumeType *type, const Region *region, const char *az, bool *sold);

/** volume_new - a free volume in the project's books and quotas. @type: of the table. */
Volume *volume_new(Project *project, const char *id, const char *name, const char *type,
		   const char *az, int size_gb);
/** volume_drop - gone at once, from its server as well; its snapshots too. */
void volume_drop(Volume *volume);
/** volume_find - by id; NULL: none, or its server is not to be seen yet. */
Volume *volume_find(const Project *project, const char *id);
/** volume_hidden - does it belong to a server that is not in the books yet? */
bool volume_hidden(const Volume *volume);
/** volume_id - Returns: borrowed, ring. */
const char *volume_id(const Volume *volume);
const char *volume_status(const Volume *volume);
/** volume_is - is its status one of those in @statuses, blanks between? */
bool volume_is(const Volume *volume, const char *statuses);
int64_t volume_created(const Volume *volume);
int64_t volume_updated(const Volume *volume);
/** volume_attached - is it there for the guest to use? Its attachments[] say so then. */
bool volume_attached(const Volume *volume);
/** volume_device - "/dev/vdb". Returns: borrowed, ring. */
const char *volume_device(const Volume *volume);
/** volume_more - what few have, made if need be. */
VolumeMore *volume_more(Volume *volume);
void volume_touch(Volume *volume);
/** volume_resize - the size, and the quota's count. */
void volume_resize(Volume *volume, int size_gb);
/** volume_snapshots - how many snapshots of it there are. */
int volume_snapshots(const Volume *volume);

/** server_add_disk - a new volume, attached to a server that is being made. */
Volume *server_add_disk(Server *server, const char *type, int size_gb);
/** server_system_disk - NULL if it is detached. */
Volume *server_system_disk(const Server *server);
/** server_renew_disk - a new system disk in place of the old one, of another id. */
void server_renew_disk(Server *server);
/** server_part_disks - the server is gone: its system disk too, the others are kept or not. */
void server_part_disks(Server *server);
/** server_disk - the disk of that volume id, or NULL. */
Volume *server_disk(const Server *server, const char *id);
/** server_free_slot - the first free device, -1: none. @want: "/dev/vdc", or NULL for any. */
int server_free_slot(const Server *server, const char *want);

/*
 * Changes that take a time. Each starts now, unconditionally, and returns when it will be over.
 */
int64_t volume_create(Volume *volume, bool fail);
int64_t volume_delete(Volume *volume);
int64_t volume_extend(Volume *volume, int size_gb, bool fail);
int64_t volume_retype(Volume *volume, const char *type);
int64_t volume_attach(Volume *volume, Server *server, int slot, bool fail);
int64_t volume_detach(Volume *volume);

Snapshot *snapshot_new(Volume *volume, const char *name, const char *description);
Snapshot *snapshot_find(const Project *project, const char *id);
int64_t snapshot_delete(Snapshot *snapshot);
int64_t snapshot_rollback(Snapshot *snapshot, Volume *volume);

/** volumes_settle - let everything happen that was due by @now. */
void volumes_settle(int64_t now);
void volumes_init(Project *project);
void volumes_clear(Project *project);

/** quota_volumes - the used-up quota's name ("volumes", "gigabytes"), or NULL if there is room. */
const char *quota_volumes(const Project *project, int volumes, int64_t gigabytes);

#endif
