/* SPDX-License-Identifier: MIT */
#include "client/volume.h"

#include <string.h>

#include "tests/unit/fake-cloud.h"

#define ID "591ac654-26d8-41be-bb77-4f90699d2d41"
#define P "/v2/0123456789abcdef"

/* What the reference's examples answer, by the start of "METHOD PATH". */
static const struct {
	const char *call, *file;
	int status;
} answers[] = {
	{ "GET " P "/cloudvolumes/detail?limit=1000&offset=", NULL, 200 },
	{ "GET " P "/cloudvolumes/detail?limit=1000", "evs-volumes-detail.json", 200 },
	{ "GET " P "/os-vendor-volumes/" ID, "evs-volume-get.json", 200 },
	{ "POST " P "/volumes/" ID "/retype", "evs-volume-extend.json", 202 },
	{ "POST " P "/volumes/" ID "/metadata", NULL, 200 },
	{ "DELETE " P "/volumes/" ID "/metadata/a/b", "", 200 },
	{ "POST " P "/volumes", "cinder-volume-create.json", 202 },
	{ "PUT " P "/volumes/" ID, "cinder-volume-create.json", 200 },
	{ "POST " P "/cloudvolumes/" ID "/action", "evs-volume-extend.json", 200 },
	{ "DELETE " P "/cloudvolumes/" ID, "evs-volume-extend.json", 200 },
	{ "POST " P "/os-vendor-volumes/" ID "/tags/action", "", 204 },
	{ "GET " P "/cloudsnapshots/detail?limit=1000", "evs-snapshots-detail.json", 200 },
	{ "POST " P "/cloudsnapshots/" ID "/rollback", NULL, 202 },
	{ "POST " P "/cloudsnapshots", "evs-snapshot-create.json", 202 },
	{ "PUT " P "/cloudsnapshots/" ID, "evs-snapshot-create.json", 200 },
	{ "DELETE " P "/cloudsnapshots/" ID, "", 202 },
	{ "GET " P "/types", "evs-types.json", 200 },
	{ "POST /v1/0123456789abcdef/cloudservers/s1/attachvolume", "ecs-attachvolume.json", 200 },
	{ "DELETE /v1/0123456789abcdef/cloudservers/s1/detachvolume/" ID, "ecs-attachvolume.json",
	  200 },
	{},
};

/* @data: a body to answer everything with; NULL: the examples. */
static void serve(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	g_autofree char *call = g_strconcat(request->method, " ", request->path, NULL);
	for (int i = 0; answers[i].call; i++) {
		const char *at = strstr(call, strchr(answers[i].call, '/'));
		if (!at || !g_str_has_prefix(answers[i].call, request->method) ||
		    !g_str_has_prefix(at, strchr(answers[i].call, '/')))
			continue;
		answer->status = answers[i].status;
		answer->body = data		  ? g_strdup(data)
			       : !answers[i].file ? g_strdup("{}")
			       : *answers[i].file ? fake_cloud_data(answers[i].file)
						  : g_strdup("");
		return;
	}
}

typedef struct {
	FakeCloud *cloud;
	EcsClient *client;
	EcsScope *scope;
	Wait wait;
} Fixture;

static void begin(Fixture *f, const char *body)
{
	f->cloud = fake_cloud_new(serve, (void *)body);
	f->client = fake_cloud_client(f->cloud, NULL);
	f->scope = ecs_client_scope(f->client, "eu-de", NULL);
	wait_init(&f->wait);
}

static void end(Fixture *f)
{
	ecs_client_free(f->client);
	fake_cloud_free(f->cloud);
	wait_clear(&f->wait);
}

