/* SPDX-License-Identifier: MIT */
/*
 * export_dashboard - the servers as one page that needs nothing else: how many are in which state,
 * how full the quotas are, and a table. Without its script it is the same, but cannot be sorted.
 *
 * The page's policy lets the browser run this script and no other, so a name that got through as
 * markup would still do nothing.
 */
#include <string.h>

#include "fs/attr.h"
#include "fs/escape.h"
#include "fs/export.h"
#include "fs/export_page.h"
#include "fs/quotas.h"
#include "fs/snapshot.h"

#define MIB_PER_GIB 1024

typedef struct {
	GString *out;	    /* the table's rows */
	GHashTable *states; /* status → how many; borrowed keys */
	int64_t n, vcpus, ram_mb;
} Servers;

static const char *state_class(const char *status)
{
	return strcmp(status, "ACTIVE") == 0	? "dot ok"
	       : strcmp(status, "SHUTOFF") == 0 ? "dot off"
	       : strcmp(status, "ERROR") == 0	? "dot bad"
						: "dot";
}

static void addresses(GString *out, const EcsServer *server)
{
	for (size_t i = 0; i < server->n_addresses; i++) {
		if (i > 0)
			g_string_append(out, "<br>");
		ecsfs_escape_html(out, server->addresses[i].addr);
		if (server->addresses[i].floating)
			g_string_append(out, " <span class=\"tag\">public</span>");
	}
}

static void tags(GString *out, const EcsPairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		g_string_append(out, "<span class=\"tag\">");
		ecsfs_escape_html(out, pairs->v[i].key);
		if (*pairs->v[i].value != '\0') {
			g_string_append_c(out, '=');
			ecsfs_escape_html(out, pairs->v[i].value);
		}
		g_string_append(out, "</span>");
	}
}

static void row(const EcsServer *server, void *data)
{
	Servers *servers = data;
	GString *out = servers->out;

	g_string_append(out, "<tr data-state=\"");
	ecsfs_escape_html(out, server->status);
	g_string_append(out, "\"><td class=\"name\">");
	ecsfs_escape_html(out, server->name);
	g_string_append(out, "<small>");
	ecsfs_escape_html(out, server->id);
	g_string_append_printf(out, "</small></td><td class=\"%s\">", state_class(server->status));
	ecsfs_escape_html(out, server->status);
	g_string_append(out, "</td><td>");
	ecsfs_escape_html(out, server->zone);
	g_string_append(out, "</td><td>");
	ecsfs_escape_html(out, server->flavor);
	g_string_append(out, "</td><td class=\"ip\">");
	addresses(out, server);
	g_string_append(out, "</td><td>");
	tags(out, &server->tags);
	g_string_append(out, "</td></tr>\n");

	size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(servers->states, server->status));
	g_hash_table_insert(servers->states, (char *)server->status, GSIZE_TO_POINTER(n + 1));
	servers->n++;
	servers->vcpus += server->vcpus;
	servers->ram_mb += server->ram_mb;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void states(GString *out, const Servers *servers)
{
	unsigned n;
	g_autofree void **names = g_hash_table_get_keys_as_array(servers->states, &n);

	qsort(names, n, sizeof(void *), by_text);
	g_string_append(out, "<div class=\"states\">\n");
	for (unsigned i = 0; i < n; i++) {
		g_string_append(out, "<button type=\"button\" aria-pressed=\"false\" value=\"");
		ecsfs_escape_html(out, names[i]);
		g_string_append_printf(
			out, "\"><b>%zu</b><span class=\"%s\">",
			GPOINTER_TO_SIZE(g_hash_table_lookup(servers->states, names[i])),
			state_class(names[i]));
		ecsfs_escape_html(out, names[i]);
		g_string_append(out, "</span></button>\n");
	}
	g_string_append(out, "</div>\n");
}

typedef struct {
	GString *used, *idle;
} Quotas;

/* One whose use or limit is not known has no bar. */
static void bar(const EcsQuota *quota, void *data)
{
	const Quotas *quotas = data;
	GString *out = quota->used > 0 ? quotas->used : quotas->idle;

	if (quota->used < 0 || quota->max <= 0)
		return;
	g_string_append(out, "<div><label>");
	ecsfs_escape_html(out, quota->name);
	g_string_append_printf(out,
			       "</label><span>%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
			       "</span><meter min=\"0\" max=\"100\" low=\"75\" high=\"90\" "
			       "optimum=\"0\" value=\"%.1f\" aria-label=\"",
			       quota->used, quota->max,
			       100.0 * (double)quota->used / (double)quota->max);
	ecsfs_escape_html(out, quota->name);
	g_string_append(out, "\"></meter></div>\n");
}

