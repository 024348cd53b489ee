/*
 * Network interfaces and security groups of servers that exist: ECS v1 (N1 to N3) and Nova.
 */
#include <string.h>

#include "contrib/sandbox/create.h"
#include "contrib/sandbox/ecs.h"
#include "contrib/sandbox/nova.h"

#define NICS_AT_ONCE 12
#define PLUG_TIME (200 * MSEC) /* from the call to the interface's coming or going */

static PortRef ref_of(Server *server, int nic)
{
	PortRef port = { .server = server, .nic = nic };

	g_strlcpy(port.id, server_port(server, nic), sizeof port.id);
	return port;
}

/* The number of the NIC with that port; -1: the server has none */
static int find_nic(const Server *server, const char *port)
{
	for (int i = 0; i < server->n_nics; i++)
		if (strcmp(server_port(server, i), port) == 0)
			return i;
	return -1;
}

static void write_attachment(GString *out, const Server *server, int index, bool v1)
{
	const Nic *nic = &server->nics[index];

	json_write(out,
		   "{'port_state':'ACTIVE','fixed_ips':[{'subnet_id':%s,'ip_address':%s}],"
		   "'net_id':%s,'port_id':%s,'mac_addr':%s",
		   nic->subnet->neutron_id, text_ip(nic->ip), nic->subnet->id,
		   server_port(server, index), server_mac(server, index));
	if (v1)
		json_write(out, ",'delete_on_termination':false,'driver_mode':null,"
				"'min_rate':null,'multiqueue_num':null,'pci_address':null");
	g_string_append_c(out, '}');
}

static void write_attachments(GString *out, const Server *server, bool v1)
{
	json_write(out, "'interfaceAttachments':[");
	for (int i = 0; i < server->n_nics; i++) {
		json_comma(out);
		write_attachment(out, server, i, v1);
	}
	g_string_append(out, "]}");
}

/* ---- what happens later ---- */

/* An interface that is on its way; the server may be gone when it arrives */
typedef struct {
	char server[37];
	char port[37];	/* that goes; "": one comes: */
	Subnet *subnet; /* of one that comes; the address is taken already */
	uint32_t ip;
	int number; /* that it will have */
	SecurityGroup *groups[SERVER_GROUPS];
} Plug;

static void plug_in(Server *server, Subnet *subnet, uint32_t ip, int number,
		    SecurityGroup *const *groups)
{
	server_add_nic(server, subnet, ip)->number = number;
	if (groups[0] && memcmp(groups, server->groups, sizeof server->groups) != 0) {
		PortRef port = ref_of(server, server->n_nics - 1);
		memcpy(port_own(&port)->groups, groups, sizeof server->groups);
		network_changed(server->project);
	}
	server_touch(server);
}

static gboolean plug(void *data)
{
	const Plug *what = data;
	Server *server = g_hash_table_lookup(world.servers, what->server);
	int nic = server && *what->port ? find_nic(server, what->port) : -1;

	if (nic >= 0)
		server_remove_nic(server, nic);
	else if (!*what->port && server)
		plug_in(server, what->subnet, what->ip, what->number, what->groups);
	else if (!*what->port)
		subnet_release(what->subnet, what->ip);
	return G_SOURCE_REMOVE;
}

static void later(const Plug *what)
{
	g_timeout_add_full(G_PRIORITY_DEFAULT, PLUG_TIME / MSEC, plug,
			   g_memdup2(what, sizeof *what), g_free);
}

/* ---- ECS v1 ---- */

static bool may_change(Request *req, const Server *server)
{
	if (server->locked)
		return fail_ecs(req, 400, "Ecs.0605", "The ECS is locked.");
	if (server->task ||
	    (strcmp(server->vm, "active") != 0 && strcmp(server->vm, "stopped") != 0))
		return fail_ecs(req, 400, "Ecs.0100",
				"The status %s of the ECS does not allow the operation.",
				server_status(server));
	return true;
}

void ecs_nics_list(Request *req)
{
	const Server *server = ecs_server(req);

	if (!server)
		return;
	reply(req, 200, "{'attachableQuantity':{'free_nic':%d,'free_efi_nic':0},",
	      ORDER_NICS - server->n_nics);
	write_attachments(req->out, server, true);
}

