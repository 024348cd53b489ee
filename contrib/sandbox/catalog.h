/*
 * The service catalog: one table of services, shown as token catalog, as service list and as
 * endpoint list.
 */
#ifndef SANDBOX_CATALOG_H
#define SANDBOX_CATALOG_H

#include "contrib/sandbox/world.h"

/** catalog_write - the "catalog" array. @project: NULL: global services only. */
void catalog_write(GString *out, const Project *project);

/* Handlers */
void services_list(Request *req);
void services_get(Request *req);
void endpoints_list(Request *req);
void endpoints_get(Request *req);

#endif
