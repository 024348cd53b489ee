/* SPDX-License-Identifier: MIT */
#include "client/redirect.h"

#include <string.h>

#define TEXT_MAX 120 /* bytes of a URL in a sentence */

bool ecs_redirect_is(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool has_scheme(const char *url, const char *scheme)
{
	return g_ascii_strncasecmp(url, scheme, strlen(scheme)) == 0;
}

static const char *authority_of(const char *url)
{
	const char *start = strstr(url, "://");
	return start ? start + 3 : url;
}

static size_t authority_len(const char *url)
{
	return strcspn(authority_of(url), "/?#");
}

char *ecs_redirect_host(const char *url)
{
	return g_strndup(authority_of(url), authority_len(url));
}

/* Bytes of the host without its port; "[::1]" is one. */
static size_t host_len(const char *url)
{
	const char *host = authority_of(url);
	size_t len = authority_len(url);
	size_t bracket = *host == '[' ? strcspn(host, "]") : 0;
	size_t port = bracket + strcspn(host + bracket, ":");
	return MIN(port, len);
}

static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && g_ascii_strncasecmp(a, b, a_len) == 0;
}

char *ecs_redirect_follow(const char *url, const char *location)
{
	if (!location || !*location)
		return NULL;
	for (const char *at = location; *at; at++)
		if (!g_ascii_isgraph(*at))
			return NULL;
	size_t origin = (size_t)(authority_of(url) - url) + authority_len(url);
	if (location[0] == '/' && location[1] != '/')
		return g_strdup_printf("%.*s%s", (int)origin, url, location);
	bool https = has_scheme(location, "https://");
	if ((!https && !has_scheme(location, "http://")) || memchr(location, '@', strlen(location)))
		return NULL;
	bool same_scheme = https == has_scheme(url, "https://");
	bool same_place = same_scheme && same(authority_of(url), authority_len(url),
					      authority_of(location), authority_len(location));
	bool upgrade =
		https && !same_scheme &&
		same(authority_of(url), host_len(url), authority_of(location), host_len(location));
	return same_place || upgrade ? g_strdup(location) : NULL;
}

char *ecs_redirect_text(const char *location)
{
	const char *authority = authority_of(location);
	size_t scheme = (size_t)(authority - location);
	size_t len = strcspn(authority, "?#");
	const char *user = memchr(authority, '@', strcspn(authority, "/?#"));
	if (user) {
		len -= (size_t)(user + 1 - authority);
		authority = user + 1;
	}
	return g_strdup_printf("%.*s%.*s", (int)MIN(scheme, 8), location, (int)MIN(len, TEXT_MAX),
			       authority);
}
