/* SPDX-License-Identifier: MIT */
/* server - the directory of one server: a row for every file, a row for every verb. */
#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/map.h"
#include "fs/name.h"
#include "fs/servers.h"

static bool address_show(const EcsServer *server, bool floating, GString *out)
{
	for (size_t i = 0; i < server->n_addresses; i++)
		if (server->addresses[i].floating == floating) {
			ecsfs_value(out, server->addresses[i].addr);
			break;
		}
	return true;
}

static bool ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return address_show(view->item, false, out);
}

static bool public_ip_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	return address_show(view->item, true, out);
}

static bool mac_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	if (server->n_addresses > 0)
		ecsfs_value(out, server->addresses[0].mac);
	return true;
}

static bool addresses_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsAddress *address = &server->addresses[i];
		g_autofree char *line =
			g_strdup_printf("%s %s %s", address->addr,
					address->floating ? "floating" : "fixed", address->mac);
		ecsfs_value(out, line);
	}
	return true;
}

static bool progress_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	if (server->progress >= 0)
		g_string_append_printf(out, "%d\n", server->progress);
	return true;
}

static bool error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;

	ecsfs_value(out, view->note != NULL ? view->note : server->fault);
	return true;
}

static bool json_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) compact = g_string_new(NULL);

	ecs_server_json(view->item, compact);
	ecsfs_pretty(out, compact->str, compact->len);
	return true;
}

static bool user_data_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	size_t len;
	g_autofree unsigned char *text = g_base64_decode(server->user_data, &len);

	g_string_append_len(out, (const char *)text, (gssize)len);
	return true;
}

static void verb_start(EcsfsChange *change, int argc, char **argv)
{
	ecs_server_start(change->node->scope, ECSFS_CHANGE_IDS(change), change->cancellable,
			 ecsfs_change_accepted, change);
}

/* Returns: whether the one argument, if any, is "hard"; otherwise fails the change. */
static bool hard(EcsfsChange *change, int argc, char **argv, bool *is_hard)
{
	*is_hard = argc > 1;
	if (argc == 1 || strcmp(argv[1], "hard") == 0)
		return true;
	ecsfs_change_fail(change, EINVAL, "unknown argument \"%.40s\": write \"%s [hard]\"",
			  argv[1], argv[0]);
	return false;
}

static void verb_stop(EcsfsChange *change, int argc, char **argv)
{
	bool is_hard;

	if (hard(change, argc, argv, &is_hard))
		ecs_server_stop(change->node->scope, ECSFS_CHANGE_IDS(change), is_hard,
				change->cancellable, ecsfs_change_accepted, change);
}

static void verb_reboot(EcsfsChange *change, int argc, char **argv)
{
	bool is_hard;

	if (hard(change, argc, argv, &is_hard))
		ecs_server_reboot(change->node->scope, ECSFS_CHANGE_IDS(change), is_hard,
				  change->cancellable, ecsfs_change_accepted, change);
}

static void verb_lock(EcsfsChange *change, int argc, char **argv)
{
	ecs_server_lock(change->node->scope, change->id, strcmp(argv[0], "lock") == 0,
			change->cancellable, ecsfs_change_accepted, change);
}

static const EcsfsVerb server_verbs[] = {
	{ "lock", 0, 0, NULL, NULL, verb_lock, "refuse every change until it is unlocked" },
	{ "reboot", 0, 1, "ACTIVE", "[hard]", verb_reboot,
	  "restart; hard: without asking the guest" },
	{ "start", 0, 0, "SHUTOFF", NULL, verb_start, "power on" },
	{ "stop", 0, 1, "ACTIVE", "[hard]", verb_stop, "shut down; hard: pull the plug" },
	{ "unlock", 0, 0, NULL, NULL, verb_lock, "allow changes again" },
	{}
};

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_server_update(change->node->scope, change->id, text, NULL, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void description_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_server_update(change->node->scope, change->id, NULL, text, change->cancellable,
			  ecsfs_change_accepted, change);
}

static void locked_store(EcsfsChange *change, const char *text, size_t len)
{
	bool lock = strcmp(text, "true") == 0;

	if (lock || strcmp(text, "false") == 0)
		ecs_server_lock(change->node->scope, change->id, lock, change->cancellable,
				ecsfs_change_accepted, change);
	else
		ecsfs_change_fail(change, EINVAL, "write \"true\" or \"false\"");
}

