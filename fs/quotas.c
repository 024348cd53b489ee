/* SPDX-License-Identifier: MIT */
/* quotas - what the project may have, and has: one file a quota, `used max`. */
#include "client/quota.h"
#include "fs/list.h"
#include "fs/view.h"

static const char *quota_id(const void *item)
{
	return ((const EcsQuota *)item)->name;
}

static bool quota_same(const void *a, const void *b)
{
	const EcsQuota *x = a, *y = b;

	return x->used == y->used && x->max == y->max;
}

static void append(GString *out, int64_t value, const char *unknown)
{
	if (value < 0)
		g_string_append(out, unknown);
	else
		g_string_append_printf(out, "%" G_GINT64_FORMAT, value);
}

static bool quota_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const EcsQuota *quota = view->item;

	append(out, quota->used, "-");
	g_string_append_c(out, ' ');
	append(out, quota->max, "unlimited");
	g_string_append_c(out, '\n');
	return true;
}

static const EcsfsAttr quota_row = {
	"<quota>",
	0444,
	quota_show,
	.help = "`used max`; - if the API does not tell, `unlimited` if there is no limit",
};

static const EcsfsClass quotas_class = {
	.name = "quotas",
	.attr = &quota_row,
	.list = ecs_quota_list,
	.id = quota_id,
	.same = quota_same,
	.unref = (void (*)(void *))ecs_quota_unref,
};

static EcsfsCollection *quotas_collection(EcsfsView *view)
{
	return ecsfs_cache_collection(view->fs->cache, &quotas_class, ecsfs_view_scope(view));
}

const EcsfsKind ecsfs_quotas = {
	.name = "quotas",
	.row = &quota_row,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = quotas_collection,
};
