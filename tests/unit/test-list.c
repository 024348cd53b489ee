/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "client/client.h"
#include "client/core.h"
#include "client/server.h"
#include "client/volume.h"
#include "tests/unit/fake-cloud.h"

#define LIST "GET /eu-de/ecs/v1/0123456789abcdef/cloudservers/detail"
#define LIES INT64_MAX

/* How a cloud with @servers servers pages, and what that comes to. */
typedef struct {
	const char *name;
	unsigned servers;
	unsigned page_max;  /* the largest page it gives; 0: what is asked for */
	int64_t count;	    /* told; 0: the truth; -1: not told; LIES: ten billion */
	bool same_page;	    /* it ignores the page number */
	unsigned shift;	    /* servers that slip from one page to the next, each time */
	unsigned lacks;	    /* the server of that number is left out; 0: none is */
	bool other_count;   /* page 2 tells of one more */
	unsigned settles;   /* requests after which nothing slips or lacks any more; 0: none */
	unsigned fail_page; /* answered with 400; 0: none */
	unsigned expected;
	unsigned requests;     /* exactly, */
	unsigned requests_max; /* or at most */
} Case;

static const Case cases[] = {
	{ "none", 0, .requests = 1 },
	{ "one", 1, .expected = 1, .requests = 1 },
	{ "999", 999, .expected = 999, .requests = 1 },
	{ "1000", 1000, .expected = 1000, .requests = 1 },
	{ "1001", 1001, .expected = 1001, .requests = 2 },
	{ "2000", 2000, .expected = 2000, .requests = 2 },
	{ "9500", 9500, .expected = 9500, .requests = 10 },
	{ "no count, short page", 1500, .count = -1, .expected = 1500, .requests = 2 },
	{ "no count, full page", 2000, .count = -1, .expected = 2000, .requests = 3 },
	{ "count too low", 2500, .count = 1500, .expected = 2500, .requests = 3 },
	{ "count too high", 1500, .count = 2500, .expected = 1500, .requests_max = 3 },
	{ "count is a lie, short", 1500, .count = LIES, .expected = 1500, .requests_max = 9 },
	{ "count is a lie, empty", 1, .count = LIES, .expected = 1, .requests_max = 9 },
	{ "the same page for ever", 1000, .count = LIES, .same_page = true, .expected = 1000,
	  .requests_max = 9 },
	{ "the same page, no count", 1000, .count = -1, .same_page = true, .expected = 1000,
	  .requests = 2 },
	{ "smaller pages", 450, .page_max = 100, .expected = 450, .requests = 5 },
	{ "servers slip", 3000, .shift = 10, .expected = 2980, .requests = 6 },
	{ "servers slip once", 3000, .shift = 10, .settles = 3, .expected = 3000, .requests = 6 },
	{ "one lacks", 1500, .lacks = 7, .settles = 2, .expected = 1500, .requests = 4 },
	{ "one lacks on the only page", 20, .lacks = 7, .settles = 2, .expected = 20,
	  .requests = 3 },
	{ "counts differ", 1500, .other_count = true, .settles = 2, .expected = 1500,
	  .requests = 4 },
	{ "first page fails", 10, .fail_page = 1, .requests = 1 },
	{ "a page fails", 9000, .fail_page = 4, .requests_max = 9 },
	{},
};

static void append_server(GString *out, unsigned n)
{
	g_string_append_printf(out, "{\"id\":\"id-%u\",\"name\":\"n%u\",\"status\":\"ACTIVE\"}", n,
			       n);
}

