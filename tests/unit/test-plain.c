/* SPDX-License-Identifier: MIT */
/* What a plain OpenStack cloud is asked for each call, line by line. */
#include <string.h>

#include "client/eip.h"
#include "client/group.h"
#include "client/image.h"
#include "client/nic.h"
#include "client/port.h"
#include "client/quota.h"
#include "client/security_group.h"
#include "client/server.h"
#include "client/volume.h"
#include "client/vpc.h"
#include "tests/unit/fake-cloud.h"

#define P "0123456789abcdef"
#define NOVA "/compute/v2.1/" P
#define UUID "11111111-2222-3333-4444-555555555555"

typedef void (*Start)(EcsScope *scope, Wait *wait);

#define START(name, ...)                                                                           \
	static void name(EcsScope *scope, Wait *wait)                                              \
	{                                                                                          \
		__VA_ARGS__;                                                                       \
	}

static const char *const one[] = { "s1", NULL }, *const two[] = { "s1", "s2", NULL };

START(start, ecs_server_start(scope, one, NULL, wait_changed, wait))
START(stop, ecs_server_stop(scope, one, false, NULL, wait_changed, wait))
START(stop_hard, ecs_server_stop(scope, one, true, NULL, wait_changed, wait))
START(reboot, ecs_server_reboot(scope, one, true, NULL, wait_changed, wait))
START(delete_two, ecs_server_delete(scope, two, NULL, wait_changed, wait))
START(rename_server, ecs_server_update(scope, "s1", "n\"", NULL, NULL, wait_changed, wait))
START(describe, ecs_server_update(scope, "s1", NULL, "d", NULL, wait_changed, wait))
START(set_metadata, ecs_server_metadata_set(scope, "s1", "k", "v", NULL, wait_changed, wait))
START(drop_metadata, ecs_server_metadata_delete(scope, "s1", "a b", NULL, wait_changed, wait))
START(set_tag, ecs_server_tag_set(scope, "s1", "k", "new", NULL, wait_changed, wait))
START(set_word, ecs_server_tag_set(scope, "s1", "w", "", NULL, wait_changed, wait))
START(drop_tag, ecs_server_tag_delete(scope, "s1", "k", NULL, wait_changed, wait))
START(drop_none, ecs_server_tag_delete(scope, "s1", "x", NULL, wait_changed, wait))
START(resize, ecs_server_resize(scope, "s1", "m1.small", false, NULL, wait_changed, wait))
START(resize_id, ecs_server_resize(scope, "s1", "77", true, NULL, wait_changed, wait))
START(migrate, ecs_server_migrate(scope, "s1", "", NULL, wait_changed, wait))

START(create, EcsServerSpec spec = { .name = "n", .flavor = "m1.small", .image = "i1" };
      ecs_server_create(scope, &spec, NULL, wait_changed, wait))

static void create_all(EcsScope *scope, Wait *wait)
{
	static const char *const subnets[] = { "sub1", "sub2", NULL }, *const groups[] = { "g1",
											   NULL };
	static const EcsDiskSpec disks[] = { { "SSD", 10 }, { "", 20 } };
	static const EcsPair metadata[] = { { "m", "1" } }, tags[] = { { "k", "v" }, { "w", "" } };
	EcsServerSpec spec = {
		.name = "n",
		.flavor = "m1.small",
		.image = "i1",
		.zone = "z",
		.subnets = subnets,
		.security_groups = groups,
		.key_name = "key",
		.server_group = "sg",
		.description = "d",
		.user_data = "dXNlcg==",
		.system_disk = { "SSD", 40 },
		.n_data_disks = 2,
		.data_disks = disks,
		.metadata = { 1, metadata },
		.tags = { 2, tags },
		.count = 2,
	};
	ecs_server_create(scope, &spec, NULL, wait_changed, wait);
}

