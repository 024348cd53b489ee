#include "contrib/sandbox/volume.h"

#include <stdio.h>
#include <string.h>

const VolumeType volume_types[] = {
	{ "SSD", "123", "" },	{ "SAS", "123", "" },	{ "SATA", "123", "" },
	{ "GPSSD", "123", "" }, { "ESSD", "123", "3" }, { "GPSSD2", "12", "" },
	{ "uh-l1", "12", "" },	{ "co-p1", "12", "" },	{},
};

const VolumeType *volume_type(const char *name)
{
	for (const VolumeType *type = volume_types; type->name; type++)
		if (strcmp(type->name, name) == 0)
			return type;
	return NULL;
}

bool volume_type_has(const VolumeType *type, const Region *region, const char *az, bool *sold)
{
	char digit = '1';

	for (int i = 0; i < REGION_AZS; i++)
		if (strcmp(region->az[i], az) == 0)
			digit = (char)('1' + i);
	*sold = strchr(type->sold_out, digit) != NULL;
	return strchr(type->zones, digit) != NULL;
}

/* ---- what is due ---- */

typedef struct {
	int64_t at;
	Volume *volume;
	Snapshot *snapshot; /* NULL: of the volume itself */
	const char *type;   /* the one that a retype leads to */
	int size_gb;	    /* that an extension leads to */
	void (*then)(const void *due);
} Due;

static GPtrArray *dues; /* Due, owned, in the order they were begun */

static int64_t later(void)
{
	return clock_now() + world.options.volume_ms * MSEC;
}

static int64_t begin(Due due, const char *status)
{
	if (!dues)
		dues = g_ptr_array_new_with_free_func(g_free);
	due.at = later();
	if (due.snapshot)
		due.snapshot->status = status;
	if (status && !due.snapshot) {
		due.volume->status = status;
		volume_touch(due.volume);
	}
	g_ptr_array_add(dues, g_memdup2(&due, sizeof due));
	return due.at;
}

static void forget(const Volume *volume, const Snapshot *snapshot)
{
	for (unsigned i = dues ? dues->len : 0; i-- > 0;) {
		const Due *due = dues->pdata[i];
		if ((volume && due->volume == volume) || (snapshot && due->snapshot == snapshot))
			g_ptr_array_remove_index(dues, i);
	}
}

void volumes_settle(int64_t now)
{
	for (unsigned i = 0; dues && i < dues->len;) {
		if (((const Due *)dues->pdata[i])->at > now) {
			i++;
			continue;
		}
		g_autofree Due *due = g_memdup2(dues->pdata[i], sizeof *due);
		g_ptr_array_remove_index(dues, i);
		due->then(due);
		i = 0; /* it may have taken others with it */
	}
}

/* ---- the object ---- */

static bool parse_id(const char *text, uint64_t id[2])
{
	id[0] = id[1] = 0;
	if (!text_is_uuid(text))
		return false;
	for (int digits = 0; *text; text++)
		if (*text != '-') {
			id[digits / 16] =
				id[digits / 16] << 4 | (uint64_t)g_ascii_xdigit_value(*text);
			digits++;
		}
	return true;
}

static unsigned hash_id(const void *key)
{
	return (unsigned)((const Volume *)key)->id[0];
}

static gboolean same_id(const void *a, const void *b)
{
	return memcmp(((const Volume *)a)->id, ((const Volume *)b)->id, sizeof(uint64_t[2])) == 0;
}

static void more_free(VolumeMore *more)
{
	if (!more)
		return;
	g_clear_pointer(&more->meta, g_ptr_array_unref);
	g_clear_pointer(&more->tags, g_ptr_array_unref);
	g_free(more->description);
	g_free(more->snapshot_id);
	g_free(more->source_id);
	g_free(more);
}

static void volume_free(void *data)
{
	Volume *volume = data;

	more_free(volume->more);
	g_free(volume->name);
	g_free(volume);
}

static void snapshot_free(void *data)
{
	Snapshot *snapshot = data;

	g_clear_pointer(&snapshot->meta, g_ptr_array_unref);
	g_free(snapshot->name);
	g_free(snapshot->description);
	g_free(snapshot);
}

