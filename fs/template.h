/* SPDX-License-Identifier: MIT */
/*
 * template - what a new server in a zone starts from: values kept by this mount, one template a
 * zone, written like any file. A collection of its own, whose objects are made here.
 */
#pragma once

#include "client/server.h"
#include "fs/kind.h"

#define ECSFS_USER_DATA_MAX 32768 /* bytes before encoding: ECS reference, "Creating ECSs" */

EcsfsCollection *ecsfs_template_collection(EcsfsFs *fs, EcsScope *scope);
/* Returns: the zone's template, counted; NULL: nobody has looked at it yet, so nothing is in it. */
EcsfsRecord *ecsfs_template_record(EcsfsFs *fs, EcsScope *scope, const char *zone);
/* EcsfsChild.object: the view's zone's template. */
bool ecsfs_template_object(EcsfsView *view, EcsfsEntry *entry);

/* Returns: name of the first mandatory file that is empty; NULL: none is. @record may be NULL. */
const char *ecsfs_template_missing(const EcsfsRecord *record);
/* Returns: what is to be written into that file: "the id of a flavor, as in flavors/". */
const char *ecsfs_template_hint(const char *file);

/* An EcsServerSpec and what it borrows. */
typedef struct EcsfsSpec EcsfsSpec;
EcsfsSpec *ecsfs_template_spec(const EcsfsRecord *record, const char *name, const char *zone);
const EcsServerSpec *ecsfs_spec_server(const EcsfsSpec *spec);
void ecsfs_spec_free(EcsfsSpec *spec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EcsfsSpec, ecsfs_spec_free)
