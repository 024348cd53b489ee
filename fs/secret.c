/* SPDX-License-Identifier: MIT */
#include "fs/secret.h"

#include <string.h>

#include "fs/collection.h"
#include "fs/view.h"

static void wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

void ecsfs_secret_keep(EcsfsCollection *collection, const char *id, const char *text)
{
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side_make(collection, id);
	wipe(side->secret);
	side->secret = g_strdup(text);
	g_mutex_unlock(&collection->cache->lock);
}

void ecsfs_secret_forget(EcsfsCollection *collection, const char *id)
{
	g_mutex_lock(&collection->cache->lock);
	Side *side = ecsfs_side(collection, id);
	if (side != NULL)
		wipe(g_steal_pointer(&side->secret));
	g_mutex_unlock(&collection->cache->lock);
}

bool ecsfs_secret_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (view->record == NULL) /* rendered for a comparison */
		return true;
	g_mutex_lock(&view->collection->cache->lock);
	const Side *side = ecsfs_side(view->collection, view->record->id);
	if (side != NULL && side->secret != NULL)
		g_string_append(out, side->secret);
	g_mutex_unlock(&view->collection->cache->lock);
	return true;
}