static void play(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const Case *c = data;
	const char *offset = strstr(request->path, "offset=");
	if (!offset)
		return;
	g_assert_nonnull(strstr(request->path, "limit=1000&"));
	g_assert_nonnull(strstr(request->path, "not-tags=__type_baremetal"));
	unsigned page = (unsigned)atoi(offset + 7);
	unsigned size = c->page_max ? c->page_max : 1000;
	bool settled = c->settles != 0 && request->n > c->settles;
	unsigned first = c->same_page ? 0 : (page - 1) * (size - (settled ? 0 : c->shift));
	if (page == c->fail_page) {
		answer->status = 400;
		answer->body = g_strdup("{\"error\":{\"code\":\"Ecs.0005\",\"message\":\"no\"}}");
		return;
	}
	GString *body = g_string_new("{\"servers\":[");
	for (unsigned i = first; i < c->servers && i < first + size && page < 1000; i++) {
		if (i == c->lacks && i > 0 && !settled)
			continue;
		if (i > first)
			g_string_append_c(body, ',');
		append_server(body, i);
	}
	g_string_append_c(body, ']');
	int64_t count = c->count ? c->count : c->servers;
	if (c->other_count && page == 2 && !settled)
		count++;
	if (count >= 0)
		g_string_append_printf(body, ",\"count\":%" G_GINT64_FORMAT,
				       count == LIES ? INT64_C(10000000000) : count);
	g_string_append_c(body, '}');
	answer->status = 200;
	answer->body = g_string_free(body, FALSE);
}

static void check_order(GPtrArray *servers)
{
	for (unsigned i = 0; i < servers->len; i++) {
		g_autofree char *id = g_strdup_printf("id-%u", i);
		g_assert_cmpstr(((EcsServer *)servers->pdata[i])->id, ==, id);
	}
}

