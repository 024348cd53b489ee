/*
 * The network services: VPC v1 and its own v2.0, and Neutron. One table of routes in vpc.c; the
 * handlers are in a file for each kind of object.
 */
#ifndef SANDBOX_VPC_H
#define SANDBOX_VPC_H

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/world.h"

/* What the v1 lists have in common. An object begins with its id. */
typedef struct {
	const char *many, *one;
	GPtrArray *(*all)(const Project *project);
	void (*write)(GString *out, const Project *project, const void *object);
	bool (*wanted)(const Request *req, const void *object); /* more filters; NULL: none */
	const char *missing, *unknown; /* error code and text of an unknown id */
} VpcKind;

void vpc_write_list(Request *req, const VpcKind *kind);
/** vpc_write_one - the object of the last parameter, or the error. */
void vpc_write_one(Request *req, const VpcKind *kind);
/** vpc_reply - 200 with one object. */
void vpc_reply(Request *req, const VpcKind *kind, const void *object);
/** vpc_object - of the path's parameter @param; NULL after 404. */
void *vpc_object(Request *req, const VpcKind *kind, int param);
/** vpc_body - the member @name of the body; NULL after 400 with @code. */
const cJSON *vpc_body(Request *req, const char *name, const char *code);
/** vpc_text_ok - absent, or a text of at most @max characters without < and >. */
bool vpc_text_ok(const cJSON *item, size_t max);
/** vpc_take - replace *@text by the member if it is there. */
void vpc_take(char **text, const cJSON *object, const char *member);

/* vpc_subnets.c */
void subnets_list(Request *req);
void subnet_get(Request *req);
void subnet_create(Request *req);
void subnet_update(Request *req);
void subnet_delete(Request *req);
/* vpc_groups.c */
void groups_list(Request *req);
void group_get(Request *req);
void group_create(Request *req);
void group_delete(Request *req);
void rules_list(Request *req);
void rule_get(Request *req);
void rule_create(Request *req);
void rule_delete(Request *req);
/* neutron_rules.c */
void neutron_rules_list(Request *req);
void neutron_rule_get(Request *req);
void neutron_rule_create(Request *req);
void neutron_rule_delete(Request *req);
void group_ports(Request *req);
/* vpc_eips.c */
void eips_list(Request *req);
void eip_get(Request *req);
void eip_create(Request *req);
void eip_update(Request *req);
void eip_delete(Request *req);
/* vpc_bandwidths.c */
void bandwidths_list(Request *req);
void bandwidth_get(Request *req);
void bandwidth_update(Request *req);
void bandwidth_create(Request *req);
void bandwidth_delete(Request *req);
void bandwidth_insert(Request *req);
void bandwidth_remove(Request *req);
/* neutron_networks.c */
void neutron_network_create(Request *req);
void neutron_network_delete(Request *req);
void neutron_subnet_create(Request *req);
void neutron_subnet_delete(Request *req);
/* neutron_routers.c */
void neutron_routers_list(Request *req);
void neutron_router_get(Request *req);
void neutron_router_create(Request *req);
void neutron_router_update(Request *req);
void neutron_router_delete(Request *req);
void neutron_router_add(Request *req);
void neutron_router_remove(Request *req);
void neutron_extensions_list(Request *req);
void neutron_quotas_get(Request *req);
/* neutron.c */
void neutron_networks_list(Request *req);
void neutron_network_get(Request *req);
void neutron_subnets_list(Request *req);
void neutron_subnet_get(Request *req);
void neutron_groups_list(Request *req);
void neutron_group_get(Request *req);
void neutron_group_create(Request *req);
void neutron_group_update(Request *req);
void neutron_group_delete(Request *req);
/* neutron_eips.c */
void neutron_eips_list(Request *req);
void neutron_eip_get(Request *req);
void neutron_eip_create(Request *req);
void neutron_eip_update(Request *req);
void neutron_eip_delete(Request *req);
/* neutron_change.c */
void neutron_network_update(Request *req);
void neutron_subnet_update(Request *req);
void neutron_details_get(Request *req);
/* neutron_ports.c */
void neutron_ports_list(Request *req);
void neutron_port_get(Request *req);
void neutron_port_create(Request *req);
void neutron_port_update(Request *req);
void neutron_port_delete(Request *req);

/* What a rule or a group is refused for; shared by v1 and Neutron. */
typedef struct {
	int status;
	const char *code; /* v1's */
	const char *type; /* Neutron's */
	char *text;	  /* owned */
} VpcRefusal;

/** vpc_refuse - fill it in. Returns: false. */
bool vpc_refuse(VpcRefusal *refusal, int status, const char *code, const char *type,
		const char *format, ...) G_GNUC_PRINTF(5, 6);
/** vpc_fail - answer with it, in v1's shape. */
void vpc_fail(Request *req, VpcRefusal *refusal);
/** neutron_fail - answer with it, in Neutron's shape. */
void neutron_fail(Request *req, VpcRefusal *refusal);

/** group_make - check and make. Returns: NULL after a refusal. */
SecurityGroup *group_make(Project *project, const cJSON *wanted, VpcRefusal *refusal);
/** group_unmake - delete it unless it is in use, or the default one. */
bool group_unmake(Project *project, SecurityGroup *group, VpcRefusal *refusal);
/** rules_collect - all rules of the project. Returns: owned, the rules borrowed. */
GPtrArray *rules_collect(const Project *project);
/** rule_make - a new one. Returns: borrowed; NULL and @refusal. */
GroupRule *rule_make(Project *project, const cJSON *wanted, VpcRefusal *refusal);
void rule_write(GString *out, const Project *project, const GroupRule *rule);

#endif
