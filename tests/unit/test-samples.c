/* SPDX-License-Identifier: MIT */
/*
 * The examples of the API's documents that no other test decodes: each by the call that gets it,
 * and what becomes of it.
 */
#include "client/bandwidth.h"
#include "client/job.h"
#include "client/project.h"
#include "client/server.h"
#include "client/server_call.h"
#include "client/volume.h"
#include "client/vpc.h"

#include "tests/unit/calls.h"

typedef void (*Ask)(Calls *c);
typedef char *(*Say)(Calls *c);

static void ask_start(Calls *c)
{
	static const char *const ids[] = { "s", NULL };
	ecs_server_start(c->scope, ids, NULL, wait_changed, &c->wait);
}

static char *say_accepted(Calls *c)
{
	return g_strdup(c->wait.job);
}

static void ask_job(Calls *c)
{
	ecs_job_get(c->scope, "j", NULL, (EcsJobDone)wait_object, &c->wait);
}

static char *say_job(Calls *c)
{
	g_autoptr(EcsJob) job = c->wait.result;
	GString *text = g_string_new(NULL);
	g_string_printf(text, "%s %s %s", job->type, job->status, job->end != 0 ? "over" : "open");
	for (size_t i = 0; i < job->n_entities; i++)
		g_string_append_printf(text, " %s=%s", job->entities[i].key,
				       job->entities[i].value);
	return g_string_free(text, FALSE);
}

static void ask_server(Calls *c)
{
	ecs_server_get(c->scope, "s", NULL, (EcsServerDone)wait_object, &c->wait);
}

static char *say_one_server(const EcsServer *server)
{
	const char *ip = server->n_addresses != 0 ? server->addresses[0].addr : "";
	return g_strdup_printf("%s|%s|%s|%s|%s|%s|%s|%" G_GINT64_FORMAT, server->id, server->name,
			       server->status, server->flavor, server->image, ip, server->zone,
			       server->created);
}

static char *say_server(Calls *c)
{
	g_autoptr(EcsServer) server = c->wait.result;
	return say_one_server(server);
}

static void ask_volume(Calls *c)
{
	ecs_volume_get(c->scope, "v", NULL, wait_object, &c->wait);
}

static char *say_one_volume(const EcsVolume *volume)
{
	return g_strdup_printf("%s|%s|%s|%d|%s|%s|%" G_GINT64_FORMAT, volume->id, volume->name,
			       volume->status, volume->size_gb, volume->type, volume->zone,
			       volume->created);
}

static char *say_volume(Calls *c)
{
	g_autoptr(EcsVolume) volume = c->wait.result;
	return say_one_volume(volume);
}

static void ask_volumes(Calls *c)
{
	ecs_volume_list(c->scope, NULL, wait_listed, &c->wait);
}

static char *say_volumes(Calls *c)
{
	g_autoptr(GPtrArray) all = c->wait.result;
	g_assert_cmpuint(all->len, ==, 2);
	return say_one_volume(all->pdata[1]);
}

static void ask_snapshot(Calls *c)
{
	ecs_snapshot_get(c->scope, "s", NULL, wait_object, &c->wait);
}

static char *say_snapshot(Calls *c)
{
	EcsSnapshot *snapshot = c->wait.result;
	char *text = g_strdup_printf("%s|%s|%s|%s|%d|%" G_GINT64_FORMAT, snapshot->id,
				     snapshot->name, snapshot->status, snapshot->volume,
				     snapshot->size_gb, snapshot->created);
	ecs_snapshot_unref(snapshot);
	return text;
}

static void ask_vpc(Calls *c)
{
	ecs_vpc_get(c->scope, "v", NULL, wait_object, &c->wait);
}

static char *say_vpc(Calls *c)
{
	EcsVpc *vpc = c->wait.result;
	char *text = g_strdup_printf("%s|%s|%s|%s", vpc->id, vpc->name, vpc->cidr, vpc->status);
	ecs_vpc_unref(vpc);
	return text;
}

static void ask_bandwidth(Calls *c)
{
	ecs_bandwidth_get(c->scope, "b", NULL, wait_object, &c->wait);
}

static char *say_bandwidth(Calls *c)
{
	g_autoptr(EcsBandwidth) bandwidth = c->wait.result;
	return g_strdup_printf("%s|%d|%s", bandwidth->id, bandwidth->mbits, bandwidth->share_type);
}