static void test_case(const void *data)
{
	const Case *c = data;
	FakeCloud *cloud = fake_cloud_new(play, (void *)c);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	if (c->fail_page) {
		assert_error(&wait, INVALID);
	} else {
		g_autoptr(GPtrArray) servers = wait.result;
		g_assert_no_error(wait.error);
		g_assert_cmpuint(servers->len, ==, c->expected);
		check_order(servers);
	}
	unsigned requests = fake_cloud_count(cloud, LIST);
	if (c->requests)
		g_assert_cmpuint(requests, ==, c->requests);
	else
		g_assert_cmpuint(requests, <=, c->requests_max);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* A cloud that always counts one too many is asked twice only once. */
static void test_miscount(void)
{
	static const Case lacking = { "", 20, .lacks = 7 };
	FakeCloud *cloud = fake_cloud_new(play, (void *)&lacking);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	for (unsigned i = 0; i < 3; i++) {
		Wait wait;
		wait_init(&wait);
		ecs_server_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
		wait_for(&wait, 1);
		g_assert_no_error(wait.error);
		g_autoptr(GPtrArray) servers = wait.result;
		g_assert_cmpuint(servers->len, ==, 19);
		g_assert_cmpuint(fake_cloud_count(cloud, LIST), ==, 4 + 2 * i);
		wait_clear(&wait);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

/* Returns: the servers that a client makes of what @script answers, owned. */
static GPtrArray *list_of(FakeScript script)
{
	FakeCloud *cloud = fake_cloud_new(script, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	GPtrArray *servers = wait.result;
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
	return servers;
}

static void odd_list(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/detail"))
		return;
	answer->status = 200;
	answer->body = g_strdup("{\"servers\":[{\"id\":\"a\"},{\"name\":\"no "
				"id\"},null,7,\"x\",[],{\"id\":\"a\",\"name\":"
				"\"again\"},{\"id\":\"b\",\"tags\":[\"__type_baremetal\"]},{\"id\":"
				"null},{\"id\":\"c\",},"
				"{\"id\":\"d\"}],\"count\":11}");
}

static void outsized_list(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	if (!strstr(request->path, "/detail"))
		return;
	g_autofree char *longest = g_strnfill(1024, 'i'), *longer = g_strnfill(1025, 'i');
	g_autofree char *large = g_strnfill(9 << 20, 'x');
	answer->status = 200;
	answer->body =
		g_strdup_printf("{\"servers\":[{\"id\":\"a\"},{\"id\":\"%s\"},{\"id\":\"%s\"},"
				"{\"id\":\"b\",\"x\":\"%s\"},{\"id\":\"c\"}],\"count\":5}",
				longest, longer, large);
}

/* Nor does one that is larger than anything. */
static void test_outsized(void)
{
	g_autoptr(GPtrArray) servers = list_of(outsized_list);
	g_assert_cmpuint(servers->len, ==, 3);
	g_assert_cmpstr(((EcsServer *)servers->pdata[0])->id, ==, "a");
	g_assert_cmpuint(strlen(((EcsServer *)servers->pdata[1])->id), ==, 1024);
	g_assert_cmpstr(((EcsServer *)servers->pdata[2])->id, ==, "c");
}

/* What cannot be decoded, bare metal, and duplicates do not spoil the list. */
static void test_odd(void)
{
	g_autoptr(GPtrArray) servers = list_of(odd_list);
	g_assert_cmpuint(servers->len, ==, 2);
	g_assert_cmpstr(((EcsServer *)servers->pdata[0])->id, ==, "a");
	g_assert_cmpstr(((EcsServer *)servers->pdata[0])->name, ==, "");
	g_assert_cmpstr(((EcsServer *)servers->pdata[1])->id, ==, "d");
}

#define VOLUMES 4500

/* Pages by the number of the first object; @data: the cloud's largest page. */
static void offset_list(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	const char *offset = strstr(request->path, "offset=");
	unsigned first = offset ? (unsigned)atoi(offset + strlen("offset=")) : 0;
	unsigned size = GPOINTER_TO_UINT(data);

	if (!strstr(request->path, "/cloudvolumes/detail"))
		return;
	GString *body = g_string_new("{\"volumes\":[");
	for (unsigned i = first; i < VOLUMES && i < first + size; i++)
		g_string_append_printf(body, "%s{\"id\":\"v-%u\",\"status\":\"available\"}",
				       i > first ? "," : "", i);
	g_string_append_printf(body, "],\"count\":%u}", VOLUMES);
	answer->status = 200;
	answer->body = g_string_free(body, FALSE);
}

static void check_offset(unsigned size)
{
	FakeCloud *cloud = fake_cloud_new(offset_list, GUINT_TO_POINTER(size));
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_volume_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) volumes = wait.result;
	g_assert_cmpuint(volumes->len, ==, VOLUMES);
	for (unsigned i = 0; i < VOLUMES; i++) {
		g_autofree char *id = g_strdup_printf("v-%u", i);
		g_assert_cmpstr(((EcsVolume *)volumes->pdata[i])->id, ==, id);
	}
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /eu-de/evs/v2/0123456789abcdef/cloudvolumes"),
			 ==, (VOLUMES + size - 1) / size);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_offset(void)
{
	check_offset(1000);
	check_offset(750); /* less than was asked for: the next one begins where this one ended */
}

/* How a plain OpenStack cloud with @servers servers pages: as its links say. */
typedef struct {
	const char *name;
	unsigned servers;
	unsigned page_max;
	bool always_next; /* also behind the last one, and for ever */
	unsigned lost;	  /* the marker after that many servers is not known, the first time */
	unsigned lost_always;
	int status; /* what is said then */
	unsigned expected;
	unsigned requests;
} Linked;

static const Linked linked[] = {
	{ "none", 0, 1000, .requests = 1 },
	{ "one page", 999, 1000, .expected = 999, .requests = 1 },
	{ "a full page has a next one", 1000, 1000, .expected = 1000, .requests = 2 },
	{ "pages smaller than asked for", 450, 100, .expected = 450, .requests = 5 },
	{ "a next one for ever", 7, 10, .always_next = true, .expected = 7, .requests = 2 },
	{ "the marker is gone", 25, 10, .lost = 10, .status = 400, .expected = 25, .requests = 5 },
	{ "the marker is not found", 25, 10, .lost = 20, .status = 404, .expected = 25,
	  .requests = 6 },
	{ "markers are not known", 25, 10, .lost_always = 10, .status = 400, .requests = 4 },
	{},
};

static void play_linked(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	const Linked *c = data;
	const char *marker = strstr(request->path, "marker=id-");
	if (!strstr(request->path, "/servers/detail"))
		return;
	g_assert_nonnull(strstr(request->path, "limit=1000"));
	unsigned first = marker ? (unsigned)atoi(marker + strlen("marker=id-")) + 1 : 0;
	bool lost = first && (first == c->lost_always || (first == c->lost && request->n < 4));
	if (lost) {
		answer->status = c->status;
		answer->body = g_strdup("{\"badRequest\":{\"message\":\"marker not found\"}}");
		return;
	}
	GString *body = g_string_new("{\"servers\":[");
	unsigned end = MIN(c->servers, first + c->page_max);
	for (unsigned i = first; i < end; i++) {
		if (i > first)
			g_string_append_c(body, ',');
		append_server(body, i);
	}
	g_string_append_c(body, ']');
	bool full = end > first && end - first == c->page_max;
	if (full || (c->always_next && end > first))
		g_string_append(body, ",\"servers_links\":[{\"rel\":\"next\",\"href\":\"u\"}]");
	g_string_append_c(body, '}');
	answer->status = 200;
	answer->body = g_string_free(body, FALSE);
}

static void test_linked(void)
{
	for (const Linked *c = linked; c->name; c++) {
		FakeCloud *cloud = fake_cloud_new(play_linked, (void *)c);
		fake_cloud_plain(cloud, 93);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		Wait wait;
		say_row((size_t)(c - linked), c->name);
		wait_init(&wait);
		ecs_server_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
		wait_for(&wait, 1);
		if (c->lost_always) {
			assert_error(&wait, NOT_FOUND); /* its sentence says so */
		} else {
			g_assert_no_error(wait.error);
			g_autoptr(GPtrArray) servers = wait.result;
			g_assert_cmpuint(servers->len, ==, c->expected);
			check_order(servers);
		}
		g_assert_cmpuint(fake_cloud_count(cloud,
						  "GET /compute/v2.1/0123456789abcdef/servers"
						  "/detail"),
				 ==, c->requests);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

#define LISTED 1767225600 /* 2026-01-01T00:00:00Z */

/* A Nova whose clock is 90 s ahead, with one server that has changed and one that is gone. */
static void play_changes(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (!strstr(request->path, "/servers/detail"))
		return;
	answer->status = 200;
	answer->body = g_strdup("{\"servers\":[{\"id\":\"a\",\"status\":\"ACTIVE\"},"
				"{\"id\":\"b\",\"status\":\"DELETED\"}]}");
}

static void test_changes(void)
{
	FakeCloud *cloud = fake_cloud_new(play_changes, NULL);
	fake_cloud_plain(cloud, 93);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	g_assert_false(ecs_server_list_changes(scope, LISTED, NULL, wait_listed, &wait));
	ecs_server_list(scope, NULL, wait_listed, &wait); /* logs in: it is that kind of cloud */
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_ptr_array_unref(wait.result);
	g_mutex_lock(&client->lock);
	client->clock_s = 90;
	g_mutex_unlock(&client->lock);
	g_assert_true(ecs_server_list_changes(scope, LISTED, NULL, wait_listed, &wait));
	wait_for(&wait, 2);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) servers = wait.result;
	g_assert_cmpuint(servers->len, ==, 2);
	g_assert_false(ecs_server_is_gone(servers->pdata[0]));
	g_assert_true(ecs_server_is_gone(servers->pdata[1]));
	g_assert_cmpuint(fake_cloud_count(cloud, "GET /compute/v2.1/0123456789abcdef/servers/detail"
						 "?limit=1000&changes-since=2026-01-01T00:01:30Z"),
			 ==, 1);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (const Case *c = cases; c->name; c++) {
		g_autofree char *path = g_strdup_printf("/list/%s", c->name);
		g_test_add_data_func(path, c, test_case);
	}
	g_test_add_func("/list/miscount", test_miscount);
	g_test_add_func("/list/odd", test_odd);
	g_test_add_func("/list/outsized", test_outsized);
	g_test_add_func("/list/offset, with a count", test_offset);
	g_test_add_func("/list/linked", test_linked);
	g_test_add_func("/list/changes", test_changes);
	return g_test_run();
}
