/* SPDX-License-Identifier: MIT */
/*
 * memo - how long the text of a LISTING file is, by what it was made from: so that a stat of a list
 * of 100,000 servers costs a rendering once for each change, not once each time.
 */
#pragma once

#include "fs/view.h"

EcsfsMemo *ecsfs_memo_new(void);
void ecsfs_memo_free(EcsfsMemo *memo);

/* Set *@size to the length of the text of @attr in @directory, rendered if it is not known. False:
 * see the view. */
bool ecsfs_memo_length(EcsfsMemo *memo, EcsfsView *view, const EcsfsNode *directory,
		       const EcsfsAttr *attr, off_t *size);