/* The state that is wanted: what leads there, and nothing if it is so already. */
static const struct {
	const char *status;
	void (*lead)(EcsfsChange *change, int argc, char **argv);
} wanted[] = { { "ACTIVE", verb_start }, { "SHUTOFF", verb_stop } };

static void status_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsServer *server = change->view.item;

	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		if (strcmp(text, wanted[i].status) != 0)
			continue;
		if (strcmp(server->status, text) == 0 && *server->task_state == '\0')
			ecsfs_change_done(change, NULL);
		else
			wanted[i].lead(change, 1, NULL);
		return;
	}
	ecsfs_change_fail(change, EINVAL, "\"%.40s\" cannot be asked for: write ACTIVE or SHUTOFF",
			  text);
}

/* Sorted by name. */
static const EcsfsAttr server_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsServer, status),
	  .verbs = server_verbs, .help = "verbs; reading lists those that its state allows now" },
	{ "addresses", 0444, addresses_show,
	  .help = "`address fixed|floating mac`, one a line, in the cloud's order" },
	{ "config_drive", 0444, SHOW_STRING(EcsServer, config_drive),
	  .help = "True if it has a config drive" },
	{ "created", 0444, SHOW_TIME(EcsServer, created),
	  .help = "when it was created, ISO 8601 UTC" },
	{ "description", 0644, SHOW_STRING(EcsServer, description), .store = description_store,
	  .help = "free text, at most 85 characters, no < and >; write to change, an empty line "
		  "clears" },
	{ "disk_config", 0444, SHOW_STRING(EcsServer, disk_config), .help = "MANUAL or AUTO" },
	{ "enterprise_project_id", 0444, SHOW_STRING(EcsServer, enterprise_project_id),
	  .help = "id of its enterprise project" },
	{ "error", 0444, error_show, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed, else the cloud's own fault; empty: all is "
		  "well" },
	{ "fault", 0444, SHOW_STRING(EcsServer, fault),
	  .help = "the cloud's own fault, if its status is ERROR" },
	{ "flavor", 0444, SHOW_STRING(EcsServer, flavor), .help = "id of its flavor" },
	{ "host", 0444, SHOW_STRING(EcsServer, host), .help = "host that it runs on" },
	{ "host_id", 0444, SHOW_STRING(EcsServer, host_id),
	  .help = "hash of the host that it runs on" },
	{ "host_status", 0444, SHOW_STRING(EcsServer, host_status),
	  .help = "UP, DOWN, MAINTENANCE or UNKNOWN" },
	{ "hostname", 0444, SHOW_STRING(EcsServer, hostname),
	  .help = "host name that it was created with" },
	{ "hypervisor", 0444, SHOW_STRING(EcsServer, hypervisor_hostname),
	  .help = "name of the hypervisor" },
	{ "id", 0444, SHOW_STRING(EcsServer, id), .help = "id" },
	{ "image", 0444, SHOW_STRING(EcsServer, image),
	  .help = "id of the image that it was made from" },
	{ "image_name", 0444, SHOW_STRING(EcsServer, image_name), .help = "name of that image" },
	{ "instance_name", 0444, SHOW_STRING(EcsServer, instance_name),
	  .help = "name at the hypervisor" },
	{ "ip", 0444, ip_show, .help = "its first private address" },
	{ "json", 0444, json_show, .help = "the API's own document, without secrets" },
	{ "key_name", 0444, SHOW_STRING(EcsServer, key_name),
	  .help = "name of the key pair that it was made with" },
	{ "launch_index", 0444, SHOW_INT(EcsServer, launch_index),
	  .help = "its number in the batch that it was created in" },
	{ "launched", 0444, SHOW_TIME(EcsServer, launched), .help = "when it first ran" },
	{ "locked", 0644, SHOW_BOOL(EcsServer, locked), .store = locked_store,
	  .help = "true or false; write to lock or unlock" },
	{ "mac", 0444, mac_show, .help = "hardware address of its first interface" },
	{ "name", 0644, SHOW_STRING(EcsServer, name), .store = name_store,
	  .help = "name, 1 to 128 of letters, digits, _ - . ; write to rename" },
	{ "os", 0444, SHOW_STRING(EcsServer, os), .help = "Linux or Windows" },
	{ "power_state", 0444, SHOW_INT(EcsServer, power_state),
	  .help = "0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended" },
	{ "progress", 0444, progress_show, .help = "percent of the task in progress" },
	{ "project_id", 0444, SHOW_STRING(EcsServer, project_id), .help = "id of its project" },
	{ "public_ip", 0444, public_ip_show, .help = "its first elastic IP; empty: none" },
	{ "ram_mb", 0444, SHOW_INT64(EcsServer, ram_mb), .help = "memory, MiB" },
	{ "reservation_id", 0444, SHOW_STRING(EcsServer, reservation_id),
	  .help = "id of the request that created it" },
	{ "root_device", 0444, SHOW_STRING(EcsServer, root_device),
	  .help = "device name of its system disk" },
	{ "status", 0644, SHOW_STRING(EcsServer, status), .store = status_store,
	  .help = "ACTIVE, SHUTOFF, BUILD, ERROR, ...; writing ACTIVE or SHUTOFF starts or stops "
		  "it" },
	{ "task_state", 0444, SHOW_STRING(EcsServer, task_state),
	  .help = "task in progress; empty: none" },
	{ "terminated", 0444, SHOW_TIME(EcsServer, terminated), .help = "when it was deleted" },
	{ "updated", 0444, SHOW_TIME(EcsServer, updated),
	  .help = "when it last changed, as the cloud says" },
	{ "user_data", 0400, user_data_show, .flags = ECSFS_SECRET,
	  .help = "what its first boot was given" },
	{ "user_id", 0444, SHOW_STRING(EcsServer, user_id),
	  .help = "id of the user who created it" },
	{ "vcpus", 0444, SHOW_INT(EcsServer, vcpus), .help = "virtual CPUs" },
	{ "vm_state", 0444, SHOW_STRING(EcsServer, vm_state),
	  .help = "active, stopped, building, error, ..." },
	{ "vpc", 0444, SHOW_STRING(EcsServer, vpc), .help = "id of its VPC" },
	{ "zone", 0444, SHOW_STRING(EcsServer, zone), .help = "availability zone" },
	{}
};