static bool quotas(EcsfsView *view, GString *out)
{
	g_autoptr(GString) used = g_string_new(NULL);
	g_autoptr(GString) idle = g_string_new(NULL);
	Quotas both = { used, idle };

	if (!ecsfs_quotas_each(view, bar, &both))
		return false;
	if (used->len == 0 && idle->len == 0)
		return true;
	g_string_append(out, "<h2>Quotas of the project</h2>\n");
	if (used->len > 0)
		g_string_append_printf(out, "<div class=\"quotas\">\n%s</div>\n", used->str);
	if (idle->len > 0)
		g_string_append_printf(out,
				       "<details><summary>not used</summary><div "
				       "class=\"quotas\">\n%s</div></details>\n",
				       idle->str);
	return true;
}

/* Append 'sha256-...' of the text, as a content security policy names it. */
static void hash(GString *out, const char *text)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	unsigned char digest[32];
	size_t len = sizeof(digest);

	g_checksum_update(checksum, (const unsigned char *)text, (gssize)strlen(text));
	g_checksum_get_digest(checksum, digest, &len);
	g_autofree char *base64 = g_base64_encode(digest, len);
	g_string_append_printf(out, "'sha256-%s'", base64);
}

static void head(GString *out, const char *title)
{
	g_string_append(out,
			"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta http-equiv=\"Content-Security-Policy\" content=\""
			"default-src 'none'; base-uri 'none'; form-action 'none'; style-src ");
	hash(out, ecsfs_page_style);
	g_string_append(out, "; script-src ");
	hash(out, ecsfs_page_script);
	g_string_append(out,
			"\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	ecsfs_escape_html(out, title);
	g_string_append_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n",
			       ecsfs_page_style);
}

static void summary(GString *out, const EcsfsView *view, const char *title, const Servers *servers)
{
	g_string_append(out, "<header><h1>");
	ecsfs_escape_html(out, title);
	g_string_append_printf(out, "</h1><p>%" G_GINT64_FORMAT " servers", servers->n);
	if (servers->vcpus > 0)
		g_string_append_printf(out,
				       ", %" G_GINT64_FORMAT " vCPUs, %" G_GINT64_FORMAT " GiB",
				       servers->vcpus, servers->ram_mb / MIB_PER_GIB);
	g_string_append(out, "</p><p>unchanged since ");
	ecsfs_iso8601(out, view->changed_ns / NS_PER_S);
	g_string_append(out, "</p></header>\n");
}

static void table(GString *out, const GString *rows)
{
	static const char *const columns[] = {
		"Name", "State", "Zone", "Flavor", "Addresses", "Tags",
	};

	g_string_append(out, "<h2>Servers</h2>\n<input id=\"find\" type=\"search\" "
			     "placeholder=\"Find a name, an address, a tag\" aria-label=\"Find\"> "
			     "<span id=\"shown\" class=\"note\"></span>\n"
			     "<div class=\"list\"><table id=\"servers\">\n<thead><tr>");
	for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(out,
				       "<th scope=\"col\"%s><button type=\"button\">%s</button>"
				       "</th>",
				       i == 0 ? " aria-sort=\"ascending\"" : "", columns[i]);
	g_string_append(out, "</tr></thead>\n<tbody>\n");
	g_string_append_len(out, rows->str, (gssize)rows->len);
	g_string_append(out, "</tbody>\n</table></div>\n");
}

bool ecsfs_export_dashboard_show(const EcsfsAttr *attr, EcsfsView *view, GString *out)
{
	g_autoptr(GString) title = g_string_new(NULL);
	g_autoptr(GString) rows = g_string_new(NULL);
	g_autoptr(GString) bars = g_string_new(NULL);
	g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
	Servers servers = { .out = rows, .states = counts };

	if (!quotas(view, bars) || !ecsfs_export_servers(view, row, &servers))
		return false;
	ecsfs_export_title(view, title);
	head(out, title->str);
	summary(out, view, title->str, &servers);
	states(out, &servers);
	g_string_append_len(out, bars->str, (gssize)bars->len);
	table(out, rows);
	g_string_append_printf(out, "<script>%s</script>\n</body>\n</html>\n", ecsfs_page_script);
	return true;
}
