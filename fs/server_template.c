/* SPDX-License-Identifier: MIT */
/* server_template - what a new server in a zone starts from. */
#include "fs/server_template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/eip.h"
#include "fs/change.h"
#include "fs/dispatch.h"
#include "fs/list.h"
#include "fs/network.h"
#include "fs/server_rows.h"
#include "fs/view.h"

#define DISKS_MAX 59   /* data disks: ECS reference, "Creating ECSs" */
#define DISK_MIN_GB 10 /* the same; Cinder's may be of 1 */

/* "5_bgp 10"; Source: ECS reference, "Creating ECSs", bandwidth.size. */
static bool is_new_eip(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	return g_strv_length(words) == 2 && *words[0] != '\0' &&
	       ecsfs_whole_number(words[1], 1, 1000);
}

/* An EIP that was written by its address. */
typedef struct {
	EcsfsChange *change;
	char *address;
	char *id; /* NULL: there is none that is free */
	GError *error;
} Search;

/* On the dispatch thread. */
static gboolean eip_found(void *data)
{
	Search *search = data;

	if (search->error != NULL)
		ecsfs_change_done(search->change, search->error);
	else if (search->id == NULL)
		ecsfs_change_fail(search->change, EINVAL, "no free EIP has the address %s",
				  search->address);
	else
		ecsfs_template_put(search->change, EIP, search->id);
	g_clear_error(&search->error);
	g_free(search->address);
	g_free(search->id);
	g_free(search);
	return G_SOURCE_REMOVE;
}

/* EcsListDone, on the engine's thread. */
static void eips_listed(GPtrArray *eips, const GError *error, void *data)
{
	Search *search = data;

	search->error = error != NULL ? g_error_copy(error) : NULL;
	for (size_t i = 0; eips != NULL && i < eips->len; i++) {
		const EcsEip *eip = eips->pdata[i];
		if (strcmp(eip->address, search->address) == 0 && strcmp(eip->status, "DOWN") == 0)
			search->id = g_strdup(eip->id);
	}
	g_clear_pointer(&eips, g_ptr_array_unref);
	ecsfs_dispatch_call(search->change->fs->dispatch, eip_found, search);
}

/* Each line `type GiB`. Returns: owned, *@n of them; NULL: a line is wrong. Types are owned by
 * @lines. */
static EcsDiskSpec *parse_disks(char **lines, size_t *n)
{
	EcsDiskSpec *disks = g_new0(EcsDiskSpec, g_strv_length(lines) + 1);

	for (*n = 0; lines[*n] != NULL; (*n)++) {
		char *gap = strpbrk(lines[*n], " \t");
		if (gap == NULL || *n == DISKS_MAX ||
		    !ecsfs_whole_number(g_strstrip(gap + 1), 1, 32768)) {
			g_free(disks);
			*n = 0;
			return NULL;
		}
		*gap = '\0';
		disks[*n] = (EcsDiskSpec){ .type = lines[*n], .size_gb = atoi(gap + 1) };
	}
	return disks;
}

/* @least: of the size of each. */
static bool are_disks(const char *text, int least)
{
	g_auto(GStrv) lines = ecsfs_lines(text);
	size_t n;
	g_autofree EcsDiskSpec *disks = parse_disks(lines, &n);

	for (size_t i = 0; i < n; i++)
		if (disks[i].size_gb < least)
			return false;
	return disks != NULL;
}

#define TEXT_OF(number) G_STRINGIFY(number)
#define WRITE_DISKS(least)                                                                         \
	"a disk a line: \"<type> <GiB, " TEXT_OF(least) " to 32768>\", at most " TEXT_OF(DISKS_MAX)

const char *ecsfs_server_value_wrong(int row, const char *value)
{
	if (*value == '\0')
		return NULL;
	switch (row) {
	case COUNT:
		return ecsfs_whole_number(value, 1, 100) ? NULL : "write a whole number, 1 to 100";
	case DATA_DISKS:
		return are_disks(value, 1) ? NULL : WRITE_DISKS(1);
	case EIP:
		return g_uuid_string_is_valid(value) || is_new_eip(value)
			       ? NULL
			       : "write the id or the address of a free EIP, or \"<type> <Mbit/s, "
				 "1 "
				 "to 1000>\" for a new one, such as \"5_bgp 10\"";
	case SYSTEM_DISK_GB:
		return ecsfs_whole_number(value, 1, 1024)
			       ? NULL
			       : "write a whole number of GiB, 1 to 1024";
	default:
		return NULL;
	}
}

