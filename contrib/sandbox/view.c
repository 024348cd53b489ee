#include "contrib/sandbox/view.h"

#include <string.h>

#include "contrib/sandbox/volume.h"

/* Instances on one physical host in real life; here as many hosts as fit a believable number */
#define HOSTS 97

static const char *host_number(const Server *server)
{
	return text_format("%03u", (unsigned)(text_hash(server->key, "host") % HOSTS));
}

static bool placed(const Server *server)
{
	return server->launched || strcmp(server->vm, "building") != 0 ||
	       g_strcmp0(server->task, "spawning") == 0;
}

static const char *host_id(const Server *server)
{
	return placed(server) ? text_hex(text_hash(world.key, host_number(server)), "host", 56)
			      : "";
}

static const char *instance_name(const Server *server)
{
	return text_format("instance-%s", text_hex(server->key, "instance", 8));
}

#define ROOT_DEVICE "/dev/vda"

void view_pairs(GString *out, const Pairs *pairs)
{
	g_string_append_c(out, '{');
	for (unsigned i = 0; pairs && i < pairs->len; i += 2) {
		json_comma(out);
		json_write(out, "%s:%s", (char *)pairs->pdata[i], (char *)pairs->pdata[i + 1]);
	}
	g_string_append_c(out, '}');
}

void view_tags(GString *out, const Pairs *tags)
{
	g_string_append_c(out, '[');
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		const char *key = tags->pdata[i], *value = tags->pdata[i + 1];
		g_autofree char *tag = *value ? g_strconcat(key, "=", value, NULL) : g_strdup(key);
		if (i)
			g_string_append_c(out, ',');
		json_write(out, "%s", tag);
	}
	g_string_append_c(out, ']');
}

void view_tag_objects(GString *out, const Pairs *tags)
{
	g_string_append_c(out, '[');
	for (unsigned i = 0; tags && i < tags->len; i += 2) {
		json_comma(out);
		json_write(out, "{'key':%s,'value':%s}", (char *)tags->pdata[i],
			   (char *)tags->pdata[i + 1]);
	}
	g_string_append_c(out, ']');
}

const char *view_host(const Region *region)
{
	return text_format("%s/%s/ecs", world.base, region->name);
}

void view_links(GString *out, const Project *project, const char *kind, const char *id)
{
	const char *host = view_host(project->region);
	g_autofree char *self = g_strdup_printf("%s/v2.1/%s/%s/%s", host, project->id, kind, id);
	g_autofree char *bookmark = g_strdup_printf("%s/%s/%s/%s", host, project->id, kind, id);

	json_write(out, "'links':[{'rel':'self','href':%s},{'rel':'bookmark','href':%s}]", self,
		   bookmark);
}

static void write_fault(GString *out, const Fault *fault)
{
	json_write(out, "'fault':{'message':%s,'code':%d,'created':%s", fault->message, fault->code,
		   time_z(fault->created));
	if (fault->details)
		json_write(out, ",'details':%s", fault->details);
	g_string_append(out, "},");
}

static bool shows_fault(const Server *server)
{
	const char *status = server_status(server);

	return server->fault && (strcmp(status, "ERROR") == 0 || strcmp(status, "DELETED") == 0);
}

/* ---- v1 ---- */

static void v1_address(GString *out, const Server *server, int index, uint32_t ip, const char *type)
{
	json_comma(out);
	json_write(out,
		   "{'version':'4','addr':%s,'primary':%i,'OS-EXT-IPS-MAC:mac_addr':%s,"
		   "'OS-EXT-IPS:type':%s,'OS-EXT-IPS:port_id':%s}",
		   text_ip(ip), index == 0, server_mac(server, index), type,
		   server_port(server, index));
}

static void v1_addresses(GString *out, const Server *server)
{
	json_write(out, "'addresses':{");
	if (server->n_nics) {
		json_write(out, "%s:[", server->vpc->id);
		for (int i = 0; i < server->n_nics; i++) {
			v1_address(out, server, i, server->nics[i].ip, "fixed");
			if (server->nics[i].eip)
				v1_address(out, server, i, server->nics[i].eip->ip, "floating");
		}
		g_string_append_c(out, ']');
	}
	g_string_append(out, "},");
}

