/*
 * Identity: who a login names. The rest of identity.c is its table of routes.
 */
#ifndef SANDBOX_IDENTITY_H
#define SANDBOX_IDENTITY_H

#include "contrib/sandbox/world.h"

/** identity_user - {"id"} or {"name","domain"}; NULL: nobody. */
User *identity_user(const cJSON *user);

#endif
