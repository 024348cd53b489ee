/* SPDX-License-Identifier: MIT */
/*
 * map - directories of `key → value` files: tags, metadata, extra specs. The stock hooks of a kind
 * whose .pairs says where in the object the pairs are; a key that is not a legal file name is
 * escaped.
 */
#pragma once

#include "fs/kind.h"

bool ecsfs_map_find(EcsfsView *view, const char *name, EcsfsEntry *entry);
bool ecsfs_map_list(EcsfsView *view, EcsfsEmit emit, void *data);
/* The show of a map's row: .field is PAIRS_AT(), the key is the view's. A key that is gone: empty.
 */
bool ecsfs_map_show(const EcsfsAttr *attr, EcsfsView *view, GString *out);