/* Which row is it? */
static int row_of(const EcsfsAttr *attr)
{
	return (int)((attr->field - ECSFS_TEMPLATE_AT(0)) / sizeof(char *));
}

void ecsfs_server_value_store(EcsfsChange *change, const char *text, size_t len)
{
	g_autofree char *value = g_strstrip(g_strdup(text));
	const char *wrong = ecsfs_server_value_wrong(row_of(change->attr), value);

	if (wrong != NULL)
		ecsfs_change_fail(change, EINVAL, "%s", wrong);
	else
		ecsfs_template_store(change, text, len);
}

void ecsfs_data_disks_store(EcsfsChange *change, const char *text, size_t len)
{
	const char *wrong = ecsfs_server_value_wrong(DATA_DISKS, text);

	if (*text != '\0' && ecs_scope_has(change->node->scope, ECS_HAS_ECS) &&
	    !are_disks(text, DISK_MIN_GB))
		wrong = WRITE_DISKS(DISK_MIN_GB);
	if (wrong != NULL)
		ecsfs_change_fail(change, EINVAL, "%s", wrong);
	else
		ecsfs_template_document_store(change, text, len);
}

void ecsfs_eip_store(EcsfsChange *change, const char *text, size_t len)
{
	g_autofree char *value = g_strstrip(g_strdup(text));

	if (!g_hostname_is_ip_address(value)) {
		ecsfs_server_value_store(change, text, len);
		return;
	}
	Search *search = g_new0(Search, 1);
	*search = (Search){ .change = change, .address = g_steal_pointer(&value) };
	ecs_eip_list(change->node->scope, change->cancellable, eips_listed, search);
}

/* Sorted by name. */
static const EcsfsAttr template_attrs[] = {
	ECSFS_SERVER_ROWS_D_E,
	{ "error", 0444, ecsfs_show_note, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in servers/ failed; empty: it did not" },
	ECSFS_SERVER_ROWS_F_K,
	ECSFS_SERVER_ROWS_SE,
	ECSFS_SERVER_ROWS_SU_Z,
	{}
};

const EcsfsChild ecsfs_server_template_children[] = {
	{ "metadata", &ecsfs_template_metadata, "metadata of the new server" },
	{ "tags", &ecsfs_template_tags, "tags of the new server" },
	{}
};

const EcsfsKind ecsfs_template = {
	.name = "template",
	.attrs = template_attrs,
	.children = ecsfs_server_template_children,
};

const EcsfsTemplateRow ecsfs_server_template_rows[] = {
	{ FLAVOR, "flavor", .hint = "the id of a flavor, as in flavors/" },
	{ IMAGE, "image", .hint = "the id of an image, as in images/" },
	{ VPC, "vpc", .hint = "the id of a VPC, as in vpcs/", .needs = ECS_HAS_VPC },
	{ SUBNET, "subnet", .hint = "the id of a subnet of the VPC, as in vpcs/*/subnets/",
	  .needs = ECS_HAS_VPC },
	{ SYSTEM_DISK_TYPE, "system_disk_type", "SSD", "a disk type, such as SSD",
	  .needs = ECS_HAS_ECS },
	{}
};

const EcsfsTemplateType ecsfs_server_templates = {
	.class = ECSFS_TEMPLATE_CLASS("templates", &ecsfs_template),
	.rows = ecsfs_server_template_rows,
};

bool ecsfs_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	return ecsfs_template_entry(view, &ecsfs_server_templates, ecsfs_view_zone(view), entry);
}

static bool has_names(const EcsfsTemplate *template, int row)
{
	g_auto(GStrv) lines = ecsfs_template_lines(template, row);

	for (char **line = lines; *line != NULL; line++)
		if (!g_uuid_string_is_valid(*line))
			return true;
	return false;
}

bool ecsfs_server_values_names(EcsfsView *view, const EcsfsTemplate *values)
{
	bool subnets = has_names(values, SUBNET), groups = has_names(values, SECURITY_GROUPS);

	return (!subnets || ecsfs_view_snapshot(view, ecsfs_subnets_collection(view)) != NULL) &&
	       (!groups ||
		ecsfs_view_snapshot(view, ecsfs_security_groups_collection(view)) != NULL);
}

bool ecsfs_server_template_names(EcsfsView *view)
{
	EcsfsTemplate *t = ecsfs_template_take(view->fs, ecsfs_view_scope(view),
					       &ecsfs_server_templates, ecsfs_view_zone(view));
	bool known = ecsfs_server_values_names(view, t);

	ecsfs_template_free(t);
	return known;
}

