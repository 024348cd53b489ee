/* SPDX-License-Identifier: MIT */
#include "client/quota.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/cloudservers/limits"))
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
	ecs_quota_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_bad(void)
{
	static const char *const bodies[] = { "", "[]", "{}", "{\"absolute\":7}", "{\"absolute\":[",
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
	g_autoptr(GPtrArray) all = list("ecs-limits.json", &wait);
	g_assert_no_error(wait.error);
	g_autoptr(GString) text = g_string_new(NULL);
	for (unsigned i = 0; i < all->len; i++) {
		const EcsQuota *quota = all->pdata[i];
		g_string_append_printf(text, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
				       quota->name, quota->used, quota->max);
	}
	g_assert_cmpstr(
		text->str, ==,
		"instances 21 2048\ncores 40 20480\nram_mb 75776 25165824\nkey_pairs -1 -1\n"
		"server_groups 2 10\nserver_group_members -1 16\nserver_metadata -1 128\n"
		"security_groups 1 10\nsecurity_group_rules -1 20\nfloating_ips 0 10\n"
		"personality -1 5\npersonality_size -1 10240\nimage_metadata -1 128\n");
	wait_clear(&wait);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/quota/bad", test_bad);
	g_test_add_func("/quota/sample", test_sample);
	return g_test_run();
}
