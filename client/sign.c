/* SPDX-License-Identifier: MIT */
#include "client/sign.h"

#include <string.h>

#define ALGORITHM "SDK-HMAC-SHA256"
#define DATE "x-sdk-date"

typedef struct {
	char *name; /* of a header: lower case */
	char *value;
} Pair;

static void pair_clear(void *data)
{
	Pair *pair = data;
	g_free(pair->name);
	if (pair->value)
		explicit_bzero(pair->value, strlen(pair->value));
	g_free(pair->value);
}

static GArray *pairs_new(void)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
	g_array_set_clear_func(pairs, pair_clear);
	return pairs;
}

static int by_name_and_value(const void *a, const void *b)
{
	const Pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : strcmp(x->value, y->value);
}

/* Decode what is percent-encoded, and encode all but the unreserved characters of RFC 3986. */
static char *encode(const char *text, size_t len)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '%' && i + 2 < len && g_ascii_isxdigit(text[i + 1]) &&
		    g_ascii_isxdigit(text[i + 2])) {
			c = (unsigned char)(g_ascii_xdigit_value(text[i + 1]) * 16 +
					    g_ascii_xdigit_value(text[i + 2]));
			i += 2;
		}
		if (g_ascii_isalnum(c) || (c && strchr("-_.~", c)))
			g_string_append_c(out, (char)c);
		else
			g_string_append_printf(out, "%%%02X", c);
	}
	return g_string_free(out, FALSE);
}

/* The path, each segment encoded anew; it ends with a slash. */
static void add_path(GString *out, const char *path, size_t len)
{
	while (len) {
		size_t segment = strcspn(path, "/?#");
		segment = MIN(segment, len);
		g_autofree char *encoded = encode(path, segment);
		g_string_append(out, encoded);
		path += segment;
		len -= segment;
		if (!len)
			break;
		g_string_append_c(out, '/');
		path++;
		len--;
	}
	if (out->str[out->len - 1] != '/')
		g_string_append_c(out, '/');
}

static void add_query(GString *out, const char *query, size_t len)
{
	g_autoptr(GArray) pairs = pairs_new();
	while (len) {
		size_t end = strcspn(query, "&#");
		end = MIN(end, len);
		size_t name = strcspn(query, "=&#");
		name = MIN(name, end);
		const char *value = query + MIN(name + 1, end);
		Pair pair = { encode(query, name), encode(value, (size_t)(query + end - value)) };
		if (end)
			g_array_append_val(pairs, pair);
		else
			pair_clear(&pair);
		query += MIN(end + 1, len);
		len -= MIN(end + 1, len);
	}
	g_array_sort(pairs, by_name_and_value);
	for (unsigned i = 0; i < pairs->len; i++) {
		const Pair *pair = &g_array_index(pairs, Pair, i);
		g_string_append_printf(out, "%s%s=%s", i ? "&" : "", pair->name, pair->value);
	}
}

static GArray *read_headers(const char *const *headers)
{
	GArray *pairs = pairs_new();
	for (size_t i = 0; headers[i]; i++) {
		size_t name = strcspn(headers[i], ":");
		const char *value = headers[i] + name + (headers[i][name] ? 1 : 0);
		Pair pair = { g_ascii_strdown(headers[i], (gssize)name),
			      g_strstrip(g_strdup(value)) };
		g_array_append_val(pairs, pair);
	}
	g_array_sort(pairs, by_name_and_value);
	return pairs;
}

static char *names_of(const GArray *headers)
{
	GString *out = g_string_new(NULL);
	for (unsigned i = 0; i < headers->len; i++)
		g_string_append_printf(out, "%s%s", i ? ";" : "",
				       g_array_index(headers, Pair, i).name);
	return g_string_free(out, FALSE);
}

/* Where the host begins. */
static const char *authority_of(const char *url)
{
	const char *scheme = strstr(url, "://");
	return scheme ? scheme + 3 : url;
}

