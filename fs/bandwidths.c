/* SPDX-License-Identifier: MIT */
/* bandwidths - how fast elastic IPs are. Each EIP has one of its own, or several share one; shared
 * ones are made and deleted here, the others come and go with their EIP. */
#include "client/bandwidth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/eip.h"
#include "fs/change.h"
#include "fs/creation.h"
#include "fs/list.h"
#include "fs/name.h"
#include "fs/network.h"
#include "fs/view.h"

#define MBITS_MOST 2000 /* more than any region sells: the cloud has the last word */

static const EcsfsKind bandwidth_kind;

static const char *bandwidth_id(const void *item)
{
	return ((const EcsBandwidth *)item)->id;
}

static const char *bandwidth_name(const void *item)
{
	return ((const EcsBandwidth *)item)->name;
}

static int64_t bandwidth_updated(const void *item)
{
	return ((const EcsBandwidth *)item)->updated;
}

static bool bandwidth_same(const void *a, const void *b)
{
	return ecs_bandwidth_same(a, b);
}

static void bandwidth_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	ecs_bandwidth_get(scope, id, NULL, ecsfs_fetch_got, fetch);
}

static const EcsfsClass bandwidths_class = {
	.name = "bandwidths",
	.kind = &bandwidth_kind,
	.list = ecs_bandwidth_list,
	.get = bandwidth_get,
	.id = bandwidth_id,
	.json = ECSFS_JSON(ecs_bandwidth_json),
	.name_of = bandwidth_name,
	.updated = bandwidth_updated,
	.same = bandwidth_same,
	.unref = (void (*)(void *))ecs_bandwidth_unref,
};

EcsfsCollection *ecsfs_bandwidths_of(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_cache_collection(fs->cache, &bandwidths_class, scope);
}

EcsfsCollection *ecsfs_bandwidths_collection(EcsfsView *view)
{
	return ecsfs_bandwidths_of(view->fs, ecsfs_view_scope(view));
}

/* EIPs tell of their bandwidth, and bandwidths of their EIPs: neither is right any more. */
static void both_changed(EcsfsChange *change)
{
	ecsfs_collection_stale(ecsfs_eips_collection(&change->view));
	ecsfs_collection_stale(ecsfs_bandwidths_collection(&change->view));
}

void ecsfs_bandwidth_resize(EcsfsChange *change, const char *bandwidth, const char *text)
{
	if (!ecsfs_whole_number(text, 1, MBITS_MOST)) {
		ecsfs_change_fail(change, EINVAL, "write a whole number of Mbit/s, 1 to %d",
				  MBITS_MOST);
		return;
	}
	change->accepted = both_changed;
	ecs_bandwidth_update(change->node->scope, bandwidth, NULL, atoi(text), change->cancellable,
			     ecsfs_change_accepted, change);
}

void ecsfs_bandwidth_rename(EcsfsChange *change, const char *bandwidth, const char *text)
{
	change->accepted = both_changed;
	ecs_bandwidth_update(change->node->scope, bandwidth, text, 0, change->cancellable,
			     ecsfs_change_accepted, change);
}

static void size_store(EcsfsChange *change, const char *text, size_t len)
{
	ecsfs_bandwidth_resize(change, change->id, text);
}

static void name_store(EcsfsChange *change, const char *text, size_t len)
{
	ecsfs_bandwidth_rename(change, change->id, text);
}

/* The EIP @text, an id or an address; NULL: the change has failed. */
static EcsfsRecord *eip_called(EcsfsChange *change, const char *text)
{
	return ecsfs_change_find(change, ecsfs_eips_collection(&change->view), "elastic IP", text);
}

void ecsfs_bandwidth_losing(EcsfsChange *change, const EcsEip *eip)
{
	if (strcmp(eip->share_type, "PER") != 0)
		return;
	change->data = g_strdup(eip->bandwidth);
	change->free_data = g_free;
}

void ecsfs_bandwidth_lost(EcsfsChange *change)
{
	EcsfsCollection *bandwidths = ecsfs_bandwidths_collection(&change->view);

	ecsfs_collection_stale(bandwidths);
	if (change->data != NULL)
		ecsfs_collection_leaving(bandwidths, change->data, NULL);
}

