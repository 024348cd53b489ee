/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "client/json.h"
#include "client/server.h"
#include "client/server_call.h"
#include "tests/unit/fake-cloud.h"

static EcsServer *decode(const char *text)
{
	g_autoptr(EcsJson) json = ecs_json_parse(text, strlen(text), NULL);
	return json ? ecs_server_decode(json) : NULL;
}

/* The object under "server" of a file. */
static EcsServer *decode_file(const char *name)
{
	g_autofree char *text = fake_cloud_data(name);
	g_autoptr(EcsJson) json = ecs_json_parse(text, strlen(text), NULL);
	g_autofree char *server = ecs_json_compact(ecs_json_get(json, "server"));
	EcsServer *result = decode(server);
	g_assert_nonnull(result);
	return result;
}

static void test_get_sample(void)
{
	g_autoptr(EcsServer) s = decode_file("ecs-server-get.json");
	g_assert_cmpstr(s->id, ==, "4f4b3dfa-eb70-47cf-a60a-998a53bd598a");
	g_assert_cmpstr(s->name, ==, "ecs-2ecf");
	g_assert_cmpstr(s->status, ==, "ACTIVE");
	g_assert_cmpstr(s->vm_state, ==, "active");
	g_assert_cmpstr(s->task_state, ==, "");
	g_assert_cmpint(s->power_state, ==, 1);
	g_assert_cmpint(s->progress, ==, 0);
	g_assert_false(s->locked);
	g_assert_cmpstr(s->description, ==, "");
	g_assert_cmpstr(s->hostname, ==, "ecs-2ecf");
	g_assert_cmpstr(s->zone, ==, "az1-dc1");
	g_assert_cmpstr(s->project_id, ==, "ff2eb406effc455aba53174463eb9322");
	g_assert_cmpstr(s->key_name, ==, "KeyPair-d750");
	g_assert_cmpstr(s->host_status, ==, "UP");
	g_assert_cmpstr(s->root_device, ==, "/dev/vda");
	g_assert_cmpstr(s->disk_config, ==, "MANUAL");
	g_assert_cmpstr(s->enterprise_project_id, ==, "0");
	g_assert_cmpint(s->created, ==, 1536822224);
	g_assert_cmpint(s->launched, ==, 1536822249);
	g_assert_cmpint(s->terminated, ==, 0);
	g_assert_cmpstr(s->flavor, ==, "s3.large.1");
	g_assert_cmpint(s->vcpus, ==, 2);
	g_assert_cmpint(s->ram_mb, ==, 1024);
	g_assert_cmpstr(s->image, ==, "c71b64e7-4767-4406-afde-2c7c7ac2242c");
	g_assert_cmpstr(s->image_name, ==, "Public_Cloudinit_Oracle_Linux_7.4_64bit_40G");
	g_assert_cmpstr(s->os, ==, "Linux");
	g_assert_cmpstr(s->vpc, ==, "0431c5e5-bc94-4a44-8263-15da2a642435");
	g_assert_cmpstr(s->fault, ==, "");
	g_assert_cmpstr(s->user_data, ==, "");
	g_assert_cmpstr(s->server_group, ==, "");
	g_assert_cmpstr(s->dedicated_host, ==, "");
	g_assert_cmpuint(s->metadata.n, ==, 12);
	g_assert_cmpstr(ecs_pairs_get(&s->metadata, "os_bit"), ==, "64");
	g_assert_null(ecs_pairs_get(&s->metadata, "os"));
	g_assert_cmpuint(s->tags.n, ==, 0);
	g_assert_cmpuint(s->n_addresses, ==, 1);
	g_assert_cmpstr(s->addresses[0].addr, ==, "192.168.1.99");
	g_assert_cmpstr(s->addresses[0].mac, ==, "fa:16:3e:df:18:6d");
	g_assert_cmpint(s->addresses[0].version, ==, 4);
	g_assert_false(s->addresses[0].floating);
	g_assert_cmpuint(s->n_volumes, ==, 1);
	g_assert_cmpstr(s->volumes[0].device, ==, "/dev/vda");
	g_assert_cmpint(s->volumes[0].boot_index, ==, 0);
	g_assert_false(s->volumes[0].delete_on_termination);
	g_assert_cmpuint(s->n_security_groups, ==, 1);
	g_assert_cmpstr(s->security_groups[0].name, ==, "sg-95ec");
}

