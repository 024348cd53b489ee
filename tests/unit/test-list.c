/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "client/client.h"
#include "client/server.h"
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
	{ "servers slip", 3000, .shift = 10, .expected = 2980, .requests = 3 },
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
	unsigned first = c->same_page ? 0 : (page - 1) * (size - c->shift);
	if (page == c->fail_page) {
		answer->status = 400;
		answer->body = g_strdup("{\"error\":{\"code\":\"Ecs.0005\",\"message\":\"no\"}}");
		return;
	}
	GString *body = g_string_new("{\"servers\":[");
	for (unsigned i = first; i < c->servers && i < first + size && page < 1000; i++) {
		if (i > first)
			g_string_append_c(body, ',');
		append_server(body, i);
	}
	g_string_append_c(body, ']');
	int64_t count = c->count ? c->count : c->servers;
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

/* What cannot be decoded, bare metal, and duplicates do not spoil the list. */
static void test_odd(void)
{
	FakeCloud *cloud = fake_cloud_new(odd_list, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autoptr(GPtrArray) servers = wait.result;
	g_assert_cmpuint(servers->len, ==, 2);
	g_assert_cmpstr(((EcsServer *)servers->pdata[0])->id, ==, "a");
	g_assert_cmpstr(((EcsServer *)servers->pdata[0])->name, ==, "");
	g_assert_cmpstr(((EcsServer *)servers->pdata[1])->id, ==, "d");
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
	g_test_add_func("/list/odd", test_odd);
	return g_test_run();
}