static void inserted(EcsfsChange *change)
{
	ecsfs_collection_stale(ecsfs_eips_collection(&change->view));
	ecsfs_bandwidth_lost(change);
}

static void verb_insert(EcsfsChange *change, int argc, char **argv)
{
	EcsfsRecord *record = eip_called(change, argv[1]);

	if (record == NULL)
		return;
	ecsfs_bandwidth_losing(change, record->item);
	change->accepted = inserted;
	ecs_bandwidth_insert(change->node->scope, change->id, record->id, change->cancellable,
			     ecsfs_change_accepted, change);
}

static void verb_remove(EcsfsChange *change, int argc, char **argv)
{
	EcsfsRecord *eip = eip_called(change, argv[1]);

	if (eip == NULL)
		return;
	if (!ecsfs_whole_number(argv[2], 1, MBITS_MOST)) {
		ecsfs_change_fail(change, EINVAL,
				  "write \"remove <eip> <size>\", the size in Mbit/s of the "
				  "bandwidth that it gets");
		return;
	}
	change->accepted = both_changed;
	ecs_bandwidth_remove(change->node->scope, change->id, eip->id, atoi(argv[2]),
			     change->cancellable, ecsfs_change_accepted, change);
}

/* Both for shared ones only: the state that is looked at is the share_type. */
static const EcsfsVerb bandwidth_verbs[] = {
	{ "insert", 1, 1, "WHOLE", "<eip>", verb_insert,
	  "let that elastic IP share it; the bandwidth of its own is lost" },
	{ "remove", 2, 2, "WHOLE", "<eip> <size>", verb_remove,
	  "let it have one of its own again, of so many Mbit/s" },
	{}
};

static bool eips_at_hand(EcsfsView *view)
{
	return ecsfs_view_snapshot(view, ecsfs_eips_collection(view)) != NULL;
}

static const EcsfsAttr bandwidth_attrs[] = {
	{ "action", 0644, ecsfs_verbs_show, ecsfs_verb_store, STRING_AT(EcsBandwidth, share_type),
	  .verbs = bandwidth_verbs, .prepare = eips_at_hand,
	  .help = "verbs of a shared one: elastic IPs in and out" },
	{ "charge_mode", 0444, SHOW_STRING(EcsBandwidth, charge_mode),
	  .help = "what is paid for: traffic or bandwidth" },
	{ "created", 0444, SHOW_TIME(EcsBandwidth, created),
	  .help = "when it was made, ISO 8601 UTC" },
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last change of it failed; empty: it did not" },
	{ "id", 0444, SHOW_STRING(EcsBandwidth, id), .help = "id" },
	{ "json", 0444, ecsfs_show_json, .help = "the API's own document" },
	{ "name", 0644, SHOW_STRING(EcsBandwidth, name), .store = name_store,
	  .help = "name; write to rename" },
	{ "share_type", 0444, SHOW_STRING(EcsBandwidth, share_type),
	  .help = "PER: of one elastic IP; WHOLE: shared" },
	{ "size", 0644, SHOW_INT(EcsBandwidth, mbits), .store = size_store,
	  .help = "Mbit/s; write to resize" },
	{ "status", 0444, SHOW_STRING(EcsBandwidth, status), .help = "NORMAL or FREEZED" },
	{ "type", 0444, SHOW_STRING(EcsBandwidth, type), .help = "bgp, share, ..." },
	{ "updated", 0444, SHOW_TIME(EcsBandwidth, updated), .help = "when it last changed" },
	{}
};

/* ---- the EIPs that use it: links ---- */

static bool eip_target(const EcsfsLink *link, EcsfsView *view, GString *out)
{
	ecsfs_network_link("../../../", "eips", view->key, out);
	return true;
}

static const EcsfsLink eip_link = { "<eip>", eip_target, "an elastic IP that uses it" };

static bool eips_find(EcsfsView *view, const char *name, EcsfsEntry *entry)
{
	const EcsBandwidth *bandwidth = view->item;
	g_autofree char *id = ecsfs_name_unescape(name);

	for (size_t i = 0; id != NULL && i < bandwidth->n_eips; i++)
		if (strcmp(bandwidth->eips[i].id, id) == 0)
			*entry = (EcsfsEntry){ .name = name,
					       .link = &eip_link,
					       .id = bandwidth->eips[i].id };
	return true;
}