static void v1_volumes(GString *out, const Server *server)
{
	json_write(out, "'os-extended-volumes:volumes_attached':[");
	for (int i = 0; i < server->n_disks; i++) {
		const Volume *disk = server->disks[i];
		json_comma(out);
		json_write(out, "{'id':%s,'delete_on_termination':%s,'device':%s,'bootIndex':'%d'}",
			   volume_id(disk), disk->slot ? "false" : "true", volume_device(disk),
			   disk->slot);
	}
	g_string_append(out, "],");
}

static void v1_groups(GString *out, const Server *server)
{
	json_write(out, "'security_groups':[");
	for (int nic = 0; nic < server->n_nics; nic++) { /* once for every NIC, as in real life */
		SecurityGroup *const *groups = server_groups(server, nic);
		for (int i = 0; i < SERVER_GROUPS && groups[i]; i++) {
			json_comma(out);
			json_write(out, "{'id':%s,'name':%s}", groups[i]->id, groups[i]->name);
		}
	}
	g_string_append(out, "],");
}

static void v1_host(GString *out, const Server *server)
{
	bool there = placed(server);

	json_write(out,
		   "'hostId':%s,'host_status':%s,'OS-EXT-SRV-ATTR:host':%s,"
		   "'OS-EXT-SRV-ATTR:hypervisor_hostname':%s,'OS-EXT-SRV-ATTR:instance_name':%s,",
		   host_id(server), there ? "UP" : "",
		   there ? text_format("pod01.%s", server->az) : "",
		   there ? text_format("nova%s@%u", host_number(server),
				       (unsigned)(text_hash(server->key, "slot") % 99))
			 : "",
		   instance_name(server));
	json_write(out,
		   "'OS-EXT-SRV-ATTR:hostname':%s,'OS-EXT-SRV-ATTR:reservation_id':%s,"
		   "'OS-EXT-SRV-ATTR:launch_index':%d,'OS-EXT-SRV-ATTR:kernel_id':'',"
		   "'OS-EXT-SRV-ATTR:ramdisk_id':'','OS-EXT-SRV-ATTR:root_device_name':%s,"
		   "'OS-EXT-SRV-ATTR:user_data':%s,",
		   server_hostname(server), server->reservation_id, server->launch_index,
		   ROOT_DEVICE, server->user_data);
}

/* The part that ECS v1 and Nova write alike */
static void write_states(GString *out, const Server *server)
{
	json_write(out,
		   "'OS-EXT-STS:task_state':%s,'OS-EXT-STS:power_state':%d,"
		   "'OS-EXT-STS:vm_state':%s,'OS-DCF:diskConfig':'MANUAL',"
		   "'OS-EXT-AZ:availability_zone':%s,'OS-SRV-USG:launched_at':%s,"
		   "'OS-SRV-USG:terminated_at':%s,",
		   server->task, server_power(server), server->vm, server->az,
		   server->launched ? time_us(server->launched) : NULL,
		   server->terminated ? time_us(server->terminated) : NULL);
	json_write(out,
		   "'accessIPv4':'','accessIPv6':'','status':%s,'progress':%d,'updated':%s,"
		   "'created':%s,'config_drive':'','tenant_id':%s,'user_id':%s,'key_name':%s,",
		   server_status(server), 0, time_z(server->updated), time_z(server->created),
		   server->project->id, server->user->id, server->key_name);
}

/* Newer members that clients are to ignore; the last one is in no document at all */
#define V1_EXTRAS                                                                                  \
	"'enterprise_project_id':'0','hypervisor':null,'auto_terminate_time':'',"                  \
	"'cpu_options':{'hw:cpu_threads':null},'enclave_options':{'enabled':false},"               \
	"'capacity_reservation_id':null,"                                                          \
	"'capacity_reservation_specification':{'id':null,'preference':null},"                      \
	"'security_options':{'tpm_enabled':null},'spod_id':null,'sandbox:extra':null}"

void view_v1(GString *out, const Server *server, bool in_list)
{
	g_autoptr(GPtrArray) meta = server_meta(server);

	json_write(out, "{'id':%s,'name':%s,'description':%s,'locked':%i,", server->id,
		   server->name, server->description, server->locked);
	if (shows_fault(server))
		write_fault(out, server->fault);
	else if (in_list)
		json_write(out, "'fault':null,");
	v1_addresses(out, server);
	json_write(out, "'flavor':{'disk':'0','vcpus':'%d','ram':'%d','id':%s,'name':%s},",
		   server->flavor->vcpus, server->flavor->ram_mb, server->flavor->id,
		   server->flavor->id);
	json_write(out, "'image':{'id':%s},'metadata':", server->image->id);
	view_pairs(out, meta);
	json_write(out, ",'tags':");
	view_tags(out, server->tags);
	json_write(out, ",'sys_tags':[{'key':'_sys_enterprise_project_id','value':'0'}],");
	v1_groups(out, server);
	v1_volumes(out, server);
	v1_host(out, server);
	write_states(out, server);
	json_write(out, "'os:scheduler_hints':{");
	if (server->group_hint)
		json_write(out, "'group':[%s]", server->group_hint);
	if (server->dedicated_host) {
		json_comma(out);
		json_write(out, "'tenancy':['dedicated'],'dedicated_host_id':[%s]",
			   server->dedicated_host);
	}
	json_write(out, "}," V1_EXTRAS);
}

