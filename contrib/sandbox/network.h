/*
 * The networks of a project: VPCs, subnets, security groups, ports, elastic IPs and bandwidths, as
 * objects of their own; the services only differ in how they show them. The ports of servers are
 * not kept: they follow from the servers, so a hundred thousand servers cost nothing here.
 *
 * What is deleted is put away until the end, because deleted servers still point to it.
 */
#ifndef SANDBOX_NETWORK_H
#define SANDBOX_NETWORK_H

#include "contrib/sandbox/request.h"

typedef struct Server Server;
typedef struct Vpc Vpc;
typedef struct Subnet Subnet;
typedef struct SecurityGroup SecurityGroup;
typedef struct Port Port;
typedef struct Eip Eip;

#define SERVER_GROUPS 5 /* security groups of one port, or of a new server */

/* Every object starts with its id, so that lists need to know no more of it */
struct Vpc {
	char id[37]; /* = Neutron router id */
	char *name, *description;
	char *cidr;	   /* "": any */
	GPtrArray *routes; /* destination, next hop, destination, ...; owned */
	bool snat;
	int64_t created, updated;
	int64_t ready; /* CREATING until then */
};

struct Subnet {
	char id[37];	     /* = Neutron network id */
	char neutron_id[37]; /* Neutron subnet id */
	char *name, *description;
	char *network_name; /* the network's, at Neutron; NULL: as v1 names it */
	char *network_description; /* NULL: none */
	Vpc *vpc;
	uint32_t net; /* host byte order */
	int prefix;   /* bits of it: 16 for 10.1.0.0/16 */
	uint32_t gateway;
	bool dhcp;
	char *dns[2]; /* NULL: none */
	const char *az;
	int64_t created, updated;
	int64_t ready;	  /* UNKNOWN until then */
	uint32_t next;	  /* where the search for a free host number goes on */
	GHashTable *used; /* set of addresses taken */
};

typedef struct {
	char id[37];
	SecurityGroup *group;
	const char *direction, *ethertype; /* static */
	char *protocol;			   /* NULL: all */
	int min, max;			   /* -1: null */
	char *remote_ip;		   /* or NULL */
	SecurityGroup *remote_group;	   /* or NULL */
	char *description;
} GroupRule;

struct SecurityGroup {
	char id[37];
	char *name, *description;
	GPtrArray *rules; /* GroupRule, owned */
	int64_t created, updated;
};

/* One network interface of a server, or of a port that no server has */
typedef struct {
	Subnet *subnet;
	uint32_t ip;
	Eip *eip;   /* NULL: none */
	int number; /* of the server's: the port's id and address are derived from it */
	Port *port; /* what is special about it; NULL: nothing */
} Nic;

/* A port that somebody made, or changed */
struct Port {
	char id[37];
	char *name;
	char mac[18];
	const char *owner; /* device_owner while no server has it; static */
	SecurityGroup *groups[SERVER_GROUPS];
	Nic nic; /* while no server has it */
	int64_t created, updated;
};

typedef struct {
	char id[37];
	char *name;
	int size; /* Mbit/s */
	bool shared;
	int64_t created, updated;
} Bandwidth;

struct Eip {
	char id[37]; /* = Neutron floating IP id */
	const char *type;
	uint32_t ip;
	Bandwidth *bandwidth;
	char port_id[37];    /* "": it is free */
	uint32_t private_ip; /* of the port */
	int64_t created, updated;
	int64_t ready; /* PENDING_CREATE until then */
};

/* A port, wherever it comes from: exactly one of server, port and service is set */
typedef struct {
	char id[37];
	Server *server; /* its NIC number nic */
	int nic;
	Port *port;
	Subnet *service; /* the subnet's own: its gateway, or its DHCP server */
	bool gateway;
} PortRef;

/* What a project has and may have */
typedef struct {
	GPtrArray *vpcs, *subnets, *groups, *ports, *eips, *bandwidths; /* oldest first, owned */
	GPtrArray *bare; /* Subnet, owned: networks of Neutron without a subnet */
	GPtrArray *gone; /* of all kinds, owned */
	GArray *index; /* PortRef by id; NULL: to be made again */
	int max_vpcs, max_subnets, max_groups, max_rules, max_eips, max_shared, max_shared_eips;
} Network;

void network_init(Network *network);
void network_clear(Network *network);
/** network_changed - ports came or went. */
void network_changed(Project *project);

Vpc *network_add_vpc(Project *project, const char *name, const char *description, const char *cidr);
Subnet *network_add_subnet(Project *project, Vpc *vpc, const char *name, uint32_t net, int prefix);
/** network_add_group - with the four rules that every new group has. */
SecurityGroup *network_add_group(Project *project, const char *name, const char *description);
/** network_add_rule - as it is, without a check. */
GroupRule *network_add_rule(SecurityGroup *group, const GroupRule *rule);
Bandwidth *network_add_bandwidth(Project *project, const char *name, int size, bool shared);
/** network_add_eip - @bandwidth: of its own, or a shared one; @ip: 0 for the next free one. */
Eip *network_add_eip(Project *project, const char *type, Bandwidth *bandwidth, uint32_t ip);
Port *network_add_port(Project *project, Subnet *subnet, uint32_t ip);

/* Out of the project; nothing of it may be in use */
void network_drop(Project *project, GPtrArray *of, void *object);
/** network_drop_group - also the rules of others that name it. */
void network_drop_group(Project *project, SecurityGroup *group);
/** network_drop_eip - with the bandwidth, unless that is shared. */
void network_drop_eip(Project *project, Eip *eip);
void network_drop_port(Project *project, Port *port);

/** network_find - by id; NULL: there is none. */
void *network_find(const GPtrArray *of, const char *id);
int network_rules(const Network *network);
int network_shared(const Network *network);
/** bandwidth_eips - how many use it. */
int bandwidth_eips(const Network *network, const Bandwidth *bandwidth);

/** eip_bind - to a port that has none. */
void eip_bind(Eip *eip, const PortRef *port);
void eip_unbind(Project *project, Eip *eip);

/** network_port - by id. Returns: false if there is none. */
bool network_port(Project *project, const char *id, PortRef *port);
/** network_index - all ports, PortRef, by id. */
const GArray *network_index(Project *project);
/** port_nic - what it is connected to; NULL for a subnet's own. */
Nic *port_nic(const PortRef *port);
const char *port_mac(const PortRef *port);
/** port_groups - its security groups, NULL at the end; static until the next call. */
SecurityGroup **port_groups(const PortRef *port);
/** port_own - make a port of its own of it, to be changed. Not for a subnet's own. */
Port *port_own(PortRef *port);
/** port_free - the object alone: for a NIC that goes with its server. */
void port_free(void *port);
/** network_uses_group - is a port in it? */
bool network_uses_group(const Project *project, const SecurityGroup *group);

const char *subnet_cidr(const Subnet *subnet);
/** subnet_free - addresses that can still be had. */
int subnet_free(const Subnet *subnet);
/** network_parse_cidr - false unless it is the address of a network and its length. */
bool network_parse_cidr(const char *text, uint32_t *net, int *prefix);
/** network_inside - is the network inside the other? */
bool network_inside(uint32_t net, int prefix, uint32_t outer, int outer_prefix);

#endif
