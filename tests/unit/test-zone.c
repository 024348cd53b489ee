/* SPDX-License-Identifier: MIT */
#include "client/zone.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/os-availability-zone"))
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
	ecs_zone_list(ecs_client_scope(client, "eu-de", NULL), NULL, wait_listed, wait);
	wait_for(wait, 1);
	ecs_client_free(client);
	fake_cloud_free(cloud);
	return wait->result;
}

static void test_bad(void)
{
	static const char *const bodies[] = {
		"", "[]", "{}", "{\"availabilityZoneInfo\":7}", "{\"availabilityZoneInfo\":[", "x"
	};
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
	g_autoptr(GPtrArray) all = list("nova-availability-zones.json", &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpstr(((EcsZone *)all->pdata[0])->name, ==, "eu-de-01");
	g_assert_true(((EcsZone *)all->pdata[1])->available);
	wait_clear(&wait);
}

static void test_odd(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all =
		list("{\"availabilityZoneInfo\":[{\"zoneName\":\"internal\"},{\"zoneName\":"
		     "\"a\",\"zoneState\":null},{\"zoneState\":{}},null]}",
		     &wait);
	g_assert_no_error(wait.error);
	g_assert_cmpuint(all->len, ==, 1);
	g_assert_false(((EcsZone *)all->pdata[0])->available);
	wait_clear(&wait);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zone/bad", test_bad);
	g_test_add_func("/zone/sample", test_sample);
	g_test_add_func("/zone/odd", test_odd);
	return g_test_run();
}