static void test_nova_samples(void)
{
	static const char *const files[] = { "nova-server-get.json", "ecs-server-update.json" };
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(EcsServer) s = decode_file(files[i]);
		g_assert_cmpstr(s->id, !=, "");
		g_assert_cmpuint(s->n_addresses, ==, 1);
		g_assert_cmpint(s->addresses[0].version, ==, 4);
		g_assert_cmpstr(s->vpc, !=, "");
	}
}

static void each_server(const char *text, size_t len, void *data)
{
	g_autofree char *copy = g_strndup(text, len);
	g_ptr_array_add(data, decode(copy));
}

static void test_list_sample(void)
{
	g_autofree char *text = fake_cloud_data("ecs-servers-detail.json");
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)ecs_server_unref);
	EcsJsonTail tail;
	g_assert_true(ecs_json_each(text, strlen(text), "servers", each_server, all, &tail, NULL));
	g_assert_cmpint(tail.count, ==, 4);
	g_assert_cmpuint(all->len, ==, 4);
	const EcsServer *first = all->pdata[0], *second = all->pdata[1];
	g_assert_cmpint(first->progress, ==, -1);
	g_assert_cmpuint(first->n_addresses, ==, 2);
	g_assert_cmpuint(first->n_security_groups, ==, 2);
	g_assert_cmpstr(second->security_groups[0].id, ==, "");
	g_assert_cmpstr(ecs_pairs_get(&second->tags, "_sys_root_resource_type"), ==,
			"xxx.resource.type.vm");
	g_assert_true(g_str_has_prefix(first->user_data, "IyEvYmluL2Jhc2g"));
	g_autoptr(GString) raw = g_string_new(NULL);
	ecs_server_json(first, raw);
	g_assert_null(strstr(raw->str, "IyEvYmlu"));
	g_assert_null(strchr(raw->str, '\n'));
	g_assert_nonnull(strstr(raw->str, "\"OS-EXT-SRV-ATTR:kernel_id\":\"\""));
}

static void test_secrets(void)
{
	g_autoptr(EcsServer) a =
		decode("{\"id\":\"a\",\"adminPass\":\"P1x\",\"metadata\":{\"admin_pass\":"
		       "\"P2x\",\"adminPass\":\"P3x\",\"k\":\"v\"},"
		       "\"OS-EXT-SRV-ATTR:user_data\":\"P4x\"}");
	g_autoptr(EcsServer) b = decode("{\"id\":\"a\",\"metadata\":{\"k\":\"v\"},"
					"\"OS-EXT-SRV-ATTR:user_data\":\"P5x\"}");
	g_autoptr(GString) raw = g_string_new(NULL);
	ecs_server_json(a, raw);
	g_assert_cmpstr(raw->str, ==, "{\"id\":\"a\",\"metadata\":{\"k\":\"v\"}}");
	g_assert_cmpuint(a->metadata.n, ==, 1);
	g_assert_cmpstr(a->user_data, ==, "P4x");
	g_assert_true(ecs_server_same(a, a));
	g_assert_false(ecs_server_same(a, b)); /* not visible in the document, but it has changed */
}

/* Whatever a document has them in twice, or however their names are written. */
static void test_secrets_twice(void)
{
	static const char *const documents[] = {
		"{\"id\":\"a\",\"adminPass\":\"P1x\",\"adminPass\":\"P2x\"}",
		"{\"id\":\"a\",\"adminPass\":\"P1x\",\"admin\\u0050ass\":\"P2x\"}",
		"{\"id\":\"a\",\"metadata\":{},\"metadata\":{\"adminPass\":\"P1x\"}}",
		"{\"id\":\"a\",\"metadata\":{\"admin_pass\":\"P1x\",\"admin_pass\":\"P2x\"}}",
		"{\"id\":\"a\",\"OS-EXT-SRV-ATTR:user_data\":\"P1x\","
		"\"OS-EXT-SRV-ATTR:user_data\":\"P2x\"}",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		g_autoptr(EcsServer) server = decode(documents[i]);
		g_autoptr(GString) raw = g_string_new(NULL);
		ecs_server_json(server, raw);
		g_assert_null(strchr(raw->str, 'P'));
		g_assert_cmpuint(server->metadata.n, ==, 0);
	}
}

