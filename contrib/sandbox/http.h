/*
 * HTTP on the loopback interface: connections, delays, faults and the log. Everything runs on the
 * main loop's thread. A request that waits holds no thread, only its suspended connection.
 */
#ifndef SANDBOX_HTTP_H
#define SANDBOX_HTTP_H

#include <glib.h>
#include <stdbool.h>

/**
 * http_start - listen on 127.0.0.1.
 * @port: 0 for any free one; see http_port().
 */
bool http_start(unsigned port, GError **error);
unsigned http_port(void);
void http_stop(void);
/** http_latency - answer API requests that many milliseconds late. */
void http_latency(int ms);
/** http_down - @down: cut every API connection without a reply until told otherwise. */
void http_down(bool down);

#endif
