/*
 * X-Client-Token: a create that is repeated with the same token gets the first answer again.
 */
#ifndef SANDBOX_IDEMPOTENCE_H
#define SANDBOX_IDEMPOTENCE_H

#include "contrib/sandbox/world.h"

/** idempotence_replay - answer @req as its token was answered before; false if it was not. */
bool idempotence_replay(Request *req);
/** idempotence_keep - remember the answer of @req, if it has a token and succeeded. */
void idempotence_keep(const Request *req);
void idempotence_clear(void);

#endif