static void test_volumes(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_volume_list(f.scope, NULL, wait_listed, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(GPtrArray) all = f.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsVolume *free_one = all->pdata[0], *used = all->pdata[1];
	g_assert_cmpstr(free_one->id, ==, "b104b8db-170d-441b-897a-3c8ba9c5a214");
	g_assert_cmpstr(free_one->name, ==, "zjb_u25_test");
	g_assert_cmpstr(free_one->status, ==, "available");
	g_assert_cmpint(free_one->size_gb, ==, 1);
	g_assert_false(free_one->bootable); /* "false" */
	g_assert_cmpuint(free_one->n_attachments, ==, 0);
	g_assert_cmpstr(free_one->description, ==, ""); /* null */
	g_assert_cmpint(free_one->created, ==, 1464144130);
	g_assert_cmpuint(used->n_attachments, ==, 1);
	g_assert_cmpstr(used->attachments[0].server, ==, "c3d3250c-7ce5-42cc-b620-dd2b63d19ca5");
	g_assert_cmpstr(used->attachments[0].device, ==, "/dev/vdb");
	g_assert_cmpstr(ecs_pairs_get(&used->tags, "key1"), ==, "value1");
	g_assert_cmpstr(used->zone, ==, "az-dc-1");
	end(&f);
}

static void test_volume(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_volume_get(f.scope, ID, NULL, wait_object, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(EcsVolume) volume = f.wait.result;
	g_assert_cmpstr(volume->id, ==, ID);
	g_assert_true(volume->shared);
	g_assert_cmpint(volume->size_gb, ==, 40);
	g_assert_cmpstr(volume->image, ==, "");
	g_assert_false(ecs_volume_encrypted(volume));
	g_assert_false(ecs_volume_scsi(volume));
	end(&f);
}

static void test_snapshots(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_snapshot_list(f.scope, NULL, wait_listed, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(GPtrArray) all = f.wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	const EcsSnapshot *snapshot = all->pdata[0];
	g_assert_cmpstr(snapshot->name, ==, "test03");
	g_assert_cmpstr(snapshot->volume, ==, "f687bd70-37b3-4f00-a900-0ba1cfaa5196");
	g_assert_cmpstr(snapshot->progress, ==, "100%");
	g_assert_cmpint(snapshot->size_gb, ==, 1);
	end(&f);
}

static void test_types(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_volume_type_list(f.scope, NULL, wait_listed, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(GPtrArray) all = f.wait.result;
	g_assert_cmpuint(all->len, ==, 1); /* the example has SSD three times */
	g_assert_cmpstr(((const EcsVolumeType *)all->pdata[0])->name, ==, "SSD");
	end(&f);
}

static void test_create(void)
{
	const EcsPair pairs[] = { { "a", "b" } };
	const EcsVolumeSpec spec = {
		.name = "n\"1",
		.zone = "eu-de-01",
		.type = "SSD",
		.size_gb = 40,
		.snapshot = ID,
		.scsi = true,
		.metadata = { 1, pairs },
	};
	Fixture f;
	begin(&f, NULL);
	ecs_volume_create(f.scope, &spec, NULL, wait_object, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(EcsVolume) volume = f.wait.result;
	g_assert_cmpstr(volume->id, ==, "8dd7c486-8e9f-49fe-bceb-26aa7e312b66");
	g_assert_cmpstr(volume->status, ==, "creating");
	g_autofree char *body = fake_cloud_body(f.cloud, "POST ");
	g_assert_cmpstr(body, ==,
			"{\"volume\":{\"name\":\"n\\\"1\",\"availability_zone\":\"eu-de-01\","
			"\"volume_type\":\"SSD\",\"snapshot_id\":\"" ID "\",\"size\":40,"
			"\"metadata\":{\"a\":\"b\",\"hw:passthrough\":\"true\"}}}");
	end(&f);
}

static void do_update(EcsScope *scope, Wait *wait)
{
	ecs_volume_update(scope, ID, "n", NULL, NULL, wait_changed, wait);
}

static void do_delete(EcsScope *scope, Wait *wait)
{
	ecs_volume_delete(scope, ID, NULL, wait_changed, wait);
}

static void do_extend(EcsScope *scope, Wait *wait)
{
	ecs_volume_extend(scope, ID, 200, true, NULL, wait_changed, wait);
}

static void do_retype(EcsScope *scope, Wait *wait)
{
	ecs_volume_retype(scope, ID, "SSD", NULL, wait_changed, wait);
}

static void do_metadata(EcsScope *scope, Wait *wait)
{
	ecs_volume_metadata_set(scope, ID, "k", "v", NULL, wait_changed, wait);
}

static void do_unmetadata(EcsScope *scope, Wait *wait)
{
	ecs_volume_metadata_delete(scope, ID, "a/b", NULL, wait_changed, wait);
}

static void do_tag(EcsScope *scope, Wait *wait)
{
	ecs_volume_tag_set(scope, ID, "k", "v", NULL, wait_changed, wait);
}

static void do_untag(EcsScope *scope, Wait *wait)
{
	ecs_volume_tag_delete(scope, ID, "k", NULL, wait_changed, wait);
}

static void do_rename_snapshot(EcsScope *scope, Wait *wait)
{
	ecs_snapshot_update(scope, ID, NULL, "d", NULL, wait_changed, wait);
}

static void do_delete_snapshot(EcsScope *scope, Wait *wait)
{
	ecs_snapshot_delete(scope, ID, NULL, wait_changed, wait);
}

static void do_rollback(EcsScope *scope, Wait *wait)
{
	ecs_snapshot_rollback(scope, ID, "v1", NULL, wait_changed, wait);
}

static void do_attach(EcsScope *scope, Wait *wait)
{
	ecs_volume_attach(scope, "s1", ID, NULL, wait_changed, wait);
}

static void do_detach(EcsScope *scope, Wait *wait)
{
	ecs_volume_detach(scope, "s1", ID, NULL, wait_changed, wait);
}

static const struct {
	void (*run)(EcsScope *scope, Wait *wait);
	const char *method, *body; /* body NULL: none */
	const char *job;
} changes[] = {
	{ do_update, "PUT ", "{\"volume\":{\"name\":\"n\"}}", "" },
	{ do_delete, "DELETE ", NULL, "70a599e0-31e7-49b7-b260-868f441e862b" },
	{ do_extend, "POST ", "{\"os-extend\":{\"new_size\":200}}",
	  "70a599e0-31e7-49b7-b260-868f441e862b" },
	{ do_retype, "POST ", "{\"os-retype\":{\"new_type\":\"SSD\"}}",
	  "70a599e0-31e7-49b7-b260-868f441e862b" },
	{ do_metadata, "POST ", "{\"metadata\":{\"k\":\"v\"}}", "" },
	{ do_unmetadata, "DELETE ", NULL, "" },
	{ do_tag, "POST ", "{\"action\":\"create\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}",
	  "" },
	{ do_untag, "POST ", "{\"action\":\"delete\",\"tags\":[{\"key\":\"k\"}]}", "" },
	{ do_rename_snapshot, "PUT ", "{\"snapshot\":{\"description\":\"d\"}}", "" },
	{ do_delete_snapshot, "DELETE ", NULL, "" },
	{ do_rollback, "POST ", "{\"rollback\":{\"volume_id\":\"v1\"}}", "" },
	{ do_attach, "POST ", "{\"volumeAttachment\":{\"volumeId\":\"" ID "\"}}",
	  "ff80808288d41e1b018990260955686a" },
	{ do_detach, "DELETE ", NULL, "ff80808288d41e1b018990260955686a" },
};

static void test_changes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		Fixture f;
		say_row(i, changes[i].body);
		begin(&f, NULL);
		changes[i].run(f.scope, &f.wait);
		wait_for(&f.wait, 1);
		g_assert_no_error(f.wait.error);
		g_assert_cmpstr(f.wait.job, ==, changes[i].job);
		g_autofree char *body = fake_cloud_body(f.cloud, changes[i].method);
		if (changes[i].body)
			g_assert_cmpstr(body, ==, changes[i].body);
		else
			g_assert_true(!body || !*body);
		end(&f);
	}
}

static void test_snapshot_create(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_snapshot_create(f.scope, ID, "s", true, NULL, wait_object, &f.wait);
	wait_for(&f.wait, 1);
	g_assert_no_error(f.wait.error);
	g_autoptr(EcsSnapshot) snapshot = f.wait.result;
	g_assert_cmpstr(snapshot->status, ==, "creating");
	g_autofree char *body = fake_cloud_body(f.cloud, "POST ");
	g_assert_cmpstr(body, ==,
			"{\"snapshot\":{\"volume_id\":\"" ID "\",\"name\":\"s\",\"force\":true}}");
	end(&f);
}

static void test_bad(void)
{
	static const char *const bodies[] = { "",
					      "{}",
					      "[]",
					      "{\"volume\":7}",
					      "{\"volume\":{\"name\":\"x\"}}",
					      "{\"volume\":{\"id\":" };
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		Fixture f;
		say_row(i, bodies[i]);
		begin(&f, bodies[i]);
		ecs_volume_get(f.scope, ID, NULL, wait_object, &f.wait);
		wait_for(&f.wait, 1);
		g_assert_null(f.wait.result);
		assert_error(&f.wait, BAD_REPLY);
		end(&f);
	}
}

/* An id that is empty would be a call about all of them. */
static void test_no_id(void)
{
	Fixture f;
	begin(&f, NULL);
	ecs_volume_delete(f.scope, "", NULL, wait_changed, &f.wait);
	wait_for(&f.wait, 1);
	assert_error(&f.wait, INVALID);
	g_assert_cmpuint(fake_cloud_count(f.cloud, "DELETE"), ==, 0);
	end(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/volume/volumes", test_volumes);
	g_test_add_func("/volume/volume", test_volume);
	g_test_add_func("/volume/snapshots", test_snapshots);
	g_test_add_func("/volume/types", test_types);
	g_test_add_func("/volume/create", test_create);
	g_test_add_func("/volume/changes", test_changes);
	g_test_add_func("/volume/snapshot-create", test_snapshot_create);
	g_test_add_func("/volume/bad", test_bad);
	g_test_add_func("/volume/no-id", test_no_id);
	return g_test_run();
}
