/*
 * Tokens: issued, checked, expired. A token is a few kilobytes of random text like the signed
 * ones of the real cloud; a dead token is remembered so that the right 401 can be given.
 */
#ifndef SANDBOX_TOKEN_H
#define SANDBOX_TOKEN_H

#include "contrib/sandbox/credentials.h"

struct Token {
	char *text;
	User *user;
	Project *project; /* NULL: domain scope, or none */
	bool domain;
	const char *method;	       /* "password", "token" or "application_credential" */
	const Credential *application; /* that it is from, or NULL */
	int64_t issued, expires;
	bool expired, revoked;
};

/** token_new - issue one. @expires: 0 for the configured lifetime. Returns: borrowed. */
Token *token_new(User *user, Project *project, bool domain, const char *method, int64_t expires);
/** token_find - any token ever issued with that text, alive or not; @text may be NULL. */
Token *token_find(const char *text);
/** token_alive - neither expired nor revoked. */
bool token_alive(const Token *token);
/** token_expire - that one is over now; @text may be NULL or unknown. */
void token_expire(const char *text);
void token_expire_all(void);
/** token_revoke_user - all that are of @user. */
void token_revoke_user(const User *user);
/** token_revoke_application - all that are from @credential, which is about to go. */
void token_revoke_application(const Credential *credential);
void tokens_clear(void);

#endif
