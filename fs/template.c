/* SPDX-License-Identifier: MIT */
#include "fs/template.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fs/change.h"
#include "fs/map.h"
#include "fs/view.h"

static char **text_at(const EcsfsTemplate *template, size_t field)
{
	return (char **)(void *)((char *)template + field);
}

static EcsPairs *pairs_at(const EcsfsTemplate *template, size_t field)
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

void ecsfs_template_free(void *item)
{
	EcsfsTemplate *template = item;

	for (int i = 0; i < ECSFS_TEMPLATE_ROWS; i++)
		g_free(template->values[i]);
	pairs_clear(&template->metadata);
	pairs_clear(&template->tags);
	g_free(template->id);
	g_free(template);
}

EcsfsTemplate *ecsfs_template_copy(const EcsfsTemplate *from)
{
	EcsfsTemplate *template = g_new0(EcsfsTemplate, 1);

	template->id = g_strdup(from->id);
	for (int i = 0; i < ECSFS_TEMPLATE_ROWS; i++)
		template->values[i] = g_strdup(from->values[i]);
	template->metadata = pairs_with(&from->metadata, NULL, NULL);
	template->tags = pairs_with(&from->tags, NULL, NULL);
	template->busy = from->busy;
	return template;
}

const char *ecsfs_template_id(const void *item)
{
	return ((const EcsfsTemplate *)item)->id;
}

/* Returns: as nobody has written to it; owned. */
static EcsfsTemplate *template_new(EcsScope *scope, const EcsfsTemplateType *type, const char *id)
{
	EcsfsTemplate *template = g_new0(EcsfsTemplate, 1);

	template->id = g_strdup(id);
	for (const EcsfsTemplateRow *row = type->rows; row->file != NULL; row++)
		if (ecs_scope_has(scope, row->needs))
			template->values[row->row] = g_strdup(row->initial);
	return template;
}

void ecsfs_template_get(EcsScope *scope, const char *id, EcsfsFetch *fetch)
{
	const EcsfsTemplateType *type = (const EcsfsTemplateType *)ecsfs_fetch_class(fetch);

	ecsfs_fetch_item(fetch, template_new(scope, type, id), NULL);
}

EcsfsCollection *ecsfs_template_collection(EcsfsFs *fs, EcsScope *scope,
					   const EcsfsTemplateType *type)
{
	return ecsfs_cache_collection(fs->cache, &type->class, scope);
}

EcsfsTemplate *ecsfs_template_take(EcsfsFs *fs, EcsScope *scope, const EcsfsTemplateType *type,
				   const char *id)
{
	g_autoptr(EcsfsFetch) fetch = NULL;
	g_autoptr(GError) error = NULL;
	int64_t fresh = INT64_MAX;
	EcsfsRecord *record = ecsfs_collection_record(ecsfs_template_collection(fs, scope, type),
						      id, true, 0, &fresh, &fetch, &error);

	if (record == NULL)
		return template_new(scope, type, id);
	EcsfsTemplate *template = ecsfs_template_copy(record->item);
	ecsfs_record_unref(record);
	return template;
}

bool ecsfs_template_entry(EcsfsView *view, const EcsfsTemplateType *type, const char *id,
			  EcsfsEntry *entry)
{
	entry->collection = ecsfs_template_collection(view->fs, ecsfs_view_scope(view), type);
	entry->record = ecsfs_view_find(view, entry->collection, id);
	if (entry->record == NULL)
		return false;
	entry->id = entry->record->id;
	return true;
}

const EcsfsTemplateRow *ecsfs_template_missing(EcsScope *scope, const EcsfsTemplateType *type,
					       const EcsfsTemplate *template)
{
	for (const EcsfsTemplateRow *row = type->rows; row->file != NULL; row++) {
		g_auto(GStrv) lines = ecsfs_template_lines(template, row->row);
		if (row->hint != NULL && lines[0] == NULL && ecs_scope_has(scope, row->needs))
			return row;
	}
	return NULL;
}

const char *ecsfs_template_value(const EcsfsTemplate *template, int row)
{
	return template->values[row] != NULL ? template->values[row] : "";
}

char **ecsfs_lines(const char *text)
{
	g_auto(GStrv) all = g_strsplit(text != NULL ? text : "", "\n", -1);
	GPtrArray *lines = g_ptr_array_new();

	for (char **line = all; *line != NULL; line++)
		if (*g_strstrip(*line) != '\0')
			g_ptr_array_add(lines, g_strdup(*line));
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}

