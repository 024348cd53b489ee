#include "contrib/sandbox/server.h"

#include <string.h>

#include "contrib/sandbox/bms.h"
#include "contrib/sandbox/volume.h"

/* ---- pairs ---- */

Pairs *pairs_new(void)
{
	return g_ptr_array_new();
}

static int pairs_find(const Pairs *pairs, const char *key)
{
	for (unsigned i = 0; pairs && i < pairs->len; i += 2)
		if (strcmp(pairs->pdata[i], key) == 0)
			return (int)i;
	return -1;
}

const char *pairs_get(const Pairs *pairs, const char *key)
{
	int at = pairs_find(pairs, key);

	return at < 0 ? NULL : pairs->pdata[at + 1];
}

void pairs_set(Pairs **pairs, const char *key, const char *value)
{
	if (!*pairs)
		*pairs = pairs_new();

	int at = pairs_find(*pairs, key);
	gpointer text = (gpointer)text_intern(value);
	if (at >= 0) {
		(*pairs)->pdata[at + 1] = text;
		return;
	}
	g_ptr_array_add(*pairs, (gpointer)text_intern(key));
	g_ptr_array_add(*pairs, text);
}

bool pairs_remove(Pairs *pairs, const char *key)
{
	int at = pairs_find(pairs, key);

	if (at >= 0)
		g_ptr_array_remove_range(pairs, (unsigned)at, 2);
	return at >= 0;
}

unsigned pairs_count(const Pairs *pairs)
{
	return pairs ? pairs->len / 2 : 0;
}

/* ---- life and death of the object ---- */

static void fault_free(Fault *fault)
{
	if (!fault)
		return;
	g_free(fault->message);
	g_free(fault->details);
	g_free(fault);
}

Server *server_new(Project *project)
{
	Server *server = g_new0(Server, 1);

	server->project = project;
	server->key = world_key();
	g_strlcpy(server->id, text_uuid(server->key, "server"), sizeof server->id);
	server->created = server->updated = clock_now();
	server->description = g_strdup("");
	server->vm = "building";
	server->reservation_id = text_intern(text_format("r-%s", text_hex(server->key, "r", 8)));
	return server;
}

void server_free(Server *server)
{
	if (!server)
		return;
	server_halt(server);
	g_free(server->name);
	g_free(server->hostname);
	g_free(server->description);
	g_free(server->user_data);
	for (int i = 0; i < server->n_nics; i++)
		g_clear_pointer(&server->nics[i].port, port_free);
	g_free(server->nics);
	g_free(server->disks);
	g_clear_pointer(&server->tags, g_ptr_array_unref);
	g_clear_pointer(&server->meta, g_ptr_array_unref);
	g_clear_pointer(&server->events, g_ptr_array_unref);
	fault_free(server->fault);
	g_free(server);
}

static void count(const Server *server, int sign)
{
	Project *project = server->project;
	int counted = server_is_bare(server) ? 0 : sign; /* those have quotas of their own */

	project->servers_used += counted;
	project->cores_used += counted * server->flavor->vcpus;
	project->ram_mb_used += counted * server->flavor->ram_mb;
}

Nic *server_add_nic(Server *server, Subnet *subnet, uint32_t ip)
{
	server->nics = g_renew(Nic, server->nics, server->n_nics + 1);
	Nic *nic = &server->nics[server->n_nics++];
	*nic = (Nic){ .subnet = subnet, .ip = ip, .number = server->nic_numbers++ };
	network_changed(server->project);
	return nic;
}

/* Let go of what the NIC holds; the NIC itself stays */
static void clear_nic(Server *server, Nic *nic)
{
	Eip *eip = g_steal_pointer(&nic->eip);

	if (eip) {
		*eip->port_id = '\0';
		eip->private_ip = 0;
		eip->updated = clock_now();
		if (server->release_eips)
			network_drop_eip(server->project, eip);
	}
	subnet_release(nic->subnet, nic->ip);
	network_changed(server->project);
}

void server_remove_nic(Server *server, int index)
{
	Nic *nic = &server->nics[index];

	clear_nic(server, nic);
	if (nic->port)
		port_free(nic->port);
	server->n_nics--;
	memmove(nic, nic + 1, (size_t)(server->n_nics - index) * sizeof *nic);
	server_touch(server);
}

void server_enter(Server *server)
{
	g_hash_table_insert(world.servers, server->id, server);
	g_ptr_array_add(server->project->servers, server);
	network_changed(server->project);
	count(server, 1);
}

#define MAX_GRAVES 1000 /* per project: enough for any test of changes-since */

