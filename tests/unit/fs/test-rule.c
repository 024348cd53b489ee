/* SPDX-License-Identifier: MIT */
#include "fs/rule.h"

#include <glib.h>

static bool parse(const char *text, EcsfsRule *rule, char **why, char ***words)
{
	*words = g_strsplit(text, " ", -1);
	return ecsfs_rule_parse(*words, g_strv_length(*words), rule, why);
}

/* What is read, and the one text of it. */
static void test_text(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "ingress tcp 22 0.0.0.0/0", "ingress tcp 22 0.0.0.0/0" },
		{ "ingress", "ingress any any any" },
		{ "egress any", "egress any any any" },
		{ "ingress tcp 22", "ingress tcp 22 any" },
		{ "ingress tcp 80-90 10.0.0.0/8", "ingress tcp 80-90 10.0.0.0/8" },
		{ "ingress tcp 80-80 10.0.0.0/8", "ingress tcp 80 10.0.0.0/8" },
		{ "ingress udp any 10.1.2.3", "ingress udp any 10.1.2.3/32" },
		{ "ingress tcp 22 ::/0", "ingress tcp 22 ::/0" },
		{ "ingress tcp 22 ::/0 IPv6", "ingress tcp 22 ::/0" },
		{ "ingress tcp 22 2001:db8::1", "ingress tcp 22 2001:db8::1/128" },
		{ "ingress tcp 22 any ipv6", "ingress tcp 22 any IPv6" },
		{ "ingress tcp 22 any IPv4", "ingress tcp 22 any" },
		{ "ingress icmp 8 0.0.0.0/0", "ingress icmp 8 0.0.0.0/0" },
		{ "ingress icmp 0/0 any", "ingress icmp 0/0 any" },
		{ "ingress icmpv6 any any", "ingress icmpv6 any any" },
		{ "ingress icmpv6 any any IPv4", "ingress icmpv6 any any IPv4" },
		{ "egress 112 any group:web", "egress 112 any group:web" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(EcsfsRule) rule = { 0 };
		g_autofree char *why = NULL;
		g_auto(GStrv) words = NULL;
		g_autoptr(GString) out = g_string_new(NULL);
		g_test_message("%s", rows[i].text);
		g_assert_true(parse(rows[i].text, &rule, &why, &words));
		ecsfs_rule_text(&rule.rule, out);
		g_assert_cmpstr(out->str, ==, rows[i].expected);
	}
}

static void test_wrong(void)
{
	static const struct {
		const char *text, *word; /* that the sentence names */
	} rows[] = {
		{ "", "words" },
		{ "in tcp 22", "in" },
		{ "Ingress tcp 22", "Ingress" },
		{ "ingress tcpip", "tcpip" },
		{ "ingress 256", "256" },
		{ "ingress -1", "-1" },
		{ "ingress tcp 0", "0" },
		{ "ingress tcp 65536", "65536" },
		{ "ingress tcp 99999999999999999999", "9999" },
		{ "ingress tcp 90-80", "90-80" },
		{ "ingress tcp 80-", "80-" },
		{ "ingress tcp 80-90-100", "80-90-100" },
		{ "ingress tcp 22x", "22x" },
		{ "ingress tcp 8/0", "8/0" },
		{ "ingress any 22", "22" },
		{ "ingress icmp 256", "256" },
		{ "ingress icmp 8-0", "8-0" },
		{ "ingress tcp 22 10.0.0.0/33", "10.0.0.0/33" },
		{ "ingress tcp 22 10.0.0/8", "10.0.0/8" },
		{ "ingress tcp 22 10.0.0.0/", "10.0.0.0/" },
		{ "ingress tcp 22 ::/129", "::/129" },
		{ "ingress tcp 22 group:", "group:" },
		{ "ingress tcp 22 everywhere", "everywhere" },
		{ "ingress tcp 22 ", "\"\"" },
		{ "ingress tcp 22  any", "\"\"" },
		{ "ingress tcp 22 any IPv5", "IPv5" },
		{ "ingress tcp 22 any IPv4 more", "words" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(EcsfsRule) rule = { 0 };
		g_autofree char *why = NULL;
		g_auto(GStrv) words = NULL;
		g_test_message("%s", rows[i].text);
		g_assert_false(parse(rows[i].text, &rule, &why, &words));
		g_assert_nonnull(strstr(why, rows[i].word));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rule/text", test_text);
	g_test_add_func("/rule/wrong", test_wrong);
	return g_test_run();
}