char **ecsfs_template_lines(const EcsfsTemplate *template, int row)
{
	return ecsfs_lines(template->values[row]);
}

bool ecsfs_whole_number(const char *text, long least, long most)
{
	char *end;

	errno = 0;
	long n = strtol(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && n >= least && n <= most;
}

void ecsfs_template_set(EcsfsTemplate *template, int row, const char *value)
{
	g_free(template->values[row]);
	template->values[row] = *value != '\0' ? g_strdup(value) : NULL;
}

void ecsfs_template_pair(EcsPairs *pairs, const char *key, const char *value)
{
	EcsPairs changed = pairs_with(pairs, key, value);

	pairs_clear(pairs);
	*pairs = changed;
}

static void put(EcsfsChange *change, EcsfsTemplate *template)
{
	const EcsfsTemplateType *type =
		(const EcsfsTemplateType *)ecsfs_collection_class(change->collection);

	if (type->put != NULL) {
		type->put(change, template);
		return;
	}
	ecsfs_collection_put(change->collection, template);
	ecsfs_change_done(change, NULL);
}

EcsfsTemplate *ecsfs_template_now(EcsfsChange *change)
{
	g_autoptr(EcsfsFetch) fetch = NULL;
	g_autoptr(GError) error = NULL;
	int64_t fresh = INT64_MAX;
	EcsfsRecord *record = ecsfs_collection_record(change->collection, change->id, true, 0,
						      &fresh, &fetch, &error);

	if (record == NULL) {
		ecsfs_change_fail(change, ESTALE, "it is gone");
		return NULL;
	}
	EcsfsTemplate *template = ecsfs_template_copy(record->item);
	ecsfs_record_unref(record);
	return template;
}

void ecsfs_template_put(EcsfsChange *change, int row, const char *value)
{
	EcsfsTemplate *template = ecsfs_template_now(change);

	if (template == NULL)
		return;
	ecsfs_template_set(template, row, value);
	put(change, template);
}

void ecsfs_template_store(EcsfsChange *change, const char *text, size_t len)
{
	EcsfsTemplate *template = ecsfs_template_copy(change->view.item);
	char **value = text_at(template, change->attr->field);

	g_free(*value);
	*value = g_strstrip(g_strdup(text));
	put(change, template);
}

bool ecsfs_template_document_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *text = *text_at(view->item, attr->field);

	if (text != NULL)
		g_string_append(out, text);
	return true;
}

/* @document: taken over. */
static void document_put(EcsfsChange *change, char *document)
{
	EcsfsTemplate *template = ecsfs_template_copy(change->view.item);
	char **value = text_at(template, change->attr->field);

	g_free(*value);
	*value = document;
	put(change, template);
}

void ecsfs_template_document_store(EcsfsChange *change, const char *text, size_t len)
{
	if (memchr(text, '\0', len) != NULL)
		ecsfs_change_fail(change, EINVAL, "the text holds a NUL byte");
	else
		document_put(change, g_strndup(text, len));
}

bool ecsfs_template_bytes_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	const char *value = *text_at(view->item, attr->field);
	size_t len;
	g_autofree unsigned char *bytes = value != NULL ? g_base64_decode(value, &len) : NULL;

	if (bytes != NULL)
		g_string_append_len(out, (const char *)bytes, (gssize)len);
	return true;
}

void ecsfs_template_bytes_store(EcsfsChange *change, const char *text, size_t len)
{
	document_put(change, g_base64_encode((const unsigned char *)text, len));
}

static void pair_put(EcsfsChange *change, const char *key, const char *value)
{
	EcsfsTemplate *template = ecsfs_template_copy(change->view.item);
	EcsPairs *pairs = pairs_at(template, change->node->kind != NULL ? change->node->kind->pairs
									: change->attr->field);

	ecsfs_template_pair(pairs, key, value);
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
		PAIRS_AT(EcsfsTemplate, member),                                                   \
		.help = "value of that key; write to set, rm to delete",                           \
	};                                                                                         \
	const EcsfsKind ecsfs_template_##member = {                                                \
		.name = name_,                                                                     \
		.find = ecsfs_map_find,                                                            \
		.list = ecsfs_map_list,                                                            \
		.pairs = PAIRS_AT(EcsfsTemplate, member),                                          \
		.row = &member##_row,                                                              \
		.made = &member##_row,                                                             \
		.drop = pair_drop,                                                                 \
	}
MAP("metadata", metadata);
MAP("tags", tags);
