/* SPDX-License-Identifier: MIT */
/* server_details - the files of a server that cost a call each: console, events, password, resize
 * targets, automatic recovery. */
#pragma once

#include "fs/attr.h"
#include "fs/cache.h"

/* For the rows' .own. */
extern const EcsfsClass ecsfs_console_logs, ecsfs_console_urls, ecsfs_server_events;
extern const EcsfsClass ecsfs_server_passwords, ecsfs_server_recoveries, ecsfs_resize_targets;

void ecsfs_server_password_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_server_password_drop(EcsfsChange *change, const EcsfsEntry *entry);
void ecsfs_server_recovery_store(EcsfsChange *change, const char *text, size_t len);
