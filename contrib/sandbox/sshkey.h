/*
 * SSH keys: real RSA pairs, and what is a well-formed public key. Knows nothing of the cloud.
 */
#ifndef SANDBOX_SSHKEY_H
#define SANDBOX_SSHKEY_H

#include <stdbool.h>

/**
 * sshkey_generate - a new RSA pair of 2048 bits; takes about a tenth of a second.
 * @private_key: PEM, "-----BEGIN RSA PRIVATE KEY-----"; owned.
 * Returns: "ssh-rsa AAAA… Generated-by-Nova\n"; owned.
 */
char *sshkey_generate(char **private_key);

/** sshkey_valid - one line, "type base64 [comment]", and the base64 holds a key of that type. */
bool sshkey_valid(const char *public_key);

/** sshkey_fingerprint - MD5 of the key as "fc:47:…"; owned. @public_key: a valid one. */
char *sshkey_fingerprint(const char *public_key);

#endif
