/* SPDX-License-Identifier: MIT */
/* server_rows - the files that a zone's template and its drafts have in common, in pieces: what a
 * draft has beside comes between them. */
#pragma once

#include "fs/images.h"
#include "fs/network.h"
#include "fs/server_groups.h"
#include "fs/server_template.h"

/* Rows of an EcsfsTemplate: of both, then of drafts alone. */
enum {
	DATA_DISKS,
	DESCRIPTION,
	EIP,
	FLAVOR,
	IMAGE,
	KEY_NAME,
	SECURITY_GROUPS,
	SERVER_GROUP,
	SUBNET,
	SYSTEM_DISK_GB,
	SYSTEM_DISK_TYPE,
	USER_DATA,
	VPC,
	COUNT,
	LIKE,
	STATUS,
	SENT_AS, /* the name that it was sent under, and may have been made under; "": it was not */
	TOKEN,	 /* UUID */
};

extern const EcsfsChild ecsfs_server_template_children[];
extern const EcsfsTemplateRow ecsfs_server_template_rows[];

/* Returns: what is wrong with the value of that row, a sentence; NULL: nothing that is known here.
 * An empty one is never wrong. */
const char *ecsfs_server_value_wrong(int row, const char *value);

/* Of rows whose values can be wrong. */
void ecsfs_server_value_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_data_disks_store(EcsfsChange *change, const char *text, size_t len);
void ecsfs_eip_store(EcsfsChange *change, const char *text, size_t len);

/* clang-format off */
#define ECSFS_SERVER_ROWS_D_E                                                                      \
	{ "data_disks", 0644, ecsfs_template_document_show, ecsfs_data_disks_store,                \
	  ECSFS_TEMPLATE_AT(DATA_DISKS), ECSFS_GATHER, ECSFS_LIST_MAX,                             \
	  .help = "disks to create with it: `type GiB`, one a line" },                             \
	{ "description", 0644, ECSFS_TEMPLATE_LINE(DESCRIPTION),                                   \
	  .help = "free text, at most 85 characters" },                                            \
	{ "eip", 0644, ecsfs_show_string, ecsfs_eip_store, ECSFS_TEMPLATE_AT(EIP),                 \
	  .help = "id or address of a free EIP, or `type Mbit/s` of a new one; empty: none",       \
	  .needs = ECS_HAS_ECS }

#define ECSFS_SERVER_ROWS_F_K                                                                      \
	{ "flavor", 0644, ECSFS_TEMPLATE_LINE(FLAVOR), .help = "id of a flavor (mandatory)" },     \
	{ "image", 0644, ECSFS_TEMPLATE_LINE(IMAGE), .refers = ecsfs_images_collection,            \
	  .help = "id of an image (mandatory); writing a name stores its id" },                    \
	{ "key_name", 0644, ECSFS_TEMPLATE_LINE(KEY_NAME), .help = "name of a key pair" }

#define ECSFS_SERVER_ROWS_SE                                                                       \
	{ "security_groups", 0644, ECSFS_TEMPLATE_DOCUMENT(SECURITY_GROUPS), ECSFS_GATHER,         \
	  ECSFS_LIST_MAX,                                                                          \
	  .help = "ids of security groups, one a line; empty: the default one" },                  \
	{ "server_group", 0644, ECSFS_TEMPLATE_LINE(SERVER_GROUP),                                 \
	  .refers = ecsfs_server_groups_collection,                                                \
	  .help = "id of a server group; writing a name stores its id" }

#define ECSFS_SERVER_ROWS_SU_Z                                                                     \
	{ "subnet", 0644, ECSFS_TEMPLATE_DOCUMENT(SUBNET), ECSFS_GATHER, ECSFS_LIST_MAX,           \
	  .help = "ids of subnets, one a line and interface, the first is primary (mandatory)" },  \
	{ "system_disk_gb", 0644, ecsfs_show_string, ecsfs_server_value_store,                     \
	  ECSFS_TEMPLATE_AT(SYSTEM_DISK_GB),                                                       \
	  .help = "size of the system disk, GiB, 1 to 1024; empty: as the image wants" },          \
	{ "system_disk_type", 0644, ECSFS_TEMPLATE_LINE(SYSTEM_DISK_TYPE),                         \
	  .help = "type of the system disk, such as SSD (mandatory)" },                            \
	{ "user_data", 0600, ECSFS_TEMPLATE_BYTES(USER_DATA), ECSFS_GATHER | ECSFS_SECRET,         \
	  ECSFS_USER_DATA_MAX,                                                                     \
	  .help = "what the first boot is given, such as cloud-config; at most 32 KiB" },          \
	{ "vpc", 0644, ECSFS_TEMPLATE_LINE(VPC), .refers = ecsfs_vpcs_collection,                  \
	  .help = "id of a VPC (mandatory); writing a name stores its id", .needs = ECS_HAS_VPC }
/* clang-format on */
