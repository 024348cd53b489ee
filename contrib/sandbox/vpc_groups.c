/*
 * Security groups and their rules: the checks that v1 and Neutron share, and v1's handlers.
 */
#include <string.h>

#include "contrib/sandbox/vpc.h"

#define NAME_LIMIT 64
#define DESCRIPTION_LIMIT 255
#define PORTS_AT_ONCE 20

bool group_unmake(Project *project, SecurityGroup *group, VpcRefusal *refusal)
{
	if (group == project_default_group(project))
		return vpc_refuse(refusal, 409, "VPC.0602", "SecurityGroupCannotRemoveDefault",
				  "Insufficient rights for removing default security group.");
	if (network_uses_group(project, group))
		return vpc_refuse(refusal, 409, "VPC.9902", "SecurityGroupInUse",
				  "Security Group %s in use.", group->id);
	network_drop_group(project, group);
	return true;
}

SecurityGroup *group_make(Project *project, const cJSON *wanted, VpcRefusal *refusal)
{
	const cJSON *name = json_get(wanted, "name"), *about = json_get(wanted, "description");
	const Network *network = &project->network;

	if (!cJSON_IsString(name) || !*name->valuestring || !vpc_text_ok(name, NAME_LIMIT) ||
	    !vpc_text_ok(about, DESCRIPTION_LIMIT)) {
		vpc_refuse(refusal, 400, "VPC.0601", "HTTPBadRequest",
			   "Security group name is invalid.");
		return NULL;
	}
	if ((int)network->groups->len >= network->max_groups) {
		vpc_refuse(refusal, 409, "VPC.0604", "OverQuota",
			   "Quota exceeded for resources: ['security_group'].");
		return NULL;
	}
	return network_add_group(project, name->valuestring, about ? about->valuestring : "");
}

/* ---- groups, v1 ---- */

static GPtrArray *all_groups(const Project *project)
{
	return project->network.groups;
}

void rule_write(GString *out, const Project *project, const GroupRule *rule)
{
	json_write(out,
		   "{'id':%s,'tenant_id':%s,'security_group_id':%s,'remote_group_id':%s,"
		   "'direction':%s,'protocol':%s,'description':%s,'ethertype':%s,"
		   "'remote_ip_prefix':%s,'remote_address_group_id':null",
		   rule->id, project->id, rule->group->id,
		   rule->remote_group ? rule->remote_group->id : NULL, rule->direction,
		   rule->protocol, rule->description, rule->ethertype, rule->remote_ip);
	if (rule->min < 0)
		json_write(out, ",'port_range_min':null");
	else
		json_write(out, ",'port_range_min':%d", rule->min);
	if (rule->max < 0)
		json_write(out, ",'port_range_max':null}");
	else
		json_write(out, ",'port_range_max':%d}", rule->max);
}

static void write_group(GString *out, const Project *project, const void *object)
{
	const SecurityGroup *group = object;

	json_write(out,
		   "{'id':%s,'name':%s,'description':%s,'vpc_id':%s,'enterprise_project_id':'0',"
		   "'security_group_rules':[",
		   group->id, group->name, group->description,
		   project->network.vpcs->len ? (char *)project->network.vpcs->pdata[0] : "");
	for (unsigned i = 0; i < group->rules->len; i++) {
		json_comma(out);
		rule_write(out, project, group->rules->pdata[i]);
	}
	g_string_append(out, "]}");
}

/* A group belongs to all VPCs: the filter only has to name one */
static bool wanted_group(const Request *req, const void *object)
{
	const char *vpc = request_arg(req, "vpc_id");

	return !vpc || project_vpc(req->project, vpc);
}

static const VpcKind groups = {
	"security_groups",
	"security_group",
	all_groups,
	write_group,
	wanted_group,
	"VPC.0603",
	"Securitygroup could not be found.",
};

void groups_list(Request *req)
{
	vpc_write_list(req, &groups);
}