static bool eips_list(EcsfsView *view, EcsfsEmit emit, void *data)
{
	const EcsBandwidth *bandwidth = view->item;

	for (size_t i = 0; i < bandwidth->n_eips; i++) {
		const char *id = bandwidth->eips[i].id;
		g_autofree char *name = ecsfs_name_escape(id, id);
		emit(&(EcsfsEntry){ .name = name, .link = &eip_link, .id = id }, data);
	}
	return true;
}

static const EcsfsKind eips_kind = {
	.name = "eips",
	.entry_link = &eip_link,
	.find = eips_find,
	.list = eips_list,
};

static const EcsfsChild bandwidth_children[] = {
	{ "eips", &eips_kind, "links to the elastic IPs that use it" }, {}
};

static const EcsfsKind bandwidth_kind = {
	.name = "<bandwidth>",
	.help = "a bandwidth",
	.attrs = bandwidth_attrs,
	.children = bandwidth_children,
};

/* ---- shared ones: made from the template, deleted ---- */

enum { SIZE };

static void template_size_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len > 0 && !ecsfs_whole_number(text, 1, MBITS_MOST))
		ecsfs_change_fail(change, EINVAL, "write a whole number of Mbit/s, 1 to %d",
				  MBITS_MOST);
	else
		ecsfs_template_store(change, text, len);
}

static const EcsfsAttr template_attrs[] = {
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in bandwidths/ failed; empty: it did not" },
	{ "size", 0644, ecsfs_show_string, template_size_store, ECSFS_TEMPLATE_AT(SIZE),
	  .help = "Mbit/s (mandatory)" },
	{}
};

const EcsfsKind ecsfs_bandwidth_template = {
	.name = "bandwidth_template",
	.help = "what mkdir in bandwidths/ makes a shared bandwidth from",
	.attrs = template_attrs,
};

static const EcsfsTemplateRow template_rows[] = {
	{ SIZE, "size", .initial = "10", .hint = "a number of Mbit/s" }, {}
};

static const EcsfsTemplateType bandwidth_templates = {
	.class = ECSFS_TEMPLATE_CLASS("bandwidth_templates", &ecsfs_bandwidth_template),
	.rows = template_rows,
};

bool ecsfs_bandwidth_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &bandwidth_templates, "bandwidths", entry);
}

static void created(void *object, const GError *error, void *data)
{
	EcsBandwidth *bandwidth = object;

	ecsfs_creation_done(data, bandwidth != NULL ? bandwidth->id : "", bandwidth, "", error);
}

static void send_bandwidth(EcsfsChange *change)
{
	const EcsfsCreation *creation = change->data;

	ecs_bandwidth_create(change->node->scope, creation->name,
			     atoi(ecsfs_template_value(creation->template, SIZE)),
			     change->cancellable, created, change);
}

static const EcsfsCreationType bandwidth_creation = { send_bandwidth };

static void bandwidths_make(EcsfsChange *change, const char *file)
{
	if (ecsfs_creation_begin(change, ecsfs_bandwidths_collection(&change->view),
				 &bandwidth_templates, "bandwidths", file))
		ecsfs_creation_send(change, &bandwidth_creation);
}

static void bandwidths_remove(EcsfsChange *change, const EcsfsEntry *entry)
{
	const EcsBandwidth *bandwidth = entry->record != NULL ? entry->record->item : NULL;

	if (bandwidth != NULL && strcmp(bandwidth->share_type, "PER") == 0) {
		ecsfs_change_fail(change, EPERM,
				  "it belongs to an elastic IP, and goes with that: rmdir eips/%s",
				  bandwidth->n_eips > 0 ? bandwidth->eips[0].id : "<eip>");
		return;
	}
	change->accepted = ecsfs_change_removed;
	ecs_bandwidth_delete(change->node->scope, change->id, change->cancellable,
			     ecsfs_change_accepted, change);
}

const EcsfsKind ecsfs_bandwidths = {
	.name = "bandwidths",
	.entry = &bandwidth_kind,
	.find = ecsfs_list_find,
	.list = ecsfs_list_list,
	.collection = ecsfs_bandwidths_collection,
	.noted = ecsfs_bandwidth_template_object,
	.make = bandwidths_make,
	.remove = bandwidths_remove,
	.costly = true,
};
