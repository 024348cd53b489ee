/* SPDX-License-Identifier: MIT */
#include "client/project.h"

#include "tests/unit/fake-cloud.h"

#define PATH "/v3/auth/projects"

static GPtrArray *list(const char *body, Wait *wait)
{
	return fake_cloud_list(ecs_project_list, PATH, body, wait);
}

static void test_bad(void)
{
	fake_cloud_bad_lists(ecs_project_list, PATH, "projects");
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