static void create_dry(EcsScope *scope, Wait *wait)
{
	EcsServerSpec spec = { .name = "n", .flavor = "f", .image = "i", .dry_run = true };
	ecs_server_create(scope, &spec, NULL, wait_changed, wait);
}

static void create_disks(EcsScope *scope, Wait *wait)
{
	static const EcsDiskSpec disk = { NULL, 5 };
	EcsServerSpec spec = { .name = "n",
			       .flavor = "m1.small",
			       .image = "i1",
			       .n_data_disks = 1,
			       .data_disks = &disk };
	ecs_server_create(scope, &spec, NULL, wait_changed, wait);
}

START(make_group, ecs_group_create(scope, "g", "affinity", NULL, wait_object, wait))
START(get_group, ecs_group_get(scope, "g1", NULL, wait_object, wait))
START(drop_group, ecs_group_delete(scope, "g1", NULL, wait_changed, wait))
START(quotas, ecs_quota_list(scope, NULL, wait_listed, wait))
START(disk_quotas, ecs_quota_list_volumes(scope, NULL, wait_listed, wait))
START(network_quotas, ecs_quota_list_network(scope, NULL, wait_listed, wait))
START(image_quotas, ecs_quota_list_images(scope, NULL, wait_listed, wait))

START(retype, ecs_volume_retype(scope, "v1", "fast", NULL, wait_changed, wait))
START(extend, ecs_volume_extend(scope, "v1", 20, true, NULL, wait_changed, wait))
START(revert, ecs_snapshot_rollback(scope, "n1", "v1", NULL, wait_changed, wait))
START(tag_volume, ecs_volume_tag_set(scope, "v1", "k", "v", NULL, wait_changed, wait))
START(attach, ecs_volume_attach(scope, "s1", "v1", NULL, wait_changed, wait))
START(detach, ecs_volume_detach(scope, "s1", "v1", NULL, wait_changed, wait))
START(snapshot, ecs_snapshot_delete(scope, "n1", NULL, wait_changed, wait))
START(describe_image, ecs_image_update(scope, "i1", "__description", "d", NULL, wait_changed, wait))
START(need_ram, ecs_image_update(scope, "i1", "min_ram", "512", NULL, wait_changed, wait))
START(tag_image, ecs_image_tag_set(scope, "i1", "k", "new", NULL, wait_changed, wait))
START(untag_image, ecs_image_tag_delete(scope, "i1", "x", NULL, wait_changed, wait))
START(drop_full, ecs_vpc_delete(scope, "full", NULL, wait_changed, wait))
START(drop_empty, ecs_vpc_delete(scope, "empty", NULL, wait_changed, wait))
START(set_range, EcsVpcSpec spec = { .cidr = "10.0.0.0/8" };
      ecs_vpc_update(scope, "n1", &spec, NULL, wait_changed, wait))
START(set_dns, EcsSubnetSpec spec = { .name = "n", .dns1 = "9.9.9.9", .dns2 = "" };
      ecs_subnet_update(scope, "n1", "sub1", &spec, NULL, wait_changed, wait))
START(join_port, ecs_security_group_port(scope, "g2", "p1", true, NULL, wait_changed, wait))
START(leave_port, ecs_security_group_port(scope, "g1", "p1", false, NULL, wait_changed, wait))
START(leave_other, ecs_security_group_port(scope, "g9", "p1", false, NULL, wait_changed, wait))
START(add_nic, ecs_nic_add(scope, "s1", "sub1", NULL, wait_changed, wait))
START(drop_nic, ecs_nic_remove(scope, "s1", "p1", NULL, wait_changed, wait))
START(unbind, ecs_eip_bind(scope, "e1", "", NULL, wait_changed, wait))

static void make_image(EcsScope *scope, Wait *wait)
{
	g_autoptr(EcsImage) draft = ecs_image_draft("gold");
	g_autoptr(EcsImage) described = ecs_image_with(draft, "__description", "d");
	g_autoptr(EcsImage) tagged = ecs_image_with_tag(described, "k", "v");
	ecs_image_create(scope, tagged, "s1", NULL, wait_changed, wait);
}

