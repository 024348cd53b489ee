/* SPDX-License-Identifier: MIT */
#include "client/list.h"

#include <string.h>

#include "client/core.h"
#include "client/parallel.h"

/* An id is in file names and in URLs; the longest, a key pair's name, is 255 characters. */
#define ID_MAX 1024
/* An element's text. A group of security has a few thousand rules at most. */
#define ELEMENT_MAX (8u << 20)
/* Of one list: 100,000 servers are a hundred pages here, 5000 of a cloud with small ones, and half
 * of that much text. */
#define PAGES_MAX 10000
#define BYTES_MAX (UINT64_C(1) << 30)

typedef struct {
	EcsScope *scope;
	const EcsListType *type;
	const EcsListRoute *route; /* that was taken; NULL: no page has come yet */
	GCancellable *cancellable;
	EcsListDone done;
	void *data;
	int64_t since; /* for {t} */
	EcsPool *pool;
	GPtrArray *pages; /* by page number - 1: GPtrArray of objects, NULL until it came */
	GQueue active;	  /* Page */
	GHashTable *ids; /* of all pages so far → number of the page; keys belong to the objects */
	GError *error;	 /* the first */
	uint64_t total;	 /* elements received, before anything was dropped */
	uint64_t bytes;	 /* of all pages */
	int64_t count;	 /* what the API says there are; -1: nothing */
	unsigned size;	 /* elements of a full page */
	unsigned next;	 /* page to be asked for */
	unsigned last;	 /* expected so far */
	unsigned end;	 /* no page after this one: it was short, or the list does not advance */
	unsigned came;	 /* pages received */
	bool moved;	 /* what is in it changed from page to page */
	bool again;	 /* it is asked for the second time */
} List;

typedef struct {
	List *list;
	unsigned number; /* from 1 */
	EcsCall *call;
	GList link;
	GArray *texts; /* Element; borrowed while they are decoded */
	GPtrArray *objects;
	unsigned elements;
	bool news;    /* some id was not in another page */
	bool repeats; /* some id was */
} Page;

static void page_done(const EcsReply *reply, const GError *error, void *data);

static bool by_marker(const List *list)
{
	return list->route && strstr(list->route->path, "{m}");
}

static unsigned page_size(const List *list)
{
	return list->route && list->route->page_size ? list->route->page_size
						     : list->type->page_size;
}

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

/* Returns: for {o}, owned. */
static char *offset(const List *list, unsigned number)
{
	if (number == 1)
		return g_strdup("");
	return g_strdup_printf("&offset=%" G_GUINT64_FORMAT, (uint64_t)(number - 1) * list->size);
}

/* Returns: for {t}, owned. */
static char *time_of(const List *list)
{
	int64_t since = list->since + ecs_client_clock(list->scope->client);
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(since);
	return utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
}