static bool take_groups(Request *req, const cJSON *nic, SecurityGroup **groups)
{
	const cJSON *item = NULL;
	int n = 0;

	cJSON_ArrayForEach (item, json_get(nic, "security_groups")) {
		const char *id = json_string(item, "id");
		SecurityGroup *group = id ? project_group(req->project, id) : NULL;
		if (!group || n == SERVER_GROUPS)
			return fail_ecs(req, 400, "Ecs.0014",
					"The security group %s does not exist.", id ? id : "");
		groups[n++] = group;
	}
	return true;
}

/* One interface of the order: the address is reserved */
static bool take_nic(Request *req, const Server *server, const cJSON *item, Plug *what)
{
	const char *id = json_string(item, "subnet_id"), *text = json_string(item, "ip_address");
	uint32_t want = 0;

	*what = (Plug){ .subnet = id ? project_subnet(req->project, id) : NULL };
	g_strlcpy(what->server, server->id, sizeof what->server);
	memcpy(what->groups, server->groups, sizeof what->groups);
	if (!what->subnet)
		return fail_ecs(req, 400, "Ecs.0038", "The subnet %s does not exist.",
				id ? id : "");
	if (what->subnet->vpc != server->vpc)
		return fail_ecs(req, 400, "Ecs.0014", "The subnet %s is not in the ECS's VPC.", id);
	if (text && *text && (!text_parse_ip(text, &want) || !subnet_holds(what->subnet, want)))
		return fail_ecs(req, 400, "Ecs.0039", "The address is not in the subnet.");
	if (!take_groups(req, item, what->groups))
		return false;
	what->ip = subnet_take(what->subnet, want);
	if (!what->ip)
		return fail_ecs(req, 400, want ? "Ecs.0010" : "Ecs.0012",
				want ? "The private address is in use."
				     : "The subnet has no free address.");
	return true;
}

void ecs_nics_add(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *nics = json_get(body, "nics"), *item = NULL;
	Plug what[NICS_AT_ONCE];
	int n = 0;

	if (!body || !may_change(req, server))
		return;
	if (!cJSON_IsArray(nics) || !cJSON_GetArraySize(nics)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter nics is invalid.");
		return;
	}
	if (server->n_nics + cJSON_GetArraySize(nics) > ORDER_NICS) {
		fail_ecs(req, 400, "Ecs.0050", "More than %d NICs.", ORDER_NICS);
		return;
	}
	cJSON_ArrayForEach (item, nics) {
		if (!take_nic(req, server, item, &what[n])) {
			while (n > 0) {
				n--;
				subnet_release(what[n].subnet, what[n].ip);
			}
			return;
		}
		n++;
	}
	Job *job = job_new(req->project, "addNics", "addSingleNic");
	int64_t end = clock_now() + PLUG_TIME;
	job_of(job, "ecs", "nic_id");
	for (int i = 0; i < n; i++) {
		what[i].number = server->nic_numbers++; /* its port's id is derived from it */
		job_add(job, text_uuid(server->key, text_format("port %d", what[i].number)), end,
			end, NULL, NULL);
		later(&what[i]);
	}
	server_event(server, "attach_interface", req->id, end, false);
	ecs_job_reply(req, job);
}

void ecs_nics_delete(Request *req)
{
	Server *server = ecs_server(req);
	const cJSON *body = server ? ecs_body(req) : NULL;
	const cJSON *nics = json_get(body, "nics"), *item = NULL;

	if (!body || !may_change(req, server))
		return;
	if (!cJSON_IsArray(nics) || !cJSON_GetArraySize(nics)) {
		fail_ecs(req, 400, "Ecs.0005", "The parameter nics is invalid.");
		return;
	}
	cJSON_ArrayForEach (item, nics) {
		const char *id = json_string(item, "id");
		int nic = id ? find_nic(server, id) : -1;
		if (nic < 0) {
			fail_ecs(req, 400, "Ecs.0085", "The ECS does not have the NIC %s.",
				 id ? id : "");
			return;
		}
		if (nic == 0) {
			fail_ecs(req, 403, "Ecs.0003", "The primary NIC cannot be deleted.");
			return;
		}
	}
	Job *job = job_new(req->project, "delNics", "delSingleNic");
	int64_t end = clock_now() + PLUG_TIME;
	job_of(job, "ecs", "nic_id");
	cJSON_ArrayForEach (item, nics) {
		Plug what = { .subnet = NULL };
		g_strlcpy(what.server, server->id, sizeof what.server);
		g_strlcpy(what.port, json_string(item, "id"), sizeof what.port);
		job_add(job, what.port, end, end, NULL, NULL);
		later(&what);
	}
	server_event(server, "detach_interface", req->id, end, false);
	ecs_job_reply(req, job);
}