static void make_port(EcsScope *scope, Wait *wait)
{
	EcsPortSpec spec = { .name = "p", .subnet = "sub1", .ip = "10.0.0.9" };
	ecs_port_create(scope, &spec, NULL, wait_object, wait);
}

static void make_eip(EcsScope *scope, Wait *wait)
{
	EcsEipSpec spec = { .bandwidth_name = "mine" };
	ecs_eip_create(scope, &spec, NULL, wait_object, wait);
}

static void make_eip_of(EcsScope *scope, Wait *wait)
{
	EcsEipSpec spec = { .type = "none" };
	ecs_eip_create(scope, &spec, NULL, wait_object, wait);
}

#define VOLUME "/volumev3/v3/" P "/volumes/v1"
#define NEUTRON "/network/v2.0"
#define ACTION "POST " NOVA "/servers/s1/action"
#define FLAVORS "GET " NOVA "/flavors/detail?limit=1000 [2.61]\n"
#define TAGS NOVA "/servers/s1/tags [2.26]"

/* The lines; a call that fails by itself asks nothing. */
static const struct {
	const char *name;
	Start start;
	const char *lines;
	EcsError error; /* 0: none */
	const char *id; /* that was promised; NULL: none */
} rows[] = {
	{ "start", start, ACTION " {\"os-start\":null}\n" },
	{ "stop", stop, ACTION " {\"os-stop\":null}\n" },
	{ "stop hard", stop_hard, "", ECS_ERROR_NOT_SUPPORTED },
	{ "reboot hard", reboot, ACTION " {\"reboot\":{\"type\":\"HARD\"}}\n" },
	{ "delete two", delete_two, "DELETE " NOVA "/servers/s1\nDELETE " NOVA "/servers/s2\n" },
	{ "rename", rename_server, "PUT " NOVA "/servers/s1 {\"server\":{\"name\":\"n\\\"\"}}\n" },
	{ "describe", describe,
	  "PUT " NOVA "/servers/s1 [2.19] {\"server\":{\"description\":\"d\"}}\n" },
	{ "set metadata", set_metadata,
	  "POST " NOVA "/servers/s1/metadata {\"metadata\":{\"k\":\"v\"}}\n" },
	{ "drop metadata", drop_metadata, "DELETE " NOVA "/servers/s1/metadata/a b\n" },
	{ "set a tag", set_tag,
	  "GET " TAGS "\nPUT " TAGS " {\"tags\":[\"w\",\"k2=v\",\"k=new\"]}\n" },
	{ "set a word that is there", set_word,
	  "GET " TAGS "\nPUT " TAGS " {\"tags\":[\"k=v\",\"k2=v\",\"w\"]}\n" },
	{ "drop a tag", drop_tag, "GET " TAGS "\nPUT " TAGS " {\"tags\":[\"w\",\"k2=v\"]}\n" },
	{ "drop a tag that is not there", drop_none, "GET " TAGS "\n", ECS_ERROR_NOT_FOUND },
	{ "resize", resize, FLAVORS ACTION " {\"resize\":{\"flavorRef\":\"42\"}}\n" },
	{ "resize by an id", resize_id, FLAVORS ACTION " {\"resize\":{\"flavorRef\":\"77\"}}\n" },
	{ "what Nova has not", migrate, "", ECS_ERROR_NOT_SUPPORTED },
	{ "create", create,
	  FLAVORS "POST " NOVA "/servers [2.37] {\"server\":{\"name\":\"n\",\"imageRef\":\"i1\","
		  "\"flavorRef\":\"42\",\"networks\":\"auto\"}}\n",
	  .id = UUID },
	{ "create with all", create_all,
	  FLAVORS "GET /network/v2.0/subnets/sub1\nGET /network/v2.0/subnets/sub2\nPOST " NOVA
		  "/servers [2.67] {\"server\":{\"name\":\"n\",\"block_device_mapping_v2\":["
		  "{\"source_type\":\"image\",\"destination_type\":\"volume\",\"boot_index\":0,"
		  "\"volume_size\":40,\"volume_type\":\"SSD\",\"delete_on_termination\":true,"
		  "\"uuid\":\"i1\"},{\"source_type\":\"blank\",\"destination_type\":\"volume\","
		  "\"boot_index\":-1,\"volume_size\":10,\"volume_type\":\"SSD\","
		  "\"delete_on_termination\":false},{\"source_type\":\"blank\","
		  "\"destination_type\":\"volume\",\"boot_index\":-1,\"volume_size\":20,"
		  "\"delete_on_termination\":false}],\"security_groups\":[{\"name\":\"g1\"}],"
		  "\"availability_zone\":\"z\",\"key_name\":\"key\",\"description\":\"d\","
		  "\"user_data\":\"dXNlcg==\",\"metadata\":{\"m\":\"1\"},\"tags\":[\"k=v\",\"w\"],"
		  "\"min_count\":2,\"max_count\":2,\"flavorRef\":\"42\",\"networks\":["
		  "{\"uuid\":\"net-sub1\"},{\"uuid\":\"net-sub2\"}]},"
		  "\"os:scheduler_hints\":{\"group\":\"sg\"}}\n",
	  .id = UUID },
	{ "create with a disk beside the image's", create_disks,
	  FLAVORS "POST " NOVA "/servers [2.37] {\"server\":{\"name\":\"n\",\"imageRef\":\"i1\","
		  "\"block_device_mapping_v2\":[{\"source_type\":\"image\",\"destination_type\":"
		  "\"local\",\"boot_index\":0,\"delete_on_termination\":true,\"uuid\":\"i1\"},"
		  "{\"source_type\":\"blank\",\"destination_type\":\"volume\",\"boot_index\":-1,"
		  "\"volume_size\":5,\"delete_on_termination\":false}],\"flavorRef\":\"42\","
		  "\"networks\":\"auto\"}}\n",
	  .id = UUID },
	{ "try a create", create_dry, "", ECS_ERROR_NOT_SUPPORTED },
	{ "make a group", make_group,
	  "POST " NOVA "/os-server-groups {\"server_group\":{\"name\":\"g\",\"policies\":"
	  "[\"affinity\"]}}\n" },
	{ "get a group", get_group, "GET " NOVA "/os-server-groups/g1\n" },
	{ "drop a group", drop_group, "DELETE " NOVA "/os-server-groups/g1\n" },
	{ "quotas", quotas, "GET " NOVA "/limits [2.57]\n" },
	{ "quotas of disks", disk_quotas,
	  "GET /volumev3/v3/" P "/os-quota-sets/" P "?usage=True\n" },
	{ "quotas of the network", network_quotas,
	  "GET /network/v2.0/quotas/" P "/details.json\n" },
	{ "quotas of images, which an older Glance has not", image_quotas,
	  "GET /image/v2/info/usage\n" },
	{ "retype a volume", retype,
	  "POST " VOLUME "/action {\"os-retype\":{\"new_type\":\"fast\"}}\n" },
	{ "revert it", revert,
	  "POST " VOLUME "/action {\"revert\":{\"snapshot_id\":\"n1\"}}\n" },
	{ "extend it", extend, "POST " VOLUME "/action {\"os-extend\":{\"new_size\":20}}\n" },
	{ "a tag of it, which Cinder has not", tag_volume, "", ECS_ERROR_NOT_SUPPORTED },
	{ "attach it", attach,
	  "POST " NOVA
	  "/servers/s1/os-volume_attachments {\"volumeAttachment\":{\"volumeId\":\"v1\"}}\n" },
	{ "detach it", detach, "DELETE " NOVA "/servers/s1/os-volume_attachments/v1\n" },
	{ "delete a snapshot", snapshot, "DELETE /volumev3/v3/" P "/snapshots/n1\n" },
	{ "make an image", make_image,
	  ACTION
	  " [2.45] {\"createImage\":{\"name\":\"gold\",\"metadata\":{\"description\":\"d\"}}}\n"
	  "PATCH /image/v2/images/" UUID
	  " [{\"op\":\"replace\",\"path\":\"/tags\",\"value\":[\"k=v\"]}]\n",
	  .id = UUID },
	{ "describe an image", describe_image,
	  "PATCH /image/v2/images/i1 "
	  "[{\"op\":\"add\",\"path\":\"/description\",\"value\":\"d\"}]\n" },
	{ "its least memory is a number", need_ram,
	  "PATCH /image/v2/images/i1 [{\"op\":\"add\",\"path\":\"/min_ram\",\"value\":512}]\n" },
	{ "tag an image", tag_image,
	  "GET /image/v2/images/i1\nPATCH /image/v2/images/i1 "
	  "[{\"op\":\"replace\",\"path\":\"/tags\","
	  "\"value\":[\"w\",\"k=new\"]}]\n" },
	{ "untag it of what it has not", untag_image, "GET /image/v2/images/i1\n",
	  ECS_ERROR_NOT_FOUND },
	{ "delete a network that has subnets", drop_full,
	  "GET " NEUTRON "/subnets?network_id=full\n", ECS_ERROR_NOT_EMPTY },
	{ "delete an empty one", drop_empty,
	  "GET " NEUTRON "/subnets?network_id=empty\nDELETE " NEUTRON "/networks/empty\n" },
	{ "a network has no range", set_range, "", ECS_ERROR_NOT_SUPPORTED },
	{ "name servers", set_dns,
	  "PUT " NEUTRON
	  "/subnets/sub1 {\"subnet\":{\"name\":\"n\",\"dns_nameservers\":[\"9.9.9.9\"]}}\n" },
	{ "a port into a group", join_port,
	  "GET " NEUTRON "/ports/p1\nPUT " NEUTRON
	  "/ports/p1 {\"port\":{\"security_groups\":[\"g0\",\"g1\",\"g2\"]}}\n" },
	{ "out of it", leave_port,
	  "GET " NEUTRON "/ports/p1\nPUT " NEUTRON
	  "/ports/p1 {\"port\":{\"security_groups\":[\"g0\"]}}\n" },
	{ "out of one that it is not in", leave_other, "GET " NEUTRON "/ports/p1\n",
	  ECS_ERROR_NOT_FOUND },
	{ "an interface", add_nic,
	  "GET " NEUTRON "/subnets/sub1\nPOST " NOVA
	  "/servers/s1/os-interface {\"interfaceAttachment\":{\"net_id\":\"net-sub1\"}}\n",
	  .id = UUID },
	{ "none", drop_nic, "DELETE " NOVA "/servers/s1/os-interface/p1\n" },
	{ "a port", make_port,
	  "GET " NEUTRON "/subnets/sub1\nPOST " NEUTRON
	  "/ports "
	  "{\"port\":{\"network_id\":\"net-sub1\",\"name\":\"p\",\"fixed_ips\":[{\"subnet_id\":"
	  "\"sub1\",\"ip_address\":\"10.0.0.9\"}]}}\n" },
	{ "a floating IP of the only external network", make_eip,
	  "GET " NEUTRON "/networks?router:external=true\nPOST " NEUTRON
	  "/floatingips "
	  "{\"floatingip\":{\"floating_network_id\":\"ext\",\"description\":\"mine\"}}\n" },
	{ "of another", make_eip_of, "GET " NEUTRON "/networks?router:external=true\n",
	  ECS_ERROR_INVALID },
	{ "unbind it", unbind,
	  "PUT " NEUTRON "/floatingips/e1 {\"floatingip\":{\"port_id\":null}}\n" },
};