void group_get(Request *req)
{
	vpc_write_one(req, &groups);
}

void group_create(Request *req)
{
	const cJSON *wanted = vpc_body(req, "security_group", "VPC.0601");
	VpcRefusal refusal;

	if (!wanted)
		return;
	SecurityGroup *group = group_make(req->project, wanted, &refusal);
	if (group)
		vpc_reply(req, &groups, group);
	else
		vpc_fail(req, &refusal);
}

void group_delete(Request *req)
{
	SecurityGroup *group = vpc_object(req, &groups, 1);
	VpcRefusal refusal;

	if (!group)
		return;
	if (group_unmake(req->project, group, &refusal))
		reply_empty(req, 204);
	else
		vpc_fail(req, &refusal);
}

/* ---- rules ---- */

GPtrArray *rules_collect(const Project *project)
{
	GPtrArray *all = g_ptr_array_new();

	for (unsigned i = 0; i < project->network.groups->len; i++) {
		const SecurityGroup *group = project->network.groups->pdata[i];
		for (unsigned j = 0; j < group->rules->len; j++)
			g_ptr_array_add(all, group->rules->pdata[j]);
	}
	return all;
}

static GPtrArray *all_rules(const Project *project)
{
	static GPtrArray *all; /* until the next call */

	g_clear_pointer(&all, g_ptr_array_unref);
	return all = rules_collect(project);
}

static void write_rule(GString *out, const Project *project, const void *object)
{
	rule_write(out, project, object);
}

static bool wanted_rule(const Request *req, const void *object)
{
	const char *group = request_arg(req, "security_group_id");
	const char *ip = request_arg(req, "remote_ip_prefix");
	const GroupRule *rule = object;

	return (!group || strcmp(rule->group->id, group) == 0) &&
	       (!ip || g_strcmp0(rule->remote_ip, ip) == 0);
}

static const VpcKind rules = {
	"security_group_rules",
	"security_group_rule",
	all_rules,
	write_rule,
	wanted_rule,
	"VPC.0603",
	"Security group rule could not be found.",
};

void rules_list(Request *req)
{
	vpc_write_list(req, &rules);
}

void rule_get(Request *req)
{
	vpc_write_one(req, &rules);
}

void rule_delete(Request *req)
{
	GroupRule *rule = vpc_object(req, &rules, 1);

	if (!rule)
		return;
	rule->group->updated = clock_now();
	g_ptr_array_remove(rule->group->rules, rule);
	reply_empty(req, 204);
}

static bool bad(VpcRefusal *refusal, const char *what)
{
	return vpc_refuse(refusal, 400, "VPC.0601", NULL, "%s is invalid.", what);
}

/* A number, or a number as text; -1: null or not there */
static bool take_port(const cJSON *item, int most, int *port)
{
	*port = -1;
	if (!item || cJSON_IsNull(item))
		return true;
	if (json_is_int(item))
		*port = item->valueint;
	else if (!cJSON_IsString(item) || !text_int(item->valuestring, port))
		return false;
	return *port >= 0 && *port <= most;
}

static bool is_icmp(const char *protocol)
{
	static const char *const names[] = { "icmp", "icmpv6", "1", "58", NULL };

	return protocol && g_strv_contains(names, protocol);
}

