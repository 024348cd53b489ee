/* SPDX-License-Identifier: MIT */
#include "fs/cloud.h"

#include <string.h>

#include "fs/log.h"

/* What a cloud's directory is called. */
static const struct {
	const char *name, *directory;
} names[] = {
	{ "otc", "otc" },     { "my cloud", "my cloud" },    { "../../etc", "%2E.%2F..%2Fetc" },
	{ "..", "%2E." },     { ".ecsfs", "%2Eecsfs" },	     { "README", "README~README" },
	{ "HEAD", "%48EAD" }, { "a/b%c\n", "a%2Fb%25c%0A" }, { "", "~" },
};

static void test_directory(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *directory = ecsfs_cloud_directory(names[i].name);
		g_assert_cmpstr(directory, ==, names[i].directory);
	}
}

static EcsTrace trace_of(const char *path)
{
	return (EcsTrace){
		.start_us = 1000000,
		.duration_us = 2000000,
		.service = "ecs",
		.project = "eu-de",
		.method = "GET",
		.path = path,
		.status = 200,
		.bytes_in = 10,
		.request_id = "",
		.failure = "",
	};
}

/* Of several clouds a line and a counter say which; of one, nothing does. */
static const struct {
	const char *cloud, *line, *counter, *bytes;
} columns[] = {
	{ "", "1970-01-01T00:00:01Z GET /x 200 2000 - eu-de\n",
	  "\necsfs_api_requests_total{service=\"ecs\",method=\"GET\",status=\"200\"} 1\n",
	  "\necsfs_api_received_bytes_total 10\n" },
	{ "a", "1970-01-01T00:00:01Z GET /x 200 2000 - eu-de a\n",
	  "\necsfs_api_requests_total{cloud=\"a\",service=\"ecs\",method=\"GET\",status=\"200\"} "
	  "1\n",
	  "\necsfs_api_received_bytes_total{cloud=\"a\"} 10\n" },
	{ "a\"b\\", "1970-01-01T00:00:01Z GET /x 200 2000 - eu-de a\"b\\\n",
	  "{cloud=\"a\\\"b\\\\\",service=\"ecs\"", "{cloud=\"a\\\"b\\\\\"} 10\n" },
};

static void test_traffic(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_autoptr(GString) requests = g_string_new(NULL), stats = g_string_new(NULL);
		EcsfsLog *log = ecsfs_log_new();
		EcsfsCloud cloud = { .traffic = ecsfs_traffic_new(log, columns[i].cloud) };
		const EcsfsFs fs = { .clouds = &cloud, .n_clouds = 1 };
		const EcsTrace trace = trace_of("/x");
		ecsfs_traffic_trace(&trace, cloud.traffic);
		ecsfs_log_show_requests(log, requests);
		ecsfs_traffic_show_stats(&fs, stats);
		g_assert_cmpstr(requests->str, ==, columns[i].line);
		g_assert_nonnull(strstr(stats->str, columns[i].counter));
		g_assert_nonnull(strstr(stats->str, columns[i].bytes));
		g_assert_cmpint(ecsfs_traffic_last_answer(cloud.traffic), ==, 3);
		ecsfs_traffic_free(cloud.traffic);
		ecsfs_log_free(log);
	}
}

/* Each metric is told of once, whatever the number of clouds: Prometheus refuses a second TYPE. */
static void test_several(void)
{
	g_autoptr(GString) stats = g_string_new(NULL);
	EcsfsLog *log = ecsfs_log_new();
	EcsfsCloud clouds[2] = { { .traffic = ecsfs_traffic_new(log, "a") },
				 { .traffic = ecsfs_traffic_new(log, "b") } };
	const EcsfsFs fs = { .clouds = clouds, .n_clouds = 2 };
	const EcsTrace trace = trace_of("/x");

	for (int i = 0; i < 2; i++)
		ecsfs_traffic_trace(&trace, clouds[i].traffic);
	ecsfs_traffic_show_stats(&fs, stats);
	g_auto(GStrv) types = g_strsplit(stats->str, "# TYPE", -1);
	g_assert_cmpuint(g_strv_length(types), ==, 4);
	for (int i = 1; i < 4; i++)
		g_assert_true(strstr(types[i], "cloud=\"a\"") != NULL &&
			      strstr(types[i], "cloud=\"b\"") != NULL);
	g_assert_null(ecsfs_cloud_of(&fs, NULL));
	for (int i = 0; i < 2; i++)
		ecsfs_traffic_free(clouds[i].traffic);
	ecsfs_log_free(log);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cloud/directory", test_directory);
	g_test_add_func("/cloud/traffic", test_traffic);
	g_test_add_func("/cloud/several", test_several);
	return g_test_run();
}