/* Hints are lists in answers, texts in requests. */
static void test_hints(void)
{
	static const struct {
		const char *hints, *group, *host;
	} hints[] = {
		{ "{}", "", "" },
		{ "null", "", "" },
		{ "{\"group\":[],\"dedicated_host_id\":[7]}", "", "" },
		{ "{\"group\":[\"g\"],\"tenancy\":[\"dedicated\"],\"dedicated_host_id\":[\"h\"]}",
		  "g", "h" },
		{ "{\"group\":\"g\",\"dedicated_host_id\":\"h\"}", "g", "h" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(hints); i++) {
		g_autofree char *text =
			g_strdup_printf("{\"id\":\"a\",\"os:scheduler_hints\":%s}", hints[i].hints);
		say_row(i, hints[i].hints);
		g_autoptr(EcsServer) s = decode(text);
		g_assert_cmpstr(s->server_group, ==, hints[i].group);
		g_assert_cmpstr(s->dedicated_host, ==, hints[i].host);
	}
}

/* Addresses, groups and tags as they come: repeated, of the wrong type, odd. */
static void test_odd(void)
{
	g_autoptr(EcsServer) s = decode(
		"{\"id\":\"a\",\"name\":null,\"image\":\"\",\"flavor\":\"x\",\"fault\":{\"code\":"
		"500,"
		"\"message\":\"No "
		"valid\\nhost\"},\"addresses\":{\"net\":[{\"addr\":\"10.0.0.1\",\"version\":"
		"\"6\",\"OS-EXT-IPS:type\":\"floating\"},{\"addr\":\"10.0.0.1\",\"version\":6,"
		"\"OS-EXT-IPS:type\":\"floating\"},{\"version\":4},null],\"x\":7},\"tags\":[\"a=b="
		"c\",\"lone\","
		"\"\",\"a=2\",7,{\"key\":\"k\",\"value\":\"v\"}],\"security_groups\":[{\"name\":"
		"\"g\"},{\"name\":"
		"\"g\"},{},null],\"os-extended-volumes:volumes_attached\":[{\"id\":\"v\"},{},\"x\"]"
		","
		"\"metadata\":[1],\"sys_tags\":7,\"locked\":\"true\",\"OS-EXT-STS:power_state\":"
		"\"4\"}");
	g_assert_nonnull(s);
	g_assert_cmpstr(s->name, ==, "");
	g_assert_cmpstr(s->image, ==, "");
	g_assert_cmpstr(s->flavor, ==, "");
	g_assert_cmpstr(s->vpc, ==, ""); /* "net" is no VPC's id */
	g_assert_cmpstr(s->fault, ==, "500 No valid host");
	g_assert_cmpuint(s->n_addresses, ==, 1);
	g_assert_true(s->addresses[0].floating);
	g_assert_cmpint(s->addresses[0].version, ==, 6);
	g_assert_cmpuint(s->tags.n, ==, 4);
	g_assert_cmpstr(ecs_pairs_get(&s->tags, "a"), ==, "2");
	g_assert_cmpstr(ecs_pairs_get(&s->tags, "lone"), ==, "");
	g_assert_cmpstr(ecs_pairs_get(&s->tags, "k"), ==, "v");
	g_assert_cmpuint(s->n_security_groups, ==, 1);
	g_assert_cmpuint(s->n_volumes, ==, 1);
	g_assert_cmpint(s->volumes[0].boot_index, ==, -1);
	g_assert_true(s->locked);
	g_assert_cmpint(s->power_state, ==, 4);
}

static void test_hostile(void)
{
	static const char *const names[] = { "..", "a/b", "\\n\\t", "\xff\xfe\xfd",
					     "\\u0000hidden" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text =
			g_strdup_printf("{\"id\":\"%zu\",\"name\":\"%s\"}", i, names[i]);
		g_autoptr(EcsServer) s = decode(text);
		g_assert_nonnull(s);
	}
	g_autofree char *x = g_strnfill(300, 'n');
	g_autofree char *text = g_strdup_printf("{\"id\":\"a\",\"name\":\"%s\"}", x);
	g_autoptr(EcsServer) s = decode(text);
	g_assert_cmpstr(s->name, ==, x);
	g_assert_null(decode("{\"name\":\"no id\"}"));
	g_assert_null(decode("[]"));
	g_assert_null(decode("7"));
	/* An object much larger than a chunk of the builder. */
	GString *big = g_string_new("{\"id\":\"a\",\"metadata\":{");
	for (int i = 0; i < 20000; i++)
		g_string_append_printf(big, "%s\"key-%d\":\"value-%d\"", i ? "," : "", i, i);
	g_string_append(big, "}}");
	g_autoptr(EcsServer) huge = decode(big->str);
	g_assert_cmpuint(huge->metadata.n, ==, 20000);
	g_assert_cmpstr(ecs_pairs_get(&huge->metadata, "key-19999"), ==, "value-19999");
	g_string_free(big, TRUE);
}

/* {"id":"a", @open EACH,EACH,... @close}, where each "%d" is another number. */
static char *with_many(const char *open, const char *each, const char *close, unsigned n)
{
	GString *text = g_string_new("{\"id\":\"a\",");
	g_auto(GStrv) parts = g_strsplit(each, "#", -1);
	g_string_append(text, open);
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *number = g_strdup_printf("%u", i);
		g_autofree char *element = g_strjoinv(number, parts);
		g_string_append_printf(text, "%s%s", i ? "," : "", element);
	}
	g_string_append(text, close);
	return g_string_free(text, FALSE);
}

