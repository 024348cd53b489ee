/*
 * Bare metal servers: whole machines. They are servers with a flavor of their own, so every service
 * that shows servers shows them too, unless it is told not to by their tag.
 */
#ifndef SANDBOX_BMS_H
#define SANDBOX_BMS_H

#include "contrib/sandbox/server.h"

#define BMS_REGION "eu-de" /* the only one that has some */
#define BMS_TAG "__type_baremetal"

/** server_is_bare - is it one? */
bool server_is_bare(const Server *server);
/** bms_flavor - NULL if there is none of that id. ECS does not sell them. */
const Flavor *bms_flavor(const char *id);

#endif
