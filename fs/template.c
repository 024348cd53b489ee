/* SPDX-License-Identifier: MIT */
#include "fs/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/change.h"
#include "fs/map.h"
#include "fs/view.h"

#define DISKS_MAX 59  /* data disks: ECS reference, "Creating ECSs" */
#define LIST_MAX 4096 /* bytes of a list of ids */

typedef struct {
	char *zone;
	char *data_disks;
	char *description;
	char *flavor;
	char *image;
	char *key_name;
	char *security_groups;
	char *subnet;
	char *system_disk_gb;
	char *system_disk_type;
	char *user_data;
	char *vpc;
	EcsPairs metadata; /* owned, keys and values too */
	EcsPairs tags;
} Template;

static const EcsfsAttr template_attrs[];

static char **text_at(const Template *template, size_t field)
{
	return (char **)(void *)((char *)template + field);
}

static EcsPairs *pairs_at(const Template *template, size_t field)
{
	return (EcsPairs *)(void *)((char *)template + field);
}

static void pairs_clear(EcsPairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		g_free((char *)pairs->v[i].key);
		g_free((char *)pairs->v[i].value);
	}
	g_free((EcsPair *)pairs->v);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const EcsPair *)a)->key, ((const EcsPair *)b)->key);
}

/* Returns: a copy of @from in which @key (NULL: nothing) is @value; NULL: is not. */
static EcsPairs pairs_with(const EcsPairs *from, const char *key, const char *value)
{
	EcsPair *v = g_new(EcsPair, from->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < from->n; i++)
		if (g_strcmp0(from->v[i].key, key) != 0)
			v[n++] = (EcsPair){ g_strdup(from->v[i].key), g_strdup(from->v[i].value) };
	if (key != NULL && value != NULL)
		v[n++] = (EcsPair){ g_strdup(key), g_strdup(value) };
	qsort(v, n, sizeof(EcsPair), by_key);
	return (EcsPairs){ .n = n, .v = v };
}

static void template_free(void *data)
{
	Template *template = data;

	for (const EcsfsAttr *attr = template_attrs; attr->name != NULL; attr++)
		if (attr->store != NULL)
			g_free(*text_at(template, attr->field));
	pairs_clear(&template->metadata);
	pairs_clear(&template->tags);
	g_free(template->zone);
	g_free(template);
}

static Template *template_copy(const Template *from)
{
	Template *template = g_new0(Template, 1);

	template->zone = g_strdup(from->zone);
	for (const EcsfsAttr *attr = template_attrs; attr->name != NULL; attr++)
		if (attr->store != NULL)
			*text_at(template, attr->field) = g_strdup(*text_at(from, attr->field));
	template->metadata = pairs_with(&from->metadata, NULL, NULL);
	template->tags = pairs_with(&from->tags, NULL, NULL);
	return template;
}

static const char *template_id(const void *item)
{
	return ((const Template *)item)->zone;
}

static void template_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	Template blank = { .zone = (char *)id, .system_disk_type = (char *)"SSD" };

	ecsfs_fetch_item(fetch, template_copy(&blank), NULL);
}

static const EcsfsClass templates_class = {
	.name = "templates",
	.kind = &ecsfs_template,
	.local = true,
	.get = template_get,
	.id = template_id,
	.unref = template_free,
};

EcsfsCollection *ecsfs_template_collection(EcsfsFs *fs, EcsScope *scope)
{
	return ecsfs_cache_collection(fs->cache, &templates_class, scope);
}

EcsfsRecord *ecsfs_template_record(EcsfsFs *fs, EcsScope *scope, const char *zone)
{
	g_autoptr(EcsfsFetch) fetch = NULL;
	g_autoptr(GError) error = NULL;
	int64_t fresh = INT64_MAX;

	return ecsfs_collection_record(ecsfs_template_collection(fs, scope), zone, true, &fresh,
				       &fetch, &error);
}

bool ecsfs_template_object(EcsfsView *view, EcsfsEntry *entry)
{
	entry->collection = ecsfs_template_collection(view->fs, ecsfs_view_scope(view));
	entry->record = ecsfs_view_find(view, entry->collection, ecsfs_view_zone(view));
	if (entry->record == NULL)
		return false;
	entry->id = entry->record->id;
	return true;
}

static void put(EcsfsChange *change, Template *template)
{
	ecsfs_collection_put(change->collection, template);
	ecsfs_change_done(change, NULL);
}

static void value_store(EcsfsChange *change, const char *text, size_t len)
{
	Template *template = template_copy(change->view.item);
	char **value = text_at(template, change->attr->field);

	g_free(*value);
	*value = g_strstrip(g_strdup(text));
	put(change, template);
}

static bool whole_number(const char *text, long least, long most)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && n >= least && n <= most;
}

