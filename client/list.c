/* SPDX-License-Identifier: MIT */
#include "client/list.h"

#include <string.h>

#include "client/core.h"

typedef struct {
	EcsScope *scope;
	const EcsListType *type;
	GCancellable *cancellable;
	EcsListDone done;
	void *data;
	EcsPool *pool;
	EcsBuilder *builder;
	GPtrArray *pages; /* by page number - 1: GPtrArray of objects, NULL until it came */
	GQueue active;	  /* Page */
	GHashTable *ids;  /* of all pages so far; keys belong to the objects */
	GError *error;	  /* the first */
	uint64_t total;	  /* elements received, before anything was dropped */
	int64_t count;	  /* what the API says there are; -1: nothing */
	unsigned size;	  /* elements of a full page */
	unsigned next;	  /* page to be asked for */
	unsigned last;	  /* expected so far */
	unsigned end;	  /* no page after this one: it was short, or the list does not advance */
	unsigned came;	  /* pages received */
} List;

typedef struct {
	List *list;
	unsigned number; /* from 1 */
	EcsCall *call;
	GList link;
	GPtrArray *objects;
	unsigned elements;
	bool news; /* some id was not in another page */
} Page;

static void page_done(const EcsReply *reply, const GError *error, void *data);

/* Returns: for {m}, owned. */
static char *marker(const List *list, unsigned number)
{
	const GPtrArray *before = number > 1 ? list->pages->pdata[number - 2] : NULL;
	if (!before || !before->len)
		return g_strdup("");
	const char *id = list->type->id(before->pdata[before->len - 1]);
	g_autofree char *escaped = g_uri_escape_string(id, NULL, FALSE);
	return g_strconcat("&marker=", escaped, NULL);
}

static void ask(List *list, unsigned number)
{
	Page *page = g_new0(Page, 1);
	page->list = list;
	page->number = number;
	page->link.data = page;
	EcsCallSpec spec = { .object = g_strdup(list->type->what) };
	for (int i = 0; i < ECS_DIALECTS; i++) {
		if (!list->type->route[i].path)
			continue;
		GString *path = g_string_new(list->type->route[i].path);
		g_autofree char *digits = g_strdup_printf("%u", number);
		g_string_replace(path, "{n}", digits, 1);
		if (strstr(path->str, "{m}")) {
			g_autofree char *after = marker(list, number);
			g_string_replace(path, "{m}", after, 1);
		}
		spec.route[i] = (EcsRoute){ list->type->route[i].service, "GET",
					    g_string_free(path, FALSE), NULL };
	}
	g_queue_push_tail_link(&list->active, &page->link);
	page->call = (list->type->identity ? ecs_call_start_scope_identity : ecs_call_start)(
		list->scope, spec, list->cancellable, page_done, page);
}

/* The pages in order, each id once. */
static GPtrArray *join(List *list)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(ecs_object_unref);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (unsigned i = 0; i < list->pages->len; i++) {
		GPtrArray *page = g_ptr_array_index(list->pages, i);
		for (unsigned k = 0; page && k < page->len; k++) {
			void *object = g_ptr_array_index(page, k);
			if (list->type->id &&
			    !g_hash_table_add(seen, (char *)list->type->id(object)))
				continue;
			g_ptr_array_add(all, ecs_object_ref(object));
		}
	}
	return all;
}

static void page_unref(void *data)
{
	if (data)
		g_ptr_array_unref(data);
}

static void finish(List *list)
{
	GPtrArray *all = list->error ? NULL : join(list);
	/* The pages' references end first: the callback's are then the only ones. */
	g_hash_table_unref(list->ids);
	g_ptr_array_unref(list->pages);
	ecs_builder_free(list->builder);
	ecs_pool_unref(list->pool);
	list->done(all, list->error, list->data);
	g_clear_object(&list->cancellable);
	g_clear_error(&list->error);
	g_free(list);
}

