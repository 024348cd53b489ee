/* SPDX-License-Identifier: MIT */
#include "fs/server_verbs.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/server_groups.h"
#include "fs/servers.h"

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

static void verb_resize(EcsfsChange *change, int argc, char **argv)
{
	bool verify = argc > 2;

	if (verify && strcmp(argv[2], "verify") != 0)
		ecsfs_change_fail(change, EINVAL,
				  "unknown argument \"%.40s\": write \"resize <flavor> [verify]\"",
				  argv[2]);
	else
		ecs_server_resize(change->node->scope, change->id, argv[1], verify,
				  change->cancellable, ecsfs_change_accepted, change);
}

static void verb_resize_end(EcsfsChange *change, int argc, char **argv)
{
	ecs_server_resize_end(change->node->scope, change->id, strcmp(argv[0], "confirm") == 0,
			      change->cancellable, ecsfs_change_accepted, change);
}

static void verb_rebuild(EcsfsChange *change, int argc, char **argv)
{
	const EcsServer *server = change->view.item;
	const char *image = argc > 1 ? argv[1] : server->image;

	if (*image == '\0')
		ecsfs_change_fail(change, EINVAL,
				  "it was made from no image: write \"rebuild <image>\"");
	else
		ecs_server_rebuild(change->node->scope, change->id, image, change->cancellable,
				   ecsfs_change_accepted, change);
}

/* @image: NULL: the one it has. @key: NULL: the key pair it has, which is its maker's. */
static void replace_os(EcsfsChange *change, const char *image, const char *key)
{
	const EcsServer *server = change->view.item;
	bool same = key == NULL && *server->key_name != '\0';
	EcsOsSpec spec = {
		.image = image,
		.key_name = same ? server->key_name : key,
		.key_owner = same ? server->user_id : NULL,
	};

	ecs_server_replace_os(change->node->scope, change->id, &spec, change->cancellable,
			      ecsfs_change_accepted, change);
}

static void verb_changeos(EcsfsChange *change, int argc, char **argv)
{
	replace_os(change, argv[1], argc > 2 ? argv[2] : NULL);
}

static void verb_reinstall(EcsfsChange *change, int argc, char **argv)
{
	replace_os(change, NULL, argc > 1 ? argv[1] : NULL);
}

static void verb_monitor(EcsfsChange *change, int argc, char **argv)
{
	ecs_server_monitor(change->node->scope, change->id, change->cancellable,
			   ecsfs_change_accepted, change);
}

/* Which status allows what: ECS reference, "ECS Statuses"; Nova's for what goes there. */
const EcsfsVerb ecsfs_server_verbs[] = {
	{ "changeos", 1, 2, "ACTIVE SHUTOFF", "<image> [key]", verb_changeos,
	  "another system on a fresh system disk; what was on it is lost", .costly = true,
	  .needs = ECS_HAS_ECS },
	{ "confirm", 0, 0, "VERIFY_RESIZE", NULL, verb_resize_end, "keep the new flavor" },
	{ "lock", 0, 0, NULL, NULL, verb_lock,
	  "refuse what runs, stops, rebuilds or deletes it, until it is unlocked" },
	{ "monitor", 0, 0, NULL, NULL, verb_monitor, "add it to the cloud's monitoring list",
	  .needs = ECS_HAS_ECS },
	{ "reboot", 0, 1, "ACTIVE", "[hard]", verb_reboot,
	  "restart; hard: without asking the guest" },
	{ "rebuild", 0, 1, "ACTIVE ERROR SHUTOFF", "[image]", verb_rebuild,
	  "a fresh system disk, as Nova makes it; what was on it is lost", .costly = true },
	{ "reinstall", 0, 1, "ACTIVE SHUTOFF", "[key]", verb_reinstall,
	  "the same system on a fresh system disk; what was on it is lost", .costly = true,
	  .needs = ECS_HAS_ECS },
	{ "resize", 1, 2, "ACTIVE SHUTOFF", "<flavor> [verify]", verb_resize,
	  "change the flavor, of a stopped server; verify: also of a running one, until confirm or "
	  "revert" },
	{ "revert", 0, 0, "VERIFY_RESIZE", NULL, verb_resize_end, "go back to the flavor before" },
	{ "start", 0, 0, "SHUTOFF", NULL, verb_start, "power on" },
	{ "stop", 0, 1, "ACTIVE", "[hard]", verb_stop, "shut down; hard: pull the plug" },
	{ "unlock", 0, 0, NULL, NULL, verb_lock, "allow changes again" },
	{}
};

void ecsfs_server_locked_store(EcsfsChange *change, const char *text, size_t len)
{
	bool lock = strcmp(text, "true") == 0;

	if (lock || strcmp(text, "false") == 0)
		ecs_server_lock(change->node->scope, change->id, lock, change->cancellable,
				ecsfs_change_accepted, change);
	else
		ecsfs_change_fail(change, EINVAL, "write \"true\" or \"false\"");
}

/* The state that is wanted: what leads there. */
static const struct {
	const char *status;
	void (*lead)(EcsfsChange *change, int argc, char **argv);
} wanted[] = { { "ACTIVE", verb_start }, { "SHUTOFF", verb_stop } };

bool ecsfs_server_status_so(EcsfsView *view, const char *text)
{
	const EcsServer *server = view->item;

	return strcmp(server->status, text) == 0 && *server->task_state == '\0';
}

void ecsfs_server_status_store(EcsfsChange *change, const char *text, size_t len)
{
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		if (strcmp(text, wanted[i].status) != 0)
			continue;
		wanted[i].lead(change, 1, NULL);
		return;
	}
	ecsfs_change_fail(change, EINVAL, "\"%.40s\" cannot be asked for: write ACTIVE or SHUTOFF",
			  text);
}

void ecsfs_server_flavor_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len == 0)
		ecsfs_change_fail(change, EINVAL,
				  "write the id of a flavor, one of those in resize_targets");
	else
		ecs_server_resize(change->node->scope, change->id, text, false, change->cancellable,
				  ecsfs_change_accepted, change);
}

void ecsfs_server_host_store(EcsfsChange *change, const char *text, size_t len)
{
	ecs_server_migrate(change->node->scope, change->id, text, change->cancellable,
			   ecsfs_change_accepted, change);
}

static void group_changed(EcsfsChange *change)
{
	ecsfs_collection_stale(ecsfs_server_groups_collection(&change->view));
}

/* To leave none. */
bool ecsfs_server_group_so(EcsfsView *view, const char *text)
{
	return *text == '\0' && *((const EcsServer *)view->item)->server_group == '\0';
}

/* A server is in one group at most, so leaving it needs no name. */
void ecsfs_server_group_store(EcsfsChange *change, const char *text, size_t len)
{
	const EcsServer *server = change->view.item;
	bool join = len > 0;
	const char *group = join ? text : server->server_group;

	change->accepted = group_changed;
	ecs_server_group_change(change->node->scope, change->id, group, join, change->cancellable,
				ecsfs_change_accepted, change);
}