void volumes_init(Project *project)
{
	project->volumes = g_ptr_array_new();
	project->snapshots = g_ptr_array_new_with_free_func(snapshot_free);
	project->volume_ids = g_hash_table_new_full(hash_id, same_id, volume_free, NULL);
}

void volumes_clear(Project *project)
{
	g_clear_pointer(&dues, g_ptr_array_unref);
	g_clear_pointer(&project->snapshots, g_ptr_array_unref);
	g_clear_pointer(&project->volumes, g_ptr_array_unref);
	g_clear_pointer(&project->volume_ids, g_hash_table_unref);
}

Volume *volume_new(Project *project, const char *id, const char *name, const char *type,
		   const char *az, int size_gb)
{
	Volume *volume = g_new0(Volume, 1);

	parse_id(id, volume->id);
	volume->project = project;
	volume->name = g_strdup(name);
	volume->type = type;
	volume->az = az;
	volume->size_gb = size_gb;
	g_hash_table_add(project->volume_ids, volume);
	g_ptr_array_add(project->volumes, volume);
	project->volumes_used++;
	project->gigabytes_used += size_gb;
	return volume;
}

static void leave_server(Volume *volume)
{
	Server *server = volume->server;

	volume->server = NULL;
	for (int i = 0; server && i < server->n_disks; i++) {
		if (server->disks[i] != volume)
			continue;
		server->n_disks--;
		memmove(&server->disks[i], &server->disks[i + 1],
			sizeof *server->disks * (size_t)(server->n_disks - i));
		break;
	}
}

static void snapshot_drop(Snapshot *snapshot)
{
	forget(NULL, snapshot);
	snapshot->project->snapshots_used--;
	snapshot->project->gigabytes_used -= snapshot->size_gb;
	g_ptr_array_remove(snapshot->project->snapshots, snapshot);
}

void volume_drop(Volume *volume)
{
	Project *project = volume->project;

	for (unsigned i = project->snapshots->len; i-- > 0;)
		if (((Snapshot *)project->snapshots->pdata[i])->volume == volume)
			snapshot_drop(project->snapshots->pdata[i]);
	forget(volume, NULL);
	leave_server(volume);
	project->volumes_used--;
	project->gigabytes_used -= volume->size_gb;
	g_ptr_array_remove(project->volumes, volume);
	g_hash_table_remove(project->volume_ids, volume);
}

bool volume_hidden(const Volume *volume)
{
	return volume->server && !volume->server->visible;
}

Volume *volume_find(const Project *project, const char *id)
{
	Volume key;

	if (!parse_id(id, key.id))
		return NULL;
	Volume *volume = g_hash_table_lookup(project->volume_ids, &key);
	return volume && !volume_hidden(volume) ? volume : NULL;
}

const char *volume_id(const Volume *volume)
{
	uint64_t high = volume->id[0], low = volume->id[1];

	return text_format("%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32),
			   (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xffff),
			   (unsigned)(low >> 48),
			   (unsigned long long)(low & UINT64_C(0xffffffffffff)));
}

/* A server's disks while it is made, by its task */
static const struct {
	const char *task, *system, *data;
} making[] = {
	{ "scheduling", "creating", "creating" },
	{ "block_device_mapping", "downloading", "available" },
	{ "networking", "attaching", "attaching" },
	{},
};

const char *volume_status(const Volume *volume)
{
	const Server *server = volume->server;

	if (volume->status)
		return volume->status;
	if (!server)
		return "available";
	for (int i = 0; strcmp(server->vm, "building") == 0 && making[i].task; i++)
		if (g_strcmp0(server->task, making[i].task) == 0)
			return volume->slot ? making[i].data : making[i].system;
	return "in-use";
}

bool volume_is(const Volume *volume, const char *statuses)
{
	g_auto(GStrv) list = g_strsplit(statuses, " ", -1);

	return g_strv_contains((const char *const *)list, volume_status(volume));
}

bool volume_attached(const Volume *volume)
{
	return volume->server && !volume_is(volume, "creating downloading available attaching");
}

int64_t volume_created(const Volume *volume)
{
	return volume->created ? volume->created : volume->server->created;
}

