/*
 * Lists of the identity service: projects, domains, regions. Handlers for identity.c's table.
 */
#ifndef SANDBOX_PROJECTS_H
#define SANDBOX_PROJECTS_H

#include "contrib/sandbox/request.h"

void auth_projects_list(Request *req);
void auth_domains_list(Request *req);
void projects_list(Request *req);
void projects_get(Request *req);
void user_projects_list(Request *req);
void regions_list(Request *req);
void regions_get(Request *req);

#endif
