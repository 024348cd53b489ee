#include "contrib/sandbox/sign.h"

#include <string.h>

#define ALGORITHM "SDK-HMAC-SHA256"
#define DATE_DIGITS 8
#define SHA256_BYTES 32

/* ---- the header ---- */

static void take_part(Signature *signature, const char *name, const char *value)
{
	if (strcmp(name, "Access") == 0 && !signature->access) {
		signature->access = g_strdup(value);
	} else if (strcmp(name, "Credential") == 0 && !signature->access) {
		const char *slash = strchr(value, '/');
		signature->scope = g_strdup(slash ? slash + 1 : "");
		signature->access =
			slash ? g_strndup(value, (size_t)(slash - value)) : g_strdup(value);
	} else if (strcmp(name, "SignedHeaders") == 0 && !signature->headers) {
		g_autofree char *lower = g_ascii_strdown(value, -1);
		signature->headers = g_strsplit(lower, ";", -1);
	} else if (strcmp(name, "Signature") == 0 && !signature->signature) {
		signature->signature = g_strdup(value);
	}
}

Signature *signature_parse(const char *authorization)
{
	if (!authorization || !g_str_has_prefix(authorization, ALGORITHM " "))
		return NULL;
	g_autoptr(Signature) signature = g_new0(Signature, 1);
	g_auto(GStrv) parts = g_strsplit(authorization + strlen(ALGORITHM " "), ",", -1);
	for (char **part = parts; *part; part++) {
		char *equal = strchr(*part, '=');
		if (!equal)
			continue;
		*equal = '\0';
		take_part(signature, g_strstrip(*part), g_strstrip(equal + 1));
	}
	if (!signature->access || !signature->headers || !signature->signature)
		return NULL;
	return g_steal_pointer(&signature);
}

void signature_free(Signature *signature)
{
	if (!signature)
		return;
	g_free(signature->access);
	g_free(signature->scope);
	g_free(signature->signature);
	g_strfreev(signature->headers);
	g_free(signature);
}

bool signature_covers(const Signature *signature, const char *header)
{
	return g_strv_contains((const char *const *)signature->headers, header);
}

/* ---- the canonical request ---- */

typedef struct {
	char *name, *value; /* encoded */
} Parameter;

static void parameter_free(gpointer data)
{
	Parameter *parameter = data;

	g_free(parameter->name);
	g_free(parameter->value);
	g_free(parameter);
}

/* Decoded and encoded again: what may stay stays, all else becomes %XX */
static char *recode(const char *text)
{
	GString *out = g_string_new(NULL);

	for (const char *c = text; *c; c++) {
		guchar byte = (guchar)*c;
		if (*c == '%' && g_ascii_isxdigit(c[1]) && g_ascii_isxdigit(c[2])) {
			byte = (guchar)(g_ascii_xdigit_value(c[1]) << 4 |
					g_ascii_xdigit_value(c[2]));
			c += 2;
		}
		if (g_ascii_isalnum((char)byte) || (byte && strchr("-_.~", byte)))
			g_string_append_c(out, (char)byte);
		else
			g_string_append_printf(out, "%%%02X", byte);
	}
	return g_string_free(out, FALSE);
}

static char *canonical_path(const char *path)
{
	g_auto(GStrv) segments = g_strsplit(path, "/", -1);

	for (char **segment = segments; *segment; segment++) {
		char *text = recode(*segment);
		g_free(*segment);
		*segment = text;
	}
	char *joined = g_strjoinv("/", segments);
	if (g_str_has_suffix(joined, "/"))
		return joined;
	char *closed = g_strconcat(joined, "/", NULL);
	g_free(joined);
	return closed;
}

static gint by_name(gconstpointer left, gconstpointer right)
{
	const Parameter *a = *(Parameter *const *)left, *b = *(Parameter *const *)right;
	int order = strcmp(a->name, b->name);

	return order ? order : strcmp(a->value, b->value);
}

static gint by_name_any_case(gconstpointer left, gconstpointer right)
{
	const Parameter *a = *(Parameter *const *)left, *b = *(Parameter *const *)right;

	return g_ascii_strcasecmp(a->name, b->name);
}