/* ---- Nova ---- */

void view_ips(GString *out, const Server *server)
{
	for (int i = 0; i < server->n_nics; i++) {
		const Nic *nic = &server->nics[i];
		json_comma(out);
		json_write(out, "{'version':4,'addr':%s}", text_ip(nic->ip));
		if (nic->eip)
			json_write(out, ",{'version':4,'addr':%s}", text_ip(nic->eip->ip));
	}
}

/* The name of the interface's network, which in OTC is the VPC's id */
static const char *nova_label(const Server *server, int nic)
{
	return world.options.openstack ? server->nics[nic].subnet->name : server->vpc->id;
}

static void nova_address(GString *out, const Server *server, int index)
{
	const Nic *nic = &server->nics[index];

	for (int floating = 0; floating <= (nic->eip != NULL); floating++) {
		json_comma(out);
		json_write(out,
			   "{'addr':%s,'version':4,'OS-EXT-IPS-MAC:mac_addr':%s,"
			   "'OS-EXT-IPS:type':%s}",
			   text_ip(floating ? nic->eip->ip : nic->ip), server_mac(server, index),
			   floating ? "floating" : "fixed");
	}
}

static bool is_first(const Server *server, int nic)
{
	for (int i = 0; i < nic; i++)
		if (strcmp(nova_label(server, i), nova_label(server, nic)) == 0)
			return false;
	return true;
}

static void nova_addresses(GString *out, const Server *server)
{
	json_write(out, "'addresses':{");
	for (int i = 0; i < server->n_nics; i++) {
		const char *label = nova_label(server, i);
		if (!is_first(server, i))
			continue;
		json_comma(out);
		json_write(out, "%s:[", label);
		for (int k = i; k < server->n_nics; k++)
			if (strcmp(nova_label(server, k), label) == 0)
				nova_address(out, server, k);
		g_string_append_c(out, ']');
	}
	g_string_append(out, "},");
}

static void nova_flavor(GString *out, const Server *server, int microversion)
{
	const Flavor *flavor = server->flavor;
	g_autofree char *bookmark =
		g_strdup_printf("%s/%s/flavors/%s", view_host(server->project->region),
				server->project->id, flavor_ref(flavor));

	if (microversion < 47) {
		json_write(out, "'flavor':{'id':%s,'links':[{'rel':'bookmark','href':%s}]},",
			   flavor_ref(flavor), bookmark);
		return;
	}
	json_write(out,
		   "'flavor':{'disk':0,'ephemeral':0,'extra_specs':{'ecs:performancetype':%s,"
		   "'resource_type':%s},'original_name':%s,'ram':%d,'swap':0,'vcpus':%d},",
		   flavor->performance, flavor->resource_type, flavor->id, flavor->ram_mb,
		   flavor->vcpus);
}

static void nova_volumes(GString *out, const Server *server, int microversion)
{
	json_write(out, "'os-extended-volumes:volumes_attached':[");
	for (int i = 0; i < server->n_disks; i++) {
		json_comma(out);
		json_write(out, "{'id':%s", volume_id(server->disks[i]));
		if (microversion >= 3)
			json_write(out, ",'delete_on_termination':%i", server->disks[i]->slot == 0);
		g_string_append_c(out, '}');
	}
	g_string_append(out, "],");
}

static void nova_groups(GString *out, const Server *server)
{
	g_autoptr(GPtrArray) groups = server_all_groups(server);

	json_write(out, "'security_groups':[");
	for (unsigned i = 0; i < groups->len; i++) {
		json_comma(out);
		json_write(out, "{'name':%s}", ((SecurityGroup *)groups->pdata[i])->name);
	}
	g_string_append(out, "],");
}