/* More members than anybody has: some are left out, and it does not take for ever. */
static void test_many(void)
{
	static const struct {
		const char *open, *each, *close;
		size_t n; /* where the number is in EcsServer */
	} rows[] = {
		{ "\"metadata\":{", "\"k#\":\"v\"", "}}",
		  offsetof(EcsServer, metadata) + offsetof(EcsPairs, n) },
		{ "\"tags\":[", "\"k#=v\"", "]}",
		  offsetof(EcsServer, tags) + offsetof(EcsPairs, n) },
		{ "\"addresses\":{\"n\":[", "{\"addr\":\"#\"}", "]}}",
		  offsetof(EcsServer, n_addresses) },
		{ "\"security_groups\":[", "{\"name\":\"#\"}", "]}",
		  offsetof(EcsServer, n_security_groups) },
		{ "\"os-extended-volumes:volumes_attached\":[", "{\"id\":\"#\"}", "]}",
		  offsetof(EcsServer, n_volumes) },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text =
			with_many(rows[i].open, rows[i].each, rows[i].close, 100000);
		g_autoptr(EcsServer) s = decode(text);
		g_assert_nonnull(s);
		g_assert_cmpuint(*(const size_t *)(const void *)((const char *)s + rows[i].n), ==,
				 ECS_JSON_MEMBERS_MAX);
	}
}

/* What every change sends, and what comes back. */
typedef void (*Start)(EcsScope *scope, Wait *wait);

static const char *const one[] = { "s1", NULL };
static const char *const two[] = { "s1", "s\"2", NULL };

#define START(name, ...)                                                                           \
	static void name(EcsScope *scope, Wait *wait)                                              \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

START(start, ecs_server_start(scope, one, NULL, wait_changed, wait))
START(stop, ecs_server_stop(scope, two, false, NULL, wait_changed, wait))
START(stop_hard, ecs_server_stop(scope, one, true, NULL, wait_changed, wait))
START(reboot, ecs_server_reboot(scope, one, false, NULL, wait_changed, wait))
START(del, ecs_server_delete(scope, two, NULL, wait_changed, wait))
START(rename_it, ecs_server_update(scope, "s1", "n\\", NULL, NULL, wait_changed, wait))
START(describe, ecs_server_update(scope, "s1", "n", "", NULL, wait_changed, wait))
START(set_key, ecs_server_metadata_set(scope, "s1", "k", "v", NULL, wait_changed, wait))
START(del_key, ecs_server_metadata_delete(scope, "s1", "a/b c", NULL, wait_changed, wait))
START(tag, ecs_server_tag_set(scope, "s1", "k", "v", NULL, wait_changed, wait))
START(untag, ecs_server_tag_delete(scope, "s1", "k", NULL, wait_changed, wait))
START(lock, ecs_server_lock(scope, "s1", true, NULL, wait_changed, wait))
START(unlock, ecs_server_lock(scope, "../s1", false, NULL, wait_changed, wait))

