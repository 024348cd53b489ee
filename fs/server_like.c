/* SPDX-License-Identifier: MIT */
#include "fs/server_like.h"

#include <errno.h>
#include <string.h>

#include "client/server.h"
#include "client/volume.h"
#include "client/vpc.h"
#include "fs/dispatch.h"
#include "fs/server_rows.h"

/* What the change holds. */
typedef struct {
	EcsServer *server;
	GString *subnets; /* ids, one a line */
	EcsVolume *disk;  /* NULL: not known */
} Model;

static void model_free(void *data)
{
	Model *model = data;

	ecs_server_unref(model->server);
	g_string_free(model->subnets, TRUE);
	ecs_volume_unref(model->disk);
	g_free(model);
}

static void set_groups(EcsfsTemplate *draft, const EcsServer *server)
{
	g_autoptr(GString) groups = g_string_new(NULL);

	for (size_t i = 0; i < server->n_security_groups; i++)
		if (*server->security_groups[i].id != '\0')
			g_string_append_printf(groups, "%s\n", server->security_groups[i].id);
	ecsfs_template_set(draft, SECURITY_GROUPS, groups->str);
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
	set_groups(draft, model->server);
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

/* EcsObjectDone. A cloud without disks of its own is none that forbids this. */
static void got_disk(void *disk, const GError *error, void *data)
{
	EcsfsChange *change = data;

	((Model *)change->data)->disk = disk;
	if (error == NULL || g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_FOUND) ||
	    g_error_matches(error, ECS_ERROR, ECS_ERROR_NOT_SUPPORTED))
		conclude(change);
	else
		ecsfs_change_done(change, error);
}

static void ask_disk(EcsfsChange *change, const EcsServer *server)
{
	for (size_t i = 0; i < server->n_volumes; i++) {
		if (server->volumes[i].boot_index != 0)
			continue;
		ecs_volume_get(change->node->scope, server->volumes[i].id, change->cancellable,
			       got_disk, change);
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
	g_ptr_array_unref(subnets);
	ask_disk(change, server);
}

/* EcsServerDone. */
static void got_server(EcsServer *server, const GError *error, void *data)
{
	EcsfsChange *change = data;

	((Model *)change->data)->server = server;
	if (error != NULL)
		ecsfs_change_done(change, error);
	else
		ecs_subnet_list(change->node->scope, change->cancellable, got_subnets, change);
}

void ecsfs_server_like_store(EcsfsChange *change, const char *text, size_t len)
{
	if (len == 0) {
		ecsfs_template_put(change, LIKE, "");
		return;
	}
	Model *model = g_new0(Model, 1);
	model->subnets = g_string_new(NULL);
	change->data = model;
	change->free_data = model_free;
	ecs_server_get(change->node->scope, text, change->cancellable, got_server, change);
}