static bool take_protocol(const cJSON *wanted, GroupRule *rule, VpcRefusal *refusal)
{
	static const char *const names[] = { "tcp", "udp", "icmp", "icmpv6", NULL };
	const cJSON *item = json_get(wanted, "protocol");
	const char *protocol = cJSON_GetStringValue(item);
	int number = 0;

	if (item && !protocol && !cJSON_IsNull(item))
		return bad(refusal, "protocol");
	if (protocol && !g_strv_contains(names, protocol) &&
	    (!text_int(protocol, &number) || number < 0 || number > 255))
		return bad(refusal, "protocol");
	rule->protocol = (char *)protocol;
	bool icmp = is_icmp(protocol);
	if (!take_port(json_get(wanted, "port_range_min"), icmp ? 255 : 65535, &rule->min) ||
	    !take_port(json_get(wanted, "port_range_max"), icmp ? 255 : 65535, &rule->max))
		return bad(refusal, "port range");
	if (icmp)
		return rule->max < 0 || rule->min >= 0 || bad(refusal, "port range");
	if (!protocol && (rule->min >= 0 || rule->max >= 0))
		return bad(refusal, "port range");
	if ((rule->min < 0) != (rule->max < 0) || rule->min > rule->max || rule->min == 0)
		return bad(refusal, "port range");
	return true;
}

/* Is it an IPv6 prefix? Enough for telling good from bad here. */
static bool is_prefix6(const char *text)
{
	return strchr(text, ':') && text_all_in(text, ":/");
}

static bool take_remote(const Project *project, const cJSON *wanted, GroupRule *rule,
			VpcRefusal *refusal)
{
	const char *ip = json_string(wanted, "remote_ip_prefix");
	const char *group = json_string(wanted, "remote_group_id");
	uint32_t net;
	int prefix;

	if ((ip && group) || json_string(wanted, "remote_address_group_id"))
		return vpc_refuse(refusal, 400, "VPC.0601", NULL,
				  "Only one of remote_ip_prefix and remote_group_id can be given.");
	if (ip && !(strcmp(rule->ethertype, "IPv6") == 0
			    ? is_prefix6(ip)
			    : network_parse_cidr(ip, &net, &prefix) || text_parse_ip(ip, &net)))
		return bad(refusal, "remote_ip_prefix");
	rule->remote_ip = (char *)ip;
	rule->remote_group = group ? project_group(project, group) : NULL;
	if (group && (!rule->remote_group || strcmp(rule->remote_group->id, group) != 0))
		return vpc_refuse(refusal, 404, "VPC.0603", "SecurityGroupNotFound",
				  "Security group %s does not exist", group);
	return true;
}

/* @rule: its texts are borrowed from @wanted */
static bool take_rule(const Project *project, const cJSON *wanted, GroupRule *rule,
		      VpcRefusal *refusal)
{
	const char *direction = json_string(wanted, "direction");
	const char *ethertype = json_string(wanted, "ethertype");

	*rule = (GroupRule){ .ethertype = g_strcmp0(ethertype, "IPv6") == 0 ? "IPv6" : "IPv4" };
	if (ethertype && strcmp(ethertype, rule->ethertype) != 0)
		return bad(refusal, "ethertype");
	rule->direction = g_strcmp0(direction, "ingress") == 0	? "ingress"
			  : g_strcmp0(direction, "egress") == 0 ? "egress"
								: NULL;
	if (!rule->direction)
		return bad(refusal, "direction");
	if (!vpc_text_ok(json_get(wanted, "description"), DESCRIPTION_LIMIT))
		return bad(refusal, "description");
	rule->description = (char *)json_string(wanted, "description");
	return take_protocol(wanted, rule, refusal) && take_remote(project, wanted, rule, refusal);
}

static const GroupRule *same_rule(const SecurityGroup *group, const GroupRule *rule)
{
	for (unsigned i = 0; i < group->rules->len; i++) {
		const GroupRule *other = group->rules->pdata[i];
		if (other->direction == rule->direction &&
		    strcmp(other->ethertype, rule->ethertype) == 0 &&
		    g_strcmp0(other->protocol, rule->protocol) == 0 && other->min == rule->min &&
		    other->max == rule->max && g_strcmp0(other->remote_ip, rule->remote_ip) == 0 &&
		    other->remote_group == rule->remote_group)
			return other;
	}
	return NULL;
}

