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
void nova_keypairs_list(Request *req);
void nova_keypairs_create(Request *req);
void nova_keypair_get(Request *req);
void nova_keypair_delete(Request *req);
void nova_events_list(Request *req);
void nova_event_get(Request *req);
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
