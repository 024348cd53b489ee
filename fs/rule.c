/* SPDX-License-Identifier: MIT */
#include "fs/rule.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define ANY "any"
#define GROUP "group:"

static bool is_icmp(const char *protocol)
{
	static const char *const names[] = { "icmp", "icmpv6", "1", "58", NULL };

	return g_strv_contains(names, protocol);
}

/* What the rule is for if it does not say. */
static const char *likely_ethertype(const char *protocol, const char *remote_ip)
{
	bool v6 = strcmp(protocol, "icmpv6") == 0 || strcmp(protocol, "58") == 0 ||
		  strchr(remote_ip, ':') != NULL;

	return v6 ? "IPv6" : "IPv4";
}

void ecsfs_rule_ports(const EcsRule *rule, GString *out)
{
	if (rule->port_min < 0 && rule->port_max < 0)
		g_string_append(out, ANY);
	else if (is_icmp(rule->protocol))
		g_string_append_printf(out, rule->port_max < 0 ? "%d" : "%d/%d", rule->port_min,
				       rule->port_max);
	else if (rule->port_min == rule->port_max)
		g_string_append_printf(out, "%d", rule->port_min);
	else
		g_string_append_printf(out, "%d-%d", rule->port_min, rule->port_max);
}

void ecsfs_rule_remote(const EcsRule *rule, GString *out)
{
	if (*rule->remote_group != '\0')
		g_string_append_printf(out, GROUP "%s", rule->remote_group);
	else
		g_string_append(out, *rule->remote_ip != '\0' ? rule->remote_ip : ANY);
}

void ecsfs_rule_text(const EcsRule *rule, GString *out)
{
	g_string_append_printf(out, "%s %s ", rule->direction,
			       *rule->protocol != '\0' ? rule->protocol : ANY);
	ecsfs_rule_ports(rule, out);
	g_string_append_c(out, ' ');
	ecsfs_rule_remote(rule, out);
	if (strcmp(rule->ethertype, likely_ethertype(rule->protocol, rule->remote_ip)) != 0)
		g_string_append_printf(out, " %s", rule->ethertype);
}

/* A number from 0 to @most and nothing behind it but, if @end is not NULL, *@end. */
static bool number(const char *text, int most, const char **end, int *out)
{
	char *stop = NULL;
	unsigned long n = g_ascii_isdigit(*text) ? strtoul(text, &stop, 10) : most + 1UL;

	if (n > (unsigned long)most || (end == NULL && *stop != '\0'))
		return false;
	if (end != NULL)
		*end = stop;
	*out = (int)n;
	return true;
}

static bool parse_protocol(const char *word, EcsRule *rule)
{
	static const char *const names[] = { "tcp", "udp", "icmp", "icmpv6", NULL };
	int n;

	rule->protocol = strcmp(word, ANY) == 0 ? "" : word;
	return *rule->protocol == '\0' || g_strv_contains(names, word) ||
	       number(word, 255, NULL, &n);
}

/* 8, or 8/0; 22, or 80-90. */
static bool parse_ports(const char *word, EcsRule *rule)
{
	bool icmp = is_icmp(rule->protocol);
	int most = icmp ? 255 : 65535;
	const char *end;

	if (strcmp(word, ANY) == 0)
		return true;
	if (*rule->protocol == '\0' || !number(word, most, &end, &rule->port_min))
		return false;
	if (*end == '\0') {
		rule->port_max = icmp ? -1 : rule->port_min;
		return icmp || rule->port_min > 0;
	}
	return *end == (icmp ? '/' : '-') && number(end + 1, most, NULL, &rule->port_max) &&
	       (icmp || (rule->port_min > 0 && rule->port_max >= rule->port_min));
}

/* An address is a prefix as long as it can be. */
static bool parse_remote(const char *word, EcsfsRule *out)
{
	unsigned char binary[sizeof(struct in6_addr)];
	EcsRule *rule = &out->rule;
	int bits;

	if (strcmp(word, ANY) == 0)
		return true;
	if (g_str_has_prefix(word, GROUP)) {
		rule->remote_group = word + strlen(GROUP);
		return *rule->remote_group != '\0';
	}
	if (*word == '\0')
		return false;
	g_auto(GStrv) part = g_strsplit(word, "/", 2);
	int family = strchr(part[0], ':') != NULL ? AF_INET6 : AF_INET;
	int most = family == AF_INET6 ? 128 : 32;
	if (inet_pton(family, part[0], binary) != 1 ||
	    (part[1] != NULL && !number(part[1], most, NULL, &bits)))
		return false;
	out->remote = part[1] != NULL ? g_strdup(word) : g_strdup_printf("%s/%d", word, most);
	rule->remote_ip = out->remote;
	return true;
}

static bool parse_ethertype(const char *word, EcsRule *rule)
{
	static const char *const names[] = { "IPv4", "IPv6" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(word, names[i]) == 0) {
			rule->ethertype = names[i];
			return true;
		}
	return false;
}

bool ecsfs_rule_parse(char *const *words, size_t n, EcsfsRule *out, char **why)
{
	const char *wrong = NULL;

	*out = (EcsfsRule){ .rule = { .id = "",
				      .direction = n > 0 ? words[0] : "",
				      .protocol = "",
				      .port_min = -1,
				      .port_max = -1,
				      .remote_ip = "",
				      .remote_group = "",
				      .description = "" } };
	EcsRule *rule = &out->rule;
	if (n == 0 || n > ECSFS_RULE_WORDS)
		wrong = "its number of words";
	else if (strcmp(words[0], "ingress") != 0 && strcmp(words[0], "egress") != 0)
		wrong = words[0];
	else if (n > 1 && !parse_protocol(words[1], rule))
		wrong = words[1];
	else if (n > 2 && !parse_ports(words[2], rule))
		wrong = words[2];
	else if (n > 3 && !parse_remote(words[3], out))
		wrong = words[3];
	rule->ethertype = likely_ethertype(rule->protocol, rule->remote_ip);
	if (wrong == NULL && n > 4 && !parse_ethertype(words[4], rule))
		wrong = words[4];
	if (wrong != NULL)
		*why = g_strdup_printf(
			"this is no rule because of \"%.60s\": write \"ingress|egress "
			"<protocol> <ports> <prefix, group:<name>, any>\", such as "
			"\"ingress tcp 22 0.0.0.0/0\"",
			wrong);
	return wrong == NULL;
}

void ecsfs_rule_clear(EcsfsRule *rule)
{
	g_clear_pointer(&rule->remote, g_free);
}
