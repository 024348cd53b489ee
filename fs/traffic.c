/* SPDX-License-Identifier: MIT */
#include "fs/traffic.h"

#include <string.h>

#include "fs/attr.h"
#include "fs/cloud.h"
#include "fs/log.h"

typedef struct {
	char *service, *method;
	int status;
	uint64_t count;
	double seconds;
} Counter;

struct EcsfsTraffic {
	EcsfsLog *log;
	char *column; /* at the end of each line: " a", or "" */
	char *label;  /* of each counter: cloud="a", or "" */
	GMutex lock;
	GHashTable *counters; /* "service method status" → Counter, both owned */
	uint64_t bytes_in;
	int64_t last_answer;
};

static void counter_free(void *data)
{
	Counter *counter = data;

	g_free(counter->service);
	g_free(counter->method);
	g_free(counter);
}

/* As the value of a label has it. Source: Prometheus, "Exposition formats". */
static char *label_of(const char *cloud)
{
	GString *label = g_string_new("cloud=\"");

	for (const char *p = cloud; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(label, '\\');
		g_string_append_c(label, *p);
	}
	g_string_append_c(label, '"');
	return g_string_free(label, FALSE);
}

EcsfsTraffic *ecsfs_traffic_new(EcsfsLog *log, const char *cloud)
{
	EcsfsTraffic *traffic = g_new0(EcsfsTraffic, 1);
	bool several = *cloud != '\0';

	traffic->log = log;
	traffic->column = several ? g_strconcat(" ", cloud, NULL) : g_strdup("");
	traffic->label = several ? label_of(cloud) : g_strdup("");
	g_mutex_init(&traffic->lock);
	traffic->counters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, counter_free);
	return traffic;
}

void ecsfs_traffic_free(EcsfsTraffic *traffic)
{
	if (traffic == NULL)
		return;
	g_hash_table_unref(traffic->counters);
	g_free(traffic->column);
	g_free(traffic->label);
	g_mutex_clear(&traffic->lock);
	g_free(traffic);
}

/* Under the lock. */
static void count(EcsfsTraffic *traffic, const EcsTrace *trace)
{
	g_autofree char *key =
		g_strdup_printf("%s %s %d", trace->service, trace->method, trace->status);
	Counter *counter = g_hash_table_lookup(traffic->counters, key);

	if (counter == NULL) {
		counter = g_new0(Counter, 1);
		counter->service = g_strdup(trace->service);
		counter->method = g_strdup(trace->method);
		counter->status = trace->status;
		g_hash_table_insert(traffic->counters, g_steal_pointer(&key), counter);
	}
	counter->count++;
	counter->seconds += (double)trace->duration_us / 1e6;
	traffic->bytes_in += trace->bytes_in;
	if (trace->status != 0)
		traffic->last_answer = (trace->start_us + trace->duration_us) / G_USEC_PER_SEC;
}

void ecsfs_traffic_trace(const EcsTrace *trace, void *data)
{
	EcsfsTraffic *traffic = data;
	g_autoptr(GString) line = g_string_new(NULL);

	ecsfs_iso8601(line, trace->start_us / G_USEC_PER_SEC);
	g_string_append_printf(line, " %s %s %d %" G_GINT64_FORMAT " %s %s%s", trace->method,
			       trace->path, trace->status, trace->duration_us / 1000,
			       trace->request_id[0] != '\0' ? trace->request_id : "-",
			       trace->project[0] != '\0' ? trace->project : "-", traffic->column);
	if (trace->failure[0] != '\0')
		g_string_append_printf(line, " (%s)", trace->failure);
	g_mutex_lock(&traffic->lock);
	count(traffic, trace);
	g_mutex_unlock(&traffic->lock);
	ecsfs_log_request(traffic->log, g_string_free(g_steal_pointer(&line), FALSE));
}

static void show_count(const Counter *counter, GString *out)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, counter->count);
}

static void show_seconds(const Counter *counter, GString *out)
{
	char value[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(out, g_ascii_formatd(value, sizeof(value), "%.6f", counter->seconds));
}

static const struct {
	const char *name, *help;
	void (*show)(const Counter *counter, GString *out);
} metrics[] = {
	{ "ecsfs_api_requests_total", "Requests sent to the cloud.", show_count },
	{ "ecsfs_api_seconds_total", "Time spent waiting for answers.", show_seconds },
};

static void show_counters(EcsfsTraffic *traffic, size_t metric, GString *out)
{
	g_mutex_lock(&traffic->lock);
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(traffic->counters),
					    (GCompareFunc)(void (*)(void))strcmp);
	for (GList *l = keys; l != NULL; l = l->next) {
		const Counter *counter = g_hash_table_lookup(traffic->counters, l->data);
		g_string_append_printf(out, "%s{%s%sservice=\"%s\",method=\"%s\",status=\"%d\"} ",
				       metrics[metric].name, traffic->label,
				       *traffic->label != '\0' ? "," : "", counter->service,
				       counter->method, counter->status);
		metrics[metric].show(counter, out);
		g_string_append_c(out, '\n');
	}
	g_mutex_unlock(&traffic->lock);
}

static void show_bytes(EcsfsTraffic *traffic, GString *out)
{
	g_string_append(out, "ecsfs_api_received_bytes_total");
	if (*traffic->label != '\0')
		g_string_append_printf(out, "{%s}", traffic->label);
	g_mutex_lock(&traffic->lock);
	g_string_append_printf(out, " %" G_GUINT64_FORMAT "\n", traffic->bytes_in);
	g_mutex_unlock(&traffic->lock);
}

void ecsfs_traffic_show_stats(const EcsfsFs *fs, GString *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(metrics); i++) {
		g_string_append_printf(out, "# HELP %s %s\n# TYPE %s counter\n", metrics[i].name,
				       metrics[i].help, metrics[i].name);
		for (size_t c = 0; c < fs->n_clouds; c++)
			show_counters(fs->clouds[c].traffic, i, out);
	}
	g_string_append(out, "# HELP ecsfs_api_received_bytes_total Bytes of bodies received.\n"
			     "# TYPE ecsfs_api_received_bytes_total counter\n");
	for (size_t c = 0; c < fs->n_clouds; c++)
		show_bytes(fs->clouds[c].traffic, out);
}

int64_t ecsfs_traffic_last_answer(EcsfsTraffic *traffic)
{
	g_mutex_lock(&traffic->lock);
	int64_t at = traffic->last_answer;
	g_mutex_unlock(&traffic->lock);
	return at;
}