static const struct {
	const char *name;
	Start start;
	const char *line; /* method and path behind the project */
	const char *body;
	const char *job;
} changes[] = {
	{ "start", start, "POST v1 /cloudservers/action",
	  "{\"os-start\":{\"servers\":[{\"id\":\"s1\"}]}}", "j1" },
	{ "stop", stop, "POST v1 /cloudservers/action",
	  "{\"os-stop\":{\"type\":\"SOFT\",\"servers\":[{\"id\":\"s1\"},{\"id\":\"s\\\"2\"}]}}",
	  "j1" },
	{ "stop hard", stop_hard, "POST v1 /cloudservers/action",
	  "{\"os-stop\":{\"type\":\"HARD\",\"servers\":[{\"id\":\"s1\"}]}}", "j1" },
	{ "reboot", reboot, "POST v1 /cloudservers/action",
	  "{\"reboot\":{\"type\":\"SOFT\",\"servers\":[{\"id\":\"s1\"}]}}", "j1" },
	{ "delete", del, "POST v1 /cloudservers/delete",
	  "{\"servers\":[{\"id\":\"s1\"},{\"id\":\"s\\\"2\"}],\"delete_publicip\":false,"
	  "\"delete_volume\":false}",
	  "j1" },
	{ "rename", rename_it, "PUT v1 /cloudservers/s1", "{\"server\":{\"name\":\"n\\\\\"}}", "" },
	{ "describe", describe, "PUT v1 /cloudservers/s1",
	  "{\"server\":{\"name\":\"n\",\"description\":\"\"}}", "" },
	{ "metadata", set_key, "POST v1 /cloudservers/s1/metadata", "{\"metadata\":{\"k\":\"v\"}}",
	  "" },
	{ "metadata delete", del_key, "DELETE v2.1 /servers/s1/metadata/a/b c", "", "" },
	{ "tag", tag, "POST v1 /cloudservers/s1/tags/action",
	  "{\"action\":\"create\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}", "" },
	{ "untag", untag, "POST v1 /cloudservers/s1/tags/action",
	  "{\"action\":\"delete\",\"tags\":[{\"key\":\"k\"}]}", "" },
	{ "lock", lock, "POST v2.1 /servers/s1/action", "{\"lock\":null}", "" },
	/* The fake cloud sees paths decoded; on the wire it is ..%2Fs1. */
	{ "unlock", unlock, "POST v2.1 /servers/../s1/action", "{\"unlock\":null}", "" },
};

static void accept_all(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (!strstr(request->path, "/ecs/"))
		return;
	bool job = g_str_has_suffix(request->path, "/cloudservers/action") ||
		   g_str_has_suffix(request->path, "/delete");
	answer->status = job ? 200 : strcmp(request->method, "PUT") == 0 ? 200 : 204;
	if (answer->status == 200)
		answer->body = g_strdup(job ? "{\"job_id\":\"j1\"}" : "{\"server\":{}}");
}

