/* SPDX-License-Identifier: MIT */
#include "client/region.h"

#include <string.h>

#include "client/core.h"
#include "client/server.h"
#include "tests/unit/fake-cloud.h"

static EcsScope *scope_of(EcsClient *client)
{
	return ecs_client_scope(client, "", NULL);
}

/* Whoever asks first logs in. */
static void test_list(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	for (unsigned i = 1; i <= 2; i++) {
		ecs_region_list(scope_of(client), NULL, wait_listed, &wait);
		wait_for(&wait, i);
		g_assert_no_error(wait.error);
		g_autoptr(GPtrArray) regions = wait.result;
		g_assert_cmpuint(regions->len, ==, 1);
		g_assert_cmpstr(regions->pdata[0], ==, "eu-de");
	}
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 1);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void refuse_once(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			void *data)
{
	if (request->n > 1)
		return;
	answer->status = 401;
	answer->body = g_strdup("{\"error\":{\"message\":\"Wrong password\"}}");
}

/* A login that has failed is told for a while, and then tried again. */
static void test_refused(void)
{
	FakeCloud *cloud = fake_cloud_new(refuse_once, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	ecs_client_tune(client, &(EcsTuning){ .login_hold_ms = 600000 });
	Wait wait;
	wait_init(&wait);
	for (unsigned i = 1; i <= 2; i++) {
		ecs_region_list(scope_of(client), NULL, wait_listed, &wait);
		wait_for(&wait, i);
		assert_error(&wait, AUTH);
		g_assert_nonnull(strstr(wait.error->message, "login of demo"));
	}
	g_assert_cmpuint(fake_cloud_count(cloud, ""), ==, 1);
	g_assert_true(ecs_client_login(client, NULL));
	ecs_region_list(scope_of(client), NULL, wait_listed, &wait);
	wait_for(&wait, 3);
	g_assert_no_error(wait.error);
	g_ptr_array_unref(wait.result);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void empty_catalog(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	answer->status = 201;
	answer->header = "X-Subject-Token";
	answer->value = "token";
	answer->body = g_strdup("{\"token\":{\"catalog\":[],\"project\":{\"id\":\"1\","
				"\"name\":\"eu-de\"}}}");
}

static void test_none(void)
{
	FakeCloud *cloud = fake_cloud_new(empty_catalog, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_region_list(scope_of(client), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, NOT_SUPPORTED);
	g_assert_cmpstr(wait.error->message, ==, "the catalog is empty");
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_closed(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	g_autoptr(EcsClient) client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	ecs_client_close(client);
	ecs_region_list(scope_of(client), NULL, wait_listed, &wait);
	wait_for(&wait, 1);
	assert_error(&wait, CANCELLED);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void stall(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	answer->status = 200;
	answer->how = FAKE_STALL;
}

/* Several clouds on one thread, logged in to at once; one that does not answer holds up nobody, and
 * each can go first. */
static void test_beside(void)
{
	for (int first = 0; first < 2; first++) {
		int owners[2];
		FakeCloud *away = fake_cloud_new(stall, NULL), *here = fake_cloud_new(NULL, NULL);
		EcsClientOptions options = { .owner = &owners[0] };
		EcsClient *clients[2] = { fake_cloud_client(away, &options) };
		options = (EcsClientOptions){ .owner = &owners[1], .beside = clients[0] };
		clients[1] = fake_cloud_client(here, &options);
		Wait waits[2];
		wait_init(&waits[0]);
		wait_init(&waits[1]);
		ecs_region_list(scope_of(clients[0]), NULL, wait_listed, &waits[0]);
		fake_cloud_wait(away, "POST", 1);
		EcsLogin *login = ecs_client_login_start(clients[1]);
		g_assert_true(ecs_client_login_wait(login, NULL));
		ecs_region_list(scope_of(clients[1]), NULL, wait_listed, &waits[1]);
		wait_for(&waits[1], 1);
		g_assert_no_error(waits[1].error);
		g_ptr_array_unref(waits[1].result);
		g_assert_cmpuint(waits[0].done, ==, 0);
		for (int i = 0; i < 2; i++)
			g_assert_true(ecs_scope_owner(scope_of(clients[i])) == &owners[i]);
		ecs_client_free(clients[first]);
		if (first == 1) /* the other one lives on, and ends with its call */
			g_assert_cmpuint(waits[0].done, ==, 0);
		else
			g_assert_true(ecs_client_login(clients[1], NULL));
		ecs_client_free(clients[!first]);
		assert_error(&waits[0], CANCELLED);
		g_assert_true(waits[0].thread == waits[1].thread);
		fake_cloud_resume(away);
		fake_cloud_free(away);
		fake_cloud_free(here);
		wait_clear(&waits[0]);
		wait_clear(&waits[1]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/region/list", test_list);
	g_test_add_func("/region/refused", test_refused);
	g_test_add_func("/region/none", test_none);
	g_test_add_func("/region/closed", test_closed);
	g_test_add_func("/region/beside", test_beside);
	return g_test_run();
}
