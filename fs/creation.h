/* SPDX-License-Identifier: MIT */
/*
 * creation - a mkdir that makes an object of the cloud: from a template, with a token of its own
 * until its outcome is known.
 */
#pragma once

#include "fs/template.h"

/* A mkdir under way: the change's data. Ends in one ecsfs_creation_done(). */
typedef struct {
	EcsfsCollection *collection; /* that the new object is to be of */
	EcsfsTemplate *template;     /* as it was */
	char *name;		     /* of the new object */
	char *key;		     /* of the token: where, and the name */
	char *token;		     /* UUID: as it was, if the last create's outcome is unknown */
	char *journal;		     /* key in fs/journal.h; NULL: it is not kept there */
	char *id;		     /* of the new object, once the cloud has said it */
	void *item;		     /* its first document; NULL: it is got when looked at */
} EcsfsCreation;

/* @type: NULL: there is no template, and @id is of the object that the new one is part of. The
 * change is told at that, else at the template.
 * Returns: borrowed; NULL: @file cannot be a name, or the template lacks something: the change has
 * failed, with a sentence in the template's `error`. */
EcsfsCreation *ecsfs_creation_begin(EcsfsChange *change, EcsfsCollection *collection,
				    const EcsfsTemplateType *type, const char *id,
				    const char *file);
/* The cloud has answered. @id: of the new object, "" if the answer names none; @item: taken over,
 * may be NULL; @job: or ""; @error: it refused. Any thread. */
void ecsfs_creation_done(EcsfsChange *change, const char *id, void *item, const char *job,
			 const GError *error);