static const struct {
	const char *file;
	Ask ask;
	Say say;
	const char *expected;
} samples[] = {
	{ "ecs-batch-start.json", ask_start, say_accepted, "ff808082889bd9690189061140c235fe" },
	{ "ecs-batch-stop.json", ask_start, say_accepted, "ff808082889bd9690189061140c235fe" },
	{ "ecs-batch-reboot.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-changeos.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-delete.json", ask_start, say_accepted, "ff80808288d415d80189901d8eb81cbb" },
	{ "ecs-detachvolume.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-migrate.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-nics-add.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-reinstallos.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "ecs-resize.json", ask_start, say_accepted, "ff80808288d41e1b018990260955686a" },
	{ "evs-volume-create.json", ask_start, say_accepted,
	  "70a599e0-31e7-49b7-b260-868f441e862b" },
	{ "evs-volume-delete.json", ask_start, say_accepted,
	  "70a599e0-31e7-49b7-b260-868f441e862b" },
	{ "evs-volume-retype.json", ask_start, say_accepted, "4011af9965d85d3c0165d8628c650007" },
	{ "ims-image-create.json", ask_start, say_accepted, "8a12fc664fb4daa3014fb4e581380005" },
	{ "ims-wholeimage-create.json", ask_start, say_accepted,
	  "4010a32b5f909853015f90aaa24b0015" },
	{ "ecs-job-init.json", ask_job, say_job, "stopServer INIT open" },
	{ "evs-job-running.json", ask_job, say_job,
	  "createVolume RUNNING open volume_id=bdf1bb37-f20f-4266-9a04-f43e0a127376" },
	{ "ims-job-create-image.json", ask_job, say_job,
	  "imsCreateImageByInstance SUCCESS over image_name=test "
	  "image_id=3f7185de-b59a-4bb8-aa1d-7a513528b0e9" },
	{ "nova-server-update.json", ask_server, say_server,
	  "1a19ef4f-be0a-4526-bf2f-14b4464d536a|new-server-test|ACTIVE|c3.1U1G||192.168.0.72||"
	  "1526526948" },
	{ "nova-server-rebuild.json", ask_server, say_server,
	  "ea681a24-9b24-4f49-98ef-8e1f73acf19e|rebuildName|REBUILD|s3.xlarge.1|3ed456f5-3d8f-4383-"
	  "a6c9-312032afcd1a|192.168.0.119||1474247606" },
	{ "cinder-volume-get.json", ask_volume, say_volume,
	  "591ac654-26d8-41be-bb77-4f90699d2d41|restore_backup_0115efb3-678c-4a9e-bff6-"
	  "d3cd278238b9|error_restoring|40||az-dc-1|1454465951" },
	{ "cinder-volume-update.json", ask_volume, say_volume,
	  "8dd7c486-8e9f-49fe-bceb-26aa7e312b66|openapi_vol01|creating|40|SSD|az-dc-1|1464143920" },
	{ "cinder-volumes-detail.json", ask_volumes, say_volumes,
	  "591ac654-26d8-41be-bb77-4f90699d2d41|vol-data-1|in-use|1|SSD|az-dc-1|1464144130" },
	{ "evs-snapshot-get.json", ask_snapshot, say_snapshot,
	  "2bb856e1-b3d8-4432-a858-09e4ce939389|snap-001|available|5aa119a8-d25b-45a7-8d1b-"
	  "88e127885635|1|1361765597" },
	{ "evs-snapshot-update.json", ask_snapshot, say_snapshot,
	  "f9faf7df-fdc1-4093-9ef3-5cba06eef995|snap-001|available|5aa119a8-d25b-45a7-8d1b-"
	  "88e127885635|1|1361764613" },
	{ "vpc-vpc-update.json", ask_vpc, say_vpc,
	  "99d9d709-8478-4b46-9f3f-2206b1023fd3|vpc1|192.168.0.0/16|OK" },
	{ "vpc-bandwidth-update.json", ask_bandwidth, say_bandwidth,
	  "3fa5b383-5a73-4dcb-a314-c6128546d855|10|PER" },
};

static void test_samples(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		const CallsAnswer answers[] = { { "offset=", 200, "{\"volumes\":[]}" },
						{ "/" CALLS_PROJECT "/", 200, samples[i].file },
						{} };
		Calls c;
		calls_begin(&c, answers);
		say_row(i, samples[i].file);
		samples[i].ask(&c);
		wait_for(&c.wait, 1);
		g_assert_no_error(c.wait.error);
		g_autofree char *text = samples[i].say(&c);
		g_assert_cmpstr(text, ==, samples[i].expected);
		calls_end(&c);
	}
}

static void each_server(const char *text, size_t len, void *data)
{
	g_autoptr(EcsJson) json = ecs_json_parse(text, len, NULL);
	g_ptr_array_add(data, ecs_server_decode(json));
}

static void test_nova_list(void)
{
	g_autofree char *text = fake_cloud_data("nova-servers-detail.json");
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_server_unref);
	g_assert_true(ecs_json_each(text, strlen(text), "servers", each_server, all, NULL, NULL));
	g_assert_cmpuint(all->len, ==, 2);
	g_autofree char *second = say_one_server(all->pdata[1]);
	g_assert_cmpstr(second, ==,
			"893c7791-f1df-4c3d-8383-3caae9656c62|new-server-test2|SHUTOFF|s3.xlarge.2|"
			"|192.168.0.3||1347036997");
}

static void test_projects(void)
{
	Wait wait;
	g_autoptr(GPtrArray) all =
		fake_cloud_list(ecs_project_list, "/v3/auth/projects", "iam-projects.json", &wait);
	g_assert_no_error(wait.error);
	GString *names = g_string_new(NULL);
	for (unsigned i = 0; i < all->len; i++)
		g_string_append_printf(names, "%s ", ((EcsProject *)all->pdata[i])->name);
	g_assert_cmpstr(names->str, ==, "eu-de eu-de_dev eu-nl ");
	g_string_free(names, TRUE);
	wait_clear(&wait);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/samples/calls", test_samples);
	g_test_add_func("/samples/nova-list", test_nova_list);
	g_test_add_func("/samples/projects", test_projects);
	return g_test_run();
}
