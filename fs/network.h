/* SPDX-License-Identifier: MIT */
/*
 * network - the collections of the network's objects, and the links between them. All lie beside
 * each other in a region: vpcs/, security_groups/, ports/, eips/, bandwidths/.
 */
#pragma once

#include "client/eip.h"
#include "client/port.h"
#include "client/server.h"
#include "fs/change.h"
#include "fs/kind.h"

EcsfsCollection *ecsfs_vpcs_collection(EcsfsView *view);
EcsfsCollection *ecsfs_subnets_collection(EcsfsView *view); /* of all VPCs */
EcsfsCollection *ecsfs_security_groups_collection(EcsfsView *view);
/* EcsfsKind.prepare, EcsfsAttr.prepare: of what names a group. */
bool ecsfs_security_groups_at_hand(EcsfsView *view);
/* The group that mkdir's @file names, by id or name; becomes change->data. Returns: its id,
 * borrowed; NULL: the change has failed. */
const char *ecsfs_security_group_wanted(EcsfsChange *change, const char *file);
EcsfsCollection *ecsfs_ports_collection(EcsfsView *view);
EcsfsCollection *ecsfs_eips_collection(EcsfsView *view);
EcsfsCollection *ecsfs_bandwidths_collection(EcsfsView *view);

/* The same, of a scope. */
EcsfsCollection *ecsfs_ports_of(EcsfsFs *fs, EcsScope *scope);
EcsfsCollection *ecsfs_eips_of(EcsfsFs *fs, EcsScope *scope);
EcsfsCollection *ecsfs_bandwidths_of(EcsfsFs *fs, EcsScope *scope);
/* A server has other addresses, or is gone: what these tell of it is too old now. */
void ecsfs_network_stale(EcsfsFs *fs, EcsScope *scope);

/* Templates: what mkdir in the directory beside it makes a new object from. */
extern const EcsfsKind ecsfs_vpc_template, ecsfs_subnet_template, ecsfs_port_template;
extern const EcsfsKind ecsfs_eip_template, ecsfs_bandwidth_template;
/* EcsfsChild.object of them. */
bool ecsfs_vpc_template_object(EcsfsView *view, EcsfsEntry *entry);
bool ecsfs_subnet_template_object(EcsfsView *view, EcsfsEntry *entry);
bool ecsfs_port_template_object(EcsfsView *view, EcsfsEntry *entry);
bool ecsfs_eip_template_object(EcsfsView *view, EcsfsEntry *entry);
bool ecsfs_bandwidth_template_object(EcsfsView *view, EcsfsEntry *entry);

/* Append the target of a link that lies @up ("../../") below the region: to that object. False: the
 * view says why not; err is ENOENT if there is no such object, or nothing to walk to. */
bool ecsfs_network_link_server(EcsfsView *view, const char *up, const char *port, GString *out);
bool ecsfs_network_link_subnet(EcsfsView *view, const char *up, const char *subnet, GString *out);
/* To a server, which the cloud says is in @zone. */
void ecsfs_network_link_in_zone(const char *up, const char *zone, const char *server, GString *out);
/* To what has that port, a server or a bare metal one. */
bool ecsfs_network_link_device(EcsfsView *view, const char *up, const EcsPort *port, GString *out);
/* To an object of a directory of the region, by id. */
void ecsfs_network_link(const char *up, const char *directory, const char *id, GString *out);

/* Returns: the id of the port that has the server's address: as its document tells, or by the
 * hardware address; borrowed from the view; "": none is known; NULL: the view says why not yet. */
const char *ecsfs_network_port_of(EcsfsView *view, const EcsServer *server,
				  const EcsAddress *address);
/* For EcsfsKind.prepare: is what that needs at hand? */
bool ecsfs_network_ports_known(EcsfsView *view);

/* The subnet @text, an id or a name. Of several with that name, the one in @vpc (an id; "": none)
 * is meant. EcsfsKind.prepare must have had the list. NULL: the change has failed. */
EcsfsRecord *ecsfs_network_subnet(EcsfsChange *change, const char *vpc, const char *text);

/* The bandwidth of @eip's own, if it has one, goes with the change: change->data is its id. */
void ecsfs_bandwidth_losing(EcsfsChange *change, const EcsEip *eip);
/* Of EcsfsChange.accepted: it is gone. */
void ecsfs_bandwidth_lost(EcsfsChange *change);
/* Of the bandwidth's own directory, and of that in an EIP's: write its size, its name.
 * @bandwidth: id. */
void ecsfs_bandwidth_resize(EcsfsChange *change, const char *bandwidth, const char *text);
void ecsfs_bandwidth_rename(EcsfsChange *change, const char *bandwidth, const char *text);
