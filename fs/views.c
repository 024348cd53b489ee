/* SPDX-License-Identifier: MIT */
/* views - the servers of a zone in other orders, as links, from the list that is already there. */
#include <string.h>

#include "fs/change.h"
#include "fs/name.h"
#include "fs/servers.h"

static bool link_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	g_autofree char *name = ecsfs_name_escape(view->record->id, view->record->id);

	g_string_append_printf(out, "../%s", name);
	return true;
}

static const EcsfsLink server_link = { "<name>", link_target, "the server of that name" };

static EcsfsEntry link_entry(EcsfsView *view, const char *name, EcsfsRecord *record)
{
	return (EcsfsEntry){
		.name = name,
		.link = &server_link,
		.id = record->id,
		.collection = ecsfs_servers_collection(view),
		.record = record,
	};
}

static bool by_name_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	EcsfsRecord *record;

	if (ecsfs_name_probe(name))
		return true;
	if (!ecsfs_servers_named(view, name, &record))
		return false;
	if (record != NULL)
		*entry = link_entry(view, name, record);
	return true;
}

static void collect(EcsfsRecord *record, void *data)
{
	g_ptr_array_add(data, record);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(ecsfs_record_name(*(EcsfsRecord *const *)a),
		      ecsfs_record_name(*(EcsfsRecord *const *)b));
}

static bool twin(const GPtrArray *records, size_t i, size_t j)
{
	return j < records->len && by_name(&records->pdata[i], &records->pdata[j]) == 0;
}

static bool by_name_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	g_autoptr(GPtrArray) records = g_ptr_array_new();

	if (!ecsfs_servers_each(view, collect, records))
		return false;
	if (records->len > 0)
		qsort(records->pdata, records->len, sizeof(void *), by_name);
	for (size_t i = 0; i < records->len; i++) {
		EcsfsRecord *record = records->pdata[i];
		const char *name = ((const EcsServer *)record->item)->name;
		bool several = twin(records, i, i + 1) || (i > 0 && twin(records, i, i - 1));
		g_autofree char *file = several ? ecsfs_name_distinct(name, record->id)
						: ecsfs_name_escape(name, record->id);
		EcsfsEntry entry = link_entry(view, file, record);
		emit(&entry, data);
	}
	return true;
}

/* mv by-name/a by-name/b: the server is renamed. */
static void by_name_rename(EcsfsChange *change, const EcsfsEntry *entry, const char *file)
{
	g_autofree char *name = ecsfs_name_unescape(file);

	if (name == NULL)
		ecsfs_change_fail(change, EINVAL, "\"%.255s\" cannot be a server's name", file);
	else
		ecs_server_update(change->node->scope, change->id, name, NULL, change->cancellable,
				  ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_by_name = {
	.name = "by-name",
	.entry_link = &server_link,
	.find = by_name_find,
	.list = by_name_list,
	.collection = ecsfs_servers_collection,
	.rename = by_name_rename,
};
