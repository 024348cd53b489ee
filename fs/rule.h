/* SPDX-License-Identifier: MIT */
/*
 * rule - a rule of a security group as one line of text, such as `ingress tcp 22 0.0.0.0/0`:
 *
 *     ingress|egress  [protocol  [ports  [remote  [IPv4|IPv6]]]]
 *
 * protocol: tcp, udp, icmp, icmpv6, a number, any. ports: 22, 80-90, any; of ICMP its type, or
 * type/code. remote: an address, a prefix, group:<security group>, any. What is left out is any.
 * IPv4 or IPv6 follows from the remote and the protocol, IPv4 if they do not tell.
 */
#pragma once

#include "client/security_group.h"

#define ECSFS_RULE_WORDS 5

/* Append the one text of a rule: equal rules have equal texts. */
void ecsfs_rule_text(const EcsRule *rule, GString *out);
/* The parts of it. */
void ecsfs_rule_ports(const EcsRule *rule, GString *out);
void ecsfs_rule_remote(const EcsRule *rule, GString *out);

/* What ecsfs_rule_parse() made; the strings of @rule are in it, or in the words. */
typedef struct {
	EcsRule rule;
	char *remote; /* owned */
} EcsfsRule;

/**
 * ecsfs_rule_parse - read a rule. remote_group is what stands after group:, an id or a name.
 * @words: @n of them, borrowed as long as @out is used.
 * @why: set if it is none; owned.
 */
bool ecsfs_rule_parse(char *const *words, size_t n, EcsfsRule *out, char **why);
void ecsfs_rule_clear(EcsfsRule *rule);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EcsfsRule, ecsfs_rule_clear)
