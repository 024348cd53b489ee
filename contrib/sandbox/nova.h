/*
 * The Nova dialect: the handlers behind nova.c's table, on the same host and servers as ECS.
 */
#ifndef SANDBOX_NOVA_H
#define SANDBOX_NOVA_H

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/server.h"

/* nova_create.c */
void nova_servers_create(Request *req);
/* nova_action.c */
void nova_server_action(Request *req);
void nova_server_delete(Request *req);
/* disks.c */
void nova_disks_list(Request *req);
void nova_disk_get(Request *req);
void nova_disk_attach(Request *req);
void nova_disk_detach(Request *req);
void nova_block_devices(Request *req);
void nova_block_device(Request *req);
/* nova_access.c */
void nova_remote_console(Request *req);
/** nova_console_reply - a fresh address of a console. */
void nova_console_reply(Request *req);
void nova_password_get(Request *req);
void nova_password_delete(Request *req);
/** nova_console_output - answers by itself. Returns: 0, as the other actions after a failure. */
int64_t nova_console_output(Request *req, Server *server, const cJSON *argument);
/* glance.c */
/** nova_create_image - the action createImage, only in plain OpenStack. Returns: as the others. */
int64_t nova_create_image(Request *req, Server *server, const cJSON *argument);
/* nova_meta.c */
void nova_meta_list(Request *req);
void nova_meta_replace(Request *req);
void nova_meta_merge(Request *req);
void nova_meta_get(Request *req);
void nova_meta_put(Request *req);
void nova_meta_delete(Request *req);
void nova_tags_list(Request *req);
void nova_tags_replace(Request *req);
void nova_tags_clear(Request *req);
void nova_tag_get(Request *req);
void nova_tag_put(Request *req);
void nova_tag_delete(Request *req);
/* nova_misc.c */
void nova_limits_get(Request *req);
void nova_quota_get(Request *req);
void nova_zones_list(Request *req);
void nova_zones_detail(Request *req);
void nova_keypairs_list(Request *req);
void nova_keypairs_create(Request *req);
void nova_keypair_get(Request *req);
void nova_keypair_delete(Request *req);
void nova_events_list(Request *req);
void nova_event_get(Request *req);
/* nics.c */
void nova_nics_list(Request *req);
void nova_nic_get(Request *req);
void nova_nic_add(Request *req);
void nova_nic_delete(Request *req);
/** nova_add_group - the action addSecurityGroup. Returns: as the other actions. */
int64_t nova_add_group(Request *req, Server *server, const cJSON *argument);
int64_t nova_remove_group(Request *req, Server *server, const cJSON *argument);
/* nova_groups.c */
void nova_server_groups_list(Request *req);
void nova_groups_proxy_list(Request *req);
void nova_group_proxy_get(Request *req);
void nova_ips_list(Request *req);
void nova_ips_get(Request *req);
/* flavors.c */
void nova_flavors_list(Request *req);
void nova_flavors_detail(Request *req);
void nova_flavor_get(Request *req);
void nova_flavor_specs(Request *req);

/** nova_body - the body as an object; NULL after 400. */
const cJSON *nova_body(Request *req);
/** nova_server - the server of {id}; NULL after 404. */
Server *nova_server(Request *req);
/** nova_unlocked - false after 409 if the server is locked. */
bool nova_unlocked(Request *req, const Server *server);

#endif
