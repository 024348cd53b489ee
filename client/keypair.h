/* SPDX-License-Identifier: MIT */
/* keypair - the SSH keys that servers are made with. They belong to the user, not to the project,
 * and are known by name. */
#pragma once

#include "client/client.h"

typedef struct EcsKeypair {
	const char *name;	 /* 1 to 255 bytes */
	const char *status;	 /* "DRAFT": in this program only; "": the cloud's */
	const char *public_key;	 /* "ssh-rsa AAAA... comment" */
	const char *fingerprint; /* MD5, as "fc:47:..." */
	const char *type;	 /* "ssh" */
	/* These are told of one key pair only, by ecs_keypair_get(). */
	const char *user_id;
	int64_t created; /* seconds since 1970; 0: not told */
} EcsKeypair;

EcsKeypair *ecs_keypair_ref(EcsKeypair *keypair);
void ecs_keypair_unref(EcsKeypair *keypair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsKeypair, ecs_keypair_unref)

/* As ecs_server_json(). The private key is never in it. */
void ecs_keypair_json(const EcsKeypair *keypair, GString *out);
bool ecs_keypair_same(const EcsKeypair *a, const EcsKeypair *b);

/* A key pair of status DRAFT that has a name only; owned. */
EcsKeypair *ecs_keypair_draft(const char *name);

/* Elements are EcsKeypair. API: GET /v2.1/{p}/os-keypairs, one answer (Nova reference, "Listing SSH
 * Key Pairs") */
void ecs_keypair_list(EcsScope *scope, GCancellable *cancellable, EcsListDone done, void *data);

/* @keypair: owned; NULL: @error. @private_key: borrowed for the callback, to be wiped where it is
 * copied; NULL: the cloud has not made it. */
typedef void (*EcsKeypairDone)(EcsKeypair *keypair, const char *private_key, const GError *error,
			       void *data);

/* API: GET /v2.1/{p}/os-keypairs/{name} */
void ecs_keypair_get(EcsScope *scope, const char *name, GCancellable *cancellable,
		     EcsKeypairDone done, void *data);

/**
 * ecs_keypair_create - import a public key, or have a pair generated.
 * @public_key: one line; NULL: the cloud generates the pair, and tells the private key to @done,
 *   once.
 *
 * ECS_ERROR_EXISTS: there is one of that name. ECS_ERROR_QUOTA. ECS_ERROR_INVALID: it is no public
 * key, or the name is not allowed.
 * API: POST /v2.1/{p}/os-keypairs
 */
void ecs_keypair_create(EcsScope *scope, const char *name, const char *public_key,
			GCancellable *cancellable, EcsKeypairDone done, void *data);

/* API: DELETE /v2.1/{p}/os-keypairs/{name} */
void ecs_keypair_delete(EcsScope *scope, const char *name, GCancellable *cancellable,
			EcsChangeDone done, void *data);
