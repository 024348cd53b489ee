/* SPDX-License-Identifier: MIT */
#include "client/redirect.h"

#include "client/hint.h"
#include "tests/unit/fake-cloud.h"

static const struct {
	const char *url, *location;
	const char *expected; /* NULL: not followed */
} follows[] = {
	{ "http://h.example/v3", "https://h.example/v3", "https://h.example/v3" },
	{ "http://h.example:80/v3", "https://H.EXAMPLE/x?y", "https://H.EXAMPLE/x?y" },
	{ "http://h.example:5000/v3", "https://h.example:5001/v3", "https://h.example:5001/v3" },
	{ "http://[::1]:80/v3", "https://[::1]/v3", "https://[::1]/v3" },
	{ "https://h.example/v3", "/v3/", "https://h.example/v3/" },
	{ "https://h.example?x", "/v3/", "https://h.example/v3/" },
	{ "https://h.example/v3", "https://h.example/v3/", "https://h.example/v3/" },
	{ "https://h.example/v3", "http://h.example/v3", NULL },
	{ "https://h.example/v3", "https://h.example:444/v3", NULL },
	{ "http://h.example:1/v3", "http://h.example:2/v3", NULL },
	{ "http://h.example/v3", "https://evil.example/v3", NULL },
	{ "http://h.example/v3", "https://h.example.evil/v3", NULL },
	{ "http://h.example/v3", "https://h.example@evil/v3", NULL },
	{ "http://h.example/v3", "https://u:p@h.example/v3", NULL },
	{ "http://[::1]/v3", "https://[::1/v3", NULL },
	{ "http://[::1]/v3", "https://[::2]/v3", NULL },
	{ "https://h.example/v3", "//evil.example/v3", NULL },
	{ "https://h.example/v3", "v3/", NULL },
	{ "https://h.example/v3", "ftp://h.example/v3", NULL },
	{ "https://h.example/v3", "https://h.example/a b", NULL },
	{ "https://h.example/v3", "", NULL },
	{ "https://h.example/v3", NULL, NULL },
};

static void test_follow(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(follows); i++) {
		say_row(i, follows[i].location);
		g_autofree char *to = ecs_redirect_follow(follows[i].url, follows[i].location);
		g_assert_cmpstr(to, ==, follows[i].expected);
	}
}

static const struct {
	const char *location, *text;
} texts[] = {
	{ "https://h.example/v3?token=secret", "https://h.example/v3" },
	{ "https://u:secret@h.example/v3#x", "https://h.example/v3" },
	{ "https://h.example/a@b", "https://h.example/a@b" },
	{ "/v3", "/v3" },
	{ "", "" },
};

static void test_text(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		say_row(i, texts[i].location);
		g_autofree char *text = ecs_redirect_text(texts[i].location);
		g_assert_cmpstr(text, ==, texts[i].text);
	}
	g_autofree char *path = g_strnfill(5000, 'x');
	g_autofree char *location = g_strconcat("https://h/", path, NULL);
	g_autofree char *text = ecs_redirect_text(location);
	g_assert_cmpuint(strlen(text), <, 200);
}

static void test_hints(void)
{
	g_assert_cmpstr(ecs_hint("Connection refused"), ==, "");
	g_assert_nonnull(strstr(ecs_hint("unable to get local issuer certificate"), "cacert"));
	g_assert_nonnull(strstr(ecs_hint("SSL routines::wrong version number"), "https"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/redirect/follow", test_follow);
	g_test_add_func("/redirect/text", test_text);
	g_test_add_func("/redirect/hints", test_hints);
	return g_test_run();
}
