/* SPDX-License-Identifier: MIT */
/* server - the directory of one server: a row for every file. Its verbs: server_verbs.c. */
#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/map.h"
#include "fs/name.h"
#include "fs/own.h"
#include "fs/server_details.h"
#include "fs/server_groups.h"
#include "fs/server_show.h"
#include "fs/server_verbs.h"
#include "fs/servers.h"
#include "fs/wait.h"

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

/* Sorted by name. */
static const EcsfsAttr server_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsServer, status),
	  .verbs = ecsfs_server_verbs,
	  .help = "verbs; reading lists those that its state allows now" },
	{ "addresses", 0444, ecsfs_server_addresses_show,
	  .help = "`address fixed|floating mac`, one a line, in the cloud's order" },
	{ "auto_recovery", 0644, ecsfs_own_show, ecsfs_server_recovery_store,
	  .own = &ecsfs_server_recoveries, .flags = ECSFS_OWN_CALL,
	  .help = "true if it is started elsewhere when its host fails; write true or false",
	  .needs = ECS_HAS_ECS },
	{ "config_drive", 0444, SHOW_STRING(EcsServer, config_drive),
	  .help = "True if it has a config drive" },
	{ "console.log", 0400, ecsfs_own_show, .own = &ecsfs_console_logs,
	  .flags = ECSFS_OWN_CALL | ECSFS_SECRET, .help = "what its console has shown" },
	{ "console.url", 0400, ecsfs_own_show, .own = &ecsfs_console_urls,
	  .flags = ECSFS_OWN_CALL | ECSFS_SECRET,
	  .help = "address of its screen, for a browser; a new one at every open" },
	{ "created", 0444, SHOW_TIME(EcsServer, created),
	  .help = "when it was created, ISO 8601 UTC" },
	{ "dedicated_host", 0644, SHOW_STRING(EcsServer, dedicated_host),
	  .store = ecsfs_server_host_store,
	  .help = "id of the dedicated host that it runs on; empty: the shared pool; write to move "
		  "a stopped server",
	  .needs = ECS_HAS_ECS },
	{ "description", 0644, SHOW_STRING(EcsServer, description), .store = description_store,
	  .help = "free text, at most 85 characters, no < and >; write to change, an empty line "
		  "clears" },
	{ "disk_config", 0444, SHOW_STRING(EcsServer, disk_config), .help = "MANUAL or AUTO" },
	{ "enterprise_project_id", 0444, SHOW_STRING(EcsServer, enterprise_project_id),
	  .help = "id of its enterprise project", .needs = ECS_HAS_ECS },
	{ "error", 0444, ecsfs_server_error_show, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed, else the cloud's own fault; empty: all is "
		  "well" },
	{ "events", 0444, ecsfs_own_show, .own = &ecsfs_server_events, .flags = ECSFS_OWN_CALL,
	  .help = "what was done with it: `time action request_id ok|error`, the oldest first" },
	{ "fault", 0444, SHOW_STRING(EcsServer, fault),
	  .help = "the cloud's own fault, if its status is ERROR" },
	{ "flavor", 0644, SHOW_STRING(EcsServer, flavor), .store = ecsfs_server_flavor_store,
	  .help = "id of its flavor; write another to resize a stopped server" },
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
	{ "image_name", 0444, SHOW_STRING(EcsServer, image_name), .help = "name of that image",
	  .needs = ECS_HAS_ECS },
	{ "instance_name", 0444, SHOW_STRING(EcsServer, instance_name),
	  .help = "name at the hypervisor" },
	{ "ip", 0444, ecsfs_server_ip_show, .help = "its first private address" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document, without secrets" },
	{ "key_name", 0444, SHOW_STRING(EcsServer, key_name),
	  .help = "name of the key pair that it was made with" },
	{ "launch_index", 0444, SHOW_INT(EcsServer, launch_index),
	  .help = "its number in the batch that it was created in" },
	{ "launched", 0444, SHOW_TIME(EcsServer, launched), .help = "when it first ran" },
	{ "locked", 0644, SHOW_BOOL(EcsServer, locked), .store = ecsfs_server_locked_store,
	  .help = "true or false; write to lock or unlock" },
	{ "mac", 0444, ecsfs_server_mac_show, .help = "hardware address of its first interface" },
	{ "name", 0644, SHOW_STRING(EcsServer, name), .store = name_store,
	  .help = "name, 1 to 128 of letters, digits, _ - . ; write to rename" },
	{ "os", 0444, SHOW_STRING(EcsServer, os), .help = "Linux or Windows",
	  .needs = ECS_HAS_ECS },
	{ "password", 0600, ecsfs_own_show, ecsfs_server_password_store,
	  .own = &ecsfs_server_passwords, .drop = ecsfs_server_password_drop,
	  .flags = ECSFS_OWN_CALL | ECSFS_SECRET,
	  .help = "administrator's password, encrypted for its key pair; an empty line or rm has "
		  "the cloud forget it" },
	{ "power_state", 0444, SHOW_INT(EcsServer, power_state),
	  .help = "0 none, 1 running, 3 paused, 4 shut down, 6 crashed, 7 suspended" },
	{ "progress", 0444, ecsfs_server_progress_show, .help = "percent of the task in progress" },
	{ "project_id", 0444, SHOW_STRING(EcsServer, project_id), .help = "id of its project" },
	{ "public_ip", 0444, ecsfs_server_public_ip_show,
	  .help = "its first elastic IP; empty: none" },
	{ "ram_mb", 0444, SHOW_INT64(EcsServer, ram_mb), .help = "memory, MiB" },
	{ "reservation_id", 0444, SHOW_STRING(EcsServer, reservation_id),
	  .help = "id of the request that created it" },
	{ "resize_targets", 0444, ecsfs_own_show, .own = &ecsfs_resize_targets,
	  .flags = ECSFS_OWN_CALL, .help = "ids of the flavors that it can be resized to",
	  .needs = ECS_HAS_ECS },
	{ "root_device", 0444, SHOW_STRING(EcsServer, root_device),
	  .help = "device name of its system disk" },
	{ "server_group", 0644, SHOW_STRING(EcsServer, server_group),
	  .store = ecsfs_server_group_store, .so = ecsfs_server_group_so,
	  .refers = ecsfs_server_groups_collection,
	  .help = "id of its server group; empty: none; write to join or, empty, to leave",
	  .needs = ECS_HAS_ECS },
	{ "status", 0644, SHOW_STRING(EcsServer, status), .store = ecsfs_server_status_store,
	  .so = ecsfs_server_status_so,
	  .help = "ACTIVE, SHUTOFF, BUILD, ERROR, ...; writing ACTIVE or SHUTOFF starts or stops "
		  "it" },
	{ "task_state", 0444, SHOW_STRING(EcsServer, task_state),
	  .help = "task in progress; empty: none" },
	{ "terminated", 0444, SHOW_TIME(EcsServer, terminated), .help = "when it was deleted" },
	{ "updated", 0444, SHOW_TIME(EcsServer, updated),
	  .help = "when it last changed, as the cloud says" },
	{ "user_data", 0400, ecsfs_server_user_data_show, .flags = ECSFS_SECRET,
	  .help = "what its first boot was given" },
	{ "user_id", 0444, SHOW_STRING(EcsServer, user_id),
	  .help = "id of the user who created it" },
	{ "vcpus", 0444, SHOW_INT(EcsServer, vcpus), .help = "virtual CPUs" },
	{ "vm_state", 0444, SHOW_STRING(EcsServer, vm_state),
	  .help = "active, stopped, building, error, ..." },
	{ "vpc", 0444, SHOW_STRING(EcsServer, vpc), .help = "id of its VPC", .needs = ECS_HAS_ECS },
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

static bool image_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	g_autofree char *name = ecsfs_name_escape(server->image, server->image);

	g_string_append_printf(out, "../../../images/%s", name);
	return true;
}

static bool has_image(const EcsfsView *view)
{
	return *((const EcsServer *)view->item)->image != '\0';
}

static bool vpc_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	g_autofree char *name = ecsfs_name_escape(server->vpc, server->vpc);

	g_string_append_printf(out, "../../../vpcs/%s", name);
	return true;
}

static bool has_vpc(const EcsfsView *view)
{
	return *((const EcsServer *)view->item)->vpc != '\0';
}

static const EcsfsLink server_links[] = { { "flavor_dir", flavor_target, "its flavor" },
					  { "image_dir", image_target,
					    "the image that it was made from", has_image },
					  { "vpc_dir", vpc_target, "its VPC", has_vpc },
					  {} };

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
	{ "nics", &ecsfs_server_nics, "its network interfaces" },
	{ "security_groups", &ecsfs_server_security_groups, "its security groups" },
	{ "tags", &tags_kind, "tags: a file a key", .needs = ECS_HAS_TAGS },
	{ "volumes", &ecsfs_server_volumes, "its disks" },
	ECSFS_WAIT_CHILD,
	{}
};

const EcsfsKind ecsfs_server = {
	.name = "<server>",
	.help = "a server, by id; its name works as well",
	.attrs = server_attrs,
	.links = server_links,
	.children = server_children,
};