/* ---- Nova ---- */

void nova_nics_list(Request *req)
{
	const Server *server = nova_server(req);

	if (!server)
		return;
	reply(req, 200, "{");
	write_attachments(req->out, server, false);
}

/* The NIC of the path; -1 after 404 */
static int path_nic(Request *req, const Server *server)
{
	int nic = find_nic(server, req->param[2]);

	if (nic < 0)
		fail_nova(req, 404, "Port id %s could not be found.", req->param[2]);
	return nic;
}

void nova_nic_get(Request *req)
{
	const Server *server = nova_server(req);
	int nic = server ? path_nic(req, server) : -1;

	if (nic < 0)
		return;
	reply(req, 200, "{'interfaceAttachment':");
	write_attachment(req->out, server, nic, false);
	g_string_append_c(req->out, '}');
}

static bool nova_may_change(Request *req, const Server *server, const char *what)
{
	if (!nova_unlocked(req, server))
		return false;
	if (strcmp(server->vm, "active") != 0 && strcmp(server->vm, "paused") != 0 &&
	    strcmp(server->vm, "stopped") != 0)
		return fail_nova(req, 409, "Cannot '%s' instance %s while it is in vm_state %s",
				 what, server->id, server->vm);
	if (server->task)
		return fail_nova(req, 409, "Cannot '%s' instance %s while it is in task_state %s",
				 what, server->id, server->task);
	return true;
}

/* A port of its own becomes the server's NIC */
static bool plug_port(Request *req, Server *server, const char *id)
{
	PortRef port;

	if (!network_port(req->project, id, &port))
		return fail_nova(req, 404, "Port %s could not be found.", id);
	if (!port.port)
		return fail_nova(req, 400, "Port %s is still in use.", id);
	GPtrArray *ports = req->project->network.ports;
	Port *own = port.port;
	Nic *nic = server_add_nic(server, own->nic.subnet, own->nic.ip);
	unsigned at = 0;
	nic->eip = own->nic.eip;
	nic->port = own;
	if (g_ptr_array_find(ports, own, &at))
		g_ptr_array_steal_index(ports, at);
	server_touch(server);
	return true;
}

static bool plug_subnet(Request *req, Server *server, const cJSON *wanted)
{
	const char *id = json_string(wanted, "net_id");
	const cJSON *fixed = cJSON_GetArrayItem(json_get(wanted, "fixed_ips"), 0);
	const char *text = json_string(fixed, "ip_address");
	Subnet *subnet = id ? project_subnet(req->project, id) : NULL;
	uint32_t want = 0;

	if (!subnet)
		return fail_nova(req, 400, "Network %s could not be found.", id ? id : "");
	if (subnet->vpc != server->vpc && !world.options.openstack)
		return fail_nova(req, 400, "Network %s is not in the VPC of the instance.", id);
	if (text && (!text_parse_ip(text, &want) || !subnet_holds(subnet, want)))
		return fail_nova(req, 400, "Invalid input for field/attribute fixed_ips.");
	uint32_t ip = subnet_take(subnet, want);
	if (!ip && want)
		return fail_nova(req, 400, "Fixed IP address %s is already in use.", text);
	if (!ip)
		return fail_nova(req, 400, "No fixed IP addresses available for network: %s", id);
	plug_in(server, subnet, ip, server->nic_numbers++, server->groups);
	return true;
}

