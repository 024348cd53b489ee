/*
 * Creating servers: what was ordered, whether the quotas allow it, and the making. The two
 * dialects (ecs_create.c, nova_create.c) fill in an order each in its own way.
 */
#ifndef SANDBOX_CREATE_H
#define SANDBOX_CREATE_H

#include "contrib/sandbox/server.h"

#define ORDER_NICS 12
#define ORDER_DISKS 60

typedef struct {
	const char *name; /* borrowed from the request, as all strings here */
	char *base_name;  /* owned: what the numbers of a batch are added to, or NULL */
	const char *description, *key_name, *user_data, *group_hint;
	const Flavor *flavor;
	const Image *image;
	const Vpc *vpc;
	const char *az; /* NULL until chosen */
	struct {
		Subnet *subnet;
		uint32_t ip; /* 0: any */
	} nics[ORDER_NICS];
	int n_nics;
	SecurityGroup *groups[SERVER_GROUPS];
	int n_groups;
	Disk disks[ORDER_DISKS];
	int n_disks;
	bool from_volume;
	Eip *bound_eip;	      /* that exists; NULL: none */
	const char *eip_type; /* of a new one; NULL: none */
	Bandwidth *bandwidth; /* a shared one, for the new EIP; NULL: one of its own */
	const char *bandwidth_name;
	int bandwidth_size;
	int count;
	int first;		    /* number of the first of a batch */
	const char *reservation_id; /* interned, or NULL for one each */
	Pairs *meta, *tags;	    /* owned; order_clear() */
} Order;

void order_clear(Order *order);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Order, order_clear)

/** order_quota - the used-up quota's name, or NULL if there is room for the order. */
const char *order_quota(const Order *order, const Project *project);
/** order_disk_quota - the same, of the quotas of EVS. */
const char *order_disk_quota(const Order *order, const Project *project);
/** quota_flavor - the same for a change of flavor. */
const char *quota_flavor(const Project *project, const Flavor *from, const Flavor *to);
/**
 * order_zone - choose a zone if none was asked for.
 * Returns: false if the flavor cannot be had there, or anywhere.
 */
bool order_zone(Order *order, const Region *region);
/** order_make - one of the ordered servers, entered into the world, not booting yet. */
Server *order_make(const Order *order, Project *project, const User *user, int index);

#endif
