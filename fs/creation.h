/* SPDX-License-Identifier: MIT */
/*
 * creation - a mkdir that makes an object of the cloud, from a template, once.
 *
 * A create whose answer was lost may have been carried out. So each is noted before it is sent,
 * here and on the disk (fs/journal.h), until the cloud has said yes or no. What is sent again
 * meanwhile has the same token, where the cloud heeds one. Where it does not, it is looked for in a
 * list that is asked for then: if it is there, mkdir has succeeded; if that cannot be told, it says
 * so. If a daemon was killed that had sent it a moment ago, the cloud may be about to make it:
 * EBUSY, until ECSFS_CREATION_LATE_S.
 */
#pragma once

#include "fs/template.h"

#define ECSFS_CREATION_LATE_S 30 /* a call that changes has as long */

/* Is @item, of the list, what an earlier mkdir has made? */
typedef enum {
	ECSFS_CREATION_NOT,
	ECSFS_CREATION_MAYBE,
	ECSFS_CREATION_MADE,
} EcsfsCreationIs;

/* A mkdir under way: the change's data. Ends in one ecsfs_creation_done(). */
typedef struct {
	EcsfsCollection *collection; /* that the new object is to be of */
	EcsfsTemplate *template;     /* as it was */
	char *name;		     /* of the new object */
	char *key;		     /* of the token: where, and the name */
	char *token;		     /* UUID: as it was, if the last create's outcome is unknown */
	char *journal;		     /* key in fs/journal.h; NULL: it is not sent yet */
	int64_t since; /* seconds since 1970: it was sent before, and may have been made; 0: no */
	bool earlier;  /* by a daemon before this one */
	const struct EcsfsCreationType *type;
	char *id;   /* of the new object, once the cloud has said it */
	void *item; /* its first document; NULL: it is got when looked at */
} EcsfsCreation;

typedef struct EcsfsCreationType {
	void (*send)(EcsfsChange *change); /* the call, once: any thread */
	/* NULL: by its name, among those that are `here`. Any thread. */
	EcsfsCreationIs (*is)(const EcsfsChange *change, const void *item);
	EcsFeature heeds; /* clouds that have that heed EcsfsCreation.token: there it need not be
			     looked for; ECS_HAS_ANY: no cloud does */
} EcsfsCreationType;

/* @type: NULL: there is no template, and @id is of the object that the new one is part of. The
 * change is told at that, else at the template.
 * Returns: borrowed; NULL: @file cannot be a name, or the template lacks something: the change has
 * failed, with a sentence in the template's `error`. */
EcsfsCreation *ecsfs_creation_begin(EcsfsChange *change, EcsfsCollection *collection,
				    const EcsfsTemplateType *type, const char *id,
				    const char *file);
/* Send it with type->send, now or once it is clear that it has not been made before. On the
 * dispatch thread. */
void ecsfs_creation_send(EcsfsChange *change, const EcsfsCreationType *type);
/* What was made as @file in @id is deleted: one of that name that comes now is another. */
void ecsfs_creation_forget(const EcsfsChange *change, EcsfsCollection *collection, const char *id,
			   const char *file);
/* The cloud has answered. @id: of the new object, "" if the answer names none; @item: taken over,
 * may be NULL; @job: or ""; @error: it refused. Any thread. */
void ecsfs_creation_done(EcsfsChange *change, const char *id, void *item, const char *job,
			 const GError *error);
