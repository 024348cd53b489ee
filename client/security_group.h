/* SPDX-License-Identifier: MIT */
/* security_group - which traffic reaches a port, and leaves it. */
#pragma once

#include "client/client.h"

typedef struct EcsRule {
	const char *id;
	const char *direction;	  /* ingress, egress */
	const char *ethertype;	  /* IPv4, IPv6 */
	const char *protocol;	  /* tcp, udp, icmp, icmpv6, a number; "": all */
	int port_min, port_max;	  /* for ICMP its type and code; -1: all */
	const char *remote_ip;	  /* prefix; "": any */
	const char *remote_group; /* id of a security group; "": any */
	const char *description;
} EcsRule;

typedef struct EcsSecurityGroup {
	const char *id; /* UUID */
	const char *name;
	const char *description;
	const char *vpc; /* id; only a hint, the group can be used in every VPC; "": none */
	size_t n_rules;
	const EcsRule *rules; /* in the API's order */
} EcsSecurityGroup;

EcsSecurityGroup *ecs_security_group_ref(EcsSecurityGroup *group);
void ecs_security_group_unref(EcsSecurityGroup *group);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsSecurityGroup, ecs_security_group_unref)
void ecs_security_group_json(const EcsSecurityGroup *group, GString *out); /* as the server's */
bool ecs_security_group_same(const EcsSecurityGroup *a, const EcsSecurityGroup *b);

/* Elements are EcsSecurityGroup, with their rules.
 * API: GET /v1/{project_id}/security-groups, in pages by marker */
void ecs_security_group_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done,
			     void *data);
/* API: GET /v1/{project_id}/security-groups/{id} */
void ecs_security_group_get(EcsScope *scope, const char *id, GCancellable *cancellable,
			    EcsObjectDone done, void *data);

/* With the API's four rules: out to all, in from its own members.
 * API: POST /v1/{project_id}/security-groups */
void ecs_security_group_create(EcsScope *scope, const char *name, GCancellable *cancellable,
			       EcsObjectDone done, void *data);
/* @name, @description: NULL leaves it as it is. Neutron's, because v1 has none.
 * API: PUT /v2.0/security-groups/{id} */
void ecs_security_group_update(EcsScope *scope, const char *id, const char *name,
			       const char *description, GCancellable *cancellable,
			       EcsChangeDone done, void *data);
/* Its rules go with it. API: DELETE /v1/{project_id}/security-groups/{id} */
void ecs_security_group_delete(EcsScope *scope, const char *id, GCancellable *cancellable,
			       EcsChangeDone done, void *data);

/* Let a port be in it, or not any more. Of the port's groups no other is concerned, whoever changes
 * them meanwhile. ECS_ERROR_INVALID: it is the port's last.
 * API: POST /v2.0/{project_id}/security-groups/{id}/instance/action */
void ecs_security_group_port(EcsScope *scope, const char *id, const char *port, bool add,
			     GCancellable *cancellable, EcsChangeDone done, void *data);

/* What a new rule is to be like: id is not looked at, "" and -1 are not given. accepted->ids is the
 * new rule's id. There is no API that changes a rule.
 * API: POST /v1/{project_id}/security-group-rules */
void ecs_rule_create(EcsScope *scope, const char *group, const EcsRule *rule,
		     GCancellable *cancellable, EcsChangeDone done, void *data);
/* API: DELETE /v1/{project_id}/security-group-rules/{id} */
void ecs_rule_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data);
