/* SPDX-License-Identifier: MIT */
#include "fs/refer.h"

#include <string.h>

#include "fs/draft.h"

static bool real(EcsfsCollection *collection, const EcsfsRecord *record)
{
	return record != NULL && !ecsfs_draft_is(collection, record->id);
}

/* "web~f93a782a", as by-name has it where several are called "web". Returns: how many it can be;
 * the last of them is *@record. */
static size_t distinct(const EcsfsSnapshot *snapshot, const char *value, EcsfsRecord **record)
{
	const char *tilde = strrchr(value, '~');
	size_t n, found = 0;

	if (tilde == NULL || tilde[1] == '\0')
		return 0;
	g_autofree char *stem = g_strndup(value, (size_t)(tilde - value));
	size_t first = ecsfs_snapshot_named(snapshot, stem, &n);
	for (size_t i = first; i < first + n; i++)
		if (g_str_has_prefix(snapshot->by_name[i]->id, tilde + 1)) {
			*record = snapshot->by_name[i];
			found++;
		}
	return found;
}

EcsfsReferred ecsfs_refer(EcsfsView *view, const EcsfsAttr *attr, const char *text, char **id)
{
	g_autofree char *value = g_strstrip(g_strdup(text));
	size_t n;

	if (*value == '\0' || g_uuid_string_is_valid(value)) {
		*id = g_steal_pointer(&value);
		return ECSFS_REFER_FOUND;
	}
	EcsfsCollection *collection = attr->refers(view);
	EcsfsSnapshot *snapshot = ecsfs_view_snapshot(view, collection);
	if (snapshot == NULL)
		return ECSFS_REFER_WAIT;
	EcsfsRecord *record = ecsfs_snapshot_find(snapshot, value);
	if (!real(collection, record)) {
		size_t first = ecsfs_snapshot_named(snapshot, value, &n);
		record = n == 1 ? snapshot->by_name[first] : NULL;
		if (n == 0)
			n = distinct(snapshot, value, &record);
		if (n > 1)
			return ECSFS_REFER_SEVERAL;
	}
	if (!real(collection, record))
		return ECSFS_REFER_NONE;
	*id = g_strdup(record->id);
	return ECSFS_REFER_FOUND;
}
