#include "contrib/sandbox/request.h"

#include <string.h>

static void parse_query(Request *req, const char *query)
{
	g_auto(GStrv) parts = g_strsplit(query, "&", -1);

	for (char **part = parts; *part; part++) {
		if (!**part)
			continue;
		char *equal = strchr(*part, '=');
		if (equal)
			*equal = '\0';
		g_autofree char *text = g_strdup(equal ? equal + 1 : "");
		for (char *c = text; *c; c++)
			if (*c == '+')
				*c = ' ';
		char *name = g_uri_unescape_string(*part, NULL);
		char *value = g_uri_unescape_string(text, NULL);
		if (!name || g_hash_table_contains(req->query, name)) {
			g_free(name);
			g_free(value);
			continue;
		}
		g_hash_table_insert(req->query, name, value ? value : g_strdup(text));
	}
}

Request *request_new(const char *method, const char *target)
{
	Request *req = g_new0(Request, 1);
	const char *question = strchr(target, '?');

	req->method = g_strdup(method);
	req->target = g_strdup(target);
	req->path = question ? g_strndup(target, (size_t)(question - target)) : g_strdup(target);
	req->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	req->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	req->body = g_string_new(NULL);
	req->out = g_string_new(NULL);
	req->out_headers = g_ptr_array_new_with_free_func(g_free);
	req->microversion = 1;
	g_snprintf(req->id, sizeof req->id, "%08x%08x%08x%08x", g_random_int(), g_random_int(),
		   g_random_int(), g_random_int());
	if (question)
		parse_query(req, question + 1);
	return req;
}

void request_free(Request *req)
{
	if (!req)
		return;
	for (int i = 0; i < REQUEST_PARAMS; i++)
		g_free(req->param[i]);
	cJSON_Delete(req->json);
	g_hash_table_unref(req->query);
	g_hash_table_unref(req->headers);
	g_ptr_array_unref(req->out_headers);
	g_string_free(req->body, TRUE);
	g_string_free(req->out, TRUE);
	g_free(req->method);
	g_free(req->target);
	g_free(req->path);
	g_free(req);
}

const char *request_header(const Request *req, const char *name)
{
	return g_hash_table_lookup(req->headers, name);
}

const char *request_arg(const Request *req, const char *name)
{
	return g_hash_table_lookup(req->query, name);
}

const cJSON *request_json(Request *req)
{
	if (req->json || !req->body->len)
		return req->json;

	/* the length takes in the terminator of the GString: nothing may follow the value */
	if (!memchr(req->body->str, '\0', req->body->len))
		req->json =
			cJSON_ParseWithLengthOpts(req->body->str, req->body->len + 1, NULL, TRUE);
	return req->json;
}

bool request_int(const Request *req, const char *name, int min, int max, int *value)
{
	const char *text = request_arg(req, name);
	int number = 0;

	if (!text)
		return true;
	if (!text_int(text, &number) || number < min || number > max)
		return false;
	*value = number;
	return true;
}

void reply_empty(Request *req, int status)
{
	req->status = status;
	g_string_truncate(req->out, 0);
}

void reply_header(Request *req, const char *name, const char *value)
{
	g_ptr_array_add(req->out_headers, g_strdup(name));
	g_ptr_array_add(req->out_headers, g_strdup(value));
}

void reply(Request *req, int status, const char *format, ...)
{
	va_list args;

	req->status = status;
	va_start(args, format);
	json_write_v(req->out, format, args);
	va_end(args);
}

/* The head of every fail function: the message formatted, what was there dropped */
#define REPLY_BODY(req)                                                                            \
	va_list args;                                                                              \
	va_start(args, format);                                                                    \
	g_autofree char *message = g_strdup_vprintf(format, args);                                 \
	va_end(args);                                                                              \
	reply_empty(req, status);

bool fail_ecs(Request *req, int status, const char *code, const char *format, ...)
{
	REPLY_BODY(req)
	json_write(req->out, "{'error':{'message':%s,'code':%s}}", message, code);
	return false;
}

bool fail_vpc(Request *req, int status, const char *code, const char *format, ...)
{
	REPLY_BODY(req)
	json_write(req->out, "{'code':%s,'message':%s}", code, message);
	return false;
}

bool fail_neutron(Request *req, int status, const char *type, const char *format, ...)
{
	REPLY_BODY(req)
	json_write(req->out, "{'NeutronError':{'message':%s,'type':%s,'detail':''}}", message,
		   type);
	return false;
}

bool fail_gateway(Request *req, int status, const char *code, const char *format, ...)
{
	REPLY_BODY(req)
	json_write(req->out, "{'error_code':%s,'error_msg':%s,'request_id':%s}", code, message,
		   req->id);
	return false;
}

bool fail_iam_own(Request *req, int status, const char *code, const char *format, ...)
{
	REPLY_BODY(req)
	json_write(req->out, "{'error_code':%s,'error_msg':%s}", code, message);
	return false;
}

static const struct {
	int status;
	const char *fault; /* Nova's word */
	const char *title; /* Keystone's */
} status_words[] = {
	{ 400, "badRequest", "Bad Request" },
	{ 401, "unauthorized", "Unauthorized" },
	{ 403, "forbidden", "Forbidden" },
	{ 404, "itemNotFound", "Not Found" },
	{ 405, "badMethod", "Method Not Allowed" },
	{ 406, "computeFault", "Not Acceptable" },
	{ 409, "conflictingRequest", "Conflict" },
	{ 413, "overLimit", "Request Entity Too Large" },
	{ 415, "badMediaType", "Unsupported Media Type" },
	{ 429, "overLimit", "Too Many Requests" },
	{ 500, "computeFault", "Internal Server Error" },
	{ 501, "notImplemented", "Not Implemented" },
	{ 503, "serviceUnavailable", "Service Unavailable" },
	{},
};

bool fail_nova(Request *req, int status, const char *format, ...)
{
	REPLY_BODY(req)
	const char *fault = "computeFault";

	for (int i = 0; status_words[i].status; i++)
		if (status_words[i].status == status)
			fault = status_words[i].fault;
	json_write(req->out, "{%s:{'code':%d,'message':%s}}", fault, status, message);
	return false;
}

bool fail_iam(Request *req, int status, const char *format, ...)
{
	REPLY_BODY(req)
	const char *title = "Error";

	for (int i = 0; status_words[i].status; i++)
		if (status_words[i].status == status)
			title = status_words[i].title;
	json_write(req->out, "{'error':{'code':%d,'title':%s,'message':%s}}", status, title,
		   message);
	return false;
}
