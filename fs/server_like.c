/* SPDX-License-Identifier: MIT */
#include "fs/server_like.h"

#include <errno.h>
#include <string.h>

#include "client/feature.h"
#include "client/port.h"
#include "client/server.h"
#include "client/volume.h"
#include "client/vpc.h"
#include "fs/dispatch.h"
#include "fs/server_rows.h"

/* What the change holds. */
typedef struct {
	EcsServer *server;
	GString *subnets; /* ids, one a line */
	GString *groups;  /* the same */
	EcsVolume *disk;  /* NULL: not known */
	size_t next;	  /* of the server's disks: to be asked for */
} Model;

static void model_free(void *data)
{
	Model *model = data;

	ecs_server_unref(model->server);
	g_string_free(model->subnets, TRUE);
	g_string_free(model->groups, TRUE);
	ecs_volume_unref(model->disk);
	g_free(model);
}

static void add_group(Model *model, const char *id)
{
	if (*id != '\0' && strstr(model->groups->str, id) == NULL)
		g_string_append_printf(model->groups, "%s\n", id);
}

/* On the dispatch thread: all has been asked. */
static gboolean take_over(void *data)
{
	EcsfsChange *change = data;
	const Model *model = change->data;
	EcsfsTemplate *draft = ecsfs_template_now(change);

	if (draft == NULL)
		return G_SOURCE_REMOVE;
	ecsfs_template_set(draft, FLAVOR, model->server->flavor);
	ecsfs_template_set(draft, IMAGE, model->server->image);
	ecsfs_template_set(draft, VPC, model->server->vpc);
	ecsfs_template_set(draft, KEY_NAME, model->server->key_name);
	ecsfs_template_set(draft, SUBNET, model->subnets->str);
	ecsfs_template_set(draft, SECURITY_GROUPS, model->groups->str);
	if (model->disk != NULL && *model->server->image == '\0')
		ecsfs_template_set(draft, IMAGE, model->disk->image);
	if (model->disk != NULL) {
		g_autofree char *size = g_strdup_printf("%d", model->disk->size_gb);
		ecsfs_template_set(draft, SYSTEM_DISK_TYPE, model->disk->type);
		ecsfs_template_set(draft, SYSTEM_DISK_GB, size);
	}
	ecsfs_template_set(draft, LIKE, model->server->id);
	((const EcsfsTemplateType *)ecsfs_collection_class(change->collection))->put(change, draft);
	return G_SOURCE_REMOVE;
}

static void conclude(EcsfsChange *change)
{
	ecsfs_dispatch_call(change->fs->dispatch, take_over, change);
}

static void ask_disk(EcsfsChange *change);

/* EcsObjectDone. A cloud without disks of its own is none that forbids this. */
static void got_disk(void *disk, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Model *model = change->data;

	if (error != NULL && !g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_FOUND) &&
	    !g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED)) {
		ecsfs_change_done(change, error);
	} else if (disk != NULL && model->server->volumes[model->next - 1].boot_index != 0 &&
		   !((const EcsVolume *)disk)->bootable) {
		ecs_volume_unref(disk);
		ask_disk(change);
	} else {
		model->disk = disk;
		conclude(change);
	}
}

/* Nova does not say which disk is the system's. There is one if the server has no image: the first
 * that can be booted from. */
static bool may_be_system(const EcsServer *server, const EcsServerVolume *volume)
{
	return volume->boot_index == 0 || (volume->boot_index < 0 && *server->image == '\0');
}

static void ask_disk(EcsfsChange *change)
{
	Model *model = change->data;
	const EcsServer *server = model->server;

	while (model->next < server->n_volumes) {
		const EcsServerVolume *volume = &server->volumes[model->next++];
		if (!may_be_system(server, volume))
			continue;
		ecs_volume_get(change->node->scope, volume->id, change->cancellable, got_disk,
			       change);
		return;
	}
	conclude(change);
}

static bool holds(const EcsSubnet *subnet, const char *vpc, GInetAddress *address)
{
	g_autoptr(GInetAddressMask) range =
		strcmp(subnet->vpc, vpc) == 0
			? g_inet_address_mask_new_from_string(subnet->cidr, NULL)
			: NULL;

	return range != NULL && g_inet_address_mask_matches(range, address);
}

/* Servers do not say in which subnets they are, but with which addresses. */
static void add_subnet(Model *model, const GPtrArray *subnets, const EcsAddress *at)
{
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(at->addr);

	for (size_t i = 0; address != NULL && i < subnets->len; i++) {
		const EcsSubnet *subnet = subnets->pdata[i];
		if (!holds(subnet, model->server->vpc, address))
			continue;
		g_string_append_printf(model->subnets, "%s\n", subnet->id);
		return;
	}
}

/* EcsListDone. */
static void got_subnets(GPtrArray *subnets, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Model *model = change->data;
	const EcsServer *server = model->server;

	if (error != NULL) {
		ecsfs_change_done(change, error);
		return;
	}
	for (size_t i = 0; i < server->n_addresses; i++)
		if (!server->addresses[i].floating && server->addresses[i].version == 4)
			add_subnet(model, subnets, &server->addresses[i]);
	for (size_t i = 0; i < server->n_security_groups; i++)
		add_group(model, server->security_groups[i].id);
	g_ptr_array_unref(subnets);
	ask_disk(change);
}

/* The port of that address, if no address before is of the same one; else NULL. */
static const EcsPort *port_of(const EcsServer *server, size_t at, const GPtrArray *ports)
{
	const char *mac = server->addresses[at].mac;

	for (size_t i = 0; i < at; i++)
		if (strcmp(server->addresses[i].mac, mac) == 0)
			return NULL;
	for (size_t i = 0; i < ports->len; i++) {
		const EcsPort *port = ports->pdata[i];
		if (strcmp(port->device, server->id) == 0 && strcmp(port->mac, mac) == 0)
			return port;
	}
	return NULL;
}

/* EcsListDone. */
static void got_ports(GPtrArray *ports, const GError *error, void *data)
{
	EcsfsChange *change = data;
	Model *model = change->data;
	const EcsServer *server = model->server;

	if (error != NULL) {
		ecsfs_change_done(change, error);
		return;
	}
	for (size_t i = 0; i < server->n_addresses; i++) {
		const EcsPort *port = port_of(server, i, ports);
		if (port == NULL)
			continue;
		g_string_append_printf(model->subnets, "%s\n", port->subnet);
		for (size_t k = 0; k < port->n_groups; k++)
			add_group(model, port->groups[k]);
	}
	g_ptr_array_unref(ports);
	ask_disk(change);
}

/* EcsServerDone. */
static void got_server(EcsServer *server, const GError *error, void *data)
{
	EcsfsChange *change = data;
	EcsScope *scope = change->node->scope;

	((Model *)change->data)->server = server;
	if (error != NULL)
		ecsfs_change_done(change, error);
	else if (ecs_scope_has(scope, ECS_HAS_ECS))
		ecs_subnet_list(scope, change->cancellable, got_subnets, change);
	else if (ecs_scope_has(scope, ECS_HAS_NETWORK)) /* Nova names networks and groups only */
		ecs_port_list(scope, change->cancellable, got_ports, change);
	else
		ask_disk(change);
}

void ecsfs_server_like_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len == 0) {
		ecsfs_template_put(change, LIKE, "");
		return;
	}
	Model *model = g_new0(Model, 1);
	model->subnets = g_string_new(NULL);
	model->groups = g_string_new(NULL);
	change->data = model;
	change->free_data = model_free;
	ecs_server_get(change->node->scope, text, change->cancellable, got_server, change);
}
