/* SPDX-License-Identifier: MIT */
/* vpc - the project's networks: VPCs, and the subnets that servers have their interfaces in. */
#pragma once

#include "client/client.h"

typedef struct EcsVpc {
	const char *id; /* UUID; Neutron's id of the router */
	const char *name;
	const char *description;
	const char *cidr;	  /* "192.168.0.0/16"; "": not limited */
	const char *status;	  /* CREATING, OK, DOWN, ERROR */
	int64_t created, updated; /* seconds since 1970; 0: not told */
} EcsVpc;

typedef struct EcsSubnet {
	const char *id; /* UUID, as a server's interface wants it; Neutron's id of the network */
	const char *name;
	const char *description;
	const char *vpc; /* id */
	const char *cidr;
	const char *gateway;	 /* address */
	const char *dns1, *dns2; /* addresses; "": none */
	const char *zone;	 /* ""; a hint only, servers of all zones can be in it */
	const char *status;	 /* ACTIVE, UNKNOWN, ERROR */
	bool dhcp;
	int64_t created, updated; /* seconds since 1970; 0: not told */
} EcsSubnet;

EcsVpc *ecs_vpc_ref(EcsVpc *vpc);
void ecs_vpc_unref(EcsVpc *vpc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsVpc, ecs_vpc_unref)
void ecs_vpc_json(const EcsVpc *vpc, GString *out); /* as ecs_server_json() */
bool ecs_vpc_same(const EcsVpc *a, const EcsVpc *b);

EcsSubnet *ecs_subnet_ref(EcsSubnet *subnet);
void ecs_subnet_unref(EcsSubnet *subnet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsSubnet, ecs_subnet_unref)
void ecs_subnet_json(const EcsSubnet *subnet, GString *out);
bool ecs_subnet_same(const EcsSubnet *a, const EcsSubnet *b);

/* Elements are EcsVpc. API: GET /v1/{project_id}/vpcs, in pages by marker */
void ecs_vpc_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* Elements are EcsSubnet, of all VPCs. API: GET /v1/{project_id}/subnets, in pages by marker */
void ecs_subnet_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
