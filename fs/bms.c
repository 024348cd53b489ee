/* SPDX-License-Identifier: MIT */
/*
 * bms - bare metal servers: whole machines. They are shown as servers are, by the same names where
 * these mean the same; what can be done with them is less.
 */
#include "fs/bms.h"

#include <errno.h>
#include <string.h>

#include "client/bms.h"
#include "fs/change.h"
#include "fs/list.h"
#include "fs/map.h"
#include "fs/name.h"
#include "fs/server_show.h"
#include "fs/server_verbs.h"
#include "fs/wait.h"

static const EcsfsKind bms_kind;

static const char *bms_id(const void *item)
{
	return ((const EcsServer *)item)->id;
}

static const char *bms_name(const void *item)
{
	return ((const EcsServer *)item)->name;
}

static int64_t bms_updated(const void *item)
{
	const EcsServer *server = item;

	return server->updated != 0 ? server->updated : server->created;
}

static bool bms_same(const void *a, const void *b)
{
	return ecs_server_same(a, b);
}

/* Most have no task_state: what is done to them shows only in the job. Source: BMS reference, "BMS
 * Statuses". */
static const char *const passing[] = { "BUILD", "HARD_REBOOT", "REBOOT", "REBUILD", NULL };
static const char *const lasting[] = { "ACTIVE", "DELETED", "ERROR", "SHUTOFF", NULL };

static void bms_got(EcsServer *server, const GError *error, void *data)
{
	ecsfs_fetch_item(data, server, error);
}

static void bms_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_bms_get(scope, id, NULL, bms_got, fetch);
}

static const EcsfsClass bms_class = {
	.name = "bms",
	.kind = &bms_kind,
	.list = ecs_bms_list,
	.get = bms_get,
	.id = bms_id,
	.json = ECSFS_JSON(ecs_server_json),
	.name_of = bms_name,
	.updated = bms_updated,
	.same = bms_same,
	.status = STRING_AT(EcsServer, status),
	.task = STRING_AT(EcsServer, task_state),
	.fault = STRING_AT(EcsServer, fault),
	.passing = passing,
	.lasting = lasting,
	.unref = (void (*)(void *))ecs_server_unref,
};

EcsfsCollection *ecsfs_bms_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &bms_class, ecsfs_view_scope(view));
}

bool ecsfs_bms_has(EcsfsView *view, const char *id, bool *has)
{
	EcsfsCollection *collection = ecsfs_bms_collection(view);
	EcsfsSnapshot *machines;

	*has = false;
	if (!ecs_scope_has(ecsfs_view_scope(view), ECS_HAS_ECS))
		return true;
	if (!ecsfs_view_gather(view, &collection, 1, &machines))
		return false;
	*has = machines != NULL && ecsfs_snapshot_find(machines, id) != NULL;
	return true;
}

static void verb_reboot(EcsfsChange *change, int argc, char **argv)
{
	ecs_bms_reboot(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
		       change);
}

static void verb_start(EcsfsChange *change, int argc, char **argv)
{
	ecs_bms_start(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
		      change);
}

static void verb_stop(EcsfsChange *change, int argc, char **argv)
{
	ecs_bms_stop(change->node->scope, change->id, change->cancellable, ecsfs_change_accepted,
		     change);
}

static const EcsfsVerb bms_verbs[] = {
	{ "reboot", 0, 0, "ACTIVE", NULL, verb_reboot, "restart, without asking the system" },
	{ "start", 0, 0, "SHUTOFF", NULL, verb_start, "power on" },
	{ "stop", 0, 0, "ACTIVE", NULL, verb_stop, "power off, without asking the system" },
	{}
};

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_bms_rename(change->node->scope, change->id, text, change->cancellable,
		       ecsfs_change_accepted, change);
}

static void status_store(EcsfsChange *change, const char *text, size_t len)
{
	bool start = strcmp(text, "ACTIVE") == 0;

	if (!start && strcmp(text, "SHUTOFF") != 0)
		ecsfs_change_fail(change, EINVAL,
				  "\"%.40s\" cannot be asked for: write ACTIVE or SHUTOFF", text);
	else if (start)
		verb_start(change, 1, NULL);
	else
		verb_stop(change, 1, NULL);
}

