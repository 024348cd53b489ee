/*
 * How servers change: the steps of every operation and what happens when one is due.
 */
#include "contrib/sandbox/server.h"

#include <string.h>

#include "contrib/sandbox/volume.h"

typedef struct Step Step;

struct Step {
	int64_t at;
	const char *vm;				    /* NULL: as it is */
	const char *task;			    /* NULL: none */
	void (*effect)(Server *server, int64_t at); /* NULL: nothing but the states */
};

static void effect_appear(Server *server, int64_t at)
{
	server->visible = true;
}

static void effect_launched(Server *server, int64_t at)
{
	server->launched = at;
}

static void effect_fail(Server *server, int64_t at)
{
	server_set_fault(server, 500,
			 "No valid host was found. There are not enough hosts available.", NULL);
}

static void effect_swap_flavor(Server *server, int64_t at)
{
	const Flavor *flavor = server->flavor;
	Project *project = server->project;

	server->flavor = server->old_flavor;
	server->old_flavor = flavor;
	project->cores_used += server->flavor->vcpus - flavor->vcpus;
	project->ram_mb_used += server->flavor->ram_mb - flavor->ram_mb;
	if (server->meta)
		pairs_set(&server->meta, "metering.resourcespeccode", server->flavor->id);
}

static void effect_settle_flavor(Server *server, int64_t at)
{
	effect_swap_flavor(server, at);
	server->old_flavor = NULL;
}

/* The documented metadata of an image follows it */
static void take_image_meta(Server *server)
{
	if (!server->meta)
		return;
	pairs_set(&server->meta, "metering.image_id", server->image->id);
	pairs_set(&server->meta, "metering.imagetype", server->image->kind);
	pairs_set(&server->meta, "image_name", server->image->name);
	pairs_set(&server->meta, "os_type", server->image->os_type);
}

static void effect_rebuilt(Server *server, int64_t at)
{
	server->image = server->next_image;
	server->key_name = server->next_key;
	server->next_image = NULL;
	server->next_key = NULL;
	server_renew_disk(server);
	server->password_cleared = false;
	take_image_meta(server);
}

static void effect_gone(Server *server, int64_t at)
{
	server_drop(server, true);
}

void server_halt(Server *server)
{
	if (server->steps)
		g_queue_free_full(g_steal_pointer(&server->steps), g_free);
	if (world.busy)
		g_ptr_array_remove_fast(world.busy, server);
}

/* Begin a change: whatever was under way is over, a forced status too */
static int64_t begin(Server *server, const char *task)
{
	server_halt(server);
	server->forced_status = NULL;
	server->task = task;
	server->steps = g_queue_new();
	g_ptr_array_add(world.busy, server);
	server_touch(server);
	return clock_now();
}

static void step(Server *server, int64_t at, const char *vm, const char *task,
		 void (*effect)(Server *, int64_t))
{
	Step *next = g_new0(Step, 1);

	*next = (Step){ .at = at, .vm = vm, .task = task, .effect = effect };
	g_queue_push_tail(server->steps, next);
}

bool server_advance(Server *server, int64_t now)
{
	while (server->steps && !g_queue_is_empty(server->steps)) {
		const Step *head = g_queue_peek_head(server->steps);
		if (head->at > now)
			return true;
		g_autofree Step *due = g_queue_pop_head(server->steps);
		if (due->vm)
			server->vm = due->vm;
		server->task = due->task;
		server->updated = due->at;
		if (due->effect == effect_gone) {
			effect_gone(server, due->at);
			return false;
		}
		if (due->effect)
			due->effect(server, due->at);
	}
	server_halt(server);
	return false;
}

/* @percent of a duration in milliseconds, in the clock's unit */
static int64_t part(int ms, int percent)
{
	return ms * MSEC * percent / 100;
}

int64_t server_boot(Server *server, int absent_ms, bool fail)
{
	const WorldOptions *options = &world.options;
	int64_t shown = begin(server, "scheduling") + absent_ms * MSEC;
	int boot = MAX(options->boot_ms - absent_ms, 0);
	int64_t done = shown + part(boot, 100);

	server->vm = "building";
	server->visible = absent_ms == 0;
	step(server, shown, NULL, "scheduling", effect_appear);
	step(server, shown + part(boot, 15), NULL, "block_device_mapping", NULL);
	step(server, shown + part(boot, 35), NULL, "networking", NULL);
	step(server, shown + part(boot, 55), NULL, "spawning", NULL);
	if (fail)
		step(server, done, "error", NULL, effect_fail);
	else
		step(server, done, "active", NULL, effect_launched);
	return done;
}

