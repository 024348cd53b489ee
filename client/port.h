/* SPDX-License-Identifier: MIT */
/* port - where something is connected to a subnet: a server's network interface, a gateway, ... */
#pragma once

#include "client/client.h"

typedef struct {
	const char *subnet; /* Neutron's id of the subnet, not the VPC API's */
	const char *ip;
} EcsFixedIp;

typedef struct EcsPort {
	const char *id; /* UUID */
	const char *name;
	const char *status; /* ACTIVE, BUILD, DOWN */
	const char *mac;
	const char *subnet; /* id, as the VPC API and EcsSubnet have it: Neutron's network id */
	const char *device; /* id of what it belongs to: of a server, a router, ...; "": nothing */
	const char *device_owner; /* compute:<zone>, network:dhcp, ...; "": nobody */
	bool enabled;		  /* administrative state */
	bool secured;		  /* security groups apply to it */
	int64_t created, updated; /* seconds since 1970; 0: not told */
	size_t n_addresses;
	const EcsFixedIp *addresses;
	size_t n_groups;
	const char *const *groups; /* ids of security groups */
} EcsPort;

EcsPort *ecs_port_ref(EcsPort *port);
void ecs_port_unref(EcsPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsPort, ecs_port_unref)
void ecs_port_json(const EcsPort *port, GString *out); /* as ecs_server_json() */
bool ecs_port_same(const EcsPort *a, const EcsPort *b);
/* Returns: the zone, if a server has it, borrowed; else NULL. */
const char *ecs_port_zone(const EcsPort *port);

/* Elements are EcsPort. API: GET /v2.0/ports, in pages by marker */
void ecs_port_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);
/* API: GET /v2.0/ports/{id} */
void ecs_port_get(EcsScope *scope, const char *id, GCancellable *cancellable, EcsObjectDone done,
		  void *data);

/* What a new port is to be like. NULL or "": not given. */
typedef struct {
	const char *name;
	const char *subnet;		    /* id, as EcsSubnet has it */
	const char *ip;			    /* NULL: any that is free */
	const char *const *security_groups; /* ids, NULL-terminated; none: the default one */
} EcsPortSpec;

/* API: POST /v2.0/ports */
void ecs_port_create(EcsScope *scope, const EcsPortSpec *spec, GCancellable *cancellable,
		     EcsObjectDone done, void *data);
/* Its security groups: ecs_security_group_port(). API: PUT /v2.0/ports/{id} */
void ecs_port_rename(EcsScope *scope, const char *id, const char *name, GCancellable *cancellable,
		     EcsChangeDone done, void *data);
/* API: DELETE /v2.0/ports/{id} */
void ecs_port_delete(EcsScope *scope, const char *id, GCancellable *cancellable, EcsChangeDone done,
		     void *data);