/* In the dialect of Credential= (@scoped) of equal names only the first counts */
static char *canonical_query(const char *query, bool scoped)
{
	g_autoptr(GPtrArray) parameters = g_ptr_array_new_with_free_func(parameter_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_auto(GStrv) parts = g_strsplit(query, "&", -1);
	GString *out = g_string_new(NULL);

	for (char **part = parts; *part; part++) {
		if (!**part)
			continue;
		char *equal = strchr(*part, '=');
		if (equal)
			*equal = '\0';
		/* a plus is a blank here, as everywhere in a query */
		g_strdelimit(*part, "+", ' ');
		if (equal)
			g_strdelimit(equal + 1, "+", ' ');
		Parameter *parameter = g_new0(Parameter, 1);
		parameter->name = recode(*part);
		parameter->value = recode(equal ? equal + 1 : "");
		if (scoped && g_hash_table_contains(seen, parameter->name)) {
			parameter_free(parameter);
			continue;
		}
		g_hash_table_add(seen, parameter->name);
		g_ptr_array_add(parameters, parameter);
	}
	g_ptr_array_sort(parameters, scoped ? by_name_any_case : by_name);
	for (unsigned i = 0; i < parameters->len; i++) {
		const Parameter *parameter = parameters->pdata[i];
		g_string_append_printf(out, "%s%s=%s", i ? "&" : "", parameter->name,
				       parameter->value);
	}
	return g_string_free(out, FALSE);
}

static char *header_value(const char *value, bool scoped)
{
	char *text = g_strstrip(g_strdup(value ? value : ""));
	char *to = text;

	if (!scoped)
		return text;
	for (const char *from = text; *from; from++) /* runs of blanks become one */
		if (!g_ascii_isspace(*from) || !g_ascii_isspace(from[1]))
			*to++ = g_ascii_isspace(*from) ? ' ' : *from;
	*to = '\0';
	return text;
}

static char *payload_hash(const Request *req, const char *query)
{
	const char *given = request_header(req, "x-sdk-content-sha256");

	if (given)
		return g_strdup(given);
	if (query)
		return g_compute_checksum_for_string(G_CHECKSUM_SHA256, query, -1);
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)req->body->str,
					   req->body->len);
}

static char *canonical_request(const Request *req, char **headers, bool scoped)
{
	const char *question = strchr(req->target, '?');
	g_autofree char *path = canonical_path(req->path);
	g_autofree char *query = canonical_query(question ? question + 1 : "", scoped);
	/* that dialect hashes the query of a POST without a body instead of the body */
	bool moved = scoped && strcmp(req->method, "POST") == 0 && !req->body->len;
	g_autofree char *hash = payload_hash(req, moved ? query : NULL);
	g_autofree char *list = g_strjoinv(";", headers);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s\n%s\n%s\n", req->method, path, moved ? "" : query);
	for (char **header = headers; *header; header++) {
		g_autofree char *value = header_value(request_header(req, *header), scoped);
		g_string_append_printf(out, "%s:%s\n", *header, value);
	}
	g_string_append_printf(out, "\n%s\n%s", list, hash);
	return g_string_free(out, FALSE);
}

/* ---- the signature ---- */

/* @key becomes the HMAC of @text under it */
static void hmac_step(GByteArray *key, const char *text)
{
	guchar digest[SHA256_BYTES];
	gsize len = sizeof digest;
	GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, key->data, key->len);

	g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text));
	g_hmac_get_digest(hmac, digest, &len);
	g_hmac_unref(hmac);
	g_byte_array_set_size(key, 0);
	g_byte_array_append(key, digest, (guint)len);
}

/* The key of a scope: one step for each part of it */
static GByteArray *signing_key(const char *secret, const char *scope)
{
	GByteArray *key = g_byte_array_new();

	if (scope)
		g_byte_array_append(key, (const guchar *)"SDK", 3);
	g_byte_array_append(key, (const guchar *)secret, (guint)strlen(secret));
	if (!scope)
		return key;
	g_auto(GStrv) parts = g_strsplit(scope, "/", -1);
	for (char **part = parts; *part; part++)
		hmac_step(key, *part);
	return key;
}

static bool scope_is_sound(const char *scope, const char *date)
{
	g_auto(GStrv) parts = g_strsplit(scope, "/", -1);

	return g_strv_length(parts) == 4 && strlen(parts[0]) == DATE_DIGITS &&
	       strncmp(parts[0], date, DATE_DIGITS) == 0 && strcmp(parts[3], "sdk_request") == 0;
}

bool signature_fits(const Signature *signature, const Request *req, const char *secret)
{
	const char *date = request_header(req, "x-sdk-date");
	const char *scope = signature->scope;

	if (!date || (scope && !scope_is_sound(scope, date)))
		return false;
	g_autofree char *canonical = canonical_request(req, signature->headers, scope != NULL);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical, -1);
	g_autofree char *text = scope ? g_strjoin("\n", ALGORITHM, date, scope, hash, NULL)
				      : g_strjoin("\n", ALGORITHM, date, hash, NULL);
	g_autoptr(GByteArray) key = signing_key(secret, scope);
	g_autofree char *wanted =
		g_compute_hmac_for_string(G_CHECKSUM_SHA256, key->data, key->len, text, -1);
	return g_ascii_strcasecmp(wanted, signature->signature) == 0;
}