static void test_changes(void)
{
	FakeCloud *cloud = fake_cloud_new(accept_all, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_auto(GStrv) words = g_strsplit(changes[i].line, " ", 3);
		g_autofree char *line = g_strdup_printf("%s /eu-de/ecs/%s/0123456789abcdef%s",
							words[0], words[1], words[2]);
		Wait wait;
		wait_init(&wait);
		say_row(i, changes[i].name);
		changes[i].start(scope, &wait);
		wait_for(&wait, 1);
		g_assert_no_error(wait.error);
		g_assert_cmpstr(wait.job, ==, changes[i].job);
		g_assert_null(wait.ids[0]);
		g_autofree char *body = fake_cloud_body(cloud, line);
		g_assert_cmpstr(body, ==, changes[i].body);
		wait_clear(&wait);
	}
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void accept_create(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	if (!strstr(request->path, "/cloudservers"))
		return;
	bool dry = strstr(request->body, "dry_run") != NULL;
	answer->status = dry ? 202 : 200;
	answer->body = dry ? NULL : fake_cloud_data("ecs-create.json");
}

static void test_create(void)
{
	static const char line[] = "POST /eu-de/ecs/v1/0123456789abcdef/cloudservers";
	const char *subnets[] = { "net1", "net2", NULL }, *groups[] = { "sg1", NULL };
	EcsPair metadata[] = { { "m", "1" } }, tags[] = { { "stage", "dev" } };
	EcsDiskSpec disks[] = { { "SAS", 100 } };
	EcsServerSpec spec = {
		.name = "new",
		.flavor = "f",
		.image = "i",
		.zone = "z",
		.vpc = "v",
		.subnets = subnets,
		.security_groups = groups,
		.key_name = "k",
		.description = "d \"q\"",
		.user_data = "IyE=",
		.system_disk = { "SSD", 0 },
		.n_data_disks = 1,
		.data_disks = disks,
		.metadata = { 1, metadata },
		.tags = { 1, tags },
		.count = 2,
		.client_token = "t",
	};
	FakeCloud *cloud = fake_cloud_new(accept_create, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	ecs_server_create(scope, &spec, NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_assert_cmpstr(wait.job, ==, "ff808082739334d80173941567f21d4f");
	g_assert_cmpstr(wait.ids[0], ==, "118258c5-0c6a-4e73-8b51-8d1ea3272e1b");
	g_autofree char *body = fake_cloud_body(cloud, line);
	g_assert_cmpstr(
		body, ==,
		"{\"server\":{\"name\":\"new\",\"imageRef\":\"i\",\"flavorRef\":\"f\",\"vpcid\":"
		"\"v\","
		"\"nics\":[{\"subnet_id\":\"net1\"},{\"subnet_id\":\"net2\"}],\"security_groups\":"
		"[{\"id\":\"sg1\"}],\"root_volume\":{\"volumetype\":\"SSD\"},\"data_volumes\":"
		"[{\"volumetype\":\"SAS\",\"size\":100}],\"availability_zone\":\"z\",\"key_name\":"
		"\"k\","
		"\"description\":\"d \\\"q\\\"\",\"user_data\":\"IyE=\",\"metadata\":{\"m\":\"1\"},"
		"\"server_tags\":[{\"key\":\"stage\",\"value\":\"dev\"}],\"count\":2}}");
	ecs_server_create(scope, &(EcsServerSpec){ .name = "dry", .dry_run = true }, NULL,
			  wait_changed, &wait);
	wait_for(&wait, 2);
	g_assert_no_error(wait.error);
	g_assert_cmpstr(wait.job, ==, "");
	g_assert_null(wait.ids[0]);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* @member: of the server, that the body must hold; NULL: no "publicip" at all. */
static void check_eip(EcsServerSpec spec, const char *member)
{
	FakeCloud *cloud = fake_cloud_new(accept_create, NULL);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	Wait wait;
	wait_init(&wait);
	spec.name = "new";
	ecs_server_create(ecs_client_scope(client, "eu-de", NULL), &spec, NULL, wait_changed,
			  &wait);
	wait_for(&wait, 1);
	g_assert_no_error(wait.error);
	g_autofree char *body =
		fake_cloud_body(cloud, "POST /eu-de/ecs/v1/0123456789abcdef/cloudservers");
	g_assert_true((strstr(body, "publicip") != NULL) == (member != NULL));
	g_assert_true(member == NULL || strstr(body, member) != NULL);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

static void test_eip(void)
{
	check_eip((EcsServerSpec){ .eip = "", .eip_type = "" }, NULL);
	check_eip((EcsServerSpec){ .eip = "e" }, "\"publicip\":{\"id\":\"e\"}");
	check_eip((EcsServerSpec){ .eip_type = "5_bgp", .eip_mbits = 10 },
		  "\"publicip\":{\"eip\":{\"iptype\":\"5_bgp\",\"bandwidth\":{\"size\":10,"
		  "\"sharetype\":\"PER\",\"chargemode\":\"traffic\"}}}");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/get-sample", test_get_sample);
	g_test_add_func("/server/nova-samples", test_nova_samples);
	g_test_add_func("/server/list-sample", test_list_sample);
	g_test_add_func("/server/secrets", test_secrets);
	g_test_add_func("/server/secrets-twice", test_secrets_twice);
	g_test_add_func("/server/hints", test_hints);
	g_test_add_func("/server/odd", test_odd);
	g_test_add_func("/server/eip", test_eip);
	g_test_add_func("/server/hostile", test_hostile);
	g_test_add_func("/server/many", test_many);
	g_test_add_func("/server/changes", test_changes);
	g_test_add_func("/server/create", test_create);
	return g_test_run();
}
