/* SPDX-License-Identifier: MIT */
#include "fs/events.h"

#include <string.h>

#include "fs/history.h"
#include "fs/servers.h"
#include "fs/view.h"

static EcsfsHistoryState state_of(const EcsfsView *view)
{
	return ecsfs_history_state(view->fs->history, ecsfs_view_scope(view),
				   ecsfs_view_zone(view));
}

/* Where in the log the node begins. */
static uint64_t begin_of(const EcsfsView *view)
{
	return view->key != NULL ? g_ascii_strtoull(view->key, NULL, 10) : 0;
}

static bool ask(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_servers_collection(view)) != NULL;
}

static uint64_t length(EcsfsView *view)
{
	EcsfsHistoryState state = state_of(view);

	view->changed_ns = state.changed_ns;
	return state.end - MIN(begin_of(view), state.end);
}

static void piece(EcsfsView *view, uint64_t off, size_t size, GString *out)
{
	ecsfs_history_read(view->fs->history, ecsfs_view_scope(view), ecsfs_view_zone(view),
			   begin_of(view) + off, size, out);
}

static const EcsfsGrowing growing = { ask, length, piece };

static bool events_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (!view->known && !ask(view))
		return false;
	piece(view, 0, length(view), out);
	return true;
}

const EcsfsAttr ecsfs_events_row = {
	"events",
	0444,
	events_show,
	.flags = ECSFS_VOLATILE | ECSFS_OWN_CALL,
	.growing = &growing,
	.help = "what was seen to change in the zone's servers, a line each; tail -f follows",
};

static EcsfsEntry entry_of(EcsfsView *view)
{
	g_snprintf(view->begin, sizeof(view->begin), "%" G_GUINT64_FORMAT, state_of(view).start);
	return (EcsfsEntry){ .name = ecsfs_events_row.name,
			     .attr = &ecsfs_events_row,
			     .id = view->begin };
}

bool ecsfs_events_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	if (strcmp(name, ecsfs_events_row.name) == 0)
		*entry = entry_of(view);
	return true;
}

bool ecsfs_events_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	EcsfsEntry entry = entry_of(view);

	emit(&entry, data);
	return true;
}