void nova_nic_add(Request *req)
{
	Server *server = nova_server(req);
	const cJSON *body = server ? nova_body(req) : NULL;
	const cJSON *wanted = json_get(body, "interfaceAttachment");
	const char *port = json_string(wanted, "port_id");

	if (!body || !nova_may_change(req, server, "attach_interface"))
		return;
	if (!cJSON_IsObject(wanted) || !port == !json_string(wanted, "net_id")) {
		fail_nova(req, 400, "Invalid input for field/attribute interfaceAttachment.");
		return;
	}
	if (server->n_nics >= ORDER_NICS) {
		fail_nova(req, 400, "The number of NICs of the instance is exceeded.");
		return;
	}
	if (!(port ? plug_port(req, server, port) : plug_subnet(req, server, wanted)))
		return;
	server_event(server, "attach_interface", req->id, clock_now(), false);
	reply(req, 200, "{'interfaceAttachment':");
	write_attachment(req->out, server, server->n_nics - 1, false);
	g_string_append_c(req->out, '}');
}

void nova_nic_delete(Request *req)
{
	Server *server = nova_server(req);
	int nic = server ? path_nic(req, server) : -1;

	if (nic < 0 || !nova_may_change(req, server, "detach_interface"))
		return;
	if (nic == 0 && !world.options.openstack) {
		fail_nova(req, 403, "The primary NIC cannot be detached.");
		return;
	}
	Plug what = { .subnet = NULL };
	g_strlcpy(what.server, server->id, sizeof what.server);
	g_strlcpy(what.port, req->param[2], sizeof what.port);
	later(&what);
	server_event(server, "detach_interface", req->id, clock_now() + PLUG_TIME, false);
	reply_empty(req, 202);
}

/* ---- security groups, of all interfaces at once ---- */

static int count_groups(SecurityGroup *const *groups)
{
	int n = 0;

	while (n < SERVER_GROUPS && groups[n])
		n++;
	return n;
}

static bool put_group(SecurityGroup **groups, SecurityGroup *group)
{
	int n = count_groups(groups);

	for (int i = 0; i < n; i++)
		if (groups[i] == group)
			return true;
	if (n < SERVER_GROUPS)
		groups[n] = group;
	return n < SERVER_GROUPS;
}

static bool drop_group(SecurityGroup **groups, const SecurityGroup *group)
{
	int n = count_groups(groups);

	for (int i = 0; i < n; i++) {
		if (groups[i] != group)
			continue;
		memmove(&groups[i], &groups[i + 1], (size_t)(n - i - 1) * sizeof *groups);
		groups[n - 1] = NULL;
		return true;
	}
	return false;
}

static SecurityGroup *named_group(Request *req, const cJSON *argument)
{
	const char *name = json_string(argument, "name");
	SecurityGroup *group = name ? project_group(req->project, name) : NULL;

	if (!name)
		fail_nova(req, 400, "Invalid input for field/attribute name.");
	else if (!group)
		fail_nova(req, 404, "Security group %s not found for project %s.", name,
			  req->project->id);
	return group;
}

int64_t nova_add_group(Request *req, Server *server, const cJSON *argument)
{
	SecurityGroup *group = named_group(req, argument);
	bool fits = true;

	if (!group)
		return 0;
	fits = put_group(server->groups, group);
	for (int i = 0; i < server->n_nics; i++)
		if (server->nics[i].port)
			fits &= put_group(server->nics[i].port->groups, group);
	if (!fits)
		return fail_nova(req, 400, "Too many security groups.");
	server_touch(server);
	return clock_now();
}

int64_t nova_remove_group(Request *req, Server *server, const cJSON *argument)
{
	SecurityGroup *group = named_group(req, argument);
	g_autoptr(GPtrArray) all = server_all_groups(server);

	if (!group)
		return 0;
	if (!g_ptr_array_find(all, group, NULL))
		return fail_nova(req, 404, "Security group %s not associated with the instance %s",
				 group->id, server->id);
	for (int i = 0; i < server->n_nics && !world.options.openstack; i++) {
		SecurityGroup *const *groups = server_groups(server, i);
		if (groups[0] == group && count_groups(groups) == 1)
			return fail_nova(req, 400,
					 "An instance must belong to at least one security group");
	}
	drop_group(server->groups, group);
	for (int i = 0; i < server->n_nics; i++)
		if (server->nics[i].port)
			drop_group(server->nics[i].port->groups, group);
	server_touch(server);
	return clock_now();
}
