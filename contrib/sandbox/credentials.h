/*
 * Application credentials: secrets that a user makes for a program, each for one project (Keystone
 * v3, "Application Credentials"). The secret is told once, when it is made.
 */
#ifndef SANDBOX_CREDENTIALS_H
#define SANDBOX_CREDENTIALS_H

#include "contrib/sandbox/world.h"

typedef struct {
	char *id, *name, *secret, *description;
	User *user;
	Project *project;
	int64_t expires;   /* 0: never */
	bool unrestricted; /* tokens of it may make others */
} Credential;

/**
 * credentials_find - the one that a login names.
 * @given: auth.identity.application_credential.
 * Returns: NULL with the answer if there is none, if its secret is wrong, or if it has expired.
 */
const Credential *credentials_find(Request *req, const cJSON *given);
void credentials_clear(void);

#endif