static void each(const char *text, size_t len, void *data)
{
	Page *page = data;
	List *list = page->list;
	page->elements++;
	g_autoptr(EcsJson) json = ecs_json_parse(text, len, NULL);
	void *object = json ? list->type->decode(json, list->builder) : NULL;
	if (!object) {
		g_debug("%s: left out an element that cannot be decoded", list->type->what);
		return;
	}
	g_ptr_array_add(page->objects, object);
	if (list->type->id && g_hash_table_add(list->ids, (char *)list->type->id(object)))
		page->news = true;
}

static void fail(List *list, const GError *error)
{
	if (list->error)
		return;
	list->error = g_error_copy(error);
	GList *link;
	while ((link = list->active.head)) /* page_done() unlinks it */
		ecs_call_cancel(((Page *)link->data)->call);
}

/* How many pages there are to be, after a page has come. */
static void expect(List *list, const Page *page)
{
	if (list->count >= 0 && page->number == 1 && page->elements &&
	    page->elements < list->size && (uint64_t)list->count > page->elements)
		list->size =
			page->elements; /* the cloud's pages are smaller than what was asked for */
	if (page->elements < list->size || (page->number > 1 && list->type->id && !page->news))
		list->end = MIN(list->end, page->number);
	if (list->count > 0) {
		uint64_t pages = ((uint64_t)list->count + list->size - 1) / list->size;
		list->last = MAX(list->last, (unsigned)MIN(pages, ECS_JSON_LIST_MAX));
	}
	/* A count that was too low, or is not told: while pages are full there may be one more. */
	bool all_came = list->came == list->last;
	bool more = list->count < 0 || list->total > (uint64_t)list->count;
	if (all_came && more && list->end > list->last)
		list->last++;
}

static void take_page(List *list, Page *page, const EcsReply *reply)
{
	g_autoptr(GError) error = NULL;
	int64_t count;
	page->objects = g_ptr_array_new_with_free_func(ecs_object_unref);
	bool good = ecs_json_each(reply->body, reply->body_len, list->type->key, each, page, &count,
				  &error);
	if (list->pages->len < page->number)
		g_ptr_array_set_size(list->pages, (int)page->number);
	list->pages->pdata[page->number - 1] = page->objects;
	list->total += page->elements;
	list->came++;
	if (good && list->total > ECS_JSON_LIST_MAX)
		good = (g_set_error(&error, ECS_ERROR, ECS_ERROR_BAD_REPLY, "the list is too long"),
			false);
	if (!good) {
		g_prefix_error(&error, "%s: ", list->type->what);
		fail(list, error);
		return;
	}
	list->count = MAX(list->count, count);
	if (list->type->page_size)
		expect(list, page);
}

static void page_done(const EcsReply *reply, const GError *error, void *data)
{
	Page *page = data;
	List *list = page->list;
	g_queue_unlink(&list->active, &page->link);
	bool outermost = !list->error;
	if (error)
		fail(list, error);
	else if (outermost)
		take_page(list, page, reply);
	g_free(page);
	if (!outermost)
		return; /* from inside fail() */
	unsigned parallel = list->scope->client->options.parallel;
	while (!list->error && list->active.length < parallel && list->next <= list->last &&
	       list->next <= list->end)
		ask(list, list->next++);
	if (!list->active.length)
		finish(list);
}

/* On the loop's thread, so that no page is done before its call is noted. */
static void begin(void *data)
{
	ask(data, 1);
}

void ecs_list_start(EcsScope *scope, const EcsListType *type, GCancellable *cancellable,
		    EcsListDone done, void *data)
{
	List *list = g_new0(List, 1);
	list->scope = scope;
	list->type = type;
	list->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	list->done = done;
	list->data = data;
	list->pool = ecs_pool_new();
	list->builder = ecs_builder_new(list->pool);
	list->pages = g_ptr_array_new_with_free_func(page_unref);
	list->ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&list->active);
	list->count = -1;
	list->size = type->page_size;
	list->next = 2;
	list->last = 1;
	list->end = type->page_size ? G_MAXUINT : 1;
	ecs_loop_post(scope->client->loop, begin, list);
}
