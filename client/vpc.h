/* SPDX-License-Identifier: MIT */
/* vpc - the project's networks: VPCs, and the subnets that servers have their interfaces in. */
#pragma once

#include "client/client.h"

typedef struct {
	const char *destination; /* prefix */
	const char *next_hop;	 /* address */
} EcsVpcRoute;

typedef struct EcsVpc {
	const char *id; /* UUID; Neutron's id of the router */
	const char *name;
	const char *description;
	const char *cidr;	  /* "192.168.0.0/16"; "": not limited */
	const char *status;	  /* CREATING, OK, DOWN, ERROR */
	int64_t created, updated; /* seconds since 1970; 0: not told */
	size_t n_routes;
	const EcsVpcRoute *routes;
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

/* API: GET /v1/{project_id}/vpcs/{id}, .../subnets/{id} */
void ecs_vpc_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		 void *data);
void ecs_subnet_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		    void *data);

/* What a new VPC is to be like, or what of one is to be changed. NULL: not given, left as it is. */
typedef struct {
	const char *name;
	const char *description;
	const char *cidr;
	const EcsVpcRoute *routes; /* all of them */
	size_t n_routes;
} EcsVpcSpec;

/* API: POST /v1/{project_id}/vpcs */
void ecs_vpc_create(EcsScope *scope, const EcsVpcSpec *spec, GCancellable *cancellable,
		    EcsObjectDone done, void *data);
/* The new range must hold all its subnets; a next hop outside of them is taken, and has no effect.
 * API: PUT /v1/{project_id}/vpcs/{id} */
void ecs_vpc_update(EcsScope *scope, const char *id, const EcsVpcSpec *spec,
		    GCancellable *cancellable, EcsChangeDone done, void *data);
/* ECS_ERROR_NOT_EMPTY while it has subnets. API: DELETE /v1/{project_id}/vpcs/{id} */
void ecs_vpc_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		    void *data);

/* The same of a subnet. Its range and gateway can only be given when it is made. */
typedef struct {
	const char *name; /* always needed */
	const char *cidr;
	const char *gateway;
	const char *dns1, *dns2; /* "": none */
	const char *zone;
	const bool *dhcp;
} EcsSubnetSpec;

/* API: POST /v1/{project_id}/subnets */
void ecs_subnet_create(EcsScope *scope, const char *vpc, const EcsSubnetSpec *spec,
		       GCancellable *cancellable, EcsObjectDone done, void *data);
/* API: PUT /v1/{project_id}/vpcs/{vpc_id}/subnets/{id} */
void ecs_subnet_update(EcsScope *scope, const char *vpc, const char *id, const EcsSubnetSpec *spec,
		       GCancellable *cancellable, EcsChangeDone done, void *data);
/* ECS_ERROR_BUSY while anything is in it.
 * API: DELETE /v1/{project_id}/vpcs/{vpc_id}/subnets/{id} */
void ecs_subnet_delete(EcsScope *scope, const char *vpc, const char *id, GCancellable *cancellable,
		       EcsChangeDone done, void *data);
