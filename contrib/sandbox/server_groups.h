/*
 * Server groups (ecs.md 9): servers that are to run on different hosts. Who is a member is said by
 * the server alone (group_hint), so that both sides always agree.
 */
#ifndef SANDBOX_SERVER_GROUPS_H
#define SANDBOX_SERVER_GROUPS_H

#include "contrib/sandbox/router.h"
#include "contrib/sandbox/world.h"

#define GROUP_QUOTA 10
#define GROUP_MEMBERS 16

void server_groups_list(Request *req);
void server_groups_create(Request *req);
void server_group_get(Request *req);
void server_group_delete(Request *req);
void server_group_action(Request *req);
void nova_groups_list(Request *req);
void nova_groups_create(Request *req);
void nova_group_get(Request *req);
void nova_group_delete(Request *req);

/** server_groups_used - how many the project has. */
int server_groups_used(const Project *project);
/**
 * server_group_room - can @more servers join the group @id of @project?
 * Returns: NULL, or why not.
 */
const char *server_group_room(const Project *project, const char *id, int more);
void server_groups_clear(void);

#endif
