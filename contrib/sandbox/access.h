/*
 * Access keys: each user's own pair, temporary ones with a security token, and who a signed request
 * is from. An access key that was used with a wrong signature more than five times in a row is
 * locked for a while (iam.md section 7).
 */
#ifndef SANDBOX_ACCESS_H
#define SANDBOX_ACCESS_H

#include "contrib/sandbox/request.h"

/**
 * access_check - set req->token and req->project from a signature.
 * The project is that of X-Project-Id, or else the region's own one. The token is no real one: it
 * cannot be looked up, and is good until the next request. Returns: false with the gateway's answer
 * if the signature, its date or its key is not good.
 */
bool access_check(Request *req);
void access_clear(void);

#endif
