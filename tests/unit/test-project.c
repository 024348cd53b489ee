/* SPDX-License-Identifier: MIT */
#include "client/project.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/v3/auth/projects"))
		return;
	answer->status = 200;
	answer->body = g_str_has_suffix(data, ".json") ? fake_cloud_data(data) : g_strdup(data);
}

/* @data: a file of tests/data, or a body. Returns: owned, NULL if @wait has an error. */
static GPtrArray *list(const char *data, Wait *wait)
{
	FakeCloud *cloud = fake_cloud_new(serve, (void *)data);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	wait_init(wait);
	ecs_project_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_bad(void)
{
	static const char *const bodies[] = { "", "[]", "{}", "{\"projects\":7}", "{\"projects\":[",
					      "x" };
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		Wait wait;
		say_row(i, bodies[i]);
		g_assert_null(list(bodies[i], &wait));
		assert_error(&wait, BAD_REPLY);
		wait_clear(&wait);
	}
}

static void test_sample(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all = list("iam-auth-projects.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 2);
	const EcsProject *dev = all->pdata[1];
	g_assert_cmpstr(dev->id, ==, "0391e4486e864c26be5654c522f440f2");
	g_assert_cmpstr(dev->name, ==, "eu-de_dev");
	g_assert_cmpstr(dev->description, ==, "");
	g_assert_cmpstr(dev->parent_id, ==, "e86737682ab64b2490c48f08bcc41914");
	g_assert_true(dev->enabled);
	wait_clear(&wait);
}

static void test_mos(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all =
		list("{\"projects\":[{\"id\":\"1\",\"name\":\"MOS\"},{\"id\":\"2\"}]}", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 1);
	wait_clear(&wait);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/project/bad", test_bad);
	g_test_add_func("/project/sample", test_sample);
	g_test_add_func("/project/mos", test_mos);
	return g_test_run();
}