/* What is answered to a request that has that in it. */
static const struct {
	const char *line, *body;
	int status;
} answers[] = {
	{ "/flavors/detail",
	  "{\"flavors\":[{\"id\":\"41\",\"name\":\"m1.tiny\"},{\"id\":\"42\",\"name\":\"m1.small\"}"
	  "]}",
	  200 },
	{ "/subnets/sub1", "{\"subnet\":{\"id\":\"sub1\",\"network_id\":\"net-sub1\"}}", 200 },
	{ "/subnets/sub2", "{\"subnet\":{\"id\":\"sub2\",\"network_id\":\"net-sub2\"}}", 200 },
	{ "GET " NOVA "/servers/s1/tags", "{\"tags\":[\"k=v\",\"w\",\"k2=v\"]}", 200 },
	{ "POST " NOVA "/servers ", "{\"server\":{\"id\":\"" UUID "\",\"adminPass\":\"x\"}}", 202 },
	{ "/os-server-groups",
	  "{\"server_group\":{\"id\":\"g1\",\"name\":\"g\",\"policies\":[\"affinity\"]}}", 200 },
	{ "/limits", "{\"limits\":{\"rate\":[],\"absolute\":{\"maxTotalInstances\":10}}}", 200 },
	{ "/os-quota-sets", "{\"quota_set\":{\"id\":\"x\",\"volumes\":{\"limit\":5,\"in_use\":1}}}",
	  200 },
	{ "/quotas/", "{\"quota\":{\"network\":{\"limit\":9,\"used\":2,\"reserved\":0}}}", 200 },
	{ "/v2/info/usage", "{}", 404 },
	{ "createImage", "{\"image_id\":\"" UUID "\"}", 202 },
	{ "GET /image/v2/images/i1", "{\"id\":\"i1\",\"tags\":[\"k=v\",\"w\"]}", 200 },
	{ "network_id=full", "{\"subnets\":[{\"id\":\"sub1\"}]}", 200 },
	{ "network_id=empty", "{\"subnets\":[]}", 200 },
	{ "GET " NEUTRON "/ports/p1",
	  "{\"port\":{\"id\":\"p1\",\"security_groups\":[\"g0\",\"g1\"]}}", 200 },
	{ "POST " NEUTRON "/ports ", "{\"port\":{\"id\":\"p1\"}}", 201 },
	{ "os-interface ", "{\"interfaceAttachment\":{\"port_id\":\"" UUID "\"}}", 200 },
	{ "router:external", "{\"networks\":[{\"id\":\"ext\",\"name\":\"public\"}]}", 200 },
	{ "POST " NEUTRON "/floatingips ", "{\"floatingip\":{\"id\":\"e1\"}}", 201 },
	{ NULL, NULL, 202 },
};

