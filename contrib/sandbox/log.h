/*
 * The request log: every API request in the order of arrival. The control API reads it.
 */
#ifndef SANDBOX_LOG_H
#define SANDBOX_LOG_H

#include <glib.h>
#include <stdbool.h>

/** log_to_file - write finished requests to @path as well, appending. */
bool log_to_file(const char *path, GError **error);
/** log_open - a request came in. Returns: its number. */
unsigned log_open(const char *method, const char *target);
/** log_close - it was answered. @status: 0 if the connection was cut instead. */
void log_close(unsigned number, int status, int ms);
/** log_write - all lines, "N METHOD PATH?QUERY STATUS MS"; "- -" while there is no reply yet. */
void log_write(GString *out);
/** log_count - requests whose "METHOD PATH?QUERY" contains @match. */
unsigned log_count(const char *match);
/** log_clear - forget all requests; the numbers go on. */
void log_clear(void);
/** log_end - log_clear() and close the file. */
void log_end(void);

#endif
