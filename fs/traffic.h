/* SPDX-License-Identifier: MIT */
/* traffic - what a cloud was asked: counters, its last answer, and a line in the log for each
 * request. Any thread. */
#pragma once

#include "fs/fs.h"

typedef struct EcsfsTraffic EcsfsTraffic;

/* @log: gets the lines. @cloud: how lines and counters tell it from the others, copied; "": there
 * is only one. */
EcsfsTraffic *ecsfs_traffic_new(EcsfsLog *log, const char *cloud);
void ecsfs_traffic_free(EcsfsTraffic *traffic);

/* EcsTracer: @data is the traffic. */
void ecsfs_traffic_trace(const EcsTrace *trace, void *data);

/* Of all clouds of the mount; Prometheus text format 0.0.4. */
void ecsfs_traffic_show_stats(const EcsfsFs *fs, GString *out);
/* Returns: seconds since 1970 of the last answer of the API; 0: none yet. */
int64_t ecsfs_traffic_last_answer(EcsfsTraffic *traffic);
