/*
 * The control API under /_sandbox: what tests read and change behind the cloud's back. README.md
 * is its manual. Plain text, no token, not in the request log.
 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "contrib/sandbox/request.h"

#define CONTROL_PREFIX "/_sandbox/"

void control_answer(Request *req);

#endif