void server_drop(Server *server, bool bury)
{
	Project *project = server->project;

	server_halt(server);
	count(server, -1);
	server_part_disks(server);
	for (int i = 0; i < server->n_nics; i++)
		clear_nic(server, &server->nics[i]);
	g_hash_table_steal(world.servers, server->id);
	g_ptr_array_remove(project->servers, server);
	if (!bury) {
		server_free(server);
		return;
	}
	server->vm = "deleted";
	server->task = server->forced_status = NULL;
	server->terminated = server->updated = clock_now();
	if (project->graves->len >= MAX_GRAVES)
		g_ptr_array_remove_index(project->graves, 0);
	g_ptr_array_add(project->graves, server);
}

Server *server_find(const Project *project, const char *id)
{
	Server *server = g_hash_table_lookup(world.servers, id);

	return server && server->project == project && server->visible ? server : NULL;
}

void server_rename(Server *server, const char *name)
{
	if (!server->hostname)
		server->hostname = g_steal_pointer(&server->name);
	g_free(server->name);
	server->name = g_strdup(name);
}

const char *server_hostname(const Server *server)
{
	return server->hostname ? server->hostname : server->name;
}

/* ---- what can be derived ---- */

#define ANY_TASK "*"

/* ecs.md 2.2; a task list is separated by blanks, "-" stands for none */
static const struct {
	const char *vm;
	const char *tasks;
	const char *status;
} status_table[] = {
	{ "building", ANY_TASK, "BUILD" },
	{ "active", "rebooting reboot_pending reboot_started", "REBOOT" },
	{ "active", "rebooting_hard reboot_pending_hard reboot_started_hard", "HARD_REBOOT" },
	{ "active", "rebuilding rebuild_block_device_mapping rebuild_spawning", "REBUILD" },
	{ "stopped", "rebuilding rebuild_block_device_mapping rebuild_spawning", "REBUILD" },
	{ "error", "rebuilding rebuild_block_device_mapping rebuild_spawning", "REBUILD" },
	{ "stopped", "rebooting_hard reboot_pending_hard reboot_started_hard", "HARD_REBOOT" },
	{ "error", "rebooting_hard reboot_pending_hard reboot_started_hard", "HARD_REBOOT" },
	{ "active", "migrating", "MIGRATING" },
	{ "active", "resize_prep resize_migrating resize_migrated resize_finish", "RESIZE" },
	{ "stopped", "resize_prep resize_migrating resize_migrated resize_finish", "RESIZE" },
	{ "active", ANY_TASK, "ACTIVE" },
	{ "stopped", ANY_TASK, "SHUTOFF" },
	{ "resized", "resize_reverting", "REVERT_RESIZE" },
	{ "resized", ANY_TASK, "VERIFY_RESIZE" },
	{ "error", ANY_TASK, "ERROR" },
	{ "deleted", ANY_TASK, "DELETED" },
	{ "shelved", ANY_TASK, "SHELVED" },
	{ "shelved_offloaded", ANY_TASK, "SHELVED_OFFLOADED" },
	{ "paused", ANY_TASK, "PAUSED" },
	{ "suspended", ANY_TASK, "SUSPENDED" },
	{ "rescued", ANY_TASK, "RESCUE" },
	{},
};

const char *server_status(const Server *server)
{
	const char *task = server->task ? server->task : "-";

	if (server->forced_status)
		return server->forced_status;
	for (int i = 0; status_table[i].vm; i++) {
		if (strcmp(server->vm, status_table[i].vm) != 0)
			continue;
		if (strcmp(status_table[i].tasks, ANY_TASK) == 0)
			return status_table[i].status;
		g_auto(GStrv) tasks = g_strsplit(status_table[i].tasks, " ", -1);
		if (g_strv_contains((const char *const *)tasks, task))
			return status_table[i].status;
	}
	return "UNKNOWN";
}

bool server_status_known(const char *status)
{
	for (int i = 0; status_table[i].vm; i++)
		if (g_ascii_strcasecmp(status, status_table[i].status) == 0)
			return true;
	return g_ascii_strcasecmp(status, "UNKNOWN") == 0;
}

/* These filters go by vm_state, so ACTIVE also finds REBOOT, RESIZE and so on */
static const struct {
	const char *status;
	const char *vm;
} status_filters[] = {
	{ "ACTIVE", "active" },
	{ "SHUTOFF", "stopped" },
	{ "ERROR", "error" },
	{ "VERIFY_RESIZE", "resized" },
	{},
};

