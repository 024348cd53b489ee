/* SPDX-License-Identifier: MIT */
/* refer - values that name an object of another collection: a name is as good as an id. */
#pragma once

#include "fs/attr.h"
#include "fs/view.h"

typedef enum {
	ECSFS_REFER_WAIT,    /* the view says why not yet, or why not */
	ECSFS_REFER_FOUND,   /* *id is what is to be stored */
	ECSFS_REFER_NONE,    /* there is no such object */
	ECSFS_REFER_SEVERAL, /* several have that name */
} EcsfsReferred;

/* Look @text up in @attr->refers. An empty value, and what looks like an id, is taken as it is: the
 * cloud knows better, and it costs no call. @id: owned; set with FOUND only. */
EcsfsReferred ecsfs_refer(EcsfsView *view, const EcsfsAttr *attr, const char *text, char **id);