int64_t volume_updated(const Volume *volume)
{
	return volume->more && volume->more->updated ? volume->more->updated
						     : volume_created(volume);
}

const char *volume_device(const Volume *volume)
{
	if (volume->slot < 26)
		return text_format("/dev/vd%c", 'a' + volume->slot);
	return text_format("/dev/vd%c%c", 'a' + volume->slot / 26 - 1, 'a' + volume->slot % 26);
}

VolumeMore *volume_more(Volume *volume)
{
	if (!volume->more)
		volume->more = g_new0(VolumeMore, 1);
	return volume->more;
}

void volume_touch(Volume *volume)
{
	volume_more(volume)->updated = clock_now();
}

void volume_resize(Volume *volume, int size_gb)
{
	volume->project->gigabytes_used += size_gb - volume->size_gb;
	volume->size_gb = size_gb;
}

int volume_snapshots(const Volume *volume)
{
	int n = 0;

	for (unsigned i = 0; i < volume->project->snapshots->len; i++)
		n += ((const Snapshot *)volume->project->snapshots->pdata[i])->volume == volume;
	return n;
}

const char *quota_volumes(const Project *project, int volumes, int64_t gigabytes)
{
	if (project->volumes_used + volumes > project->max_volumes)
		return "volumes";
	if (project->gigabytes_used + gigabytes > project->max_gigabytes)
		return "gigabytes";
	return NULL;
}

/* ---- disks of servers ---- */

static void enter_server(Volume *volume, Server *server, int slot)
{
	int at = 0;

	server->disks = g_renew(Volume *, server->disks, server->n_disks + 1);
	while (at < server->n_disks && server->disks[at]->slot < slot)
		at++;
	memmove(&server->disks[at + 1], &server->disks[at],
		sizeof *server->disks * (size_t)(server->n_disks - at));
	server->disks[at] = volume;
	server->n_disks++;
	volume->server = server;
	volume->slot = (short)slot;
}

Volume *server_add_disk(Server *server, const char *type, int size_gb)
{
	int slot = server->n_disks;
	const char *id = text_uuid(server->key, text_format("volume %d", slot));
	g_autofree char *name = g_strdup_printf("%.80s-volume-%04d", server->name, slot);
	Volume *volume = volume_new(server->project, id, name, type, server->az, size_gb);

	volume->bootable = slot == 0;
	enter_server(volume, server, slot);
	return volume;
}

void server_part_disks(Server *server)
{
	while (server->n_disks > 0) {
		Volume *volume = server->disks[server->n_disks - 1];
		if (volume->slot == 0 || server->takes_disks) {
			volume_drop(volume);
			continue;
		}
		volume->created = volume_created(volume);
		volume->status = NULL;
		forget(volume, NULL);
		leave_server(volume);
		volume_touch(volume);
	}
}

Volume *server_system_disk(const Server *server)
{
	return server->n_disks && server->disks[0]->slot == 0 ? server->disks[0] : NULL;
}

void server_renew_disk(Server *server)
{
	Volume *old = server_system_disk(server);

	server->system_disks++;
	if (!old)
		return;
	const char *id =
		text_uuid(server->key, text_format("system disk %u", server->system_disks));
	Volume *volume =
		volume_new(server->project, id, old->name, old->type, old->az, old->size_gb);
	volume->bootable = true;
	volume->created = clock_now();
	volume_drop(old);
	enter_server(volume, server, 0);
}

Volume *server_disk(const Server *server, const char *id)
{
	for (int i = 0; i < server->n_disks; i++)
		if (strcmp(volume_id(server->disks[i]), id) == 0)
			return server->disks[i];
	return NULL;
}

int server_free_slot(const Server *server, const char *want)
{
	for (int slot = 0, at = 0; slot < SERVER_DISKS; slot++) {
		Volume probe = { .slot = (short)slot };
		bool taken = at < server->n_disks && server->disks[at]->slot == slot;
		if (taken)
			at++;
		/* without being asked nothing takes the system disk's place */
		else if (want ? strcmp(volume_device(&probe), want) == 0 : slot > 0)
			return slot;
	}
	return -1;
}

/* ---- changes ---- */