static char *canonical(const char *method, const char *url, const GArray *headers, const void *body,
		       size_t len)
{
	const char *path = authority_of(url);
	path += strcspn(path, "/?#");
	size_t path_len = strcspn(path, "?#");
	const char *query = path[path_len] == '?' ? path + path_len + 1 : "";
	GString *out = g_string_new(method);
	g_string_append_c(out, '\n');
	add_path(out, path, path_len);
	g_string_append_c(out, '\n');
	add_query(out, query, strcspn(query, "#"));
	g_string_append_c(out, '\n');
	for (unsigned i = 0; i < headers->len; i++) {
		const Pair *header = &g_array_index(headers, Pair, i);
		g_string_append_printf(out, "%s:%s\n", header->name, header->value);
	}
	g_autofree char *names = names_of(headers);
	g_autofree char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, body, len);
	g_string_append_printf(out, "\n%s\n%s", names, hash);
	return g_string_free(out, FALSE);
}

char *ecs_sign_canonical(const char *method, const char *url, const char *const *headers,
			 const void *body, size_t len)
{
	g_autoptr(GArray) pairs = read_headers(headers);
	return canonical(method, url, pairs, body, len);
}

static const char *date_of(const GArray *headers)
{
	for (unsigned i = 0; i < headers->len; i++)
		if (strcmp(g_array_index(headers, Pair, i).name, DATE) == 0)
			return g_array_index(headers, Pair, i).value;
	g_return_val_if_reached("");
}

static void wipe(char *text)
{
	explicit_bzero(text, strlen(text));
	g_free(text);
}

char *ecs_sign_authorization(const char *access_key, const char *secret_key, const char *method,
			     const char *url, const char *const *headers, const void *body,
			     size_t len)
{
	g_autoptr(GArray) pairs = read_headers(headers);
	char *request = canonical(method, url, pairs, body, len);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, request, -1);
	wipe(request); /* a security token is among the headers */
	g_autofree char *text = g_strconcat(ALGORITHM "\n", date_of(pairs), "\n", hash, NULL);
	g_autofree char *signature = g_compute_hmac_for_string(
		G_CHECKSUM_SHA256, (const guchar *)secret_key, strlen(secret_key), text, -1);
	g_autofree char *names = names_of(pairs);
	return g_strdup_printf(ALGORITHM " Access=%s, SignedHeaders=%s, Signature=%s", access_key,
			       names, signature);
}

/* The host, with its port if that is not the scheme's own. */
static char *host_of(const char *url)
{
	const char *authority = authority_of(url);
	const char *port = g_ascii_strncasecmp(url, "http:", 5) == 0 ? ":80" : ":443";
	g_autofree char *host = g_strndup(authority, strcspn(authority, "/?#"));
	if (g_str_has_suffix(host, port))
		host[strlen(host) - strlen(port)] = '\0';
	return g_steal_pointer(&host);
}

static void add_line(GPtrArray *lines, const char *name, const char *value)
{
	if (value && *value)
		g_ptr_array_add(lines, g_strconcat(name, ": ", value, NULL));
}

char **ecs_sign_lines(const EcsSignature *signature)
{
	GPtrArray *lines = g_ptr_array_new();
	g_autofree char *host = host_of(signature->url);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(signature->now);
	g_autofree char *date = g_date_time_format(time, "%Y%m%dT%H%M%SZ");
	add_line(lines, "Host", host);
	add_line(lines, "X-Sdk-Date", date);
	add_line(lines, "X-Project-Id", signature->project_id);
	add_line(lines, "X-Security-Token", signature->security_token);
	add_line(lines, "Content-Type", signature->content_type);
	g_ptr_array_add(lines, NULL);
	g_autofree char *authorization = ecs_sign_authorization(
		signature->access_key, signature->secret_key, signature->method, signature->url,
		(const char *const *)lines->pdata, signature->body, signature->body_len);
	g_ptr_array_set_size(lines, (gint)lines->len - 1);
	add_line(lines, "Authorization", authorization);
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}
