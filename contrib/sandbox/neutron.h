/*
 * What the lists of the Neutron dialect have in common: ascending by id, marker and page_reverse,
 * links to the next and the previous page.
 */
#ifndef SANDBOX_NEUTRON_H
#define SANDBOX_NEUTRON_H

#include "contrib/sandbox/vpc.h"

typedef struct {
	const char *many, *one;
	const char *missing; /* type of the error for an unknown id */
	void (*write)(Request *req, const void *object);
} NeutronKind;

extern const NeutronKind neutron_networks, neutron_subnets;

#define NEUTRON_NETWORKS 10 /* that a project may have */

/** neutron_outside - the id of the network that elastic IPs are from. */
const char *neutron_outside(void);
/** neutron_take_dns - @subnet's name servers from the body; false after 400. */
bool neutron_take_dns(Request *req, const cJSON *wanted, Subnet *subnet);
/** neutron_subnet - by Neutron's id of it; NULL: there is none. */
Subnet *neutron_subnet(const Project *project, const char *id);
/** neutron_nowhere - a VPC that no list shows, of networks that no router has. */
Vpc *neutron_nowhere(Project *project);
/** neutron_uses_subnet - has anybody an address in it? */
bool neutron_uses_subnet(const Network *network, const Subnet *subnet);
/** neutron_end - what every object ends with: whose it is, and its times. */
void neutron_end(Request *req, int64_t created, int64_t updated);
/** neutron_write - a page of @objects, which begin with their ids; sorts them. */
void neutron_write(Request *req, const NeutronKind *kind, GPtrArray *objects);
/** neutron_reply - one of them. */
void neutron_reply(Request *req, const NeutronKind *kind, int status, const void *object);
/** neutron_missing - 404 for the first parameter. */
void neutron_missing(Request *req, const NeutronKind *kind);
/** neutron_filter - is the query's @name absent, or @value? */
bool neutron_filter(const Request *req, const char *name, const char *value);

#endif
