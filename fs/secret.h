/* SPDX-License-Identifier: MIT */
/*
 * secret - what the cloud tells once, in the answer to a create, and never again: a private key.
 * It is kept in memory until it has been read to its end, or the mount ends; a row with ECSFS_ONCE
 * shows it. Any thread.
 */
#pragma once

#include "fs/attr.h"
#include "fs/cache.h"

/* @text: copied. */
void ecsfs_secret_keep(EcsfsCollection *collection, const char *id, const char *text);
void ecsfs_secret_forget(EcsfsCollection *collection, const char *id);
/* The show of a row with ECSFS_ONCE: the text as it was told; empty: there is none any more. */
bool ecsfs_secret_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
