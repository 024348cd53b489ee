/* SPDX-License-Identifier: MIT */
/* bms - the collection of a scope's bare metal servers, for the links to them. */
#pragma once

#include "fs/view.h"

/* Borrowed. Elements are EcsServer, by id and by name; all zones. */
EcsfsCollection *ecsfs_bms_collection(EcsfsView *view);
/* *@has: is that the id of one? Needs their list; if that fails, none is known. False: view->fetch
 * is set. */
bool ecsfs_bms_has(EcsfsView *view, const char *id, bool *has);