static void settle(const void *data)
{
	const Due *due = data;

	due->volume->status = NULL;
	volume_touch(due->volume);
}

static void spoil(const void *data)
{
	((const Due *)data)->volume->status = "error";
}

static void stay(const void *data)
{
	((const Due *)data)->volume->status = "error_extending";
}

static void vanish(const void *data)
{
	volume_drop(((const Due *)data)->volume);
}

static void grow(const void *data)
{
	const Due *due = data;

	volume_resize(due->volume, due->size_gb);
	settle(data);
}

static void turn(const void *data)
{
	const Due *due = data;

	due->volume->type = due->type;
	settle(data);
}

static void join(const void *data)
{
	const Due *due = data;

	settle(data);
	volume_more(due->volume)->attached = due->at;
}

static void part(const void *data)
{
	Volume *volume = ((const Due *)data)->volume;

	volume->created = volume_created(volume);
	leave_server(volume);
	settle(data);
}

int64_t volume_create(Volume *volume, bool fail)
{
	volume->created = clock_now();
	int64_t end = begin((Due){ .volume = volume, .then = fail ? spoil : settle }, "creating");
	volume->more->updated = 0;
	return end;
}

int64_t volume_delete(Volume *volume)
{
	return begin((Due){ .volume = volume, .then = vanish }, "deleting");
}

int64_t volume_extend(Volume *volume, int size_gb, bool fail)
{
	return begin((Due){ .volume = volume, .size_gb = size_gb, .then = fail ? stay : grow },
		     "extending");
}

int64_t volume_retype(Volume *volume, const char *type)
{
	return begin((Due){ .volume = volume, .type = type, .then = turn }, "retyping");
}

int64_t volume_attach(Volume *volume, Server *server, int slot, bool fail)
{
	volume->created = volume_created(volume);
	enter_server(volume, server, slot);
	volume_more(volume)->attachment_id = text_intern(world_uuid());
	server_touch(server);
	return begin((Due){ .volume = volume, .then = fail ? part : join }, "attaching");
}

int64_t volume_detach(Volume *volume)
{
	server_touch(volume->server);
	return begin((Due){ .volume = volume, .then = part }, "detaching");
}

/* ---- snapshots ---- */

static void snapshot_settle(const void *data)
{
	const Due *due = data;

	due->snapshot->status = "available";
	due->snapshot->updated = due->at;
}

static void snapshot_vanish(const void *data)
{
	snapshot_drop(((const Due *)data)->snapshot);
}

static void rolled_back(const void *data)
{
	snapshot_settle(data);
	settle(data);
}

Snapshot *snapshot_new(Volume *volume, const char *name, const char *description)
{
	Snapshot *snapshot = g_new0(Snapshot, 1);

	g_strlcpy(snapshot->id, world_uuid(), sizeof snapshot->id);
	snapshot->project = volume->project;
	snapshot->volume = volume;
	snapshot->name = g_strdup(name);
	snapshot->description = g_strdup(description);
	snapshot->size_gb = volume->size_gb;
	snapshot->created = snapshot->updated = clock_now();
	g_ptr_array_add(volume->project->snapshots, snapshot);
	volume->project->snapshots_used++;
	volume->project->gigabytes_used += volume->size_gb;
	begin((Due){ .snapshot = snapshot, .then = snapshot_settle }, "creating");
	return snapshot;
}

Snapshot *snapshot_find(const Project *project, const char *id)
{
	for (unsigned i = 0; i < project->snapshots->len; i++) {
		Snapshot *snapshot = project->snapshots->pdata[i];
		if (strcmp(snapshot->id, id) == 0)
			return snapshot;
	}
	return NULL;
}

int64_t snapshot_delete(Snapshot *snapshot)
{
	return begin((Due){ .snapshot = snapshot, .then = snapshot_vanish }, "deleting");
}

int64_t snapshot_rollback(Snapshot *snapshot, Volume *volume)
{
	volume->status = world.options.openstack ? "reverting" : "rollbacking";
	volume_touch(volume);
	return begin((Due){ .volume = volume, .snapshot = snapshot, .then = rolled_back },
		     world.options.openstack ? "restoring" : "rollbacking");
}
