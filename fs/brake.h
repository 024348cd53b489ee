/* SPDX-License-Identifier: MIT */
/*
 * brake - how much is deleted by rmdir(2) in a minute: a loop that runs away, or a pattern that
 * matches more than was meant, ends after a few objects, until somebody says that it is meant.
 *
 * Only what costs money or holds data counts (EcsfsKind.costly). Any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define ECSFS_BRAKE_MOST 20 /* in a minute */
#define ECSFS_BRAKE_CONFIRM_MAX 10000

typedef struct EcsfsBrake EcsfsBrake;

EcsfsBrake *ecsfs_brake_new(void);
void ecsfs_brake_free(EcsfsBrake *brake);

/* One more is to be deleted at @now (monotonic us). Returns: whether it may; then it has been
 * counted. */
bool ecsfs_brake_allows(EcsfsBrake *brake, int64_t now);
/* The cloud refused the last one, or another of them: that does not count. */
void ecsfs_brake_refused(EcsfsBrake *brake);
/* @more may be deleted beyond that, in the next ten minutes; in place of what was said before. */
void ecsfs_brake_confirm(EcsfsBrake *brake, unsigned more, int64_t now);
/* Returns: how many may be deleted at once. */
unsigned ecsfs_brake_left(EcsfsBrake *brake, int64_t now);