static void ask(List *list, unsigned number)
{
	Page *page = g_new0(Page, 1);
	page->list = list;
	page->number = number;
	page->link.data = page;
	EcsCallSpec spec = { .object = g_strdup(list->type->what) };
	for (int i = 0; i < ECS_DIALECTS; i++) {
		const EcsListRoute *route = &list->type->route[i];
		if (!route->path || (list->route && list->route != route))
			continue;
		GString *path = g_string_new(route->path);
		g_autofree char *digits = g_strdup_printf("%u", number);
		g_string_replace(path, "{n}", digits, 1);
		g_autofree char *before = offset(list, number);
		g_string_replace(path, "{o}", before, 1);
		if (strstr(path->str, "{m}")) {
			g_autofree char *after = marker(list, number);
			g_string_replace(path, "{m}", after, 1);
		}
		if (strstr(path->str, "{t}")) {
			g_autofree char *since = time_of(list);
			g_string_replace(path, "{t}", since, 1);
		}
		spec.route[i] = (EcsRoute){ .service = route->service,
					    .method = "GET",
					    .path = g_string_free(path, FALSE),
					    .micro = route->micro,
					    .micro_min = route->micro_min };
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

/*
 * Objects that come or go while the pages are read move the others to another page, and one may
 * fall between two: then a server that is there would seem to be gone. Signs of it are an id on two
 * pages, another count on another page, and fewer objects than the count says; a count that has
 * been wrong by as much before is the cloud's way to count.
 */
static bool unsettled(const List *list)
{
	int64_t lacking = list->count >= 0 ? list->count - (int64_t)list->total : 0;
	bool some = lacking > 0 && lacking < page_size(list);
	int64_t before = GPOINTER_TO_INT(g_hash_table_lookup(list->scope->lacking, list->type));
	if (some && list->again)
		g_hash_table_insert(list->scope->lacking, (void *)list->type,
				    GINT_TO_POINTER((int)lacking));
	return list->moved || (some && lacking != before);
}

static void start_over(List *list)
{
	list->again = true;
	list->moved = false;
	g_hash_table_remove_all(list->ids);
	g_ptr_array_set_size(list->pages, 0);
	list->total = 0;
	list->bytes = 0;
	list->count = -1;
	list->size = page_size(list);
	list->next = 2;
	list->last = 1;
	list->end = G_MAXUINT;
	list->came = 0;
	ask(list, 1);
}

static void finish(List *list)
{
	if (!list->error && page_size(list) && unsettled(list) && !list->again) {
		start_over(list);
		return;
	}
	GPtrArray *all = list->error ? NULL : join(list);
	/* The pages' references end first: the callback's are then the only ones. */
	g_hash_table_unref(list->ids);
	g_ptr_array_unref(list->pages);
	ecs_pool_settle(list->pool);
	ecs_pool_unref(list->pool);
	list->done(all, list->error, list->data);
	g_clear_object(&list->cancellable);
	g_clear_error(&list->error);
	g_free(list);
}

/* An element of a page: its text, borrowed from the answer, and what has become of it. */
typedef struct {
	const char *text;
	size_t len;
	void *object; /* owned; NULL: it cannot be decoded */
} Element;

static void collect(const char *text, size_t len, void *data)
{
	const Element element = { .text = text, .len = len };
	g_array_append_val((GArray *)data, element);
}

static void *new_builder(void *data)
{
	const Page *page = data;
	return ecs_builder_new(page->list->pool);
}

static void decode_element(size_t i, void *builder, void *data)
{
	const Page *page = data;
	const List *list = page->list;
	Element *element = &g_array_index(page->texts, Element, i);
	if (element->len > ELEMENT_MAX)
		return;
	EcsJson *json = ecs_json_parse_element(element->text, element->len);
	EcsDecode decode = list->route->decode ? list->route->decode : list->type->decode;
	void *object = json ? decode(json, builder) : NULL;
	ecs_json_free_element(json);
	if (object && list->type->id && strlen(list->type->id(object)) > ID_MAX)
		g_clear_pointer(&object, ecs_object_unref);
	element->object = object;
}

static void builder_free(void *builder)
{
	ecs_builder_free(builder);
}

static void take_element(Page *page, void *object)
{
	List *list = page->list;
	if (!object) {
		g_debug("%s: left out an element that cannot be decoded", list->type->what);
		return;
	}
	g_ptr_array_add(page->objects, object);
	if (!list->type->id)
		return;
	char *id = (char *)list->type->id(object);
	unsigned on = GPOINTER_TO_UINT(g_hash_table_lookup(list->ids, id));
	page->news |= on == 0;
	page->repeats |= on != 0 && on != page->number;
	if (on == 0)
		g_hash_table_insert(list->ids, id, GUINT_TO_POINTER(page->number));
}

static void take_elements(Page *page)
{
	static const EcsParallel decoding = { new_builder, decode_element, builder_free };
	ecs_parallel(page->texts->len, &decoding, page);
	for (unsigned i = 0; i < page->texts->len; i++)
		take_element(page, g_array_index(page->texts, Element, i).object);
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
static void expect(List *list, const Page *page, bool next)
{
	if (list->route->linked) {
		bool goes_on = next && page->news;
		list->last = page->number + goes_on;
		list->end = goes_on ? G_MAXUINT : page->number;
		return;
	}
	if (list->count >= 0 && page->number == 1 && page->elements &&
	    page->elements < list->size && (uint64_t)list->count > page->elements)
		list->size =
			page->elements; /* the cloud's pages are smaller than what was asked for */
	if (page->elements < list->size || (page->number > 1 && list->type->id && !page->news))
		list->end = MIN(list->end, page->number);
	if (list->count > 0 && list->size > 0) {
		uint64_t pages = ((uint64_t)list->count + list->size - 1) / list->size;
		list->last = MAX(list->last, (unsigned)MIN(pages, PAGES_MAX + 1));
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
	EcsJsonTail tail;
	list->route = &list->type->route[reply->dialect];
	const char *key = list->route->key ? list->route->key : list->type->key;
	if (page->number == 1)
		list->size = page_size(list);
	page->objects = g_ptr_array_new_with_free_func(ecs_object_unref);
	g_autoptr(GArray) texts = g_array_new(FALSE, FALSE, sizeof(Element));
	bool good = ecs_json_each(reply->body, reply->body_len, key, collect, texts, &tail, &error);
	page->texts = texts;
	page->elements = texts->len;
	if (good)
		take_elements(page);
	if (list->pages->len < page->number)
		g_ptr_array_set_size(list->pages, (int)page->number);
	list->pages->pdata[page->number - 1] = page->objects;
	list->total += page->elements;
	list->came++;
	list->bytes += reply->body_len;
	if (good && (list->total > ECS_JSON_LIST_MAX || list->bytes > BYTES_MAX ||
		     page->number > PAGES_MAX))
		good = (g_set_error(&error, ECS_ERROR, ECS_ERROR_BAD_REPLY, "the list is too long"),
			false);
	if (!good) {
		g_prefix_error(&error, "%s: ", list->type->what);
		fail(list, error);
		return;
	}
	if (page->news &&
	    (page->repeats || (tail.count >= 0 && list->count >= 0 && tail.count != list->count)))
		list->moved = true;
	list->count = MAX(list->count, tail.count);
	if (page_size(list))
		expect(list, page, tail.more);
}

/* Whether it was the marker that the cloud did not know: its object has gone meanwhile. */
static bool lost_marker(const List *list, const Page *page, const GError *error)
{
	return error && !list->error && !list->again && page->number > 1 && by_marker(list) &&
	       (error->code == ECS_ERROR_INVALID || error->code == ECS_ERROR_NOT_FOUND);
}

static void page_done(const EcsReply *reply, const GError *error, void *data)
{
	Page *page = data;
	List *list = page->list;
	g_queue_unlink(&list->active, &page->link);
	bool outermost = !list->error;
	if (lost_marker(list, page, error)) {
		g_free(page);
		start_over(list);
		return;
	}
	if (error)
		fail(list, error);
	else if (outermost)
		take_page(list, page, reply);
	g_free(page);
	if (!outermost)
		return; /* from inside fail() */
	/* A page that goes on behind a marker cannot be asked for before the one that has it. */
	unsigned parallel = by_marker(list) ? 1 : list->scope->client->options.parallel;
	while (!list->error && list->active.length < parallel && list->next <= list->last &&
	       list->next <= list->end)
		ask(list, list->next++);
	if (!list->active.length)
		finish(list);
}

/* Returns: one reference to the pool of such lists in that scope. */
static EcsPool *pool_of(const List *list)
{
	GHashTable *pools = list->scope->pools;
	EcsPool *pool = g_hash_table_lookup(pools, list->type);
	if (!pool || ecs_pool_worn(pool)) {
		pool = ecs_pool_new();
		g_hash_table_replace(pools, (void *)list->type, pool);
	}
	return ecs_pool_ref(pool);
}

/* On the loop's thread, so that no page is done before its call is noted. */
static void begin(void *data)
{
	List *list = data;
	list->pool = pool_of(list);
	ask(list, 1);
}

void ecs_list_start_since(EcsScope *scope, const EcsListType *type, int64_t since,
			  GCancellable *cancellable, EcsListDone done, void *data)
{
	List *list = g_new0(List, 1);
	list->scope = scope;
	list->type = type;
	list->since = since;
	list->cancellable = cancellable ? g_object_ref(cancellable) : NULL;
	list->done = done;
	list->data = data;
	list->pages = g_ptr_array_new_with_free_func(page_unref);
	list->ids = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&list->active);
	list->count = -1;
	list->next = 2;
	list->last = 1;
	list->end = G_MAXUINT;
	ecs_loop_post(scope->client->loop, begin, list);
}

void ecs_list_start(EcsScope *scope, const EcsListType *type, GCancellable *cancellable,
		    EcsListDone done, void *data)
{
	ecs_list_start_since(scope, type, 0, cancellable, done, data);
}
