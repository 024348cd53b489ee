/* SPDX-License-Identifier: MIT */
/* volumes - the collections of a scope's volumes and snapshots, for the directories that are views
 * of them. */
#pragma once

#include "client/volume.h"
#include "fs/creation.h"

extern const EcsfsKind ecsfs_volumes, ecsfs_volume; /* fs/volumes.c, fs/volume.c */
extern const EcsfsKind ecsfs_volume_snapshots;	    /* fs/volume_snapshots.c */
extern const EcsfsKind ecsfs_volume_template;	    /* fs/volume_template.c */
extern const EcsfsKind ecsfs_volume_types;	    /* fs/volume_types.c */

/* Borrowed. Elements are EcsVolume, by id and by name; all zones, those of servers too. */
EcsfsCollection *ecsfs_volumes_collection(EcsfsView *view);
/* The same of EcsSnapshot, of all volumes. */
EcsfsCollection *ecsfs_snapshots_collection(EcsfsView *view);
/* The same of EcsVolumeType, by name. */
EcsfsCollection *ecsfs_volume_types_collection(EcsfsView *view);
/* Set *@record to the one volume called @name in the view's zone, borrowed from the view; NULL:
 * none. Returns false if the view says why not (ENOTUNIQ: several are). */
bool ecsfs_volumes_named(EcsfsView *view, const char *name, EcsfsRecord **record);
/* A change of something else has changed the volume as well: it is asked for before it is next
 * shown. On the dispatch thread. */
void ecsfs_volume_doubt(EcsfsChange *change, const char *id);

/* EcsfsChild.object: the view's zone's template. */
bool ecsfs_volume_template_object(EcsfsView *view, EcsfsEntry *entry);
extern const EcsfsTemplateType ecsfs_volume_templates;
/* Fill @spec from the template; it borrows from @creation. */
void ecsfs_volume_template_spec(const EcsfsCreation *creation, const char *zone,
				EcsVolumeSpec *spec);