static void system_disk_gb_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len > 0 && !whole_number(text, 1, 1024))
		ecsfs_change_fail(change, EINVAL, "write a whole number of GiB, 1 to 1024");
	else
		value_store(change, text, len);
}

static bool document_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *text = *text_at(view->item, attr->field);

	if (text != NULL)
		g_string_append(out, text);
	return true;
}

static void document_store(EcsfsChange *change, const char *text, size_t len)
{
	if (memchr(text, '\0', len) != NULL) {
		ecsfs_change_fail(change, EINVAL, "the text holds a NUL byte");
		return;
	}
	Template *template = template_copy(change->view.item);
	char **value = text_at(template, change->attr->field);
	g_free(*value);
	*value = g_strndup(text, len);
	put(change, template);
}

/* Returns: the lines of a list that say something; owned. */
static char **lines_of(const char *text)
{
	g_auto(GStrv) all = g_strsplit(text != NULL ? text : "", "\n", -1);
	GPtrArray *lines = g_ptr_array_new();

	for (char **line = all; *line != NULL; line++)
		if (*g_strstrip(*line) != '\0')
			g_ptr_array_add(lines, g_strdup(*line));
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}

/* Each line `type GiB`. Returns: owned, *@n of them; NULL: a line is wrong. Types are owned by
 * @lines. */
static EcsDiskSpec *parse_disks(char **lines, size_t *n)
{
	EcsDiskSpec *disks = g_new0(EcsDiskSpec, g_strv_length(lines) + 1);

	for (*n = 0; lines[*n] != NULL; (*n)++) {
		char *gap = strpbrk(lines[*n], " \t");
		if (gap == NULL || *n == DISKS_MAX ||
		    !whole_number(g_strstrip(gap + 1), 10, 32768)) {
			g_free(disks);
			return NULL;
		}
		*gap = '\0';
		disks[*n] = (EcsDiskSpec){ .type = lines[*n], .size_gb = atoi(gap + 1) };
	}
	return disks;
}

static void data_disks_store(EcsfsChange *change, const char *text, size_t len)
{
	g_auto(GStrv) lines = lines_of(text);
	size_t n;
	g_autofree EcsDiskSpec *disks = parse_disks(lines, &n);

	if (disks == NULL)
		ecsfs_change_fail(change, EINVAL,
				  "a disk a line: \"<type> <GiB, 10 to 32768>\", at most %d",
				  DISKS_MAX);
	else
		document_store(change, text, len);
}

static bool error_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	if (view->note != NULL)
		ecsfs_value(out, view->note);
	return true;
}

/* Sorted by name. */
static const EcsfsAttr template_attrs[] = {
	{ "data_disks", 0644, document_show, data_disks_store, STRING_AT(Template, data_disks),
	  ECSFS_GATHER, LIST_MAX, .help = "disks to create with it: `type GiB`, one a line" },
	{ "description", 0644, SHOW_STRING(Template, description), .store = value_store,
	  .help = "free text, at most 85 characters" },
	{ "error", 0444, error_show, .flags = ECSFS_NOTED,
	  .help = "why the last mkdir in servers/ failed; empty: it did not" },
	{ "flavor", 0644, SHOW_STRING(Template, flavor), .store = value_store,
	  .help = "id of a flavor (mandatory)" },
	{ "image", 0644, SHOW_STRING(Template, image), .store = value_store,
	  .help = "id of an image (mandatory)" },
	{ "key_name", 0644, SHOW_STRING(Template, key_name), .store = value_store,
	  .help = "name of a key pair" },
	{ "security_groups", 0644, document_show, document_store,
	  STRING_AT(Template, security_groups), ECSFS_GATHER, LIST_MAX,
	  .help = "ids of security groups, one a line; empty: the default one" },
	{ "subnet", 0644, document_show, document_store, STRING_AT(Template, subnet), ECSFS_GATHER,
	  LIST_MAX,
	  .help = "ids of subnets, one a line and interface, the first is primary (mandatory)" },
	{ "system_disk_gb", 0644, SHOW_STRING(Template, system_disk_gb),
	  .store = system_disk_gb_store,
	  .help = "size of the system disk, GiB, 1 to 1024; empty: as the image wants" },
	{ "system_disk_type", 0644, SHOW_STRING(Template, system_disk_type), .store = value_store,
	  .help = "type of the system disk, such as SSD (mandatory)" },
	{ "user_data", 0600, document_show, document_store, STRING_AT(Template, user_data),
	  ECSFS_GATHER | ECSFS_SECRET, ECSFS_USER_DATA_MAX,
	  .help = "what the first boot is given, such as cloud-config; at most 32 KiB" },
	{ "vpc", 0644, SHOW_STRING(Template, vpc), .store = value_store,
	  .help = "id of a VPC (mandatory)" },
	{}
};

