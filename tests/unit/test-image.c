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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/image/sample", test_sample);
	g_test_add_func("/image/pages", test_pages);
	return g_test_run();
}
