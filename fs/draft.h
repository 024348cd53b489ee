/* SPDX-License-Identifier: MIT */
/*
 * draft - objects that exist in this mount only. Where an object is made from a value rather than
 * from a name alone (a key pair from its public key, an image from its source), mkdir makes a
 * draft: a record of the collection, of EcsfsClass.draft, that no list of the cloud takes away and
 * that the cloud is never asked for. Its values are kept here. Writing the decisive file sends the
 * create; then the name is the new object's.
 *
 * A create that only names a job leaves the draft in place, and the job is asked until it says
 * which object it makes (EcsfsClass.job_entity). If it fails, the draft is one again, and its
 * `error` says why.
 *
 * A draft's id is its name. All but ecsfs_draft_is() run on the dispatch thread.
 */
#pragma once

#include "fs/change.h"

/* EcsfsKind.make, where kind->collection holds drafts. */
void ecsfs_draft_make(EcsfsChange *change, const char *file);

/* Any thread. Returns: whether @id is a draft, or one that a job is making an object of. */
bool ecsfs_draft_is(EcsfsCollection *collection, const char *id);

/* For the store hooks. Returns: whether the object of the change is a draft that nothing is made of
 * yet; if not, the change has failed (EBUSY, EEXIST). */
bool ecsfs_draft_open(EcsfsChange *change);

/* Put @item (taken over) in the draft's place; the change is done. */
void ecsfs_draft_put(EcsfsChange *change, void *item);

/* From EcsfsChange.accepted: the create has made @item (taken over), whose id is the draft's. */
void ecsfs_draft_created(EcsfsChange *change, void *item);
/* From EcsfsChange.accepted: the create has made @item (taken over), whose id is @id, and not that
 * of the draft. */
void ecsfs_draft_became(EcsfsChange *change, const char *id, void *item);
/* From EcsfsChange.accepted: change->job makes the object; meanwhile @item (taken over) is shown.
 */
void ecsfs_draft_sent(EcsfsChange *change, void *item);

/* rmdir: the draft is dropped; the cloud is not asked. */
void ecsfs_draft_drop(EcsfsChange *change);

/* For refresh.c: the job that makes an object of the draft fetch->id has been asked for. */
void ecsfs_draft_answered(EcsfsFetch *fetch);