/* Sorted by name. */
static const EcsfsAttr bms_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsServer, status),
	  .verbs = bms_verbs, .help = "verbs; reading lists those that its state allows now" },
	{ "addresses", 0444, ecsfs_server_addresses_show,
	  .help = "`address fixed|floating mac`, one a line, in the cloud's order" },
	{ "created", 0444, SHOW_TIME(EcsServer, created),
	  .help = "when it was created, ISO 8601 UTC" },
	{ "description", 0444, SHOW_STRING(EcsServer, description), .help = "free text" },
	{ "enterprise_project_id", 0444, SHOW_STRING(EcsServer, enterprise_project_id),
	  .help = "id of its enterprise project" },
	{ "error", 0444, ecsfs_server_error_show, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed, else the cloud's own fault; empty: all is "
		  "well" },
	{ "fault", 0444, SHOW_STRING(EcsServer, fault),
	  .help = "the cloud's own fault, if its status is ERROR" },
	{ "flavor", 0444, SHOW_STRING(EcsServer, flavor),
	  .help = "id of its flavor, physical. and the model" },
	{ "host", 0444, SHOW_STRING(EcsServer, host), .help = "host that manages it" },
	{ "host_id", 0444, SHOW_STRING(EcsServer, host_id), .help = "hash of that host" },
	{ "host_status", 0444, SHOW_STRING(EcsServer, host_status),
	  .help = "UP, DOWN, MAINTENANCE or UNKNOWN" },
	{ "hostname", 0444, SHOW_STRING(EcsServer, hostname),
	  .help = "host name that it was created with" },
	{ "hypervisor", 0444, SHOW_STRING(EcsServer, hypervisor_hostname),
	  .help = "name of the machine at the service that manages it" },
	{ "id", 0444, SHOW_STRING(EcsServer, id), .help = "id" },
	{ "image", 0444, SHOW_STRING(EcsServer, image),
	  .help = "id of the image that it was made from" },
	{ "image_name", 0444, SHOW_STRING(EcsServer, image_name), .help = "name of that image" },
	{ "instance_name", 0444, SHOW_STRING(EcsServer, instance_name),
	  .help = "name at the service that manages it" },
	{ "ip", 0444, ecsfs_server_ip_show, .help = "its first private address" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document, without secrets" },
	{ "key_name", 0444, SHOW_STRING(EcsServer, key_name),
	  .help = "name of the key pair that it was made with" },
	{ "launched", 0444, SHOW_TIME(EcsServer, launched), .help = "when it first ran" },
	{ "locked", 0444, SHOW_BOOL(EcsServer, locked), .help = "true or false" },
	{ "mac", 0444, ecsfs_server_mac_show, .help = "hardware address of its first interface" },
	{ "name", 0644, SHOW_STRING(EcsServer, name), .store = name_store,
	  .help = "name, 1 to 63 of letters, digits, _ - . ; write to rename" },
	{ "os", 0444, SHOW_STRING(EcsServer, os), .help = "Linux or Windows" },
	{ "power_state", 0444, SHOW_INT(EcsServer, power_state),
	  .help = "0 none, 1 running, 4 shut down" },
	{ "progress", 0444, ecsfs_server_progress_show, .help = "percent of the task in progress" },
	{ "project_id", 0444, SHOW_STRING(EcsServer, project_id), .help = "id of its project" },
	{ "public_ip", 0444, ecsfs_server_public_ip_show,
	  .help = "its first elastic IP; empty: none" },
	{ "ram_mb", 0444, SHOW_INT64(EcsServer, ram_mb), .help = "memory, MiB" },
	{ "reservation_id", 0444, SHOW_STRING(EcsServer, reservation_id),
	  .help = "id of the request that created it" },
	{ "root_device", 0444, SHOW_STRING(EcsServer, root_device),
	  .help = "device name of its system disk" },
	{ "status", 0644, SHOW_STRING(EcsServer, status), .store = status_store,
	  .so = ecsfs_server_status_so,
	  .help = "ACTIVE, SHUTOFF, BUILD, ERROR, ...; writing ACTIVE or SHUTOFF starts or stops "
		  "it" },
	{ "task_state", 0444, SHOW_STRING(EcsServer, task_state),
	  .help = "task in progress; empty: none, or the cloud does not tell" },
	{ "updated", 0444, SHOW_TIME(EcsServer, updated),
	  .help = "when it last changed, as the cloud says" },
	{ "user_data", 0400, ecsfs_server_user_data_show, .flags = ECSFS_SECRET,
	  .help = "what its first boot was given" },
	{ "user_id", 0444, SHOW_STRING(EcsServer, user_id),
	  .help = "id of the user who created it" },
	{ "vcpus", 0444, SHOW_INT(EcsServer, vcpus), .help = "processor threads" },
	{ "vm_state", 0444, SHOW_STRING(EcsServer, vm_state),
	  .help = "active, stopped, building, error, ..." },
	{ "vpc", 0444, SHOW_STRING(EcsServer, vpc), .help = "id of its VPC" },
	{ "zone", 0444, SHOW_STRING(EcsServer, zone), .help = "availability zone" },
	{}
};

static bool image_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	const EcsServer *server = view->item;
	g_autofree char *name = ecsfs_name_escape(server->image, server->image);

	g_string_append_printf(out, "../../images/%s", name);
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

	g_string_append_printf(out, "../../vpcs/%s", name);
	return true;
}

static bool has_vpc(const EcsfsView *view)
{
	return *((const EcsServer *)view->item)->vpc != '\0';
}

static const EcsfsLink bms_links[] = { { "image_dir", image_target,
					 "the image that it was made from", has_image },
				       { "vpc_dir", vpc_target, "its VPC", has_vpc },
				       {} };

static void metadata_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_bms_metadata_set(change->node->scope, change->id, change->view.key, text,
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

/* "__type_baremetal" is what makes it one. Returns: false after having failed the change. */
static bool is_ours(EcsfsChange *change, const char *key)
{
	if (*key != '_')
		return true;
	ecsfs_change_fail(change, EPERM, "tags whose key starts with _ are the cloud's own");
	return false;
}

static void tag_store(EcsfsChange *change, const char *text, size_t len)
{
	if (is_ours(change, change->view.key))
		ecs_bms_tag_set(change->node->scope, change->id, change->view.key, text,
				change->cancellable, ecsfs_change_accepted, change);
}

static void tag_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	if (is_ours(change, entry->id))
		ecs_bms_tag_delete(change->node->scope, change->id, entry->id, change->cancellable,
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

static const EcsfsChild bms_children[] = { { "metadata", &metadata_kind, "metadata: a file a key" },
					   { "tags", &tags_kind, "tags: a file a key" },
					   ECSFS_WAIT_CHILD,
					   {} };

static const EcsfsKind bms_kind = {
	.name = "<server>",
	.help = "a bare metal server, by id; its name works as well",
	.attrs = bms_attrs,
	.links = bms_links,
	.children = bms_children,
};

const EcsfsKind ecsfs_bms = {
	.name = "bms",
	.entry = &bms_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_bms_collection,
};
