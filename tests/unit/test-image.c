/* SPDX-License-Identifier: MIT */
#include "client/image.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/fake-cloud.h"

/* @data: a file of tests/data for the first page; the second has a full page's rest. */
static void serve_sample(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			 void *data)
{
	if (!strstr(request->path, "/v2/cloudimages"))
		return;
	answer->status = 200;
	answer->body = fake_cloud_data("ims-images.json");
}

/* 1203 images, in pages of 500 by marker. */
static void serve_many(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	const char *path = strstr(request->path, "/v2/cloudimages");
	if (!path)
		return;
	const char *marker = strstr(path, "marker=i");
	unsigned first = marker ? (unsigned)atoi(marker + strlen("marker=i")) + 1 : 0;
	GString *body = g_string_new("{\"images\":[");
	for (unsigned i = first; i < MIN(first + 500, 1203); i++)
		g_string_append_printf(body, "%s{\"id\":\"i%u\",\"name\":\"n\"}",
				       i > first ? "," : "", i);
	g_string_append(body, "]}");
	answer->status = 200;
	answer->body = g_string_free(body, FALSE);
}

static GPtrArray *list(FakeScript serve, Wait *wait)
{
	FakeCloud *cloud = fake_cloud_new(serve, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	wait_init(wait);
	ecs_image_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_sample(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list(serve_sample, &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, >=, 2);
	const EcsImage *image = all->pdata[0];
	g_assert_cmpstr(image->id, ==, "bc6bed6e-ba3a-4447-afcc-449174a3eb52");
	g_assert_cmpstr(image->name, ==, "CentOS 7.3 64bit vivado");
	g_assert_cmpstr(image->status, ==, "active");
	g_assert_cmpstr(image->os_type, ==, "Linux");
	g_assert_cmpstr(image->platform, ==, "CentOS");
	g_assert_cmpstr(image->os_bit, ==, "64");
	g_assert_cmpstr(image->visibility, ==, "public");
	g_assert_cmpstr(image->origin, ==, "");
	g_assert_cmpint(image->min_disk_gb, ==, 100);
	g_assert_cmpint(image->min_ram_mb, ==, 2048);
	g_assert_true(image->protected);
	g_assert_cmpint(image->created, ==, 1536242607);
	wait_clear(&wait);
}

static void test_pages(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list(serve_many, &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 1203);
	for (unsigned i = 0; i < all->len; i++) {
		g_autofree char *id = g_strdup_printf("i%u", i);
		g_assert_cmpstr(((const EcsImage *)all->pdata[i])->id, ==, id);
	}
	wait_clear(&wait);
}

/* What each change sends, and what its answer brings. */
static EcsImage *draft(void)
{
	g_autoptr(EcsImage) bare = ecs_image_draft("new");
	g_autoptr(EcsImage) described = ecs_image_with(bare, "__description", "d \"q\"");
	g_autoptr(EcsImage) small = ecs_image_with(described, "min_ram", "512");
	g_autoptr(EcsImage) tagged = ecs_image_with_tag(small, "k", "v");
	return ecs_image_with_tag(tagged, "x", "");
}

static void create(EcsScope *scope, Wait *wait)
{
	g_autoptr(EcsImage) image = draft();
	ecs_image_create(scope, image, "s1", NULL, wait_changed, wait);
}

static void create_bare(EcsScope *scope, Wait *wait)
{
	g_autoptr(EcsImage) image = ecs_image_draft("new");
	ecs_image_create(scope, image, "s1", NULL, wait_changed, wait);
}

static void update(EcsScope *scope, Wait *wait)
{
	ecs_image_update(scope, "i/1", "name", "b", NULL, wait_changed, wait);
}

static void tag(EcsScope *scope, Wait *wait)
{
	ecs_image_tag_set(scope, "i1", "k", "v", NULL, wait_changed, wait);
}

static void untag(EcsScope *scope, Wait *wait)
{
	ecs_image_tag_delete(scope, "i1", "k", NULL, wait_changed, wait);
}

static void destroy(EcsScope *scope, Wait *wait)
{
	ecs_image_delete(scope, "i1", NULL, wait_changed, wait);
}

static void share(EcsScope *scope, Wait *wait)
{
	ecs_image_member_add(scope, "i1", "p2", NULL, wait_changed, wait);
}

static void take_back(EcsScope *scope, Wait *wait)
{
	ecs_image_member_remove(scope, "i1", "p/2", NULL, wait_changed, wait);
}

static void take(EcsScope *scope, Wait *wait)
{
	ecs_image_member_answer(scope, "i1", true, NULL, wait_changed, wait);
}

static void refuse(EcsScope *scope, Wait *wait)
{
	ecs_image_member_answer(scope, "i1", false, NULL, wait_changed, wait);
}

static const struct {
	void (*start)(EcsScope *scope, Wait *wait);
	const char *line; /* below /eu-de/ims */
	const char *body;
	const char *job;
} changes[] = {
	{ create, "POST /v2/cloudimages/action",
	  "{\"name\":\"new\",\"instance_id\":\"s1\",\"description\":\"d "
	  "\\\"q\\\"\",\"min_ram\":512,"
	  "\"image_tags\":[{\"key\":\"k\",\"value\":\"v\"},{\"key\":\"x\",\"value\":\"\"}]}",
	  "j1" },
	{ create_bare, "POST /v2/cloudimages/action", "{\"name\":\"new\",\"instance_id\":\"s1\"}",
	  "j1" },
	/* The fake cloud sees paths decoded; on the wire it is i%2F1. */
	{ update, "PATCH /v2/cloudimages/i/1",
	  "[{\"op\":\"add\",\"path\":\"/name\",\"value\":\"b\"}]", "" },
	{ tag, "POST /v2/0123456789abcdef/images/i1/tags/action",
	  "{\"action\":\"create\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}", "" },
	{ untag, "POST /v2/0123456789abcdef/images/i1/tags/action",
	  "{\"action\":\"delete\",\"tags\":[{\"key\":\"k\"}]}", "" },
	{ destroy, "DELETE /v2/images/i1", "", "" },
	{ share, "POST /v2/images/i1/members", "{\"member\":\"p2\"}", "" },
	{ take_back, "DELETE /v2/images/i1/members/p/2", "", "" },
	{ take, "PUT /v2/images/i1/members/0123456789abcdef", "{\"status\":\"accepted\"}", "" },
	{ refuse, "PUT /v2/images/i1/members/0123456789abcdef", "{\"status\":\"rejected\"}", "" },
};

static void accept(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/ims/"))
		return;
	answer->status = strcmp(request->method, "POST") == 0 ? 200 : 204;
	if (g_str_has_suffix(request->path, "/cloudimages/action"))
		answer->body = g_strdup("{\"job_id\":\"j1\"}");
	else if (g_str_has_suffix(request->path, "/members"))
		answer->body = g_strdup("{\"status\":\"pending\",\"member_id\":\"p2\"}");
	else if (strcmp(request->method, "PATCH") == 0) {
		answer->status = 200;
		answer->body = fake_cloud_data("ims-image-update.json");
	}
}

static void test_changes(void)
{
	FakeCloud *cloud = fake_cloud_new(accept, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_auto(GStrv) words = g_strsplit(changes[i].line, " ", 2);
		g_autofree char *line = g_strdup_printf("%s /eu-de/ims%s", words[0], words[1]);
		Wait wait;
		wait_init(&wait);
		say_row(i, changes[i].line);
		changes[i].start(scope, &wait);
		wait_for(&wait, 1);
		g_assert_no_error(wait.error);
		g_assert_cmpstr(wait.job, ==, changes[i].job);
		g_autofree char *body = fake_cloud_body(cloud, line);
		g_assert_cmpstr(body, ==, changes[i].body);
		wait_clear(&wait);
	}
	Wait wait;
	wait_init(&wait);
	ecs_image_delete(scope, "", NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	g_assert_error(wait.error, ECS_ERROR, ECS_ERROR_INVALID);
	wait_clear(&wait);
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void test_draft(void)
{
	g_autoptr(EcsImage) image = draft();
	g_assert_cmpstr(image->id, ==, "new");
	g_assert_cmpstr(image->name, ==, "new");
	g_assert_cmpstr(image->status, ==, "DRAFT");
	g_assert_cmpstr(image->description, ==, "d \"q\"");
	g_assert_cmpint(image->min_ram_mb, ==, 512);
	g_assert_cmpuint(image->tags.n, ==, 2);
	g_assert_cmpstr(ecs_pairs_get(&image->tags, "x"), ==, "");
	g_autoptr(EcsImage) changed = ecs_image_with_tag(image, "k", "w");
	g_assert_cmpstr(ecs_pairs_get(&changed->tags, "k"), ==, "w");
	g_autoptr(EcsImage) fewer = ecs_image_with_tag(changed, "k", NULL);
	g_assert_cmpuint(fewer->tags.n, ==, 1);
	g_autoptr(EcsImage) real = ecs_image_with(fewer, "id", "uuid");
	g_assert_cmpstr(real->id, ==, "uuid");
	g_assert_cmpstr(real->name, ==, "new");
}

/* "id" of the one that is there, or "!N", the error's code */
static const struct {
	const char *body;
	const char *expected;
} answers[] = {
	{ "{\"images\":[{\"id\":\"i1\",\"tags\":[\"a=b\",\"c\"]}]}", "i1 2" },
	{ "{\"images\":[]}", "!1" },
	{ "{\"images\":[{}]}", "!15" },
	{ "{}", "!15" },
	{ "", "!15" },
};

static void serve_text(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strcmp(request->path, "/eu-de/ims/v2/cloudimages?id=i1") != 0)
		return;
	answer->status = 200;
	answer->body = g_strdup(data);
}

static void test_get(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		FakeCloud *cloud = fake_cloud_new(serve_text, (void *)answers[i].body);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		Wait wait;
		wait_init(&wait);
		say_row(i, answers[i].body);
		ecs_image_get(ecs_client_scope(client, "eu-de", NULL), "i1", NULL,
			      (EcsImageDone)wait_object, &wait);
		wait_for(&wait, 1);
		g_autoptr(EcsImage) image = wait.result;
		g_autofree char *text = image ? g_strdup_printf("%s %zu", image->id, image->tags.n)
					      : g_strdup_printf("!%d", wait.error->code);
		g_assert_cmpstr(text, ==, answers[i].expected);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

/* "project=status ...", or "!N" */
static const struct {
	const char *body;
	const char *expected;
} shares[] = {
	{ "{\"members\":[{\"member_id\":\"b\",\"status\":\"accepted\"},{\"member_id\":\"a\","
	  "\"status\":"
	  "\"pending\"},{\"status\":\"pending\"},7]}",
	  " a=pending b=accepted" },
	{ "{\"members\":[]}", "" },
	{ "{\"members\":{}}", "!15" },
	{ "{}", "!15" },
};

static void serve_members(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	if (strcmp(request->path, "/eu-de/ims/v2/images/i1/members") != 0)
		return;
	answer->status = 200;
	answer->body = g_strdup(data);
}

static void test_members(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
		FakeCloud *cloud = fake_cloud_new(serve_members, (void *)shares[i].body);
		EcsClient *client = fake_cloud_client(cloud, NULL);
		g_autoptr(GString) text = g_string_new(NULL);
		Wait wait;
		wait_init(&wait);
		say_row(i, shares[i].body);
		ecs_image_members_get(ecs_client_scope(client, "eu-de", NULL), "i1", NULL,
				      wait_object, &wait);
		wait_for(&wait, 1);
		g_autoptr(EcsImageMembers) members = wait.result;
		for (size_t k = 0; members && k < members->status.n; k++)
			g_string_append_printf(text, " %s=%s", members->status.v[k].key,
					       members->status.v[k].value);
		if (!members)
			g_string_printf(text, "!%d", wait.error->code);
		g_assert_cmpstr(text->str, ==, shares[i].expected);
		ecs_client_free(client);
		wait_clear(&wait);
		fake_cloud_free(cloud);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/image/sample", test_sample);
	g_test_add_func("/image/pages", test_pages);
	g_test_add_func("/image/changes", test_changes);
	g_test_add_func("/image/draft", test_draft);
	g_test_add_func("/image/get", test_get);
	g_test_add_func("/image/members", test_members);
	return g_test_run();
}