static void pair_put(EcsfsChange *change, const char *key, const char *value)
{
	Template *template = template_copy(change->view.item);
	EcsPairs *pairs = pairs_at(template, change->node->kind != NULL ? change->node->kind->pairs
									: change->attr->field);
	EcsPairs changed = pairs_with(pairs, key, value);

	pairs_clear(pairs);
	*pairs = changed;
	put(change, template);
}

static void pair_store(EcsfsChange *change, const char *text, size_t len)
{
	pair_put(change, change->view.key, text);
}

static void pair_drop(EcsfsChange *change, const EcsfsEntry *entry)
{
	pair_put(change, entry->id, NULL);
}

#define MAP(name_, member)                                                                         \
	static const EcsfsAttr member##_row = {                                                    \
		"<key>",                                                                           \
		0644,                                                                              \
		ecsfs_map_show,                                                                    \
		pair_store,                                                                        \
		PAIRS_AT(Template, member),                                                        \
		.help = "value of that key; write to set, rm to delete",                           \
	};                                                                                         \
	static const EcsfsKind member##_kind = {                                                   \
		.name = name_,                                                                     \
		.find = ecsfs_map_find,                                                            \
		.list = ecsfs_map_list,                                                            \
		.pairs = PAIRS_AT(Template, member),                                               \
		.row = &member##_row,                                                              \
		.made = &member##_row,                                                             \
		.drop = pair_drop,                                                                 \
	}
MAP("metadata", metadata);
MAP("tags", tags);

static const EcsfsChild template_children[] = { { "metadata", &metadata_kind,
						  "metadata of the new server" },
						{ "tags", &tags_kind, "tags of the new server" },
						{} };

const EcsfsKind ecsfs_template = {
	.name = "template",
	.attrs = template_attrs,
	.children = template_children,
};

static const struct {
	const char *file;
	size_t field;
	const char *hint;
} mandatory[] = {
	{ "flavor", STRING_AT(Template, flavor), "the id of a flavor, as in flavors/" },
	{ "image", STRING_AT(Template, image), "the id of an image, as in images/" },
	{ "vpc", STRING_AT(Template, vpc), "the id of a VPC, as in vpcs/" },
	{ "subnet", STRING_AT(Template, subnet),
	  "the id of a subnet of the VPC, as in vpcs/*/subnets/" },
	{ "system_disk_type", STRING_AT(Template, system_disk_type), "a disk type, such as SSD" },
};

const char *ecsfs_template_missing(const EcsfsRecord *record)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mandatory); i++) {
		const char *text =
			record != NULL ? *text_at(record->item, mandatory[i].field) : NULL;
		g_auto(GStrv) lines = lines_of(text);
		if (lines[0] == NULL)
			return mandatory[i].file;
	}
	return NULL;
}

const char *ecsfs_template_hint(const char *file)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mandatory); i++)
		if (strcmp(mandatory[i].file, file) == 0)
			return mandatory[i].hint;
	return "a value";
}

struct EcsfsSpec {
	EcsServerSpec server;
	Template *template;
	char *name, *zone, *user_data, *token;
	char **subnets, **security_groups, **disk_lines;
	EcsDiskSpec *disks;
};

EcsfsSpec *ecsfs_template_spec(const EcsfsRecord *record, const char *name, const char *zone)
{
	EcsfsSpec *spec = g_new0(EcsfsSpec, 1);
	const Template *t = spec->template = template_copy(record->item);

	spec->name = g_strdup(name);
	spec->zone = g_strdup(zone);
	spec->token = g_uuid_string_random();
	spec->subnets = lines_of(t->subnet);
	spec->security_groups = lines_of(t->security_groups);
	spec->disk_lines = lines_of(t->data_disks);
	spec->disks = parse_disks(spec->disk_lines, &spec->server.n_data_disks);
	if (t->user_data != NULL && *t->user_data != '\0')
		spec->user_data =
			g_base64_encode((const unsigned char *)t->user_data, strlen(t->user_data));
	spec->server.name = spec->name;
	spec->server.zone = spec->zone;
	spec->server.flavor = t->flavor;
	spec->server.image = t->image;
	spec->server.vpc = t->vpc;
	spec->server.subnets = (const char *const *)spec->subnets;
	spec->server.security_groups = (const char *const *)spec->security_groups;
	spec->server.key_name = t->key_name;
	spec->server.description = t->description;
	spec->server.user_data = spec->user_data;
	spec->server.system_disk.type = t->system_disk_type;
	spec->server.system_disk.size_gb = t->system_disk_gb != NULL ? atoi(t->system_disk_gb) : 0;
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
	template_free(spec->template);
	g_strfreev(spec->subnets);
	g_strfreev(spec->security_groups);
	g_strfreev(spec->disk_lines);
	g_free(spec->disks);
	g_free(spec->user_data);
	g_free(spec->token);
	g_free(spec->name);
	g_free(spec->zone);
	g_free(spec);
}