static GMutex lock;
static GString *seen;

static void play(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer, void *data)
{
	if (strstr(request->path, "/auth/tokens") || g_str_has_suffix(request->path, "/v2.1/"))
		return;
	const char *said = fake_request_header(request, "X-OpenStack-Nova-API-Version");
	g_autofree char *micro = *said ? g_strdup_printf(" [%s]", said) : NULL;
	g_autofree char *line =
		g_strdup_printf("%s %s%s%s%s", request->method, request->path, micro ? micro : "",
				*request->body ? " " : "", request->body);
	g_mutex_lock(&lock);
	g_string_append_printf(seen, "%s\n", line);
	g_mutex_unlock(&lock);
	size_t i = 0;
	g_autofree char *ended = g_strconcat(line, " ", NULL);
	while (answers[i].line && !strstr(ended, answers[i].line))
		i++;
	answer->status = answers[i].status;
	answer->body = g_strdup(answers[i].body);
}

static int by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Calls of one batch go at once. */
static char *sorted(const char *lines, bool batch)
{
	g_auto(GStrv) all = g_strsplit(lines, "\n", -1);
	if (batch)
		qsort(all, g_strv_length(all), sizeof(char *), by_line);
	return g_strjoinv("\n", all);
}

static void test_rows(void)
{
	FakeCloud *cloud = fake_cloud_new(play, NULL);
	fake_cloud_plain(cloud, 93);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	g_assert_true(ecs_client_login(client, NULL));
	seen = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Wait wait;
		wait_init(&wait);
		say_row(i, rows[i].name);
		g_string_truncate(seen, 0);
		rows[i].start(scope, &wait);
		wait_for(&wait, 1);
		bool batch = strstr(rows[i].lines, "/s2") != NULL;
		g_autofree char *expected = sorted(rows[i].lines, batch);
		g_autofree char *lines = sorted(seen->str, batch);
		g_assert_cmpstr(lines, ==, expected);
		if (rows[i].error)
			g_assert_error(wait.error, ECS_ERROR, (gint)rows[i].error);
		else
			g_assert_no_error(wait.error);
		g_assert_cmpstr(rows[i].id ? wait.ids[0] : NULL, ==, rows[i].id);
		if (rows[i].start == make_group || rows[i].start == get_group)
			ecs_group_unref(wait.result);
		if (rows[i].start == make_port)
			ecs_port_unref(wait.result);
		if (rows[i].start == make_eip)
			ecs_eip_unref(wait.result);
		if (strstr(rows[i].name, "quotas"))
			g_ptr_array_unref(wait.result);
		wait_clear(&wait);
	}
	g_string_free(seen, TRUE);
	ecs_client_free(client);
	fake_cloud_free(cloud);
}

