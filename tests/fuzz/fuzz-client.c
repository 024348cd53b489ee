/* SPDX-License-Identifier: MIT */
/* The answers of every service: each call that reads gets the input as its answer, with 200. */
#include "tests/fuzz/fuzz-client.h"

#include "client/bandwidth.h"
#include "client/bms.h"
#include "client/core.h"
#include "client/eip.h"
#include "client/flavor.h"
#include "client/group.h"
#include "client/image.h"
#include "client/job.h"
#include "client/keypair.h"
#include "client/nic.h"
#include "client/object.h"
#include "client/port.h"
#include "client/project.h"
#include "client/quota.h"
#include "client/security_group.h"
#include "client/server.h"
#include "client/volume.h"
#include "client/vpc.h"
#include "client/zone.h"
#include "tests/fuzz/fuzz.h"

FuzzAnswer fuzz_answer;

static GMutex lock;
static GCond cond;
static int pending;

static void finished(void)
{
	g_mutex_lock(&lock);
	pending--;
	g_cond_signal(&cond);
	g_mutex_unlock(&lock);
}

static void check(bool there, const GError *error)
{
	g_assert_true(there == (error == NULL));
	if (error != NULL)
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void listed(GPtrArray *items, const GError *error, void *data)
{
	check(items != NULL, error);
	g_clear_pointer(&items, g_ptr_array_unref);
	finished();
}

static void got(void *object, const GError *error, void *data)
{
	check(object != NULL, error);
	if (object != NULL) {
		g_autoptr(GString) json = g_string_new(NULL);
		ecs_object_json(object, json);
		g_assert_null(strchr(json->str, '\n'));
	}
	ecs_object_unref(object);
	finished();
}

static void got_server(EcsServer *server, const GError *error, void *data)
{
	got(server, error, data);
}

static void got_image(EcsImage *image, const GError *error, void *data)
{
	got(image, error, data);
}

static void got_job(EcsJob *job, const GError *error, void *data)
{
	check(job != NULL, error);
	g_clear_pointer(&job, ecs_job_unref);
	finished();
}

static void got_keypair(EcsKeypair *keypair, const char *private_key, const GError *error,
			void *data)
{
	check(keypair != NULL, error);
	g_clear_pointer(&keypair, ecs_keypair_unref);
	finished();
}

static void got_text(const char *text, const GError *error, void *data)
{
	check(text != NULL, error);
	finished();
}

static void got_events(const EcsServerEvent *events, size_t n, const GError *error, void *data)
{
	for (size_t i = 0; i < n; i++)
		g_assert_nonnull(events[i].action);
	finished();
}

#define ID "11111111-2222-3333-4444-555555555555"

static void server_get(EcsScope *scope)
{
	ecs_server_get(scope, ID, NULL, got_server, NULL);
}

static void bms_get(EcsScope *scope)
{
	ecs_bms_get(scope, ID, NULL, got_server, NULL);
}

static void image_get(EcsScope *scope)
{
	ecs_image_get(scope, ID, NULL, got_image, NULL);
}

static void job_get(EcsScope *scope)
{
	ecs_job_get(scope, ID, NULL, got_job, NULL);
}

static void keypair_get(EcsScope *scope)
{
	ecs_keypair_get(scope, "k", NULL, got_keypair, NULL);
}

static void console_log(EcsScope *scope)
{
	ecs_server_console_log(scope, ID, NULL, got_text, NULL);
}

static void console_url(EcsScope *scope)
{
	ecs_server_console_url(scope, ID, NULL, got_text, NULL);
}

static void password(EcsScope *scope)
{
	ecs_server_password(scope, ID, NULL, got_text, NULL);
}

static void events(EcsScope *scope)
{
	ecs_server_events(scope, ID, NULL, got_events, NULL);
}

typedef void (*List)(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
typedef void (*Get)(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		    void *data);

/* One of the three. */
static const struct {
	List list;
	Get get;
	void (*other)(EcsScope *scope);
} calls[] = {
	{ .list = ecs_server_list },
	{ .list = ecs_bms_list },
	{ .list = ecs_flavor_list },
	{ .list = ecs_zone_list },
	{ .list = ecs_project_list },
	{ .list = ecs_image_list },
	{ .list = ecs_image_list_offers },
	{ .list = ecs_keypair_list },
	{ .list = ecs_group_list },
	{ .list = ecs_quota_list },
	{ .list = ecs_quota_list_volumes },
	{ .list = ecs_quota_list_network },
	{ .list = ecs_quota_list_images },
	{ .list = ecs_volume_list },
	{ .list = ecs_snapshot_list },
	{ .list = ecs_volume_type_list },
	{ .list = ecs_vpc_list },
	{ .list = ecs_subnet_list },
	{ .list = ecs_port_list },
	{ .list = ecs_security_group_list },
	{ .list = ecs_eip_list },
	{ .list = ecs_bandwidth_list },
	{ .get = ecs_bandwidth_get },
	{ .get = ecs_eip_get },
	{ .get = ecs_group_get },
	{ .get = ecs_port_get },
	{ .get = ecs_security_group_get },
	{ .get = ecs_snapshot_get },
	{ .get = ecs_subnet_get },
	{ .get = ecs_volume_get },
	{ .get = ecs_vpc_get },
	{ .other = server_get },
	{ .other = bms_get },
	{ .other = image_get },
	{ .other = job_get },
	{ .other = keypair_get },
	{ .other = console_log },
	{ .other = console_url },
	{ .other = password },
	{ .other = events },
};

static EcsScope *scope_of_all(void)
{
	static const EcsTuning tuning = { .backoff_ms = 1, .login_hold_ms = 1 };
	static EcsScope *scope;

	if (scope == NULL) {
		g_autoptr(EcsCloud) cloud = ecs_cloud_new();
		g_autoptr(GError) error = NULL;
		cloud->auth_url = g_strdup("http://127.0.0.1:1/v3");
		cloud->username = g_strdup("demo");
		cloud->password = g_strdup("Secret-1");
		cloud->project_name = g_strdup("eu-de");
		EcsClient *client = ecs_client_new(cloud, NULL, &error);
		g_assert_no_error(error);
		ecs_client_tune(client, &tuning);
		ecs_client_login(client, &error);
		g_assert_no_error(error);
		scope = ecs_client_scope(client, "eu-de", NULL);
	}
	return scope;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *body = fuzz_text(data, size);
	EcsScope *scope = scope_of_all();

	fuzz_answer = (FuzzAnswer){ .body = body, .len = strlen(body) };
	pending = G_N_ELEMENTS(calls);
	for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
		if (calls[i].list != NULL)
			calls[i].list(scope, NULL, listed, NULL);
		else if (calls[i].get != NULL)
			calls[i].get(scope, ID, NULL, got, NULL);
		else
			calls[i].other(scope);
	}
	g_mutex_lock(&lock);
	while (pending > 0)
		g_cond_wait(&cond, &lock);
	g_mutex_unlock(&lock);
	return 0;
}