/* What newer microversions add */
static void nova_additions(GString *out, const Server *server, int microversion)
{
	if (microversion >= 3)
		json_write(out,
			   "'OS-EXT-SRV-ATTR:hostname':%s,'OS-EXT-SRV-ATTR:reservation_id':%s,"
			   "'OS-EXT-SRV-ATTR:launch_index':%d,'OS-EXT-SRV-ATTR:kernel_id':'',"
			   "'OS-EXT-SRV-ATTR:ramdisk_id':'','OS-EXT-SRV-ATTR:root_device_name':%s,"
			   "'OS-EXT-SRV-ATTR:user_data':%s,",
			   server_hostname(server), server->reservation_id, server->launch_index,
			   ROOT_DEVICE, server->user_data);
	if (microversion >= 9)
		json_write(out, "'locked':%i,", server->locked);
	if (microversion >= 16)
		json_write(out, "'host_status':%s,", placed(server) ? "UP" : "");
	if (microversion >= 19)
		json_write(out, "'description':%s,", server->description);
	if (microversion >= 26) {
		json_write(out, "'tags':");
		view_tags(out, server->tags);
		g_string_append_c(out, ',');
	}
}

void view_nova(GString *out, const Server *server, int microversion)
{
	g_autoptr(GPtrArray) meta = server_meta(server);
	g_autofree char *image =
		g_strdup_printf("%s/%s/images/%s", view_host(server->project->region),
				server->project->id, server->image->id);

	json_write(out, "{'id':%s,'name':%s,", server->id, server->name);
	if (shows_fault(server))
		write_fault(out, server->fault);
	nova_addresses(out, server);
	nova_flavor(out, server, microversion);
	if (server->from_volume)
		json_write(out, "'image':'',");
	else
		json_write(out, "'image':{'id':%s,'links':[{'rel':'bookmark','href':%s}]},",
			   server->image->id, image);
	nova_volumes(out, server, microversion);
	nova_groups(out, server);
	nova_additions(out, server, microversion);
	json_write(out,
		   "'hostId':%s,'OS-EXT-SRV-ATTR:host':%s,"
		   "'OS-EXT-SRV-ATTR:hypervisor_hostname':%s,'OS-EXT-SRV-ATTR:instance_name':%s,",
		   host_id(server), placed(server) ? text_format("pod01.%s", server->az) : NULL,
		   placed(server) ? text_format("nova%s@1", host_number(server)) : NULL,
		   instance_name(server));
	write_states(out, server);
	view_links(out, server->project, "servers", server->id);
	json_write(out, ",'metadata':");
	view_pairs(out, meta);
	g_string_append_c(out, '}');
}

void view_nova_brief(GString *out, const Server *server)
{
	json_write(out, "{'id':%s,'name':%s,", server->id, server->name);
	view_links(out, server->project, "servers", server->id);
	g_string_append_c(out, '}');
}

/* The links of this answer really begin with https://None (ecs.md L5) */
void view_updated(GString *out, const Server *server)
{
	const char *project = server->project->id;
	g_autoptr(GPtrArray) meta = server_meta(server);
	g_autofree char *flavor =
		g_strdup_printf("https://None/%s/flavors/%s", project, server->flavor->id);
	g_autofree char *self =
		g_strdup_printf("https://None/v2/%s/servers/%s", project, server->id);
	g_autofree char *bookmark =
		g_strdup_printf("https://None/%s/servers/%s", project, server->id);

	json_write(out,
		   "{'tenant_id':%s,'image':'','accessIPv4':'','accessIPv6':'','addresses':{%s:["
		   "{'addr':%s,'version':4}]},'description':%s,'created':%s,'updated':%s,",
		   project, server->vpc->id, text_ip(server->n_nics ? server->nics[0].ip : 0),
		   server->description, time_z(server->created), time_z(server->updated));
	json_write(out,
		   "'hostId':%s,'OS-EXT-SRV-ATTR:hostname':%s,"
		   "'flavor':{'links':[{'rel':'bookmark','href':%s}],'id':%s},"
		   "'OS-DCF:diskConfig':'MANUAL','user_id':%s,'name':%s,'progress':0,",
		   host_id(server), server_hostname(server), flavor, server->flavor->id,
		   server->user->id, server->name);
	json_write(out,
		   "'links':[{'rel':'self','href':%s},{'rel':'bookmark','href':%s}],'id':%s,"
		   "'status':%s,'metadata':",
		   self, bookmark, server->id, server_status(server));
	view_pairs(out, meta);
	g_string_append_c(out, '}');
}