static void refuse_second(FakeCloud *cloud, const FakeRequest *request, FakeAnswer *answer,
			  void *data)
{
	if (!strstr(request->path, "/servers/"))
		return;
	answer->status = strstr(request->path, "/s2") ? 409 : 204;
	answer->body = g_strdup(answer->status == 204 ? ""
						      : "{\"conflictingRequest\":{\"code\":409,"
							"\"message\":\"Instance s2 is locked\"}}");
}

/* Of several servers one is refused: it is told which, and how many. */
static void test_batch(void)
{
	FakeCloud *cloud = fake_cloud_new(refuse_second, NULL);
	fake_cloud_plain(cloud, 93);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	Wait wait;
	wait_init(&wait);
	g_assert_true(ecs_client_login(client, NULL));
	delete_two(scope, &wait);
	wait_for(&wait, 1);
	g_assert_nonnull(wait.error);
	g_assert_true(g_str_has_prefix(wait.error->message, "1 of 2 servers failed: server s2: "));
	g_assert_cmpuint(fake_cloud_count(cloud, "DELETE " NOVA "/servers/"), ==, 2);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

/* A Nova that is too old for what is wanted: nothing is made without it. */
static void test_old(void)
{
	FakeCloud *cloud = fake_cloud_new(NULL, NULL);
	fake_cloud_plain(cloud, 40);
	EcsClient *client = fake_cloud_client(cloud, NULL);
	EcsScope *scope = ecs_client_scope(client, "eu-de", NULL);
	static const EcsPair tag = { "k", "v" };
	EcsServerSpec spec = { .name = "n", .flavor = "f", .image = "i", .tags = { 1, &tag } };
	Wait wait;
	wait_init(&wait);
	g_assert_true(ecs_client_login(client, NULL));
	ecs_server_create(scope, &spec, NULL, wait_changed, &wait);
	wait_for(&wait, 1);
	g_assert_nonnull(wait.error);
	g_assert_cmpuint(fake_cloud_count(cloud, "POST " NOVA "/servers"), ==, 0);
	ecs_client_free(client);
	wait_clear(&wait);
	fake_cloud_free(cloud);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plain/rows", test_rows);
	g_test_add_func("/plain/batch", test_batch);
	g_test_add_func("/plain/old", test_old);
	return g_test_run();
}