/* Returns: the id that @line stands for, owned; NULL: the change has failed. */
static char *id_of(EcsfsChange *change, const EcsfsTemplate *template, int row, const char *line)
{
	EcsfsView *view = &change->view;
	EcsfsRecord *record;

	if (g_uuid_string_is_valid(line))
		return g_strdup(line);
	if (row == SUBNET)
		record = ecsfs_network_subnet(change, ecsfs_template_value(template, VPC), line);
	else
		record = ecsfs_change_find(change, ecsfs_security_groups_collection(view),
					   "security group", line);
	return record != NULL ? g_strdup(record->id) : NULL;
}

bool ecsfs_server_template_resolve(EcsfsChange *change, EcsfsTemplate *template)
{
	static const int rows[] = { SUBNET, SECURITY_GROUPS };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) lines = ecsfs_template_lines(template, rows[i]);
		for (char **line = lines; *line != NULL; line++) {
			char *id = id_of(change, template, rows[i], *line);
			if (id == NULL)
				return false;
			g_free(*line);
			*line = id;
		}
		g_free(template->values[rows[i]]);
		template->values[rows[i]] = g_strjoinv("\n", lines);
	}
	return true;
}

struct EcsfsSpec {
	EcsServerSpec server;
	EcsfsTemplate *template;
	char *name, *zone, *token, *eip;
	char **subnets, **security_groups, **disk_lines;
	EcsDiskSpec *disks;
};

/* "<type> <Mbit/s>", or the id of one that there is. */
static void take_eip(EcsfsSpec *spec, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	unsigned n = g_strv_length(words);

	if (n == 0 || *value == '\0')
		return;
	spec->eip = g_strdup(words[0]);
	if (n == 1) {
		spec->server.eip = spec->eip;
	} else {
		spec->server.eip_type = spec->eip;
		spec->server.eip_mbits = atoi(words[n - 1]);
	}
}

EcsfsSpec *ecsfs_template_spec(const EcsfsOrder *order)
{
	EcsfsSpec *spec = g_new0(EcsfsSpec, 1);
	EcsfsTemplate *t = spec->template = ecsfs_template_copy(order->template);

	spec->name = g_strdup(order->name);
	spec->zone = g_strdup(order->zone);
	spec->token = order->dry_run ? NULL : g_strdup(order->token);
	if (order->marked)
		ecsfs_template_pair(&t->metadata, ECSFS_TOKEN_KEY, order->token);
	take_eip(spec, ecsfs_template_value(t, EIP));
	spec->server.count = atoi(ecsfs_template_value(t, COUNT));
	spec->server.dry_run = order->dry_run;
	spec->subnets = ecsfs_template_lines(t, SUBNET);
	spec->security_groups = ecsfs_template_lines(t, SECURITY_GROUPS);
	spec->disk_lines = ecsfs_template_lines(t, DATA_DISKS);
	spec->disks = parse_disks(spec->disk_lines, &spec->server.n_data_disks);
	spec->server.name = spec->name;
	spec->server.zone = spec->zone;
	spec->server.flavor = t->values[FLAVOR];
	spec->server.image = t->values[IMAGE];
	spec->server.vpc = t->values[VPC];
	spec->server.subnets = (const char *const *)spec->subnets;
	spec->server.security_groups = (const char *const *)spec->security_groups;
	spec->server.server_group = t->values[SERVER_GROUP];
	spec->server.key_name = t->values[KEY_NAME];
	spec->server.description = t->values[DESCRIPTION];
	spec->server.user_data = t->values[USER_DATA] != NULL && *t->values[USER_DATA] != '\0'
					 ? t->values[USER_DATA]
					 : NULL;
	spec->server.system_disk.type = t->values[SYSTEM_DISK_TYPE];
	spec->server.system_disk.size_gb = atoi(ecsfs_template_value(t, SYSTEM_DISK_GB));
	spec->server.data_disks = spec->disks;
	spec->server.metadata = t->metadata;
	spec->server.tags = t->tags;
	spec->server.client_token = spec->token;
	return spec;
}

const EcsServerSpec *ecsfs_spec_server(const EcsfsSpec *spec)
{
	return &spec->server;
}

void ecsfs_spec_free(EcsfsSpec *spec)
{
	if (spec == NULL)
		return;
	ecsfs_template_free(spec->template);
	g_strfreev(spec->subnets);
	g_strfreev(spec->security_groups);
	g_strfreev(spec->disk_lines);
	g_free(spec->disks);
	g_free(spec->token);
	g_free(spec->eip);
	g_free(spec->name);
	g_free(spec->zone);
	g_free(spec);
}
