/* SPDX-License-Identifier: MIT */
#include "fs/server_details.h"

#include <errno.h>
#include <string.h>

#include "fs/change.h"
#include "fs/own.h"
#include "fs/servers.h"

static void console_log_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_console_log(scope, id, NULL, ecsfs_own_text, fetch);
}

const EcsfsClass ecsfs_console_logs = {
	.name = "console.log",
	.get = console_log_get,
	ECSFS_OWN_CLASS,
};

static void console_url_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_console_url(scope, id, NULL, ecsfs_own_text, fetch);
}

const EcsfsClass ecsfs_console_urls = {
	.name = "console.url",
	.get = console_url_get,
	ECSFS_OWN_CLASS,
};

static void events_got(const EcsServerEvent *events, size_t n, const GError *error, void *fetch)
{
	g_autoptr(GString) text = g_string_new(NULL);

	while (n-- > 0) { /* the cloud tells the newest first */
		const EcsServerEvent *event = &events[n];
		const char *result = *event->message == '\0'		    ? "ok"
				     : strcmp(event->message, "Error") == 0 ? "error"
									    : event->message;
		g_autoptr(GString) line = g_string_new(NULL);
		ecsfs_iso8601(line, event->start);
		g_string_append_printf(line, " %s %s %s", event->action, event->request_id, result);
		ecsfs_value(text, line->str);
	}
	ecsfs_own_text(error == NULL ? text->str : NULL, error, fetch);
}

static void events_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_events(scope, id, NULL, events_got, fetch);
}

const EcsfsClass ecsfs_server_events = {
	.name = "events",
	.get = events_get,
	ECSFS_OWN_CLASS,
};

static void password_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_password(scope, id, NULL, ecsfs_own_text, fetch);
}

const EcsfsClass ecsfs_server_passwords = {
	.name = "password",
	.get = password_get,
	ECSFS_OWN_CLASS,
};

static void targets_got(const char *const *flavors, const GError *error, void *fetch)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; flavors != NULL && flavors[i] != NULL; i++)
		ecsfs_value(text, flavors[i]);
	ecsfs_own_text(error == NULL ? text->str : NULL, error, fetch);
}

static void targets_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_resize_targets(scope, id, NULL, targets_got, fetch);
}

const EcsfsClass ecsfs_resize_targets = {
	.name = "resize_targets",
	.get = targets_get,
	ECSFS_OWN_CLASS,
};

static void recovery_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_server_recovery(scope, id, NULL, ecsfs_own_text, fetch);
}

const EcsfsClass ecsfs_server_recoveries = {
	.name = "auto_recovery",
	.get = recovery_get,
	ECSFS_OWN_CLASS,
};

static void password_cleared(EcsfsChange *change)
{
	ecsfs_own_forget(change->fs, &ecsfs_server_passwords, change->node->scope, change->id);
}

static void clear_password(EcsfsChange *change)
{
	change->accepted = password_cleared;
	ecs_server_password_clear(change->node->scope, change->id, change->cancellable,
				  ecsfs_change_accepted, change);
}

void ecsfs_server_password_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len > 0)
		ecsfs_change_fail(change, EINVAL,
				  "the cloud cannot be told a password: write an empty line, and "
				  "it forgets the one that it has");
	else
		clear_password(change);
}

void ecsfs_server_password_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	clear_password(change);
}

static void recovery_set(EcsfsChange *change)
{
	ecsfs_own_forget(change->fs, &ecsfs_server_recoveries, change->node->scope, change->id);
}

void ecsfs_server_recovery_store(EcsfsChange *change, const char *text, size_t len)
{
	bool on = strcmp(text, "true") == 0;

	change->accepted = recovery_set;
	if (on || strcmp(text, "false") == 0)
		ecs_server_recovery_set(change->node->scope, change->id, on, change->cancellable,
					ecsfs_change_accepted, change);
	else
		ecsfs_change_fail(change, EINVAL, "write \"true\" or \"false\"");
}