bool server_matches_status(const Server *server, const char *status)
{
	if (g_ascii_strcasecmp(server_status(server), status) == 0)
		return true;
	for (int i = 0; status_filters[i].status && !server->forced_status; i++)
		if (g_ascii_strcasecmp(status, status_filters[i].status) == 0)
			return strcmp(server->vm, status_filters[i].vm) == 0;
	return false;
}

static const struct {
	const char *vm;
	int power;
} power_table[] = {
	{ "active", 1 },
	{ "resized", 1 },
	{ "stopped", 4 },
	{ "paused", 3 },
	{ "suspended", 7 },
	{ "shelved", 4 },
	{},
};

int server_power(const Server *server)
{
	for (int i = 0; power_table[i].vm; i++)
		if (strcmp(server->vm, power_table[i].vm) == 0)
			return power_table[i].power;
	return 0;
}

Pairs *server_meta(const Server *server)
{
	Pairs *meta = pairs_new();

	if (server->meta) {
		for (unsigned i = 0; i < server->meta->len; i++)
			g_ptr_array_add(meta, server->meta->pdata[i]);
		return meta;
	}
	if (world.options.openstack) /* Nova puts nothing there of its own */
		return meta;
	pairs_set(&meta, "charging_mode", "0");
	pairs_set(&meta, "vpc_id", server->vpc->id);
	pairs_set(&meta, "metering.image_id", server->image->id);
	pairs_set(&meta, "metering.imagetype", server->image->kind);
	pairs_set(&meta, "metering.resourcespeccode", server->flavor->id);
	pairs_set(&meta, "metering.resourcetype", "1");
	pairs_set(&meta, "image_name", server->image->name);
	pairs_set(&meta, "os_type", server->image->os_type);
	pairs_set(&meta, "os_bit", "64");
	pairs_set(&meta, "__support_agent_list", "hss,ces");
	pairs_set(&meta, "cascaded.instance_extrainfo", "pcibridge:2");
	return meta;
}

Pairs **server_own_meta(Server *server)
{
	if (!server->meta)
		server->meta = server_meta(server);
	return &server->meta;
}

bool server_has_tag(const Server *server, const char *tag)
{
	g_auto(GStrv) part = g_strsplit(tag, "=", 2);
	const char *value = part[0] ? pairs_get(server->tags, part[0]) : NULL;

	return value && (!part[1] || strcmp(value, part[1]) == 0);
}

SecurityGroup *const *server_groups(const Server *server, int index)
{
	const Port *port = server->nics[index].port;

	return port ? port->groups : server->groups;
}

GPtrArray *server_all_groups(const Server *server)
{
	GPtrArray *all = g_ptr_array_new();

	for (int nic = 0; nic < server->n_nics; nic++) {
		SecurityGroup *const *groups = server_groups(server, nic);
		for (int i = 0; i < SERVER_GROUPS && groups[i]; i++)
			if (!g_ptr_array_find(all, groups[i], NULL))
				g_ptr_array_add(all, groups[i]);
	}
	return all;
}

const char *server_port(const Server *server, int index)
{
	const Nic *nic = &server->nics[index];

	return nic->port ? nic->port->id
			 : text_uuid(server->key, text_format("port %d", nic->number));
}

const char *server_mac(const Server *server, int index)
{
	const Nic *nic = &server->nics[index];
	uint64_t hash = text_hash(server->key, text_format("mac %d", nic->number));

	if (nic->port)
		return nic->port->mac;

	return text_format("fa:16:3e:%02x:%02x:%02x", (unsigned)(hash & 255),
			   (unsigned)(hash >> 8 & 255), (unsigned)(hash >> 16 & 255));
}

void server_touch(Server *server)
{
	server->updated = clock_now();
}

void server_set_fault(Server *server, int code, const char *message, const char *details)
{
	fault_free(server->fault);
	server->fault = g_new0(Fault, 1);
	server->fault->code = code;
	server->fault->message = g_strdup(message);
	server->fault->details = g_strdup(details);
	server->fault->created = clock_now();
}

void server_event(Server *server, const char *action, const char *request_id, int64_t finish,
		  bool failed)
{
	Event *event = g_new0(Event, 1);
	uint64_t key = text_hash(world_key(), request_id);

	event->action = text_intern(action);
	event->start = clock_now();
	event->finish = MAX(finish, event->start);
	event->failed = failed;
	g_snprintf(event->request_id, sizeof event->request_id, "req-%s", text_uuid(key, "req"));
	if (!server->events)
		server->events = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(server->events, event);
}
