/*
 * Signed requests (SDK-HMAC-SHA256, iam.md section 7): the canonical form of a request as it came
 * in, the signature that follows from it and a secret key, in both dialects. Knows nothing of who
 * owns a key; that is in access.h.
 */
#ifndef SANDBOX_SIGN_H
#define SANDBOX_SIGN_H

#include "contrib/sandbox/request.h"

/* What an Authorization header says */
typedef struct {
	char *access;	 /* the access key */
	char *scope;	 /* of Credential=, "20250102/eu-de/ecs/sdk_request"; NULL with Access= */
	char *signature; /* lower-case hex */
	char **headers;	 /* the signed ones, lower case, in the order given */
} Signature;

/** signature_parse - NULL if it is not one of that kind. Free with signature_free(). */
Signature *signature_parse(const char *authorization);
void signature_free(Signature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signature, signature_free)

/** signature_covers - is that header (lower case) among the signed ones? */
bool signature_covers(const Signature *signature, const char *header);
/** signature_fits - is it what @secret makes of the request? */
bool signature_fits(const Signature *signature, const Request *req, const char *secret);

#endif