static bool flavor_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	g_autofree char *name = ecsfs_name_escape(server->flavor, server->flavor);

	g_string_append_printf(out, "../../../flavors/%s", name);
	return true;
}

static const EcsfsLink server_links[] = { { "flavor_dir", flavor_target, "its flavor" }, {} };

static void metadata_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_server_metadata_set(change->node->scope, change->id, change->view.key, text,
				change->cancellable, ecsfs_change_accepted, change);
}

static void metadata_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	ecs_server_metadata_delete(change->node->scope, change->id, entry->id, change->cancellable,
				   ecsfs_change_accepted, change);
}

static const EcsfsAttr metadata_row = {
	"<key>",
	0644,
	ecsfs_map_show,
	metadata_store,
	PAIRS_AT(EcsServer, metadata),
	.help = "value of that key; write to set, rm to delete",
};

static const EcsfsKind metadata_kind = {
	.name = "metadata",
	.find = ecsfs_map_find,
	.list = ecsfs_map_list,
	.pairs = PAIRS_AT(EcsServer, metadata),
	.row = &metadata_row,
	.made = &metadata_row,
	.drop = metadata_drop,
};

static void tag_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_server_tag_set(change->node->scope, change->id, change->view.key, text,
			   change->cancellable, ecsfs_change_accepted, change);
}

static void tag_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	ecs_server_tag_delete(change->node->scope, change->id, entry->id, change->cancellable,
			      ecsfs_change_accepted, change);
}

static const EcsfsAttr tag_row = {
	"<key>",
	0644,
	ecsfs_map_show,
	tag_store,
	PAIRS_AT(EcsServer, tags),
	.help = "value of that tag; write to set, rm to delete",
};

static const EcsfsKind tags_kind = {
	.name = "tags",
	.find = ecsfs_map_find,
	.list = ecsfs_map_list,
	.pairs = PAIRS_AT(EcsServer, tags),
	.row = &tag_row,
	.made = &tag_row,
	.drop = tag_drop,
};

static const EcsfsChild server_children[] = {
	{ "metadata", &metadata_kind, "metadata: a file a key" },
	{ "security_groups", &ecsfs_server_security_groups, "its security groups" },
	{ "tags", &tags_kind, "tags: a file a key" },
	{ "volumes", &ecsfs_server_volumes, "its disks" },
	{}
};

const EcsfsKind ecsfs_server = {
	.name = "<server>",
	.help = "a server, by id; its name works as well",
	.attrs = server_attrs,
	.links = server_links,
	.children = server_children,
};