int64_t server_start(Server *server)
{
	int64_t done = begin(server, "powering-on") + part(world.options.start_ms, 100);

	step(server, done, "active", NULL, NULL);
	return done;
}

int64_t server_stop(Server *server, bool hard)
{
	int64_t done = begin(server, "powering-off") + part(world.options.stop_ms, hard ? 25 : 100);

	step(server, done, "stopped", NULL, NULL);
	return done;
}

int64_t server_reboot(Server *server, bool hard)
{
	static const char *const tasks[2][3] = {
		{ "rebooting", "reboot_pending", "reboot_started" },
		{ "rebooting_hard", "reboot_pending_hard", "reboot_started_hard" },
	};
	int64_t now = begin(server, tasks[hard][0]);
	int64_t done = now + part(world.options.reboot_ms, 100);

	step(server, now + part(world.options.reboot_ms, 20), NULL, tasks[hard][1], NULL);
	step(server, now + part(world.options.reboot_ms, 50), NULL, tasks[hard][2], NULL);
	step(server, done, "active", NULL, NULL);
	return done;
}

int64_t server_resize(Server *server, const Flavor *flavor, bool confirm)
{
	int ms = world.options.resize_ms;
	int64_t now = begin(server, "resize_prep");
	int64_t done = now + part(ms, 100);

	server->old_flavor = flavor;
	server->old_vm = server->vm;
	step(server, now + part(ms, 20), NULL, "resize_migrating", NULL);
	step(server, now + part(ms, 60), NULL, "resize_migrated", NULL);
	step(server, now + part(ms, 80), NULL, "resize_finish", NULL);
	if (confirm)
		step(server, done, NULL, NULL, effect_settle_flavor);
	else
		step(server, done, "resized", NULL, effect_swap_flavor);
	return done;
}

void server_confirm_resize(Server *server)
{
	server_halt(server);
	server->forced_status = NULL;
	server->vm = server->old_vm ? server->old_vm : "active";
	server->task = NULL;
	server->old_flavor = NULL;
	server_touch(server);
}

int64_t server_revert_resize(Server *server)
{
	int64_t done = begin(server, "resize_reverting") + part(world.options.resize_ms, 100);

	step(server, done, server->old_vm ? server->old_vm : "active", NULL,
	     server->old_flavor ? effect_settle_flavor : NULL);
	return done;
}

int64_t server_rebuild(Server *server, const Image *image, const char *key_name)
{
	int ms = world.options.resize_ms;
	int64_t now = begin(server, "rebuilding");
	int64_t done = now + part(ms, 100);
	bool broken = strcmp(server->vm, "error") == 0;

	server->next_image = image;
	server->next_key = key_name;
	step(server, now + part(ms, 30), NULL, "rebuild_block_device_mapping", NULL);
	step(server, now + part(ms, 60), NULL, "rebuild_spawning", NULL);
	step(server, done, broken ? "active" : NULL, NULL, effect_rebuilt);
	return done;
}

int64_t server_migrate(Server *server, const char *dedicated_host)
{
	int ms = world.options.resize_ms;
	int64_t now = begin(server, "resize_prep");
	int64_t done = now + part(ms, 100);

	server->dedicated_host = dedicated_host;
	step(server, now + part(ms, 30), NULL, "resize_migrating", NULL);
	step(server, now + part(ms, 80), NULL, "resize_finish", NULL);
	step(server, done, NULL, NULL, NULL);
	return done;
}

int64_t server_snapshot(Server *server)
{
	int ms = world.options.image_ms;
	int64_t now = begin(server, "image_snapshot");
	int64_t done = now + part(ms, 100);

	step(server, now + part(ms, 20), NULL, "image_pending_upload", NULL);
	step(server, now + part(ms, 40), NULL, "image_uploading", NULL);
	step(server, done, NULL, NULL, NULL);
	return done;
}

int64_t server_delete(Server *server)
{
	int64_t done = begin(server, "deleting") + part(world.options.delete_ms, 100);

	step(server, done, NULL, "deleting", effect_gone);
	return done;
}