GroupRule *rule_make(Project *project, const cJSON *wanted, VpcRefusal *refusal)
{
	const char *id = json_string(wanted, "security_group_id");
	SecurityGroup *group = id ? network_find(project->network.groups, id) : NULL;
	GroupRule rule;

	if (!group) {
		vpc_refuse(refusal, 404, "VPC.0603", "SecurityGroupNotFound",
			   "Security group %s does not exist", id ? id : "");
		return NULL;
	}
	if (!take_rule(project, wanted, &rule, refusal))
		return NULL;
	const GroupRule *same = same_rule(group, &rule);
	if (same) {
		vpc_refuse(refusal, 409, "VPC.9902", "SecurityGroupRuleExists",
			   "Security group rule already exists. GroupRule id is %s.", same->id);
		return NULL;
	}
	if (network_rules(&project->network) >= project->network.max_rules) {
		vpc_refuse(refusal, 409, "VPC.0602", "OverQuota",
			   "Quota exceeded for resources: ['security_group_rule'].");
		return NULL;
	}
	group->updated = clock_now();
	return network_add_rule(group, &rule);
}

void rule_create(Request *req)
{
	const cJSON *wanted = vpc_body(req, "security_group_rule", "VPC.0601");
	VpcRefusal refusal;

	if (!wanted)
		return;
	GroupRule *rule = rule_make(req->project, wanted, &refusal);
	if (rule)
		vpc_reply(req, &rules, rule);
	else
		vpc_fail(req, &refusal);
}

/* ---- ports in and out of a group ---- */

static int count_groups(SecurityGroup *const *of)
{
	int n = 0;

	while (n < SERVER_GROUPS && of[n])
		n++;
	return n;
}

/* Returns: what is wrong, or NULL */
static const char *move_port(PortRef *ref, SecurityGroup *group, bool add)
{
	Port *port = port_own(ref);
	int n = count_groups(port->groups), at = 0;

	while (at < n && port->groups[at] != group)
		at++;
	if (add && at == n && n == SERVER_GROUPS)
		return "An instance cannot belong to more security groups";
	if (!add && at < n && n == 1)
		return "An instance must belong to at least one security group";
	if (add && at == n) {
		port->groups[n] = group;
	} else if (!add && at < n) {
		memmove(&port->groups[at], &port->groups[at + 1],
			(size_t)(n - at - 1) * sizeof(SecurityGroup *));
		port->groups[n - 1] = NULL;
	}
	return NULL;
}

static void port_failure(GString *out, const char *id, const char *code, const char *text)
{
	json_comma(out);
	json_write(out, "{'id':%s,'error_code':%s,'error_msg':%s}", id, code, text);
}

void group_ports(Request *req)
{
	SecurityGroup *group = vpc_object(req, &groups, 1);
	const cJSON *ports = json_get(request_json(req), "ports"), *item = NULL;
	const char *action = json_string(request_json(req), "action");

	if (!group)
		return;
	bool add = g_strcmp0(action, "add") == 0;
	if (!cJSON_IsArray(ports) || (!add && g_strcmp0(action, "remove") != 0)) {
		fail_vpc(req, 400, "VPC.0606", "Param is invalid.");
		return;
	}
	if (cJSON_GetArraySize(ports) > PORTS_AT_ONCE) {
		fail_vpc(req, 400, "VPC.0609", "More than %d ports.", PORTS_AT_ONCE);
		return;
	}
	reply(req, 200, "{'fail':[");
	cJSON_ArrayForEach (item, ports) {
		const char *id = json_string(item, "id");
		PortRef ref;
		if (!id || !network_port(req->project, id, &ref) || ref.service) {
			port_failure(req->out, id ? id : "", "VPC.0608",
				     "{\"NeutronError\":{\"message\":\"Port could not be found.\","
				     "\"type\":\"PortNotFound\",\"detail\":\"\"}}");
			continue;
		}
		const char *wrong = move_port(&ref, group, add);
		if (wrong)
			port_failure(req->out, id, "VPC.0607", wrong);
	}
	g_string_append(req->out, "]}");
}
